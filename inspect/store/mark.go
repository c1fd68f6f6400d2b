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

// InsideMark returns judgements inside a cluster with the marks of those that somebody
// waived, in a list of its own where one changes.
type InsideMark func(cluster model.ID, judgements []Judgement) []Judgement

type insideMarked struct{ mark InsideMark }

// MarkInside is Mark for what runs in clusters.
func (s *Store) MarkInside(mark InsideMark) { s.send(insideMarked{mark}) }

// markInside makes the marks inside every cluster anew.
func (e *estate) markInside(mark InsideMark) {
	e.remarkInside = mark
	for _, held := range e.clusters {
		if held.cluster.Inside == nil {
			continue
		}
		e.edit(held.cluster.Resource.ID, func(c *Cluster) {
			c.Inside = e.insideMarked(c.Resource.ID, c.Inside)
			c.count()
		})
	}
}

// insideMarked returns a cluster's inside with its marks made anew: it may have been
// judged before the waivers changed.
func (e *estate) insideMarked(cluster model.ID, before *Inside) *Inside {
	if e.remarkInside == nil || before == nil {
		return before
	}
	after := *before
	after.Judgements = e.remarkInside(cluster, before.Judgements)
	after.Counts = model.Counts{}
	for i := range after.Judgements {
		after.Counts.Merge(after.Judgements[i].Counts)
	}
	return &after
}

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
