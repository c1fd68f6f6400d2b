// Package widget draws lists, sheets, trees and bars into a grid of cells. It knows
// nothing of what it shows.
package widget

import "github.com/aksight/aksight/themes"

// Mark is a sign at the start of a line: a glyph with a colour.
type Mark uint8

// The marks. NoMark leaves its place empty.
const (
	NoMark Mark = iota
	CriticalMark
	HighMark
	MediumMark
	LowMark
	InfoMark
	PassMark
	UnreadMark  // could not be read
	NotMark     // does not apply
	WaivedMark  // accepted until a day
	PendingMark // not read yet
	ChosenMark  // chosen with space
	FoldedMark  // a branch that can be unfolded
	UnfoldedMark
	marks
)

// Glyphs are the signs to draw with: every one of a cell, or two where it says so.
type Glyphs struct {
	// Marks are MarkWidth cells wide.
	Marks     [marks]string
	MarkWidth int

	Ellipsis  string // in place of what does not fit
	Cursor    string // at the left of the selected row
	Rule      string // a horizontal line
	BarFull   string
	BarEmpty  string
	Up, Down  string // sort order; more above, more below
	Separator string // between the parts of the breadcrumb
	Dot       string // between remarks
	None      string // in a column of numbers: nothing
	Spinner   []string
	// ASCII is set where text, too, is to be plain ASCII.
	ASCII bool
}

var unicode = Glyphs{
	Marks: [marks]string{
		NoMark: " ", CriticalMark: "◆", HighMark: "▲", MediumMark: "●", LowMark: "○", InfoMark: "·",
		PassMark: "✓", UnreadMark: "?", NotMark: "–", WaivedMark: "◇", PendingMark: "…", ChosenMark: "✱",
		FoldedMark: "▸", UnfoldedMark: "▾",
	},
	MarkWidth: 1,
	Ellipsis:  "…", Cursor: "▌", Rule: "─", BarFull: "█", BarEmpty: "░", Up: "↑", Down: "↓",
	Separator: "›", Dot: "·", None: "·",
	Spinner: []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"},
}

var ascii = Glyphs{
	Marks: [marks]string{
		NoMark: "  ", CriticalMark: "!!", HighMark: "! ", MediumMark: "* ", LowMark: ". ", InfoMark: "i ",
		PassMark: "ok", UnreadMark: "??", NotMark: "--", WaivedMark: "w ", PendingMark: "..", ChosenMark: "# ",
		FoldedMark: "+ ", UnfoldedMark: "- ",
	},
	MarkWidth: 2,
	Ellipsis:  "~", Cursor: ">", Rule: "-", BarFull: "#", BarEmpty: ".", Up: "^", Down: "v",
	Separator: ">", Dot: "-", None: ".",
	Spinner: []string{"|", "/", "-", `\`},
	ASCII:   true,
}

// Unicode returns the usual glyphs.
func Unicode() *Glyphs { return &unicode }

// ASCII returns glyphs of plain ASCII.
func ASCII() *Glyphs { return &ascii }

var markStyles = [marks]themes.Style{
	CriticalMark: themes.Critical, HighMark: themes.High, MediumMark: themes.Medium, LowMark: themes.Low,
	InfoMark: themes.Info, PassMark: themes.Pass, UnreadMark: themes.Unread, NotMark: themes.Faint,
	WaivedMark: themes.Muted, PendingMark: themes.Unread, ChosenMark: themes.Accent, FoldedMark: themes.Muted, UnfoldedMark: themes.Muted,
}

// Style returns the mark's colour.
func (m Mark) Style() themes.Style { return markStyles[min(m, marks-1)] }
