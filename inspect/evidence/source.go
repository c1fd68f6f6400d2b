package evidence

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aksight/aksight/inspect/pace"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Options set a source up.
type Options struct {
	// Paths are files and folders; "-" is standard input.
	Paths []string
	Stdin io.Reader
	// Subscriptions limits the estate to these, by GUID or name; all where empty.
	Subscriptions []string
	// At is the moment as of which the evidence is judged: that of its capture where zero.
	At time.Time
	// Now is the clock; time.Now where nil.
	Now func() time.Time
	// Pacer lets reading give way to keys; it may be nil.
	Pacer *pace.Pacer
}

// Source reads saved files. It is safe for concurrent use.
type Source struct {
	opts     Options
	inputs   []*input
	captured time.Time
	identity source.Identity

	mu sync.Mutex
	// held is what the files held when they were last read; nil before that.
	held *holding
	// ready is closed while the files are not being read.
	ready chan struct{}
	// loading is held by the one who reads the files.
	loading chan struct{}
}

// Open finds the files and looks when they were captured. It reads no documents. It
// fails only where no path leads anywhere; what is wrong with one of several is told
// when the estate is read.
func Open(opts Options) (*Source, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	inputs, err := find(opts.Paths, opts.Stdin, opts.Now())
	if err != nil {
		return nil, err
	}
	s := &Source{opts: opts, inputs: inputs, ready: make(chan struct{}), loading: make(chan struct{}, 1)}
	for _, in := range inputs {
		in.peek()
		if in.at.After(s.captured) {
			s.captured = in.at
		}
	}
	if s.captured.IsZero() {
		s.captured = opts.Now()
	}
	s.identify()
	return s, nil
}

// identify tells who captured the files, where all bundles agree.
func (s *Source) identify() {
	s.identity = source.Identity{
		Mode: source.Evidence, CapturedAt: s.captured.UTC(), JudgedAt: s.captured.UTC(),
	}
	if !s.opts.At.IsZero() {
		s.identity.JudgedAt = s.opts.At.UTC()
	}
	var origin *Origin
	for _, in := range s.inputs {
		switch {
		case in.nowhere:
			continue
		case in.manifest == nil:
			return
		case origin == nil:
			origin = &in.manifest.Source
		case *origin != in.manifest.Source:
			return
		}
	}
	if origin != nil {
		s.identity.CapturedFrom = origin.Mode
		s.identity.User, s.identity.Tenant, s.identity.Cloud = origin.User, origin.Tenant, origin.Cloud
	}
}

// Identity tells when the files were captured and by whom.
func (s *Source) Identity() source.Identity { return s.identity }

// JudgedAt is the moment as of which the evidence is judged.
func (s *Source) JudgedAt() time.Time { return s.identity.JudgedAt }

// wants reports whether the options leave a subscription in.
func (s *Source) wants(guid, name string) bool {
	return len(s.opts.Subscriptions) == 0 || slices.ContainsFunc(s.opts.Subscriptions, func(wanted string) bool {
		return strings.EqualFold(wanted, guid) || name != "" && strings.EqualFold(wanted, name)
	})
}

// Read answers a scope. The estate reads the files anew; all else is answered from
// what they held.
func (s *Source) Read(ctx context.Context, scope source.Scope) iter.Seq[source.Event] {
	return func(yield func(source.Event) bool) {
		stopped := false
		emit := func(event source.Event) error {
			if stopped || ctx.Err() != nil {
				return errStopped
			}
			if stopped = !yield(event); stopped {
				return errStopped
			}
			return nil
		}
		if scope.Breadth == source.Estate {
			s.estate(ctx, emit)
			return
		}
		held := s.wait(ctx)
		if held == nil {
			return
		}
		s.answer(held, scope, emit)
	}
}

