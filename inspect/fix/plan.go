// Package fix plans: it fills a rule's fixes in with the real values of one
// subject and checks their preconditions on what was read. It runs nothing.
package fix

import (
	"errors"
	"slices"
	"time"

	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

// Shell is whose quoting rules a command follows.
type Shell string

// The shells.
const (
	POSIX      Shell = "posix"
	PowerShell Shell = "powershell"
)

// Options are what a plan depends on beside the rule and the subject.
type Options struct {
	Shell Shell
	// Answers are the values that the reader gave, by the name of what was asked.
	Answers map[string]string
	Now     time.Time
	Config  map[string]any
}

// Plans returns the ways to mend the rule's failure on the subject, the recommended
// one first. A plan with a precondition that does not hold has no steps.
func Plans(rule *model.Rule, s model.Subject, opts Options) []model.Plan {
	vars := expr.NewVars(s, opts.Now, opts.Config, answers(rule, opts.Answers, missing))
	var plans []model.Plan
	for _, option := range offered(rule, vars) {
		plans = append(plans, plan(rule, option, s, vars, opts))
	}
	return plans
}

// offered returns the options whose condition holds.
func offered(rule *model.Rule, vars *expr.Vars) []*model.FixOption {
	var options []*model.FixOption
	for i := range rule.Fix {
		if option := &rule.Fix[i]; holds(option.When, vars) {
			options = append(options, option)
		}
	}
	return options
}

// holds evaluates an optional condition: an empty one holds, one that cannot be told
// does not.
func holds(condition string, vars *expr.Vars) bool {
	if condition == "" {
		return true
	}
	program, err := expr.CompileCondition(condition)
	if err != nil {
		return false
	}
	is, err := program.Holds(vars)
	return err == nil && is
}

func plan(rule *model.Rule, option *model.FixOption, s model.Subject, vars *expr.Vars, opts Options) model.Plan {
	p := model.Plan{
		Title:   option.Title,
		Needs:   append(standing(rule, option, s), needs(option, s, vars)...),
		Confirm: option.Confirm,
		Impact:  option.Impact,
		Lockout: option.Lockout,
		Cost:    option.Cost,
		Verify:  option.Verify,
		Reveals: option.Reveals,
	}
	if pool := s.PoolTree(); pool != nil {
		p.Confirm = append(slices.Clone(p.Confirm), handWork(option, pool)...)
	}
	for _, ask := range option.Ask {
		if holds(ask.When, vars) {
			value := opts.Answers[ask.Name]
			p.Asks = append(p.Asks, model.AskedValue{Ask: ask, Value: value, Problem: Invalid(ask, value)})
		}
	}
	for _, step := range option.Steps {
		if holds(step.When, vars) && step.Nature != "" && !slices.Contains(p.Natures, step.Nature) {
			p.Natures = append(p.Natures, step.Nature)
		}
	}
	slices.SortFunc(p.Natures, func(a, b model.Nature) int { return severityOf(a) - severityOf(b) })
	if len(p.Blocked()) > 0 {
		return p
	}
	values, err := valuesFor(rule, option, s, vars)
	if illegal, is := errors.AsType[*illegalError](err); is {
		p.Needs = append(p.Needs, model.CheckedNeed{
			Need:  model.Need{Says: "every name is one that Azure gives", Else: illegal.Error()},
			State: model.CheckFails,
		})
		return p
	}
	if err != nil {
		p.Needs = append(p.Needs, model.CheckedNeed{
			Need:  model.Need{Says: "every value of the commands is known", Else: err.Error()},
			State: model.CheckUnknown,
		})
		return p
	}
	steps, err := fill(option, values, vars, p.Asks, opts.Shell)
	if err != nil {
		p.Needs = append(p.Needs, model.CheckedNeed{
			Need:  model.Need{Says: "every value can be written on a command line", Else: err.Error()},
			State: model.CheckFails,
		})
		return p
	}
	p.Steps = steps
	return p
}

var natures = []model.Nature{model.InPlace, model.Reimage, model.NewPool, model.Downtime, model.Recreate}

func severityOf(n model.Nature) int { return slices.Index(natures, n) }

// fill turns the option's steps into commands.
func fill(option *model.FixOption, values values, vars *expr.Vars, asks []model.AskedValue, shell Shell) ([]model.PlannedStep, error) {
	var steps []model.PlannedStep
	for _, step := range option.Steps {
		if !holds(step.When, vars) {
			continue
		}
		turns, err := repeated(step.Each, values, vars)
		if err != nil {
			return nil, err
		}
		for _, turn := range turns {
			command, err := expand(step.Run, turn, shell)
			if err != nil {
				return nil, err
			}
			undo, err := expand(step.Undo, turn, shell)
			if err != nil {
				return nil, err
			}
			steps = append(steps, model.PlannedStep{
				Says: step.Says, Command: command, Extension: step.Extension, Nature: step.Nature,
				OneWay: step.OneWay, Undo: undo, UndoSays: step.UndoSays, Wait: step.Wait,
				Missing: lacking(command, asks),
			})
		}
	}
	return steps, nil
}
