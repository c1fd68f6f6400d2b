package widget

import (
	"github.com/aksight/aksight/themes"
)

// Rect is a part of the screen.
type Rect struct{ X, Y, W, H int }

// Contains reports whether the cell lies within.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// Inset returns the rectangle without dx columns on both sides and dy rows above and
// below.
func (r Rect) Inset(dx, dy int) Rect {
	return Rect{r.X + dx, r.Y + dy, max(0, r.W-2*dx), max(0, r.H-2*dy)}
}

// Top returns the n uppermost rows and what is below them.
func (r Rect) Top(n int) (top, rest Rect) {
	n = max(0, min(n, r.H))
	return Rect{r.X, r.Y, r.W, n}, Rect{r.X, r.Y + n, r.W, r.H - n}
}

// Bottom returns the n lowest rows and what is above them.
func (r Rect) Bottom(n int) (bottom, rest Rect) {
	n = max(0, min(n, r.H))
	return Rect{r.X, r.Y + r.H - n, r.W, n}, Rect{r.X, r.Y, r.W, r.H - n}
}

// Left returns the n leftmost columns and what is right of them.
func (r Rect) Left(n int) (left, rest Rect) {
	n = max(0, min(n, r.W))
	return Rect{r.X, r.Y, n, r.H}, Rect{r.X + n, r.Y, r.W - n, r.H}
}

// cell is one place of the grid. A wide character takes two: itself and a cell with
// width 0 after it.
type cell struct {
	// r is the character; a cluster of several runes stands in the canvas's
	// clusters at -r-1.
	r     rune
	style themes.Style
	width uint8
}

var blank = cell{r: ' ', width: 1}

// Canvas is a grid of cells. Whatever is drawn is clipped to it, so no line can be
// wider than the screen.
type Canvas struct {
	Glyphs *Glyphs

	width, height int
	cells         []cell
	clusters      []string
	out           []byte
	cursor        Point
	hasCursor     bool
}

// Point is a place on the screen.
type Point struct{ X, Y int }

// NewCanvas returns an empty canvas.
func NewCanvas(width, height int, glyphs *Glyphs) *Canvas {
	c := &Canvas{Glyphs: glyphs}
	c.Resize(width, height)
	return c
}

// Resize empties the canvas and gives it a size.
func (c *Canvas) Resize(width, height int) {
	c.width, c.height = max(0, width), max(0, height)
	if n := c.width * c.height; cap(c.cells) < n {
		c.cells = make([]cell, n)
	} else {
		c.cells = c.cells[:n]
	}
	c.Clear()
}

// Clear empties the canvas.
func (c *Canvas) Clear() {
	if len(c.cells) > 0 {
		c.cells[0] = blank
		for filled := 1; filled < len(c.cells); filled *= 2 {
			copy(c.cells[filled:], c.cells[:filled])
		}
	}
	c.clusters = c.clusters[:0]
	c.hasCursor = false
}

// Area returns the whole canvas.
func (c *Canvas) Area() Rect { return Rect{0, 0, c.width, c.height} }

// clip cuts a rectangle down to the canvas.
func (c *Canvas) clip(r Rect) Rect {
	x, y := max(0, r.X), max(0, r.Y)
	clipped := Rect{x, y, min(r.X+r.W, c.width) - x, min(r.Y+r.H, c.height) - y}
	if clipped.W <= 0 || clipped.H <= 0 {
		return Rect{}
	}
	return clipped
}

// Fill empties a part of the canvas and gives it a style.
func (c *Canvas) Fill(r Rect, style themes.Style) {
	r = c.clip(r)
	for y := r.Y; y < r.Y+r.H; y++ {
		if r.W > 0 {
			c.split(r.X, y)
			c.split(r.X+r.W, y)
		}
		row := c.cells[y*c.width+r.X:][:r.W]
		for i := range row {
			row[i] = cell{r: ' ', width: 1, style: style}
		}
	}
}

// Tint puts a background behind what is already drawn.
func (c *Canvas) Tint(r Rect, background themes.Style) {
	r = c.clip(r)
	for y := r.Y; y < r.Y+r.H; y++ {
		row := c.cells[y*c.width+r.X:][:r.W]
		for i := range row {
			row[i].style = row[i].style.On(background)
		}
	}
}

