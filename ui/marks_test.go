package ui

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
)

func TestBookmarks(t *testing.T) {
	state := config.StateIn(t.TempDir())
	_, err := config.Remember(state, page.KeptBookmarks, func(marks *[]page.Bookmark) {
		*marks = []page.Bookmark{{ID: "x", Estate: "live other.example", Name: "elsewhere", At: page.Address{Kind: page.Clusters}}}
	})
	require.NoError(t, err)
	with := func(o *Options) { o.State = state }
	e := explore(t, 100, 30, with)
	e.sees("prod-payments", "enter open")
	e.press(":", "clusters", "enter")
	e.sees("pay-weu-01", "› clusters")
	e.press("/", "pay", "enter")
	e.sees("4 of 14")
	e.press("b")
	e.sees("marked clusters / pay: go to bookmarks")
	e.press("b")
	e.sees("this page is marked already")
	e.press("esc", "esc")
	e.sees("Subscription", "prod-payments", "enter open")
	e.press(":", "bookmarks", "enter")
	e.sees("clusters / pay", "1 more bookmark is of other tenants")
	e.press("R")
	e.sees("name clusters / pay")
	e.press(" clusters", "enter")
	e.sees("clusters / pay clusters")
	e.press("enter")
	e.sees("4 of 14", "› clusters")
	require.Eventually(t, func() bool {
		kept, err := config.Remembered[[]page.Bookmark](state, page.KeptBookmarks)
		return err == nil && len(kept) == 2 && kept[1].Name == "clusters / pay clusters" && kept[1].Estate == "demo marigold.example"
	}, waitFor, tick)

	e = explore(t, 100, 30, with)
	e.sees("prod-payments", "enter open")
	e.press(":", "pay clusters")
	e.sees("bookmark", "clusters / pay clusters")
	e.press("esc", ":", "bookmarks", "enter")
	e.sees("clusters / pay clusters", "Since")
	e.press("D")
	e.sees("the same key again deletes the bookmark")
	e.press("D")
	e.sees("No page is marked in this estate")
	require.Eventually(t, func() bool {
		kept, err := config.Remembered[[]page.Bookmark](state, page.KeptBookmarks)
		return err == nil && len(kept) == 1 && kept[0].ID == "x"
	}, waitFor, tick)
	e.fits()
}

func TestSavedFilters(t *testing.T) {
	state := config.StateIn(t.TempDir())
	with := func(o *Options) { o.State = state }
	e := explore(t, 100, 30, with)
	e.sees("prod-payments", "enter open")
	e.press(":", "clusters", "enter")
	e.sees("pay-weu-01", "› clusters")
	e.press("/", "exp", "tab", "open", "ctrl+s")
	e.sees("save / exposure:open as")
	e.press("to the world", "enter")
	e.sees("saved the filter to the world")
	require.Eventually(t, func() bool {
		kept, err := config.Remembered[[]page.SavedFilter](state, page.KeptFilters)
		return err == nil && len(kept) == 1 && kept[0] == page.SavedFilter{Name: "to the world", Kind: page.Clusters, Text: "exposure:open"}
	}, waitFor, tick)

	e = explore(t, 100, 30, with)
	e.sees("prod-payments", "enter open")
	e.press(":", "to the world")
	e.sees("clusters: exposure:open")
	e.press("enter")
	frame := e.sees("/ exposure:open", "› clusters", "of 14 clusters")
	assert.NotContains(t, frame, "pay-neu-01")
	e.press("esc")
	e.sees("pay-neu-01")
	e.press("/", "to", "tab")
	e.sees("/ exposure:open", "of 14 clusters")
	e.press("esc")
	e.sees("pay-neu-01")
	e.press("/", "zzz", "tab")
	e.sees("nothing begins like that")
	e.press("esc")
	e.fits()
}

func TestCompletions(t *testing.T) {
	a := explore(t, 80, 24).App
	a.filters = []page.SavedFilter{{Name: "Severe", Kind: page.Estate, Text: "sev:>medium"}, {Name: "else", Kind: page.Clusters, Text: "x"}}
	for typed, want := range map[string]string{
		"": "Severe", "se": "Severe sev:", "a !se": "sev:", "sev:": "", "zz": "", "x ": "",
	} {
		var names []string
		for _, one := range a.completions(typed) {
			names = append(names, one.Name)
		}
		assert.Equal(t, want, strings.Join(names, " "), "%q", typed)
	}
	assert.Equal(t, "a !sev:", a.completions("a !se")[0].Text)
}
