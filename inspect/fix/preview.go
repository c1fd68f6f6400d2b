package fix

import (
	"fmt"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

// Preview returns the subject as it would be after the plan at that place in Plans.
// Values not given are taken from the examples of what is asked.
func Preview(rule *model.Rule, plan int, s model.Subject, opts Options) (model.Subject, error) {
	vars := expr.NewVars(s, opts.Now, opts.Config, answers(rule, opts.Answers, example))
	options := offered(rule, vars)
	if plan < 0 || plan >= len(options) {
		return s, fmt.Errorf("%s offers no fix %d here", rule.ID, plan+1)
	}
	option := options[plan]
	if option.Effect == nil && option.ClusterEffect == nil && option.ChildEffect == nil {
		return s, fmt.Errorf("the effect of %q does not show in the document", option.Title)
	}
	all, err := valuesFor(rule, option, s, vars)
	if err != nil {
		return s, err
	}
	after := s
	cluster := *s.Cluster
	cluster.Tree = document.Clone(s.Cluster.Tree)
	after.Cluster = &cluster
	effect, err := fillPatch(option.Effect, all)
	if err != nil {
		return s, err
	}
	clusterEffect, err := fillPatch(option.ClusterEffect, all)
	if err != nil {
		return s, err
	}
	document.Merge(document.Tree(after), effect)
	document.Merge(cluster.Tree, clusterEffect)
	document.Normalize(cluster.Tree)
	if after.Children, err = changedChildren(option.ChildEffect, s, all, vars); err != nil {
		return s, err
	}
	return after, nil
}

// fillPatch fills a merge patch's placeholders in.
func fillPatch(patch map[string]any, all values) (map[string]any, error) {
	filled := make(map[string]any, len(patch))
	for key, value := range patch {
		value, err := fillValue(value, all)
		if err != nil {
			return nil, err
		}
		filled[key] = value
	}
	return filled, nil
}

func fillValue(value any, all values) (any, error) {
	switch value := value.(type) {
	case map[string]any:
		return fillPatch(value, all)
	case []any:
		filled := make([]any, len(value))
		for i, item := range value {
			item, err := fillValue(item, all)
			if err != nil {
				return nil, err
			}
			filled[i] = item
		}
		return filled, nil
	case string:
		return fillText(value, all)
	default:
		return value, nil
	}
}

// fillText fills one string in: a placeholder alone keeps its value's type.
func fillText(text string, all values) (any, error) {
	if match := placeholder.FindStringSubmatch(text); len(match) > 1 && match[0] == text {
		value, known := all[match[1]]
		if !known {
			return nil, fmt.Errorf("the effect names %q, which the fix does not define", match[1])
		}
		return value, nil
	}
	filled, err := words("'"+text+"'", all)
	if err != nil || len(filled) != 1 {
		return text, err
	}
	return filled[0].text, nil
}
