package rules

import (
	"errors"
	"fmt"
	"slices"

	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

// program is a rule's conditions, compiled.
type program struct {
	rule    *model.Rule
	applies []*expr.Program
	unknown []*expr.Program
	fails   *expr.Program
	each    *expr.Program // the list that fails is about, or nil
	worse   []*expr.Program
	where   *expr.Program // which documents evidence leads into, or nil
	says    saying
}

// compile compiles a rule. The error's conditionError names the expression.
func compile(rule *model.Rule) (*program, error) {
	p := &program{rule: rule}
	var failure error
	compileCondition := expr.CompileTrusted
	if rule.Own {
		compileCondition = expr.CompileCondition
	}
	condition := func(source string) *expr.Program {
		compiled, err := compileCondition(source)
		if err == nil {
			err = undeclared(rule, compiled)
		}
		if err != nil && failure == nil {
			failure = &conditionError{source: source, err: err}
		}
		return compiled
	}
	for _, applies := range rule.Applies {
		p.applies = append(p.applies, condition(applies.When))
	}
	for _, unknown := range rule.Unknown {
		p.unknown = append(p.unknown, condition(unknown.When))
	}
	if rule.Check == "" {
		p.fails = condition(rule.Fails)
	}
	if rule.Each != "" {
		each, err := expr.Compile(rule.Each)
		if err != nil && failure == nil {
			failure = &conditionError{source: rule.Each, err: err}
		}
		p.each = each
	}
	if rule.Where != "" {
		p.where = condition(rule.Where)
	}
	for _, worse := range rule.Worse {
		p.worse = append(p.worse, condition(worse.When))
	}
	if failure != nil {
		return nil, failure
	}
	says, err := parseSaying(rule.Says)
	p.says = says
	return p, err
}

// undeclared finds a child kind that a condition names and the rule does not read:
// it would judge before the kind was read.
func undeclared(rule *model.Rule, condition *expr.Program) error {
	if err := elsewhere(rule, condition); err != nil {
		return err
	}
	for _, kind := range condition.Children() {
		if !slices.Contains(rule.Reads, kind) && !slices.Contains(rule.MayRead, kind) {
			return fmt.Errorf("it looks at children.%s, which the rule's reads do not name", kind)
		}
	}
	return nil
}

// elsewhere finds a variable that is known only to rules on other subjects.
func elsewhere(rule *model.Rule, condition *expr.Program) error {
	unknown, of := expr.InsideVariables, "what runs in a cluster"
	if rule.Inside() {
		unknown, of = expr.ClusterVariables, "a cluster's own documents"
	}
	for _, name := range unknown {
		if condition.Names(name) {
			return fmt.Errorf("%s is known only to rules on %s", name, of)
		}
	}
	if condition.Names("ns") && !slices.Contains(rule.Reads, model.KindNamespace) && !slices.Contains(rule.MayRead, model.KindNamespace) {
		return errors.New("it looks at ns, so the rule's reads or mayRead must name Namespace")
	}
	return nil
}

// conditionError says which expression of a rule does not compile.
type conditionError struct {
	source string
	err    error
}

func (e *conditionError) Error() string { return fmt.Sprintf("condition %q: %v", e.source, e.err) }
func (e *conditionError) Unwrap() error { return e.err }

// outcome is a judgement and why it is so.
type outcome struct {
	model.Judged
	reason string
}

func couldNotRead(format string, args ...any) outcome {
	return outcome{model.Judged{Verdict: model.CouldNotRead}, fmt.Sprintf(format, args...)}
}

func pending(reason string) outcome {
	return outcome{model.Judged{Verdict: model.Pending}, reason}
}

// unconfirmed is a judgement that waits for a property that the index left out.
var unconfirmed = pending("the index left a property out; the confirming read is still to come")

// unconfirmable is why a property is unread that an index left out for good.
const unconfirmable = "the index left a property out, and nothing that was read confirms it"

// judge weighs the rule on one subject.
func (p *program) judge(s model.Subject, vars *expr.Vars) outcome {
	for i, condition := range p.applies {
		holds, stop := p.evaluate(condition, s, vars)
		if stop != nil {
			return *stop
		}
		if !holds {
			return outcome{model.Judged{Verdict: model.NotApplicable}, p.rule.Applies[i].Unless}
		}
	}
	if stop := p.readable(s); stop != nil {
		return *stop
	}
	deciding, stop := p.deciding(s)
	if stop != nil {
		return *stop
	}
	if deciding.Cluster != s.Cluster {
		s, vars = deciding, vars.On(deciding)
	}
	for i, condition := range p.unknown {
		holds, stop := p.evaluate(condition, s, vars)
		if stop != nil {
			return *stop
		}
		if holds {
			return couldNotRead("%s", p.rule.Unknown[i].Why)
		}
	}
	fails, stop := p.evaluate(p.fails, s, vars)
	switch {
	case stop != nil:
		return *stop
	case !fails:
		return outcome{Judged: model.Judged{Verdict: model.Pass}}
	}
	return p.severity(s, vars)
}

// severity gives a failure the severity it has in its context.
func (p *program) severity(s model.Subject, vars *expr.Vars) outcome {
	for i, condition := range p.worse {
		if holds, stop := p.evaluate(condition, s, vars); stop == nil && holds {
			worse := p.rule.Worse[i]
			return outcome{model.Judged{Verdict: model.Fail, Severity: worse.Severity}, worse.Because}
		}
	}
	return outcome{Judged: model.Judged{Verdict: model.Fail, Severity: p.rule.Severity}}
}

// evaluate tries one condition; stop is set where it cannot be told.
func (p *program) evaluate(condition *expr.Program, s model.Subject, vars *expr.Vars) (holds bool, stop *outcome) {
	for _, kind := range condition.Children() {
		if slices.Contains(p.rule.MayRead, kind) {
			continue
		}
		if stop := wasRead(kind, s); stop != nil {
			return false, stop
		}
	}
	if condition.Unread(s) {
		if s.Cluster.Final {
			unread := couldNotRead(unconfirmable)
			return false, &unread
		}
		return false, &unconfirmed
	}
	for _, kind := range condition.Children() {
		if slices.Contains(p.rule.Reads, kind) {
			if stop := wasRead(kind, s); stop != nil {
				return false, stop
			}
		}
	}
	holds, err := condition.Holds(vars)
	if err != nil {
		failed := couldNotRead("the condition cannot be evaluated on this document: %v", err)
		return false, &failed
	}
	return holds, nil
}

func notRead(kind model.Kind) outcome { return pending("not read yet: " + string(kind)) }

// awaited are the judgements that wait for a child kind: while an estate is read, nearly
// all its clusters have them.
var awaited = func() map[model.Kind]*outcome {
	waits := map[model.Kind]*outcome{}
	for _, kind := range slices.Concat(model.ChildKinds, model.EgressKinds) {
		wait := notRead(kind)
		waits[kind] = &wait
	}
	return waits
}()

// wasRead checks that a child kind was read.
func wasRead(kind model.Kind, s model.Subject) *outcome {
	switch read := s.Reads[kind]; read.State {
	case model.ReadFailed:
		failed := couldNotRead("%s", read.Why)
		return &failed
	case model.Unread, model.Reading:
		if wait := awaited[kind]; wait != nil {
			return wait
		}
		wait := notRead(kind)
		return &wait
	case model.ReadDone:
	}
	return nil
}

// readable checks that what the rule needs was read, and in a version that has it.
func (p *program) readable(s model.Subject) *outcome {
	for _, kind := range p.rule.Reads {
		if stop := wasRead(kind, s); stop != nil {
			return stop
		}
	}
	if p.rule.Since == "" || s.Cluster.Partial {
		return nil
	}
	switch version := s.Cluster.APIVersion; {
	case !p.fails.Absent(s): // whatever the version, here it is
	case version == "":
		failed := couldNotRead("the property is absent and the source does not say with which api-version it read: it exists from %s on", p.rule.Since)
		return &failed
	case version < p.rule.Since:
		failed := couldNotRead("the property exists from api-version %s on; the document was read with %s", p.rule.Since, version)
		return &failed
	}
	return nil
}
