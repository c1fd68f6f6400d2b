package ruletest

import (
	"slices"

	"github.com/aksight/aksight/inspect/checks"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// inside tries an example of a rule on what runs in a cluster.
func (t *trial) inside(line int, name string, example model.Example) {
	view, ref, env, err := rules.ExampleInside(t.rule, example)
	if err != nil {
		t.problem(line, "%s: %v", name, err)
		return
	}
	env.Checks = checks.All()
	finding, err := t.catalogue.ExplainInside(t.at, view, ref, env)
	if err != nil {
		t.problem(line, "%s: %v", name, err)
		return
	}
	t.saw(line, name, example, finding)
	if finding.Verdict == model.Fail && example.Verdict == model.Fail && (example.Fixable == nil || *example.Fixable) {
		t.fixesInside(line, name, view, ref, env)
	}
}

// fixesInside tries every fix that is offered on a failing example.
func (t *trial) fixesInside(line int, name string, view *object.View, ref model.Ref, env rules.Env) {
	if len(t.rule.Fix) == 0 {
		return
	}
	s, facts, err := t.catalogue.FactsInside(t.at, view, ref, env)
	if err != nil {
		t.problem(line, "%s: %v", name, err)
		return
	}
	opts := fix.Options{Shell: fix.POSIX, Now: env.Now, Config: env.Config}
	plans := fix.PlansInside(t.rule, s, facts, opts)
	if len(plans) == 0 {
		t.problem(line, "%s: no fix is offered; say fixable: false where that is meant", name)
	}
	for n := range plans {
		plan := &plans[n]
		if blocked := plan.Blocked(); len(blocked) > 0 {
			if len(blocked[0].That) == 0 { // not one of the rule's own needs
				t.problem(t.lineOfFix(plan.Title), "%s: the fix %q: %s", name, plan.Title, blocked[0].Else)
			}
			continue
		}
		t.tried[plan.Title] = true
		t.Fixes++
		if len(plan.Steps) == 0 {
			t.problem(t.lineOfFix(plan.Title), "%s: the fix %q has no steps", name, plan.Title)
		}
		after, err := fix.PreviewInside(t.rule, n, s, facts, opts)
		if err != nil {
			t.problem(t.lineOfFix(plan.Title), "%s: the fix %q: %v", name, plan.Title, err)
			continue
		}
		t.mendsInside(name, plan, view, after, ref, env)
	}
}

// mendsInside demands that a fix makes the rule pass, or takes the object away, and
// makes nothing else fail.
func (t *trial) mendsInside(name string, plan *model.Plan, view, after *object.View, ref model.Ref, env rules.Env) {
	line := t.lineOfFix(plan.Title)
	if ref.Kind == model.KindInside || after.Find(ref) != nil {
		finding, err := t.catalogue.ExplainInside(t.at, after, ref, env)
		switch {
		case err != nil:
			t.problem(line, "%s: after the fix %q: %v", name, plan.Title, err)
		case finding.Verdict != model.Pass:
			t.problem(line, "%s: after the fix %q the rule gives %s%s, not pass", name, plan.Title, words(finding.Verdict), because(finding.Reason))
		}
	}
	failed := map[model.Ref][]model.Judged{}
	before := t.catalogue.JudgeInside(view, nil, nil, env)
	for _, on := range before {
		failed[on.Ref] = on.Judged
	}
	for _, on := range t.catalogue.JudgeInside(after, view, before, env) {
		for i, other := range t.catalogue.Rules() {
			was, there := failed[on.Ref]
			if there && on.Judged[i].Verdict == model.Fail && was[i].Verdict != model.Fail && !slices.Contains(plan.Reveals, other.ID) {
				t.problem(line, "%s: the fix %q makes %s fail on %s; name it under reveals where that is meant", name, plan.Title, other.ID, on.Ref)
			}
		}
	}
}
