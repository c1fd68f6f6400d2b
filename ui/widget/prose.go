package widget

import (
	"strings"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
)

// Block is a paragraph.
type Block struct {
	Text  string
	Style themes.Style
	// Mark stands before the first line.
	Mark Mark
	// Bullet stands before the first line, such as "-" or "1".
	Bullet string
	// Indent shifts all lines to the right.
	Indent int
	// Pre keeps the lines as they are, and cuts what does not fit.
	Pre bool
	// Spans, where they are set, take the place of Text on one line that is not
	// wrapped: a document's line in several colours.
	Spans []Span
}

// Span is a piece of a line.
type Span struct {
	Text  string
	Style themes.Style
}

// Prose shows paragraphs, wrapped and scrolled.
type Prose struct {
	blocks []Block
	lines  []proseLine
	width  int
	ascii  bool
	view   view
	// aside is how far lines that are not wrapped are moved to the left.
	aside int
}

type proseLine struct {
	block int
	text  string
	first bool
}

// Set shows blocks; the place in the text stays.
func (p *Prose) Set(blocks []Block) {
	p.blocks = blocks
	p.width = -1
}

// Do scrolls; it reports whether the action is one that moves.
func (p *Prose) Do(id action.ID) bool {
	p.view.cursor = p.view.top
	switch id {
	case action.Left:
		p.aside = max(0, p.aside-8)
		return true
	case action.Right:
		p.aside = min(p.aside+8, 400)
		return true
	case action.Bottom:
		p.scroll(len(p.lines))
		return true
	}
	if !p.view.do(id) {
		return false
	}
	p.scroll(p.view.cursor)
	return true
}

func (p *Prose) scroll(to int) {
	p.view.top = max(0, min(to, len(p.lines)-p.view.height))
}

// Mouse scrolls.
func (p *Prose) Mouse(m Mouse) { p.scroll(p.view.top + m.Wheel) }

// Height returns how many lines the text takes at a width.
func (p *Prose) Height(width int, glyphs *Glyphs) int {
	p.wrap(width, glyphs)
	return len(p.lines)
}

// Top returns the first line shown, and how many there are.
func (p *Prose) Top() (top, lines int) { return p.view.top, len(p.lines) }

// Draw draws the lines from the top of the window.
func (p *Prose) Draw(c *Canvas, area Rect) {
	p.wrap(area.W, c.Glyphs)
	p.view.height = area.H
	p.scroll(p.view.top)
	for y := range min(area.H, len(p.lines)-p.view.top) {
		p.line(c, area, y)
	}
}

func (p *Prose) line(c *Canvas, area Rect, y int) {
	line := p.lines[p.view.top+y]
	block := &p.blocks[line.block]
	pen := c.Line(area, y)
	pen.Skip(block.Indent)
	if block.Mark != NoMark {
		mark := pen.Cut(c.Glyphs.MarkWidth + 1)
		if line.first {
			mark.Mark(block.Mark)
		}
	}
	if block.Bullet != "" {
		bullet := pen.Cut(Width(block.Bullet, c.Glyphs.ASCII) + 1)
		if line.first {
			bullet.Write(block.Bullet, themes.Muted)
		}
	}
	switch {
	case len(block.Spans) > 0:
		aside := p.aside
		for _, span := range block.Spans {
			text := span.Text
			if aside > 0 {
				cut := fit(text, aside, p.ascii)
				aside -= Width(text[:cut], p.ascii)
				text = text[cut:]
			}
			pen.Write(text, span.Style)
		}
	case block.Pre && p.aside > 0:
		pen.Write(line.text[fit(line.text, p.aside, p.ascii):], block.Style)
	default:
		pen.Write(line.text, block.Style)
	}
}

// wrap breaks the blocks into lines, once for a width.
func (p *Prose) wrap(width int, glyphs *Glyphs) {
	if width == p.width && glyphs.ASCII == p.ascii {
		return
	}
	p.width, p.ascii = width, glyphs.ASCII
	p.lines = p.lines[:0]
	for i := range p.blocks {
		block := &p.blocks[i]
		var lines []string
		switch {
		case len(block.Spans) > 0:
			lines = []string{""}
		case block.Pre:
			lines = strings.Split(block.Text, "\n")
		default:
			lines = Wrap(block.Text, p.room(block, glyphs), p.ascii)
		}
		for j, text := range lines {
			p.lines = append(p.lines, proseLine{block: i, text: text, first: j == 0})
		}
	}
}

// room is how wide the text of a block may be.
func (p *Prose) room(block *Block, glyphs *Glyphs) int {
	room := p.width - block.Indent
	if block.Mark != NoMark {
		room -= glyphs.MarkWidth + 1
	}
	if block.Bullet != "" {
		room -= Width(block.Bullet, p.ascii) + 1
	}
	return room
}