// wait returns what the files held, once they were read.
func (s *Source) wait(ctx context.Context) *holding {
	s.mu.Lock()
	ready := s.ready
	s.mu.Unlock()
	select {
	case <-ready:
	case <-ctx.Done():
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held
}

// estate reads the files.
func (s *Source) estate(ctx context.Context, emit func(source.Event) error) {
	select {
	case s.loading <- struct{}{}:
		defer func() { <-s.loading }()
	case <-ctx.Done():
		return
	}
	s.mu.Lock()
	before := s.held
	if before != nil {
		s.ready = make(chan struct{})
	}
	ready := s.ready
	s.mu.Unlock()
	l := &loader{Source: s, ctx: ctx, emit: emit, h: newHolding(), wrong: map[string]bool{}}
	err := l.load()
	if err == nil {
		err = l.gone(before)
	}
	s.mu.Lock()
	if err == nil || before == nil {
		s.held = l.h
	}
	close(ready)
	s.mu.Unlock()
	if err != nil {
		return
	}
	scope := source.Scope{Breadth: source.Estate}
	if why := l.verdict(); why != nil {
		_ = emit(source.Failed{Scope: scope, Why: why, At: s.captured}) // nobody listens any more
		return
	}
	_ = emit(source.Complete{Scope: scope, At: s.captured}) // nobody listens any more
}

// gone tells of clusters that the files held the last time, and do not any more.
func (l *loader) gone(before *holding) error {
	if before == nil {
		return nil
	}
	for _, c := range before.order {
		if l.h.clusters[c.id.Fold()] == nil {
			if err := l.emit(source.Delete{ID: c.id}); err != nil {
				return err
			}
		}
	}
	return nil
}

// verdict says why the estate was not read whole, or nil.
func (l *loader) verdict() *source.Problem {
	switch {
	case l.h.estate != nil:
		return l.h.estate
	case len(l.h.order) > 0:
		return nil
	case len(l.opts.Subscriptions) > 0:
		return &source.Problem{
			What: "The files hold no cluster of a subscription named " + strings.Join(l.opts.Subscriptions, ", "),
			Do:   "check the spelling; where only az aks list was saved, give the subscription's GUID",
		}
	case len(l.wrong) > 0:
		return &source.Problem{
			What: l.nothing(),
			Do:   "give what az aks list -o json or kubectl get -o yaml prints, or a bundle that aksight capture wrote",
		}
	}
	return &source.Problem{
		What: "The files hold no cluster",
		Do:   "give what az aks list -o json or kubectl get -o yaml prints, or a bundle that aksight capture wrote",
	}
}

// answer tells what the files held of a scope.
func (s *Source) answer(held *holding, scope source.Scope, emit func(source.Event) error) {
	at, problem, err := s.captured, (*source.Problem)(nil), error(nil)
	switch scope.Breadth {
	case source.Subscription:
		if told := held.subscriptions[strings.ToLower(scope.ID.Subscription())]; told != nil {
			problem = told.problem
			if !told.at.IsZero() {
				at = told.at
			}
		}
		for _, c := range held.order {
			if err == nil && c.resource != nil && strings.EqualFold(c.id.Subscription(), scope.ID.Subscription()) {
				err = emit(source.Upsert{Resource: c.resource})
			}
		}
	case source.Cluster:
		c := held.clusters[scope.ID.Fold()]
		if c == nil || c.resource == nil { // nothing, or only what hangs under it
			err = emit(source.Delete{ID: scope.ID})
			break
		}
		problem, at = c.problem, c.resource.ReadAt
		err = emit(source.Upsert{Resource: c.resource})
	case source.Children:
		if scope.Kind.Rights() {
			problem, at, err = s.rights(held, scope, emit)
			break
		}
		problem, at, err = s.children(held, scope, emit)
	case source.Estate, source.File, source.Inside:
		problem = &source.Problem{What: "Evidence has no such scope"}
	}
	switch {
	case err != nil:
	case problem != nil:
		_ = emit(source.Failed{Scope: scope, Why: problem, At: at}) // nobody listens any more
	default:
		_ = emit(source.Complete{Scope: scope, At: at}) // nobody listens any more
	}
}

// children tells what hangs under a cluster, and how reading the scope's kind went.
func (s *Source) children(held *holding, scope source.Scope, emit func(source.Event) error) (problem *source.Problem, at time.Time, err error) {
	c := held.clusters[scope.ID.Fold()]
	if c == nil {
		return &source.Problem{What: "These files do not hold the cluster"}, s.captured, nil
	}
	read := c.reads[scope.Kind]
	if read.State != model.ReadDone {
		problem = &source.Problem{What: cmp.Or(read.Why, absent(scope.Kind))}
	}
	return problem, read.At, emit(source.AllChildren{Cluster: c.id, Children: c.children, Reads: c.reads})
}

// stoppable ends the reading of a file when its context ends.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

// Read reads, unless nobody wants it any more.
func (s *stoppable) Read(p []byte) (int, error) {
	if s.ctx.Err() != nil {
		return 0, errors.New("reading was called off")
	}
	return s.r.Read(p)
}
