package page

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/widget"
)

// TestEveryListExports: what a page lists can be exported, each row with a cell for
// each column, in words instead of signs.
func TestEveryListExports(t *testing.T) {
	lists := map[string]bool{
		"estate": true, "clusters": true, "settings": true, "pools": true, "found": true, "pool": true, "rules": true, "all": true,
		"glossary": true, "words": true, "versions": true,
	}
	for name, to := range scenes(t) {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, demoEstate(), 80, 20)
			to(s)
			s.frame()
			exporter, can := s.page().(Exporter)
			require.True(t, can || !lists[name], "the page lists something: it needs Export")
			if !can {
				return
			}
			listing := exporter.Export(&s.context)
			require.True(t, listing != nil || !lists[name])
			if listing == nil {
				return
			}
			assert.NotEmpty(t, listing.Name)
			require.NotEmpty(t, listing.Columns)
			rows, filled := 0, make([]bool, len(listing.Columns))
			for cells := range listing.Rows {
				rows++
				require.Len(t, cells, len(listing.Columns))
				for i, cell := range cells {
					filled[i] = filled[i] || cell != ""
					assert.Equal(t, strings.TrimSpace(cell), cell)
					assert.NotContains(t, cell, "…")
					for _, mark := range []widget.Mark{widget.CriticalMark, widget.HighMark, widget.MediumMark, widget.LowMark, widget.PassMark} {
						assert.NotContains(t, cell, widget.Unicode().Marks[mark], "%s", listing.Columns[i].Title)
					}
					if listing.Columns[i].Number {
						assert.Empty(t, strings.Trim(cell, "0123456789"), "%s is a number: %q", listing.Columns[i].Title, cell)
					}
				}
			}
			assert.Equal(t, listing.Len, rows)
			shown := 0
			for _, column := range listing.Columns {
				assert.NotEmpty(t, column.Title)
				assert.Empty(t, strings.Trim(column.Title, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ -"), "a word: %q", column.Title)
				if column.Shown {
					shown++
				}
			}
			assert.Len(t, listing.Only().Columns, shown)
			for cells := range listing.Only().Rows {
				assert.Len(t, cells, shown)
			}
			assert.True(t, filled[0])
		})
	}
}
