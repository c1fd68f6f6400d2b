package page

import (
	"encoding/json"
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
		"glossary": true, "words": true, "versions": true, "json": true, "posture": true, "finding": true,
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

// What is no list by itself can be written as a text too.
func TestTextsExport(t *testing.T) {
	pay := clusterID(t, "pay-weu-01")
	for name, c := range map[string]struct {
		at    Address
		end   string
		holds []string
		rows  []string // each in one row
	}{
		"json": {Address{Kind: Cluster, ID: pay, Tab: "json"}, ".json", []string{"\n  \"location\": \"westeurope\""},
			[]string{"properties.kubernetesVersion", "1.31.", "critical", "AKS-NET-001", "properties.agentPoolProfiles.0.name"}},
		"finding": {Address{Kind: Finding, ID: pay, Rule: "AKS-NET-001"}, ".txt", []string{"AKS-NET-001 The API server", "properties.apiServerAccessProfile.authorizedIPRanges = "},
			[]string{"pay-weu-01", "properties.apiServerAccessProfile.authorizedIPRanges"}},
		"posture": {Address{Kind: Posture}, ".txt", []string{"at least 14 clusters, ", "\nWorst clusters\n"}, []string{"Estate", "at least 14 clusters, ", "Worst clusters", "data-science"}},
	} {
		s := newStage(t, demoEstate(), 80, 20)
		s.open(c.at).frame()
		list := s.page().(Exporter).Export(&s.context)
		require.NotNil(t, list, name)
		require.NotEmpty(t, list.Texts, name)
		assert.Equal(t, c.end, list.Texts[0].End)
		for _, text := range c.holds {
			assert.Contains(t, textOf(t, list), text, name)
		}
		var all strings.Builder
		for cells := range list.Rows {
			all.WriteString(strings.Join(cells, "|") + "\n")
		}
		for _, text := range c.rows {
			assert.Contains(t, all.String(), text, name)
		}
	}
	s := newStage(t, demoEstate(), 80, 20)
	s.open(Address{Kind: Cluster, ID: pay, Tab: "json"})
	all := s.page().(Exporter).Export(&s.context)
	s.send(Filtered{"kubernetesVersion"})
	some := s.page().(Exporter).Export(&s.context)
	assert.Less(t, some.Len, all.Len, "the list is as searched")
	assert.Equal(t, textOf(t, all), textOf(t, some), "the document is whole")
	assert.True(t, json.Valid([]byte(textOf(t, all))))
}

// textOf is what a list was made of.
func textOf(t *testing.T, list *Listing) string {
	t.Helper()
	text := &strings.Builder{}
	require.NoError(t, list.Texts[0].Write(text))
	return text.String()
}
