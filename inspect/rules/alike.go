package rules

import (
	"slices"
	"sync"

	"github.com/aksight/aksight/model"
)

// mostAlike is how many lists are kept to be shared; an estate has far fewer.
const mostAlike = 4096

// alike has subjects that are judged alike share one list of judgements: of tens of
// thousands of clusters and node pools, most are. Its zero value is ready, and safe for
// concurrent use.
type alike struct {
	mu    sync.RWMutex
	lists map[string][]model.Judged
}

// judging is a list of judgements under way, and room to name it.
type judging struct {
	judged []model.Judged
	name   []byte
}

var judgings = sync.Pool{New: func() any { return new(judging) }}

// of returns the list that fill makes of an empty one of that length. It is not to be
// changed.
func (a *alike) of(length int, fill func([]model.Judged)) []model.Judged {
	j := judgings.Get().(*judging)
	defer judgings.Put(j)
	j.judged = slices.Grow(j.judged[:0], length)[:length]
	clear(j.judged)
	fill(j.judged)
	j.name = j.name[:0]
	for _, judged := range j.judged {
		j.name = append(j.name, byte(judged.Verdict), byte(judged.Severity))
	}
	a.mu.RLock()
	known := a.lists[string(j.name)]
	a.mu.RUnlock()
	if known != nil {
		return known
	}
	return a.add(string(j.name), slices.Clone(j.judged))
}

func (a *alike) add(name string, judged []model.Judged) []model.Judged {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.lists[name]; known != nil {
		return known
	}
	if a.lists == nil {
		a.lists = map[string][]model.Judged{}
	}
	if len(a.lists) < mostAlike {
		a.lists[name] = judged
	}
	return judged
}
