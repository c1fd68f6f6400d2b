package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/schedule"
	"github.com/aksight/aksight/inspect/store"
)

// clearLine goes back to the line's begin and empties it.
const clearLine = "\r\x1b[K"

// progressEvery is how often the line is drawn.
const progressEvery = 200 * time.Millisecond

// readAll reads until nothing is wanted any more, and shows how far it came where
// somebody watches. With kubernetes set it looks into every cluster.
func (p *program) readAll(ctx context.Context, inspection *inspect.Inspection, kubernetes, quiet bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	inspection.Start(ctx)
	done := make(chan error, 1)
	go func() {
		err := inspection.Wait(ctx)
		if err == nil {
			err = inspection.ReadInsides(ctx, func(*store.Cluster) bool { return kubernetes })
		}
		done <- err
	}()
	screen := p.screen(quiet)
	if screen == nil {
		return <-done
	}
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			fmt.Fprint(screen, clearLine)
			return err
		case <-tick.C:
			p.showLine(screen, progressLine(inspection.Schedule.Progress(), seenOf(inspection), time.Now()))
		}
	}
}

// screen is where progress is shown, or nil where nobody is to see it.
func (p *program) screen(quiet bool) *os.File {
	if quiet || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return terminal(p.Err)
}

// showLine draws the line of progress anew.
func (p *program) showLine(screen *os.File, line string) {
	ellipsis := "…"
	if p.ascii {
		ellipsis = "~"
	}
	fmt.Fprint(screen, clearLine+ansi.Truncate(line, max(0, widthOf(screen)-1), ellipsis))
}

// seen is what reading has brought so far.
type seen struct{ clusters, requests int }

func seenOf(inspection *inspect.Inspection) seen {
	return seen{len(inspection.Store.Snapshot().Clusters), inspection.Calls.Total()}
}

// progressLine says how far reading came, what it brought, how long it takes, and what
// it waits for.
func progressLine(progress schedule.Progress, brought seen, now time.Time) string {
	text := "reading"
	if progress.Phase != "" {
		text = "reading " + progress.Phase
	}
	if progress.Total > 0 {
		text += fmt.Sprintf(" %d/%d", progress.Done, progress.Total)
	}
	for _, wait := range progress.Waits {
		if left := wait.Until.Sub(now).Round(time.Second); left > 0 {
			text += fmt.Sprintf(", waiting %s (%s)", left, wait.Why)
			break
		}
	}
	if brought.clusters > 0 {
		text += ", " + count(brought.clusters, "cluster")
	}
	if brought.requests > 0 {
		text += ", " + count(brought.requests, "request")
	}
	if took := now.Sub(progress.Started).Round(time.Second); !progress.Started.IsZero() && took > 0 {
		text += ", " + took.String()
	}
	return text
}
