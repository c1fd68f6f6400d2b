package ui

import (
	"cmp"
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/glossary"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// palette goes to a page, a subscription, a cluster or an action by its name.
type palette struct {
	input  widget.Input
	table  widget.Table[string]
	fixed  []entry // pages and actions
	number uint64  // of the latest search
	shown  uint64  // of the search whose entries are shown
	eager  bool    // enter came before what it is meant for
	atTop  bool    // the text has changed: the best match is to be selected
	// asks is the page of a cluster from which it asks who can do something; zero where it goes to
	// pages.
	asks    page.Address
	cancel  context.CancelFunc
	entries entries
}

// entry is one thing to go to.
type entry struct {
	name string
	what string // page, action, cluster, subscription, term
	says string
	key  string
	to   page.Address
	do   action.ID
	// filter is set on the present page, where it is not empty.
	filter string
	// fill is put into the line, where it is not empty: there is more to say.
	fill string
}

type entries []entry

// foundMsg brings what a search found.
type foundMsg struct {
	by     *palette
	number uint64
	found  entries
}

// paletteShows bounds how much a search lists.
const paletteShows = 200

func newPalette(a *App) *palette {
	p := &palette{}
	p.input.Hint = "a page, a cluster, a subscription, an action or a term"
	p.table.Columns = []widget.Column{
		{Title: "Go to", Min: 22, Weight: 1, Max: 44, Fixed: true},
		{Title: "", Min: 12, Fixed: true},
		{Title: "", Min: 10, Weight: 4, Priority: 1, Fixed: true},
		{Title: "Key", Min: 6, Fixed: true},
	}
	p.table.Empty = "Nothing has that name."
	for _, place := range a.places {
		p.fixed = append(p.fixed, entry{name: place.Name, what: "page", says: place.Says, to: place.At})
	}
	if cluster := a.snapshot.Cluster(a.visits.current().at.ID); cluster != nil {
		page.PlacesOf(cluster.Resource.ID, func(name, says string, to page.Address) {
			p.fixed = append(p.fixed, entry{name: name, what: "page", says: "of " + cluster.Summary.Name + ": " + says, to: to})
		})
	}
	p.fixed = append(p.fixed, a.palettesOwn()...)
	offers := a.offers()
	for _, is := range a.keys.Actions() {
		at := slices.IndexFunc(offers, func(o action.Offer) bool { return o.ID == is.ID })
		if is.Quiet || is.ID == action.Palette || at < 0 && !is.Everywhere || at >= 0 && offers[at].Not != "" {
			continue
		}
		e := entry{name: is.Name, what: "action", says: is.Help, do: is.ID}
		if len(is.Keys) > 0 {
			e.key = keyName(is.Keys[0], a.glyphs)
		}
		p.fixed = append(p.fixed, e)
	}
	return p
}

// search looks for what is typed, in the background: an estate may hold tens of
// thousands of clusters.
func (p *palette) search(a *App) tea.Cmd {
	if p.cancel != nil {
		p.cancel()
	}
	p.number++
	ctx, cancel := context.WithCancel(a.ctx)
	p.cancel = cancel
	number, text, fixed, snapshot, asks := p.number, strings.ToLower(p.input.Value()), p.fixed, a.snapshot, p.asks
	return func() tea.Msg {
		defer cancel()
		var found entries
		if asks.ID != "" {
			found = questions(snapshot, asks, text)
		} else {
			found = lookFor(ctx, strings.TrimSpace(text), fixed, snapshot)
		}
		if ctx.Err() != nil {
			return nil
		}
		return foundMsg{p, number, found}
	}
}

// lookFor returns the entries that match, the best first.
func lookFor(ctx context.Context, text string, fixed []entry, snapshot *store.Snapshot) entries {
	type scored struct {
		entry
		score int
	}
	pattern := []rune(strings.ReplaceAll(text, " ", ""))
	var found []scored
	try := func(name string, bonus int, build func() entry) {
		score, ok := filter.Fuzzy(strings.ToLower(name), pattern)
		if !ok {
			return
		}
		if text != "" && strings.EqualFold(name, text) {
			bonus += 1000
		}
		found = append(found, scored{build(), score + bonus})
	}
	const pages, rest = 8, 0
	for _, e := range fixed {
		bonus := rest
		if e.what == "page" {
			bonus = pages
		}
		try(e.name, bonus, func() entry { return e })
	}
	for _, s := range snapshot.Subscriptions {
		try(s.Name, rest, func() entry {
			return entry{name: s.Name, what: "subscription", to: page.Address{Kind: page.Clusters, ID: s.ID}}
		})
	}
	for i, c := range snapshot.Clusters {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil
		}
		try(c.Summary.Name, rest, func() entry {
			return entry{name: c.Summary.Name, what: "cluster", says: c.Summary.ResourceGroup, to: clusterPage(c.Resource.ID)}
		})
	}
	if text != "" {
		for _, c := range snapshot.Clusters {
			page.InsideOf(c, func(name, what, says string, to page.Address) {
				try(name, rest, func() entry { return entry{name: name, what: what, says: says, to: to} })
			})
		}
	}
	if len(text) >= leastForTerms {
		for _, term := range glossary.All() {
			if called := calledSo(term, text); called != "" {
				try(called, rest, func() entry {
					return entry{name: called, what: "term", says: term.Says, to: page.Address{Kind: page.Term, Term: term.ID}}
				})
			}
		}
	}
	if text != "" {
		slices.SortStableFunc(found, func(x, y scored) int {
			return cmp.Or(y.score-x.score, len(x.name)-len(y.name))
		})
	}
	result := make(entries, 0, min(len(found), paletteShows))
	for _, f := range found[:min(len(found), paletteShows)] {
		result = append(result, f.entry)
	}
	return result
}

