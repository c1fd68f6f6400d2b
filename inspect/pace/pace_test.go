package pace_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/pace"
)

func TestStepWaitsWhileSomebodyIsAtTheKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Helper()
		var p pace.Pacer
		began := time.Now()
		p.Step()
		assert.Zero(t, time.Since(began), "nobody waits")
		p.Attend()
		time.Sleep(10 * time.Millisecond)
		p.Attend()
		p.Step()
		assert.Equal(t, 25*time.Millisecond, time.Since(began), "the last key counts")
		p.Step()
		assert.Equal(t, 25*time.Millisecond, time.Since(began))
	})
}

func TestANilPacerHoldsNothingUp(t *testing.T) {
	var p *pace.Pacer
	p.Attend()
	p.Step()
	assert.Nil(t, p)
}
