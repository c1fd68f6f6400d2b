package export

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// RuleTable lists rules for people, one a line, by ID; then the checks that are to
// come, if there are any.
func RuleTable(w io.Writer, list []*model.Rule, later []rules.Coming, opts TableOptions) error {
	t := newTable(bufio.NewWriter(w), opts)
	for _, rule := range list {
		mark := t.paint(rule.Severity, t.marks.severity[rule.Severity]+" "+fit(rule.Severity.String(), len("critical")))
		t.line(fmt.Sprintf("%-13s %s  %-11s %-7s  %s", rule.ID, mark, rule.Topic, rule.Subject, t.text(rule.Title)))
	}
	t.line("")
	t.wrapped("", plural(len(list), "rule")+"; aksight rules show ID explains one.")
	if len(later) > 0 {
		t.line("")
		t.line(t.style("1", "Coming later"))
		for _, coming := range later {
			mark := t.paint(coming.Severity, t.marks.severity[coming.Severity]+" "+fit(coming.Severity.String(), len("critical")))
			t.line(fmt.Sprintf("%-13s %s  %-11s %s", coming.ID, mark, coming.Topic, t.text(coming.Title+"; needs "+coming.Needs)))
		}
	}
	return t.out.Flush()
}

// RuleJSON lists rules as a JSON array, one a line; then the checks that are to come,
// which have needs in the place of texts.
func RuleJSON(w io.Writer, list []*model.Rule, later []rules.Coming) error {
	out := bufio.NewWriter(w)
	separator := "["
	for _, rule := range list {
		line := &bytes.Buffer{}
		encoder := json.NewEncoder(line)
		encoder.SetEscapeHTML(false)
		err := encoder.Encode(struct {
			ID       string            `json:"id"`
			Title    string            `json:"title"`
			Topic    model.Topic       `json:"topic"`
			Subject  model.Kind        `json:"subject"`
			Severity model.Severity    `json:"severity"`
			Why      string            `json:"why"`
			Attack   string            `json:"attack"`
			Change   string            `json:"change"`
			Maps     map[string]string `json:"maps,omitempty"`
			Learn    []string          `json:"learn,omitempty"`
			NoFix    string            `json:"noFix,omitempty"`
			File     string            `json:"file,omitempty"`
		}{
			rule.ID, rule.Title, rule.Topic, rule.Subject, rule.Severity, rule.Why, rule.Attack, rule.Change,
			rule.Maps, learnLinks(rule), rule.NoFix, ownFile(rule),
		})
		if err != nil {
			return fmt.Errorf("writing %s: %w", rule.ID, err)
		}
		line.Truncate(line.Len() - 1)
		if _, err := out.WriteString(separator + "\n" + line.String()); err != nil {
			return err
		}
		separator = ","
	}
	for _, coming := range later {
		line, err := json.Marshal(coming)
		if err != nil {
			return fmt.Errorf("writing %s: %w", coming.ID, err)
		}
		if _, err := out.WriteString(separator + "\n" + string(line)); err != nil {
			return err
		}
		separator = ","
	}
	if len(list)+len(later) == 0 {
		separator = "["
	} else {
		separator = "\n"
	}
	if _, err := out.WriteString(separator + "]\n"); err != nil {
		return err
	}
	return out.Flush()
}

// ownFile is where a rule of the user's stands, or nothing.
func ownFile(rule *model.Rule) string {
	if rule.Own {
		return rule.File
	}
	return ""
}

// RuleMarkdown lists rules as a page: a table for each topic, and under it the checks
// of the topic that are to come, if there are any.
func RuleMarkdown(w io.Writer, list []*model.Rule, later []rules.Coming) error {
	m := &markdown{out: bufio.NewWriter(w)}
	m.printf("# Rules\n\n%s. `aksight rules show ID` explains one.\n", capital(plural(len(list), "rule")))
	if len(later) > 0 {
		m.printf("\n%s to come, each with what it still needs to read.\n", capital(plural(len(later), "further check")+are(len(later))))
	}
	for _, topic := range model.Topics {
		first := true
		for _, rule := range list {
			if rule.Topic != topic {
				continue
			}
			if first {
				m.printf("\n## %s\n\n| Rule | Severity | Judges | What it finds | Maps to |\n| --- | --- | --- | --- | --- |\n", capital(string(topic)))
				first = false
			}
			m.printf("| %s | %s | %s | %s | %s |\n", ruleLink(rule), rule.Severity, rule.Subject, escape(rule.Title),
				escape(strings.Join(mapsOf(rule), ", ")))
		}
		m.coming(topic, later)
	}
	return m.out.Flush()
}

