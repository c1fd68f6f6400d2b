package plain

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// writer writes lines; after the first error it writes nothing more.
type writer struct {
	to    *bufio.Writer
	width int
	ascii bool
	err   error
}

func newWriter(to io.Writer, width int, ascii bool) *writer {
	return &writer{to: bufio.NewWriter(to), width: width, ascii: ascii}
}

func (w *writer) word(text string) {
	if w.err == nil {
		_, w.err = w.to.WriteString(text)
	}
}

// line writes text that may be wrapped, without anything that a terminal would act on.
func (w *writer) line(text string) {
	text = widget.Spelled(text, w.ascii)
	if w.width == 0 || widget.Width(text, w.ascii) <= w.width {
		w.word(text + "\n")
		return
	}
	indent := len(text) - len(strings.TrimLeft(text, " "))
	for _, part := range widget.Wrap(text[indent:], max(20, w.width-indent), w.ascii) {
		w.word(strings.Repeat(" ", indent) + part + "\n")
	}
}

// code writes text that stays on its line.
func (w *writer) code(text string) { w.word(widget.Spelled(text, w.ascii) + "\n") }

func (w *writer) flush() {
	if w.err == nil {
		w.err = w.to.Flush()
	}
}

// show says the page from its beginning.
func (s *session) show(context.Context) {
	s.out.line("")
	s.out.line(s.trail())
	s.shown, s.next = s.linear(), 0
	for _, text := range s.shown.Intro {
		s.out.line(text)
	}
	s.views()
	s.more()
	s.state()
}

// trail names the pages from the first one to the current one.
func (s *session) trail() string {
	names := make([]string, len(s.visits))
	for i, v := range s.visits {
		names[i] = v.page.Title(s.with())
	}
	return strings.Join(names, " > ")
}

// views says which views the page has.
func (s *session) views() {
	if len(s.shown.Views) < 2 {
		return
	}
	var others []string
	now := ""
	for _, view := range s.shown.Views {
		if view.Active {
			now = view.Name
		} else {
			others = append(others, view.Name)
		}
	}
	s.out.line("view: " + now + "; others: " + strings.Join(others, ", "))
}

// more says the next rows, and after the last one what comes after them.
func (s *session) more() {
	part := wholeList
	if s.opts.Interactive {
		part = partOfList
	}
	end := min(len(s.shown.Rows), s.next+part)
	under := ""
	if s.next > 0 {
		under = s.shown.Rows[s.next-1].Under
	}
	for n := s.next; n < end; n++ {
		if row := &s.shown.Rows[n]; row.Under != under {
			under = row.Under
			s.out.line(under)
		}
		s.row(n)
	}
	s.next = end
	if end < len(s.shown.Rows) {
		s.out.line(fmt.Sprintf("%d of %d lines; more shows the next ones", end, len(s.shown.Rows)))
		return
	}
	for _, text := range s.shown.Outro {
		s.out.line(text)
	}
}

func (s *session) row(n int) {
	row := &s.shown.Rows[n]
	s.out.line(fmt.Sprintf("%d. %s", n+1, row.Text))
	if row.Code != "" {
		s.out.code(row.Code)
	}
}

// showChange says what is different on the page now.
func (s *session) showChange(ctx context.Context) {
	before, after := s.shown, s.linear()
	if len(before.Rows) != len(after.Rows) || active(before) != active(after) {
		s.show(ctx)
		return
	}
	s.shown = after
	known := map[string]bool{}
	for _, text := range append(append([]string{}, before.Intro...), before.Outro...) {
		known[text] = true
	}
	for _, text := range after.Intro {
		if !known[text] {
			s.out.line(text)
		}
	}
	for n := range after.Rows {
		if after.Rows[n].Text != before.Rows[n].Text || after.Rows[n].Code != before.Rows[n].Code {
			s.row(n)
		}
	}
	for _, text := range after.Outro {
		if !known[text] {
			s.out.line(text)
		}
	}
}

func active(l page.Linear) string {
	for _, view := range l.Views {
		if view.Active {
			return view.Name
		}
	}
	return ""
}
