package ui

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// tour shows a newcomer around in a few steps. It stands below the page, which gets
// shorter: nothing that it talks about is covered. A step is over when its key was
// pressed on the real thing.
type tour struct {
	step int
	// previewed and looked say what was done that no page shows.
	previewed, looked bool
}

// tourStep is one thing to do. In its texts {open} stands for the action's key.
type tourStep struct {
	// do says what to press, about what is on the screen.
	do, about func(a *App) string
	done      func(a *App) bool
}

func always(text string) func(*App) string { return func(*App) string { return text } }

var tourSteps = []tourStep{
	{
		do: always("Press {open} to open a subscription"),
		about: always("These are the subscriptions of a tenant, the worst first. The marks at the top count what was found, " +
			"by severity. {up} and {down} move."),
		done: func(a *App) bool { return a.on(page.Clusters, page.Cluster, page.Finding, page.Fix) },
	},
	{
		do:    always("Press {open} to open a cluster"),
		about: always("These are its clusters: from where their API server can be reached, how people sign in, and what was found."),
		done:  func(a *App) bool { return a.on(page.Cluster, page.Finding, page.Fix) },
	},
	{
		do: always("Press {explain} to explain a finding"),
		about: always("These are the cluster's settings. A finding stands on the very line that it is about, with its mark. " +
			"{explain} says why it matters, what an attacker does with it and what proves it."),
		done: func(a *App) bool { return a.on(page.Finding, page.Fix) },
	},
	{
		do: func(a *App) string {
			if a.on(page.Fix) {
				return "Press {preview} to see the fix's effect"
			}
			return "Press {fix} to see what mends it"
		},
		about: func(a *App) string {
			if a.on(page.Fix) {
				return "These are the exact commands, with what they need, what they disturb and how to undo them. You copy them with " +
					"{copy}; aksight runs none. {preview} lists every verdict that changes."
			}
			return "Every finding that a command can mend has its fix behind {fix}, filled in for this very cluster."
		},
		done: func(a *App) bool { return a.tour.previewed },
	},
	{
		do: always("Press {palette} or {help} to find anything"),
		about: always("{palette} goes to any page, cluster or word by some of its name, {filter} filters a list, {explain} explains " +
			"the word under the cursor, and {help} lists the keys that work where you are."),
		done: func(a *App) bool { return a.tour.looked },
	},
}

// on reports whether the current page is of one of the kinds.
func (a *App) on(kinds ...page.Kind) bool {
	return slices.Contains(kinds, a.visits.current().at.Kind)
}

// firstRunMsg says that nobody has used the explorer here before.
type firstRunMsg struct{}

// askFirstRun finds out in the background whether this is the first run.
func (a *App) askFirstRun() tea.Cmd {
	first := a.firstRun
	if first == nil {
		return nil
	}
	return func() tea.Msg {
		if first() {
			return firstRunMsg{}
		}
		return nil
	}
}

// greet starts the tour on the demo, unless somebody asked for another page; on an
// estate of the user's own it is offered.
func (a *App) greet() tea.Cmd {
	if a.identity.Mode == source.Demo && a.visits.current().parent == nil {
		return a.startTour()
	}
	return a.sayFor(offerStays, widget.InfoMark, "New here? "+a.keys.Key(action.Palette)+" and then tour shows you around in five steps.")
}

// startTour begins the tour at its first step, on the page that it begins on.
func (a *App) startTour() tea.Cmd {
	a.tour = &tour{}
	a.overlay = nil
	a.dirty = true
	return a.open(page.Go{To: page.Address{Kind: page.Estate}})
}

// guide goes on to the next step as long as the one before is over.
func (a *App) guide() tea.Cmd {
	if a.tour == nil {
		return nil
	}
	for tourSteps[a.tour.step].done(a) {
		a.dirty = true
		if a.tour.step++; a.tour.step == len(tourSteps) {
			a.tour = nil
			return a.sayFor(offerStays, widget.PassMark, "That was the tour; "+a.keys.Key(action.Palette)+" and then tour shows it again.")
		}
	}
	return nil
}

// previewed and looked tell the tour of what was done.
func (a *App) previewed() tea.Cmd {
	if a.tour != nil && a.on(page.Fix) {
		a.tour.previewed = true
	}
	return a.guide()
}

func (a *App) looked() tea.Cmd {
	if a.tour != nil && a.tour.step == len(tourSteps)-1 {
		a.tour.looked = true
	}
	return a.guide()
}

// endTour leaves the tour before its end.
func (a *App) endTour() tea.Cmd {
	a.tour, a.dirty = nil, true
	return a.say(widget.InfoMark, "No more tour; "+a.keys.Key(action.Palette)+" and then tour begins it again.")
}

// tourHeight is how many lines the tour takes from the page.
func (a *App) tourHeight() int {
	switch {
	case a.tour == nil || a.overlay != nil:
		return 0
	case a.height < 20:
		return 3
	default:
		return 5
	}
}

// drawTour draws the step below the page.
func (a *App) drawTour() {
	height := a.tourHeight()
	if height == 0 {
		return
	}
	c := a.canvas
	area := widget.Rect{X: margin, Y: a.height - 2 - height, W: a.width - 2*margin, H: height}
	c.Rule(area, 0, themes.Accent)
	step := &tourSteps[a.tour.step]
	pen := c.Line(area, 1)
	pen.Write("Tour "+strconv.Itoa(a.tour.step+1)+" of "+strconv.Itoa(len(tourSteps)), themes.Accent|themes.Bold)
	pen.Write("  "+a.withKeys(step.do(a)), themes.Strong)
	pen.Skip(2)
	pen.Right("esc ends the tour", themes.Muted)
	for y, line := range widget.Wrap(a.withKeys(step.about(a)), area.W, a.glyphs.ASCII) {
		if y+2 == height {
			break
		}
		pen := c.Line(area, y+2)
		pen.Write(line, themes.Text)
	}
}

// withKeys puts keys in the places of their actions' names.
func (a *App) withKeys(text string) string {
	for _, is := range a.keys.Actions() {
		if len(is.Keys) > 0 {
			text = strings.ReplaceAll(text, "{"+string(is.ID)+"}", keyName(is.Keys[0], a.glyphs))
		}
	}
	return text
}
