package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// places are where the explorer was left, by estate.
type places map[string]place

// place is where the explorer was left: the pages from the first one to the last.
type place struct {
	Left  time.Time      `json:"left"`
	Trail []page.Address `json:"trail"`
}

// placesKept bounds the estates whose places are kept.
const placesKept = 50

// estateKey names the estate, for what is kept of it.
func (a *App) estateKey() string { return page.EstateKey(a.identity) }

// trailNow is where the explorer is, as it can be come back to.
func (a *App) trailNow() []page.Address {
	var trail []page.Address
	for _, visit := range a.visits.trail() {
		trail = append(trail, page.AddressOf(visit.at, visit.page))
	}
	return trail
}

// leave notes where the explorer is, for the next run.
func (p *places) leave(key string, now time.Time, trail []page.Address) {
	if *p == nil {
		*p = places{}
	}
	(*p)[key] = place{now, trail}
	for len(*p) > placesKept {
		oldest := key
		for other, place := range *p {
			if place.Left.Before((*p)[oldest].Left) {
				oldest = other
			}
		}
		delete(*p, oldest)
	}
}

// keepPlace keeps where the explorer is, if that has changed.
func (a *App) keepPlace() tea.Cmd {
	key, trail := a.estateKey(), a.trailNow()
	if !a.recalled || key == "" || slices.Equal(trail, a.keptTrail) {
		return nil
	}
	a.keptTrail = trail
	now := a.now()
	return keep(a, statePlaces, func(p *places) { p.leave(key, now, trail) })
}

// leaveOff keeps where the explorer is, at its end.
func (a *App) leaveOff() error {
	key := a.estateKey()
	if a.state == nil || !a.recalled || key == "" {
		return nil
	}
	_, err := config.Remember(a.state, statePlaces, func(p *places) { p.leave(key, a.now(), a.trailNow()) })
	return err
}

// restore opens the explorer where it was left, once it is known which estate it shows,
// unless the user has begun to do something.
func (a *App) restore() tea.Cmd {
	key := a.estateKey()
	if !a.restores || a.touched || !a.recalled || key == "" {
		return nil
	}
	a.restores = false
	trail := a.left[key].Trail
	first := a.visits.current()
	if len(trail) == 0 || trail[0].Base() != first.at || len(trail) == 1 && trail[0] == first.at || len(a.visits.list) > 1 {
		return nil
	}
	var list []*visit
	var parent *visit
	for _, at := range trail[:min(len(trail), deepest)] {
		next := a.visit(at, parent)
		if next == nil { // a page of another version of the program
			break
		}
		next.at, next.again = at.Base(), true
		list = append(list, next)
		parent = next
	}
	show := a.enter(func() { a.visits = visits{list: list, at: len(list) - 1} })
	if len(list) == 1 {
		return show
	}
	return tea.Batch(show, a.say(widget.InfoMark, "back where you left it: "+a.keys.Key(action.Back)+" goes up"))
}

// lost goes up from a page of an earlier run whose subject is not there any more.
func (a *App) lost() tea.Cmd {
	current := a.visits.current()
	if !current.again || current.parent == nil {
		return nil
	}
	gone := page.Gone(current.at, a.snapshot)
	if gone == "" {
		return nil
	}
	to := current.parent
	for to.parent != nil && page.Gone(to.at, a.snapshot) != "" {
		to = to.parent
	}
	return tea.Batch(
		a.enter(func() {
			a.visits = visits{list: a.visits.list[:slices.Index(a.visits.list, to)+1], at: slices.Index(a.visits.list, to)}
		}),
		a.say(widget.UnreadMark, gone+" is not there any more: this is what was above it"))
}
