package ui

import (
	"context"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/schedule"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
)

// estate is what the app itself needs of an inspection.
type estate interface {
	Start(ctx context.Context)
	Snapshot() *store.Snapshot
	Changed() <-chan struct{}
	Progress() schedule.Progress
	Identity() source.Identity
	Requests() int
	Cancel()
	// Attend lets the background give way to a key.
	Attend()
}

// inspected is a real inspection.
type inspected struct{ *inspect.Inspection }

func (i inspected) Snapshot() *store.Snapshot   { return i.Store.Snapshot() }
func (i inspected) Changed() <-chan struct{}    { return i.Store.Changed() }
func (i inspected) Progress() schedule.Progress { return i.Schedule.Progress() }
func (i inspected) Identity() source.Identity   { return i.Source.Identity() }
func (i inspected) Requests() int               { return i.Calls.Total() }
func (i inspected) Cancel()                     { i.Schedule.Cancel() }
