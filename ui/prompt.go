package ui

import (
	"regexp"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// signIn shows what the user must do to sign in. It comes up by itself, so no key
// that may be on its way does any harm.
type signIn struct{ text string }

// prompt shows a new sign-in message, and takes it away once it is answered.
func (a *App) prompt() {
	if a.identity.Prompt == a.prompted {
		return
	}
	a.prompted = a.identity.Prompt
	if a.prompted != "" {
		a.overlay = &signIn{a.prompted}
		return
	}
	if _, up := a.overlay.(*signIn); up {
		a.close()
	}
}

// deviceCode finds the code in the words that Microsoft's sign-in gives.
var deviceCode = regexp.MustCompile(`(?i:code) ([A-Z0-9]{8,12})\b`)

func (s *signIn) key(a *App, _ tea.KeyPressMsg, name string) tea.Cmd {
	switch ids := a.keys.For(name); {
	case name == "esc":
		a.close()
	case len(ids) > 0 && ids[0] == action.Quit:
		return a.quit()
	case len(ids) > 0 && ids[0] == action.Copy:
		if code := deviceCode.FindStringSubmatch(s.text); code != nil {
			return a.copy(code[1], "the code")
		}
		return a.copy(s.text, "the message")
	}
	return nil
}

func (s *signIn) paste(*App, tea.PasteMsg) tea.Cmd { return nil }

func (s *signIn) mouse(*App, widget.Mouse) tea.Cmd { return nil }

func (s *signIn) draw(a *App, c *widget.Canvas, area widget.Rect) {
	area = area.Inset(max(margin, (area.W-76)/2), min(3, area.H/4))
	pen := c.Line(area, 0)
	pen.Write("Sign in to Azure", themes.Strong)
	for y, line := range widget.Wrap(s.text, area.W, a.glyphs.ASCII) {
		pen := c.Line(area, y+2)
		pen.Write(line, themes.Text)
	}
}

func (s *signIn) hints(a *App) [][2]string {
	return [][2]string{
		{a.keys.Key(action.Copy), "copy the code"}, {"esc", "hide"}, {a.keys.Key(action.Quit), "quit"},
	}
}
