// Package pace lets background work give way to the screen: on few cores, reading
// and judging thousands of clusters would else hold up the frame. Work waits while a
// key is on its way to the screen, and leaves one core free while somebody is at the
// keys; without anybody there it takes all cores.
package pace

import (
	"context"
	"math"
	"runtime"
	"sync/atomic"
	"time"
)

const (
	// attention is how long one key keeps the background waiting: a little more than
	// a frame takes.
	attention = 15 * time.Millisecond
	// frame is how long after a key its frame is out.
	frame = 10 * time.Millisecond
	// company is how long after a key the next one is expected.
	company = time.Second
)

// Pacer stands between the keys and the background. A nil Pacer holds nothing up.
// It is safe for concurrent use.
type Pacer struct {
	began time.Time
	key   atomic.Int64 // the last key's time since began in nanoseconds; zero before it
	// shared are the cores that work always may have, spare is the one that it leaves
	// free while somebody is at the keys. Who waits for one gets it in turn.
	shared, spare chan struct{}
	// keys tells that there was a key since the last Between.
	keys chan struct{}
}

// Turn is the core that a piece of work holds.
type Turn struct {
	pacer *Pacer
	core  chan struct{}
}

// New returns a Pacer for the cores of this machine.
func New() *Pacer {
	return &Pacer{
		began:  time.Now(),
		shared: make(chan struct{}, max(1, runtime.NumCPU()-1)),
		spare:  make(chan struct{}, min(1, runtime.NumCPU()-1)),
		keys:   make(chan struct{}, 1),
	}
}

// Attend says that somebody waits for a frame now.
func (p *Pacer) Attend() {
	if p == nil {
		return
	}
	p.key.Store(max(1, int64(time.Since(p.began))))
	select {
	case p.keys <- struct{}{}:
	default:
	}
}

// Between waits for the next key, and returns once its frame is out: the moment from
// which the next key is furthest away. It reports false at the context's end.
func (p *Pacer) Between(ctx context.Context) bool {
	if p == nil {
		<-ctx.Done()
		return false
	}
	select {
	case <-p.keys:
	case <-ctx.Done():
		return false
	}
	for wait := frame - p.since(); wait > 0; wait = frame - p.since() {
		time.Sleep(wait)
	}
	return ctx.Err() == nil
}

// Begin starts a piece of work once nobody waits for a frame and a core may be had
// for it. The shorter the piece, the sooner a key has the machine; it must not wait
// for another piece.
func (p *Pacer) Begin() Turn {
	p.Rest()
	return p.BeginNow()
}

// BeginNow starts a piece of work that somebody waits for, once a core may be had for
// it: it takes the core of the background work, not the one of the keys.
func (p *Pacer) BeginNow() Turn {
	if p == nil {
		return Turn{}
	}
	spare := p.spare
	if p.since() < company {
		spare = nil
	}
	select {
	case p.shared <- struct{}{}:
		return Turn{p, p.shared}
	case spare <- struct{}{}:
		return Turn{p, p.spare}
	}
}

// End ends the piece of work.
func (t Turn) End() {
	if t.core != nil {
		<-t.core
	}
}

// Next ends the piece of work and begins the one after it: others may come first.
func (t Turn) Next() Turn {
	t.End()
	return t.pacer.Begin()
}

// Rest returns once nobody waits for a frame: for work so light that it needs no
// core of its own.
func (p *Pacer) Rest() {
	if p == nil {
		return
	}
	for {
		wait := attention - p.since()
		if wait <= 0 {
			return
		}
		time.Sleep(wait)
	}
}

// since is how long ago the last key was: very long before the first one. It does not
// look at the time of day, which may be set back.
func (p *Pacer) since() time.Duration {
	key := p.key.Load()
	if key == 0 {
		return math.MaxInt64
	}
	return time.Since(p.began) - time.Duration(key)
}
