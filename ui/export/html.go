package export

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"github.com/aksight/aksight/model"
)

// HTML writes the findings as one page that needs no network and no script: worst
// first, each with its evidence and the commands that mend it. All text is escaped,
// and the page's own policy lets nothing run or load but what is in it.
func HTML(w io.Writer, report *Report) error {
	h := &htmlWriter{out: bufio.NewWriterSize(w, 64<<10)}
	head, foot := htmlHeadOf(report), htmlFootOf(report)
	h.head(&head)
	group := ""
	for finding := range report.Findings {
		if at := groupAnchor(finding.Rule, severityOf(&finding)); at != group {
			if group != "" {
				h.groupEnd()
			}
			group = at
			rule := htmlGroupOf(&finding)
			h.group(&rule)
		}
		shown := htmlFindingOf(&finding)
		h.finding(&shown)
		if h.err != nil {
			return h.err
		}
	}
	if group != "" {
		h.groupEnd()
	}
	h.foot(&foot)
	if h.err != nil {
		return h.err
	}
	return h.out.Flush()
}

// What the page shows.
type (
	htmlHead struct {
		Minute, Extent, Outcome, Narrowed string
		Headline                          []string
		Severities                        []htmlSeverity
		Contents                          []htmlRule
		Gaps                              bool
	}
	htmlSeverity struct {
		Name, Mark string
		Count      int
	}
	htmlRule struct {
		ID, Title, Anchor, Severity, Mark string
		Count                             int
		Parts                             []htmlPart
		Maps, Learn                       []string
	}
	htmlPart struct {
		Title      string
		Paragraphs []string
	}
	htmlFinding struct {
		Name, Part, Where, Reason, Fix, Natures string
		Resource, Waived                        string
		Evidence                                []htmlEvidence
		Weigh                                   []htmlPair
		Steps                                   []htmlStep
	}
	htmlEvidence struct {
		Path, Value string
		Absent      bool
	}
	htmlPair struct{ Name, Text string }
	htmlStep struct {
		Says, Extension, Command, Undo, UndoSays, Wait string
		OneWay                                         bool
	}
	htmlFoot struct {
		Gaps   bool
		Reads  []htmlPair
		Checks []htmlCheck
		Tool   string
	}
	htmlCheck struct{ Rule, On, Why string }
)

func htmlHeadOf(report *Report) htmlHead {
	head := htmlHead{
		Minute: minute(report.Generated), Extent: capital(extent(report)), Outcome: outcome(report),
		Narrowed: capital(clean(narrowed(report))), Gaps: !report.Exact(),
	}
	for _, part := range headline(report) {
		head.Headline = append(head.Headline, clean(part))
	}
	for _, severity := range model.Severities {
		head.Severities = append(head.Severities, htmlSeverity{
			severity.String(), unicodeMarks.severity[severity], report.Summary.Findings.Of(severity),
		})
		for at := range report.Rules {
			head.list(report.Rules[at].Rule, severity.String(), unicodeMarks.severity[severity], report.Rules[at].Counts.Failed[severity])
		}
	}
	if n := report.Summary.Waived; n > 0 {
		head.Severities = append(head.Severities, htmlSeverity{waivedWord, unicodeMarks.waived, n})
	}
	for at := range report.Rules {
		head.list(report.Rules[at].Rule, waivedWord, unicodeMarks.waived, report.Rules[at].Counts.Waived)
	}
	return head
}

// list puts a rule's findings of one severity into the contents.
func (h *htmlHead) list(rule *model.Rule, severity, mark string, count int) {
	if count > 0 {
		h.Contents = append(h.Contents, htmlRule{
			ID: clean(rule.ID), Title: clean(rule.Title), Anchor: groupAnchor(rule.ID, severity), Severity: severity, Mark: mark, Count: count,
		})
	}
}

// contentHash is what the page's policy knows its own style and script by.
func contentHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// groupAnchor names a group of findings within the page.
func groupAnchor(rule, severity string) string { return clean(rule) + "-" + severity }

// severityOf is what a finding is grouped by: its severity, or that it is waived.
func severityOf(finding *Result) string {
	if finding.Waived != nil {
		return waivedWord
	}
	return finding.Severity.String()
}

// waivedWord stands in the place of a severity for what somebody accepted.
const waivedWord = "waived"

