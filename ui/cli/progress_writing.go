package cli

import (
	"fmt"
	"iter"
	"sync/atomic"
	"time"

	"github.com/aksight/aksight/ui/export"
)

// watchWriting shows how far writing came: explaining every result of thousands of
// clusters takes a while. It returns the report to be written, and what takes the line
// away again.
func (p *program) watchWriting(written *export.Report, out output, quiet bool) (*export.Report, func()) {
	screen := p.screen(quiet)
	if screen == nil || out.path == "" && terminal(p.Out) != nil {
		return written, func() {} // nobody watches, or the report itself moves
	}
	var done atomic.Int64
	watched := *written
	watched.Results, watched.Findings = counting(written.Results, &done), counting(written.Findings, &done)
	total := written.Summary.Verdicts.Fail
	if out.form == "json" || out.form == "csv" {
		verdicts := written.Summary.Verdicts
		total = verdicts.Pass + verdicts.Fail + verdicts.NotApplicable + verdicts.CouldNotRead
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				fmt.Fprint(screen, clearLine)
				return
			case <-tick.C:
				p.showLine(screen, fmt.Sprintf("writing %s, %d of %d results", out.form, done.Load(), total))
			}
		}
	}()
	return &watched, func() {
		close(stop)
		<-stopped
	}
}

func counting(results iter.Seq[export.Result], n *atomic.Int64) iter.Seq[export.Result] {
	return func(yield func(export.Result) bool) {
		for result := range results {
			n.Add(1)
			if !yield(result) {
				return
			}
		}
	}
}
