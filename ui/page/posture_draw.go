package page

import (
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// A postureColumn is a column of panels on the screen.
type postureColumn struct {
	area  widget.Rect
	lines []postureLine
	top   int
}

// A postureLine is a panel's title, one of its rows, or its note.
type postureLine struct {
	title string
	row   int // place among all panels' rows, or -1
	note  string
}

// twoColumns is the width from which panels stand in two columns.
const twoColumns = 140

// leftPanels is how many panels stand in the left column where there are two.
const leftPanels = 2

// Draw draws the sums and the panels: below one another, or in two columns where
// there is room.
func (p *posturePage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	p.columns = [2]postureColumn{{top: p.columns[0].top}, {top: p.columns[1].top}}
	if p.posture == nil || p.posture.clusters == 0 {
		text := newProse(area.W-4, canvas.Glyphs)
		text.paragraph(p.empty(c), themes.Muted)
		(&scroll{}).draw(canvas, area.Inset(2, 0), text.lines)
		return
	}
	area = p.sums(canvas, area)
	p.wide = area.W >= twoColumns
	p.columns[0].area = area
	if p.wide {
		left, right := area.Left(area.W / 2)
		p.columns[0].area, p.columns[1].area = left, right
	}
	at := 0
	for i := range p.posture.panels {
		column := &p.columns[0]
		if p.wide && i >= leftPanels {
			column = &p.columns[1]
		}
		panel := &p.posture.panels[i]
		if len(column.lines) > 0 {
			column.lines = append(column.lines, postureLine{row: -1})
		}
		column.lines = append(column.lines, postureLine{title: panel.title, row: -1})
		for range panel.rows {
			column.lines = append(column.lines, postureLine{row: at})
			at++
		}
		if panel.note != "" {
			column.lines = append(column.lines, postureLine{note: panel.note, row: -1})
		}
	}
	for i := range p.columns {
		p.drawColumn(canvas, &p.columns[i])
	}
}

// sums draws what the estate adds up to and what that leaves out, and returns what is
// left of the area.
func (p *posturePage) sums(canvas *widget.Canvas, area widget.Rect) widget.Rect {
	made := p.posture
	inner := area.Inset(2, 0)
	pen := canvas.Line(inner, 0)
	if !made.exact {
		pen.Write("at least ", themes.Unread)
	}
	pen.Write(plural(made.clusters, "cluster", "clusters"), themes.Strong)
	pen.Write(" "+canvas.Glyphs.Dot+" "+plural(made.pools, "node pool", "node pools")+"  ", themes.Muted)
	used := 1
	if marksWidth(&made.counts, canvas.Glyphs)-2 > pen.Left() { // without the gap after them
		pen = canvas.Line(inner, used)
		used++
	}
	marks(&pen, &made.counts)
	if left := made.left(); left != "" {
		pen := canvas.Line(inner, used)
		pen.Write(left, themes.Unread)
		used++
	}
	_, rest := area.Top(used + 1)
	return rest
}

// drawColumn scrolls as little as it takes to show the cursor with its panel's title,
// and draws the lines in sight.
func (p *posturePage) drawColumn(canvas *widget.Canvas, column *postureColumn) {
	area := column.area
	for at, line := range column.lines {
		if line.row != p.cursor {
			continue
		}
		first := at
		if at > 0 && column.lines[at-1].title != "" {
			first--
		}
		if at >= column.top+area.H {
			column.top = at - area.H + 1
		}
		column.top = min(column.top, first)
	}
	column.top = max(0, min(column.top, len(column.lines)-area.H))
	for y := 0; y < area.H && column.top+y < len(column.lines); y++ {
		p.drawLine(canvas, widget.Rect{X: area.X, Y: area.Y + y, W: area.W, H: 1}, &column.lines[column.top+y])
	}
	seen := scroll{top: column.top, height: area.H, total: len(column.lines)}
	seen.hint(canvas, widget.Rect{X: area.X, Y: area.Y, W: area.W - 1, H: area.H})
}

// The widths of a bar, in a column of usual width and in a wide one; below the least
// there is none.
const (
	barNarrow = 14
	barWide   = 20
	barLeast  = 6
)

// widths of a row's name and bar: the bar gives way to the longest value, then the name.
func (p *posturePage) widths(canvas *widget.Canvas, area widget.Rect) (name, bar int) {
	name, bar = 24, barNarrow
	if area.W > 90 {
		name, bar = 30, barWide
	}
	longest := 0
	for i := range p.posture.panels {
		for _, row := range p.posture.panels[i].rows {
			longest = max(longest, widget.Width(row.value, canvas.Glyphs.ASCII))
		}
	}
	left := area.W - 2 - canvas.Glyphs.MarkWidth - 1 - name - 1 - longest - 2 // the last cells are the scroll hint's
	if bar = min(bar, left-1); bar < barLeast {
		bar = 0
		name = max(16, name+min(0, left))
	}
	return name, bar
}

func (p *posturePage) drawLine(canvas *widget.Canvas, area widget.Rect, line *postureLine) {
	pen := canvas.Line(area, 0)
	switch {
	case line.title != "":
		pen.Skip(2)
		pen.Write(line.title, themes.Strong)
		return
	case line.note != "":
		pen.Skip(4)
		pen.Write(line.note, themes.Unread)
		return
	case line.row < 0:
		return
	}
	row := p.row(line.row)
	if line.row == p.cursor {
		pen.Write(canvas.Glyphs.Cursor, themes.Accent)
		defer canvas.Tint(area, themes.Selected)
	}
	pen.To(2)
	pen.Mark(row.mark)
	pen.Skip(1)
	name, bar := p.widths(canvas, area)
	cut := pen.Cut(name)
	cut.Write(row.name, themes.Text)
	pen.Skip(1)
	switch {
	case bar == 0:
	case row.whole > 0:
		widget.Bar(&pen, bar, row.whole, row.bar...)
		pen.Skip(1)
	case row.value != "":
		pen.Skip(bar + 1)
	}
	pen.Write(row.value, themes.Muted)
}

// mouse chooses a row, and opens the one that is chosen.
func (p *posturePage) mouse(c *Context, m widget.Mouse) {
	for i := range p.columns {
		column := &p.columns[i]
		inside, is := m.In(column.area)
		if !is {
			continue
		}
		if m.Wheel != 0 {
			p.moved = true
			p.to(max(0, min(p.cursor+m.Wheel, p.rows()-1)))
			return
		}
		at := column.top + inside.Y
		if at < 0 || at >= len(column.lines) || column.lines[at].row < 0 {
			return
		}
		again := p.cursor == column.lines[at].row
		p.moved = true
		p.to(column.lines[at].row)
		if again || m.Twice {
			c.Open(p.row(p.cursor).to)
		}
	}
}
