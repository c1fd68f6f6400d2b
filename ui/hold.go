package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/page"
)

// onSelection are the actions that act on the selected row.
var onSelection = []action.ID{
	action.Open, action.Explain, action.Fix, action.Preview, action.Findings, action.Copy, action.CopyAll, action.Mark,
	action.Export, action.Waive,
}

// heldKeys bounds the keys that wait.
const heldKeys = 16

// hold keeps a key back while the rows that it is meant for are still to come: who
// types a filter and enter at once means the first row of what the filter leaves.
func (a *App) hold(msg tea.KeyPressMsg) bool {
	if !a.settling() {
		return false
	}
	meanings := a.meanings(msg)
	if slices.Contains(meanings, action.Back) || slices.Contains(meanings, action.Quit) {
		a.held = a.held[:0]
		return false
	}
	acts := slices.ContainsFunc(meanings, func(id action.ID) bool { return slices.Contains(onSelection, id) })
	if !acts && len(a.held) == 0 || len(a.held) == heldKeys {
		return false
	}
	a.held = append(a.held, msg)
	return true
}

// release takes the keys that were held back, once their rows are there.
func (a *App) release() tea.Cmd {
	if len(a.held) == 0 || a.settling() {
		return nil
	}
	held := a.held
	a.held = nil
	cmds := make([]tea.Cmd, len(held))
	for i, msg := range held {
		cmds[i] = a.key(msg)
	}
	return tea.Batch(cmds...)
}

func (a *App) settling() bool {
	list, can := a.visits.current().page.(page.Settler)
	return can && list.Settling()
}
