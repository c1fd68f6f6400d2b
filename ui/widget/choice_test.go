package widget

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestArrange(t *testing.T) {
	t.Parallel()
	columns := []Column{{Title: "a"}, {Title: "b"}, {Title: "c"}, {Title: "*", Name: "d"}, {Title: "e", Off: true}}
	for name, c := range map[string]struct {
		choice Choice
		want   string // all, those that are not wanted in brackets
	}{
		"as it comes":           {Choice{}, "abcd[e]"},
		"turned round":          {Choice{Shown: []string{"d", "c", "b", "a"}, Hidden: []string{"e"}}, "d[e]cba"},
		"hidden":                {Choice{Shown: []string{"a", "c"}, Hidden: []string{"b", "d", "e"}}, "a[b]c[d][e]"},
		"asked for":             {Choice{Shown: []string{"e", "a", "b", "c", "d"}}, "eabcd"},
		"new since":             {Choice{Shown: []string{"c", "a"}}, "cd[e]ab"},
		"gone since, and twice": {Choice{Shown: []string{"x", "b", "b"}, Hidden: []string{"y", "a", "c"}}, "[a]b[c]d[e]"},
	} {
		table := Table[int]{Columns: columns}
		table.Arrange(c.choice)
		got := ""
		for _, column := range table.Chosen() {
			if column.On {
				got += column.Name
			} else {
				got += "[" + column.Name + "]"
			}
		}
		assert.Equal(t, c.want, got, name)
	}
}

func TestSortFollowsTheChoice(t *testing.T) {
	t.Parallel()
	table := Table[int]{Columns: []Column{{Title: "a"}, {Title: "b", Fixed: true}, {Title: "c", Right: true}}}
	table.Arrange(Choice{Shown: []string{"c", "b"}, Hidden: []string{"a"}})
	assert.True(t, table.SortPick(0))
	column, down := table.Sorted()
	assert.Equal(t, 2, column)
	assert.True(t, down)
	assert.False(t, table.SortPick(1), "fixed")
	assert.False(t, table.SortPick(2), "hidden")
	assert.True(t, table.SortNext())
	column, _ = table.Sorted()
	assert.Equal(t, 2, column, "the only one that can be sorted by")
}
