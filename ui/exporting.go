package ui

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/export"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// exporting asks how the page's list is to be exported, and where to.
type exporting struct {
	listing *page.Listing
	// forms it can be written in; the first are its texts where it has some.
	forms []export.ListingForm
	form  int
	// all takes the columns too that had no room on the screen.
	all    bool
	folder string
	now    time.Time
	area   widget.Rect
}

// exportedMsg tells how an export ended.
type exportedMsg struct {
	path, what string
	err        error
}

// offers are what the page offers, with the export of its list.
func (a *App) offers() []action.Offer {
	current := a.visits.current().page
	offers := current.Offers(a.with())
	exporter, can := current.(page.Exporter)
	if !can {
		return offers
	}
	offer := action.Offer{ID: action.Export}
	if exporter.Export(a.with()) == nil {
		offer.Not = "there is no list to export here"
	}
	return append(offers, offer)
}

// openExport asks how to export the page's list.
func (a *App) openExport() tea.Cmd {
	exporter, can := a.visits.current().page.(page.Exporter)
	if !can {
		return nil
	}
	listing := exporter.Export(a.with())
	if listing == nil {
		return nil
	}
	folder, err := a.folder()
	if err != nil {
		folder = "."
	}
	a.overlay = &exporting{listing: listing, forms: listing.Forms(), folder: folder, now: a.now()}
	return nil
}

// chosen is the form under the cursor.
func (e *exporting) chosen() *export.ListingForm { return &e.forms[e.form] }

// whole reports whether the text is written, and not its list.
func (e *exporting) whole() bool { return e.form < len(e.listing.Texts) }

func (e *exporting) key(a *App, msg tea.KeyPressMsg, name string) tea.Cmd {
	switch {
	case name == "esc" || name == "q":
		a.close()
		return nil
	case name == "enter":
		return e.save(a)
	case name == "space" && e.hidden() > 0:
		e.all = !e.all
		return nil
	}
	for _, id := range a.meanings(msg) {
		switch id {
		case action.Up, action.Top:
			e.form = max(0, e.form-1)
		case action.Down, action.Bottom:
			e.form = min(len(e.forms)-1, e.form+1)
		case action.Copy:
			return e.copy(a)
		}
	}
	return nil
}

func (e *exporting) paste(*App, tea.PasteMsg) tea.Cmd { return nil }

func (e *exporting) mouse(a *App, m widget.Mouse) tea.Cmd {
	if m, inside := m.In(e.area); inside && m.Wheel == 0 && m.Y < len(e.forms) {
		e.form = m.Y
		if m.Twice {
			return e.save(a)
		}
	}
	return nil
}

// hidden is the number of columns that had no room.
func (e *exporting) hidden() int {
	hidden := 0
	if e.whole() {
		return hidden
	}
	for _, column := range e.listing.Columns {
		if !column.Shown {
			hidden++
		}
	}
	return hidden
}

// what says what is written.
func (e *exporting) what() string {
	form := e.chosen()
	if e.whole() {
		return "the " + strings.ToLower(form.Name)
	}
	return rowCount(e.listing.Len) + " as " + form.Name
}

// save writes the file in the background.
func (e *exporting) save(a *App) tea.Cmd {
	a.close()
	form := e.chosen()
	list, what := e.listing.List(e.all), e.what()
	folder, name := e.folder, export.FileName(e.listing.Name, form.End, e.now)
	return func() tea.Msg {
		path, err := export.Save(folder, name, func(w io.Writer) error { return form.Write(w, list) })
		return exportedMsg{path: path, what: what, err: err}
	}
}

// copy puts the list on the clipboard.
func (e *exporting) copy(a *App) tea.Cmd {
	a.close()
	form := e.chosen()
	list, what := e.listing.List(e.all), e.what()
	clipboard, ctx := a.clipboard, a.ctx
	return func() tea.Msg {
		text := &strings.Builder{}
		if err := form.Write(text, list); err != nil {
			return exportedMsg{err: err}
		}
		return copiedMsg{text.String(), what, clipboard.Copy(ctx, text.String())}
	}
}

// exported says where the file is, or why there is none.
func (a *App) exported(msg exportedMsg) tea.Cmd {
	if msg.err == nil {
		// The name comes first: where the line is too long, the folder gives way.
		return a.say(widget.PassMark, fmt.Sprintf("wrote %s (%s) into %s",
			filepath.Base(msg.path), msg.what, widget.Neutral(filepath.Dir(msg.path))))
	}
	why := "not exported: " + msg.err.Error()
	if errors.Is(msg.err, fs.ErrPermission) {
		why = "this folder cannot be written: start aksight in another, or copy the list instead"
	}
	return a.say(widget.UnreadMark, why)
}

func (e *exporting) draw(a *App, c *widget.Canvas, area widget.Rect) {
	area = area.Inset(max(margin, (area.W-76)/2), min(2, area.H/6))
	pen := c.Line(area, 0)
	pen.Write("Export "+e.listing.Name, themes.Strong)
	pen = c.Line(area, 1)
	pen.Write(rowCount(e.listing.Len)+", as filtered and sorted", themes.Muted)
	_, e.area = area.Top(3)
	for at, form := range e.forms {
		pen := c.Line(e.area, at)
		cursor, style := " ", themes.Text
		if at == e.form {
			cursor, style = a.glyphs.Cursor, themes.Strong
		}
		pen.Write(cursor, themes.Accent)
		pen.Skip(1)
		name := pen.Cut(12)
		name.Write(form.Name, style)
		pen.Write("for "+form.For, themes.Muted)
		if at == e.form {
			c.Tint(widget.Rect{X: e.area.X, Y: e.area.Y + at, W: e.area.W, H: 1}, themes.Selected)
		}
	}
	_, rest := e.area.Top(len(e.forms) + 1)
	form := e.chosen()
	y := 0
	fact := func(label, value string) {
		e.fact(c, rest, y, label, value)
		y++
	}
	if !e.whole() {
		fact("columns", e.columnWords())
	}
	fact("folder", e.folder)
	fact("file", export.FileName(e.listing.Name, form.End, e.now))
	pen = c.Line(rest, y+1)
	pen.Write("A file that is there already is never touched.", themes.Faint)
}

func (e *exporting) fact(c *widget.Canvas, area widget.Rect, y int, label, value string) {
	pen := c.Line(area, y)
	pen.Skip(2)
	name := pen.Cut(12)
	name.Write(label, themes.Muted)
	for widget.Width(value, c.Glyphs.ASCII) > pen.Left() && label == "folder" {
		_, rest, found := strings.Cut(strings.TrimPrefix(value, c.Glyphs.Ellipsis+string(filepath.Separator)), string(filepath.Separator))
		if !found {
			break
		}
		value = c.Glyphs.Ellipsis + string(filepath.Separator) + rest
	}
	pen.Write(value, themes.Text)
}

func (e *exporting) columnWords() string {
	all, hidden := len(e.listing.Columns), e.hidden()
	switch {
	case hidden == 0:
		return fmt.Sprintf("all %d", all)
	case e.all:
		return fmt.Sprintf("all %d, with the %d that had no room (space: only those shown)", all, hidden)
	default:
		return fmt.Sprintf("the %d shown; %d more had no room (space: all)", all-hidden, hidden)
	}
}

func rowCount(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

func (e *exporting) hints(a *App) [][2]string {
	hints := [][2]string{{"enter", "write the file"}, {cmp.Or(a.keys.Key(action.Copy), "y"), "copy instead"}}
	if e.hidden() > 0 {
		hints = append(hints, [2]string{"space", "columns"})
	}
	return append(hints, [2]string{"esc", "cancel"})
}
