package widget

import (
	"slices"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
)

// Rows are what a table shows. Only the rows on the screen are asked for.
type Rows[K comparable] interface {
	Len() int
	// Key names a row, so that the cursor and the marks stay on it when others come
	// and go.
	Key(row int) K
	// Cell writes a cell.
	Cell(row, column int, pen *Pen)
}

// Table shows rows in columns. It holds 100,000 rows as easily as ten.
type Table[K comparable] struct {
	// Columns are set by the owner and may change at any time.
	Columns []Column
	// Empty is shown instead of rows where there are none.
	Empty string

	rows   Rows[K]
	order  []int32 // rows as they are shown; nil for all in their own order
	view   view
	marked map[K]struct{}
	sorted int // column + 1, or 0
	down   bool

	choice Choice
	wishes []int // the columns that are wanted, in order
	spans  []span
	area   Rect
	pen    Pen // lent to Cell; one for all, so that drawing allocates nothing
}

// Set shows rows in that order, given as row numbers; nil shows all as they come.
// The cursor stays on the row that it is on.
func (t *Table[K]) Set(rows Rows[K], order []int32) {
	var key K
	had := t.rows != nil && t.view.cursor < t.view.length
	if had {
		key = t.rows.Key(t.row(t.view.cursor))
	}
	t.rows, t.order = rows, order
	t.view.length = 0
	switch {
	case order != nil:
		t.view.length = len(order)
	case rows != nil:
		t.view.length = rows.Len()
	}
	if had {
		offset := t.view.cursor - t.view.top
		if at := t.find(key); at >= 0 && at != t.view.cursor {
			t.view.cursor = at
			t.view.top = at - offset
		}
	}
	t.view.clamp()
}

// row returns the row at a place.
func (t *Table[K]) row(at int) int {
	if t.order != nil {
		return int(t.order[at])
	}
	return at
}

// find looks a key up, from the cursor outwards: rows seldom move far.
func (t *Table[K]) find(key K) int {
	for d := range t.view.length {
		above, below := t.view.cursor-d, t.view.cursor+d
		if above >= 0 && above < t.view.length && t.rows.Key(t.row(above)) == key {
			return above
		}
		if below < t.view.length && t.rows.Key(t.row(below)) == key {
			return below
		}
		if above < 0 && below >= t.view.length {
			break
		}
	}
	return -1
}

// Len returns how many rows are shown.
func (t *Table[K]) Len() int { return t.view.length }

// Cursor returns the place of the selected row, counted in the order shown.
func (t *Table[K]) Cursor() int { return t.view.cursor }

// Selected returns the number of the selected row, or -1.
func (t *Table[K]) Selected() int {
	if t.view.cursor >= t.view.length {
		return -1
	}
	return t.row(t.view.cursor)
}

// Select puts the cursor on the row with that key; it reports whether there is one.
func (t *Table[K]) Select(key K) bool {
	at := t.find(key)
	if at >= 0 {
		t.view.cursor = at
	}
	return at >= 0
}

// Do moves the cursor or marks a row; it reports whether the action is one of a
// table's.
func (t *Table[K]) Do(id action.ID) bool {
	if id == action.Mark {
		t.mark()
		return true
	}
	return t.view.do(id)
}

// mark marks the selected row or takes its mark back, and goes on to the next.
func (t *Table[K]) mark() {
	row := t.Selected()
	if row < 0 {
		return
	}
	key := t.rows.Key(row)
	if _, on := t.marked[key]; on {
		delete(t.marked, key)
	} else {
		if t.marked == nil {
			t.marked = map[K]struct{}{}
		}
		t.marked[key] = struct{}{}
	}
	t.view.do(action.Down)
}

// Marked returns how many rows are marked.
func (t *Table[K]) Marked() int { return len(t.marked) }

// IsMarked reports whether the row with that key is marked.
func (t *Table[K]) IsMarked(key K) bool {
	_, on := t.marked[key]
	return on
}

// ClearMarks takes all marks back.
func (t *Table[K]) ClearMarks() { clear(t.marked) }

// Sorted returns the column that the rows are sorted by, or -1, and whether the
// greatest comes first. The owner sorts.
func (t *Table[K]) Sorted() (column int, descending bool) { return t.sorted - 1, t.down }

// SortBy notes the column that the rows are sorted by; -1 for none.
func (t *Table[K]) SortBy(column int, descending bool) {
	t.sorted, t.down = column+1, descending
}

// SortNext notes the next column to the right, reverse the other direction; they
// report whether that changes anything, and the owner then sorts.
func (t *Table[K]) SortNext() bool {
	order := t.shown()
	at := slices.Index(order, t.sorted-1)
	for range order {
		at = (at + 1) % len(order)
		if !t.Columns[order[at]].Fixed {
			t.sorted, t.down = order[at]+1, t.Columns[order[at]].Right
			return true
		}
	}
	return false
}

