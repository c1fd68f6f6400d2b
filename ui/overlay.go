package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// overlay takes the page's place for a while.
type overlay interface {
	key(a *App, msg tea.KeyPressMsg, name string) tea.Cmd
	paste(a *App, msg tea.PasteMsg) tea.Cmd
	mouse(a *App, m widget.Mouse) tea.Cmd
	draw(a *App, c *widget.Canvas, area widget.Rect)
	hints(a *App) [][2]string
}

// close takes the overlay away.
func (a *App) close() {
	a.overlay = nil
	a.dirty = true
}

// move returns what a key does to a list under an input line, where letters type.
func move(name string) (action.ID, bool) {
	switch name {
	case "up", "ctrl+k":
		return action.Up, true
	case "down", "ctrl+j":
		return action.Down, true
	case "pgup":
		return action.PageUp, true
	case "pgdown":
		return action.PageDown, true
	default:
		return "", false
	}
}
