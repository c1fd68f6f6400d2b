package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/model"
)

// RulePageURL is where the page of a rule of the catalogue is published.
func RulePageURL(rule *model.Rule) string {
	return homepage + "/blob/main/docs/rules/" + rule.ID + ".md"
}

// ruleLink names a rule, and links its page where it has one.
func ruleLink(rule *model.Rule) string {
	if rule.Own {
		return escape(rule.ID)
	}
	return "[" + escape(rule.ID) + "](" + RulePageURL(rule) + ")"
}

// RulePage explains one rule as a page of its own: all that its file tells a reader.
func RulePage(w io.Writer, rule *model.Rule) error {
	m := &markdown{out: bufio.NewWriter(w)}
	m.printf("# %s: %s\n\n", rule.ID, escape(rule.Title))
	m.printf("**%s** · %s · judges each %s\n", capital(rule.Severity.String()), rule.Topic, rule.Judges())
	var worse []string
	for _, w := range rule.Worse {
		worse = append(worse, w.Severity.String()+" where "+w.Because)
	}
	m.list("", worse...)
	for _, part := range []struct{ title, body string }{
		{"Why it matters", rule.Why}, {"What an attacker does", rule.Attack}, {"What the fix changes", rule.Change},
	} {
		m.part(part.title, part.body)
	}
	m.judging(rule)
	if err := m.mending(rule); err != nil {
		return err
	}
	m.heading("Maps to", mapsOf(rule)...)
	var links []string
	for _, link := range learnLinks(rule) {
		links = append(links, "<"+link+">")
	}
	if len(links) > 0 {
		m.printf("\n## Learn more\n\n- %s\n", strings.Join(links, "\n- "))
	}
	return m.out.Flush()
}

// part writes a heading and the paragraphs under it, as the rule's file has them.
func (m *markdown) part(heading, body string) {
	if body = strings.TrimSpace(body); body != "" {
		m.printf("\n## %s\n\n%s\n", heading, body)
	}
}

// heading writes a heading and a list under it; nothing where the list is empty.
func (m *markdown) heading(heading string, entries ...string) {
	if len(entries) > 0 {
		m.printf("\n## %s\n", heading)
		m.list("", entries...)
	}
}

// list writes a list under an opening line, which may be empty.
func (m *markdown) list(opening string, entries ...string) {
	if len(entries) == 0 {
		return
	}
	if opening != "" {
		m.printf("\n%s\n", opening)
	}
	m.printf("\n")
	for _, entry := range entries {
		m.printf("- %s\n", escape(entry))
	}
}

// judging tells when the rule fails, and when it has nothing to say or cannot tell.
func (m *markdown) judging(rule *model.Rule) {
	m.printf("\n## When it fails\n\nThe condition, in CEL over the document that Azure returns:\n")
	m.fenced("cel", strings.Split(strings.TrimSpace(rule.Condition()), "\n"), "")
	if len(rule.Evidence) > 0 {
		var paths []string
		for _, path := range rule.Evidence {
			paths = append(paths, codeSpan(path))
		}
		m.printf("\nThe evidence is %s.\n", strings.Join(paths, ", "))
	}
	var unless, unknown []string
	for _, applies := range rule.Applies {
		unless = append(unless, applies.Unless)
	}
	for _, cannot := range rule.Unknown {
		unknown = append(unknown, cannot.Why)
	}
	if rule.Since != "" {
		unknown = append(unknown, "the document was read with an api-version before "+rule.Since)
	}
	m.list("It does not apply where:", unless...)
	m.list("It cannot tell where:", unknown...)
}

// mending gives each way to mend it, with a placeholder for each value.
func (m *markdown) mending(rule *model.Rule) error {
	if len(rule.Fix) == 0 {
		m.part("Why no command mends it", capital(escape(rule.NoFix)))
		return nil
	}
	m.printf("\n## How to mend it\n\nThe explorer fills the values in, and shows only the steps that the resource needs.\n")
	for i := range rule.Fix {
		option := &rule.Fix[i]
		steps, err := fix.Template(rule, option)
		if err != nil {
			return fmt.Errorf("writing %s: %w", rule.ID, err)
		}
		if option.Title != "" {
			m.printf("\n### %s\n", escape(option.Title))
		}
		m.list("", aboutFix(option)...)
		var commands []Step
		for _, step := range steps {
			commands = append(commands, Step{
				Command: step.Command, Extension: step.Extension, Nature: step.Nature, Undo: step.Undo,
				UndoSays: step.UndoSays, OneWay: step.OneWay, Says: step.Says, Wait: step.Wait,
			})
		}
		m.fenced("sh", annotated(commands), "")
		if option.Verify != "" {
			m.printf("\nThen: %s.\n", escape(strings.TrimSuffix(option.Verify, ".")))
		}
	}
	return nil
}

// aboutFix says what has to hold before, what it does, and what the reader fills in.
func aboutFix(option *model.FixOption) []string {
	var lines []string
	for _, need := range option.Needs {
		line := "needs: " + need.Says
		if need.Rule != "" {
			line += " (else mend " + need.Rule + " first)"
		}
		lines = append(lines, line)
	}
	for _, confirm := range option.Confirm {
		lines = append(lines, "make sure: "+confirm)
	}
	for _, part := range []struct{ name, text string }{
		{"impact", option.Impact}, {"lock-out risk", option.Lockout}, {"cost", option.Cost},
	} {
		if part.text != "" {
			lines = append(lines, part.name+": "+part.text)
		}
	}
	for _, ask := range option.Ask {
		lines = append(lines, "fill in <"+ask.Name+">: "+ask.Says)
	}
	return lines
}
