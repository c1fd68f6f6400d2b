package azure

import (
	"strings"
	"sync"
	"time"
)

// AKS answers 60 calls at once a subscription, then one a second, besides lists and
// reads of clusters. A few of the 60 are kept for what somebody waits for.
const (
	budgetBurst   = 60
	budgetReserve = 10
)

// budgets hold back calls that AKS would throttle, by subscription. The zero value
// is ready for use.
type budgets struct {
	mu    sync.Mutex
	known map[string]*budget
}

type budget struct {
	calls float64
	at    time.Time
}

// take takes one call, or returns how long to wait before asking again. Background
// calls leave the reserve to others.
func (b *budgets) take(subscription string, now time.Time, background bool) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = map[string]*budget{}
	}
	key := strings.ToLower(subscription)
	left := b.known[key]
	if left == nil {
		left = &budget{calls: budgetBurst, at: now}
		b.known[key] = left
	}
	if passed := now.Sub(left.at); passed > 0 {
		left.calls = min(budgetBurst, left.calls+passed.Seconds())
		left.at = now
	}
	need := 1.0
	if background {
		need += budgetReserve
	}
	if left.calls >= need {
		left.calls--
		return 0
	}
	return max(time.Duration((need-left.calls)*float64(time.Second)), time.Millisecond)
}
