package cli

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

func TestRoomGrowsWithWhatIsInUse(t *testing.T) {
	estate, inside := holding{clusters: largeEstate}, holding{clusters: 1, objects: largeInside}
	assert.EqualValues(t, roomLeast, estate.room(0))
	assert.EqualValues(t, roomLeast, estate.room(80<<20))
	assert.EqualValues(t, (300+150+64)<<20, estate.room(300<<20))
	assert.EqualValues(t, roomLeastInside, inside.room(80<<20))
}

func TestRoomIsFittedToALargeEstate(t *testing.T) {
	percent := debug.SetGCPercent(100)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(math.MaxInt64)
	})
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	var clusters atomic.Int64
	spareCollections(t.Context(), func() holding { return holding{clusters: int(clusters.Load())} }, func(ctx context.Context) bool {
		<-ctx.Done()
		return false
	})
	held := make([]byte, 400<<20)
	for range 3 {
		runtime.GC()
	}
	assert.EqualValues(t, math.MaxInt64, debug.SetMemoryLimit(-1), "small estates need no room")
	clusters.Store(largeEstate)
	assert.Eventually(t, func() bool {
		runtime.GC()
		return debug.SetMemoryLimit(-1) < 1<<40
	}, 10*time.Second, time.Millisecond)
	assert.Greater(t, debug.SetMemoryLimit(-1), int64(600<<20))
	clusters.Store(0)
	runtime.KeepAlive(held)
}

// While the inside of a cluster is read there is room; a small one gives it back.
func TestRoomWhileAnInsideIsRead(t *testing.T) {
	percent := debug.SetGCPercent(100)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(math.MaxInt64)
	})
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	var reading atomic.Bool
	spareCollections(t.Context(), func() holding { return holding{clusters: 1, reading: reading.Load()} }, func(ctx context.Context) bool {
		<-ctx.Done()
		return false
	})
	limited := func() bool {
		runtime.GC()
		return debug.SetMemoryLimit(-1) < 1<<40
	}
	for range 2 { // it may be opened again
		reading.Store(true)
		assert.Eventually(t, limited, 10*time.Second, time.Millisecond)
		reading.Store(false)
		assert.Eventually(t, func() bool { return !limited() }, 10*time.Second, 10*time.Millisecond)
	}
}

func TestASmallEstateIsKeptSmall(t *testing.T) {
	percent := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(percent) })
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	now := func() int {
		percent := debug.SetGCPercent(100)
		debug.SetGCPercent(percent)
		return percent
	}
	rested := make(chan struct{})
	rest := func(context.Context) error { close(rested); return nil }
	settleMemory(t.Context(), func() holding { return holding{clusters: largeEstate} }, rest)
	<-rested
	assert.Equal(t, 100, now(), "a large one has its room")
	rested = make(chan struct{})
	settleMemory(t.Context(), func() holding { return holding{clusters: 14} }, rest)
	<-rested
	assert.Equal(t, settlePercent, now())
	assert.Eventually(t, func() bool { return now() == restPercent }, 10*time.Second, 10*time.Millisecond, "it rests")
}

func TestWhatIsHeldCountsObjectsInsideClusters(t *testing.T) {
	view := &object.View{Inside: &model.Inside{Objects: map[model.Kind][]*model.Object{
		model.KindPod: make([]*model.Object, largeInside-1), model.KindNode: make([]*model.Object, 1),
	}}}
	held := holdingOf(&store.Snapshot{Clusters: []*store.Cluster{{}, {Inside: &store.Inside{View: view}}}})
	assert.Equal(t, holding{clusters: 2, objects: largeInside}, held)
	assert.True(t, held.large())
	assert.False(t, holding{clusters: 2, objects: largeInside - 1}.large())
}
