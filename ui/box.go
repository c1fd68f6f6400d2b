package ui

import (
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// boxed is an overlay that covers a part of the page only, which stays in sight.
type boxed interface {
	overlay
	// size is what it needs for its content.
	size(a *App) (width, height int)
}

// The frame of a box, and the space within it.
const (
	boxSides = 4
	boxEnds  = 2
)

// boxArea places a box at the right of the body.
func (a *App) boxArea(b boxed) widget.Rect {
	body := a.body()
	width, height := b.size(a)
	width, height = min(width+boxSides, body.W-2*margin), min(height+boxEnds, body.H)
	return widget.Rect{X: body.X + body.W - margin - width, Y: body.Y, W: width, H: height}
}

// drawBox draws the page, and the box over it.
func (a *App) drawBox(b boxed) {
	c := a.canvas
	a.visits.current().page.Draw(a.with(), c, a.body())
	c.HideCursor()
	area := a.boxArea(b)
	c.Fill(area, themes.Text)
	c.Frame(area, themes.Border)
	b.draw(a, c, area.Inset(boxSides/2, boxEnds/2))
	c.Behind(area, themes.Overlay)
}
