package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// tellTroubles says what went wrong before the explorer began.
func (a *App) tellTroubles() tea.Cmd {
	switch len(a.troubles) {
	case 0:
		return nil
	case 1:
		return a.say(widget.UnreadMark, a.troubles[0].What+": "+a.troubles[0].Problem.What+" (go to errors for more)")
	default:
		return a.say(widget.UnreadMark, fmt.Sprintf("%d things are wrong with the settings: go to errors for them", len(a.troubles)))
	}
}

// trouble notes that something went wrong, for the errors page, and says it.
func (a *App) trouble(one page.Trouble) tea.Cmd {
	a.troubles = append(slices.Clip(a.troubles), one)
	return a.say(widget.UnreadMark, one.Problem.What)
}
