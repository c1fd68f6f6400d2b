package cli

import (
	"github.com/aksight/aksight/inspect/checks"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// printable returns every command that the rule's fixes can print: the templates with
// placeholders, then what they become on the rule's own failing examples, so that
// real values are checked too. Each command comes once.
func printable(rule *model.Rule) ([]fix.Printed, error) {
	commands, err := fix.Commands(rule)
	if err != nil {
		return nil, err
	}
	for _, example := range rule.Examples {
		if example.Verdict != model.Fail {
			continue
		}
		plans, err := plansOf(rule, example)
		if err != nil {
			return nil, err
		}
		for _, plan := range plans {
			for _, step := range plan.Steps {
				for _, command := range []string{step.Command, step.Undo} {
					if command != "" {
						commands = append(commands, fix.Print(rule, command, step.Extension))
					}
				}
			}
		}
	}
	return once(commands), nil
}

// plansOf returns the fixes of a failing example.
func plansOf(rule *model.Rule, example model.Example) ([]model.Plan, error) {
	if !rule.Inside() {
		s, env, err := rules.ExampleSubject(rule, example)
		if err != nil {
			return nil, err
		}
		return fix.Plans(rule, s, fix.Options{Shell: fix.POSIX, Answers: exampleAnswers(rule), Now: env.Now, Config: env.Config}), nil
	}
	view, ref, env, err := rules.ExampleInside(rule, example)
	if err != nil {
		return nil, err
	}
	env.Checks = checks.All()
	catalogue, err := rules.New([]*model.Rule{rule})
	if err != nil {
		return nil, err
	}
	s, facts, err := catalogue.FactsInside(0, view, ref, env)
	if err != nil {
		return nil, err
	}
	return fix.PlansInside(rule, s, facts, fix.Options{Shell: fix.POSIX, Answers: exampleAnswers(rule), Now: env.Now, Config: env.Config}), nil
}

func exampleAnswers(rule *model.Rule) map[string]string {
	answers := map[string]string{}
	for _, option := range rule.Fix {
		for _, ask := range option.Ask {
			answers[ask.Name] = ask.Example
		}
	}
	return answers
}

// once leaves out what was there before.
func once(commands []fix.Printed) []fix.Printed {
	seen := map[fix.Printed]bool{}
	kept := commands[:0]
	for _, command := range commands {
		if !seen[command] {
			seen[command] = true
			kept = append(kept, command)
		}
	}
	return kept
}
