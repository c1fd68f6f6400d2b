package schedule

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// fake is a source over an estate of the test. Each read first passes the gate.
type fake struct {
	subscriptions map[string][]string
	// gate, where set, is called at the start of each read; its events are yielded.
	gate func(ctx context.Context, scope source.Scope, yield func(source.Event) bool) error

	mu      sync.Mutex
	reads   []source.Scope
	running map[source.Breadth]int
	peak    map[source.Breadth]int
	peakSub int
	inSub   map[string]int
}

func newFake(subscriptions map[string][]string) *fake {
	return &fake{
		subscriptions: subscriptions, running: map[source.Breadth]int{}, peak: map[source.Breadth]int{}, inSub: map[string]int{},
	}
}

func (f *fake) Identity() source.Identity { return source.Identity{} }

func (f *fake) Read(ctx context.Context, scope source.Scope) iter.Seq[source.Event] {
	return func(yield func(source.Event) bool) {
		f.begin(scope)
		defer f.end(scope)
		if f.gate != nil {
			if err := f.gate(ctx, scope, yield); err != nil {
				if ctx.Err() == nil {
					yield(source.Failed{Scope: scope, Why: &source.Problem{What: err.Error()}})
				}
				return
			}
		}
		for _, resource := range f.resources(scope) {
			if ctx.Err() != nil || !yield(source.Upsert{Resource: resource}) {
				return
			}
		}
		if ctx.Err() == nil {
			yield(source.Complete{Scope: scope})
		}
	}
}

func (f *fake) begin(scope source.Scope) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads = append(f.reads, scope)
	f.running[scope.Breadth]++
	f.peak[scope.Breadth] = max(f.peak[scope.Breadth], f.running[scope.Breadth])
	if scope.Breadth == source.Children {
		f.inSub[scope.ID.Subscription()]++
		f.peakSub = max(f.peakSub, f.inSub[scope.ID.Subscription()])
	}
}

func (f *fake) end(scope source.Scope) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running[scope.Breadth]--
	if scope.Breadth == source.Children {
		f.inSub[scope.ID.Subscription()]--
	}
}

func (f *fake) resources(scope source.Scope) []*model.Resource {
	var resources []*model.Resource
	f.mu.Lock()
	defer f.mu.Unlock()
	for guid, clusters := range f.subscriptions {
		id := model.SubscriptionID(guid)
		if scope.Breadth == source.Estate {
			resources = append(resources, &model.Resource{ID: id, Kind: model.KindSubscription})
		}
		if scope.Breadth == source.Estate || scope.Breadth == source.Subscription && scope.ID == id {
			for _, name := range clusters {
				resources = append(resources, &model.Resource{ID: clusterID(guid, name), Parent: id, Kind: model.KindCluster})
			}
		}
	}
	return resources
}

func (f *fake) count(wanted func(source.Scope) bool) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, scope := range f.reads {
		if wanted(scope) {
			n++
		}
	}
	return n
}

func (f *fake) order() []source.Scope {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.reads)
}

func clusterID(guid, name string) model.ID {
	return model.ID("/subscriptions/" + guid + "/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/" + name)
}

func children(scope source.Scope) bool { return scope.Breadth == source.Children }

func of(guid, name string) func(source.Scope) bool {
	return func(scope source.Scope) bool { return children(scope) && scope.ID == clusterID(guid, name) }
}

// sink collects events.
type sink struct {
	mu     sync.Mutex
	events []source.Event
}

func (s *sink) add(event source.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, event)
}

func (s *sink) failed() []source.Failed {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failed []source.Failed
	for _, event := range s.events {
		if f, is := event.(source.Failed); is {
			failed = append(failed, f)
		}
	}
	return failed
}

var kinds = []model.Kind{model.KindPublicIP, model.KindDiagnosticSetting, model.KindUpgradeProfile}

var small = map[string][]string{"s1": {"a", "b"}, "s2": {"c"}, "s3": nil}

// wait waits until the scheduler is idle.
func wait(t *testing.T, s *Scheduler) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(t, s.Wait(ctx))
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 5*time.Second, time.Millisecond, what)
}

