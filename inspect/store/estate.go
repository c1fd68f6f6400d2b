package store

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// estate is the mutable state that the store's goroutine owns. What it publishes is
// never changed again: clusters and subscriptions are replaced, not edited.
type estate struct {
	scales

	version  uint64
	sequence uint64 // counts events
	begun    map[source.Scope]uint64
	dirty    bool

	read     model.Read
	problem  *source.Problem
	files    []File
	counts   model.Counts
	clusters []*entry
	places   *places
	subs     map[model.ID]*subscription
	// childSeen tells when a child was last seen, by its cluster's and its own ID.
	childSeen map[model.ID]uint64

	// remark makes marks anew, once the waivers have changed; nil before that.
	remark       Mark
	remarkInside InsideMark

	previous *Snapshot
}

// entry is a cluster and when it was last seen.
type entry struct {
	cluster *Cluster
	seen    uint64
}

// subscription is the mutable side of a Subscription.
type subscription struct {
	Subscription
	rights    rights
	seen      uint64
	changed   bool
	published *Subscription
}

func newEstate(with scales) *estate {
	return &estate{
		scales: with,
		begun:  map[source.Scope]uint64{}, places: newPlaces(0), subs: map[model.ID]*subscription{},
		childSeen: map[model.ID]uint64{},
		previous:  &Snapshot{},
	}
}

// start marks a scope as being read: what is not seen from here to its end is gone.
func (e *estate) start(scope source.Scope) {
	e.sequence++
	e.begun[scope] = e.sequence
	if scope.Breadth == source.Estate {
		e.files = nil
	}
	e.setRead(scope, model.Read{State: model.Reading}, nil)
}

// judged takes a cluster that was judged on its way.
func (e *estate) judged(w weighed) {
	e.sequence++
	e.upsertCluster(w)
}

func (e *estate) fold(event source.Event) {
	e.sequence++
	switch event := event.(type) {
	case source.Upsert:
		e.upsert(event.Resource)
	case source.Delete:
		e.remove(event.ID)
	case source.Complete:
		e.prune(event.Scope)
		e.setRead(event.Scope, model.Read{State: model.ReadDone, At: event.At}, nil)
	case source.AllChildren:
		e.setChildren(event)
	case source.Failed:
		if errors.Is(event.Why, source.ErrCancelled) {
			e.setRead(event.Scope, model.Read{State: model.Unread}, nil)
			return
		}
		e.setRead(event.Scope, model.Read{State: model.ReadFailed, Why: event.Why.Error(), At: event.At}, event.Why)
	}
}

// setRead notes how reading a scope stands.
func (e *estate) setRead(scope source.Scope, read model.Read, problem *source.Problem) {
	switch scope.Breadth {
	case source.Estate:
		e.read, e.problem = read, problem
		e.dirty = true
	case source.Subscription:
		sub := e.subscription(scope.ID)
		sub.Read, sub.Problem = read, problem
		sub.changed, e.dirty = true, true
	case source.Cluster:
		// A document that came whole has cleared the problem, and one that could not be
		// used has set its own.
		if problem != nil {
			e.edit(scope.ID, func(c *Cluster) { c.Problem = problem })
		}
	case source.Children:
		if scope.Kind.Rights() {
			e.setRightsRead(scope, read)
			return
		}
		e.setChildRead(scope, read)
	case source.File:
		e.setFile(string(scope.ID), problem)
	}
}

// setFile notes why a file could not be used whole; a file that could be is no news.
func (e *estate) setFile(path string, problem *source.Problem) {
	if problem == nil {
		return
	}
	e.files = append(slices.Clip(e.files), File{path, problem})
	e.dirty = true
}

// subscription returns the subscription with that ID, made where it is new.
func (e *estate) subscription(id model.ID) *subscription {
	key := id.Fold()
	sub, known := e.subs[key]
	if !known {
		sub = &subscription{Subscription: Subscription{ID: id, Name: cmp.Or(id.Name(), "kubeconfig")}}
		e.subs[key] = sub
	}
	return sub
}

func (e *estate) upsert(resource *model.Resource) {
	switch resource.Kind {
	case model.KindSubscription:
		e.upsertSubscription(resource)
	case model.KindCluster:
		e.upsertCluster(weighed{resource: resource})
	default:
		if resource.Kind.Rights() {
			e.upsertRight(resource)
			return
		}
		e.upsertChild(resource)
	}
}

func (e *estate) upsertSubscription(resource *model.Resource) {
	sub := e.subscription(resource.ID)
	sub.seen = e.sequence
	sub.Resource = resource
	if tree, err := document.Parse(resource.Raw.Bytes()); err == nil {
		sub.Name = cmp.Or(document.Text(tree, "displayName"), document.Text(tree, "name"), sub.Name)
	}
	sub.changed, e.dirty = true, true
}

