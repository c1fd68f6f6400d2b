package checks

import (
	"maps"
	"slices"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// literalCredential fails where a container's environment, or a ConfigMap, holds a
// secret in plain text.
func literalCredential(ask rules.Ask) rules.Answer {
	if ask.Object.Kind == model.KindConfigMap {
		return credentialKeys(ask)
	}
	var failing []any
	patches := []any{}
	names := []any{}
	for _, each := range ask.Containers() {
		container, _ := each.(map[string]any)
		variables, _ := container["env"].([]any)
		var moved []any
		for _, each := range variables {
			variable, _ := each.(map[string]any)
			name, _ := variable["name"].(string)
			if value, is := variable["value"].(string); !is || !object.IsCredential(name, value) {
				continue
			}
			names = append(names, name)
			moved = append(moved, map[string]any{
				"name": name, "value": nil,
				"valueFrom": map[string]any{"secretKeyRef": map[string]any{"name": "{{name}}-env", "key": name}},
			})
		}
		if len(moved) == 0 {
			continue
		}
		failing = append(failing, container)
		patches = append(patches, map[string]any{"name": container["name"], object.ContainerRole: container[object.ContainerRole], "env": moved})
	}
	if len(failing) == 0 {
		return rules.Passed()
	}
	answer := rules.Failed(map[string]any{"patches": patches, "names": names})
	answer.Failing = failing
	return answer
}

// credentialKeys fails for a ConfigMap of which values were hidden on arrival, since
// they look like secrets.
func credentialKeys(ask rules.Ask) rules.Answer {
	data, _ := ask.Tree["data"].(map[string]any)
	if len(data) == 0 {
		return rules.Passed()
	}
	keys := slices.Sorted(maps.Keys(data))
	names := make([]any, len(keys))
	cleared := map[string]any{}
	var evidence []model.Evidence
	for i, key := range keys {
		names[i], cleared[key] = key, nil
		evidence = append(evidence, model.Evidence{Path: "data[" + key + "]", Object: ask.Object.Ref, Value: document.Hidden})
	}
	for _, reader := range readersOf(ask.View, ask.Object) {
		evidence = append(evidence, model.Evidence{Path: "read by", Object: reader.Ref, Value: ask.Object.Name})
	}
	return rules.Failed(map[string]any{"names": names, "patches": []any{}, "cleared": cleared}, evidence...)
}

// mostReaders is how many workloads are named that read a ConfigMap.
const mostReaders = 10

// readersOf are the workloads that name a ConfigMap.
func readersOf(view *object.View, o *model.Object) []*model.Object {
	var found []*model.Object
	for _, kind := range append([]model.Kind{model.KindPod}, model.ControllerKinds...) {
		for _, each := range view.Objects[kind] {
			if len(found) < mostReaders && each.Namespace == o.Namespace && each.Workload() && each.Pod != nil && slices.Contains(each.Pod.ConfigMaps, o.Name) {
				found = append(found, each)
			}
		}
	}
	return found
}
