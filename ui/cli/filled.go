package cli

import (
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
		s, env, err := rules.ExampleSubject(rule, example)
		if err != nil {
			return nil, err
		}
		opts := fix.Options{Shell: fix.POSIX, Answers: exampleAnswers(rule), Now: env.Now, Config: env.Config}
		for _, plan := range fix.Plans(rule, s, opts) {
			for _, step := range plan.Steps {
				commands = append(commands, fix.Printed{Rule: rule.ID, Command: step.Command, Extension: step.Extension})
				if step.Undo != "" {
					commands = append(commands, fix.Printed{Rule: rule.ID, Command: step.Undo, Extension: step.Extension})
				}
			}
		}
	}
	return once(commands), nil
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