// remove forgets a resource that is gone.
func (e *estate) remove(id model.ID) {
	if _, known := e.places.of(id.Fold()); known {
		e.dropClusters(func(c *entry) bool { return c.cluster.Resource.ID.Equal(id) })
		return
	}
	delete(e.subs, id.Fold())
	e.dirty = true
}

// prune forgets what a scope held and did not bring again.
func (e *estate) prune(scope source.Scope) {
	begun, known := e.begun[scope]
	if !known {
		return
	}
	delete(e.begun, scope)
	switch scope.Breadth {
	case source.Estate:
		e.pruneEstate(begun)
	case source.Subscription:
		parent := scope.ID.Fold()
		e.dropClusters(func(c *entry) bool { return c.seen <= begun && c.cluster.parent == parent })
	case source.Children:
		if scope.Kind.Rights() {
			e.pruneRights(scope, begun)
			return
		}
		e.pruneChildren(scope, begun)
	case source.Cluster, source.File, source.Inside:
	}
}

// pruneEstate drops subscriptions that are gone. Clusters that the index leaves out
// go only if the index alone knew them: it omits what one may not read.
func (e *estate) pruneEstate(begun uint64) {
	for key, sub := range e.subs {
		if sub.seen <= begun && sub.Resource != nil {
			delete(e.subs, key)
			e.dropClusters(func(c *entry) bool { return c.cluster.parent == key })
		}
	}
	e.dropClusters(func(c *entry) bool { return c.seen <= begun && c.cluster.Resource.Partial })
	e.dirty = true
}

func (e *estate) dropClusters(gone func(*entry) bool) {
	if !slices.ContainsFunc(e.clusters, gone) {
		return
	}
	kept := e.clusters[:0:0]
	for _, c := range e.clusters {
		if !gone(c) {
			kept = append(kept, c)
			continue
		}
		e.counts.Subtract(c.cluster.Counts)
		if sub, known := e.subs[c.cluster.Resource.Parent.Fold()]; known {
			sub.account(c.cluster, nil)
		}
	}
	e.clusters = kept
	e.places = newPlaces(len(kept))
	for i, c := range kept {
		e.places.add(c.cluster.Resource.Key(), i)
	}
	e.dirty = true
}

// account brings a subscription's sums from an old to a new state of a cluster.
func (s *subscription) account(before, after *Cluster) {
	if before != nil {
		s.Counts.Subtract(before.Counts)
		s.Clusters--
		s.Pools -= len(before.Summary.Pools)
	}
	if after != nil {
		s.Counts.Merge(after.Counts)
		s.Clusters++
		s.Pools += len(after.Summary.Pools)
	}
	s.changed = true
}

// publish makes the snapshot of the present state. What did not change is shared
// with the last one.
func (e *estate) publish() *Snapshot {
	e.judgeRights()
	e.version++
	e.dirty = false
	next := &Snapshot{
		Version: e.version, Counts: e.counts, Estate: e.read, Problem: e.problem, Files: e.files,
		Clusters: make([]*Cluster, len(e.clusters)),
		places:   e.places,
	}
	for i, c := range e.clusters {
		next.Clusters[i] = c.cluster
	}
	e.findWorst(next.Clusters)
	for _, sub := range e.subs {
		if sub.changed || sub.published == nil {
			sub.Azure, sub.round = sub.rights.view(sub.ID), sub.rights.round
			published := sub.Subscription
			sub.published, sub.changed = &published, false
		}
		next.Subscriptions = append(next.Subscriptions, sub.published)
	}
	slices.SortFunc(next.Subscriptions, func(a, b *Subscription) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(string(a.ID), string(b.ID)))
	})
	next.subscriptions = make(map[model.ID]int, len(next.Subscriptions))
	for i, sub := range next.Subscriptions {
		next.subscriptions[sub.ID.Fold()] = i
	}
	next.rightsOf = e.previous.rightsOf.of(next.Views())
	e.previous = next
	return next
}

// findWorst finds the worst cluster of each subscription that changed.
func (e *estate) findWorst(clusters []*Cluster) {
	for _, sub := range e.subs {
		if sub.changed {
			sub.Worst = nil
		}
	}
	var parent model.ID
	var sub *subscription
	for _, c := range clusters {
		// Neighbours mostly share a subscription.
		if c.parent != parent {
			parent, sub = c.parent, e.subs[c.parent]
		}
		if sub != nil && sub.changed && (sub.Worst == nil || c.Counts.Compare(&sub.Worst.Counts) < 0) {
			sub.Worst = c
		}
	}
}
