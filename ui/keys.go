package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// The least size at which pages are drawn.
const (
	leastWidth  = 60
	leastHeight = 15
)

func (a *App) tooSmall() bool { return a.width < leastWidth || a.height < leastHeight }

// key takes a key: whatever lies on top gets it first.
func (a *App) key(msg tea.KeyPressMsg) tea.Cmd {
	a.dirty, a.touched = true, true
	a.estate.Attend()
	name := action.Normal(msg.String())
	switch {
	case name == "ctrl+c":
		return a.quit()
	case a.tooSmall():
		if slices.Contains(a.meanings(msg), action.Quit) {
			return a.quit()
		}
		return nil
	case a.overlay != nil:
		return a.overlay.key(a, msg, name)
	case a.filter != nil:
		return a.filterKey(msg, name)
	case a.typing() && edits(msg, name):
		return a.tell(msg)
	}
	if a.hold(msg) {
		return nil
	}
	return a.dispatch(msg, name)
}

func (a *App) typing() bool {
	typist, can := a.visits.current().page.(page.Typist)
	return can && typist.Typing()
}

// edits reports whether a key types or edits text.
func edits(msg tea.KeyPressMsg, name string) bool {
	if msg.Text != "" {
		return true
	}
	switch name {
	case "backspace", "delete", "left", "right", "home", "end", "space",
		"ctrl+a", "ctrl+e", "ctrl+b", "ctrl+f", "ctrl+k", "ctrl+u", "ctrl+w", "ctrl+d", "ctrl+h",
		"alt+backspace", "alt+delete", "alt+b", "alt+f", "alt+d", "ctrl+left", "ctrl+right":
		return true
	default:
		return false
	}
}

// meanings returns the actions that a key may mean, by the character it gives or,
// for other keyboard layouts, by the key that was struck.
func (a *App) meanings(msg tea.KeyPressMsg) []action.ID {
	if ids := a.keys.For(action.Normal(msg.String())); len(ids) > 0 {
		return ids
	}
	if key, shifted := strings.CutPrefix(msg.Keystroke(), "shift+"); shifted && len(key) == 1 {
		return a.keys.For(strings.ToUpper(key))
	}
	return a.keys.For(action.Normal(msg.Keystroke()))
}

// dispatch turns a key into an intent.
func (a *App) dispatch(msg tea.KeyPressMsg, name string) tea.Cmd {
	ids := a.meanings(msg)
	if len(ids) == 0 {
		return nil
	}
	offers := a.offers()
	for _, id := range ids {
		for _, offer := range offers {
			if offer.ID == id {
				return a.offered(offer, name)
			}
		}
	}
	chosen, _ := a.keys.Get(ids[0])
	if chosen.Everywhere || chosen.Quiet || chosen.ID == action.Filter {
		return a.act(chosen.ID, name)
	}
	return a.sayHere(widget.NoMark, fmt.Sprintf("%s (%s) does nothing here", keyName(name, a.glyphs), chosen.Name))
}

// offered does what a page offers, or says why it does not work just now.
func (a *App) offered(offer action.Offer, key string) tea.Cmd {
	if offer.Not != "" {
		return a.sayHere(widget.InfoMark, offer.Not)
	}
	return a.act(offer.ID, key)
}

// act does an action: the app's own here, all others on the page.
func (a *App) act(id action.ID, key string) tea.Cmd {
	a.dirty = true
	switch id {
	case action.Quit:
		return a.quit()
	case action.Help:
		a.overlay = newHelp(a)
		return a.looked()
	case action.Palette:
		palette := newPalette(a)
		a.overlay = palette
		return tea.Batch(palette.search(a), a.looked())
	case action.Ask:
		return a.ask()
	case action.Filter:
		return a.openFilter()
	case action.Capture:
		return a.capture()
	case action.Export:
		return a.openExport()
	case action.JumpBack:
		return a.jump(-1)
	case action.JumpForward:
		return a.jump(1)
	case action.Back:
		if a.tour != nil && !a.typing() {
			return a.endTour()
		}
		return a.escape()
	case action.Bookmark:
		return a.bookmark()
	case action.Columns:
		return a.openColumns()
	case action.Theme:
		return a.openThemes()
	case action.Tour:
		return a.startTour()
	case action.Preview:
		return tea.Batch(a.tell(action.Intent{ID: id}), a.previewed())
	default:
		intent := action.Intent{ID: id}
		if id == action.Number {
			intent.N = a.keys.Place(id, key)
		}
		return a.tell(intent)
	}
}