// SortReverse notes the other direction.
func (t *Table[K]) SortReverse() bool {
	t.down = !t.down
	return t.sorted > 0
}

// SortPick notes the column of that place, counted from the left among those that are
// wanted, or turns its direction where it is sorted by it.
func (t *Table[K]) SortPick(place int) bool {
	order := t.shown()
	return place >= 0 && place < len(order) && t.sortBy(order[place])
}

func (t *Table[K]) sortBy(column int) bool {
	if t.Columns[column].Fixed {
		return false
	}
	if t.sorted == column+1 {
		return t.SortReverse()
	}
	t.sorted, t.down = column+1, t.Columns[column].Right
	return true
}

// Pressed is what a click on a table meant.
type Pressed uint8

// What a click can mean.
const (
	PressedNothing Pressed = iota
	PressedRow             // another row is selected
	PressedOpen            // the selected row was clicked twice
	PressedSort            // Sorted has changed
)

// Mouse takes a click or a turn of the wheel; the place is counted from the corner
// of the area that the table was drawn in.
func (t *Table[K]) Mouse(m Mouse) Pressed {
	if m.Wheel != 0 {
		t.view.wheel(m.Wheel)
		return PressedRow
	}
	if m.Y == 0 {
		for _, s := range t.spans {
			if x := m.X - t.gutter(); x >= s.x && x < s.x+s.width+columnGap && t.sortBy(s.column) {
				return PressedSort
			}
		}
		return PressedNothing
	}
	at := t.view.top + m.Y - 1
	if m.Y < 1 || m.Y > t.view.height || at >= t.view.length {
		return PressedNothing
	}
	t.view.cursor = at
	if m.Twice {
		return PressedOpen
	}
	return PressedRow
}

const tableGutter = 2

func (t *Table[K]) gutter() int { return min(tableGutter, t.area.W) }

// Draw draws a line of titles and the rows around the cursor.
func (t *Table[K]) Draw(c *Canvas, area Rect) {
	t.area = area
	_, body := area.Left(t.gutter())
	body.W = max(0, body.W-1)
	t.spans = layout(t.Columns, t.shown(), body.W, t.spans)
	t.header(c, body)
	_, lines := area.Top(1)
	t.view.show(lines.H)
	if t.view.length == 0 {
		if t.Empty != "" {
			pen := c.Line(Rect{body.X, lines.Y, body.W, lines.H}, 0)
			pen.Write(t.Empty, themes.Muted)
		}
		return
	}
	for y := range min(t.view.height, t.view.length-t.view.top) {
		t.line(c, area, body, y)
	}
}

func (t *Table[K]) header(c *Canvas, body Rect) {
	body.W = min(body.W+1, max(0, t.area.W-t.gutter())) // room for the last column's arrow
	line := c.Line(body, 0)
	for _, s := range t.spans {
		column := t.Columns[s.column]
		line.To(s.x)
		pen := line.Cut(s.width)
		style := column.Style
		if style == 0 {
			style = themes.Muted
		}
		if t.sorted == s.column+1 {
			arrow := c.Glyphs.Up
			if t.down {
				arrow = c.Glyphs.Down
			}
			width := Width(column.Title, c.Glyphs.ASCII)
			if width >= s.width { // a full column's arrow stands in the gap after it
				line.To(s.x)
				pen = line.Cut(s.width + 1)
			}
			title := pen.Cut(min(width, max(0, pen.Left()-1)))
			title.Write(column.Title, style.Attributes()|themes.Accent|themes.Bold)
			pen.Write(arrow, themes.Accent|themes.Bold)
		} else {
			pen.Write(column.Title, style)
		}
		if column.Right {
			pen.align()
		}
	}
}

// line draws one row.
func (t *Table[K]) line(c *Canvas, area, body Rect, y int) {
	at := t.view.top + y
	row := t.row(at)
	line := c.Line(body, y+1)
	for _, s := range t.spans {
		line.To(s.x)
		t.pen = line.Cut(s.width)
		t.rows.Cell(row, s.column, &t.pen)
		if t.Columns[s.column].Right {
			t.pen.align()
		}
	}
	whole := Rect{area.X, area.Y + 1 + y, area.W, 1}
	if len(t.marked) > 0 && t.IsMarked(t.rows.Key(row)) {
		pen := c.Line(whole, 0)
		pen.Skip(1)
		sign := pen.Cut(1)
		sign.Write(c.Glyphs.Marks[ChosenMark][:len(c.Glyphs.Marks[ChosenMark])-c.Glyphs.MarkWidth+1], themes.Accent)
		c.Tint(whole, themes.Marked)
	}
	if at == t.view.cursor {
		pen := c.Line(whole, 0)
		pen.Write(c.Glyphs.Cursor, themes.Accent)
		c.Tint(whole, themes.Selected)
	}
}
