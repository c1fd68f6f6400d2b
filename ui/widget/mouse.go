package widget

// Mouse is a click or a turn of the wheel.
type Mouse struct {
	// X and Y are counted from the corner of the area it is sent to.
	X, Y int
	// Wheel is the lines to scroll: negative upwards, 0 for a click.
	Wheel int
	// Twice is set on the second of two quick clicks at the same place.
	Twice bool
}

// In returns the mouse with its place counted from the corner of a part of the
// area, and whether it is within.
func (m Mouse) In(part Rect) (Mouse, bool) {
	inside := part.Contains(m.X, m.Y)
	m.X -= part.X
	m.Y -= part.Y
	return m, inside
}
