package ui

import (
	"strings"

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
	// name is the line that a name for the filter is typed in, once it is to be saved.
	name   widget.Input
	naming bool
	// offers are what tab goes through, typed what was there before the first.
	offers []page.SavedFilter
	offer  int
}

func (a *App) openFilter() tea.Cmd {
	filterable, can := a.visits.current().page.(page.Filterable)
	if !can {
		return a.sayHere(widget.NoMark, "there is nothing to filter here")
	}
	a.filter = &filterLine{before: filterable.FilterText()}
	a.filter.input.Hint = filterable.FilterHelp()
	a.filter.input.SetValue(a.filter.before)
	return nil
}

// filterKey takes a key while the filter is typed: the cursor in the list still
// moves with the arrows.
func (a *App) filterKey(msg tea.KeyPressMsg, name string) tea.Cmd {
	if a.filter.naming {
		return a.filterName(msg, name)
	}
	switch name {
	case "tab", "shift+tab":
		return a.completeFilter(name == "tab")
	case "ctrl+s":
		if strings.TrimSpace(a.filter.input.Value()) == "" {
			return a.sayHere(widget.NoMark, "there is no filter to save yet")
		}
		a.filter.naming = true
		a.filter.name.Hint = "a name to save the filter under"
		return nil
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

// filterName takes a key while the name of the filter is typed.
func (a *App) filterName(msg tea.KeyPressMsg, key string) tea.Cmd {
	switch key {
	case "esc":
		a.filter.naming = false
	case "enter":
		name := strings.TrimSpace(a.filter.name.Value())
		if name == "" {
			return nil
		}
		text := a.filter.input.Value()
		a.filter = nil
		return a.saveFilter(name, text)
	default:
		a.filter.name.Update(msg)
	}
	return nil
}

// completeFilter puts the next thing that what is typed may mean into the line.
func (a *App) completeFilter(forwards bool) tea.Cmd {
	f := a.filter
	if len(f.offers) == 0 {
		f.offers = a.completions(f.input.Value())
		f.offer = -1
		if !forwards {
			f.offer = 0
		}
	}
	if len(f.offers) == 0 {
		return a.sayHere(widget.NoMark, "nothing begins like that: ctrl+s saves a filter under a name")
	}
	step := 1
	if !forwards {
		step = -1
	}
	f.offer = (f.offer + step + len(f.offers)) % len(f.offers)
	f.input.SetValue(f.offers[f.offer].Text)
	return a.tell(page.Filtered{Text: f.input.Value()})
}

func (a *App) filterTyped(msg tea.Msg) tea.Cmd {
	if a.filter.naming {
		a.filter.name.Update(msg)
		return nil
	}
	a.filter.offers = nil
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
	if a.filter != nil && a.filter.naming {
		pen.Write("save / "+filterable.FilterText()+" as ", themes.Accent)
		a.filter.name.Draw(a.canvas, &pen, themes.Text, true)
		return true
	}
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
