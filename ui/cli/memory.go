package cli

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
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
type holding struct{ clusters, objects int }

func (h holding) large() bool { return h.clusters >= largeEstate || h.objects >= largeInside }

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
	afterCollection(0, held)
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

// afterCollection fits the room to what is in use, after each collection. Room is
// what it is now; zero where there is no limit.
func afterCollection(room int64, held func() holding) {
	sentinel := new([16]byte) // large enough not to share its block
	runtime.AddCleanup(sentinel, func(room int64) {
		if now := held(); now.large() {
			if wanted := now.room(inUse()); wanted > room || wanted < room*3/4 {
				debug.SetMemoryLimit(wanted)
				debug.SetGCPercent(-1)
				room = wanted
			}
		}
		afterCollection(room, held)
	}, room)
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
