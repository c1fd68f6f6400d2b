package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
)

// The names that things are remembered under.
const (
	stateTheme = "theme"
)

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
