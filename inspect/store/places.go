package store

import (
	"sync"

	"github.com/aksight/aksight/model"
)

// places tells where each cluster stands in the list of clusters, by its folded ID.
// The store adds to it while snapshots read it: what was added after a snapshot lies
// beyond the end of its list. Once a place changes, a new one is begun.
type places struct {
	mu sync.RWMutex
	at map[model.ID]int
}

func newPlaces(size int) *places { return &places{at: make(map[model.ID]int, size)} }

// of returns a cluster's place, which may lie beyond a snapshot's end.
func (p *places) of(folded model.ID) (int, bool) {
	if p == nil {
		return 0, false
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	at, known := p.at[folded]
	return at, known
}

func (p *places) add(folded model.ID, at int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at[folded] = at
}