// leastForTerms is how much has to be typed for terms of the glossary to be looked
// through: there are many, and few people want them.
const leastForTerms = 3

// calledSo is the name of a term that holds the text, or empty.
func calledSo(term *glossary.Term, text string) string {
	for _, name := range append([]string{term.Name}, term.Also...) {
		if strings.Contains(strings.ToLower(name), text) {
			return name
		}
	}
	return ""
}

// found shows what a search found, if it is the latest.
func (a *App) found(msg foundMsg) tea.Cmd {
	if a.overlay != overlay(msg.by) || msg.number != msg.by.number {
		return nil
	}
	p := msg.by
	p.entries, p.shown = msg.found, msg.number
	p.table.Set(p.entries, nil)
	if p.atTop {
		p.table.Do(action.Top)
		p.atTop = false
	}
	a.dirty = true
	if p.eager {
		p.eager = false
		return p.choose(a)
	}
	return nil
}

// Len returns how many entries there are.
func (e entries) Len() int { return len(e) }

// Key names an entry.
func (e entries) Key(row int) string {
	return e[row].what + "/" + string(e[row].to.ID) + e[row].to.Object.String() + e[row].name
}

// Cell writes an entry.
func (e entries) Cell(row, column int, pen *widget.Pen) {
	switch column {
	case 0:
		pen.Write(e[row].name, themes.Text)
	case 1:
		pen.Write(e[row].what, themes.Muted)
	case 2:
		pen.Write(e[row].says, themes.Muted)
	case 3:
		pen.Write(e[row].key, themes.Accent)
	}
}

func (p *palette) key(a *App, msg tea.KeyPressMsg, name string) tea.Cmd {
	switch name {
	case "esc":
		a.close()
		return nil
	case "enter":
		return p.choose(a)
	case "backspace":
		if p.input.Value() == "" {
			a.close()
			return nil
		}
	}
	if id, moves := move(name); moves {
		p.table.Do(id)
		return nil
	}
	return p.typed(a, msg)
}

// typed takes text and searches for it from the top.
func (p *palette) typed(a *App, msg tea.Msg) tea.Cmd {
	if !p.input.Update(msg) {
		return nil
	}
	p.eager, p.atTop = false, true
	return p.search(a)
}

// searchAgain searches the palette's text in a newer state of the estate.
func (a *App) searchAgain() tea.Cmd {
	if p, is := a.overlay.(*palette); is {
		return p.search(a)
	}
	return nil
}

// choose goes where the cursor is.
func (p *palette) choose(a *App) tea.Cmd {
	if p.shown != p.number {
		p.eager = true
		return nil
	}
	row := p.table.Selected()
	if row < 0 || row >= len(p.entries) {
		p.eager = true // it may still come
		return nil
	}
	e := p.entries[row]
	if e.fill != "" {
		p.input.SetValue(e.fill)
		p.eager, p.atTop = false, true
		return p.search(a)
	}
	a.close()
	if e.do != "" {
		return a.act(e.do, "")
	}
	if e.filter != "" {
		return a.tell(page.Filtered{Text: e.filter})
	}
	return a.open(page.Go{To: e.to})
}

func (p *palette) paste(a *App, msg tea.PasteMsg) tea.Cmd {
	return p.typed(a, msg)
}

func (p *palette) mouse(a *App, m widget.Mouse) tea.Cmd {
	m.Y -= 2
	if p.table.Mouse(m) == widget.PressedOpen {
		return p.choose(a)
	}
	return nil
}

func (p *palette) draw(_ *App, c *widget.Canvas, area widget.Rect) {
	pen := c.Line(area.Inset(margin, 0), 0)
	if p.asks.ID != "" {
		pen.Write("who can", themes.Accent|themes.Bold)
	} else {
		pen.Write(":", themes.Accent|themes.Bold)
	}
	pen.Skip(1)
	p.input.Draw(c, &pen, themes.Text, true)
	_, rest := area.Top(2)
	p.table.Draw(c, rest)
}

func (p *palette) hints(a *App) [][2]string {
	return [][2]string{{"enter", "go"}, {upDown(a.glyphs), "choose"}, {"esc", "close"}}
}
