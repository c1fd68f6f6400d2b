package source

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWaitSays(t *testing.T) {
	now := time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	for left, says := range map[time.Duration]string{
		-time.Second:             "",
		0:                        "",
		time.Millisecond:         "throttled by Azure, 1 s",
		12 * time.Second:         "throttled by Azure, 12 s",
		119 * time.Second:        "throttled by Azure, 119 s",
		150 * time.Second:        "throttled by Azure, 3 min",
		15 * time.Minute:         "throttled by Azure, 15 min",
		11500 * time.Millisecond: "throttled by Azure, 12 s",
	} {
		assert.Equal(t, says, Wait{Until: now.Add(left), Why: "throttled by Azure"}.Says(now))
	}
}
