// Package kube reads what runs in clusters from the Kubernetes API. Every request is a
// read, and passes one guard before it leaves the process.
package kube

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"k8s.io/client-go/rest"

	"github.com/aksight/aksight/inspect/pace"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Connector finds the way to a cluster's API server: its address, whom to trust, and
// as whom to ask.
type Connector interface {
	// Connect returns how to reach the cluster that the document is of, or why that
	// cannot be. It may ask Azure or run a credential plugin.
	Connect(ctx context.Context, cluster *model.Resource) (*rest.Config, *source.Problem)
}

// Options set a source up.
type Options struct {
	Connector Connector
	// Calls logs each request; none where nil.
	Calls *source.Calls
	// Now is the clock; time.Now where nil.
	Now func() time.Time
	// Pacer lets decoding give way to keys; it may be nil.
	Pacer *pace.Pacer
	// Kinds are what is read; every kind where empty.
	Kinds []model.Kind
	// Version of the product, for the User-Agent header.
	Version string
}

// Source reads the insides of clusters. It is safe for concurrent use.
type Source struct {
	opts  Options
	sleep func(context.Context, time.Duration) error
	routes
}

// New returns a source that has not asked anybody anything yet.
func New(opts Options) *Source {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Source{opts: opts, sleep: sleep}
}

// listsAtOnce is how many requests for lists are under way to one API server.
const listsAtOnce = 6

// reader reads one cluster's inside.
type reader struct {
	*Source
	cluster *model.Resource
	follow  bool
	route
	served served
	// turns bounds the lists that are under way.
	turns  chan struct{}
	events chan source.Event
	// names are those of the namespaces, known once named is closed; unnamed is why not.
	names   []string
	unnamed error
	named   chan struct{}
	reach   sync.Mutex
	reached
	// shown is closed once the first pods are on their way to the screen.
	shown    chan struct{}
	showOnce sync.Once
	// watches run until the context ends.
	watches sync.WaitGroup
}

// Inside reads every kind of object inside a cluster, and goes on with what changes
// where follow is set.
func (s *Source) Inside(ctx context.Context, cluster *model.Resource, follow bool) iter.Seq[source.Event] {
	return func(yield func(source.Event) bool) {
		ctx, cancel := context.WithCancel(ctx)
		r := &reader{
			Source: s, cluster: cluster, follow: follow,
			turns: make(chan struct{}, listsAtOnce), events: make(chan source.Event, 16),
			named: make(chan struct{}), shown: make(chan struct{}),
		}
		go func() {
			defer close(r.events)
			defer r.forget(cluster.ID)
			r.read(ctx)
			r.watches.Wait()
		}()
		defer func() {
			cancel()
			for range r.events { // so that who still writes ends
			}
			if r.client != nil {
				r.client.CloseIdleConnections()
			}
		}()
		for event := range r.events {
			if ctx.Err() != nil || !yield(event) {
				return
			}
		}
	}
}

// InsideGiven reports whether the cluster is known by a kubeconfig's context alone: who
// names one wants it read.
func (s *Source) InsideGiven(cluster model.ID) bool { return cluster.Kubeconfig() }

// emit hands an event over, unless nobody wants it, or not any more.
func (r *reader) emit(ctx context.Context, event source.Event) {
	if r.events == nil {
		return
	}
	select {
	case r.events <- event:
	case <-ctx.Done():
	}
}

func (r *reader) scope(kind model.Kind) source.Scope {
	return source.Scope{Breadth: source.Inside, ID: r.cluster.ID, Kind: kind}
}

// fail says that a kind could not be read; an empty one that nothing could.
func (r *reader) fail(ctx context.Context, kind model.Kind, why *source.Problem) {
	if ctx.Err() == nil {
		r.emit(ctx, source.Failed{Scope: r.scope(kind), Why: why, At: r.opts.Now()})
	}
}

// read connects and reads all kinds, each with its watch after it.
func (r *reader) read(ctx context.Context) {
	config, problem := r.opts.Connector.Connect(ctx, r.cluster)
	if problem == nil {
		problem = r.connect(ctx, config)
	}
	if problem != nil {
		r.fail(ctx, "", problem)
		return
	}
	var kinds sync.WaitGroup
	defer kinds.Wait()
	first := r.opts.wants(model.KindPod) // pods are what is looked at first: they have the way to themselves
	for at, kind := range model.ObjectKinds {
		if !r.opts.wants(kind.Kind) {
			continue
		}
		if first && at >= urgent {
			select {
			case <-r.shown:
			case <-ctx.Done():
			}
		}
		select {
		case r.turns <- struct{}{}:
		case <-ctx.Done():
			return
		}
		kinds.Go(func() {
			defer func() { <-r.turns }()
			r.readKind(ctx, kind)
		})
	}
}

// wants reports whether a kind is to be read. Secrets are listed by namespace, so that
// whoever wants them wants namespaces too.
func (o *Options) wants(kind model.Kind) bool {
	return len(o.Kinds) == 0 || slices.Contains(o.Kinds, kind) ||
		kind == model.KindNamespace && slices.Contains(o.Kinds, model.KindSecret)
}

// urgent is how many kinds are read before the others.
var urgent = 1 + slices.IndexFunc(model.ObjectKinds, func(kind model.ObjectKind) bool { return kind.Kind == model.KindPod })

// show lets the other kinds be read.
func (r *reader) show(kind model.Kind) {
	if kind == model.KindPod {
		r.showOnce.Do(func() { close(r.shown) })
	}
}

// buffers hold answers while they are taken apart.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
