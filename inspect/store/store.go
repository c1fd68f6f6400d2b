// Package store keeps the estate: one goroutine folds events into it and publishes
// immutable snapshots.
package store

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/pace"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Judge weighs every rule on a cluster and its pools. Azure is what was read of the rights
// in the cluster's subscription; it is nil where nothing was, and where no rule reads them.
type Judge func(s model.Subject, azure *azurerbac.View) (cluster []model.Judged, pools [][]model.Judged)

// publishEvery bounds how often a snapshot is published: what changes faster than
// that nobody can read.
const publishEvery = 50 * time.Millisecond

// backlog is how many events may wait before senders do.
const backlog = 256

// Store owns the estate. Its methods are safe for concurrent use.
type Store struct {
	scales   scales
	pacer    *pace.Pacer
	inbox    chan any
	changed  chan struct{}
	snapshot atomic.Pointer[Snapshot]
	done     chan struct{}
}

// started marks a scope as being read, in line with the events.
type started struct{ scope source.Scope }

// settle asks for a snapshot of all that was sent before.
type settle struct{ ready chan struct{} }

// New returns an empty store. Joins tells the child kinds that rules join: when one
// of them was read, its cluster is judged again. The pacer may be nil.
func New(judge Judge, joins func(model.Kind) bool, pacer *pace.Pacer) *Store {
	s := &Store{
		scales:  newScales(judge, joins),
		pacer:   pacer,
		inbox:   make(chan any, backlog),
		changed: make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
	s.snapshot.Store(&Snapshot{})
	return s
}

// Run folds events until the context ends. It is called once.
func (s *Store) Run(ctx context.Context) {
	defer close(s.done)
	estate := newEstate(s.scales)
	var last time.Time
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	armed := false
	// A large estate takes a while: nobody who sends holds a core that this waits for.
	publish := func() {
		turn := s.pacer.Begin()
		s.snapshot.Store(estate.publish())
		turn.End()
		last, armed = time.Now(), false
		select {
		case s.changed <- struct{}{}:
		default:
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			if armed {
				publish()
			}
		case message := <-s.inbox:
			switch message := message.(type) {
			case settle:
				if estate.dirty {
					publish()
				}
				close(message.ready)
				continue
			case started:
				estate.start(message.scope)
			case weighed:
				estate.judged(message)
			case insideOf:
				estate.putInside(message)
			case marked:
				estate.mark(message.mark)
			case insideMarked:
				estate.markInside(message.mark)
			case source.Event:
				turn := s.pacer.Begin()
				estate.fold(message)
				turn.End()
			}
			if !estate.dirty || armed {
				continue
			}
			if wait := publishEvery - time.Since(last); wait > 0 {
				timer.Reset(wait)
				armed = true
			} else {
				publish()
			}
		}
	}
}

func (s *Store) send(message any) {
	select {
	case s.inbox <- message:
	case <-s.done:
	}
}

// Send hands an event over; it blocks while the store is behind. A cluster's document
// is judged before that, on the caller's goroutine.
func (s *Store) Send(event source.Event) {
	upsert, is := event.(source.Upsert)
	if !is || upsert.Resource.Kind != model.KindCluster {
		s.send(event)
		return
	}
	turn := s.pacer.Begin()
	now := s.Snapshot()
	var azure subscriptionRights
	if s.scales.joinsRights() {
		azure = now.rights(upsert.Resource.Parent)
	}
	w := s.scales.weigh(upsert.Resource, now.keyed(upsert.Resource.Key()), azure)
	turn.End()
	s.send(w)
}

// Started marks a scope as being read.
func (s *Store) Started(scope source.Scope) { s.send(started{scope}) }

// Settle returns when a snapshot holds all that was sent before, or with the
// context's error.
func (s *Store) Settle(ctx context.Context) error {
	ready := make(chan struct{})
	s.send(settle{ready})
	select {
	case <-ready:
		return nil
	case <-s.done:
		return context.Canceled
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Snapshot returns the newest snapshot; never nil.
func (s *Store) Snapshot() *Snapshot { return s.snapshot.Load() }

// Changed delivers at most one pending signal that a newer snapshot is there.
func (s *Store) Changed() <-chan struct{} { return s.changed }
