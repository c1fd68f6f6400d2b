package cli

import (
	"context"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"github.com/aksight/aksight/inspect/store"
)

// The room that the garbage collector may let a large estate take before it runs, or a
// large cluster that somebody looks into: enough to collect seldom while they are read,
// since collections are what keys wait for, and half as much again as is in use beyond
// that.
const (
	largeEstate     = 1000 // clusters
	largeInside     = 5000 // objects
	roomLeast       = 224 << 20
	roomLeastInside = 192 << 20
	roomBeside      = 64 << 20
)

// holding is how much there is to hold in memory: clusters, and objects inside those
// that somebody looked into.
type holding struct {
	clusters, objects int
	// reading is set while the inside of a cluster is read: nobody knows yet how large it
	// is, and a small heap that grows is collected thirty times a second.
	reading bool
}

// large reports whether there has to be room.
func (h holding) large() bool {
	return h.clusters >= largeEstate || h.objects >= largeInside || h.reading
}

// room is how much there may be with that many bytes in use.
func (h holding) room(live int64) int64 {
	least := int64(roomLeast)
	if h.clusters < largeEstate {
		least = roomLeastInside
	}
	return max(least, live+live/2+roomBeside)
}

// holdingOf counts what a snapshot holds.
func holdingOf(snapshot *store.Snapshot) holding {
	h := holding{clusters: len(snapshot.Clusters)}
	if h.large() {
		return h
	}
	for _, cluster := range snapshot.Clusters {
		if cluster.Inside == nil {
			continue
		}
		for _, objects := range cluster.Inside.View.Objects {
			h.objects += len(objects)
		}
		h.reading = h.reading || cluster.Inside.State == store.ReadingInside
	}
	return h
}

// spareCollections has the garbage collector run seldom once the estate is large, and
// rather between two keys than with one on its way: between returns when a key's frame
// is out. GOGC and GOMEMLIMIT in the environment win.
func spareCollections(ctx context.Context, held func() holding, between func(context.Context) bool) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	(&room{held: held}).fit()
	go func() {
		for between(ctx) {
			if held().large() && collectionDue() {
				runtime.GC()
			}
		}
	}()
}

// settlePercent is how much a small estate's heap may grow between two collections,
// which take a few milliseconds there: while it is read, and once it rests.
const (
	settlePercent = 50
	restPercent   = 20
)

// settleLook is how soon after the start a small heap is kept small, and how often it
// is looked then whether there is anything yet: the first frame is out by then.
const settleLook = 50 * time.Millisecond

// settleAfter is how long after everything was read what it took is given back: pages
// that work it up are done by then.
const settleAfter = time.Second

// settleMemory keeps the heap of a small estate small, and gives back what reading it
// took once it rests. GOGC and GOMEMLIMIT in the environment win.
func settleMemory(ctx context.Context, held func() holding, rest func(context.Context) error) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	go func() {
		for first := true; first || held().clusters == 0; first = false {
			select {
			case <-time.After(settleLook):
			case <-ctx.Done():
				return
			}
			if first && !held().large() {
				debug.SetGCPercent(settlePercent)
			}
		}
		if rest(ctx) != nil || held().large() {
			return
		}
		select {
		case <-time.After(settleAfter):
			debug.SetGCPercent(restPercent)
			debug.FreeOSMemory()
		case <-ctx.Done():
		}
	}()
}

// room is what the garbage collector may take before it runs; zero bytes where there is
// no limit.
type room struct {
	held  func() holding
	bytes atomic.Int64
}

// fit fits the room to what is in use after the next collection, and after each one from
// then on.
func (r *room) fit() {
	sentinel := new([16]byte) // large enough not to share its block
	runtime.AddCleanup(sentinel, func(r *room) {
		if now := r.held(); now.large() {
			had, wanted := r.bytes.Load(), now.room(inUse())
			if wanted > had || wanted < had*3/4 {
				debug.SetMemoryLimit(wanted)
				debug.SetGCPercent(-1)
				r.bytes.Store(wanted)
			}
			if had == 0 && now.reading {
				go r.takeBack()
			}
		}
		r.fit()
	}, r)
}

// takeBack waits until what is being read turns out to be large, or small: then the heap
// is kept small again.
func (r *room) takeBack() {
	for r.held().reading {
		time.Sleep(settleLook)
	}
	time.Sleep(settleAfter)
	if r.held().large() {
		return
	}
	debug.SetGCPercent(restPercent)
	debug.SetMemoryLimit(math.MaxInt64)
	r.bytes.Store(0)
	debug.FreeOSMemory()
}

// collectionDue reports whether three quarters of the room are used up: better now, when
// nobody waits, than with the next key on its way.
func collectionDue() bool {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/goal:bytes"}}
	metrics.Read(samples)
	used, live, goal := samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64()
	return used > live && goal > live && used-live > (goal-live)/4*3
}

// inUse is what the last collection found in use, in bytes.
func inUse() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}
