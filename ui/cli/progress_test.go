package cli

import (
	"bytes"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/ui/export"
)

func TestCounting(t *testing.T) {
	var n atomic.Int64
	results := func(yield func(export.Result) bool) {
		for range 5 {
			if !yield(export.Result{}) {
				return
			}
		}
	}
	seen := 0
	for range counting(results, &n) {
		if seen++; seen == 3 {
			break
		}
	}
	assert.Equal(t, int64(3), n.Load(), "a reader that stops stops the count")
}

// TestNoProgressWithoutATerminal: what is not a terminal gets no line that is drawn anew.
func TestNoProgressWithoutATerminal(t *testing.T) {
	p := &program{Streams: Streams{Err: &bytes.Buffer{}, Out: &bytes.Buffer{}}}
	assert.Nil(t, p.screen(false))
	report := &export.Report{}
	watched, done := p.watchWriting(report, output{form: "json"}, false)
	done()
	assert.Same(t, report, watched)
}
