package page

import (
	"unicode/utf8"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

func firstRune(text string) (rune, int) { return utf8.DecodeRuneInString(text) }

// A scroll is the part of a text that is shown.
type scroll struct {
	top    int
	height int // of the area, when it was last drawn
	total  int
}

// move scrolls; it reports whether the action was one that moves.
func (s *scroll) move(id action.ID) bool {
	switch id {
	case action.Up:
		s.top--
	case action.Down:
		s.top++
	case action.PageUp:
		s.top -= max(1, s.height-1)
	case action.PageDown:
		s.top += max(1, s.height-1)
	case action.HalfUp:
		s.top -= max(1, s.height/2)
	case action.HalfDown:
		s.top += max(1, s.height/2)
	case action.Top:
		s.top = 0
	case action.Bottom:
		s.top = s.total
	default:
		return false
	}
	s.clamp()
	return true
}

func (s *scroll) clamp() { s.top = max(0, min(s.top, s.total-s.height)) }

// reveal scrolls as little as it takes to show the lines.
func (s *scroll) reveal(first, last int) {
	if last >= s.top+s.height {
		s.top = last - s.height + 1
	}
	s.top = min(s.top, first)
	s.clamp()
}

// draw draws the lines that are in sight, and how much is above and below them.
func (s *scroll) draw(c *widget.Canvas, area widget.Rect, lines []textLine) {
	s.height, s.total = area.H, len(lines)
	s.clamp()
	for y := 0; y < area.H && s.top+y < len(lines); y++ {
		lines[s.top+y].draw(c, area, y)
	}
	s.hint(c, area)
}

// hint shows at the right edge that there is more above or below.
func (s *scroll) hint(c *widget.Canvas, area widget.Rect) {
	edge := widget.Rect{X: area.X + area.W - 1, Y: area.Y, W: 1, H: area.H}
	if s.top > 0 {
		pen := c.Line(edge, 0)
		pen.Write(c.Glyphs.Up, themes.Faint)
	}
	if s.top+s.height < s.total {
		pen := c.Line(edge, area.H-1)
		pen.Write(c.Glyphs.Down, themes.Faint)
	}
}
