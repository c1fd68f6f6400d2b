package store

import (
	"bytes"
	"maps"
	"slices"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// upsertCluster takes a cluster's document. A document from the index never replaces
// one that Azure Resource Manager confirmed.
func (e *estate) upsertCluster(resource *model.Resource) {
	key := resource.ID.Fold()
	at, known := e.at[key]
	if !known {
		at = len(e.clusters)
		e.clusters = append(e.clusters, &entry{})
		e.at[key] = at
		e.membership = true
	}
	held := e.clusters[at]
	held.seen = e.sequence
	before := held.cluster
	if before != nil && resource.Partial && !before.Resource.Partial {
		return
	}
	after := e.judged(before, resource)
	held.cluster = after
	e.account(before, after)
}

// judged returns the cluster with its new document, judged.
func (e *estate) judged(before *Cluster, resource *model.Resource) *Cluster {
	masked, err := document.Mask(resource)
	after := &Cluster{parent: resource.Parent.Fold()}
	if before != nil {
		*after = *before
	}
	if err != nil {
		return broken(after, resource, err)
	}
	if same := before != nil && before.Counts.Pending == 0 && len(before.Judged) > 0 &&
		before.Resource.APIVersion == masked.APIVersion && bytes.Equal(before.Resource.Raw, masked.Raw); same {
		after.Resource, after.Problem = masked, nil
		return after
	}
	decoded, err := document.Decode(masked)
	if err != nil {
		return broken(after, resource, err)
	}
	after.Resource, after.Problem = masked, nil
	after.Summary = document.Summarize(decoded)
	e.weigh(after, decoded)
	return after
}

// broken keeps what was known of a cluster whose new document cannot be used.
func broken(after *Cluster, resource *model.Resource, err error) *Cluster {
	after.Problem = &source.Problem{What: "Azure's answer could not be used", Do: "read it again with v", Err: err}
	if after.Resource == nil {
		after.Resource = resource
		after.Summary = model.ClusterSummary{
			Name: resource.ID.Name(), ResourceGroup: resource.ID.ResourceGroup(), Subscription: resource.ID.Subscription(),
		}
	}
	return after
}

// weigh judges every rule on the cluster and adds the judgements up.
func (e *estate) weigh(c *Cluster, decoded *model.Document) {
	c.Judged, c.Pools = e.judge(subject(c, decoded, e.joins))
	c.Counts = model.Counts{}
	c.Each(func(_, _ int, judged model.Judged) { c.Counts.Add(judged) })
}

// subject puts a cluster's documents together for judging; only children that rules
// join are decoded.
func subject(c *Cluster, decoded *model.Document, joins func(model.Kind) bool) model.Subject {
	s := model.Subject{Cluster: decoded, Pool: -1, Reads: c.Reads, Children: map[model.Kind][]*model.Document{}}
	for kind, resources := range c.Children {
		if !joins(kind) {
			continue
		}
		for _, resource := range resources {
			if child, err := document.Decode(resource); err == nil {
				s.Children[kind] = append(s.Children[kind], child)
			}
		}
	}
	return s
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
	at, known := e.at[id.Fold()]
	if !known {
		return
	}
	before := e.clusters[at].cluster
	after := *before
	change(&after)
	e.clusters[at].cluster = &after
	e.account(before, &after)
}

// egressKinds are read together: what tells a cluster's public addresses.
var egressKinds = []model.Kind{
	model.KindPublicIP, model.KindPublicIPPrefix, model.KindNATGateway, model.KindRouteTable, model.KindSubnet,
}

// kindsOf are the kinds that reading one child kind brings.
func kindsOf(kind model.Kind) []model.Kind {
	if kind == model.KindPublicIP {
		return egressKinds
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
		if !again || read.State == model.Reading {
			return
		}
		if decoded, err := document.Decode(c.Resource); err == nil {
			e.weigh(c, decoded)
		}
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
	})
}
