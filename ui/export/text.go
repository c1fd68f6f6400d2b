package export

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/aksight/aksight/model"
)

// clean makes text from the estate safe on a terminal: names may hold anything,
// escape sequences too.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case unicode.IsControl(r) || isDirectionControl(r):
			return '\uFFFD'
		default:
			return r
		}
	}, text)
}

// isDirectionControl reports characters that change the order in which others are
// shown, so that a name could pose as another.
func isDirectionControl(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// fit pads text to the width, or cuts it with an ellipsis.
func fit(text string, width int, ellipsis string) string {
	text = cut(text, width, ellipsis)
	if missing := width - ansi.StringWidth(text); missing > 0 {
		text += strings.Repeat(" ", missing)
	}
	return text
}

// cut shortens text to the width; a width of 0 or less leaves it whole.
func cut(text string, width int, ellipsis string) string {
	if width <= 0 {
		return text
	}
	return ansi.Truncate(text, width, ellipsis)
}

// plural counts things: "1 cluster", "4 clusters".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// bySeverity says the numbers of findings, worst first: "3 critical, 25 high".
func bySeverity(findings Findings) string {
	var parts []string
	for _, severity := range model.Severities {
		if n := findings.Of(severity); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	return strings.Join(parts, ", ")
}

// extent says what the report covers: "14 clusters, 61 pools in 4 subscriptions".
func extent(report *Report) string {
	text := fmt.Sprintf("%s and %s in %s", plural(report.Coverage.Clusters, "cluster"),
		plural(report.Coverage.Pools, "node pool"), plural(report.Coverage.Subscriptions, "subscription"))
	if len(report.Coverage.CouldNotRead) > 0 {
		return "at least " + text
	}
	return text
}

// outcome says what came of it: "3 critical, 25 high; 801 checks passed, ...".
func outcome(report *Report) string {
	findings := bySeverity(report.Summary.Findings)
	switch {
	case findings == "" && report.Exact():
		findings = "no findings"
	case findings == "":
		findings = "no findings in what could be read"
	case !report.Exact():
		findings = "at least " + findings
	}
	if n := report.Summary.Waived; n > 0 {
		findings += fmt.Sprintf(", %d waived", n)
	}
	verdicts := report.Summary.Verdicts
	return fmt.Sprintf("%s; %s passed, %d not applicable, %d could not read",
		findings, plural(verdicts.Pass, "check"), verdicts.NotApplicable, verdicts.CouldNotRead)
}

// minute writes a time for people.
func minute(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 MST") }

// toASCII replaces what is not ASCII, for terminals that cannot show it.
func toASCII(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < unicode.MaxASCII:
			return r
		case r == '\u2018' || r == '\u2019':
			return '\''
		case r == '\u201C' || r == '\u201D':
			return '"'
		case r == '\u2013' || r == '\u2014':
			return '-'
		default:
			return '?'
		}
	}, text)
}

// wrap breaks text between words; a width of 0 or less leaves it on one line.
func wrap(text string, width int) []string {
	if width <= 0 {
		return []string{text}
	}
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		size := ansi.StringWidth(word)
		switch {
		case used == 0:
			line, used = word, size
		case used+1+size <= width:
			line, used = line+" "+word, used+1+size
		default:
			lines = append(lines, line)
			line, used = word, size
		}
	}
	return append(lines, line)
}
