package rules

import (
	"slices"

	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// insideOutcome is a judgement on what runs in a cluster, with what it found.
type insideOutcome struct {
	outcome

	failing  []any
	found    map[string]any
	evidence []model.Evidence
}

// inside weighs one rule on one subject inside a cluster, which the variables show.
func (c *Catalogue) inside(rule int, s *object.Subject, vars *expr.Vars, env Env, explain bool) insideOutcome {
	p := c.program(rule)
	if p == nil {
		return insideOutcome{outcome: couldNotRead("the rule's condition does not compile")}
	}
	vars.Judged(nil, nil)
	vars.OnElement(nil)
	for i, condition := range p.applies {
		holds, stop := p.insideHolds(condition, s, vars)
		if stop != nil {
			return insideOutcome{outcome: *stop}
		}
		if !holds {
			return insideOutcome{outcome: outcome{model.Judged{Verdict: model.NotApplicable}, p.rule.Applies[i].Unless}}
		}
	}
	for _, kind := range p.rule.Reads {
		if stop := listed(kind, s.View); stop != nil {
			return insideOutcome{outcome: *stop}
		}
	}
	for i, condition := range p.unknown {
		holds, stop := p.insideHolds(condition, s, vars)
		if stop != nil {
			return insideOutcome{outcome: *stop}
		}
		if holds {
			return insideOutcome{outcome: couldNotRead("%s", p.rule.Unknown[i].Why)}
		}
	}
	if p.rule.Check != "" {
		return p.check(s, vars, env, explain)
	}
	failing, fails, stop := p.elements(s, vars)
	switch {
	case stop != nil:
		return insideOutcome{outcome: *stop}
	case !fails:
		return insideOutcome{outcome: outcome{Judged: model.Judged{Verdict: model.Pass}}}
	}
	vars.Judged(failing, nil)
	return insideOutcome{outcome: p.insideSeverity(s, vars), failing: failing}
}

// elements tries the condition: on the subject, or on each element of its list.
func (p *program) elements(s *object.Subject, vars *expr.Vars) (failing []any, fails bool, stop *outcome) {
	if p.each == nil {
		fails, stop = p.insideHolds(p.fails, s, vars)
		return nil, fails, stop
	}
	list, stop := p.list(s, vars)
	if stop != nil {
		return nil, false, stop
	}
	defer vars.OnElement(nil)
	for _, element := range list {
		vars.OnElement(element)
		holds, err := p.fails.HoldsNow(vars)
		if err != nil {
			failed := couldNotRead("the condition cannot be evaluated on this document: %v", err)
			return nil, false, &failed
		}
		if holds {
			failing = append(failing, element)
		}
	}
	return failing, len(failing) > 0, nil
}

// list gives the elements that the condition is about.
func (p *program) list(s *object.Subject, vars *expr.Vars) ([]any, *outcome) {
	if p.rule.Each == "containers" {
		return s.Containers(), nil
	}
	value, err := p.each.Value(vars)
	if err != nil {
		failed := couldNotRead("the list cannot be told from this document: %v", err)
		return nil, &failed
	}
	list, _ := value.([]any)
	return list, nil
}

// check asks a function in Go.
func (p *program) check(s *object.Subject, vars *expr.Vars, env Env, explain bool) insideOutcome {
	ask, known := env.Checks[p.rule.Check]
	if !known {
		return insideOutcome{outcome: couldNotRead("there is no check %q in this version of aksight", p.rule.Check)}
	}
	answer := ask(Ask{Subject: s, Rule: p.rule, Now: env.Now, Config: env.Config, Explain: explain})
	judged := insideOutcome{
		outcome: outcome{model.Judged{Verdict: answer.Verdict}, answer.Reason},
		failing: answer.Failing, found: answer.Found, evidence: answer.Evidence,
	}
	if answer.Verdict != model.Fail {
		return judged
	}
	vars.Judged(answer.Failing, answer.Found)
	if answer.Severity != nil {
		judged.Severity = *answer.Severity
		return judged
	}
	judged.outcome = p.insideSeverity(s, vars)
	if judged.reason == "" {
		judged.reason = answer.Reason
	}
	return judged
}

func (p *program) insideSeverity(s *object.Subject, vars *expr.Vars) outcome {
	for i, condition := range p.worse {
		if holds, stop := p.insideHolds(condition, s, vars); stop == nil && holds {
			worse := p.rule.Worse[i]
			return outcome{model.Judged{Verdict: model.Fail, Severity: worse.Severity}, worse.Because}
		}
	}
	return outcome{Judged: model.Judged{Verdict: model.Fail, Severity: p.rule.Severity}}
}

// insideHolds tries one condition; stop is set where it cannot be told.
func (p *program) insideHolds(condition *expr.Program, s *object.Subject, vars *expr.Vars) (holds bool, stop *outcome) {
	if condition.Names("ns") && !slices.Contains(p.rule.MayRead, model.KindNamespace) {
		if stop := listed(model.KindNamespace, s.View); stop != nil {
			return false, stop
		}
	}
	try := condition.Holds // once for all rules that share it
	if condition.Names("failing") || condition.Names("found") {
		try = condition.HoldsNow
	}
	holds, err := try(vars)
	if err != nil {
		failed := couldNotRead("the condition cannot be evaluated on this document: %v", err)
		return false, &failed
	}
	return holds, nil
}

// looksAt reports whether one of the rule's conditions names a variable.
func (p *program) looksAt(variable string) bool {
	if p == nil {
		return false
	}
	for _, condition := range slices.Concat(p.applies, p.unknown, p.worse, []*expr.Program{p.fails, p.each}) {
		if condition != nil && condition.Names(variable) {
			return true
		}
	}
	return false
}