func TestReadsEverythingOnceInOrder(t *testing.T) {
	f, out := newFake(small), &sink{}
	var mu sync.Mutex
	var started []source.Scope
	s := New(Options{Source: f, Sink: out.add, Children: kinds, Started: func(scope source.Scope) {
		mu.Lock()
		defer mu.Unlock()
		started = append(started, scope)
	}})
	assert.True(t, s.Progress().Idle)
	s.Start(t.Context())
	wait(t, s)

	reads := f.order()
	require.Len(t, reads, 1+3+3*len(kinds))
	assert.Equal(t, source.Estate, reads[0].Breadth)
	for _, scope := range reads[4:] {
		assert.Equal(t, source.Children, scope.Breadth, "children come after the lists")
	}
	assert.ElementsMatch(t, reads, started)
	unique := map[source.Scope]bool{}
	for _, scope := range reads {
		unique[scope] = true
	}
	assert.Len(t, unique, len(reads))
	progress := s.Progress()
	assert.True(t, progress.Idle)
	assert.Zero(t, progress.Deferred)
	assert.Empty(t, out.failed())
}

func TestNoChildren(t *testing.T) {
	f := newFake(small)
	s := New(Options{Source: f, Sink: (&sink{}).add})
	s.Start(t.Context())
	wait(t, s)
	assert.Equal(t, 4, f.count(func(source.Scope) bool { return true }))
}

func TestBounds(t *testing.T) {
	estate := map[string][]string{}
	for i := range 20 {
		estate[fmt.Sprintf("s%d", i)] = []string{"a", "b", "c"}
	}
	f := newFake(estate)
	f.gate = func(ctx context.Context, scope source.Scope, _ func(source.Event) bool) error {
		time.Sleep(time.Millisecond)
		return nil
	}
	s := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds})
	s.Start(t.Context())
	wait(t, s)
	assert.LessOrEqual(t, f.peak[source.Subscription], listSlots)
	assert.Greater(t, f.peak[source.Subscription], 1)
	assert.LessOrEqual(t, f.peak[source.Children], backgroundSlots)
	assert.Greater(t, f.peak[source.Children], 1)
	assert.LessOrEqual(t, f.peakSub, backgroundEach)
	assert.Equal(t, 60*len(kinds), f.count(children))
}

func TestFocusGoesFirst(t *testing.T) {
	names := make([]string, 40)
	for i := range names {
		names[i] = fmt.Sprintf("c%02d", i)
	}
	f := newFake(map[string][]string{"s1": names})
	release := make(chan struct{})
	f.gate = func(ctx context.Context, scope source.Scope, _ func(source.Event) bool) error {
		if children(scope) && !of("s1", "c39")(scope) {
			<-release
		}
		return nil
	}
	s := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds})
	s.Start(t.Context())
	eventually(t, "background reads fill their slots", func() bool { return f.count(children) == backgroundEach })
	s.Focus(clusterID("s1", "c39"))
	eventually(t, "the focus is read beside them", func() bool { return f.count(of("s1", "c39")) == len(kinds) })
	close(release)
	wait(t, s)
	assert.Equal(t, 40*len(kinds), f.count(children))
}

func TestFocusBeforeTheEstateIsReadLosesNoList(t *testing.T) {
	f := newFake(small)
	s := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds})
	s.Focus(clusterID("s1", "a"))
	s.Start(t.Context())
	wait(t, s)
	lists := f.count(func(scope source.Scope) bool { return scope.Breadth == source.Subscription })
	assert.Equal(t, 3, lists)
	assert.Equal(t, 3*len(kinds), f.count(children))
}

