package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Markdown writes the findings for a ticket: worst first, each with its evidence and
// the commands that mend it.
func Markdown(w io.Writer, report *Report) error {
	m := &markdown{out: bufio.NewWriterSize(w, 64<<10)}
	m.head(report)
	var rule string
	section := ""
	for finding := range report.Findings {
		if part := sectionOf(&finding); part != section {
			section, rule = part, ""
			m.printf("\n## %s\n", capital(section))
		}
		if finding.Rule != rule {
			rule = finding.Rule
			m.printf("\n### %s · %s\n", finding.Rule, escape(finding.Title))
		}
		m.finding(&finding)
	}
	m.unread(report)
	return m.out.Flush()
}

// markdown writes; bufio keeps the first error until Flush.
type markdown struct{ out *bufio.Writer }

func (m *markdown) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(m.out, format, args...)
}

func (m *markdown) head(report *Report) {
	m.printf("# AKS security report\n\n")
	m.printf("%s\n\n%s: %s.\n", escape(strings.Join(headline(report), " · ")), capital(extent(report)), outcome(report))
	if to := narrowed(report); to != "" {
		m.printf("\n%s.\n", escape(capital(to)))
	}
}

func (m *markdown) finding(finding *Result) {
	m.printf("\n- **%s**", codeSpan(finding.Resource.Name()))
	if finding.Part != "" {
		m.printf(" / %s", codeSpan(finding.Part))
	}
	if finding.Where != "" {
		m.printf(" in %s", escape(finding.Where))
	}
	if finding.Reason != "" {
		m.printf(": %s", escape(finding.Reason))
	}
	m.printf("\n")
	m.waiver(finding)
	for _, evidence := range finding.Evidence {
		m.printf("  - %s: %s\n", codeSpan(evidence.Path), valueText(evidence))
	}
	m.fix(finding)
}

// sectionOf is the part of the page that a finding stands in.
func sectionOf(finding *Result) string {
	if finding.Waived != nil {
		return "waived"
	}
	return finding.Severity.String()
}

func (m *markdown) waiver(finding *Result) {
	switch {
	case finding.Waived != nil:
		m.printf("  - %s, waived until %s by %s: %s\n", finding.Severity, finding.Waived.Until,
			escape(finding.Waived.Owner), escape(finding.Waived.Reason))
	case finding.Expired != nil:
		m.printf("  - the waiver of %s expired on %s\n", escape(finding.Expired.Owner), finding.Expired.Until)
	}
}

func (m *markdown) fix(finding *Result) {
	switch {
	case len(finding.Fix) > 0:
		m.plan(finding.Plan)
		for _, ask := range finding.Asks {
			m.printf("  - fill in %s: %s\n", codeSpan("<"+ask.Name+">"), escape(ask.Says))
		}
		if finding.Plan != nil && finding.Plan.Verify != "" {
			m.printf("  - verify: %s\n", escape(finding.Plan.Verify))
		}
		if finding.Plan != nil && len(finding.Plan.Reveals) > 0 {
			m.printf("  - then look at: %s\n", escape(strings.Join(finding.Plan.Reveals, ", ")))
		}
		m.commands(finding.Fix)
	case len(finding.Blocked) > 0:
		for _, blocked := range finding.Blocked {
			m.printf("  - first: %s\n", escape(blockedWords(&blocked)))
		}
	case finding.NoFix != "":
		m.printf("  - no command mends it: %s\n", escape(finding.NoFix))
	}
}

func (m *markdown) plan(plan *Plan) {
	if plan == nil {
		return
	}
	for _, part := range []struct{ name, text string }{
		{"fix", plan.Title}, {"impact", plan.Impact}, {"lock-out risk", plan.Lockout}, {"cost", plan.Cost},
	} {
		if part.text != "" {
			m.printf("  - %s: %s\n", part.name, escape(part.text))
		}
	}
	for _, confirm := range plan.Confirm {
		m.printf("  - make sure: %s\n", escape(confirm))
	}
}

func (m *markdown) commands(steps []Step) {
	m.fenced("sh", annotated(steps), "  ")
}

// fenced writes lines as a block of code.
func (m *markdown) fenced(language string, lines []string, indent string) {
	// The fence must be longer than any run of backticks inside.
	text := strings.Join(lines, "\n"+indent)
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	m.printf("\n%[1]s%[2]s%[3]s\n%[1]s%[4]s\n%[1]s%[2]s\n", indent, fence, language, text)
}

// annotated writes commands with what there is to know about each as comments.
func annotated(steps []Step) []string {
	var lines []string
	for _, step := range steps {
		lines = append(lines, "# "+stepWords(&step))
		if step.Extension != "" {
			lines = append(lines, "# needs the extension: az extension add --upgrade --name "+clean(step.Extension))
		}
		lines = append(lines, clean(step.Command))
		switch {
		case step.OneWay:
			lines = append(lines, "# there is no way back")
		case step.Undo != "":
			undo := "# undo: " + clean(step.Undo)
			if step.UndoSays != "" {
				undo += "  (" + clean(step.UndoSays) + ")"
			}
			lines = append(lines, undo)
		}
		if step.Wait != "" {
			lines = append(lines, "# wait: "+clean(step.Wait))
		}
	}
	return lines
}

// stepWords says what a step does, and to what.
func stepWords(step *Step) string {
	if step.Says == "" {
		return step.Nature.Words()
	}
	return clean(step.Says) + " (" + step.Nature.Words() + ")"
}

func (m *markdown) unread(report *Report) {
	if report.Exact() {
		return
	}
	m.printf("\n## Could not read\n\n")
	for _, unread := range report.Coverage.CouldNotRead {
		m.printf("- %s: %s\n", codeSpan(unread.What), escape(unread.Why))
	}
	for _, check := range unreadChecks(report) {
		m.printf("- %s on %s: %s\n", check.Rule, escape(check.on()), escape(check.Why))
	}
}

// valueText writes a value of a document in one line.
func valueText(evidence Evidence) string {
	if evidence.Absent {
		return notSet
	}
	return codeSpan(evidence.short())
}

// escaper keeps text from being read as markup.
var escaper = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "<", "&lt;", ">", "&gt;", "|", `\|`, "[", `\[`, "]", `\]`, "#", `\#`,
)

func escape(text string) string { return escaper.Replace(clean(text)) }

// codeSpan shows text as code whatever it holds.
func codeSpan(text string) string {
	text = clean(text)
	if !strings.Contains(text, "`") {
		return "`" + text + "`"
	}
	fence := "``"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + " " + text + " " + fence
}

// capital begins a sentence.
func capital(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
