package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// ask opens the line that asks who can do something in the cluster of the present page.
func (a *App) ask() tea.Cmd {
	at := a.visits.current().at
	if a.snapshot.Cluster(at.ID) == nil {
		return a.sayHere(widget.InfoMark, "open a cluster, then ask who can do what in it")
	}
	p := &palette{asks: at}
	p.input.Hint = "read Secrets, or a verb, a resource and a namespace"
	p.input.SetValue(at.Asking())
	p.table.Columns = []widget.Column{
		{Title: "Who can", Min: 30, Weight: 1, Max: 48, Fixed: true},
		{Title: "", Min: 10, Fixed: true},
		{Title: "", Min: 10, Weight: 4, Priority: 1, Fixed: true},
	}
	p.table.Empty = "Nothing begins so: write a verb, a resource and perhaps a namespace, as in get secrets shop."
	a.overlay = p
	return tea.Batch(p.search(a), a.looked())
}

// questions lists the questions that begin as the text does, and the pages that answer
// such as it.
func questions(s *store.Snapshot, from page.Address, text string) entries {
	var found entries
	goes := func(name, says string, to page.Address) {
		if strings.HasPrefix(name, text) {
			found = append(found, entry{name: name, what: "page", says: says, to: to})
		}
	}
	goes("hold a role", "everybody with any role there", page.Address{Kind: page.Access, ID: from.ID})
	page.Reaches(from, goes)
	page.Questions(s, from.ID, text, func(question, says, ask string) {
		if len(found) == paletteShows {
			return
		}
		e := entry{name: question, what: "question", says: says, to: page.Address{Kind: page.WhoCan, ID: from.ID, Part: ask}}
		if ask == "" {
			e.fill, e.what = page.Unfinished(question), "verb"
		}
		found = append(found, e)
	})
	return found
}
