// Package pace lets background work give way while somebody is at the keys: on few
// cores, reading and judging thousands of clusters would else hold up the frame.
package pace

import (
	"sync/atomic"
	"time"
)

// attention is how long one key keeps the background waiting: a little more than
// a frame takes.
const attention = 15 * time.Millisecond

// Pacer stands between the keys and the background. A nil Pacer holds nothing up.
// It is safe for concurrent use.
type Pacer struct {
	until atomic.Int64 // Unix time in nanoseconds
}

// Attend says that somebody waits for a frame now.
func (p *Pacer) Attend() {
	if p != nil {
		p.until.Store(time.Now().Add(attention).UnixNano())
	}
}

// Step is called by background work between two short pieces of it, and returns
// once nobody waits.
func (p *Pacer) Step() {
	if p == nil {
		return
	}
	for {
		until := p.until.Load()
		if until == 0 {
			return
		}
		wait := time.Duration(until - time.Now().UnixNano())
		if wait <= 0 {
			p.until.CompareAndSwap(until, 0)
			return
		}
		time.Sleep(wait)
	}
}