func TestFocusPromotesWhatWaits(t *testing.T) {
	f, out := newFake(map[string][]string{"s1": {"a"}}), &sink{}
	f.gate = func(ctx context.Context, scope source.Scope, yield func(source.Event) bool) error {
		if !children(scope) || !source.InBackground(ctx) {
			return nil
		}
		yield(source.Wait{Scope: scope, Until: time.Now().Add(time.Hour), Why: "throttled by Azure, 3600 s"})
		<-ctx.Done()
		return ctx.Err()
	}
	s := New(Options{Source: f, Sink: out.add, Children: kinds})
	s.Start(t.Context())
	eventually(t, "the background waits", func() bool { return len(s.Progress().Waits) == backgroundEach })
	assert.Equal(t, "cluster details", s.Progress().Phase)
	s.Focus(clusterID("s1", "a"))
	wait(t, s)
	assert.Equal(t, len(kinds)+backgroundEach, f.count(children))
	assert.Empty(t, out.failed(), "what begins again at once did not fail")
}

func TestWaitingFreesItsSlot(t *testing.T) {
	estate := map[string][]string{}
	for i := range 12 {
		estate[fmt.Sprintf("s%02d", i)] = nil
	}
	f := newFake(estate)
	release := make(chan struct{})
	f.gate = func(ctx context.Context, scope source.Scope, yield func(source.Event) bool) error {
		if scope.Breadth == source.Subscription {
			yield(source.Wait{Scope: scope, Until: time.Now().Add(time.Hour), Why: "throttled"})
			<-release
		}
		return nil
	}
	s := New(Options{Source: f, Sink: (&sink{}).add})
	s.Start(t.Context())
	eventually(t, "all wait at once", func() bool { return len(s.Progress().Waits) == 12 })
	progress := s.Progress()
	assert.Equal(t, "clusters", progress.Phase)
	assert.Equal(t, 13, progress.Total)
	assert.Equal(t, 1, progress.Done)
	assert.False(t, progress.Idle)
	close(release)
	wait(t, s)
	assert.Empty(t, s.Progress().Waits)
}

func TestFailuresAreNotRetried(t *testing.T) {
	f, out := newFake(small), &sink{}
	f.gate = func(_ context.Context, scope source.Scope, _ func(source.Event) bool) error {
		if scope.Breadth == source.Subscription || children(scope) {
			return errors.New("refused")
		}
		return nil
	}
	s := New(Options{Source: f, Sink: out.add, Children: kinds})
	s.Start(t.Context())
	wait(t, s)
	assert.Len(t, f.order(), 1+3+3*len(kinds))
	assert.Len(t, out.failed(), 3+3*len(kinds))
	s.Focus(clusterID("s1", "a"))
	wait(t, s)
	assert.Len(t, f.order(), 1+3+3*len(kinds))
}

func TestEstateFailsYetItsSubscriptionsAreRead(t *testing.T) {
	f := newFake(small)
	f.gate = func(_ context.Context, scope source.Scope, yield func(source.Event) bool) error {
		if scope.Breadth == source.Estate {
			yield(source.Upsert{Resource: &model.Resource{ID: model.SubscriptionID("s1"), Kind: model.KindSubscription}})
			return errors.New("no Resource Graph")
		}
		return nil
	}
	s := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds})
	s.Start(t.Context())
	wait(t, s)
	assert.Len(t, f.order(), 1+1+2*len(kinds))
}

func TestManyClustersAreReadOnlyWhenFocused(t *testing.T) {
	f := newFake(map[string][]string{"s1": {"a", "b", "c"}})
	s := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds, ChildrenUpTo: 2})
	s.Start(t.Context())
	wait(t, s)
	assert.Zero(t, f.count(children))
	assert.Equal(t, 3, s.Progress().Deferred)
	s.Focus(clusterID("s1", "b"))
	wait(t, s)
	assert.Equal(t, len(kinds), f.count(children))
	assert.Equal(t, 2, s.Progress().Deferred)
	s.Focus("")
	s.Focus(clusterID("s1", "b"))
	wait(t, s)
	assert.Equal(t, len(kinds), f.count(children), "what was read is not read again")

	all := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds, ChildrenUpTo: 2, AllChildren: true})
	all.Start(t.Context())
	wait(t, all)
	assert.Equal(t, len(kinds)+3*len(kinds), f.count(children))
	assert.Zero(t, all.Progress().Deferred)
}

