package page

import (
	"strings"

	"github.com/aksight/aksight/model"
)

// Linear is a page as lines of words: what a face without a screen shows. Pages make
// it from the same rows that they draw.
type Linear struct {
	// Intro says what the page is about.
	Intro []string
	// Rows can be chosen by their number.
	Rows []LinearRow
	// Outro says what the rows leave out, and what comes after them.
	Outro []string
	// Views are the other views of the page, its tabs.
	Views []LinearView
}

// LinearRow is one line.
type LinearRow struct {
	// Under is the heading that the row stands under, or empty.
	Under string
	Text  string
	// Code is a command, which stays on a line of its own, or empty.
	Code string
	// Choose puts the page's cursor on the row, so that intents are about it.
	Choose func()
}

// LinearView is a view that the page can change to.
type LinearView struct {
	Name   string
	Active bool
	Choose func(*Context)
}

// Liner is a page that can be told in lines.
type Liner interface {
	Linear(*Context) Linear
}

// Filler is a page with fields: it takes a field's value by the field's name.
type Filler interface {
	Fill(c *Context, name, value string) error
}

// linesOf are the lines of a laid-out text as words; where a mark stands, its word
// follows in the text.
func linesOf(text *prose) []string {
	lines := make([]string, 0, len(text.lines))
	for i := range text.lines {
		l := &text.lines[i]
		var b strings.Builder
		b.WriteString(strings.Repeat(" ", l.indent))
		for _, s := range l.spans {
			b.WriteString(s.text)
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return lines
}

// unbroken is wide enough for no text to be wrapped.
const unbroken = 1 << 20

// told lays a text out without breaking its lines.
func told(c *Context, lay func(*prose)) []string {
	text := newProse(unbroken, c.Glyphs)
	lay(text)
	return linesOf(text)
}

// countsWords says findings by severity, with what the numbers do not cover.
func countsWords(counts *model.Counts, exact bool) string {
	words := severityLine(counts)
	switch {
	case counts.Failures() == 0 && !judgedAtAll(counts):
		return notReadYet
	case counts.Failures() == 0 && !exact:
		words = "no findings in what was read"
	case !exact:
		words = "at least " + words
	}
	if left := uncovered(counts); left != "" {
		words += "; " + left
	}
	return words
}

// joinWords puts what is there behind one another.
func joinWords(separator string, words ...string) string {
	var there []string
	for _, word := range words {
		if word != "" {
			there = append(there, word)
		}
	}
	return strings.Join(there, separator)
}

// orNotRead stands in for a value that is not known.
func orNotRead(what, value string) string {
	if value == "" {
		return what + " " + notReadYet
	}
	return what + " " + value
}
