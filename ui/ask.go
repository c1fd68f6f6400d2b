package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// ask opens the line that asks who can do something in the cluster of the present page.
func (a *App) ask() tea.Cmd {
	at := a.visits.current().at
	if a.snapshot.Cluster(at.ID) == nil {
		return a.sayHere(widget.InfoMark, "open a cluster, then ask who can do what in it")
	}
	p := &palette{asks: at.ID}
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

// questions lists the questions that begin as the text does.
func questions(s *store.Snapshot, cluster model.ID, text string) entries {
	var found entries
	const everybody = "hold a role"
	if strings.HasPrefix(everybody, text) {
		found = append(found, entry{
			name: everybody, what: "page", says: "everybody with any role there", to: page.Address{Kind: page.Access, ID: cluster},
		})
	}
	page.Questions(s, cluster, text, func(question, says, ask string) {
		if len(found) == paletteShows {
			return
		}
		e := entry{name: question, what: "question", says: says, to: page.Address{Kind: page.WhoCan, ID: cluster, Part: ask}}
		if ask == "" {
			e.fill, e.what = page.Unfinished(question), "verb"
		}
		found = append(found, e)
	})
	return found
}
