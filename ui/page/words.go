package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// ago says how long before now something was.
func ago(now, then time.Time) string {
	if then.IsZero() {
		return notReadYet
	}
	d := now.Sub(then)
	switch {
	case d < 2*time.Second:
		return "just now"
	case d < 2*time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s ago"
	case d < 2*time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min ago"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " h ago"
	default:
		return "on " + then.Format("2006-01-02")
	}
}

// severityWord is the severity in a column of its own.
func severityWord(j model.Judged) string {
	switch j.Verdict {
	case model.Fail:
		if j.Waived {
			return "waived"
		}
		return j.Severity.String()
	case model.Pass:
		return "pass"
	case model.NotApplicable:
		return "not applicable"
	case model.CouldNotRead:
		return "could not read"
	default:
		return notReadYet
	}
}

// countCell writes a number of findings of one severity: a dot for none, a sign for
// not known.
func countCell(pen *widget.Pen, n int, known bool, severity model.Severity) {
	switch {
	case n > 0:
		pen.Int(n, SeverityMark(severity).Style())
	case known:
		pen.Write(pen.Glyphs().None, themes.Faint)
	default:
		pen.Write(pen.Glyphs().Ellipsis, themes.Unread)
	}
}

// severityColumns are a list's columns of numbers by severity, the marks as titles.
func severityColumns(glyphs *widget.Glyphs, severities []model.Severity) []widget.Column {
	columns := make([]widget.Column, 0, len(severities))
	for _, severity := range severities {
		mark := SeverityMark(severity)
		columns = append(columns, widget.Column{
			Title: strings.TrimSpace(glyphs.Marks[mark]), Name: severity.String(), Style: mark.Style(), Min: 4, Right: true,
		})
	}
	return columns
}

// shownSeverities have columns of their own in lists.
var shownSeverities = []model.Severity{model.Critical, model.High, model.Medium, model.Low}

// worstKey orders counts of findings: more critical ones first, then more high ones,
// and so on.
func worstKey(counts *model.Counts) uint64 {
	var key uint64
	for _, severity := range model.Severities {
		key = key<<12 | uint64(min(counts.Failed[severity], 1<<12-1))
	}
	return key
}

// plural says a number of things.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands writes a number with its thousands apart.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	if n < 10_000 {
		return digits
	}
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// uncovered says how many checks a count leaves out, or "".
func uncovered(counts *model.Counts) string {
	switch {
	case counts.Pending > 0 && counts.CouldNotRead > 0:
		return plural(counts.Pending, "check", "checks") + " not read yet, " + thousands(counts.CouldNotRead) + " could not be read"
	case counts.Pending > 0:
		return plural(counts.Pending, "check", "checks") + " not read yet"
	case counts.CouldNotRead > 0:
		return plural(counts.CouldNotRead, "check", "checks") + " could not be read"
	default:
		return ""
	}
}

// severityLine says findings by severity, as in "3 critical, 25 high".
func severityLine(counts *model.Counts) string {
	var parts []string
	for _, severity := range model.Severities {
		if n := counts.Failed[severity]; n > 0 {
			parts = append(parts, thousands(n)+" "+severity.String())
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "no findings")
	}
	if counts.Waived > 0 {
		parts = append(parts, thousands(counts.Waived)+" waived")
	}
	return strings.Join(parts, ", ")
}

// marks writes findings by severity with their marks.
func marks(pen *widget.Pen, counts *model.Counts) {
	none := true
	for _, severity := range model.Severities {
		n := counts.Failed[severity]
		if n == 0 {
			continue
		}
		none = false
		mark := SeverityMark(severity)
		pen.Mark(mark)
		pen.Skip(1)
		pen.Write(thousands(n), mark.Style())
		pen.Skip(2)
	}
	if none {
		pen.Write("no findings", themes.Muted)
		pen.Skip(2)
	}
	if counts.Waived > 0 {
		pen.Mark(widget.WaivedMark)
		pen.Skip(1)
		pen.Write(thousands(counts.Waived)+" waived", widget.WaivedMark.Style())
		pen.Skip(2)
	}
}

// marksWidth is how many cells marks takes.
func marksWidth(counts *model.Counts, glyphs *widget.Glyphs) int {
	width := 0
	for _, n := range counts.Failed {
		if n > 0 {
			width += glyphs.MarkWidth + 3 + len(thousands(n))
		}
	}
	if counts.Waived > 0 {
		width += glyphs.MarkWidth + 3 + len(thousands(counts.Waived)+" waived")
	}
	return width
}

// subscriptionName is the subscription's name, or its GUID.
func subscriptionName(s *store.Snapshot, id model.ID) string {
	if subscription := s.Subscription(id); subscription != nil && subscription.Name != "" {
		return subscription.Name
	}
	return id.Name()
}

// findingTitle names a finding in titles and messages.
func findingTitle(cluster, part string) string {
	if part == "" {
		return cluster
	}
	return fmt.Sprintf("%s / %s", cluster, part)
}

// noClusters says why there is no cluster: for another reason where the estate was
// narrowed to some.
func noClusters(in *inspect.Inspection, why string) string {
	if in != nil && in.Narrowed != "" {
		return "none of those chosen (" + in.Narrowed + ")"
	}
	return why
}

// cisNumber says a rule's place in the CIS benchmark, or "".
func cisNumber(rule *model.Rule) string {
	if number := rule.Maps["cis-aks-1.8"]; number != "" {
		return "CIS " + number
	}
	return ""
}

// sentence makes a sentence of a reason: rules write them without capital and stop.
// What begins with a command is left as it is, so that it can be typed.
func sentence(text string) string {
	switch command, _, _ := strings.Cut(text, " "); command {
	case "", "az", "kubectl", "aksight":
		return text
	}
	if first := text[0]; first >= 'a' && first <= 'z' {
		text = string(first-'a'+'A') + text[1:]
	}
	if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "!") && !strings.HasSuffix(text, "?") {
		text += "."
	}
	return text
}

// firstSentence is the first sentence of a text, in plain words: what is code in it is
// not set apart.
func firstSentence(text string) string {
	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "`", "")
	if at := strings.Index(text, ". "); at >= 0 {
		return text[:at+1]
	}
	return text
}