func TestUnfocusedReadsThatWaitAreCalledOff(t *testing.T) {
	f, out := newFake(map[string][]string{"s1": {"a", "b"}}), &sink{}
	f.gate = func(ctx context.Context, scope source.Scope, yield func(source.Event) bool) error {
		if of("s1", "a")(scope) {
			yield(source.Wait{Scope: scope, Until: time.Now().Add(time.Hour)})
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}
	s := New(Options{Source: f, Sink: out.add, Children: kinds, ChildrenUpTo: 1})
	s.Start(t.Context())
	wait(t, s)
	s.Focus(clusterID("s1", "a"))
	eventually(t, "its reads wait", func() bool { return len(s.Progress().Waits) == len(kinds) })
	s.Focus(clusterID("s1", "b"))
	wait(t, s)
	require.Len(t, out.failed(), len(kinds))
	assert.ErrorIs(t, out.failed()[0].Why, source.ErrCancelled)
	assert.Equal(t, len(kinds), f.count(of("s1", "b")))
}

func TestRefreshBeginsAgain(t *testing.T) {
	f, out := newFake(small), &sink{}
	var mu sync.Mutex
	block := true
	list := source.Scope{Breadth: source.Subscription, ID: model.SubscriptionID("s1")}
	f.gate = func(ctx context.Context, scope source.Scope, _ func(source.Event) bool) error {
		mu.Lock()
		blocked := block && scope == list
		mu.Unlock()
		if blocked {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}
	s := New(Options{Source: f, Sink: out.add})
	s.Start(t.Context())
	isList := func(scope source.Scope) bool { return scope == list }
	eventually(t, "the list is read", func() bool { return f.count(isList) == 1 })
	mu.Lock()
	block = false
	mu.Unlock()
	s.Refresh(list)
	wait(t, s)
	assert.Equal(t, 2, f.count(isList))
	assert.Empty(t, out.failed())

	s.Refresh(source.Scope{Breadth: source.Estate})
	wait(t, s)
	assert.Equal(t, 3, f.count(isList), "the estate comes with its lists")
}

func TestRefreshOfAClusterReadsItsChildren(t *testing.T) {
	f := newFake(map[string][]string{"s1": {"a", "b"}})
	s := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds})
	s.Start(t.Context())
	wait(t, s)
	scope := source.Scope{Breadth: source.Cluster, ID: clusterID("s1", "a")}
	before := len(f.order())
	s.Refresh(scope)
	wait(t, s)
	assert.Equal(t, scope, f.order()[before], "the document comes before what hangs under it")
	assert.Equal(t, 1, f.count(func(read source.Scope) bool { return read == scope }))
	assert.Equal(t, 2*len(kinds), f.count(of("s1", "a")))
	assert.Equal(t, len(kinds), f.count(of("s1", "b")))
}

// A source may answer from what it knows, unless somebody asked to read again.
func TestOnlyARefreshIsAsked(t *testing.T) {
	f := newFake(map[string][]string{"s1": {"a"}})
	var mu sync.Mutex
	requested := 0
	f.gate = func(ctx context.Context, _ source.Scope, _ func(source.Event) bool) error {
		mu.Lock()
		defer mu.Unlock()
		if source.Requested(ctx) {
			requested++
		}
		return nil
	}
	s := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds})
	s.Start(t.Context())
	s.Focus(clusterID("s1", "a"))
	wait(t, s)
	assert.Zero(t, requested)
	s.Refresh(source.Scope{Breadth: source.Children, ID: clusterID("s1", "a"), Kind: kinds[0]})
	wait(t, s)
	assert.Equal(t, 1, requested)
}

func TestWhatIsGoneIsNotReadAnyMore(t *testing.T) {
	f := newFake(map[string][]string{"s1": {"a", "b"}, "s2": {"c"}})
	s := New(Options{Source: f, Sink: (&sink{}).add})
	s.Start(t.Context())
	wait(t, s)
	f.mu.Lock()
	f.subscriptions = map[string][]string{"s1": {"b"}}
	f.mu.Unlock()
	s.Refresh(source.Scope{Breadth: source.Estate})
	wait(t, s)
	s.mu.Lock()
	defer s.mu.Unlock()
	assert.Len(t, s.known.order, 1)
	assert.Len(t, s.known.clusters, 1)
	assert.NotNil(t, s.known.clusters[clusterID("s1", "b").Fold()])
}

