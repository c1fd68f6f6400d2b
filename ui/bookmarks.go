package ui

import (
	"slices"
	"strconv"
	"strings"

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
	if len(a.bookmarks) == 0 {
		return nil, 0
	}
	key := a.estateKey()
	for _, mark := range a.bookmarks {
		if mark.Estate == key {
			here = append(here, mark)
		}
	}
	return here, len(a.bookmarks) - len(here)
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
	for _, mark := range here {
		was, is := mark.At, at
		was.Row, is.Row = "", "" // the row does not make it another page
		if was == is {
			return a.sayHere(widget.InfoMark, "this page is marked already, as "+mark.Name+": go to bookmarks to change it")
		}
	}
	var titles []string
	for _, visit := range a.visits.trail() {
		titles = append(titles, visit.page.Title(a.with()))
	}
	name := titles[len(titles)-1]
	if at.Filter != "" {
		name += " / " + at.Filter
	}
	mark := page.Bookmark{
		ID: strconv.FormatInt(a.now().UnixNano(), 36) + "-" + strconv.Itoa(len(a.bookmarks)), Estate: key, Name: name,
		Where: strings.Join(titles, " "+a.glyphs.Separator+" "), At: at, Added: a.now(),
	}
	a.bookmarks = append(slices.Clip(a.bookmarks), mark)
	a.dirty = true
	return tea.Batch(
		a.say(widget.PassMark, "marked "+name+": go to bookmarks, or type its name in the palette"),
		keep(a, stateBookmarks, func(kept *[]page.Bookmark) { *kept = append(*kept, mark) }))
}

// changeBookmark gives a bookmark another name; without one it is deleted.
func (a *App) changeBookmark(id, name string) tea.Cmd {
	change := func(marks *[]page.Bookmark) {
		*marks = slices.Clone(*marks)
		if name == "" {
			*marks = slices.DeleteFunc(*marks, func(mark page.Bookmark) bool { return mark.ID == id })
			return
		}
		for i := range *marks {
			if (*marks)[i].ID == id {
				(*marks)[i].Name = name
			}
		}
	}
	change(&a.bookmarks)
	return tea.Batch(a.tell(page.Changed{}), keep(a, stateBookmarks, change))
}
