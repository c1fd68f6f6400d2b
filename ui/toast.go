package ui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/term"
	"github.com/aksight/aksight/ui/widget"
)

// toast is a short message in the footer.
type toast struct {
	number int
	mark   widget.Mark
	text   string
	// of is the page that it is about, with which it goes; nil for what matters on any.
	of *visit
}

type expiredMsg struct{ number int }

const toastStays = 4 * time.Second

// offerStays is how long a message stays that tells of something to try.
const offerStays = 20 * time.Second

func (a *App) say(mark widget.Mark, text string) tea.Cmd { return a.sayFor(toastStays, mark, text) }

func (a *App) sayFor(stays time.Duration, mark widget.Mark, text string) tea.Cmd {
	number := a.toast.number + 1
	a.toast = toast{number: number, mark: mark, text: text}
	a.dirty = true
	return tea.Tick(stays, func(time.Time) tea.Msg { return expiredMsg{number} })
}

// sayHere says something that only the current page is about.
func (a *App) sayHere(mark widget.Mark, text string) tea.Cmd {
	cmd := a.say(mark, text)
	a.toast.of = a.visits.current()
	return cmd
}

// sayOf says what a page has to say. What was done or has failed is worth knowing on
// other pages too, as is what it says on leaving.
func (a *App) sayOf(notice page.Notice, leaving bool) tea.Cmd {
	if leaving || notice.Mark == widget.PassMark || notice.Mark == widget.UnreadMark {
		return a.say(notice.Mark, notice.Text)
	}
	return a.sayHere(notice.Mark, notice.Text)
}

func (a *App) expire(msg expiredMsg) {
	if msg.number == a.toast.number {
		a.hush()
	}
}

// hush takes the message away.
func (a *App) hush() {
	a.toast = toast{number: a.toast.number}
	a.dirty = true
}

type copiedMsg struct {
	text, what string
	copied     term.Copied
}

// copy puts text on the clipboard by every way there is.
func (a *App) copy(text, what string) tea.Cmd {
	clipboard, ctx := a.clipboard, a.ctx
	return func() tea.Msg {
		return copiedMsg{text, what, clipboard.Copy(ctx, text)}
	}
}

// copied says which ways worked.
func (a *App) copied(msg copiedMsg) tea.Cmd {
	if len(msg.copied.Ways) == 0 {
		why := "no clipboard can be reached: select it with the mouse, or use aksight report"
		if len(msg.text) > term.Longest {
			why = fmt.Sprintf("%d kB are more than the terminal's clipboard takes, and no other was found", len(msg.text)/1000)
		}
		return a.say(widget.UnreadMark, "not copied: "+why)
	}
	note := a.say(widget.PassMark, fmt.Sprintf("copied %s (%s)", msg.what, strings.Join(msg.copied.Ways, ", ")))
	if !msg.copied.OSC {
		return note
	}
	return tea.Batch(tea.SetClipboard(msg.text), note)
}
