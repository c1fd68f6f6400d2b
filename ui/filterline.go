package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// filterLine is the line that a filter is typed in.
type filterLine struct {
	input  widget.Input
	before string // what esc puts back
}

func (a *App) openFilter() tea.Cmd {
	filterable, can := a.visits.current().page.(page.Filterable)
	if !can {
		return a.say(widget.NoMark, "there is nothing to filter here")
	}
	a.filter = &filterLine{before: filterable.FilterText()}
	a.filter.input.Hint = filterable.FilterHelp()
	a.filter.input.SetValue(a.filter.before)
	return nil
}

// filterKey takes a key while the filter is typed: the cursor in the list still
// moves with the arrows.
func (a *App) filterKey(msg tea.KeyPressMsg, name string) tea.Cmd {
	switch name {
	case "enter":
		a.filter = nil
		return nil
	case "esc":
		before := a.filter.before
		typed := a.filter.input.Value()
		a.filter = nil
		if typed == before {
			return nil
		}
		return a.tell(page.Filtered{Text: before})
	case "up", "down", "pgup", "pgdown":
		for _, id := range a.keys.For(name) {
			return a.tell(action.Intent{ID: id})
		}
		return nil
	}
	return a.filterTyped(msg)
}

func (a *App) filterTyped(msg tea.Msg) tea.Cmd {
	if !a.filter.input.Update(msg) {
		return nil
	}
	return a.tell(page.Filtered{Text: a.filter.input.Value()})
}

// drawFilter draws the line that is typed in, or the filter as it is set; it reports
// whether there is either.
func (a *App) drawFilter(area widget.Rect) bool {
	filterable, can := a.visits.current().page.(page.Filterable)
	if !can || a.filter == nil && filterable.FilterText() == "" {
		return false
	}
	pen := a.canvas.Line(area, 0)
	pen.Write("/", themes.Accent|themes.Bold)
	pen.Skip(1)
	status, wrong := filterable.FilterStatus()
	style := themes.Muted
	if wrong {
		style = themes.Danger
	}
	width := widget.Width(status, a.glyphs.ASCII)
	text := pen.Cut(max(pen.Left()/3, pen.Left()-width-3))
	if a.filter != nil {
		a.filter.input.Draw(a.canvas, &text, themes.Text, true)
	} else {
		text.Write(filterable.FilterText(), themes.Text)
	}
	pen.Skip(2)
	pen.Right(status, style)
	return true
}
