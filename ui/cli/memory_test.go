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
)

func TestRoomGrowsWithWhatIsInUse(t *testing.T) {
	assert.EqualValues(t, roomLeast, roomFor(0))
	assert.EqualValues(t, roomLeast, roomFor(80<<20))
	assert.EqualValues(t, (300+150+64)<<20, roomFor(300<<20))
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
	spareCollections(t.Context(), func() int { return int(clusters.Load()) }, func(ctx context.Context) bool {
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
	settleMemory(t.Context(), func() int { return largeEstate }, rest)
	<-rested
	assert.Equal(t, 100, now(), "a large one has its room")
	rested = make(chan struct{})
	settleMemory(t.Context(), func() int { return 14 }, rest)
	<-rested
	assert.Equal(t, settlePercent, now())
	assert.Eventually(t, func() bool { return now() == restPercent }, 10*time.Second, 10*time.Millisecond, "it rests")
}
