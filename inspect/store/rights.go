package store

import (
	"maps"
	"slices"
	"sync"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// rights is the mutable side of what was read of the rights in a subscription.
type rights struct {
	kinds map[model.Kind]*rightsKind
	reads map[model.Kind]model.Read
	// current is the view of the present state; nil where it has changed since.
	current *azurerbac.View
	// round grows when a read ends that rules wait for, and judge is set until the clusters
	// have been judged once more.
	round uint64
	judge bool
}

// subscriptionRights is what clusters are judged by of the rights in their subscription.
type subscriptionRights struct {
	view *azurerbac.View
	// round tells whether a judgement is still of the present state. It stays while
	// documents come in: the end of their read has all clusters judged again.
	round uint64
}

// rightsKind holds the documents of one kind, in the order in which they were first seen.
type rightsKind struct {
	list  []*model.Resource
	seen  []uint64
	at    map[model.ID]int
	given []*model.Resource // a copy of list that views hold; nil where it has changed
}

// view returns what is known, or nil where nothing of the rights was read. It is made
// anew after a change; the lists that did not change are shared with the last one.
func (r *rights) view(subscription model.ID) *azurerbac.View {
	if r.current != nil || len(r.kinds) == 0 && len(r.reads) == 0 {
		return r.current
	}
	r.current = &azurerbac.View{
		Subscription: subscription,
		Resources:    make(map[model.Kind][]*model.Resource, len(r.kinds)),
		Reads:        maps.Clone(r.reads),
	}
	for kind, of := range r.kinds {
		if of.given == nil {
			of.given = slices.Clone(of.list)
		}
		r.current.Resources[kind] = of.given
	}
	return r.current
}

func (r *rights) kind(kind model.Kind) *rightsKind {
	if r.kinds == nil {
		r.kinds = map[model.Kind]*rightsKind{}
	}
	if r.kinds[kind] == nil {
		r.kinds[kind] = &rightsKind{at: map[model.ID]int{}}
	}
	return r.kinds[kind]
}

// rights returns what is known of the rights in a subscription, where rules read them.
func (e *estate) rights(subscription model.ID) subscriptionRights {
	if !e.joinsRights() {
		return subscriptionRights{}
	}
	sub, known := e.subs[subscription.Fold()]
	if !known {
		return subscriptionRights{}
	}
	return subscriptionRights{sub.rights.view(sub.ID), sub.rights.round}
}

// upsertRight takes a document that tells of the rights in a subscription.
func (e *estate) upsertRight(resource *model.Resource) {
	sub := e.subs[resource.Parent.Fold()]
	if sub == nil {
		return // somebody asked for a subscription that the estate does not have
	}
	of := sub.rights.kind(resource.Kind)
	if at, known := of.at[resource.Key()]; known {
		of.list[at], of.seen[at] = resource, e.sequence
	} else {
		of.at[resource.Key()] = len(of.list)
		of.list, of.seen = append(of.list, resource), append(of.seen, e.sequence)
	}
	of.given = nil
	e.changeRights(sub)
}

// setRightsRead notes how reading one kind of a subscription's rights stands.
func (e *estate) setRightsRead(scope source.Scope, read model.Read) {
	sub := e.subs[scope.ID.Fold()]
	if sub == nil {
		return
	}
	if sub.rights.reads == nil {
		sub.rights.reads = map[model.Kind]model.Read{}
	}
	sub.rights.reads[scope.Kind] = read
	e.changeRights(sub)
	if read.State != model.Reading && e.joins(scope.Kind) {
		sub.rights.round, sub.rights.judge = e.sequence, true
	}
}

// pruneRights forgets the documents that a complete read did not bring again.
func (e *estate) pruneRights(scope source.Scope, begun uint64) {
	sub := e.subs[scope.ID.Fold()]
	if sub == nil {
		return
	}
	of := sub.rights.kind(scope.Kind)
	if !slices.ContainsFunc(of.seen, func(seen uint64) bool { return seen <= begun }) {
		return
	}
	kept := rightsKind{at: map[model.ID]int{}}
	for i, resource := range of.list {
		if of.seen[i] > begun {
			kept.at[resource.Key()] = len(kept.list)
			kept.list, kept.seen = append(kept.list, resource), append(kept.seen, of.seen[i])
		}
	}
	*of = kept
	e.changeRights(sub)
}

func (e *estate) changeRights(sub *subscription) {
	sub.rights.current = nil
	sub.changed, e.dirty = true, true
}

// judgeRights judges the clusters once more whose subscription's rights were read, once
// for all that came since the last snapshot.
func (e *estate) judgeRights() {
	for key, sub := range e.subs {
		if !sub.rights.judge {
			continue
		}
		sub.rights.judge = false
		azure := e.rights(key)
		for _, held := range e.clusters {
			if held.cluster.parent == key {
				e.edit(held.cluster.Resource.ID, func(c *Cluster) { e.again(c, azure) })
			}
		}
	}
}

// rightsIndex is the index of what was read of rights, made once somebody asks.
type rightsIndex struct {
	views []*azurerbac.View
	once  sync.Once
	index *azurerbac.Index
}

// of returns the index of those views: the same where they have not changed.
func (r *rightsIndex) of(views []*azurerbac.View) *rightsIndex {
	if r != nil && slices.Equal(r.views, views) {
		return r
	}
	return &rightsIndex{views: views}
}

// Rights returns the index of what was read of the rights in all subscriptions, or nil
// where nothing was. It is made once.
func (s *Snapshot) Rights() *azurerbac.Index {
	if s.rightsOf == nil || len(s.rightsOf.views) == 0 {
		return nil
	}
	s.rightsOf.once.Do(func() { s.rightsOf.index = azurerbac.New(s.rightsOf.views...) })
	return s.rightsOf.index
}
