package fix

import (
	"fmt"

	"github.com/aksight/aksight/model"
)

// Printed is a command that a fix can print.
type Printed struct {
	Rule      string `json:"rule"`
	Command   string `json:"command"`
	Extension string `json:"extension,omitempty"`
}

// Commands returns every command of the rule's fixes, undo included, with a
// placeholder <name> for each value.
func Commands(rule *model.Rule) ([]Printed, error) {
	var printed []Printed
	for i := range rule.Fix {
		option := &rule.Fix[i]
		for _, step := range option.Steps {
			for _, template := range []string{step.Run, step.Undo} {
				if template == "" {
					continue
				}
				command, err := expand(template, placeholders(rule, option), POSIX)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", rule.ID, err)
				}
				printed = append(printed, Printed{rule.ID, command, step.Extension})
			}
		}
	}
	return printed, nil
}

// placeholders stand for every name that the option's templates may use.
func placeholders(rule *model.Rule, option *model.FixOption) values {
	all := values{}
	for _, name := range []string{"group", "cluster", "id", "subscription", "location", "nodeGroup", "version", "pool", "newPool"} {
		all[name] = "<" + name + ">"
	}
	for name := range option.With {
		all[name] = "<" + name + ">"
	}
	for _, ask := range option.Ask {
		all[ask.Name] = missing(ask)
	}
	all["poolFlags"] = everyPoolFlag(rule, option)
	return all
}

func everyPoolFlag(rule *model.Rule, option *model.FixOption) []any {
	var flags []any
	for _, entry := range poolFlagTable {
		if !repeats(rule, option, entry) {
			continue
		}
		flags = append(flags, entry.flag)
		if words := entry.words(true); words == nil || len(words) > 0 {
			flags = append(flags, "<"+entry.property+">")
		}
	}
	return append(flags, "--enable-cluster-autoscaler", "--min-count", "<minCount>", "--max-count", "<maxCount>", "--node-count", "<count>")
}
