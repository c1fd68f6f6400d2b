package checks

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// matchesAny reports whether a name is one of these, which may have an asterisk at one end.
func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		before, after, glob := strings.Cut(pattern, "*")
		if !glob {
			return pattern == name
		}
		return strings.HasPrefix(name, before) && strings.HasSuffix(name, after)
	})
}

// labelsOf are the labels of a namespace with that of its name, which all of them carry.
func labelsOf(namespace string, has map[string]string) labels.Set {
	set := labels.Set{corev1.LabelMetadataName: namespace}
	maps.Copy(set, has)
	return set
}

// listAt returns the objects in the list at a path.
func listAt(tree map[string]any, path string) []map[string]any {
	value, _ := document.Lookup(tree, path)
	list, _ := value.([]any)
	var found []map[string]any
	for _, each := range list {
		if one, is := each.(map[string]any); is {
			found = append(found, one)
		}
	}
	return found
}

// selectorsAt is the label selector at a path, or none.
func selectorsAt(tree map[string]any, path string) []labels.Selector {
	value, has := document.Lookup(tree, path)
	if !has {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	var written metav1.LabelSelector
	if json.Unmarshal(text, &written) != nil {
		return nil
	}
	selector, err := metav1.LabelSelectorAsSelector(&written)
	if err != nil {
		return nil
	}
	return []labels.Selector{selector}
}

type gatekeeperKey struct{}

// ignoredByGatekeeper is the label of namespaces that Gatekeeper's webhook is not asked
// about.
const ignoredByGatekeeper = "admission.gatekeeper.sh/ignore"

// gatekeeperSelectors are what namespaces have to meet for Gatekeeper to be asked at all.
func gatekeeperSelectors(view *object.View) []labels.Selector {
	return object.Derived(view, gatekeeperKey{}, func(view *object.View) []labels.Selector {
		for _, o := range view.Objects[model.KindValidatingWebhook] {
			tree, err := object.Tree(o)
			if err != nil {
				continue
			}
			for _, webhook := range listAt(tree, "webhooks") {
				if document.Text(webhook, "name") == "validation.gatekeeper.sh" {
					return selectorsAt(webhook, "namespaceSelector")
				}
			}
		}
		ignored, err := labels.NewRequirement(ignoredByGatekeeper, selection.DoesNotExist, nil)
		if err != nil {
			return nil
		}
		return []labels.Selector{labels.NewSelector().Add(*ignored)}
	})
}
