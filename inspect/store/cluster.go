package store

import (
	"maps"
	"slices"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// upsertCluster takes a cluster's document. It is judged again where what is round
// the cluster has changed since.
func (e *estate) upsertCluster(w weighed) {
	key := w.resource.Key()
	at, known := e.places.of(key)
	if !known {
		at = len(e.clusters)
		e.clusters = append(e.clusters, &entry{})
		e.places.add(key, at)
	}
	held := e.clusters[at]
	held.seen = e.sequence
	before := held.cluster
	if before != nil && before.outranks(w.resource) {
		return
	}
	azure := e.rights(w.resource.Parent)
	if stale := before.surroundings() != w.around || azure.round != w.round || w.result == nil; stale && w.err == nil {
		w = e.weigh(w.resource, before, azure)
	}
	held.cluster = e.marked(w.take(before))
	e.account(before, held.cluster)
}

// account brings the sums from an old to a new state of a cluster.
func (e *estate) account(before, after *Cluster) {
	if before != nil {
		e.counts.Subtract(before.Counts)
	}
	e.counts.Merge(after.Counts)
	e.subscription(after.Resource.Parent).account(before, after)
	e.dirty = true
}

// edit replaces a cluster by a changed copy.
func (e *estate) edit(id model.ID, change func(*Cluster)) {
	at, known := e.places.of(id.Fold())
	if !known {
		return
	}
	before := e.clusters[at].cluster
	after := *before
	change(&after)
	e.clusters[at].cluster = &after
	e.account(before, &after)
}

// kindsOf are the kinds that reading one child kind brings.
func kindsOf(kind model.Kind) []model.Kind {
	if kind == model.KindPublicIP {
		return model.EgressKinds
	}
	return []model.Kind{kind}
}

// setChildRead notes how reading a child kind stands, and judges again what joins it.
func (e *estate) setChildRead(scope source.Scope, read model.Read) {
	e.edit(scope.ID, func(c *Cluster) {
		reads := maps.Clone(c.Reads)
		if reads == nil {
			reads = map[model.Kind]model.Read{}
		}
		again := false
		for _, kind := range kindsOf(scope.Kind) {
			reads[kind] = read
			again = again || e.joins(kind)
		}
		c.Reads = reads
		c.around = e.sequence
		if again && read.State != model.Reading {
			e.again(c, e.rights(c.parent))
		}
	})
}

// setChildren takes all that hangs under a cluster at once, and judges it once.
func (e *estate) setChildren(all source.AllChildren) {
	parent := all.Cluster.Fold()
	if _, known := e.places.of(parent); !known {
		return
	}
	for _, list := range all.Children {
		for _, resource := range list {
			e.childSeen[parent+"|"+resource.ID.Fold()] = e.sequence
		}
	}
	e.edit(all.Cluster, func(c *Cluster) {
		c.Children, c.Reads = all.Children, all.Reads
		c.around = e.sequence
		e.again(c, e.rights(c.parent))
	})
}

func (e *estate) upsertChild(resource *model.Resource) {
	e.childSeen[resource.Parent.Fold()+"|"+resource.ID.Fold()] = e.sequence
	e.edit(resource.Parent, func(c *Cluster) {
		children := maps.Clone(c.Children)
		if children == nil {
			children = map[model.Kind][]*model.Resource{}
		}
		list := slices.Clone(children[resource.Kind])
		if at := slices.IndexFunc(list, func(r *model.Resource) bool { return r.ID.Equal(resource.ID) }); at >= 0 {
			list[at] = resource
		} else {
			list = append(list, resource)
		}
		children[resource.Kind] = list
		c.Children = children
		c.around = e.sequence
	})
}

// pruneChildren forgets the children that a complete read did not bring again.
func (e *estate) pruneChildren(scope source.Scope, begun uint64) {
	parent := scope.ID.Fold()
	e.edit(scope.ID, func(c *Cluster) {
		children := maps.Clone(c.Children)
		for _, kind := range kindsOf(scope.Kind) {
			var kept []*model.Resource
			for _, resource := range children[kind] {
				key := parent + "|" + resource.ID.Fold()
				if e.childSeen[key] > begun {
					kept = append(kept, resource)
				} else {
					delete(e.childSeen, key)
				}
			}
			if len(children[kind]) > 0 {
				children[kind] = kept
			}
		}
		c.Children = children
		c.around = e.sequence
	})
}
