package checks

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/images"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// imageFloats fails where a container's image is another one tomorrow under the same name.
func imageFloats(ask rules.Ask) rules.Answer { return unpinned(ask, images.Image.Floats) }

// imageUnpinned fails where a container's image is not named by its digest.
func imageUnpinned(ask rules.Ask) rules.Answer {
	return unpinned(ask, func(image images.Image) bool { return image.Digest == "" })
}

// unpinned finds the containers whose image is named loosely, and by the pods that run
// what would pin it.
func unpinned(ask rules.Ask, loose func(images.Image) bool) rules.Answer {
	running := digestsOf(ask.View, ask.Object)
	var failing []any
	pins := []any{}
	complete := true
	for _, each := range ask.Containers() {
		container, _ := each.(map[string]any)
		name, _ := container["image"].(string)
		image, err := images.Parse(name)
		if err != nil || !loose(image) {
			continue
		}
		failing = append(failing, container)
		digest := running[container["name"]]
		if digest == "" {
			complete = false
			continue
		}
		pins = append(pins, map[string]any{
			"name": container["name"], object.ContainerRole: container[object.ContainerRole], "image": name + "@" + digest,
		})
	}
	if len(failing) == 0 {
		return rules.Passed()
	}
	answer := rules.Failed(map[string]any{"pins": pins, "complete": complete})
	answer.Failing = failing
	return answer
}

type podsKey struct{}

// podsOf returns the pods of a workload: itself, where it is one.
func podsOf(view *object.View, o *model.Object) []*model.Object {
	byOwner := object.Derived(view, podsKey{}, func(view *object.View) map[model.Ref][]*model.Object {
		owned := map[model.Ref][]*model.Object{}
		for _, pod := range view.Objects[model.KindPod] {
			owner := view.TopOwner(pod).Ref
			owned[owner] = append(owned[owner], pod)
		}
		return owned
	})
	return byOwner[o.Ref]
}

// digestsOf returns the digests of the images that a workload's containers run, where
// all its pods run the same.
func digestsOf(view *object.View, o *model.Object) map[any]string {
	digests, differ := map[any]string{}, map[any]bool{}
	for _, pod := range podsOf(view, o) {
		if pod.Pod == nil {
			continue
		}
		for _, container := range pod.Pod.Containers {
			known := digests[container.Name]
			differ[container.Name] = differ[container.Name] || known != "" && container.Digest != "" && known != container.Digest
			if container.Digest != "" {
				digests[container.Name] = container.Digest
			}
		}
	}
	for name, is := range differ {
		if is {
			delete(digests, name)
		}
	}
	return digests
}

// registryNotAllowed fails where a container's image comes from a registry that the
// settings do not approve; without such a list, from one where anybody may publish.
func registryNotAllowed(ask rules.Ask) rules.Answer {
	list := approved(ask.Config)
	var failing []any
	imports := []any{}
	registries := []string{}
	for _, each := range ask.Containers() {
		container, _ := each.(map[string]any)
		name, _ := container["image"].(string)
		image, err := images.Parse(name)
		if err != nil || image.Microsoft() || len(list) > 0 && image.Allowed(list) || len(list) == 0 && !image.Public() {
			continue
		}
		failing = append(failing, container)
		registries = appendOnce(registries, image.Registry)
		tag := image.Tag
		if tag == "" {
			tag = "latest"
		}
		source, target := image.Registry+"/"+image.Repository+":"+tag, image.Repository+":"+tag
		pinned := target
		if image.Digest != "" {
			source, pinned = image.Registry+"/"+image.Repository+"@"+image.Digest, target+"@"+image.Digest
		}
		imports = append(imports, map[string]any{
			"name": container["name"], object.ContainerRole: container[object.ContainerRole],
			"source": source, "target": target, "image": pinned,
		})
	}
	if len(failing) == 0 {
		return rules.Passed()
	}
	answer := rules.Failed(map[string]any{"imports": imports, "registries": strings.Join(registries, ", "), "listed": len(list) > 0})
	answer.Failing = failing
	return answer
}

func appendOnce(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}
