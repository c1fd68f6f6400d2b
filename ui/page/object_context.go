package page

import (
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// workloadTerms are explained on the pages of workloads.
var workloadTerms = []string{"security-context", "workload", "privileged", "capabilities", "host-namespaces", "service-account", "namespace"}

// contextTab shows a workload's security context: pod and containers side by side
// where there is room, one under the other else.
type contextTab struct {
	*objectLoading
	at      Address
	row     string // that the page was left on in an earlier run
	context *securityContext
	head    string
	sheet   *sheet
	lines   widget.Sheet         // one under the other
	table   widget.Table[string] // side by side
	beside  bool                 // as last drawn
	body    widget.Rect
}

func newContextTab(at Address, loading *objectLoading) *contextTab {
	return &contextTab{objectLoading: loading, at: at.Base(), row: at.Row}
}

// Title names the tab.
func (t *contextTab) Title(*Context) string { return t.at.Object.Name }

// Place is where the sheet was left.
func (t *contextTab) Place() Address {
	at := t.at
	if row := t.lines.Selected(); row >= 0 {
		at.Row = t.lines.Entries()[row].Key
	}
	return at
}

// Settling reports whether what the page shows is still being made.
func (t *contextTab) Settling() bool { return t.busy && !t.loaded }

// Update takes a message.
func (t *contextTab) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		t.follow(c)
	case Hidden:
		t.busy = false
	case objectLoaded:
		t.take(msg)
		t.show(msg)
	case widget.Mouse:
		t.mouse(c, msg)
	case action.Intent:
		t.intent(c, msg.ID)
	}
}

func (t *contextTab) show(msg objectLoaded) {
	t.head, t.context = msg.head, msg.context
	if t.context == nil {
		t.sheet = nil
		return
	}
	first := t.sheet == nil
	t.sheet = t.context.sheet()
	t.lines.Set(t.sheet.entries())
	t.table.Set(contextRows{t.context}, nil)
	if first && !t.lines.Select(t.row) {
		t.lines.Select(t.sheet.worst())
	}
	if first {
		t.align(true)
	}
}

// align puts the cursor of one form where that of the other is.
func (t *contextTab) align(toTable bool) {
	at := t.lines.Selected()
	switch {
	case toTable && at >= 0:
		t.table.Select(t.rowAt(at))
	case !toTable && t.table.Selected() >= 0:
		row := &t.context.rows[t.table.Selected()]
		if at >= 0 && t.rowAt(at) == row.key {
			return
		}
		worst := row.findings(t.context.findings)
		for i := range t.sheet.lines {
			if t.sheet.lines[i].label != "" && t.rowAt(i) == row.key && (len(worst) == 0 || t.sheet.lines[i].finding == worst[0]) {
				t.lines.Select(t.sheet.entry(i).Key)
				return
			}
		}
	}
}

// rowAt names the row of the table that a line of the sheet is about.
func (t *contextTab) rowAt(at int) string {
	for ; at >= 0; at-- {
		l := &t.sheet.lines[at]
		if l.label == "" {
			continue
		}
		if l.finding >= 0 && t.context.findings[l.finding].Rule.ID == l.path { // a line of its own
			return l.path
		}
		return l.label
	}
	return ""
}

func (t *contextTab) mouse(c *Context, m widget.Mouse) {
	m, inside := m.In(t.body)
	if !inside || t.context == nil {
		return
	}
	var open bool
	if t.beside {
		open = t.table.Mouse(m) == widget.PressedOpen
	} else {
		open = t.lines.Mouse(m)
	}
	t.align(!t.beside)
	if open {
		t.intent(c, action.Open)
	}
}

func (t *contextTab) intent(c *Context, id action.ID) {
	if t.context != nil {
		var moved bool
		if t.beside {
			moved = t.table.Do(id)
		} else {
			moved = t.lines.Do(id)
		}
		if moved {
			t.align(!t.beside)
			return
		}
	}
	if findingKeys(c, t.at, t.finding(), id) {
		return
	}
	switch id {
	case action.Explain:
		t.explain(c)
	case action.Copy:
		if at := t.lines.Selected(); at >= 0 && t.lines.Entries()[at].Value != "" {
			c.Copy(t.lines.Entries()[at].Value, t.lines.Entries()[at].Label)
		}
	case action.Refresh, action.Verify:
		readInside(c, t.at.ID)
	}
}

func (t *contextTab) explain(c *Context) {
	if at := t.lines.Selected(); at >= 0 && t.sheet != nil && t.sheet.lines[at].term != "" {
		openTerms(c, t.sheet.lines[at].term)
		return
	}
	openTerms(c, workloadTerms...)
}

