// Package source says what a source of an estate is: something that answers a
// scope with a stream of events. Azure, saved evidence and the demo are
// interchangeable behind it.
package source

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/aksight/aksight/model"
)

// Source answers reads. Read may be called from several goroutines; it stops soon
// after its context is cancelled, and yields nothing then.
type Source interface {
	Read(ctx context.Context, scope Scope) iter.Seq[Event]
	// Identity tells who is asking, as far as it is known by now.
	Identity() Identity
}

// Breadth says how much a scope covers.
type Breadth uint8

// The breadths.
const (
	// Estate is every subscription with its clusters, from an index.
	Estate Breadth = iota
	// Subscription is one subscription's clusters, each whole and confirmed.
	Subscription
	// Cluster is one cluster's document.
	Cluster
	// Children is one kind of one cluster's children.
	Children
	// File is one file of saved evidence; the scope's ID is its path.
	File
	// Inside is one kind of objects inside one cluster; with an empty kind it is the
	// inside as a whole.
	Inside
)

// Scope is what a read covers. It is comparable and serves as a map key.
type Scope struct {
	Breadth Breadth
	// ID is the subscription, the cluster, or a file's path; empty for the estate.
	ID model.ID
	// Kind is the child kind where Breadth is Children, and the kind of object where it
	// is Inside.
	Kind model.Kind
}

// Event is one of Upsert, Delete, Complete, Failed, Wait, AllChildren.
type Event interface{ event() }

// Upsert brings a resource as it now is.
type Upsert struct{ Resource *model.Resource }

// Delete says that a resource is gone.
type Delete struct{ ID model.ID }

// Complete says that a scope was read to its end: what was known within it and did
// not come again is gone.
type Complete struct {
	Scope Scope
	At    time.Time
}

// Failed says that a scope was not read to its end: what was known stays.
type Failed struct {
	Scope Scope
	Why   *Problem
	At    time.Time
}

// Wait says that the source waits by itself, for throttling or a retry.
type Wait struct {
	Scope Scope
	Until time.Time
	Why   string
}

// AllChildren brings at once all that hangs under a cluster, and tells how reading
// each kind of it ended: for sources that need no call of their own for it. The maps
// are not changed afterwards.
type AllChildren struct {
	Cluster  model.ID
	Children map[model.Kind][]*model.Resource
	Reads    map[model.Kind]model.Read
}

func (Upsert) event()      {}
func (Delete) event()      {}
func (Complete) event()    {}
func (Failed) event()      {}
func (Wait) event()        {}
func (AllChildren) event() {}

// ErrCancelled is the cause of a Failed event for a read that was called off: its
// scope is unread, not refused.
var ErrCancelled = errors.New("called off")

// Problem is a failure in words that a user can act on.
type Problem struct {
	// What happened, in one sentence.
	What string
	// Do says what to do about it, or is empty.
	Do string
	// Refused is set where rights are missing rather than the service.
	Refused bool
	// Err is the cause, for the errors page.
	Err error
}

// Error returns what happened and what to do.
func (p *Problem) Error() string {
	if p.Do == "" {
		return p.What
	}
	return p.What + ": " + p.Do
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

// Mode says what kind of source answers.
type Mode string

// The modes.
const (
	Live     Mode = "live"
	Demo     Mode = "demo"
	Evidence Mode = "evidence"
)

// Identity is who asks, and of what.
type Identity struct {
	Mode Mode
	// User is the signed-in name: a user principal name, or an application's name or ID.
	User string
	// Tenant is the tenant's name or GUID.
	Tenant string
	// Cloud is the Azure cloud's name, such as AzureCloud.
	Cloud string
	// CapturedFrom is the mode of the source that evidence was captured from; empty
	// where that is not known.
	CapturedFrom Mode
	// CapturedAt is when evidence was captured; zero otherwise.
	CapturedAt time.Time
	// JudgedAt is the moment as of which evidence is judged; zero otherwise.
	JudgedAt time.Time
	// Prompt is what the user must do to sign in, such as a device code's message;
	// empty when nothing is asked.
	Prompt string
}
