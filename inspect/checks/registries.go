package checks

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/images"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// approved are the registries that the settings allow.
func approved(config map[string]any) []string {
	var list []string
	all, _ := config["registries"].([]any)
	for _, each := range all {
		if text, is := each.(string); is {
			list = append(list, text)
		}
	}
	return list
}

// unapprovedRegistries fails where workloads take images from registries that the
// settings do not allow. Microsoft's own come with AKS and are passed over.
func unapprovedRegistries(ask rules.Ask) rules.Answer {
	list := approved(ask.Config)
	if len(list) == 0 {
		return rules.NotApplicable("no registries are approved: name them under rules.registries in the settings")
	}
	var registries []any
	var evidence []model.Evidence
	for _, kind := range append([]model.Kind{model.KindPod}, model.ControllerKinds...) {
		for _, o := range ask.View.Objects[kind] {
			if o.Pod == nil || !o.Workload() {
				continue
			}
			for _, container := range o.Pod.Containers {
				image, err := images.Parse(container.Image)
				if err != nil || image.Microsoft() || image.Allowed(list) {
					continue
				}
				if !slices.Contains(registries, any(image.Registry)) {
					registries = append(registries, image.Registry)
				}
				if len(evidence) < mostEvidence {
					evidence = append(evidence, model.Evidence{Path: "image of " + container.Name, Object: o.Ref, Value: container.Image})
				}
			}
		}
	}
	if len(registries) == 0 {
		return rules.Passed()
	}
	names := make([]string, len(registries))
	for i, registry := range registries {
		names[i], _ = registry.(string)
	}
	slices.Sort(names)
	return rules.Failed(map[string]any{"registries": strings.Join(names, ", ")}, evidence...)
}

// mostEvidence bounds what is shown of one failure.
const mostEvidence = 30
