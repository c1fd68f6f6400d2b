package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/schedule"
)

// clearLine goes back to the line's begin and empties it.
const clearLine = "\r\x1b[K"

// progressEvery is how often the line is drawn.
const progressEvery = 200 * time.Millisecond

// readAll reads until nothing is wanted any more, and shows how far it came where
// somebody watches.
func (p *program) readAll(ctx context.Context, inspection *inspect.Inspection, quiet bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	inspection.Start(ctx)
	done := make(chan error, 1)
	go func() { done <- inspection.Wait(ctx) }()
	screen := terminal(p.Err)
	if screen == nil || quiet {
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
			line := progressLine(inspection.Schedule.Progress(), time.Now())
			fmt.Fprint(screen, clearLine+ansi.Truncate(line, widthOf(screen)-1, ""))
		}
	}
}

// progressLine says how far reading came, and what it waits for.
func progressLine(progress schedule.Progress, now time.Time) string {
	text := "reading"
	if progress.Phase != "" {
		text = "reading " + progress.Phase
	}
	if progress.Total > 0 {
		text += fmt.Sprintf(" %d/%d", progress.Done, progress.Total)
	}
	for _, wait := range progress.Waits {
		if left := wait.Until.Sub(now).Round(time.Second); left > 0 {
			return text + fmt.Sprintf(": %s, %s", wait.Why, left)
		}
	}
	return text
}
