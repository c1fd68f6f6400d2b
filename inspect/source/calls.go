package source

import (
	"sync"
	"time"
)

// Call is one request that a source made.
type Call struct {
	Method string
	URL    string
	Start  time.Time
	// Took is zero while the request is under way.
	Took   time.Duration
	Status int
	Bytes  int64
	// Err is the failure where there was no response.
	Err string
	// RequestID is the service's correlation ID, for a support case.
	RequestID string
}

// callsKept bounds the memory that the log takes.
const callsKept = 2000

// Calls is a log of the latest requests. It is safe for concurrent use.
type Calls struct {
	mu    sync.Mutex
	ring  []Call
	next  int
	total int
}

// Add logs a finished request.
func (c *Calls) Add(call Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total++
	if len(c.ring) < callsKept {
		c.ring = append(c.ring, call)
		return
	}
	c.ring[c.next] = call
	c.next = (c.next + 1) % callsKept
}

// Total is the number of requests made, also of those no longer kept.
func (c *Calls) Total() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

// Latest returns the kept requests, newest first.
func (c *Calls) Latest() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	latest := make([]Call, 0, len(c.ring))
	for i := range c.ring {
		latest = append(latest, c.ring[(c.next+len(c.ring)-1-i)%len(c.ring)])
	}
	return latest
}
