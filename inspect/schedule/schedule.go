// Package schedule decides what a source is asked next: what somebody looks at
// first, the rest in the background, within the service's own limits.
package schedule

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Options set a scheduler up.
type Options struct {
	Source source.Source
	// Sink takes each event, and Started the start of each scope's read. They are
	// called from several goroutines, but for one scope in order.
	Sink    func(source.Event)
	Started func(source.Scope)
	// Children are the kinds to read for each cluster; none where empty.
	Children []model.Kind
	// Rights are the kinds to read for each subscription, one after the other: who holds
	// which rights in it. None where empty.
	Rights []model.Kind
	// RightsWhenWanted reads them only where somebody asks for them.
	RightsWhenWanted bool
	// AllChildren reads the children of every cluster, however many there are.
	AllChildren bool
	// ChildrenUpTo is the number of clusters up to which children are read in the
	// background; beyond it only those of focused clusters are. 200 where zero.
	ChildrenUpTo int
	// Now is the clock; time.Now where nil.
	Now func() time.Time
}

const defaultChildrenUpTo = 200

// Scheduler reads a source into a sink. It is safe for concurrent use.
type Scheduler struct {
	opts Options

	mu      sync.Mutex
	ctx     context.Context // of Start; nil before it
	started time.Time
	running map[source.Scope]*job
	// urgent are the scopes that somebody asked for, in the order to read them.
	urgent []source.Scope
	// lists are the estate and subscriptions that wait to be read.
	lists []source.Scope
	// listed and listsDone count what was put into lists, and what of it ended.
	listed, listsDone int
	// follow are the clusters whose children are wanted once the document is read.
	follow map[source.Scope]bool
	// focus is the cluster whose children go first.
	focus *cluster
	// paused is set after Cancel: nothing goes on by itself.
	paused bool
	known  known
	// busy is closed when the scheduler becomes idle; nil while it is.
	busy chan struct{}
}

// Progress is how far reading came.
type Progress struct {
	// Phase says in a few words what is being read, such as "cluster details".
	Phase string
	// Done and Total count the scopes of the phase.
	Done, Total int
	Started     time.Time
	// Waits are the reads that wait by themselves, for throttling or a retry; the
	// one that waits longest comes first.
	Waits []source.Wait
	// Deferred is the number of clusters whose children are read only when they are
	// focused, because there are so many.
	Deferred int
	// Idle is set when nothing is wanted any more.
	Idle bool
}

// New returns a scheduler that reads nothing before Start.
func New(opts Options) *Scheduler {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.ChildrenUpTo == 0 {
		opts.ChildrenUpTo = defaultChildrenUpTo
	}
	if opts.Started == nil {
		opts.Started = func(source.Scope) {}
	}
	return &Scheduler{
		opts:    opts,
		running: map[source.Scope]*job{},
		follow:  map[source.Scope]bool{},
		known:   newKnown(len(opts.Children)),
	}
}

// Start reads the estate, then each subscription, then the children in the
// background, until the context ends. It returns at once.
func (s *Scheduler) Start(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx != nil {
		return
	}
	s.ctx, s.started = ctx, s.opts.Now()
	s.list(source.Scope{Breadth: source.Estate})
	s.pump()
}

// Focus reads a cluster's children before all others; the zero ID focuses nothing.
// Reads for the cluster that had the focus are called off where they wait and
// nobody else wants them.
func (s *Scheduler) Focus(id model.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.focus
	s.focus = nil
	if id != "" {
		s.focus = s.known.addCluster(id, id.Fold())
		s.known.open(s.focus)
		s.wantRights(id, false)
	}
	if before == s.focus {
		return
	}
	if before != nil && !s.inBackground() {
		s.callOff(before, false)
	}
	if s.focus != nil {
		// What waits in the background begins again, now ahead of the others.
		s.callOff(s.focus, true)
	}
	s.pump()
}

// Refresh reads a scope again, ahead of the rest: for the estate with the lists of
// its subscriptions, for a cluster with its children.
func (s *Scheduler) Refresh(scope source.Scope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.want(scope)
	switch scope.Breadth {
	case source.Estate:
		s.paused = false
		for _, subscription := range s.known.order {
			s.list(source.Scope{Breadth: source.Subscription, ID: subscription.id})
			subscription.rights.restart()
		}
	case source.Cluster:
		// Its children follow the document, which tells what they are.
		s.follow[scope] = true
		s.known.open(s.known.addCluster(scope.ID, scope.ID.Fold()))
		s.wantRights(scope.ID, true)
	case source.Subscription:
		s.wantRights(scope.ID, true)
	case source.Children:
	}
	s.pump()
}

// Cancel drops what is under way and what waits. Nothing more is read before
// somebody asks for it.
func (s *Scheduler) Cancel() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.urgent, s.lists, s.focus = nil, nil, nil
	s.paused = true
	clear(s.follow)
	for _, of := range s.known.order {
		of.rights.wanted, of.rights.again = false, false
	}
	for _, job := range s.running {
		job.again, job.quiet = false, false
		job.cancel()
	}
	s.pump()
}

// Progress tells how far reading came.
func (s *Scheduler) Progress() Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := Progress{Started: s.started, Idle: s.busy == nil}
	lists, children, rights := 0, 0, 0
	now := s.opts.Now()
	for scope, job := range s.running {
		switch {
		case job.rights != nil:
			rights++
		case scope.Breadth == source.Children:
			children++
		default:
			lists++
		}
		if job.wait.Until.After(now) {
			p.Waits = append(p.Waits, job.wait)
		}
	}
	slices.SortFunc(p.Waits, func(a, b source.Wait) int { return b.Until.Compare(a.Until) })
	if len(s.opts.Children) > 0 && !s.opts.AllChildren && len(s.known.clusters) > s.opts.ChildrenUpTo {
		p.Deferred = len(s.known.clusters) - s.known.opened
	}
	estate := s.running[source.Scope{Breadth: source.Estate}]
	switch {
	case p.Idle:
	case estate != nil && s.listed == s.listsDone+1:
		p.Phase, p.Done, p.Total = "the estate", s.listsDone, s.listed
	case lists > 0 || len(s.lists) > 0:
		p.Phase, p.Done, p.Total = "clusters", s.listsDone, s.listed
	case children > 0 || len(s.urgent) > 0:
		p.Phase, p.Done, p.Total = "cluster details", s.known.childrenDone, s.childrenWanted()
	case rights > 0:
		p.Phase = "role assignments"
		p.Done, p.Total = s.rightsProgress()
	}
	return p
}

// childrenWanted is the number of child scopes that are to be read in all.
func (s *Scheduler) childrenWanted() int {
	clusters := s.known.opened
	if s.inBackground() {
		clusters = len(s.known.clusters)
	}
	return max(clusters*len(s.opts.Children), s.known.childrenDone)
}

// told notes which child kinds a source brought unasked: they need no read.
func (s *Scheduler) told(all source.AllChildren) {
	c := s.known.clusters[all.Cluster.Fold()]
	if c == nil {
		return
	}
	for kind, name := range s.opts.Children {
		if _, is := all.Reads[name]; is {
			s.known.finish(c, kind)
		}
	}
}

// Wait returns when nothing is wanted any more, or with the context's error or that
// of Start's context.
func (s *Scheduler) Wait(ctx context.Context) error {
	for {
		s.mu.Lock()
		busy, began := s.busy, s.ctx
		s.mu.Unlock()
		if busy == nil {
			if began != nil && began.Err() != nil {
				return began.Err()
			}
			return ctx.Err()
		}
		select {
		case <-busy:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
