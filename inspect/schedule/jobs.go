package schedule

import (
	"context"
	"slices"

	"github.com/aksight/aksight/inspect/source"
)

// How many reads of each sort run at once. Reads that wait for the service do not
// count: they keep nobody from going on.
const (
	urgentSlots     = 8
	listSlots       = 6
	listSlotsBeside = 2 // beside the estate's index, which brings the first rows
	focusSlots      = 6
	backgroundSlots = 4
	// backgroundEach bounds the background reads of one subscription.
	backgroundEach = 2
)

// sort is why a read runs.
type sort uint8

const (
	urgent sort = iota
	listing
	focused
	background
	sorts
)

// job is a read under way.
type job struct {
	scope  source.Scope
	sort   sort
	cancel context.CancelFunc
	// wait is the latest wait that the source told of.
	wait source.Wait
	// again is set where the scope is to be read once more when the job has ended.
	again bool
	// quiet is set where nobody needs to hear that the job was called off.
	quiet bool
	// cluster and kind are set for children.
	cluster *cluster
	kind    int
	// rights is the subscription, where the job reads rights in it.
	rights *subscription
	seen   seen
}

// want puts a scope before all others. A read of it that is under way begins again:
// what it brings may be older than what somebody just changed.
func (s *Scheduler) want(scope source.Scope) {
	if job := s.running[scope]; job != nil {
		job.again = true
		job.cancel()
		return
	}
	if at := slices.Index(s.lists, scope); at >= 0 {
		s.lists = slices.Delete(s.lists, at, at+1)
		s.listed--
	}
	if !slices.Contains(s.urgent, scope) {
		s.urgent = append(s.urgent, scope)
	}
}

// list puts a scope behind the other lists.
func (s *Scheduler) list(scope source.Scope) {
	if s.running[scope] == nil && !slices.Contains(s.lists, scope) && !slices.Contains(s.urgent, scope) {
		s.lists = append(s.lists, scope)
		s.listed++
	}
}

// callOff cancels the reads of a cluster's children that wait for the service.
// Quietly is for those that begin again at once.
func (s *Scheduler) callOff(c *cluster, quietly bool) {
	now := s.opts.Now()
	for _, job := range s.running {
		if job.cluster == c && job.sort != urgent && job.wait.Until.After(now) {
			job.quiet = quietly
			job.cancel()
		}
	}
}

// inBackground reports whether children are read without anybody asking.
func (s *Scheduler) inBackground() bool {
	return !s.paused && len(s.opts.Children)+len(s.opts.Rights) > 0 &&
		(s.opts.AllChildren || len(s.known.clusters) <= s.opts.ChildrenUpTo)
}

// pump starts what may run now. It is called with the lock held after each change.
func (s *Scheduler) pump() {
	if s.ctx == nil {
		return
	}
	if s.ctx.Err() != nil {
		s.urgent, s.lists, s.focus, s.paused = nil, nil, nil, true
	}
	var active [sorts]int
	lists, rights := 0, 0
	now := s.opts.Now()
	for _, job := range s.running {
		if job.rights != nil {
			rights++
			continue
		}
		if !job.wait.Until.After(now) {
			active[job.sort]++
			if job.scope.Breadth == source.Estate || job.scope.Breadth == source.Subscription {
				lists++
			}
		}
	}
	for ; len(s.urgent) > 0 && active[urgent] < urgentSlots; active[urgent]++ {
		scope := s.urgent[0]
		s.urgent = s.urgent[1:]
		s.start(scope, urgent)
	}
	for ; len(s.lists) > 0 && active[listing] < s.listSlots(); active[listing]++ {
		scope := s.lists[0]
		s.lists = s.lists[1:]
		s.start(scope, listing)
		lists++
	}
	if s.focus != nil {
		for ; active[focused] < focusSlots; active[focused]++ {
			kind := s.known.missing(s.focus)
			if kind < 0 {
				break
			}
			s.startChild(s.focus, kind, focused)
		}
	}
	if lists == 0 && len(s.lists) == 0 && s.inBackground() {
		for ; active[background] < backgroundSlots; active[background]++ {
			c, kind := s.known.nextChild(backgroundEach)
			if c == nil {
				break
			}
			s.startChild(c, kind, background)
		}
	}
	if s.ctx.Err() == nil {
		s.pumpRights(rights, lists > 0 || len(s.lists) > 0)
	}
	s.settle()
}