// markOf is the mark of what severityOf returns.
func markOf(finding *Result) string {
	if finding.Waived != nil {
		return unicodeMarks.waived
	}
	return unicodeMarks.severity[finding.Severity]
}

func htmlGroupOf(finding *Result) htmlRule {
	group := htmlRule{
		ID: clean(finding.Rule), Title: clean(finding.Title), Anchor: groupAnchor(finding.Rule, severityOf(finding)),
		Severity: severityOf(finding), Mark: markOf(finding),
	}
	rule := finding.About
	if rule == nil {
		return group
	}
	for _, part := range []htmlPart{
		{"Why it matters", paragraphs(rule.Why)}, {"What an attacker does", paragraphs(rule.Attack)},
		{"What the fix changes", paragraphs(rule.Change)},
	} {
		if strings.Join(part.Paragraphs, "") == "" {
			continue
		}
		for i, text := range part.Paragraphs {
			part.Paragraphs[i] = clean(text)
		}
		group.Parts = append(group.Parts, part)
	}
	group.Maps, group.Learn = mapsOf(rule), learnLinks(rule)
	return group
}

func htmlFindingOf(finding *Result) htmlFinding {
	shown := htmlFinding{
		Name: clean(finding.Resource.Name()), Part: clean(finding.Part), Where: clean(finding.Where),
		Reason: capital(clean(finding.Reason)), Fix: capital(clean(fixWords(finding))),
		Resource: clean(string(finding.Resource)), Natures: natureWords(finding),
	}
	if waived := finding.Waived; waived != nil {
		shown.Waived = clean(fmt.Sprintf("%s, waived until %s by %s: %s",
			capital(finding.Severity.String()), waived.Until, waived.Owner, waived.Reason))
	}
	if expired := finding.Expired; expired != nil {
		shown.Waived = clean(fmt.Sprintf("A waiver of %s ended on %s.", expired.Owner, expired.Until))
	}
	for i := range finding.Evidence {
		evidence := &finding.Evidence[i]
		shown.Evidence = append(shown.Evidence, htmlEvidence{clean(evidence.Path), clean(evidence.short()), evidence.Absent})
	}
	if len(finding.Fix) == 0 {
		return shown
	}
	shown.Weigh = weigh(finding)
	for i := range finding.Fix {
		step := &finding.Fix[i]
		shown.Steps = append(shown.Steps, htmlStep{
			Says: capital(stepWords(step)), Extension: clean(step.Extension), Command: clean(step.Command),
			Undo: clean(step.Undo), UndoSays: clean(step.UndoSays), Wait: clean(step.Wait), OneWay: step.OneWay,
		})
	}
	return shown
}

// weigh lists what a reader weighs and does before and after the commands.
func weigh(finding *Result) []htmlPair {
	var pairs []htmlPair
	add := func(name, text string) {
		if text != "" {
			pairs = append(pairs, htmlPair{name, clean(text)})
		}
	}
	if plan := finding.Plan; plan != nil {
		add("impact", plan.Impact)
		add("lock-out risk", plan.Lockout)
		add("cost", plan.Cost)
		for _, confirm := range plan.Confirm {
			add("make sure", confirm)
		}
	}
	for _, ask := range finding.Asks {
		add("fill in <"+clean(ask.Name)+">", ask.Says)
	}
	if plan := finding.Plan; plan != nil {
		add("verify", plan.Verify)
		add("then look at", strings.Join(plan.Reveals, ", "))
	}
	return pairs
}

// natureWords says what the steps do to what runs.
func natureWords(finding *Result) string {
	var words []string
	for nature := range strings.FieldsSeq(natures(finding)) {
		words = append(words, model.Nature(nature).Words())
	}
	return strings.Join(words, ", ")
}

func htmlFootOf(report *Report) htmlFoot {
	foot := htmlFoot{Gaps: !report.Exact(), Tool: clean(report.Source.Tool)}
	for _, gap := range report.Coverage.CouldNotRead {
		foot.Reads = append(foot.Reads, htmlPair{clean(gap.What), clean(gap.Why)})
	}
	for _, check := range unreadChecks(report) {
		foot.Checks = append(foot.Checks, htmlCheck{check.Rule, clean(check.on()), clean(check.Why)})
	}
	return foot
}
