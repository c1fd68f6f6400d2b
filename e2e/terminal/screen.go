package terminal

import (
	"strings"

	"github.com/charmbracelet/x/vt"
)

// Screen is what a terminal shows at one moment.
type Screen struct {
	Cols, Rows int
	// Lines of text from the top, without the blanks at their ends.
	Lines []string
	// Alternate is set while the program has the screen to itself.
	Alternate   bool
	CursorShown bool
}

func newScreen(em *vt.Emulator, cursorShown bool) Screen {
	screen := Screen{
		Cols: em.Width(), Rows: em.Height(),
		Lines:       make([]string, em.Height()),
		Alternate:   em.IsAltScreen(),
		CursorShown: cursorShown,
	}
	var line strings.Builder
	for y := range screen.Lines {
		line.Reset()
		for x := 0; x < screen.Cols; {
			cell := em.CellAt(x, y)
			if cell == nil || cell.Content == "" {
				line.WriteByte(' ')
				x++
				continue
			}
			line.WriteString(cell.Content)
			x += max(1, cell.Width)
		}
		screen.Lines[y] = strings.TrimRight(line.String(), " ")
	}
	return screen
}

// String returns the screen's lines as one text.
func (s Screen) String() string { return strings.Join(s.Lines, "\n") }

// Has reports whether the text stands on one of the lines.
func (s Screen) Has(text string) bool { return s.Find(text) >= 0 }

// Find returns the first line that holds the text, or -1.
func (s Screen) Find(text string) int {
	for y, line := range s.Lines {
		if strings.Contains(line, text) {
			return y
		}
	}
	return -1
}

// Line returns the first line that holds the text, or "".
func (s Screen) Line(text string) string {
	if y := s.Find(text); y >= 0 {
		return s.Lines[y]
	}
	return ""
}

// Frame returns the screen in a border, for messages.
func (s Screen) Frame() string {
	var b strings.Builder
	edge := "+" + strings.Repeat("-", s.Cols) + "+\n"
	b.WriteString(edge)
	for _, line := range s.Lines {
		b.WriteString("|" + line + "\n")
	}
	b.WriteString(edge)
	return b.String()
}
