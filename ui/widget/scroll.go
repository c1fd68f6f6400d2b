package widget

import "github.com/aksight/aksight/ui/action"

// view is a window of rows over a list with a cursor.
type view struct {
	cursor int
	top    int
	height int // rows shown at the last drawing
	length int
}

// do moves the cursor; it reports whether the action is one that moves.
func (v *view) do(id action.ID) bool {
	page := max(1, v.height-1)
	switch id {
	case action.Up:
		v.cursor--
	case action.Down:
		v.cursor++
	case action.PageUp:
		v.cursor -= page
	case action.PageDown:
		v.cursor += page
	case action.HalfUp:
		v.cursor -= max(1, v.height/2)
	case action.HalfDown:
		v.cursor += max(1, v.height/2)
	case action.Top:
		v.cursor = 0
	case action.Bottom:
		v.cursor = v.length - 1
	default:
		return false
	}
	v.clamp()
	return true
}

func (v *view) clamp() { v.cursor = max(0, min(v.cursor, v.length-1)) }

// wheel scrolls, and takes the cursor along where it would leave the window.
func (v *view) wheel(lines int) {
	v.top = max(0, min(v.top+lines, v.length-v.height))
	v.cursor = max(v.top, min(v.cursor, v.top+v.height-1))
	v.clamp()
}

// show brings the cursor into a window of that height.
func (v *view) show(height int) {
	v.height = max(0, height)
	v.clamp()
	if v.cursor < v.top {
		v.top = v.cursor
	}
	if v.cursor >= v.top+v.height {
		v.top = v.cursor - v.height + 1
	}
	v.top = max(0, min(v.top, v.length-v.height))
}
