package store

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// scales judge clusters.
type scales struct {
	judge Judge
	joins func(model.Kind) bool
	// joinsRights tells whether a rule reads the rights of a subscription; the answer is
	// kept, since it is asked for with every document.
	joinsRights func() bool
}

func newScales(judge Judge, joins func(model.Kind) bool) scales {
	return scales{judge, joins, sync.OnceValue(func() bool { return slices.ContainsFunc(model.RightsKinds, joins) })}
}

// weighed is a cluster's document, judged by whoever brought it: several documents
// are judged at once, and the store's own goroutine has only to fold them in.
type weighed struct {
	resource *model.Resource
	// around is the state of the children that it was judged with.
	around uint64
	// round is that of the rights in its subscription that it was judged with.
	round uint64
	// result holds what the document says, for take to use up; nil where it was not judged.
	result *Cluster
	err    error
}

// weigh judges a document beside what is known of its cluster, and of the rights in its
// subscription.
func (s scales) weigh(resource *model.Resource, known *Cluster, azure subscriptionRights) weighed {
	w := weighed{resource: resource, round: azure.round}
	if known != nil {
		w.around = known.around
		if known.outranks(resource) {
			return w
		}
		if known.says(resource) {
			said := *known
			w.result = &said
			return w
		}
	}
	decoded, err := document.Decode(resource)
	if err != nil {
		w.err = err
		return w
	}
	w.result = &Cluster{Summary: document.Summarize(decoded)}
	s.put(w.result, known.Subject(decoded, s.joins), azure.view)
	document.Recycle(decoded)
	return w
}

// put judges every rule on the subject and adds the judgements up.
func (s scales) put(c *Cluster, subject model.Subject, azure *azurerbac.View) {
	c.Judged, c.Pools = s.judge(subject, azure)
	c.count()
}

// again judges a cluster once more, after something round it has changed.
func (s scales) again(c *Cluster, azure subscriptionRights) {
	if decoded, err := document.Decode(c.Resource); err == nil {
		s.put(c, c.Subject(decoded, s.joins), azure.view)
	}
}

// outranks reports whether the known document is better than another: one from the
// index never replaces one that Azure Resource Manager confirmed.
func (c *Cluster) outranks(resource *model.Resource) bool {
	return resource.Partial && !c.Resource.Partial
}

// says reports whether the known document is the same as another and judged whole, on
// the same day: rules and waivers look at the date.
func (c *Cluster) says(resource *model.Resource) bool {
	day := 24 * time.Hour
	return c.Counts.Pending == 0 && len(c.Judged) > 0 &&
		c.Resource.ReadAt.Truncate(day).Equal(resource.ReadAt.Truncate(day)) &&
		c.Resource.Partial == resource.Partial && c.Resource.Final == resource.Final &&
		c.Resource.APIVersion == resource.APIVersion && c.Resource.Raw.Equal(resource.Raw)
}

// take returns the cluster with its new document.
func (w weighed) take(before *Cluster) *Cluster {
	after := w.result
	if after == nil {
		after = &Cluster{}
	}
	said := *after
	if before != nil {
		*after = *before
	}
	after.parent = w.resource.Parent.Fold()
	if w.err != nil {
		return broken(after, w.resource, w.err)
	}
	after.Resource, after.Problem = w.resource, nil
	after.Summary, after.Judged, after.Pools, after.Counts = said.Summary, said.Judged, said.Pools, said.Counts
	if after.Inside != nil {
		after.count()
	}
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

// Subject puts a cluster's documents together for judging; only children of wanted
// kinds are decoded. A kind with a document that cannot be decoded was not read: to
// judge on the others would take it for missing. The cluster may be nil.
func (c *Cluster) Subject(decoded *model.Document, wanted func(model.Kind) bool) model.Subject {
	s := model.Subject{Cluster: decoded, Pool: -1, Children: map[model.Kind][]*model.Document{}}
	if c == nil {
		return s
	}
	s.Reads = c.Reads
	for kind, resources := range c.Children {
		if !wanted(kind) {
			continue
		}
		for _, resource := range resources {
			child, err := document.Decode(resource)
			if err != nil {
				if s.Reads = maps.Clone(s.Reads); s.Reads == nil {
					s.Reads = map[model.Kind]model.Read{}
				}
				s.Reads[kind] = model.Read{State: model.ReadFailed, Why: err.Error(), At: resource.ReadAt}
				continue
			}
			s.Children[kind] = append(s.Children[kind], child)
		}
	}
	return s
}
