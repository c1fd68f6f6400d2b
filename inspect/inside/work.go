package inside

import (
	"context"
	"slices"
	"time"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// work folds the events of one cluster's inside. One goroutine owns it.
type work struct {
	opts    Options
	cluster model.ID

	kinds map[model.Kind]*kindOfObjects
	// state is the one to be handed over next; View is filled in then.
	state  store.Inside
	server string
	// changed is set while the state is newer than the one handed over, unjudged while
	// it is newer than the one that was judged or is being judged.
	changed, unjudged bool
	// shown is set once objects were handed over.
	shown bool

	view     *object.View // of the last state handed over
	weighed  *object.View // of the last state judged
	judging  bool
	judgedAt time.Time
	judged   chan judgement
}

// kindOfObjects holds the objects of one kind.
type kindOfObjects struct {
	byRef map[model.Ref]*model.Object
	// listed are those that the list under way has brought; nil while none is.
	listed  map[model.Ref]bool
	sorted  []*model.Object
	version string
	read    model.Read
	stale   bool // sorted is
}

// judgement is what judging one state gave.
type judgement struct {
	view *object.View
	all  []store.Judgement
}

func newWork(opts Options, cluster model.ID) *work {
	return &work{
		opts: opts, cluster: cluster, kinds: map[model.Kind]*kindOfObjects{}, changed: true, judged: make(chan judgement, 1),
	}
}

func (w *work) kind(kind model.Kind) *kindOfObjects {
	k := w.kinds[kind]
	if k == nil {
		k = &kindOfObjects{byRef: map[model.Ref]*model.Object{}, listed: map[model.Ref]bool{}, read: model.Read{State: model.Reading}}
		w.kinds[kind] = k
	}
	return k
}

// fold takes an event.
func (w *work) fold(event source.Event) {
	switch event := event.(type) {
	case source.Objects:
		if !w.objects(event) {
			return
		}
	case source.Wait:
		w.state.Wait, w.changed = event, true
		return // it says nothing of what runs
	}
	w.changed, w.unjudged = true, true
	switch event := event.(type) {
	case source.Connected:
		w.server, w.state.User, w.state.Address = event.Server, event.User, event.Address
		w.state.State, w.state.Problem = store.ReadingInside, nil
		w.advance() // where it was away, and everything was read before
	case source.Listing:
		w.kind(event.Kind).listed = map[model.Ref]bool{}
	case source.Gone:
		k := w.kind(event.Ref.Kind)
		delete(k.byRef, event.Ref)
		k.stale = true
	case source.Complete:
		w.complete(event)
	case source.Failed:
		w.failed(event)
	}
}

// objects takes objects as they now are, and reports whether any has changed:
// heartbeats change nothing that is kept. One that has not stays the one that was
// judged.
func (w *work) objects(event source.Objects) (changed bool) {
	k := w.kind(event.Kind)
	changed = k.version != event.Version
	k.version = event.Version
	for _, o := range event.List {
		if k.listed != nil {
			k.listed[o.Ref] = true
		}
		if before := k.byRef[o.Ref]; before == nil || !same(before, o) {
			k.byRef[o.Ref] = o
			k.stale, changed = true, true
		}
	}
	return changed
}

// same reports whether an object was read again unchanged.
func same(a, b *model.Object) bool {
	return a.UID == b.UID && a.APIVersion == b.APIVersion && a.Typed == nil && b.Typed == nil && a.Raw.Equal(b.Raw) &&
		(a.Secret == nil) == (b.Secret == nil) && (a.Secret == nil || *a.Secret == *b.Secret)
}

// complete ends a list: what it did not bring is gone.
func (w *work) complete(event source.Complete) {
	k := w.kind(event.Scope.Kind)
	k.read = model.Read{State: model.ReadDone, At: event.At}
	if k.listed != nil {
		for ref := range k.byRef {
			if !k.listed[ref] {
				delete(k.byRef, ref)
				k.stale = true
			}
		}
	}
	k.listed = nil
	w.advance()
}

// failed notes what could not be read; what was known of it stays.
func (w *work) failed(event source.Failed) {
	if event.Scope.Kind == "" {
		w.state.State, w.state.Problem = store.Unreachable, event.Why
		return
	}
	k := w.kind(event.Scope.Kind)
	k.read = model.Read{State: model.ReadFailed, Why: event.Why.Error(), At: event.At}
	k.listed = nil
	w.advance()
}

// advance notes when everything has ended.
func (w *work) advance() {
	for _, kind := range model.ObjectKinds {
		if len(w.opts.Kinds) > 0 && !slices.Contains(w.opts.Kinds, kind.Kind) {
			continue
		}
		k := w.kinds[kind.Kind]
		if k == nil || k.read.State == model.Reading {
			return
		}
	}
	w.state.State, w.state.Problem = store.Following, nil
}

// first reports whether something is there that was not shown yet.
func (w *work) first() bool {
	if w.shown || len(w.kinds) == 0 {
		return false
	}
	k := w.kinds[model.KindPod]
	w.shown = k != nil && len(k.byRef) > 0
	return w.shown
}

// publish hands the state over where it has changed.
func (w *work) publish() {
	if !w.changed {
		return
	}
	w.changed = false
	turn := w.opts.Pacer.Begin()
	inside := &model.Inside{
		Cluster: w.cluster, Server: w.server,
		Objects: make(map[model.Kind][]*model.Object, len(w.kinds)), Reads: make(map[model.Kind]model.Read, len(w.kinds)),
		Versions: make(map[model.Kind]string, len(w.kinds)),
	}
	for kind, k := range w.kinds {
		inside.Objects[kind], inside.Reads[kind], inside.Versions[kind] = k.inOrder(), k.read, k.version
	}
	w.view = object.NewView(inside, w.opts.Cluster(w.cluster), w.view)
	turn.End() // the store may wait for a core too
	w.hand()
}

func (w *work) hand() {
	next := w.state
	next.View = w.view
	w.opts.Put(w.cluster, &next)
}

// inOrder returns the objects in order, in a list that is not changed afterwards.
func (k *kindOfObjects) inOrder() []*model.Object {
	if !k.stale {
		return k.sorted
	}
	k.stale = false
	k.sorted = make([]*model.Object, 0, len(k.byRef))
	for _, o := range k.byRef {
		k.sorted = append(k.sorted, o)
	}
	slices.SortFunc(k.sorted, func(a, b *model.Object) int { return a.Compare(b.Ref) })
	return k.sorted
}

// judge has the state judged that was handed over last, on a goroutine of its own: one
// state at a time, and while lists come in not all the time.
func (w *work) judge() {
	if w.judging || !w.unjudged || w.view == nil || w.changed || w.state.State < store.ReadingInside {
		return
	}
	if w.state.State == store.ReadingInside || time.Since(w.judgedAt) < judgeEvery {
		return
	}
	w.judging, w.unjudged = true, false
	view, before, judgements := w.view, w.weighed, w.state.Judgements
	go func() {
		w.judged <- w.weigh(view, before, judgements)
	}()
}

// weigh judges a view, piece by piece.
func (w *work) weigh(view, before *object.View, judgements []store.Judgement) judgement {
	turn := w.opts.Pacer.Begin()
	all := w.opts.Judge(view, before, judgements, func() { turn = turn.Next() })
	turn.End()
	return judgement{view, all}
}

// take notes what judging gave, and hands it over.
func (w *work) take(j judgement) {
	w.judging, w.judgedAt, w.weighed = false, time.Now(), j.view
	w.state.Judgements = j.all
	w.state.Counts = model.Counts{}
	for i := range j.all {
		w.state.Counts.Merge(j.all[i].Counts)
	}
	w.hand()
}

// settled reports whether everything was read and judged, or cannot be.
func (w *work) settled() bool {
	switch w.state.State {
	case store.Unreachable:
		return !w.changed
	case store.Following, store.Ended:
		return !w.changed && !w.unjudged && !w.judging
	default:
		return false
	}
}

// finish judges what is left once the source has ended.
func (w *work) finish(ctx context.Context) {
	if w.judging {
		w.take(<-w.judged)
	}
	if w.state.State == store.Following && ctx.Err() == nil {
		w.state.State, w.changed = store.Ended, true
	}
	w.publish()
	if w.unjudged && w.state.State == store.Ended {
		w.take(w.weigh(w.view, w.weighed, w.state.Judgements))
	}
}
