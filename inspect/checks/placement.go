package checks

import (
	"slices"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

const modeLabel = "kubernetes.azure.com/mode"

// limitsMissing fails where a container has no requests or no memory limit, and no
// LimitRange of its namespace gives it any.
func limitsMissing(ask rules.Ask) rules.Answer {
	defaults := limitDefaults(ask.View, ask.Object.Namespace)
	var failing []any
	for _, each := range ask.Containers() {
		container, _ := each.(map[string]any)
		if container[object.ContainerRole] == object.RoleEphemeral {
			continue // they can have none
		}
		for _, path := range []string{"requests.cpu", "requests.memory", "limits.memory"} {
			if _, set := document.Lookup(container, "resources."+path); !set && !slices.Contains(defaults, path) {
				failing = append(failing, container)
				break
			}
		}
	}
	if len(failing) == 0 {
		return rules.Passed()
	}
	answer := rules.Failed(nil)
	answer.Failing = failing
	return answer
}

// limitDefaults are what the LimitRanges of a namespace fill in.
func limitDefaults(view *object.View, namespace string) []string {
	var filled []string
	for _, o := range view.InNamespace(model.KindLimitRange, namespace) {
		tree, err := object.Tree(o)
		if err != nil {
			continue
		}
		list, _ := document.Lookup(tree, "spec.limits")
		all, _ := list.([]any)
		for _, each := range all {
			limit, _ := each.(map[string]any)
			if limit["type"] != "Container" {
				continue
			}
			for from, into := range map[string]string{"default": "limits.", "defaultRequest": "requests."} {
				values, _ := limit[from].(map[string]any)
				for resource := range values {
					filled = append(filled, into+resource)
					if from == "default" {
						filled = append(filled, "requests."+resource) // a limit is the request where none is given
					}
				}
			}
		}
	}
	return filled
}

// onSystemPool fails where a workload of the customer's runs on nodes that are kept for
// the cluster's own, and others are there.
func onSystemPool(ask rules.Ask) rules.Answer {
	modes := map[string]string{}
	for _, o := range ask.View.Objects[model.KindNode] {
		modes[o.Name] = o.Labels[modeLabel]
	}
	user := slices.ContainsFunc(ask.View.Objects[model.KindNode], func(o *model.Object) bool { return o.Labels[modeLabel] == "user" })
	if !user {
		return rules.NotApplicable("the cluster has no nodes for applications (AKS-NODE-010)")
	}
	spec, _ := ask.Template["spec"].(map[string]any)
	selector, _ := spec["nodeSelector"].(map[string]any)
	if mode, _ := selector[modeLabel].(string); mode == "user" {
		return rules.Passed()
	}
	var on []any
	for _, pod := range podsOf(ask.View, ask.Object) {
		if pod.Pod != nil && modes[pod.Pod.Node] == "system" && !slices.Contains(on, any(pod.Pod.Node)) {
			on = append(on, pod.Pod.Node)
		}
	}
	if len(on) == 0 {
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"nodes": on}, model.Evidence{Path: "runs on nodes of a system pool", Value: on})
}
