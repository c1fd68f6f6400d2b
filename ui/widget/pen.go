package widget

import (
	"strconv"

	"github.com/clipperhouse/displaywidth"

	"github.com/aksight/aksight/themes"
)

// Pen writes on one line from left to right and stops at its end. What does not fit
// ends in an ellipsis.
type Pen struct {
	canvas *Canvas
	x, y   int
	start  int
	end    int
	// Style is added to the style of all that is written: a background or bold.
	Style themes.Style
}

// Line returns a pen for row y of the rectangle, counted from its top.
func (c *Canvas) Line(r Rect, y int) Pen {
	if y < 0 || y >= r.H || r.Y+y < 0 || r.Y+y >= c.height {
		return Pen{canvas: c}
	}
	r = c.clip(Rect{r.X, r.Y + y, r.W, 1})
	return Pen{canvas: c, x: r.X, y: r.Y, start: r.X, end: r.X + r.W}
}

// Glyphs returns the signs to draw with.
func (p *Pen) Glyphs() *Glyphs { return p.canvas.Glyphs }

// Left returns how many cells are left.
func (p *Pen) Left() int { return max(0, p.end-p.x) }

// Column returns how many cells the pen has moved from the line's start.
func (p *Pen) Column() int { return p.x - p.start }

// Skip moves the pen on.
func (p *Pen) Skip(cells int) { p.x = max(p.start, min(p.x+cells, p.end)) }

// To moves the pen to a column of its line.
func (p *Pen) To(column int) { p.x = max(p.start, min(p.start+column, p.end)) }

// Cut returns a pen for the next cells, and moves past them.
func (p *Pen) Cut(cells int) Pen {
	part := *p
	part.start = p.x
	part.end = max(p.x, min(p.x+cells, p.end))
	p.x = part.end
	return part
}

// Write writes text. Characters that would move the cursor, change its direction or
// look like nothing are made visible.
func (p *Pen) Write(text string, style themes.Style) {
	style = p.mix(style)
	for i := range len(text) {
		b := text[i]
		if b < ' ' || b >= 0x7f {
			p.clusters(text[i:], style)
			return
		}
		if p.x >= p.end {
			p.ellipsis(style)
			return
		}
		// A mark that combines with this character follows it: leave both to clusters.
		if i+1 < len(text) && text[i+1] >= 0x80 {
			p.clusters(text[i:], style)
			return
		}
		p.canvas.ascii(p.x, p.y, b, style)
		p.x++
	}
}

// clusters writes text that is not plain ASCII, grapheme by grapheme.
func (p *Pen) clusters(text string, style themes.Style) {
	graphemes := displaywidth.StringGraphemes(text)
	for graphemes.Next() {
		cluster := graphemes.Value()
		if len(cluster) == 1 && cluster[0] >= ' ' && cluster[0] < 0x7f {
			if p.x >= p.end {
				p.ellipsis(style)
				return
			}
			p.canvas.ascii(p.x, p.y, cluster[0], style)
			p.x++
			continue
		}
		shown, width := Visible(cluster, graphemes.Width(), p.canvas.Glyphs.ASCII)
		if width == 0 {
			continue
		}
		if len(shown) == width { // plain ASCII, in place of something else
			for i := range len(shown) {
				if p.x >= p.end {
					p.ellipsis(style)
					return
				}
				p.canvas.ascii(p.x, p.y, shown[i], style)
				p.x++
			}
			continue
		}
		if p.x+width > p.end {
			p.ellipsis(style)
			return
		}
		p.canvas.cluster(p.x, p.y, shown, width, style)
		p.x += width
	}
}

// ellipsis ends a line that is full.
func (p *Pen) ellipsis(style themes.Style) {
	if p.end <= p.start {
		return
	}
	p.x = p.end
	p.glyph(p.end-1, p.canvas.Glyphs.Ellipsis, style)
}

// glyph puts one of the signs, which are a cell wide.
func (p *Pen) glyph(x int, sign string, style themes.Style) {
	if len(sign) == 1 {
		p.canvas.ascii(x, p.y, sign[0], style)
		return
	}
	p.canvas.cluster(x, p.y, sign, 1, style)
}

// Repeat writes a sign of one cell n times, as far as there is room.
func (p *Pen) Repeat(sign string, n int, style themes.Style) {
	style = p.mix(style)
	for ; n > 0 && p.x < p.end; n-- {
		p.glyph(p.x, sign, style)
		p.x++
	}
}

// Int writes a number.
func (p *Pen) Int(n int, style themes.Style) {
	style = p.mix(style)
	var digits [20]byte
	for _, b := range strconv.AppendInt(digits[:0], int64(n), 10) {
		if p.x >= p.end {
			p.ellipsis(style)
			return
		}
		p.canvas.ascii(p.x, p.y, b, style)
		p.x++
	}
}

// Mark writes a mark; it always takes Glyphs.MarkWidth cells.
func (p *Pen) Mark(m Mark) { p.MarkIn(m, m.Style()) }

// MarkIn writes a mark in another colour.
func (p *Pen) MarkIn(m Mark, style themes.Style) {
	width := p.canvas.Glyphs.MarkWidth
	if m == NoMark {
		p.Skip(width)
		return
	}
	part := p.Cut(width)
	part.Write(p.canvas.Glyphs.Marks[min(m, marks-1)], style)
}

// Right writes text so that it ends at the end of the line, if there is room after
// what is written and a gap.
func (p *Pen) Right(text string, style themes.Style) {
	width := Width(text, p.canvas.Glyphs.ASCII)
	if width > p.Left() {
		p.Write(text, style)
		return
	}
	p.x = p.end - width
	p.Write(text, style)
}

// align moves what was written since the pen's start to its end.
func (p *Pen) align() {
	gap := p.end - p.x
	if gap <= 0 || p.x == p.start {
		return
	}
	row := p.canvas.cells[p.y*p.canvas.width:][:p.canvas.width]
	copy(row[p.start+gap:p.end], row[p.start:p.x])
	for x := p.start; x < p.start+gap; x++ {
		row[x] = cell{r: ' ', width: 1}
	}
	p.x = p.end
}

// mix adds the pen's own style to one that is written.
func (p *Pen) mix(style themes.Style) themes.Style {
	if p.Style == 0 {
		return style
	}
	if style.Background() == themes.Text {
		style = style.On(p.Style.Background())
	}
	return style | p.Style.Attributes()
}
