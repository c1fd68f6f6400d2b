// Package inside opens clusters: it reads what the Kubernetes API tells of one, keeps
// it current while somebody looks, and has it judged.
package inside

import (
	"context"
	"sync"
	"time"

	"github.com/aksight/aksight/inspect/pace"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// Options set an opener up.
type Options struct {
	Source source.Insider
	// Judge weighs the rules; Cluster decodes a cluster's own document, or returns nil.
	Judge   store.InsideJudge
	Cluster func(model.ID) *model.Document
	// Put takes each new state of a cluster's inside.
	Put func(model.ID, *store.Inside)
	// Kinds are what is read; every kind where empty.
	Kinds []model.Kind
	// Follow keeps what was opened current; otherwise it is read once.
	Follow bool
	// Pacer lets reading and judging give way to keys; it may be nil.
	Pacer *pace.Pacer
}

// Opener reads the insides of clusters. It is safe for concurrent use.
type Opener struct {
	opts Options

	mu   sync.Mutex
	open map[model.ID]*session
	run  sync.WaitGroup
}

// session is a cluster that is open.
type session struct {
	cancel context.CancelFunc
	// read is closed once everything was read and judged, or could not be reached.
	read chan struct{}
	once sync.Once
	// ended is closed when nothing of the session runs any more.
	ended chan struct{}
}

func (s *session) done() { s.once.Do(func() { close(s.read) }) }

// New returns an opener that has nothing open.
func New(opts Options) *Opener { return &Opener{opts: opts, open: map[model.ID]*session{}} }

// Open reads a cluster's inside, unless it is open already. It returns at once.
// Everything ends with the context.
func (o *Opener) Open(ctx context.Context, cluster *model.Resource) {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := cluster.ID.Fold()
	if o.open[key] != nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &session{cancel: cancel, read: make(chan struct{}), ended: make(chan struct{})}
	o.open[key] = s
	o.run.Go(func() {
		defer close(s.ended)
		defer s.done()
		o.follow(ctx, cluster, s)
	})
}

// Close stops following a cluster's inside; what was read of it stays.
func (o *Opener) Close(id model.ID) {
	o.mu.Lock()
	s := o.open[id.Fold()]
	delete(o.open, id.Fold())
	o.mu.Unlock()
	if s != nil {
		s.cancel()
		<-s.ended
	}
}

// Again reads a cluster's inside anew.
func (o *Opener) Again(ctx context.Context, cluster *model.Resource) {
	o.Close(cluster.ID)
	o.Open(ctx, cluster)
}

// Wait returns when everything inside a cluster that is open was read and judged, or
// could not be; or with the context's error.
func (o *Opener) Wait(ctx context.Context, id model.ID) error {
	o.mu.Lock()
	s := o.open[id.Fold()]
	o.mu.Unlock()
	if s == nil {
		return ctx.Err()
	}
	select {
	case <-s.read:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Events lists Kubernetes events of a cluster, whether it is open or not.
func (o *Opener) Events(ctx context.Context, cluster *model.Resource, asked source.EventsAsked) (source.EventsTold, *source.Problem) {
	return o.opts.Source.Events(ctx, cluster, asked)
}

// How often a new state is handed over, and judged, at most. While the first lists come
// in it is shown as soon as there is something to see.
const (
	publishEvery = 250 * time.Millisecond
	judgeEvery   = time.Second
)

// follow reads and keeps a cluster's inside until the source or the context ends.
func (o *Opener) follow(ctx context.Context, cluster *model.Resource, s *session) {
	events := make(chan source.Event, 64)
	go func() {
		defer close(events)
		for event := range o.opts.Source.Inside(ctx, cluster, o.opts.Follow) {
			select {
			case events <- event:
			case <-ctx.Done():
				return
			}
		}
	}()
	w := newWork(o.opts, cluster.ID)
	w.publish()
	timer := time.NewTicker(publishEvery)
	defer timer.Stop()
	for {
		select {
		case event, more := <-events:
			if !more {
				w.finish(ctx)
				return
			}
			turn := o.opts.Pacer.Begin()
			w.fold(event)
			turn.End()
			if w.first() {
				w.publish()
			}
		case <-timer.C:
			w.publish()
			w.judge()
		case judged := <-w.judged:
			w.take(judged)
		}
		if w.settled() {
			s.done()
		}
	}
}
