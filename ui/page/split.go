package page

import (
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// A split is an area divided into a list and what is beside it; the side is empty
// where there is no room.
type split struct{ list, side widget.Rect }

const (
	// wideEnough is the width from which the selected row's sheet stands beside a list.
	wideEnough = 112
	sideLeast  = 46
	sideMost   = 66
)

// splitArea divides an area.
func splitArea(area widget.Rect) split {
	if area.W < wideEnough {
		return split{list: area}
	}
	width := max(sideLeast, min(sideMost, area.W*2/5))
	list, rest := area.Left(area.W - width)
	_, side := rest.Left(1)
	return split{list: list, side: side}
}

// divide draws the line between a list and what is beside it.
func (s split) divide(canvas *widget.Canvas) {
	if s.side.W == 0 {
		return
	}
	bar := "│"
	if canvas.Glyphs.ASCII {
		bar = "|"
	}
	edge := widget.Rect{X: s.side.X - 1, Y: s.side.Y, W: 1, H: s.side.H}
	for y := range edge.H {
		pen := canvas.Line(edge, y)
		pen.Repeat(bar, 1, themes.Border)
	}
}
