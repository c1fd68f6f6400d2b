package widget

import "github.com/aksight/aksight/themes"

// Column says how wide a column is and when it gives way.
type Column struct {
	Title string
	// Name is what the column is called where its title is a sign, or empty.
	Name string
	// Style of the title; muted where zero.
	Style themes.Style
	// Min is the least width, Max the most; 0 stands for no limit, or Min where
	// Weight is 0.
	Min, Max int
	// Weight is the column's share of what is left over.
	Weight int
	// Priority tells which columns go first where there is no room: those with the
	// highest. Columns of priority 0 always stay.
	Priority int
	// Right aligns the cells to the right.
	Right bool
	// Fixed columns cannot be sorted by.
	Fixed bool
	// Off columns are shown only where the user asks for them.
	Off bool
}

// span is where a column is drawn.
type span struct{ column, x, width int }

const columnGap = 2

// layout places columns, given by their numbers in order, into a width.
func layout(columns []Column, order []int, width int, into []span) []span {
	spans := into[:0]
	limit := 0
	for _, at := range order {
		limit = max(limit, columns[at].Priority)
	}
	var used int
	for ; ; limit-- {
		spans, used = spans[:0], 0
		for _, at := range order {
			column := columns[at]
			if column.Priority <= limit {
				spans = append(spans, span{column: at, width: column.Min})
				used += column.Min + columnGap
			}
		}
		used = max(0, used-columnGap)
		if used <= width || limit <= 0 {
			break
		}
	}
	share(columns, spans, width-used)
	x := 0
	for i := range spans {
		spans[i].x = x
		spans[i].width = max(0, min(spans[i].width, width-x))
		x += spans[i].width + columnGap
	}
	return spans
}

// share deals the cells left over out by weight, up to each column's most.
func share(columns []Column, spans []span, left int) {
	for left > 0 {
		weights := 0
		for _, s := range spans {
			if room(columns[s.column], s.width) > 0 {
				weights += columns[s.column].Weight
			}
		}
		if weights == 0 {
			return
		}
		dealt := 0
		for i, s := range spans {
			column := columns[s.column]
			part := min(left*column.Weight/weights, room(column, s.width))
			spans[i].width += part
			dealt += part
		}
		if dealt == 0 { // less is left than there are columns: one each, from the left
			for i, s := range spans {
				if left > 0 && room(columns[s.column], s.width) > 0 {
					spans[i].width++
					left--
				}
			}
			return
		}
		left -= dealt
	}
}

// room is how much a column of that width may grow.
func room(column Column, width int) int {
	switch {
	case column.Weight == 0:
		return 0
	case column.Max == 0:
		return 1 << 20
	default:
		return max(0, column.Max-width)
	}
}
