package widget

import "slices"

// Choice is which columns of a table a user wants, and in which order, by their names.
// Columns that it does not name, as they are new, keep their usual place. The zero
// value is the table as it comes.
type Choice struct {
	Shown  []string `json:"shown,omitempty"`
	Hidden []string `json:"hidden,omitempty"`
}

// Chosen is a column as it stands in a choice.
type Chosen struct {
	Name string
	// On is set where the column is wanted, Fits where it has room as well.
	On, Fits bool
}

// called is the column's name in words.
func (c *Column) called() string {
	if c.Name != "" {
		return c.Name
	}
	return c.Title
}

// Arrange takes the user's choice of columns; it holds from the next drawing on.
func (t *Table[K]) Arrange(choice Choice) { t.choice = choice }

// Chosen lists the columns in their order, with those that are not wanted among them.
func (t *Table[K]) Chosen() []Chosen {
	list := make([]Chosen, 0, len(t.Columns))
	fits := map[int]bool{}
	for _, s := range t.spans {
		fits[s.column] = s.width > 0
	}
	for _, at := range arrange(t.Columns, t.choice, nil) {
		list = append(list, Chosen{t.Columns[at].called(), wanted(&t.Columns[at], t.choice), fits[at]})
	}
	return list
}

// shown returns the columns that are wanted, in their order.
func (t *Table[K]) shown() []int {
	t.wishes = arrange(t.Columns, t.choice, t.wishes)
	t.wishes = slices.DeleteFunc(t.wishes, func(at int) bool { return !wanted(&t.Columns[at], t.choice) })
	return t.wishes
}

// wanted reports whether a column is to be shown.
func wanted(column *Column, choice Choice) bool {
	if slices.Contains(choice.Shown, column.called()) {
		return true
	}
	return !column.Off && !slices.Contains(choice.Hidden, column.called())
}

// arrange returns all columns in the order of a choice; those that it does not name
// stand after the one that they usually follow.
func arrange(columns []Column, choice Choice, into []int) []int {
	order := into[:0]
	if len(choice.Shown) == 0 {
		for at := range columns {
			order = append(order, at)
		}
		return order
	}
	for _, name := range choice.Shown {
		at := slices.IndexFunc(columns, func(c Column) bool { return c.called() == name })
		if at >= 0 && !slices.Contains(order, at) {
			order = append(order, at)
		}
	}
	for at := range columns {
		if !slices.Contains(order, at) {
			order = slices.Insert(order, slices.Index(order, at-1)+1, at)
		}
	}
	return order
}
