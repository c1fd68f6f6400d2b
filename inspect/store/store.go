// Package store keeps the estate: one goroutine folds events into it and publishes
// immutable snapshots.
package store

import (
	"context"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Judge weighs every rule on a cluster and its pools.
type Judge func(model.Subject) (cluster []model.Judged, pools [][]model.Judged)

// Store owns the estate.
type Store struct{}

// New returns an empty store.
func New(judge Judge) *Store { panic("not yet") }

// Run folds events until the context ends.
func (s *Store) Run(ctx context.Context) { panic("not yet") }

// Send hands an event over; it blocks while the store is behind.
func (s *Store) Send(event source.Event) { panic("not yet") }

// Started marks a scope as being read.
func (s *Store) Started(scope source.Scope) { panic("not yet") }

// Snapshot returns the newest snapshot; never nil.
func (s *Store) Snapshot() *Snapshot { panic("not yet") }

// Changed delivers at most one pending signal that a newer snapshot is there.
func (s *Store) Changed() <-chan struct{} { panic("not yet") }
