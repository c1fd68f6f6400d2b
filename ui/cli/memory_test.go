package cli

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestRoomGrowsWithWhatIsInUse(t *testing.T) {
	assert.EqualValues(t, roomLeast, roomFor(0))
	assert.EqualValues(t, roomLeast, roomFor(80<<20))
	assert.EqualValues(t, (300+150+64)<<20, roomFor(300<<20))
}

func TestRoomIsFittedAfterACollection(t *testing.T) {
	percent := debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(math.MaxInt64)
	})
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	var collections debug.GCStats
	debug.ReadGCStats(&collections)
	keys := make(chan bool)
	t.Cleanup(func() { close(keys) })
	spareCollections(t.Context(), func(context.Context) bool { return <-keys })
	held := make([]byte, 400<<20)
	assert.Eventually(t, func() bool {
		runtime.GC()
		return debug.SetMemoryLimit(-1) > 600<<20
	}, 10*time.Second, time.Millisecond)
	runtime.KeepAlive(held)
}
