package fix

import (
	"fmt"
	"strings"

	"github.com/aksight/aksight/model"
)

// Printed is a command that a fix can print.
type Printed struct {
	Rule      string `json:"rule"`
	Command   string `json:"command"`
	Extension string `json:"extension,omitempty"`
	// Tool is the program where it is not az.
	Tool string `json:"tool,omitempty"`
}

// Commands returns every command of the rule's fixes, undo included, with a
// placeholder <name> for each value.
func Commands(rule *model.Rule) ([]Printed, error) {
	var printed []Printed
	for i := range rule.Fix {
		steps, err := Template(rule, &rule.Fix[i])
		if err != nil {
			return nil, err
		}
		for _, step := range steps {
			for _, command := range []string{step.Command, step.Undo} {
				if command != "" {
					printed = append(printed, Print(rule, command, step.Extension))
				}
			}
		}
	}
	return printed, nil
}

// Print is a command of a rule's fix.
func Print(rule *model.Rule, command, extension string) Printed {
	printed := Printed{Rule: rule.ID, Command: command, Extension: extension}
	if tool, _, _ := strings.Cut(command, " "); tool != "az" {
		printed.Tool = tool
	}
	return printed
}

// Template returns the steps of one way to mend the rule, those too that only some
// subjects need, with a placeholder <name> for each value.
func Template(rule *model.Rule, option *model.FixOption) ([]model.PlannedStep, error) {
	named := placeholders(rule, option)
	var steps []model.PlannedStep
	for _, step := range option.Steps {
		planned := model.PlannedStep{
			Says: step.Says, Extension: step.Extension, Nature: step.Nature, OneWay: step.OneWay,
			UndoSays: step.UndoSays, Wait: step.Wait,
		}
		eachPlaceholders(step, named)
		run := step.Run
		if step.Patch != "" {
			run, planned.Patch = patchTemplate(step), step.Patch
		}
		var err error
		if planned.Command, err = expandAny(run, named); err == nil {
			planned.Undo, err = expandAny(step.Undo, named)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", rule.ID, err)
		}
		steps = append(steps, planned)
	}
	return steps, nil
}

// patchTemplate is the command that a patch becomes. A trial with --dry-run=server goes
// before it, which asks for the same.
func patchTemplate(step model.Step) string {
	kind, name, namespace := "{{kind}}", "{{name}}", " -n {{namespace}}"
	if step.Target != nil {
		kind, name = resourceName(step.Target.Kind, nil), step.Target.Name
		if known, _ := model.FindObjectKind(step.Target.Kind); !known.Namespaced {
			namespace = ""
		}
	}
	return "kubectl patch " + kind + " " + name + namespace + " -p {{patch}}"
}

// expandAny expands a template, where there is one.
func expandAny(template string, named values) (string, error) {
	if template == "" {
		return "", nil
	}
	return expand(template, named, POSIX)
}

// placeholders stand for every name that the option's templates may use.
func placeholders(rule *model.Rule, option *model.FixOption) values {
	all := values{}
	for _, name := range []string{"group", "cluster", "id", "subscription", "location", "nodeGroup", "version", "pool", "newPool", "kind", "name", "namespace", "patch"} {
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
		flags = append(flags, flag(entry.flag))
		if words := entry.words(true); words == nil || len(words) > 0 {
			flags = append(flags, "<"+entry.property+">")
		}
	}
	return append(flags, flag("--enable-cluster-autoscaler"), flag("--min-count"), "<minCount>", flag("--max-count"), "<maxCount>",
		flag("--node-count"), "<count>")
}
