package store

import (
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// InsideState says how looking into a cluster stands.
type InsideState uint8

// The states; a cluster whose Inside is nil was not opened.
const (
	// Connecting: no answer yet.
	Connecting InsideState = iota
	// ReadingInside: the first lists are on their way.
	ReadingInside
	// Following: everything was read, and what changes comes in.
	Following
	// Ended: everything was read, and nothing follows.
	Ended
	// Unreachable: the API server did not answer, or not to us; see Problem.
	Unreachable
)

// Inside is what is known of the inside of a cluster, with its judgements. It is
// immutable.
type Inside struct {
	// View holds the objects; it is never nil.
	View    *object.View
	State   InsideState
	Problem *source.Problem
	// Wait is what the source waits for, as where the API server throttles; see its Says.
	Wait source.Wait
	// User is whom the API server took us for, and Address where it answered.
	User, Address string
	// Judgements are on the inside as a whole, then on each object that rules judge, in
	// the order of their references. They are those of the last state that was judged,
	// and nil before the first.
	Judgements []Judgement
	// Counts adds the judgements up.
	Counts model.Counts
}

// Judgement holds what each rule says of one object.
type Judgement = model.Judgement

// InsideJudge weighs every rule on the objects inside a cluster. It gets the view of
// before with its judgements, or nil, to spare judging again what did not change.
type InsideJudge func(view, before *object.View, judgements []Judgement, pause func()) []Judgement

// insideOf brings a new state of a cluster's inside.
type insideOf struct {
	cluster model.ID
	inside  *Inside
}

// PutInside replaces what is known of a cluster's inside; nil forgets it. It blocks
// while the store is behind.
func (s *Store) PutInside(cluster model.ID, inside *Inside) { s.send(insideOf{cluster, inside}) }

// putInside takes a new state of a cluster's inside.
func (e *estate) putInside(put insideOf) {
	e.sequence++
	e.edit(put.cluster, func(c *Cluster) {
		c.Inside = e.insideMarked(put.cluster, put.inside)
		c.count()
	})
}

// EachInside calls f for every judgement inside the cluster.
func (c *Cluster) EachInside(f func(object *Judgement, rule int, judged model.Judged)) {
	if c.Inside == nil {
		return
	}
	for i := range c.Inside.Judgements {
		on := &c.Inside.Judgements[i]
		for rule, judged := range on.Judged {
			if judged.Verdict != model.NotJudged {
				f(on, rule, judged)
			}
		}
	}
}
