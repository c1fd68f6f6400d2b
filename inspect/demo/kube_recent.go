package demo

import (
	"slices"
	"sync"
)

// recentKept bounds what is held; the company's own clusters fit.
const recentKept = 16

// recent holds what was made lately, by a key; what it no longer holds is made again.
// The zero value is ready.
type recent[T any] struct {
	mu   sync.Mutex
	held map[string]T
	keys []string // the latest last
}

// of returns what is held under a key, or makes it.
func (r *recent[T]) of(key string, build func() (T, error)) (T, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if value, held := r.held[key]; held {
		r.keys = append(slices.DeleteFunc(r.keys, func(k string) bool { return k == key }), key)
		return value, nil
	}
	value, err := build()
	if err != nil {
		return value, err
	}
	if len(r.keys) >= recentKept {
		delete(r.held, r.keys[0])
		r.keys = r.keys[1:]
	}
	if r.held == nil {
		r.held = map[string]T{}
	}
	r.held[key] = value
	r.keys = append(r.keys, key)
	return value, nil
}
