package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// The names that things are remembered under.
const (
	stateTheme   = "theme"
	stateColumns = "columns"
	statePlaces  = "places"
)

// rememberedMsg brings what is remembered.
type rememberedMsg struct {
	columns   map[string]widget.Choice
	places    places
	bookmarks []page.Bookmark
	filters   []page.SavedFilter
	problems  []error
}

// recall reads what is remembered, in the background.
func (a *App) recall() tea.Cmd {
	state := a.state
	if state == nil {
		return nil
	}
	return func() tea.Msg {
		var msg rememberedMsg
		var err error
		if msg.columns, err = config.Remembered[map[string]widget.Choice](state, stateColumns); err != nil {
			msg.problems = append(msg.problems, err)
		}
		if msg.places, err = config.Remembered[places](state, statePlaces); err != nil {
			msg.problems = append(msg.problems, err)
		}
		if msg.bookmarks, err = config.Remembered[[]page.Bookmark](state, page.KeptBookmarks); err != nil {
			msg.problems = append(msg.problems, err)
		}
		if msg.filters, err = config.Remembered[[]page.SavedFilter](state, page.KeptFilters); err != nil {
			msg.problems = append(msg.problems, err)
		}
		return msg
	}
}

// remembered takes what is remembered.
func (a *App) remembered(msg rememberedMsg) tea.Cmd {
	a.choices, a.bookmarks, a.filters = msg.columns, msg.bookmarks, msg.filters
	a.left = msg.places
	a.dirty = true
	var cmds []tea.Cmd
	for _, problem := range msg.problems {
		cmds = append(cmds, a.trouble(stateTrouble(a.state, problem)))
	}
	a.recalled = true
	return tea.Batch(append(cmds, a.restore())...)
}

// notKeptMsg says that something could not be remembered.
type notKeptMsg struct{ err error }

// keep changes what is remembered under a name, in the background.
func keep[T any](a *App, name string, change func(*T)) tea.Cmd {
	state := a.state
	if state == nil {
		return nil
	}
	return func() tea.Msg {
		if _, err := config.Remember(state, name, change); err != nil {
			return notKeptMsg{err}
		}
		return nil
	}
}

// notKept says that something could not be remembered, and why.
func (a *App) notKept(msg notKeptMsg) tea.Cmd { return a.trouble(stateTrouble(a.state, msg.err)) }

// stateTrouble is an error of the state as the errors page shows it.
func stateTrouble(state *config.State, err error) page.Trouble {
	return page.Trouble{What: state.Folder(), Kind: "state", Problem: &source.Problem{
		What: err.Error(), Do: "the explorer works without: what it should remember is lost at its end",
	}}
}
