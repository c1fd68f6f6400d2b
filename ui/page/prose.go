package page

import (
	"strings"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// A span is a piece of a line in one style.
type span struct {
	text  string
	style themes.Style
}

// A textLine is one line of laid-out text.
type textLine struct {
	indent int
	mark   widget.Mark // before the spans where it is set
	spans  []span
	// item is the place of what the line belongs to, for pages whose parts can be
	// selected; -1 otherwise.
	item int
}

// A prose lays text out for one width, top to bottom.
type prose struct {
	lines  []textLine
	width  int
	ascii  bool
	indent int
	item   int
}

func newProse(width int, glyphs *widget.Glyphs) *prose {
	return &prose{width: max(width, 20), ascii: glyphs.ASCII, item: -1}
}

// gap leaves an empty line, unless there is one.
func (p *prose) gap() {
	if n := len(p.lines); n > 0 && len(p.lines[n-1].spans) > 0 {
		p.lines = append(p.lines, textLine{item: -1})
	}
}

func (p *prose) add(spans ...span) {
	p.lines = append(p.lines, textLine{indent: p.indent, spans: spans, item: p.item})
}

func (p *prose) marked(mark widget.Mark, spans ...span) {
	p.lines = append(p.lines, textLine{indent: p.indent, mark: mark, spans: spans, item: p.item})
}

// heading starts a part.
func (p *prose) heading(text string) {
	p.gap()
	p.add(span{text, themes.Strong})
}

// paragraph wraps text; words between backquotes are code.
func (p *prose) paragraph(text string, style themes.Style) {
	p.wrapped(nil, p.indent, text, style)
}

// body lays a rule's text out: paragraphs apart by an empty line, and lists.
func (p *prose) body(text string) {
	for n, block := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if n > 0 {
			p.gap()
		}
		var sentence []string
		flush := func() {
			if len(sentence) > 0 {
				p.paragraph(strings.Join(sentence, " "), themes.Text)
				sentence = nil
			}
		}
		for row := range strings.Lines(block) {
			row = strings.TrimSpace(row)
			item, is := strings.CutPrefix(row, "- ")
			if !is {
				sentence = append(sentence, row)
				continue
			}
			flush()
			p.hanging(span{"- ", themes.Faint}, item, themes.Text)
		}
		flush()
	}
}

// hanging wraps text that hangs on a first word, such as a label.
func (p *prose) hanging(first span, text string, style themes.Style) {
	p.wrapped([]span{first}, p.indent+widget.Width(first.text, p.ascii), text, style)
}

// pair lays a label and its value out in two columns.
func (p *prose) pair(label string, column int, value string, style themes.Style) {
	if fill := column - widget.Width(label, p.ascii); fill > 0 {
		label += strings.Repeat(" ", fill)
	} else {
		label += " "
	}
	p.hanging(span{label, themes.Muted}, value, style)
}

// wrapped breaks text into lines, the first after the spans before it, the others
// under their end.
func (p *prose) wrapped(before []span, hang int, text string, style themes.Style) {
	rows := wrapSpans(codeSpans(text, style), p.width-hang, p.ascii)
	for n, row := range rows {
		if n == 0 {
			p.lines = append(p.lines, textLine{indent: p.indent, spans: append(before, row...), item: p.item})
			continue
		}
		p.lines = append(p.lines, textLine{indent: hang, spans: row, item: p.item})
	}
}

// code lays a command out, broken at its flags, as it can be typed: a line that goes
// on ends in the shell's sign for that.
func (p *prose) code(command, more string, style themes.Style) {
	width := max(p.width-p.indent, 20)
	for n, row := range breakCommand(command, width, more, p.ascii) {
		indent := p.indent
		if n > 0 {
			indent += 2
		}
		// A value wider than the page goes on below; what is copied is whole.
		for widget.Width(row, p.ascii) > p.width-indent {
			head, tail := cutText(row, p.width-indent, p.ascii)
			p.lines = append(p.lines, textLine{indent: indent, spans: []span{{head, style}}, item: p.item})
			row, indent = tail, p.indent+4
		}
		p.lines = append(p.lines, textLine{indent: indent, spans: []span{{row, style}}, item: p.item})
	}
}