// Behind puts a background behind what has none yet.
func (c *Canvas) Behind(r Rect, background themes.Style) {
	r = c.clip(r)
	for y := r.Y; y < r.Y+r.H; y++ {
		row := c.cells[y*c.width+r.X:][:r.W]
		for i := range row {
			if row[i].style.Background() == themes.Text {
				row[i].style = row[i].style.On(background)
			}
		}
	}
}

// Frame draws a line round a rectangle, within it.
func (c *Canvas) Frame(r Rect, style themes.Style) {
	corners, side := [4]string{"┌", "┐", "└", "┘"}, "│"
	if c.Glyphs.ASCII {
		corners, side = [4]string{"+", "+", "+", "+"}, "|"
	}
	for y := range r.H {
		left, right := side, side
		switch y {
		case 0:
			left, right = corners[0], corners[1]
		case r.H - 1:
			left, right = corners[2], corners[3]
		}
		pen := c.Line(r, y)
		pen.Repeat(left, 1, style)
		if y == 0 || y == r.H-1 {
			pen.Repeat(c.Glyphs.Rule, r.W-2, style)
		}
		pen.To(r.W - 1)
		pen.Repeat(right, 1, style)
	}
}

// Rule draws a horizontal line over row y of the rectangle.
func (c *Canvas) Rule(r Rect, y int, style themes.Style) {
	pen := c.Line(r, y)
	pen.Repeat(c.Glyphs.Rule, r.W, style)
}

// SetCursor puts the terminal's cursor somewhere; without it the cursor is hidden.
func (c *Canvas) SetCursor(x, y int) {
	if c.Area().Contains(x, y) {
		c.cursor, c.hasCursor = Point{x, y}, true
	}
}

// HideCursor takes the terminal's cursor away again.
func (c *Canvas) HideCursor() { c.hasCursor = false }

// Cursor returns where the terminal's cursor is to be.
func (c *Canvas) Cursor() (Point, bool) { return c.cursor, c.hasCursor }

// split replaces a wide character that a new one would cut in half at (x, y), the
// first cell of what is drawn or the one after it.
func (c *Canvas) split(x, y int) {
	if x <= 0 || x >= c.width {
		return
	}
	at := y*c.width + x
	if c.cells[at].width == 0 {
		c.cells[at] = cell{r: ' ', width: 1, style: c.cells[at].style}
		c.cells[at-1] = cell{r: ' ', width: 1, style: c.cells[at-1].style}
	}
}

// ascii puts one printable ASCII character.
func (c *Canvas) ascii(x, y int, b byte, style themes.Style) {
	at := y*c.width + x
	if c.cells[at].width != 1 || x+1 < c.width && c.cells[at+1].width == 0 {
		c.split(x, y)
		c.split(x+1, y)
	}
	c.cells[at] = cell{r: rune(b), width: 1, style: style}
}

// cluster puts one character of one or two cells, of one or more runes.
func (c *Canvas) cluster(x, y int, text string, width int, style themes.Style) {
	c.split(x, y)
	c.split(x+width, y)
	at := y*c.width + x
	r, size := decode(text)
	if size != len(text) {
		c.clusters = append(c.clusters, text)
		r = -rune(len(c.clusters))
	}
	c.cells[at] = cell{r: r, width: uint8(width), style: style}
	if width == 2 {
		c.cells[at+1] = cell{style: style}
	}
}

// paste puts another canvas into a part of this one, as far as that lies within an area.
// A wide character that is cut in half is left out.
func (c *Canvas) paste(from *Canvas, to, within Rect) {
	within = c.clip(within)
	for y := range min(from.height, to.H) {
		if to.Y+y < within.Y || to.Y+y >= within.Y+within.H {
			continue
		}
		for x := range min(from.width, to.W) {
			at := from.cells[y*from.width+x]
			if to.X+x < within.X || to.X+x+max(1, int(at.width)) > within.X+within.W || at.width == 0 {
				continue
			}
			text := string(at.r)
			if at.r < 0 {
				text = from.clusters[-at.r-1]
			}
			c.cluster(to.X+x, to.Y+y, text, int(at.width), at.style)
		}
	}
}