// listSlots leaves the machine and the network to the estate's index at first.
func (s *Scheduler) listSlots() int {
	estate := s.running[source.Scope{Breadth: source.Estate}]
	if estate != nil && !estate.wait.Until.After(s.opts.Now()) {
		return listSlotsBeside
	}
	return listSlots
}

// settle keeps busy in line with whether anything runs.
func (s *Scheduler) settle() {
	switch {
	case len(s.running) > 0 && s.busy == nil:
		s.busy = make(chan struct{})
	case len(s.running) == 0 && s.busy != nil:
		close(s.busy)
		s.busy = nil
		s.listed, s.listsDone = 0, 0
	}
}

func (s *Scheduler) startChild(c *cluster, kind int, sort sort) {
	s.start(source.Scope{Breadth: source.Children, ID: c.id, Kind: s.opts.Children[kind]}, sort)
}

// start begins a read, unless the same one runs.
func (s *Scheduler) start(scope source.Scope, sort sort) {
	if s.running[scope] != nil {
		return
	}
	j := &job{scope: scope, sort: sort, seen: seen{}, kind: -1}
	if scope.Breadth == source.Children {
		j.kind = slices.Index(s.opts.Children, scope.Kind)
		if c := s.known.clusters[scope.ID.Fold()]; c != nil && j.kind >= 0 {
			j.cluster = c
			c.running |= 1 << j.kind
			if sort == background {
				c.of.background++
			}
		}
	}
	if scope.Kind.Rights() && sort != urgent {
		j.rights = s.known.byID[scope.ID.Fold()]
	}
	ctx := s.ctx
	switch sort {
	case background:
		ctx = source.WithBackground(ctx)
	case urgent:
		ctx = source.WithRequest(ctx)
	case listing, focused, sorts:
	}
	ctx, j.cancel = context.WithCancel(ctx)
	s.running[scope] = j
	go s.run(ctx, j)
}

// run reads a scope to its end.
func (s *Scheduler) run(ctx context.Context, j *job) {
	ended := false
	s.opts.Started(j.scope)
	for event := range s.opts.Source.Read(ctx, j.scope) {
		if ctx.Err() != nil {
			break
		}
		switch event.(type) {
		case source.Complete, source.Failed:
			ended = true
		}
		s.opts.Sink(event)
		s.watch(j, event)
	}
	cancelled := ctx.Err() != nil
	j.cancel()
	if problem := s.unfinished(j, ended, cancelled); problem != nil {
		s.opts.Sink(source.Failed{Scope: j.scope, At: s.opts.Now(), Why: problem})
	}
	s.end(j, ended || !cancelled)
}

// unfinished says why a read ended early, where somebody needs to hear it.
func (s *Scheduler) unfinished(j *job, ended, cancelled bool) *source.Problem {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case ended || j.again || j.quiet || s.ctx.Err() != nil:
		return nil
	case cancelled:
		return &source.Problem{What: "Reading was called off", Do: "read it again with r", Err: source.ErrCancelled}
	default:
		return &source.Problem{What: "The source ended before its end", Do: "read it again with r"}
	}
}

// watch learns from an event that passes.
func (s *Scheduler) watch(j *job, event source.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	waited := !j.wait.Until.IsZero()
	j.wait = source.Wait{}
	if wait, is := event.(source.Wait); is {
		j.wait = wait
		s.pump()
		return
	}
	if all, is := event.(source.AllChildren); is {
		s.told(all)
	}
	if fresh := s.known.learn(event, j.seen); fresh != nil {
		s.list(source.Scope{Breadth: source.Subscription, ID: fresh.id})
		s.pump()
	} else if waited {
		s.pump()
	}
}

// end takes a job off, and starts what waited for it.
func (s *Scheduler) end(j *job, ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, j.scope)
	if c := j.cluster; c != nil {
		c.running &^= 1 << j.kind
		if j.sort == background {
			c.of.background--
		}
		if ended {
			s.known.finish(c, j.kind)
		}
	}
	if j.rights != nil {
		s.endRights(j.rights, ended)
	}
	if j.sort == listing {
		s.listsDone++
	}
	switch {
	case j.again:
		s.want(j.scope)
	case s.follow[j.scope]:
		delete(s.follow, j.scope)
		for _, kind := range s.opts.Children {
			if s.known.clusters[j.scope.ID.Fold()] == nil {
				break // it is gone
			}
			s.want(source.Scope{Breadth: source.Children, ID: j.scope.ID, Kind: kind})
		}
	}
	s.pump()
}
