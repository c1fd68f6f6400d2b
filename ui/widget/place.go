package widget

import (
	"fmt"
	"strconv"
	"strings"
)

// Order is the column that the rows are sorted by, as text that SetOrder takes; empty
// for none.
func (t *Table[K]) Order() string {
	if t.sorted == 0 {
		return ""
	}
	if t.down {
		return "-" + strconv.Itoa(t.sorted)
	}
	return strconv.Itoa(t.sorted)
}

// SetOrder notes an order as Order gives it, where it is one of a table of that many
// columns.
func (t *Table[K]) SetOrder(order string, columns int) {
	number, down := strings.CutPrefix(order, "-")
	column, err := strconv.Atoi(number)
	if err == nil && column >= 1 && column <= columns {
		t.sorted, t.down = column, down
	}
}

// RowName is the selected row's key as text that SelectName takes; empty for none.
func (t *Table[K]) RowName() string {
	row := t.Selected()
	if row < 0 || t.rows == nil {
		return ""
	}
	return fmt.Sprint(t.rows.Key(row))
}

// manyRows is from where a row is not looked for by its name: that takes too long.
const manyRows = 50_000

// SelectName puts the cursor on the row whose key that text is; it reports whether there
// is one.
func (t *Table[K]) SelectName(name string) bool {
	if t.view.length > manyRows {
		return false
	}
	for at := range t.view.length {
		if fmt.Sprint(t.rows.Key(t.row(at))) == name {
			t.view.cursor = at
			return true
		}
	}
	return false
}
