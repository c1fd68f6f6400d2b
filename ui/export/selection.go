package export

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// Selection narrows what is reported. The zero value selects everything. Of several
// values of one kind any will do; of several kinds all must hold.
type Selection struct {
	Subscriptions []string `json:"subscriptions,omitempty"`
	// Clusters are names, names with * and ?, or ARM IDs with or without these.
	Clusters []string `json:"clusters,omitempty"`
	// Rules are IDs, with or without * and ?.
	Rules      []string         `json:"rules,omitempty"`
	Severities []model.Severity `json:"severities,omitempty"`
	Topics     []model.Topic    `json:"topics,omitempty"`

	clusters, rules []*regexp.Regexp
}

// Compile makes the selection ready for use; Has… answer rightly only then.
func (s *Selection) Compile() {
	s.clusters, s.rules = compile(s.Clusters), compile(s.Rules)
}

func compile(patterns []string) []*regexp.Regexp {
	compiled := make([]*regexp.Regexp, len(patterns))
	for i, pattern := range patterns {
		compiled[i] = Glob(pattern)
	}
	return compiled
}

// Glob returns what a pattern matches, regardless of case: * stands for any text, ?
// for one character.
func Glob(pattern string) *regexp.Regexp {
	expression := regexp.QuoteMeta(strings.ToValidUTF8(pattern, "\uFFFD"))
	expression = strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(expression)
	return regexp.MustCompile("(?is)^(?:" + expression + ")$")
}

// Empty reports whether everything is selected.
func (s *Selection) Empty() bool {
	return len(s.Subscriptions)+len(s.Clusters) == 0 && !s.NarrowsRules()
}

// NarrowsRules reports whether some rules or verdicts are left out.
func (s *Selection) NarrowsRules() bool {
	return len(s.Rules)+len(s.Severities)+len(s.Topics) > 0
}

// HasCluster reports whether a cluster is selected.
func (s *Selection) HasCluster(id model.ID) bool {
	if len(s.clusters) == 0 {
		return true
	}
	for i := range s.clusters {
		if s.matches(i, id) {
			return true
		}
	}
	return false
}

// matches reports whether the cluster's ID, or where the pattern is of a name its
// name, matches.
func (s *Selection) matches(pattern int, id model.ID) bool {
	if strings.Contains(s.Clusters[pattern], "/") {
		return s.clusters[pattern].MatchString(strings.TrimSuffix(string(id), "/"))
	}
	return s.clusters[pattern].MatchString(id.Name())
}

// Missed returns the cluster patterns that no cluster of these matches.
func (s *Selection) Missed(ids []model.ID) []string {
	var missed []string
	for i, pattern := range s.Clusters {
		if !slices.ContainsFunc(ids, func(id model.ID) bool { return s.matches(i, id) }) {
			missed = append(missed, pattern)
		}
	}
	return missed
}

// HasRule reports whether a rule is selected, and can give a severity that is.
func (s *Selection) HasRule(rule *model.Rule) bool {
	if len(s.Topics) > 0 && !slices.Contains(s.Topics, rule.Topic) {
		return false
	}
	if len(s.rules) > 0 && !slices.ContainsFunc(s.rules, func(r *regexp.Regexp) bool { return r.MatchString(rule.ID) }) {
		return false
	}
	return s.possible(rule)
}

// possible reports whether a failure of the rule may have a selected severity.
func (s *Selection) possible(rule *model.Rule) bool {
	if len(s.Severities) == 0 || slices.Contains(s.Severities, rule.Severity) {
		return true
	}
	return slices.ContainsFunc(rule.Worse, func(worse model.Worse) bool {
		return slices.Contains(s.Severities, worse.Severity)
	})
}

// HasJudged reports whether a judgement of a selected rule is selected: a failure by
// its severity; all else because it might have had one.
func (s *Selection) HasJudged(judged model.Judged) bool {
	return judged.Verdict != model.Fail || len(s.Severities) == 0 || slices.Contains(s.Severities, judged.Severity)
}

// CheckRules refuses a selection that none of these rules is in, and names what
// matches none.
func (s *Selection) CheckRules(rules []*model.Rule) error {
	for i, pattern := range s.Rules {
		if !slices.ContainsFunc(rules, func(rule *model.Rule) bool { return s.rules[i].MatchString(rule.ID) }) {
			return fmt.Errorf("--rule %s: there is no such rule; aksight rules list lists them", pattern)
		}
	}
	if s.NarrowsRules() && !slices.ContainsFunc(rules, s.HasRule) {
		return errors.New("no rule is all of " + strings.Join(s.ruleWords(), ", ") + "; aksight rules list lists them")
	}
	return nil
}

// Words say what was selected, a part each: "clusters pay-*", "severity high".
func (s *Selection) Words() []string {
	var parts []string
	if len(s.Subscriptions) > 0 {
		parts = append(parts, "subscription "+strings.Join(s.Subscriptions, ", "))
	}
	if len(s.Clusters) > 0 {
		parts = append(parts, "cluster "+strings.Join(s.Clusters, ", "))
	}
	return append(parts, s.ruleWords()...)
}

func (s *Selection) ruleWords() []string {
	var parts []string
	if len(s.Rules) > 0 {
		parts = append(parts, "rule "+strings.Join(s.Rules, ", "))
	}
	if len(s.Topics) > 0 {
		parts = append(parts, "topic "+joined(s.Topics))
	}
	if len(s.Severities) > 0 {
		names := make([]string, len(s.Severities))
		for i, severity := range s.Severities {
			names[i] = severity.String()
		}
		parts = append(parts, "severity "+strings.Join(names, ", "))
	}
	return parts
}

func joined(topics []model.Topic) string {
	names := make([]string, len(topics))
	for i, topic := range topics {
		names[i] = string(topic)
	}
	return strings.Join(names, ", ")
}

// narrowed says what a report was narrowed to, or "".
func narrowed(report *Report) string {
	if report.Selection.Empty() {
		return ""
	}
	return "narrowed to " + strings.Join(report.Selection.Words(), "; ")
}
