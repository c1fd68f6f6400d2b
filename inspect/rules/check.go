package rules

import (
	"fmt"
	"strings"

	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

// checked is one expression of a rule file and how it must compile.
type checked struct {
	what string
	text string
	// value is set where any value will do, not only true or false.
	value bool
	// judges is set for conditions of the rule itself, which may look only at children
	// that the rule reads.
	judges bool
}

func (c checked) check(rule *model.Rule) error {
	compile := expr.CompileCondition
	if c.value {
		compile = expr.Compile
	}
	program, err := compile(c.text)
	if err == nil && c.judges {
		err = undeclared(rule, program)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.what, err)
	}
	return nil
}

// conditionsOf lists every expression of a rule and its fixes.
func conditionsOf(rule *model.Rule) []checked {
	var all []checked
	if rule.Fails != "" {
		all = append(all, checked{what: "fails", text: rule.Fails, judges: true})
	}
	if rule.Where != "" {
		all = append(all, checked{what: "where", text: rule.Where, judges: true})
	}
	if rule.Each != "" {
		all = append(all, checked{what: "each", text: rule.Each, value: true, judges: true})
	}
	add := func(what, text string) {
		if text != "" {
			all = append(all, checked{what: what, text: text, judges: !strings.HasPrefix(what, "fix")})
		}
	}
	each := func(text string) {
		if text != "" {
			all = append(all, checked{what: "fix: each", text: text, value: true})
		}
	}
	for _, applies := range rule.Applies {
		add("applies", applies.When)
	}
	for _, unknown := range rule.Unknown {
		add("unknown", unknown.When)
	}
	for _, worse := range rule.Worse {
		add("worse", worse.When)
	}
	for _, option := range rule.Fix {
		add("fix: when", option.When)
		for _, need := range option.Needs {
			add("fix: needs", need.That)
		}
		for _, ask := range option.Ask {
			add("fix: ask "+ask.Name, ask.When)
		}
		for _, step := range option.Steps {
			add("fix: step", step.When)
			each(step.Each)
			if step.Patch != "" {
				all = append(all, checked{what: "fix: patch", text: step.Patch, value: true})
			}
		}
		for _, effect := range option.ChildEffect {
			add("fix: childEffect", effect.When)
			each(effect.Each)
		}
		for name, source := range option.With {
			all = append(all, checked{what: "fix: with " + name, text: source, value: true})
		}
	}
	return all
}
