package page

import (
	"fmt"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
)

var (
	webDeployment = model.Ref{Kind: model.KindDeployment, Namespace: "shop", Name: "web"}
	webPod        = model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "web-6d9f7c8b5b-xk2lp"}
)

// happened are events as clusters tell them.
func happened() []model.KubeEvent {
	at := func(ago time.Duration) time.Time { return testNow.Add(-ago) }
	return []model.KubeEvent{
		{Object: webPod, Reason: "Pulled", Message: "Container image \"contoso.azurecr.io/web:1\" already present on machine", From: "kubelet", First: at(50 * time.Minute), Last: at(50 * time.Minute), Count: 1},
		{Object: webPod, Field: "spec.containers{web}", Warning: true, Reason: "BackOff", Message: "Back-off restarting failed container web in pod web-6d9f7c8b5b-xk2lp", From: "kubelet", First: at(49 * time.Minute), Last: at(12 * time.Second), Count: 1412},
		{
			Object: model.Ref{Kind: model.KindReplicaSet, Namespace: "shop", Name: "web-7f9d8c7b66"}, Warning: true, Reason: "FailedCreate", From: "replicaset-controller",
			Message: "Error creating: pods \"web-7f9d8c7b66-\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"web\" must set securityContext.allowPrivilegeEscalation=false)",
			First:   at(9 * time.Minute), Last: at(3 * time.Minute), Count: 14,
		},
		{Object: model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "other"}, Reason: "Scheduled", Message: "Successfully assigned shop/other to aks-1", From: "default-scheduler", First: at(time.Hour), Last: at(time.Hour), Count: 1},
		{Object: model.Ref{Kind: model.KindNode, Name: "aks-1"}, Warning: true, Reason: "FreeDiskSpaceFailed", Message: "Failed to garbage collect required amount of images.", From: "kubelet", First: at(time.Hour), Last: at(time.Minute), Count: 7},
	}
}

func eventsStage(t *testing.T, width, height int) (*stage, *playedInside, model.ID) {
	t.Helper()
	s, cluster := insideStage(t, openShop, width, height)
	played := openTo(s.context.Inspection)
	played.happened = happened()
	return s, played, cluster
}

func TestScreensOfEvents(t *testing.T) {
	for _, size := range sizes {
		s, played, cluster := eventsStage(t, size[0], size[1])
		for name, on := range map[string]model.Ref{
			"workload": webDeployment, "namespace": {Kind: model.KindNamespace, Name: "shop"},
			"node": {Kind: model.KindNode, Name: "aks-1"}, "quiet": {Kind: model.KindPod, Namespace: "shop", Name: "web-0"}, "refused": webPod,
		} {
			t.Run(fmt.Sprintf("%s_%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s.t, played.refuses = t, nil
				if name == "refused" {
					played.refuses = &source.Problem{
						What: "ana@contoso.example may not list events in the namespace shop", Refused: true,
						Do: "the right that is missing is list on events in the namespace shop: ask for the read-only ClusterRole that aksight reader-role prints",
					}
				}
				golden.RequireEqual(t, s.open(eventsAt(cluster, on)).frame()+"\n")
			})
		}
	}
}

func TestEventsAreAskedForByAKeyAlone(t *testing.T) {
	s, played, cluster := eventsStage(t, 120, 36)
	for _, at := range []Address{
		{Kind: Object, ID: cluster, Object: webDeployment}, {Kind: Namespace, ID: cluster, Object: model.Ref{Kind: model.KindNamespace, Name: "shop"}},
		{Kind: Node, ID: cluster, Part: "aks-1"},
	} {
		s.open(at).send(Changed{})
		s.frame()
		require.Zero(t, played.listed, at)
		s.do(action.Events)
		require.Positive(t, played.listed, at)
		asked := played.listed
		s.send(Changed{}, Shown{})
		require.Equal(t, asked, played.listed, "nothing follows them")
		s.do(action.Verify)
		require.Greater(t, played.listed, asked)
		played.listed = 0
	}
}

func TestEventsOfAClusterThatNobodyLookedIntoAreNotAskedFor(t *testing.T) {
	s, played, cluster := eventsStage(t, 120, 36)
	putInside(t, s.context.Inspection, cluster, nil)
	s = newStage(t, s.context.Inspection, 120, 36)
	s.open(eventsAt(cluster, webDeployment)).send(Changed{})
	assert.Contains(t, s.frame(), "nobody has looked into the cluster yet")
	assert.Zero(t, played.listed)
}

func TestEventsAreToldInLines(t *testing.T) {
	s, _, cluster := eventsStage(t, 120, 36)
	s.open(eventsAt(cluster, webDeployment))
	told := s.page().(Liner).Linear(&s.context)
	require.Len(t, told.Rows, 3, "its own, and those of a ReplicaSet and a pod that are gone")
	assert.Equal(t, "2026-11-24 08:59:48 Warning BackOff on Pod shop/web-6d9f7c8b5b-xk2lp, from kubelet, 1412 times since 2026-11-24 08:11:00: "+
		"Back-off restarting failed container web in pod web-6d9f7c8b5b-xk2lp", told.Rows[0].Text)
}

func TestHostileEventsDrawNothing(t *testing.T) {
	s, played, cluster := eventsStage(t, 120, 36)
	for i := range played.happened {
		event := &played.happened[i]
		event.Reason, event.Message, event.From, event.Field = hostile, hostile, hostile, hostile
	}
	s.open(eventsAt(cluster, webDeployment))
	for _, r := range s.draw().String() {
		assert.False(t, r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)), "it draws %U", r)
	}
	s.do(action.Copy)
	require.Len(t, s.copied, 1)
	for _, r := range s.copied[0].Text {
		assert.False(t, unicode.IsControl(r) || unicode.Is(unicode.Cf, r), "it copies %U", r)
	}
}
