package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// saveFilter keeps the filter that is typed under a name; one without text is deleted.
func (a *App) saveFilter(name, text string) tea.Cmd {
	one := page.SavedFilter{Name: name, Kind: a.visits.current().at.Kind, Text: text}
	change := func(filters *[]page.SavedFilter) { *filters = page.SaveFilter(*filters, one) }
	change(&a.filters)
	says := "saved the filter " + name + ": the palette and tab in the filter line offer it"
	if text == "" {
		says = "deleted the filter " + name
	}
	return tea.Batch(a.say(widget.PassMark, says), keep(a, page.KeptFilters, change))
}

// completions are what tab offers in the filter line: saved filters whose name begins
// with what is typed, then the field that the last word begins.
func (a *App) completions(typed string) []page.SavedFilter {
	var found []page.SavedFilter
	kind := a.visits.current().at.Kind
	for _, one := range a.filters {
		if one.Kind == kind && strings.HasPrefix(strings.ToLower(one.Name), strings.ToLower(typed)) {
			found = append(found, one)
		}
	}
	filterable, can := a.visits.current().page.(page.Filterable)
	last := typed[strings.LastIndexByte(typed, ' ')+1:]
	word := strings.TrimLeft(last, "!-")
	if !can || word == "" {
		return found
	}
	for field := range strings.FieldsSeq(filterable.FilterHelp()) {
		if strings.HasSuffix(field, ":") && strings.HasPrefix(field, strings.ToLower(word)) && field != word {
			found = append(found, page.SavedFilter{Name: field, Text: typed[:len(typed)-len(word)] + field})
		}
	}
	return found
}

// palettesOwn are the user's bookmarks and saved filters, for the palette.
func (a *App) palettesOwn() []entry {
	here, _ := a.bookmarksHere()
	var list []entry
	for _, mark := range here {
		list = append(list, entry{name: mark.Name, what: "bookmark", says: mark.Where, to: mark.At})
	}
	current := a.visits.current()
	for _, one := range a.filters {
		e := entry{name: one.Name, what: "filter", says: string(one.Kind) + ": " + one.Text}
		switch _, can := current.page.(page.Filterable); {
		case can && current.at.Kind == one.Kind:
			e.filter = one.Text
		case one.Opens():
			e.to = page.Address{Kind: one.Kind, Filter: one.Text}
		default:
			continue
		}
		list = append(list, e)
	}
	return list
}
