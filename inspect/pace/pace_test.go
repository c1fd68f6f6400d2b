package pace_test

import (
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/pace"
)

func TestWorkWaitsWhileAKeyIsOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Helper()
		p := pace.New()
		began := time.Now()
		p.Begin().Next().End()
		p.Rest()
		assert.Zero(t, time.Since(began), "nobody waits")
		p.Attend()
		time.Sleep(10 * time.Millisecond)
		p.Attend()
		p.Rest()
		assert.Equal(t, 25*time.Millisecond, time.Since(began), "the last key counts")
		p.Begin().End()
		assert.Equal(t, 25*time.Millisecond, time.Since(began))
	})
}

func TestOneCoreIsLeftFreeWhileSomebodyIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Helper()
		p := pace.New()
		assert.Equal(t, int64(runtime.NumCPU()), mostAtOnce(p), "nobody is there")
		p.Attend()
		assert.Equal(t, int64(max(1, runtime.NumCPU()-1)), mostAtOnce(p))
		time.Sleep(2 * time.Second)
		assert.Equal(t, int64(runtime.NumCPU()), mostAtOnce(p), "the keys were left alone")
	})
}

// mostAtOnce is how many pieces of work ran at the same time.
func mostAtOnce(p *pace.Pacer) int64 {
	var running, most atomic.Int64
	for range 4 * runtime.NumCPU() {
		go func() {
			defer p.Begin().End()
			now := running.Add(1)
			for {
				before := most.Load()
				if now <= before || most.CompareAndSwap(before, now) {
					break
				}
			}
			time.Sleep(time.Millisecond)
			running.Add(-1)
		}()
	}
	time.Sleep(500 * time.Millisecond)
	synctest.Wait()
	return most.Load()
}

func TestWhoWaitsIsNotPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Helper()
		p := pace.New()
		p.Attend()
		time.Sleep(100 * time.Millisecond)
		var held []pace.Turn
		for range max(1, runtime.NumCPU()-1) {
			held = append(held, p.Begin())
		}
		had := false
		go func() {
			defer p.Begin().End()
			had = true
			time.Sleep(time.Millisecond)
		}()
		synctest.Wait()
		held[0].Next().End()
		assert.True(t, had, "the next piece of the same work came first")
	})
}

func TestANilPacerHoldsNothingUp(t *testing.T) {
	var p *pace.Pacer
	p.Attend()
	p.Begin().Next().End()
	p.Rest()
	assert.Nil(t, p)
}