// breakCommand breaks a command before its flags where it is too wide.
func breakCommand(command string, width int, more string, ascii bool) []string {
	if widget.Width(command, ascii) <= width {
		return []string{command}
	}
	var rows []string
	current := ""
	room := width - widget.Width(more, ascii) - 1
	for n, part := range flags(command) {
		if n > 0 && widget.Width(current+" "+part, ascii) > room && current != "" {
			rows = append(rows, current+" "+more)
			current = part
			room = width - 2 - widget.Width(more, ascii) - 1
			continue
		}
		if current != "" {
			current += " "
		}
		current += part
	}
	return append(rows, current)
}

// flags splits a command before each word that starts a flag or a pipe, outside of
// quotes.
func flags(command string) []string {
	var parts []string
	start, quote := 0, byte(0)
	for i := range len(command) {
		switch b := command[i]; {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '\'' || b == '"':
			quote = b
		case b == ' ' && i+1 < len(command) && (command[i+1] == '-' || command[i+1] == '|'):
			parts = append(parts, command[start:i])
			start = i + 1
		}
	}
	return append(parts, command[start:])
}

// codeSpans makes code of what stands between backquotes.
func codeSpans(text string, style themes.Style) []span {
	var spans []span
	for n, part := range strings.Split(text, "`") {
		if part == "" {
			continue
		}
		if n%2 == 1 {
			spans = append(spans, span{part, themes.Link})
			continue
		}
		spans = append(spans, span{part, style})
	}
	return spans
}

// wrapSpans breaks spans into rows at blanks; a word wider than a row is broken.
func wrapSpans(spans []span, width int, ascii bool) [][]span {
	width = max(width, 8)
	var rows [][]span
	var row []span
	used := 0
	blank := false
	flush := func() {
		rows = append(rows, row)
		row, used, blank = nil, 0, false
	}
	put := func(text string, style themes.Style, cells int) {
		if n := len(row); n > 0 && row[n-1].style == style {
			row[n-1].text += text
		} else {
			row = append(row, span{text, style})
		}
		used += cells
	}
	for _, s := range spans {
		rest := s.text
		for rest != "" {
			if rest[0] == ' ' || rest[0] == '\n' || rest[0] == '\t' {
				blank = used > 0
				rest = rest[1:]
				continue
			}
			end := strings.IndexAny(rest, " \n\t")
			if end < 0 {
				end = len(rest)
			}
			word := rest[:end]
			rest = rest[end:]
			cells := widget.Width(word, ascii)
			space := 0
			if blank {
				space = 1
			}
			if used > 0 && used+space+cells > width {
				flush()
				space = 0
			}
			for cells > width {
				head, tail := cutText(word, width, ascii)
				put(head, s.style, widget.Width(head, ascii))
				flush()
				word, cells = tail, widget.Width(tail, ascii)
			}
			if space > 0 {
				put(" ", s.style, 1)
			}
			put(word, s.style, cells)
			blank = false
		}
	}
	if len(row) > 0 || len(rows) == 0 {
		rows = append(rows, row)
	}
	return rows
}

// cutText cuts text after so many cells, at a character.
func cutText(text string, cells int, ascii bool) (head, tail string) {
	at := 0
	for i := range text {
		if i > 0 && widget.Width(text[:i], ascii) > cells {
			break
		}
		at = i
	}
	if at == 0 {
		_, size := firstRune(text)
		at = size
	}
	// Paths, IDs and addresses are cut after one of their own separators.
	if soft := strings.LastIndexAny(text[:at], "./,?&"); soft > at/2 {
		at = soft + 1
	}
	return text[:at], text[at:]
}

// draw draws a line at row y of the area.
func (l *textLine) draw(c *widget.Canvas, area widget.Rect, y int) {
	pen := c.Line(area, y)
	pen.Skip(l.indent)
	if l.mark != widget.NoMark {
		pen.Mark(l.mark)
		pen.Skip(1)
	}
	for _, s := range l.spans {
		pen.Write(s.text, s.style)
	}
}

// hanging2 is hanging on two first words.
func (p *prose) hanging2(first, second span, text string, style themes.Style) {
	hang := p.indent + widget.Width(first.text, p.ascii) + widget.Width(second.text, p.ascii)
	p.wrapped([]span{first, second}, hang, text, style)
}
