package widget

import (
	"iter"
	"strings"
)

// Extract is what a table holds, as text: every row, as it is filtered and sorted. It
// is apart from the table, so that it can be written in the background.
type Extract struct {
	Columns []Extracted
	Len     int
	// Rows yields the cells of each row, one for every column. A cell that shows that
	// something is not known is empty, and one that shows none of a number is 0.
	Rows iter.Seq[[]string]
}

// Extracted is a column of an extract.
type Extracted struct {
	Title string
	// Number is set where the cells are numbers.
	Number bool
	// Shown is set where the column was on the screen; others had no room.
	Shown bool
}

// Only returns the extract without the columns that were not on the screen.
func (e Extract) Only() Extract {
	var keep []int
	only := Extract{Len: e.Len}
	for i, column := range e.Columns {
		if column.Shown {
			keep = append(keep, i)
			only.Columns = append(only.Columns, column)
		}
	}
	only.Rows = func(yield func([]string) bool) {
		cells := make([]string, len(keep))
		for row := range e.Rows {
			for to, from := range keep {
				cells[to] = row[from]
			}
			if !yield(cells) {
				return
			}
		}
	}
	return only
}

// extractWidth is more than any cell takes.
const extractWidth = 2000

// plainGlyphs draw cells for extracts: marks beside their words are left out.
var plainGlyphs = func() *Glyphs {
	plain := unicode
	for i := range plain.Marks {
		plain.Marks[i] = " "
	}
	plain.None = "0"
	return &plain
}()

// Extract returns what the table holds. Its rows must not change afterwards.
func (t *Table[K]) Extract() Extract {
	e := Extract{Len: t.view.length}
	shown := map[int]bool{}
	for _, s := range t.spans {
		shown[s.column] = s.width > 0
	}
	columns := arrange(t.Columns, t.choice, nil)
	for _, i := range columns {
		column := t.Columns[i]
		e.Columns = append(e.Columns, Extracted{Title: column.called(), Number: column.Right, Shown: shown[i]})
	}
	rows, order, length := t.rows, t.order, t.view.length
	e.Rows = func(yield func([]string) bool) {
		canvas := NewCanvas(extractWidth, 1, plainGlyphs)
		cells := make([]string, len(e.Columns))
		for at := range length {
			row := at
			if order != nil {
				row = int(order[at])
			}
			for i := range cells {
				pen := canvas.Line(canvas.Area(), 0)
				rows.Cell(row, columns[i], &pen)
				cells[i] = canvas.take(pen.x, e.Columns[i].Number)
			}
			if !yield(cells) {
				return
			}
		}
	}
	return e
}

// take returns what stands in the first cells of the canvas's only line, and empties
// them.
func (c *Canvas) take(cells int, number bool) string {
	var text []byte
	for i := range c.cells[:cells] {
		text = c.appendCell(text, c.cells[i])
		c.cells[i] = blank
	}
	c.clusters = c.clusters[:0]
	cell := strings.TrimSpace(string(text))
	if cell == c.Glyphs.Ellipsis { // not known
		return ""
	}
	if number && strings.Trim(cell, "0123456789,") == "" {
		cell = strings.ReplaceAll(cell, ",", "")
	}
	return cell
}
