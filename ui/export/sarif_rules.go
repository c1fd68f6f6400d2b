package export

import (
	"strings"

	"github.com/aksight/aksight/model"
)

type (
	sarifToolOf struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string            `json:"name"`
		Version        string            `json:"version,omitempty"`
		InformationURI string            `json:"informationUri"`
		Notifications  []sarifDescriptor `json:"notifications"`
		Rules          []sarifDescriptor `json:"rules"`
	}
	sarifDescriptor struct {
		ID            string               `json:"id"`
		Short         sarifMessage         `json:"shortDescription"`
		Full          *sarifMessage        `json:"fullDescription,omitempty"`
		Help          *sarifMessage        `json:"help,omitempty"`
		HelpURI       string               `json:"helpUri,omitempty"`
		Configuration *sarifConfiguration  `json:"defaultConfiguration,omitempty"`
		Properties    *sarifRuleProperties `json:"properties,omitempty"`
	}
	sarifConfiguration struct {
		Level string  `json:"level"`
		Rank  float64 `json:"rank"`
	}
	sarifRuleProperties struct {
		Tags             []string       `json:"tags"`
		Precision        string         `json:"precision"`
		Severity         model.Severity `json:"severity"`
		ProblemSeverity  string         `json:"problem.severity"`
		SecuritySeverity string         `json:"security-severity"`
	}
)

// couldNotRead describes the notifications of a run.
var couldNotRead = sarifDescriptor{
	ID:    "could-not-read",
	Short: sarifMessage{Text: "Something could not be read, so that what it decides is neither a pass nor a failure."},
}

// longestDescription is what GitHub shows of a description at most; the help holds
// the whole text.
const longestDescription = 1000

func sarifTool(report *Report) sarifToolOf {
	name, version, _ := strings.Cut(report.Source.Tool, " ")
	driver := sarifDriver{
		Name: name, Version: version, InformationURI: homepage,
		Notifications: []sarifDescriptor{couldNotRead}, Rules: []sarifDescriptor{},
	}
	for at := range report.Rules {
		driver.Rules = append(driver.Rules, sarifRule(report.Rules[at].Rule))
	}
	return sarifToolOf{Driver: driver}
}

// sarifRule describes a rule: nothing in it depends on what was found, so that code
// scanning sees a change only when the rule changes.
func sarifRule(rule *model.Rule) sarifDescriptor {
	level := sarifLevel(rule.Severity)
	problem := map[string]string{"error": "error", "warning": "warning", "note": "recommendation"}[level]
	return sarifDescriptor{
		ID:            rule.ID,
		Short:         sarifMessage{Text: placeholders(cut(firstOf(rule.Title, rule.ID), longestDescription, "…"))},
		Full:          &sarifMessage{Text: placeholders(cut(firstOf(rule.Why, rule.Title, rule.ID), longestDescription, "…"))},
		Help:          &sarifMessage{Text: placeholders(ruleHelp(rule, plainHelp)), Markdown: placeholders(ruleHelp(rule, markdownHelp))},
		HelpURI:       ruleURI(rule),
		Configuration: &sarifConfiguration{Level: level, Rank: sarifRank(rule.Severity)},
		Properties: &sarifRuleProperties{
			Tags:      []string{"security", "azure", "kubernetes", "aks", string(rule.Topic)},
			Precision: "very-high", Severity: rule.Severity,
			ProblemSeverity: problem, SecuritySeverity: securitySeverity(rule.Severity),
		},
	}
}

// ruleURI is where to read on: the page of a rule of the catalogue, and the first
// topic of the documentation that a rule of the user's names.
func ruleURI(rule *model.Rule) string {
	if !rule.Own {
		return RulePageURL(rule)
	}
	if links := learnLinks(rule); len(links) > 0 {
		return links[0]
	}
	return ""
}

// firstOf is the first text that there is, its lines joined.
func firstOf(texts ...string) string {
	for _, text := range texts {
		if text = strings.Join(strings.Fields(clean(text)), " "); text != "" {
			return text
		}
	}
	return ""
}

// helpStyle is how headings and lists of a rule's help are written.
type helpStyle struct{ heading, item, link string }

var (
	plainHelp    = helpStyle{heading: "%s:\n", item: "- %s\n", link: "- %s\n"}
	markdownHelp = helpStyle{heading: "## %s\n\n", item: "- %s\n", link: "- <%s>\n"}
)

// ruleHelp tells the rule in full: why it matters, what an attacker does, what the fix
// changes, its place in frameworks and where to read on.
func ruleHelp(rule *model.Rule, style helpStyle) string {
	text := &strings.Builder{}
	write := func(format, value string) { text.WriteString(strings.Replace(format, "%s", value, 1)) }
	for _, part := range []struct{ title, body string }{
		{"Why it matters", rule.Why}, {"What an attacker does", rule.Attack}, {"What the fix changes", rule.Change},
		{"Why no command mends it", rule.NoFix},
	} {
		if strings.TrimSpace(part.body) == "" {
			continue
		}
		write(style.heading, part.title)
		for _, paragraph := range paragraphs(part.body) {
			text.WriteString(firstOf(paragraph) + "\n\n")
		}
	}
	if places := mapsOf(rule); len(places) > 0 {
		write(style.heading, "Maps to")
		for _, place := range places {
			write(style.item, clean(place))
		}
		text.WriteString("\n")
	}
	if links := learnLinks(rule); len(links) > 0 {
		write(style.heading, "Learn more")
		for _, link := range links {
			write(style.link, link)
		}
	}
	return strings.TrimRight(text.String(), "\n") + "\n"
}
