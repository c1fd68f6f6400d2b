package rules

import (
	"fmt"
	"slices"

	"github.com/aksight/aksight/model"
)

// incompleteInside names a field of a rule on what runs in a cluster that will not do,
// and why.
func incompleteInside(rule *model.Rule) (field, reason string) {
	switch {
	case rule.Fails != "" && rule.Check != "":
		return "check", "fails and check both decide: keep one"
	case rule.Each != "" && rule.Check != "":
		return "each", "each goes with fails: a check goes through lists itself"
	case rule.Preview:
		return "preview", "only rules on a cluster's own documents know preview api-versions"
	case rule.Since != "":
		return "since", "only rules on a cluster's own documents know api-versions"
	}
	for _, kind := range rule.Also {
		if _, known := model.FindObjectKind(kind); !known && kind != model.KindWorkload && kind != model.KindInside {
			return "also", notObjects(kind)
		}
	}
	for field, kinds := range map[string][]model.Kind{"reads": rule.Reads, "mayRead": rule.MayRead} {
		for _, kind := range kinds {
			if _, known := model.FindObjectKind(kind); !known {
				return field, notObjects(kind)
			}
		}
	}
	for i := range rule.Fix {
		if field, reason := incompleteFix(&rule.Fix[i]); reason != "" {
			return field, reason
		}
	}
	return "", ""
}

func incompleteFix(option *model.FixOption) (field, reason string) {
	if option.ClusterEffect != nil {
		return "fix", "clusterEffect: only a node pool's rule changes the cluster's document"
	}
	for _, effect := range option.ChildEffect {
		if _, known := model.FindObjectKind(effect.Kind); !known {
			return "fix", "childEffect: " + notObjects(effect.Kind)
		}
	}
	for _, step := range option.Steps {
		switch {
		case step.Patch != "" && step.Run != "":
			return "fix", "a step has run or patch, not both"
		case step.Target != nil && step.Patch == "":
			return "fix", "target names whom a patch changes, and the step has none"
		}
		if step.Target == nil {
			continue
		}
		if _, known := model.FindObjectKind(step.Target.Kind); !known {
			return "fix", "target: " + notObjects(step.Target.Kind)
		}
	}
	return "", ""
}

func notObjects(kind model.Kind) string {
	if slices.Contains([]model.Kind{model.KindWorkload, model.KindInside}, kind) {
		return fmt.Sprintf("%q can be judged and not read: name the kinds, such as Deployment", kind)
	}
	return fmt.Sprintf("%q is not a kind of Kubernetes object that is read", kind)
}