// are is the verb to a number of things.
func are(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// coming lists the checks of a topic that are to come.
func (m *markdown) coming(topic model.Topic, later []rules.Coming) {
	first := true
	for _, coming := range later {
		if coming.Topic != topic {
			continue
		}
		if first {
			m.printf("\n| Coming later | Severity | What it will find | Needs to read |\n| --- | --- | --- | --- |\n")
			first = false
		}
		m.printf("| %s | %s | %s | %s |\n", coming.ID, coming.Severity, escape(coming.Title), escape(coming.Needs))
	}
}

// Rule explains one rule for people, with the commands that its fixes can print.
func Rule(w io.Writer, rule *model.Rule, commands []fix.Printed, opts TableOptions) error {
	t := newTable(bufio.NewWriter(w), opts)
	t.line(t.style("1", rule.ID+"  "+t.text(rule.Title)))
	t.line(t.paint(rule.Severity, t.marks.severity[rule.Severity]+" "+rule.Severity.String()) +
		t.marks.dot + string(rule.Topic) + t.marks.dot + "judges each " + rule.Judges())
	for _, worse := range rule.Worse {
		t.wrapped("  ", worse.Severity.String()+" where "+t.text(worse.Because))
	}
	t.part("Why it matters", paragraphs(rule.Why)...)
	t.part("What an attacker does", paragraphs(rule.Attack)...)
	t.part("What the fix changes", paragraphs(rule.Change)...)
	t.part("Fails when", rule.Condition())
	var unless []string
	for _, applies := range rule.Applies {
		unless = append(unless, applies.Unless)
	}
	t.part("Does not apply where", unless...)
	t.commands(rule, commands)
	t.part("Maps to", mapsOf(rule)...)
	t.part("Learn more", learnLinks(rule)...)
	if rule.Own {
		t.part("Your rule, from", rule.File)
	}
	return t.out.Flush()
}

// paragraphs splits a rule's text at its empty lines.
func paragraphs(text string) []string { return strings.Split(strings.TrimSpace(text), "\n\n") }

// readable is how wide prose is where no terminal says it.
const readable = 100

// part writes a heading and the texts under it; nothing where there are none.
func (t *table) part(heading string, texts ...string) {
	if strings.Join(texts, "") == "" {
		return
	}
	t.line("")
	t.line(t.style("1", heading))
	for _, text := range texts {
		for _, line := range wrap(t.text(text), cmp.Or(t.opts.Width, readable)-2) {
			t.whole("  " + line)
		}
	}
}

// commands writes the commands that mend a rule's failures.
func (t *table) commands(rule *model.Rule, commands []fix.Printed) {
	if len(commands) == 0 {
		t.part("No command mends it", rule.NoFix)
		return
	}
	t.line("")
	t.line(t.style("1", "Commands that its fixes and undos can print"))
	for _, command := range commands {
		line := "  " + command.Command
		if command.Extension != "" {
			line += "  # needs the extension " + command.Extension
		}
		t.whole(line)
	}
}

// frameworks are the names that rules map to, as their publishers write them.
var frameworks = map[string]string{
	"cis-aks-1.8":   "CIS AKS 1.8",
	"mcsb":          "MCSB",
	"attack":        "ATT&CK",
	"threat-matrix": "Threat Matrix",
}

func mapsOf(rule *model.Rule) []string {
	var places []string
	for _, name := range slices.Sorted(maps.Keys(rule.Maps)) {
		publisher, known := frameworks[name]
		if !known {
			publisher = name
		}
		places = append(places, publisher+" "+rule.Maps[name])
	}
	return places
}

func learnLinks(rule *model.Rule) []string {
	var links []string
	for _, topic := range rule.Learn {
		links = append(links, "https://learn.microsoft.com/azure/"+topic)
	}
	return links
}
