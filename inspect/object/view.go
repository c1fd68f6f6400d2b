package object

import (
	"sync"

	"github.com/aksight/aksight/model"
)

// View is the inside of a cluster for judging, with the cluster's own document. What
// was decoded once stays decoded, also for the views of later states made from it. It
// is safe for concurrent use.
type View struct {
	*model.Inside
	// Cluster is the document of Azure Resource Manager, or nil where the cluster is not
	// one of Azure's or was not read.
	Cluster *model.Document

	mu      sync.Mutex
	decoded map[*model.Object]any
	derived map[any]any
	before  *View
}

// NewView returns a view of an inside. The view of an earlier state, or nil, spares
// decoding again what did not change.
func NewView(inside *model.Inside, cluster *model.Document, before *View) *View {
	v := &View{Inside: inside, Cluster: cluster, decoded: map[*model.Object]any{}, derived: map[any]any{}}
	if before != nil {
		before.mu.Lock()
		v.before = &View{decoded: before.decoded}
		before.mu.Unlock()
	}
	return v
}

// List returns all objects of a kind as a type of k8s.io/api, in the order of
// Inside.Objects; nil stands for one that cannot be decoded.
func List[T any](v *View, kind model.Kind) []*T {
	objects := v.Objects[kind]
	list := make([]*T, len(objects))
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, o := range objects {
		list[i] = decode[T](v, o)
	}
	return list
}

// decode returns an object as a type, remembered. The view is locked.
func decode[T any](v *View, o *model.Object) *T {
	if typed, is := v.decoded[o].(*T); is {
		return typed
	}
	if v.before != nil {
		if typed, is := v.before.decoded[o].(*T); is {
			v.decoded[o] = typed
			return typed
		}
	}
	typed, err := As[T](o)
	if err != nil {
		return nil
	}
	v.decoded[o] = typed
	return typed
}

// Derived returns what build makes of the view, made once for each key: an index that
// several checks share. Keys are of a type of the caller's own, as with contexts; build
// must not call Derived with the same key.
func Derived[T any](v *View, key any, build func(*View) T) T {
	v.mu.Lock()
	held, is := v.derived[key].(*lazily[T])
	if !is {
		held = &lazily[T]{}
		v.derived[key] = held
	}
	v.mu.Unlock()
	held.once.Do(func() { held.value = build(v) })
	return held.value
}

type lazily[T any] struct {
	once  sync.Once
	value T
}

// Unread returns the first of the kinds that was not read to its end, with how its
// read stands, and whether there is one.
func (v *View) Unread(kinds ...model.Kind) (model.Kind, model.Read, bool) {
	for _, kind := range kinds {
		if read := v.Reads[kind]; read.State != model.ReadDone {
			return kind, read, true
		}
	}
	return "", model.Read{}, false
}
