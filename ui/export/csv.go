package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/aksight/aksight/model"
)

// csvColumns are the columns of a report, which docs/report.md describes. More may
// be added at the end.
var csvColumns = []string{
	"severity", "verdict", "rule", "title", "topic", "subscription", "subscriptionId", "resourceGroup", "cluster",
	"nodePool", "reason", "evidence", "fix", "nature", "commands", "resource",
	"waivedUntil", "waivedBy", "waivedReason",
}

// CSV writes every result as a row, as RFC 4180 has it, after a row of titles.
func CSV(w io.Writer, report *Report) error {
	out := newCSV(w)
	out.row(csvColumns...)
	for result := range report.Results {
		topic := ""
		if result.About != nil {
			topic = string(result.About.Topic)
		}
		var waived Waived
		if result.Waived != nil {
			waived = *result.Waived
		}
		out.row(
			result.Severity.String(), result.Verdict.String(), result.Rule, result.Title, topic, result.Where,
			result.Resource.Subscription(), result.Resource.ResourceGroup(), result.Resource.Name(), result.Part,
			result.Reason, evidenceLines(&result), fixWords(&result), natures(&result), commandLines(&result),
			string(result.Resource), waived.Until, waived.Owner, waived.Reason,
		)
		if out.err != nil {
			return out.err
		}
	}
	return out.end()
}

// csvWriter writes rows that no spreadsheet takes for formulas.
type csvWriter struct {
	out *csv.Writer
	err error
}

func newCSV(w io.Writer) *csvWriter {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return &csvWriter{out: out}
}

func (w *csvWriter) row(cells ...string) {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = csvCell(cell)
	}
	if w.err == nil {
		w.err = w.out.Write(safe)
	}
}

func (w *csvWriter) end() error {
	w.out.Flush()
	if w.err != nil {
		return w.err
	}
	return w.out.Error()
}

// csvCell makes text fit for a cell. Spreadsheets run what begins like a formula,
// even after blanks, so that a quote is put before it: they then show it as text.
func csvCell(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = clean(line)
	}
	text = strings.Join(lines, "\n")
	begin := strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\uFFFD' || r == '"' })
	if begin != "" && strings.ContainsAny(begin[:1], "=+-@") || hasWideOperator(begin) || startsBlank(text) {
		return "'" + text
	}
	return text
}

// hasWideOperator reports the full-width signs that spreadsheets in some languages
// take for the plain ones.
func hasWideOperator(text string) bool {
	for _, sign := range []string{"＝", "＋", "－", "＠"} {
		if strings.HasPrefix(text, sign) {
			return true
		}
	}
	return false
}

// startsBlank reports text that a tab, a return or the like began.
func startsBlank(text string) bool {
	return text != "" && strings.ContainsAny(text[:1], " \n")
}

func evidenceLines(result *Result) string {
	var lines []string
	for i := range result.Evidence {
		lines = append(lines, result.Evidence[i].Path+": "+result.Evidence[i].short())
	}
	return strings.Join(lines, "\n")
}

// fixWords says in a few words what mends a failure, or why nothing does.
func fixWords(result *Result) string {
	switch {
	case result.Verdict != model.Fail:
		return ""
	case len(result.Fix) > 0 && result.Plan != nil:
		return result.Plan.Title
	case len(result.Blocked) > 0:
		var first []string
		for _, blocked := range result.Blocked {
			first = append(first, blockedWords(&blocked))
		}
		return "first: " + strings.Join(first, "; ")
	case result.NoFix != "":
		return "no command mends it: " + result.NoFix
	default:
		return ""
	}
}

// blockedWords says what is to be done before the fix.
func blockedWords(blocked *Blocked) string {
	words := blocked.Do
	if words == "" {
		words = blocked.Needs
	}
	if blocked.First != "" {
		words += fmt.Sprintf(" (%s)", blocked.First)
	}
	return words
}

// natures lists what the steps do to what runs, each once.
func natures(result *Result) string {
	var names []string
	seen := map[model.Nature]bool{}
	for _, step := range result.Fix {
		if !seen[step.Nature] {
			seen[step.Nature] = true
			names = append(names, string(step.Nature))
		}
	}
	return strings.Join(names, " ")
}

func commandLines(result *Result) string {
	var lines []string
	for _, step := range result.Fix {
		lines = append(lines, clean(step.Command))
	}
	return strings.Join(lines, "\n")
}
