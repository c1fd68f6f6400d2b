package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// bookmarksHere are the bookmarks of the estate that is shown, and how many there are
// of others.
func (a *App) bookmarksHere() (here []page.Bookmark, elsewhere int) {
	if len(a.bookmarks) == 0 {
		return nil, 0
	}
	return page.BookmarksOf(a.bookmarks, a.estateKey())
}

// bookmark marks the page, with its filter and order.
func (a *App) bookmark() tea.Cmd {
	key := a.estateKey()
	if key == "" {
		return a.say(widget.NoMark, "it is not known yet which estate this is: mark the page once you are signed in")
	}
	trail := a.trailNow()
	at := trail[len(trail)-1]
	here, _ := a.bookmarksHere()
	if mark := page.Marked(here, at); mark != nil {
		return a.sayHere(widget.InfoMark, "this page is marked already, as "+mark.Name+": go to bookmarks to change it")
	}
	var titles []string
	for _, visit := range a.visits.trail() {
		titles = append(titles, visit.page.Title(a.with()))
	}
	mark := page.NewBookmark(a.bookmarks, key, titles, a.glyphs.Separator, at, a.now())
	a.bookmarks = append(slices.Clip(a.bookmarks), mark)
	a.dirty = true
	return tea.Batch(
		a.say(widget.PassMark, "marked "+mark.Name+": go to bookmarks, or type its name in the palette"),
		keep(a, page.KeptBookmarks, func(kept *[]page.Bookmark) { *kept = append(*kept, mark) }))
}

// changeBookmark gives a bookmark another name; without one it is deleted.
func (a *App) changeBookmark(id, name string) tea.Cmd {
	change := func(marks *[]page.Bookmark) { *marks = page.ChangeBookmark(*marks, id, name) }
	change(&a.bookmarks)
	return tea.Batch(a.tell(page.Changed{}), keep(a, page.KeptBookmarks, change))
}
