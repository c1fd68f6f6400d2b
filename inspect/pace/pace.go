// Package pace lets background work give way to the screen: on few cores, reading
// and judging thousands of clusters would else hold up the frame. Work waits while a
// key is on its way to the screen, and leaves one core free while somebody is at the
// keys; without anybody there it takes all cores.
package pace

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// attention is how long one key keeps the background waiting: a little more than
	// a frame takes.
	attention = 15 * time.Millisecond
	// company is how long after a key the next one is expected.
	company = time.Second
)

// Pacer stands between the keys and the background. A nil Pacer holds nothing up.
// It is safe for concurrent use.
type Pacer struct {
	key atomic.Int64 // the last key's time, Unix time in nanoseconds; zero before it

	mu      sync.Mutex
	ended   sync.Cond
	running int
}

// New returns a Pacer for the cores of this machine.
func New() *Pacer {
	p := &Pacer{}
	p.ended.L = &p.mu
	return p
}

// Attend says that somebody waits for a frame now.
func (p *Pacer) Attend() {
	if p != nil {
		p.key.Store(time.Now().UnixNano())
	}
}

// Begin starts a piece of work once nobody waits for a frame and a core may be had
// for it. The shorter the piece, the sooner a key has the machine; it must not wait
// for another piece.
func (p *Pacer) Begin() {
	if p == nil {
		return
	}
	p.Rest()
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.running >= p.cores() {
		p.ended.Wait()
	}
	p.running++
}

// End ends a piece of work.
func (p *Pacer) End() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	p.ended.Signal()
}

// Step is called between two pieces of work: others have their turn.
func (p *Pacer) Step() {
	p.End()
	p.Begin()
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

// since is how long ago the last key was.
func (p *Pacer) since() time.Duration {
	return time.Duration(time.Now().UnixNano() - p.key.Load())
}

// cores is how many pieces of work may run at once.
func (p *Pacer) cores() int {
	cores := runtime.NumCPU()
	if p.since() < company {
		cores--
	}
	return max(1, cores)
}
