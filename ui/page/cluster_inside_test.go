package page

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/inside"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
)

// playedInside is a source whose clusters hold what a test says.
type playedInside struct {
	events []source.Event
	asked  chan model.ID
	// happened are the Kubernetes events of all namespaces; refuses is why there are none.
	happened []model.KubeEvent
	refuses  *source.Problem
	listed   int // how often events were asked for
}

func (p *playedInside) Inside(_ context.Context, cluster *model.Resource, _ bool) iter.Seq[source.Event] {
	return func(yield func(source.Event) bool) {
		p.asked <- cluster.ID
		for _, event := range p.events {
			if !yield(event) {
				return
			}
		}
	}
}

func (p *playedInside) InsideGiven(model.ID) bool { return false }

func (p *playedInside) Events(_ context.Context, _ *model.Resource, asked source.EventsAsked) (source.EventsTold, *source.Problem) {
	p.listed++
	if p.refuses != nil {
		return source.EventsTold{}, p.refuses
	}
	told := source.EventsTold{At: testNow}
	for i := range p.happened {
		if asked.Wants(&p.happened[i], cmp.Or(p.happened[i].Object.Namespace, "default")) {
			told.List = append(told.List, p.happened[i])
		}
	}
	return told, nil
}

// openTo lets the demo's clusters be looked into.
func openTo(in *inspect.Inspection, events ...source.Event) *playedInside {
	played := &playedInside{events: events, asked: make(chan model.ID, 8)}
	in.Inside = inside.New(inside.Options{
		Source: played, Put: in.Store.PutInside, Cluster: func(model.ID) *model.Document { return nil },
	})
	return played
}

var unreachable = &source.Problem{
	What: "the API server of pay-weu-01 did not answer within 10 s", Refused: false,
	Do: "your address 203.0.113.9 is not in its authorized ranges: add it, or run aksight from a network that is",
}

var refused = &source.Problem{
	What: "you may not list pods in pay-weu-01", Refused: true,
	Do: "ask for the role Azure Kubernetes Service RBAC Reader, or have the ClusterRole applied that y copies",
}

func TestScreensOfTheInsideOfACluster(t *testing.T) {
	for _, size := range sizes {
		for name, put := range map[string]func(cluster model.ID) *store.Inside{
			"unopened": func(model.ID) *store.Inside { return nil },
			"connecting": func(id model.ID) *store.Inside {
				return &store.Inside{View: viewOf(&model.Inside{Cluster: id}), State: store.Connecting}
			},
			"unreachable": func(id model.ID) *store.Inside {
				return &store.Inside{View: viewOf(&model.Inside{Cluster: id}), State: store.Unreachable, Problem: unreachable}
			},
			"refused": func(model.ID) *store.Inside {
				in := objecttest.Inside(t, watchedNodes)
				in.Reads[model.KindNode] = model.Read{State: model.ReadFailed, Why: "ana@contoso.example may not list nodes"}
				return &store.Inside{View: viewOf(in), State: store.Following, User: "ana@contoso.example", Address: "https://pay-weu-01-dns.hcp.westeurope.azmk8s.io:443"}
			},
		} {
			t.Run(fmt.Sprintf("%s_%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s, cluster := insideStage(t, watchedNodes, size[0], size[1])
				openTo(s.context.Inspection)
				putInside(t, s.context.Inspection, cluster, put(cluster))
				s = newStage(t, s.context.Inspection, size[0], size[1])
				golden.RequireEqual(t, s.open(Address{Kind: Cluster, ID: cluster, Tab: "inside"}).frame()+"\n")
			})
		}
	}
}

// Nothing asks a cluster before somebody presses the key that looks inside.
func TestNothingIsAskedBeforeSomebodyLooksInside(t *testing.T) {
	s, cluster := insideStage(t, watchedNodes, 120, 36)
	in := s.context.Inspection
	played := openTo(in)
	putInside(t, in, cluster, nil)
	s = newStage(t, in, 120, 36)
	for _, at := range []Address{
		{Kind: Cluster, ID: cluster, Tab: "inside"}, {Kind: Nodes, ID: cluster}, {Kind: Sensors, ID: cluster},
	} {
		s.open(at).send(Changed{}, Shown{})
		s.frame()
	}
	require.Empty(t, played.asked)
	s.do(action.Open)
	require.Equal(t, cluster, <-played.asked)
	require.NoError(t, in.WaitInside(t.Context(), cluster))
}

func TestAReaderWithoutRightsGetsARoleToHandOn(t *testing.T) {
	s, cluster := insideStage(t, watchedNodes, 120, 36)
	in := s.context.Inspection
	openTo(in)
	putInside(t, in, cluster, &store.Inside{View: viewOf(&model.Inside{Cluster: cluster}), State: store.Unreachable, Problem: refused})
	s = newStage(t, in, 120, 36)
	s.open(Address{Kind: Cluster, ID: cluster, Tab: "inside"}).do(action.Copy)
	require.Len(t, s.copied, 1)
	var role struct {
		Kind  string
		Rules []struct{ APIGroups, Resources, Verbs []string }
	}
	require.NoError(t, yaml.Unmarshal([]byte(s.copied[0].Text), &role))
	assert.Equal(t, "ClusterRole", role.Kind)
	named := map[string]bool{}
	for _, rule := range role.Rules {
		verbs := []string{"get", "list", "watch"}
		if slices.Contains(rule.Resources, model.EventKind.Resource) {
			verbs = []string{"list"} // on request alone
		}
		assert.Equal(t, verbs, rule.Verbs)
		for _, resource := range rule.Resources {
			named[resource] = true
		}
	}
	for _, kind := range model.ObjectKinds {
		assert.Equal(t, kind.Kind != model.KindSecret, named[kind.Resource], kind.Resource)
	}
	assert.True(t, named[model.EventKind.Resource])
}
