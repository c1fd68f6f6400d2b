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
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || steers(r):
			return '\uFFFD'
		default:
			return r
		}
	}, text)
}

// steers reports characters that are not seen but change how others are shown, so
// that a name could pose as another.
func steers(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x061C, r == 0x180E, r == 0xFEFF:
		return true
	case r >= 0x200B && r <= 0x200F && r != 0x200D: // a joiner within an emoji is harmless
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F:
		return true
	default:
		return r >= 0xE0000 && r <= 0xE007F
	}
}

// fit pads text to the width, or cuts it.
func fit(text string, width int) string {
	text = cut(text, width, "")
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

// headline says with what, from what, as whom and when the report was made, a part
// each.
func headline(report *Report) []string {
	var parts []string
	for _, part := range []string{report.Source.Tool, report.Source.Mode, report.Source.User, report.Source.Tenant} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if at := report.Source.CapturedAt; at != nil {
		return append(parts, "captured "+minute(*at), "judged as of "+minute(report.Generated))
	}
	return append(parts, minute(report.Generated))
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
