// Package ruletest tries rule files: every example must get its verdict, and every fix
// must mend what its example shows.
package ruletest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// Result is what trying one rule found.
type Result struct {
	Rule *model.Rule
	// Examples and Fixes are how many were tried.
	Examples int
	Fixes    int
	// Problems are what is wrong, in the order of the file's lines.
	Problems []*rules.FileError
}

// Try tries the rule with that ID of a catalogue; text is its file.
func Try(catalogue *rules.Catalogue, id string, text []byte) Result {
	rule, at := catalogue.Find(id)
	t := &trial{
		catalogue: catalogue, rule: rule, at: at, text: text,
		said: map[string]bool{}, tried: map[string]bool{}, Result: Result{Rule: rule},
	}
	for i, example := range rule.Examples {
		t.example(i, example)
	}
	t.gaps()
	if _, err := fix.Commands(rule); err != nil {
		t.problem(rules.Line(text, "fix"), "%v", err)
	}
	slices.SortStableFunc(t.Problems, func(a, b *rules.FileError) int { return cmp.Compare(a.Line, b.Line) })
	return t.Result
}

// trial tries one rule.
type trial struct {
	Result

	catalogue *rules.Catalogue
	rule      *model.Rule
	at        int
	text      []byte
	said      map[string]bool // verdicts, and verdicts with their reasons
	tried     map[string]bool // titles of fixes
}

func (t *trial) problem(line int, format string, args ...any) {
	t.Problems = append(t.Problems, &rules.FileError{File: t.rule.File, Line: line, Reason: fmt.Sprintf(format, args...)})
}

func nameOf(i int, example model.Example) string {
	if example.Name == "" {
		return fmt.Sprintf("example %d", i+1)
	}
	return fmt.Sprintf("example %d (%s)", i+1, example.Name)
}

func (t *trial) example(i int, example model.Example) {
	t.Examples++
	line, name := rules.Line(t.text, "examples", i), nameOf(i, example)
	if t.rule.Inside() {
		t.inside(line, name, example)
		return
	}
	s, env, err := rules.ExampleSubject(t.rule, example)
	if err != nil {
		t.problem(line, "%s: %v", name, err)
		return
	}
	finding := t.catalogue.Explain(t.at, s, env)
	t.saw(line, name, example, finding)
	if finding.Verdict == model.Fail && example.Verdict == model.Fail && (example.Fixable == nil || *example.Fixable) {
		t.fixes(line, name, s, env)
	}
}

// saw compares what an example gave with what it says.
func (t *trial) saw(line int, name string, example model.Example, finding model.Finding) {
	t.said[finding.Verdict.String()] = true
	t.said[finding.Verdict.String()+": "+finding.Reason] = true
	if finding.Verdict != example.Verdict {
		t.problem(line, "%s gives %s%s, not %s", name, words(finding.Verdict), because(finding.Reason), words(example.Verdict))
		return
	}
	if finding.Verdict != model.Fail {
		return
	}
	if example.Severity != nil && *example.Severity != finding.Severity {
		t.problem(line, "%s fails with the severity %s, not %s", name, finding.Severity, *example.Severity)
	}
	if strings.Contains(finding.Says, "…") {
		t.problem(line, "%s: a value of says cannot be told: %s", name, finding.Says)
	}
}

// fixes tries every fix that is offered on a failing example.
func (t *trial) fixes(line int, name string, s model.Subject, env rules.Env) {
	if len(t.rule.Fix) == 0 {
		return
	}
	opts := fix.Options{Shell: fix.POSIX, Now: env.Now, Config: env.Config}
	plans := fix.Plans(t.rule, s, opts)
	if len(plans) == 0 {
		t.problem(line, "%s: no fix is offered; say fixable: false where that is meant", name)
	}
	for n := range plans {
		plan := &plans[n]
		if len(plan.Blocked()) > 0 {
			continue
		}
		t.tried[plan.Title] = true
		t.Fixes++
		t.mends(name, s, env, n, plan, opts)
	}
}

// mends demands that a fix makes the rule pass, and no other fail.
func (t *trial) mends(name string, s model.Subject, env rules.Env, n int, plan *model.Plan, opts fix.Options) {
	line := t.lineOfFix(plan.Title)
	after, err := fix.Preview(t.rule, n, s, opts)
	if err != nil {
		t.problem(line, "%s: the fix %q: %v", name, plan.Title, err)
		return
	}
	finding := t.catalogue.Explain(t.at, after, env)
	if finding.Verdict != model.Pass {
		t.problem(line, "%s: after the fix %q the rule gives %s%s, not pass", name, plan.Title, words(finding.Verdict), because(finding.Reason))
	}
	clusterBefore, poolsBefore := t.catalogue.Judge(s, env)
	clusterAfter, poolsAfter := t.catalogue.Judge(after, env)
	compare := func(before, after []model.Judged) {
		for i, other := range t.catalogue.Rules() {
			if after[i].Verdict == model.Fail && before[i].Verdict != model.Fail && !slices.Contains(plan.Reveals, other.ID) {
				t.problem(line, "%s: the fix %q makes %s fail; name it under reveals where that is meant", name, plan.Title, other.ID)
			}
		}
	}
	compare(clusterBefore, clusterAfter)
	for i := range poolsBefore {
		if i < len(poolsAfter) {
			compare(poolsBefore[i], poolsAfter[i])
		}
	}
}

func (t *trial) lineOfFix(title string) int {
	at := slices.IndexFunc(t.rule.Fix, func(o model.FixOption) bool { return o.Title == title })
	return rules.Line(t.text, "fix", max(at, 0))
}

// gaps finds what the rule can say and no example shows.
func (t *trial) gaps() {
	for _, verdict := range []model.Verdict{model.Pass, model.Fail} {
		if !t.said[verdict.String()] {
			t.problem(rules.Line(t.text, "examples"), "no example has the verdict %s", words(verdict))
		}
	}
	missing := func(verdict model.Verdict, reason, list string, i int) {
		if !t.said[verdict.String()+": "+reason] {
			t.problem(rules.Line(t.text, list, i), "no example shows: %s", reason)
		}
	}
	for i, applies := range t.rule.Applies {
		missing(model.NotApplicable, applies.Unless, "applies", i)
	}
	for i, unknown := range t.rule.Unknown {
		missing(model.CouldNotRead, unknown.Why, "unknown", i)
	}
	for i, worse := range t.rule.Worse {
		missing(model.Fail, worse.Because, "worse", i)
	}
	for i, option := range t.rule.Fix {
		if !t.tried[option.Title] {
			t.problem(rules.Line(t.text, "fix", i), "no failing example tries the fix %q", option.Title)
		}
		for _, need := range option.Needs {
			if need.Rule == "" {
				continue
			}
			if known, _ := t.catalogue.Find(need.Rule); known == nil {
				t.problem(rules.Line(t.text, "fix", i), "it needs %s first, and there is no such rule", need.Rule)
			}
		}
	}
}

func words(verdict model.Verdict) string {
	switch verdict {
	case model.NotApplicable:
		return "not applicable"
	case model.CouldNotRead:
		return "could not read"
	default:
		return verdict.String()
	}
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}
