package store

import (
	"slices"

	"github.com/aksight/aksight/model"
)

// Mark sets the marks of judgements that somebody waived, in place.
type Mark func(cluster *Cluster, judged []model.Judged, pools [][]model.Judged)

// marked asks for the judgements' marks to be made anew.
type marked struct{ mark Mark }

// Mark has the marks of every judgement made anew, now and with every later document:
// the waivers have changed.
func (s *Store) Mark(mark Mark) { s.send(marked{mark}) }

// mark makes the marks of every cluster's judgements anew.
func (e *estate) mark(mark Mark) {
	e.remark = mark
	for _, held := range e.clusters {
		before := held.cluster
		if after := e.marked(before); after != before {
			held.cluster = after
			e.account(before, after)
		}
	}
}

// marked returns the cluster with its marks made anew: a document may have been judged
// before the waivers changed. One whose marks stay is returned as it is.
func (e *estate) marked(before *Cluster) *Cluster {
	if e.remark == nil {
		return before
	}
	judged, pools := slices.Clone(before.Judged), slices.Clone(before.Pools)
	for i := range pools {
		pools[i] = slices.Clone(pools[i])
	}
	e.remark(before, judged, pools)
	same := slices.Equal(judged, before.Judged)
	for i := range pools {
		same = same && slices.Equal(pools[i], before.Pools[i])
	}
	if same {
		return before
	}
	after := *before
	after.Judged, after.Pools = judged, pools
	after.count()
	return &after
}

// count adds the judgements up.
func (c *Cluster) count() {
	c.Counts = model.Counts{}
	c.Each(func(_, _ int, judged model.Judged) { c.Counts.Add(judged) })
	if c.Inside != nil {
		c.Counts.Merge(c.Inside.Counts)
	}
}
