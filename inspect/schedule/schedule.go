// Package schedule decides what a source is asked next: what somebody looks at
// first, the rest in the background, within the service's own limits.
package schedule

import (
	"context"
	"time"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Scheduler reads a source into a sink.
type Scheduler struct{}

// Options set a scheduler up.
type Options struct {
	Source source.Source
	// Sink takes each event, and the start of each scope's read. It is called from
	// several goroutines.
	Sink    func(source.Event)
	Started func(source.Scope)
	// Children are the kinds to read for each cluster; none where empty.
	Children []model.Kind
}

// Progress is how far reading came.
type Progress struct {
	// Phase says in a few words what is being read, such as "pool details".
	Phase string
	// Done and Total count scopes.
	Done, Total int
	Started     time.Time
	// Waits are the reads that wait by themselves, for throttling or a retry.
	Waits []source.Wait
	// Idle is set when nothing is wanted any more.
	Idle bool
}

// New returns a scheduler that reads nothing before Start.
func New(opts Options) *Scheduler { panic("not yet") }

// Start reads the estate, then each subscription, then the children in the
// background, until the context ends. It returns at once.
func (s *Scheduler) Start(ctx context.Context) { panic("not yet") }

// Focus reads a cluster's children before all others; the zero ID focuses nothing.
func (s *Scheduler) Focus(cluster model.ID) { panic("not yet") }

// Refresh reads a scope again, ahead of the rest.
func (s *Scheduler) Refresh(scope source.Scope) { panic("not yet") }

// Cancel drops what is under way and what waits in the background.
func (s *Scheduler) Cancel() { panic("not yet") }

// Progress tells how far reading came.
func (s *Scheduler) Progress() Progress { panic("not yet") }

// Wait returns when nothing is wanted any more, or with the context's error.
func (s *Scheduler) Wait(ctx context.Context) error { panic("not yet") }