// finding is the one on the selected line, the worst where there are several, or nil.
func (t *contextTab) finding() *model.Finding {
	if t.context == nil {
		return nil
	}
	if t.beside {
		at := t.table.Selected()
		if at < 0 {
			return nil
		}
		if list := t.context.rows[at].findings(t.context.findings); len(list) > 0 {
			return &t.context.findings[list[0]]
		}
		return nil
	}
	at := t.lines.Selected()
	if at < 0 || t.sheet.lines[at].finding < 0 {
		return nil
	}
	return &t.context.findings[t.sheet.lines[at].finding]
}

// Export returns the settings.
func (t *contextTab) Export(*Context) *Listing {
	return settingsListing("security context of "+t.at.Object.Name, t.sheet)
}

// Offers lists what works here.
func (t *contextTab) Offers(*Context) []action.Offer {
	return append(lineOffers(t.at, t.finding()), action.Offer{ID: action.Copy, Says: "copy value"},
		action.Offer{ID: action.Verify, Says: "read again"}, action.Offer{ID: action.Refresh})
}

// The least room for the settings' names and for a column beside them.
const (
	contextLabelWidth = 21
	contextCellWidth  = 21
)

// Draw draws the security context and what was found on the selected line.
func (t *contextTab) Draw(_ *Context, canvas *widget.Canvas, area widget.Rect) {
	if t.context == nil {
		emptyText(canvas, area, 0, t.absence())
		return
	}
	top, area := area.Top(1)
	pen := canvas.Line(top.Inset(2, 0), 0)
	pen.Write(t.head, themes.Muted)
	areas := splitArea(area)
	need := contextLabelWidth + (contextCellWidth+2)*len(t.context.columns) + 4
	beside := need <= areas.list.W
	if !beside && areas.side.W > 0 && need <= area.W {
		areas, beside = split{list: area}, true // rather the columns than the reasons
	}
	t.beside = beside
	list := areas.list
	strip := widget.Rect{}
	if areas.side.W == 0 {
		strip, list = list.Bottom(4)
	}
	t.body = list
	if beside {
		t.table.Columns = t.columns()
		t.table.Draw(canvas, list)
	} else {
		t.lines.Draw(canvas, list)
	}
	if areas.side.W > 0 {
		areas.divide(canvas)
		t.reasons(canvas, areas.side.Inset(2, 0))
		return
	}
	t.sheet.strip(canvas, strip, t.lines.Selected())
}

func (t *contextTab) columns() []widget.Column {
	columns := []widget.Column{{Title: "Setting", Min: contextLabelWidth, Fixed: true}}
	for i := range t.context.columns {
		columns = append(columns, widget.Column{Title: t.context.columns[i].title, Min: contextCellWidth, Max: 60, Weight: 1, Fixed: true})
	}
	return columns
}

// reasons says what was found on the selected line, in any of the columns.
func (t *contextTab) reasons(canvas *widget.Canvas, area widget.Rect) {
	selected := t.lines.Selected()
	var list []int
	if at := t.table.Selected(); t.beside && at >= 0 {
		list = t.context.rows[at].findings(t.context.findings)
	} else if !t.beside && selected >= 0 && t.sheet.lines[selected].finding >= 0 {
		list = []int{t.sheet.lines[selected].finding}
	}
	if len(list) == 0 {
		explainBeside(canvas, area, t.sheet, selected)
		return
	}
	text := newProse(area.W, canvas.Glyphs)
	for i, finding := range list {
		if i > 0 {
			text.gap()
		}
		f := &t.context.findings[finding]
		explainShort(text, f)
	}
	(&scroll{}).draw(canvas, area, text.lines)
}

// contextRows are the settings as rows of a table.
type contextRows struct{ *securityContext }

// Len is the number of settings.
func (c contextRows) Len() int { return len(c.rows) }

// Key names a setting.
func (c contextRows) Key(row int) string { return c.rows[row].key }

// Cell writes a setting's name, or what it is in one column.
func (c contextRows) Cell(row, column int, pen *widget.Pen) {
	r := &c.rows[row]
	if column == 0 {
		pen.Write(r.label, themes.Muted)
		return
	}
	cell := &r.cells[column-1]
	if cell.none {
		pen.Skip(pen.Glyphs().MarkWidth + 1)
		pen.Write(pen.Glyphs().None, themes.Faint)
		return
	}
	style := themes.Text
	if cell.faint {
		style = themes.Muted
	}
	mark := widget.NoMark
	if len(cell.findings) > 0 {
		judged := c.findings[cell.findings[0]].Judged()
		mark = VerdictMark(judged)
		style = mark.Style() &^ themes.Bold
	}
	pen.Mark(mark)
	pen.Skip(1)
	pen.Write(cell.value, style)
}

// Linear tells the security context.
func (t *contextTab) Linear(*Context) Linear {
	if t.context == nil {
		return Linear{Intro: []string{t.absence()}}
	}
	return Linear{
		Intro: []string{t.head, severityLine(&t.sheet.counts)},
		Rows:  t.sheet.rows(func(key string) { t.lines.Select(key); t.align(true) }),
	}
}
