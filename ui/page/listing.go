package page

import (
	"context"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// A feed keeps what a page derives from the estate up to date. The work runs in the
// background, one at a time, and pauses between two runs for several times as long
// as one takes: an estate that is still being read changes twenty times a second.
type feed struct {
	name    string
	busy    bool
	asked   bool // the run under way is for a filter or an order that the user set
	ran     bool
	version uint64 // of the snapshot that the latest result is made from
	took    time.Duration
}

// fed is the result of a feed's work.
type fed struct {
	name    string
	version uint64
	took    time.Duration
	value   any
}

// rest is how many times longer than one run the pause between two is.
const rest = 16

// start runs the work now, in place of one under way. Work must not touch the page.
func (f *feed) start(c *Context, work func(context.Context, *store.Snapshot) any) {
	f.busy, f.asked = true, true
	name, snapshot, in := f.name, c.Snapshot, c.Inspection
	c.Run(name, func(ctx context.Context) any {
		if in != nil {
			defer in.TurnNow()()
		}
		return run(ctx, name, snapshot, work)
	})
}

// follow runs the work on the newest state of the estate, soon. It does nothing
// while a run is under way or where nothing has changed.
func (f *feed) follow(c *Context, work func(context.Context, *store.Snapshot) any) {
	if f.busy || f.ran && f.version == c.Snapshot.Version {
		return
	}
	f.busy = true
	name, pause, in, now := f.name, rest*f.took, c.Inspection, c.Snapshot
	c.Run(name, func(ctx context.Context) any {
		if !sleep(ctx, pause) {
			return nil
		}
		if in != nil {
			defer in.Turn()()
		}
		return run(ctx, name, newest(in, now), work)
	})
}

// done notes a result; it reports whether the result is this feed's.
func (f *feed) done(result fed) bool {
	if result.name != f.name {
		return false
	}
	f.busy, f.asked, f.ran, f.version, f.took = false, false, true, result.version, result.took
	return true
}

// settling reports whether the rows that somebody waits for are still to come: the
// first ones, or those of a filter or an order that was set.
func (f *feed) settling() bool { return f.asked || f.busy && !f.ran }

// stop notes that the work under way was cancelled.
func (f *feed) stop() { f.busy, f.asked = false, false }

func run(ctx context.Context, name string, snapshot *store.Snapshot, work func(context.Context, *store.Snapshot) any) any {
	begun := time.Now()
	value := work(ctx, snapshot)
	if value == nil || ctx.Err() != nil {
		return nil
	}
	return fed{name: name, version: snapshot.Version, took: time.Since(begun), value: value}
}

func newest(in *inspect.Inspection, fallback *store.Snapshot) *store.Snapshot {
	if in == nil || in.Store == nil {
		return fallback
	}
	return in.Store.Snapshot()
}

func sleep(ctx context.Context, pause time.Duration) bool {
	if pause <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// A hand tells whether a user has touched a list. Until then the cursor stays on
// the first row while rows come in, not on the row that happened to come first.
type hand struct {
	moved bool
	// row is the row that a user left the list on, in an earlier run, by its name: the
	// cursor goes there once it has come.
	row string
}

// set shows rows in a table.
func set[K comparable](h *hand, table *widget.Table[K], rows widget.Rows[K], order []int32) {
	if !h.moved {
		table.Set(nil, nil)
	}
	table.Set(rows, order)
	if !h.moved && h.row != "" && table.SelectName(h.row) {
		h.moved = true
	}
}

// emptyText says under a list's titles, wrapped, why there are no rows.
func emptyText(canvas *widget.Canvas, list widget.Rect, rows int, text string) {
	if rows > 0 || text == "" {
		return
	}
	_, body := list.Inset(2, 0).Top(2)
	why := newProse(min(body.W, 100), canvas.Glyphs)
	for part := range strings.SplitSeq(text, "\n") {
		why.paragraph(part, themes.Muted)
	}
	(&scroll{}).draw(canvas, body, why.lines)
}

// couldNotRead says a problem for the place where rows would be.
func couldNotRead(p *source.Problem) string {
	text := "Could not read: " + sentence(p.What)
	if p.Do != "" {
		text += "\n" + sentence(p.Do)
	}
	return text
}