func TestCancelStopsEverything(t *testing.T) {
	f, out := newFake(small), &sink{}
	f.gate = func(ctx context.Context, scope source.Scope, _ func(source.Event) bool) error {
		if scope.Breadth == source.Estate {
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}
	s := New(Options{Source: f, Sink: out.add, Children: kinds})
	s.Start(t.Context())
	eventually(t, "the lists are read", func() bool { return f.count(func(source.Scope) bool { return true }) == 4 })
	s.Cancel()
	wait(t, s)
	failed := out.failed()
	require.Len(t, failed, 3)
	assert.ErrorIs(t, failed[0].Why, source.ErrCancelled)
	assert.Zero(t, f.count(children), "nothing goes on by itself")

	f.mu.Lock()
	f.gate = nil
	f.mu.Unlock()
	s.Refresh(source.Scope{Breadth: source.Estate})
	wait(t, s)
	assert.Equal(t, 3*len(kinds), f.count(children))
}

func TestASourceThatEndsEarlyIsNotAskedForEver(t *testing.T) {
	out := &sink{}
	s := New(Options{Source: silent{}, Sink: out.add})
	s.Start(t.Context())
	wait(t, s)
	require.Len(t, out.failed(), 1)
}

type silent struct{}

func (silent) Identity() source.Identity { return source.Identity{} }
func (silent) Read(context.Context, source.Scope) iter.Seq[source.Event] {
	return func(func(source.Event) bool) {}
}

func TestWaitEndsWithEitherContext(t *testing.T) {
	f := newFake(small)
	f.gate = func(ctx context.Context, _ source.Scope, _ func(source.Event) bool) error {
		<-ctx.Done()
		return ctx.Err()
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := New(Options{Source: f, Sink: (&sink{}).add})
	s.Start(ctx)
	short, end := context.WithTimeout(t.Context(), time.Millisecond)
	defer end()
	require.ErrorIs(t, s.Wait(short), context.DeadlineExceeded)
	cancel()
	require.ErrorIs(t, s.Wait(t.Context()), context.Canceled)
}

// TestStorm moves the focus, refreshes and cancels at random while everything runs,
// and leaves no goroutine behind.
func TestStorm(t *testing.T) {
	before := runtime.NumGoroutine()
	estate := map[string][]string{}
	for i := range 8 {
		for j := range 10 {
			guid := fmt.Sprintf("s%d", i)
			estate[guid] = append(estate[guid], fmt.Sprintf("c%d", j))
		}
	}
	f := newFake(estate)
	f.gate = func(ctx context.Context, scope source.Scope, yield func(source.Event) bool) error {
		switch rand.IntN(8) {
		case 0:
			return errors.New("refused")
		case 1:
			yield(source.Wait{Scope: scope, Until: time.Now().Add(time.Millisecond)})
			time.Sleep(time.Millisecond)
		}
		return ctx.Err()
	}
	s := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds})
	ctx, cancel := context.WithCancel(t.Context())
	s.Start(ctx)
	for range 300 {
		guid := fmt.Sprintf("s%d", rand.IntN(8))
		id := clusterID(guid, fmt.Sprintf("c%d", rand.IntN(10)))
		switch rand.IntN(6) {
		case 0:
			s.Focus(id)
		case 1:
			s.Focus("")
		case 2:
			s.Refresh(source.Scope{Breadth: source.Cluster, ID: id})
		case 3:
			s.Refresh(source.Scope{Breadth: source.Subscription, ID: model.SubscriptionID(guid)})
		case 4:
			s.Progress()
		case 5:
			if rand.IntN(10) == 0 {
				s.Cancel()
				s.Refresh(source.Scope{Breadth: source.Estate})
			}
		}
		time.Sleep(100 * time.Microsecond)
	}
	wait(t, s)
	s.mu.Lock()
	assert.Empty(t, s.running)
	for _, subscription := range s.known.order {
		assert.Zero(t, subscription.background)
	}
	s.mu.Unlock()
	cancel()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before, "no goroutine is left")
}