// escape leaves a text field, then clears the filter, then goes back.
func (a *App) escape() tea.Cmd {
	current := a.visits.current().page
	if a.typing() {
		return a.tell(action.Intent{ID: action.Back})
	}
	if filterable, can := current.(page.Filterable); can && filterable.FilterText() != "" {
		return a.tell(page.Filtered{})
	}
	return a.back()
}

// stop stops reading, once it was asked twice.
func (a *App) stop() tea.Cmd {
	const again = "esc again stops reading"
	if a.progress.Idle {
		return nil
	}
	if a.toast.text != again {
		return a.sayHere(widget.InfoMark, again)
	}
	cancel := a.estate.Cancel
	return tea.Batch(func() tea.Msg {
		cancel()
		return busyMsg{}
	}, a.say(widget.InfoMark, "stopped reading: "+a.keys.Key(action.Refresh)+" reads again"))
}

func (a *App) quit() tea.Cmd {
	a.quitting, a.dirty = true, true
	a.visits.current().leave()
	return tea.Quit
}

// paste goes to the line that is typed in.
func (a *App) paste(msg tea.PasteMsg) tea.Cmd {
	a.dirty = true
	msg.Content = strings.Join(strings.Fields(msg.Content), " ")
	switch {
	case a.tooSmall():
	case a.overlay != nil:
		return a.overlay.paste(a, msg)
	case a.filter != nil:
		return a.filterTyped(msg)
	case a.typing():
		return a.tell(msg)
	}
	return nil
}

// click remembers the last click, to know a double one.
type click struct {
	x, y int
	at   time.Time
}

const doubleClick = 400 * time.Millisecond

func (a *App) clicked(msg tea.MouseClickMsg) tea.Cmd {
	if msg.Button != tea.MouseLeft || a.tooSmall() {
		return nil
	}
	a.touched = true
	now := a.now()
	twice := a.click.x == msg.X && a.click.y == msg.Y && now.Sub(a.click.at) < doubleClick
	a.click = click{msg.X, msg.Y, now}
	if twice {
		a.click.at = time.Time{}
	}
	if msg.Y == a.height-1 {
		return a.clickedFooter(msg.X)
	}
	return a.mouse(widget.Mouse{X: msg.X, Y: msg.Y, Twice: twice})
}

const wheelLines = 3

func (a *App) wheel(msg tea.MouseWheelMsg) tea.Cmd {
	lines := wheelLines
	switch msg.Button {
	case tea.MouseWheelUp:
		lines = -lines
	case tea.MouseWheelDown:
	default:
		return nil
	}
	if a.tooSmall() {
		return nil
	}
	return a.mouse(widget.Mouse{X: msg.X, Y: msg.Y, Wheel: lines})
}

// mouse hands a click in the body over.
func (a *App) mouse(m widget.Mouse) tea.Cmd {
	area := a.body()
	if box, is := a.overlay.(boxed); is {
		area = a.boxArea(box).Inset(boxSides/2, boxEnds/2)
	}
	m, inside := m.In(area)
	if !inside {
		return nil
	}
	a.dirty = true
	if a.overlay != nil {
		return a.overlay.mouse(a, m)
	}
	return a.tell(m)
}

func (a *App) clickedFooter(x int) tea.Cmd {
	for _, key := range a.footer {
		if x < key.from || x >= key.to {
			continue
		}
		if a.overlay != nil {
			return nil
		}
		return a.act(key.id, "")
	}
	return nil
}
