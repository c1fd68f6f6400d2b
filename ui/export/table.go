package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/aksight/aksight/model"
)

// TableOptions say how a table is drawn.
type TableOptions struct {
	// Width is the terminal's; lines are not cut where it is 0.
	Width int
	Color bool
	ASCII bool
}

// Table writes the findings for people: worst first, those of a rule together, and
// at the end what the report covers and what it does not.
func Table(w io.Writer, report *Report, opts TableOptions) error {
	t := newTable(bufio.NewWriterSize(w, 64<<10), opts)
	t.head(report)
	var rule string
	var severity model.Severity
	waived := false
	for finding := range report.Findings {
		if finding.Rule != rule || finding.Severity != severity || (finding.Waived != nil) != waived {
			rule, severity, waived = finding.Rule, finding.Severity, finding.Waived != nil
			t.group(&finding)
		}
		t.row(&finding)
	}
	t.foot(report)
	return t.out.Flush()
}

// table draws; bufio keeps the first error until Flush.
type table struct {
	out   *bufio.Writer
	opts  TableOptions
	marks marks
	// name and where are the widths of the first two columns.
	name, where int
}

// marks are the glyphs, indexed by severity, and their companions.
type marks struct {
	severity                [len(model.Severities)]string
	unknown, waived         string
	ellipsis, dot, division string
}

var (
	unicodeMarks = marks{
		severity: [...]string{"·", "○", "●", "▲", "◆"},
		unknown:  "?", waived: "◇", ellipsis: "…", dot: " · ", division: " / ",
	}
	asciiMarks = marks{
		severity: [...]string{"[i ]", "[. ]", "[* ]", "[! ]", "[!!]"},
		unknown:  "[??]", waived: "[w ]", ellipsis: "...", dot: " | ", division: " / ",
	}
)

// Widths of the columns where nothing limits them, and the indent of rows.
const (
	freeName  = 36
	freeWhere = 24
	indent    = 4
	gap       = 2
)

func newTable(out *bufio.Writer, opts TableOptions) *table {
	t := &table{out: out, opts: opts, marks: unicodeMarks, name: freeName, where: freeWhere}
	if opts.ASCII {
		t.marks = asciiMarks
	}
	if opts.Width > 0 {
		room := max(opts.Width-indent-2*gap, 3)
		t.name = min(freeName, room*3/10)
		t.where = min(freeWhere, room/5)
	}
	return t
}

func (t *table) head(report *Report) {
	var parts []string
	for _, part := range headline(report) {
		parts = append(parts, t.text(part))
	}
	t.wrapped("", strings.Join(parts, t.marks.dot))
	t.wrapped("", extent(report))
	if to := narrowed(report); to != "" {
		t.wrapped("", t.text(to))
	}
}

// group writes the line that a rule's findings stand under.
func (t *table) group(finding *Result) {
	t.line("")
	mark := t.marks.severity[finding.Severity] + " " + fit(finding.Severity.String(), len("critical"))
	if finding.Waived != nil {
		mark = t.marks.waived + " " + fit("waived", len("critical"))
	}
	title := t.text(finding.Title)
	if t.opts.Width > 0 {
		title = cut(title, t.opts.Width-ansi.StringWidth(mark)-2*gap-len(finding.Rule), t.marks.ellipsis)
	}
	painted := t.paint(finding.Severity, mark)
	if finding.Waived != nil {
		painted = t.style("2", mark)
	}
	t.line(painted + "  " + t.style("1", title) + "  " + t.style("2", finding.Rule))
}

func (t *table) row(finding *Result) {
	name := t.text(finding.Resource.Name())
	if finding.Part != "" {
		name += t.marks.division + t.text(finding.Part)
	}
	says := finding.Says
	if says == "" {
		says = finding.Reason
	}
	switch {
	case finding.Waived != nil:
		says = fmt.Sprintf("until %s, %s: %s", finding.Waived.Until, finding.Waived.Owner, finding.Waived.Reason)
	case finding.Expired != nil:
		says += fmt.Sprintf(" (the waiver of %s expired on %s)", finding.Expired.Owner, finding.Expired.Until)
	}
	line := strings.Repeat(" ", indent) + t.column(name, t.name) + t.column(t.text(finding.Where), t.where) + t.text(says)
	t.line(strings.TrimRight(cut(line, t.opts.Width, t.marks.ellipsis), " "))
}

// column pads a cell; it cuts only where the width is limited.
func (t *table) column(text string, width int) string {
	if t.opts.Width > 0 {
		text = cut(text, width, t.marks.ellipsis)
	}
	return fit(text, max(width, ansi.StringWidth(text))) + strings.Repeat(" ", gap)
}

func (t *table) foot(report *Report) {
	t.line("")
	t.wrapped("", outcome(report))
	for _, unread := range report.Coverage.CouldNotRead {
		t.wrapped(t.marks.unknown+" ", "could not read "+t.text(unread.What)+": "+t.text(unread.Why))
	}
	if report.Summary.Verdicts.Fail > 0 {
		t.wrapped("", "aksight rules show ID explains a rule; aksight report --output md prints the commands that mend it.")
	}
}

// wrapped writes text over as many lines as it needs, the later ones under the first.
func (t *table) wrapped(lead, text string) {
	hang := ansi.StringWidth(lead)
	for i, line := range wrap(text, t.opts.Width-hang) {
		if i > 0 {
			lead = strings.Repeat(" ", hang)
		}
		t.line(lead + line)
	}
}

// line writes one line, cut to the width.
func (t *table) line(text string) {
	_, _ = t.out.WriteString(cut(text, t.opts.Width, t.marks.ellipsis) + "\n")
}

// whole writes one line uncut: it holds what is there to be copied, such as a
// command or an address.
func (t *table) whole(text string) { _, _ = t.out.WriteString(text + "\n") }

// text makes a text from the estate or a rule fit for this table.
func (t *table) text(text string) string {
	text = clean(text)
	if t.opts.ASCII {
		text = toASCII(text)
	}
	return text
}

// severityColors are the SGR codes of the sixteen colours every terminal has.
var severityColors = [...]string{"36", "34", "33", "31", "1;31"}

func (t *table) paint(severity model.Severity, text string) string {
	return t.style(severityColors[severity], text)
}

func (t *table) style(code, text string) string {
	if !t.opts.Color {
		return text
	}
	return fmt.Sprintf("\x1b[%sm%s\x1b[0m", code, text)
}
