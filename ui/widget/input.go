package widget

import (
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/themes"
)

// Input is a line to type in.
type Input struct {
	// Hint stands in an empty line.
	Hint string

	model textinput.Model
	made  bool
	from  int // first character shown
}

func (i *Input) make() {
	if !i.made {
		i.model = textinput.New()
		i.model.Focus()
		i.made = true
	}
}

// Value returns what is typed.
func (i *Input) Value() string {
	i.make()
	return i.model.Value()
}

// SetValue sets the text and puts the cursor at its end.
func (i *Input) SetValue(text string) {
	i.make()
	i.model.SetValue(text)
	i.model.CursorEnd()
}

// Update takes a key or a paste; it reports whether the text has changed.
func (i *Input) Update(msg tea.Msg) bool {
	i.make()
	if key, ok := msg.(tea.KeyPressMsg); ok && key.String() == "ctrl+v" {
		return false // the terminal pastes; reading the clipboard here would be I/O
	}
	before := i.model.Value()
	i.model, _ = i.model.Update(msg)
	return i.model.Value() != before
}

// Draw writes the text with the pen, and puts the terminal's cursor where it is if
// the line has the focus. A long text is shown around the cursor.
func (i *Input) Draw(c *Canvas, pen *Pen, style themes.Style, focused bool) {
	i.make()
	runes := []rune(i.model.Value())
	at := min(i.model.Position(), len(runes))
	room := max(1, pen.Left()-1)
	i.from = max(0, min(i.from, at))
	for i.from < at && Width(string(runes[i.from:at]), c.Glyphs.ASCII) > room {
		i.from++
	}
	x := pen.x + Width(string(runes[i.from:at]), c.Glyphs.ASCII)
	if len(runes) == 0 {
		pen.Write(i.Hint, themes.Faint)
	} else {
		pen.Write(string(runes[i.from:]), style)
	}
	if focused && x < pen.end {
		c.SetCursor(x, pen.y)
	}
}
