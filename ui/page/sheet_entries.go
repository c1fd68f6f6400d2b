package page

import (
	"strconv"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// entries makes the sheet ready to be drawn.
func (s *sheet) entries() []widget.Entry {
	entries := make([]widget.Entry, 0, len(s.lines))
	for at := range s.lines {
		entries = append(entries, s.entry(at))
	}
	return entries
}

// entry draws one line up. Keys hold on to the cursor when the sheet is made anew.
func (s *sheet) entry(at int) widget.Entry {
	l := &s.lines[at]
	if l.heading != "" {
		return widget.Entry{Head: true, Label: l.heading, Key: "# " + l.heading}
	}
	entry := widget.Entry{Label: l.label, Value: l.value, Key: l.path + " " + l.label, Style: themes.Text}
	if l.faint {
		entry.Style = themes.Muted
	}
	if l.value == notReadYet || l.value == notReturned {
		entry.Style = themes.Unread
	}
	if l.finding < 0 {
		return entry
	}
	finding := &s.findings[l.finding]
	if l.label == "" {
		entry.Key = l.path + " " + finding.Rule.ID
	}
	mark := VerdictMark(finding.Judged())
	switch finding.Verdict {
	case model.Fail:
		if finding.Waived {
			entry.Mark, entry.Remark = mark, waivedWords(finding.Waiver)
			break
		}
		entry.Mark, entry.Remark = mark, finding.Says
		entry.Style = mark.Style() &^ themes.Bold
		if finding.Says == "" {
			entry.Remark = finding.Rule.Title
		}
	case model.CouldNotRead:
		entry.Mark, entry.Remark = mark, "could not read"
	default:
		entry.RemarkMark = mark
	}
	return entry
}

// firstWrong is the key of the first line with a failure.
func (s *sheet) firstWrong() string {
	for at := range s.lines {
		if f := s.lines[at].finding; f >= 0 && s.judged(f).Failing() {
			return s.entry(at).Key
		}
	}
	return ""
}

// worst is the key of the line with the worst failure.
func (s *sheet) worst() string {
	key, most := "", 0
	for at := range s.lines {
		if f := s.lines[at].finding; f >= 0 && weight(s.judged(f)) > most {
			key, most = s.entry(at).Key, weight(s.judged(f))
		}
	}
	return key
}

// wrongEntries are the lines that need a reader's eye, under their headings.
func (s *sheet) wrongEntries() []widget.Entry {
	var entries []widget.Entry
	label := ""
	heading := -1
	for at := range s.lines {
		l := &s.lines[at]
		if l.heading != "" {
			heading = at
			continue
		}
		if l.label != "" {
			label = l.label
		}
		if l.finding < 0 || !wrong(s.judged(l.finding)) {
			continue
		}
		if heading >= 0 {
			entries = append(entries, s.entry(heading))
			heading = -1
		}
		entry := s.entry(at)
		if entry.Label == "" && (len(entries) == 0 || entries[len(entries)-1].Label != label) {
			entry.Label = label
		}
		entries = append(entries, entry)
	}
	return entries
}

func (s *sheet) judged(finding int) model.Judged {
	f := &s.findings[finding]
	return f.Judged()
}

// strip says what was found on the selected line: the title, the rule and its CIS
// number, and the reason.
func (s *sheet) strip(canvas *widget.Canvas, area widget.Rect, selected int) {
	canvas.Rule(area, 0, themes.Border)
	if selected < 0 || selected >= len(s.lines) || s.lines[selected].finding < 0 {
		s.about(canvas, area, selected)
		return
	}
	l := &s.lines[selected]
	finding := &s.findings[l.finding]
	judged := s.judged(l.finding)
	source := finding.Rule.ID
	if cis := cisNumber(finding.Rule); cis != "" {
		source += " " + canvas.Glyphs.Dot + " " + cis
	}
	if l.more > 0 {
		source += " +" + strconv.Itoa(l.more)
	}
	line, _ := area.Inset(2, 1).Top(1)
	room := widget.Width(source, canvas.Glyphs.ASCII)
	pen := canvas.Line(line, 0)
	pen.Mark(VerdictMark(judged))
	pen.Skip(1)
	title := pen.Cut(max(0, pen.Left()-room-2))
	title.Write(severityWord(judged), VerdictMark(judged).Style())
	title.Write("  "+finding.Rule.Title, themes.Strong)
	pen.Right(source, themes.Muted)
	text := newProse(area.W-2*(3+canvas.Glyphs.MarkWidth), canvas.Glyphs)
	if finding.Waived {
		text.paragraph(sentence(finding.Waiver.Owner+" waived it until "+finding.Waiver.UntilText()+": "+finding.Waiver.Reason), themes.Text)
	} else {
		text.paragraph(reasonOf(finding), themes.Text)
	}
	_, body := area.Inset(3+canvas.Glyphs.MarkWidth, 0).Top(2)
	for y := 0; y < body.H && y < len(text.lines); y++ {
		text.lines[y].draw(canvas, body, y)
	}
}

// about says what a setting is that no rule judges by itself.
func (s *sheet) about(canvas *widget.Canvas, area widget.Rect, selected int) {
	_, area = area.Inset(2, 0).Top(1)
	text := newProse(area.W, canvas.Glyphs)
	if selected >= 0 && selected < len(s.lines) && s.lines[selected].about != nil {
		text.paragraph(s.lines[selected].about.Says, themes.Muted)
	} else {
		text.paragraph(unjudged, themes.Faint)
	}
	if len(text.lines) > area.H {
		last := &text.lines[area.H-1]
		last.spans = append(last.spans, span{" " + canvas.Glyphs.Ellipsis, themes.Faint})
	}
	for y := 0; y < area.H && y < len(text.lines); y++ {
		text.lines[y].draw(canvas, area, y)
	}
}

// unjudged is what is said of a line that has neither finding nor explanation.
const unjudged = "no rule judges this setting by itself"

// reasonOf says why a verdict is what it is; a failure without a reason of its own
// says why it matters.
func reasonOf(finding *model.Finding) string {
	switch {
	case finding.Reason != "":
		return sentence(finding.Reason)
	case finding.Verdict == model.Fail:
		return firstSentence(finding.Rule.Why)
	case finding.Verdict == model.Pass:
		return "Read and found as it should be."
	case finding.Verdict == model.Pending:
		return "What this check needs is not read yet."
	default:
		return ""
	}
}
