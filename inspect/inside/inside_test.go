package inside

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

const cluster = model.ID("kubeconfig:test")

// script is a source that tells what the test sends.
type script struct{ events chan source.Event }

func (s *script) InsideGiven(model.ID) bool { return false }

func (s *script) Events(context.Context, *model.Resource, source.EventsAsked) (source.EventsTold, *source.Problem) {
	return source.EventsTold{}, nil
}

func (s *script) Inside(ctx context.Context, _ *model.Resource, _ bool) iter.Seq[source.Event] {
	return func(yield func(source.Event) bool) {
		for {
			select {
			case event, more := <-s.events:
				if !more || !yield(event) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

// opened is a cluster that is open, and the states of it that were handed over.
type opened struct {
	t      *testing.T
	events chan source.Event
	states chan *store.Inside
	last   *store.Inside
	opener *Opener
}

func open(t *testing.T) *opened {
	t.Helper()
	o := &opened{t: t, events: make(chan source.Event), states: make(chan *store.Inside)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	o.opener = New(Options{
		Source: &script{o.events}, Follow: true,
		Cluster: func(model.ID) *model.Document { return nil },
		Judge: func(view, _ *object.View, _ []store.Judgement, _ func()) []store.Judgement {
			all := make([]store.Judgement, len(view.Objects[model.KindPod]))
			for i, pod := range view.Objects[model.KindPod] {
				all[i] = store.Judgement{Ref: pod.Ref, Counts: model.Counts{Passed: 1}}
			}
			return all
		},
		Put: func(_ model.ID, state *store.Inside) {
			select {
			case o.states <- state:
			case <-ctx.Done():
			}
		},
	})
	o.opener.Open(ctx, &model.Resource{ID: cluster})
	go func() {
		defer close(ended)
		o.opener.run.Wait()
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return o
}

// tell sends events, and takes what is handed over meanwhile.
func (o *opened) tell(events ...source.Event) {
	o.t.Helper()
	for _, event := range events {
		for sent := false; !sent; {
			select {
			case o.events <- event:
				sent = true
			case o.last = <-o.states:
			}
		}
	}
}

// until takes states until one is as wanted.
func (o *opened) until(wanted func(*store.Inside) bool) *store.Inside {
	o.t.Helper()
	for o.last == nil || !wanted(o.last) {
		select {
		case o.last = <-o.states:
		case <-o.t.Context().Done():
			require.Fail(o.t, "it never came")
		}
	}
	return o.last
}

func podOf(t *testing.T, name, image string) *model.Object {
	t.Helper()
	o, err := object.Keep(model.KindPod, "v1", []byte(fmt.Sprintf(
		`{"metadata":{"name":%q,"namespace":"a"},"spec":{"containers":[{"name":"c","image":%q}]}}`, name, image)), time.Time{})
	require.NoError(t, err)
	return o
}

func pods(objects ...*model.Object) source.Event {
	return source.Objects{Cluster: cluster, Kind: model.KindPod, Version: "v1", List: objects}
}

func complete(kind model.Kind) source.Event {
	return source.Complete{Scope: source.Scope{Breadth: source.Inside, ID: cluster, Kind: kind}, At: time.Unix(1, 0)}
}

func failed(kind model.Kind) source.Event {
	return source.Failed{
		Scope: source.Scope{Breadth: source.Inside, ID: cluster, Kind: kind}, At: time.Unix(1, 0),
		Why: &source.Problem{What: "no", Err: errors.New("no")},
	}
}

// rest completes every kind but those.
func rest(but ...model.Kind) (events []source.Event) {
	for _, kind := range model.ObjectKinds {
		skip := false
		for _, each := range but {
			skip = skip || each == kind.Kind
		}
		if !skip {
			events = append(events, complete(kind.Kind))
		}
	}
	return events
}

func TestAClusterIsReadJudgedAndFollowed(t *testing.T) {
	o := open(t)
	o.tell(source.Connected{Cluster: cluster, Server: "v1.34.2", User: "ana"}, pods(podOf(t, "b", "1"), podOf(t, "a", "1")))
	state := o.until(func(s *store.Inside) bool { return len(s.View.Objects[model.KindPod]) == 2 })
	assert.Equal(t, store.ReadingInside, state.State)
	assert.Equal(t, "a", state.View.Objects[model.KindPod][0].Name, "in order")
	assert.Equal(t, model.Reading, state.View.Reads[model.KindPod].State)
	o.tell(failed(model.KindNode), complete(model.KindPod))
	o.tell(rest(model.KindNode, model.KindPod)...)
	state = o.until(func(s *store.Inside) bool { return s.Counts.Passed == 2 })
	assert.Equal(t, store.Following, state.State)
	assert.Equal(t, "v1.34.2", state.View.Server)
	assert.Equal(t, model.ReadFailed, state.View.Reads[model.KindNode].State)
	o.tell(pods(podOf(t, "c", "1")), source.Gone{Cluster: cluster, Ref: model.Ref{Kind: model.KindPod, Namespace: "a", Name: "a"}})
	state = o.until(func(s *store.Inside) bool {
		return s.Counts.Passed == 2 && len(s.Judgements) == 2 && s.Judgements[1].Ref.Name == "c"
	})
	assert.Equal(t, "b", state.Judgements[0].Ref.Name)
}

func TestANewListPrunesWhatItDoesNotBring(t *testing.T) {
	o := open(t)
	o.tell(pods(podOf(t, "a", "1"), podOf(t, "b", "1")))
	o.tell(rest()...)
	before := o.until(func(s *store.Inside) bool { return len(s.View.Objects[model.KindPod]) == 2 }).View.Objects[model.KindPod][1]
	o.tell(source.Listing{Cluster: cluster, Kind: model.KindPod}, pods(podOf(t, "b", "1")), pods(podOf(t, "c", "1")))
	state := o.until(func(s *store.Inside) bool { return len(s.View.Objects[model.KindPod]) == 3 })
	assert.Same(t, before, state.View.Objects[model.KindPod][1], "what has not changed is the same object")
	o.tell(complete(model.KindPod))
	state = o.until(func(s *store.Inside) bool { return len(s.View.Objects[model.KindPod]) == 2 })
	assert.Equal(t, "b", state.View.Objects[model.KindPod][0].Name)
}

func TestAClusterThatIsAwayKeepsWhatWasKnown(t *testing.T) {
	o := open(t)
	o.tell(source.Connected{Cluster: cluster, User: "ana"}, pods(podOf(t, "a", "1")))
	o.tell(rest()...)
	o.until(func(s *store.Inside) bool { return s.State == store.Following })
	o.tell(failed(""))
	state := o.until(func(s *store.Inside) bool { return s.State == store.Unreachable })
	assert.Equal(t, "no", state.Problem.What)
	assert.Len(t, state.View.Objects[model.KindPod], 1)
	assert.Equal(t, model.ReadDone, state.View.Reads[model.KindPod].State)
	o.tell(source.Connected{Cluster: cluster, User: "ana"})
	state = o.until(func(s *store.Inside) bool { return s.State == store.Following })
	assert.Nil(t, state.Problem)
}

func TestWaitsAreSeenAndWaitedFor(t *testing.T) {
	o := open(t)
	o.tell(source.Connected{Cluster: cluster}, source.Wait{Until: time.Unix(9, 0), Why: "throttled by the API server"})
	state := o.until(func(s *store.Inside) bool { return s.Wait.Why != "" })
	assert.Equal(t, time.Unix(9, 0), state.Wait.Until)
	waited := make(chan error, 1)
	go func() { waited <- o.opener.Wait(t.Context(), cluster) }()
	o.tell(pods(podOf(t, "a", "1")))
	o.tell(rest()...)
	o.until(func(s *store.Inside) bool { return s.Counts.Passed == 1 })
	assert.NoError(t, <-waited)
}

func TestUnchangedObjectsChangeNothing(t *testing.T) {
	w := newWork(Options{}, cluster)
	w.fold(pods(podOf(t, "a", "1")))
	w.changed, w.unjudged = false, false
	w.fold(pods(podOf(t, "a", "1")))
	assert.False(t, w.changed || w.unjudged)
	w.fold(pods(podOf(t, "a", "2")))
	assert.True(t, w.changed && w.unjudged)
}
