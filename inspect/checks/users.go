package checks

import (
	"slices"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// mayRunAsRoot fails where nothing keeps a container from running as root. Where the
// kubelet tells whom its pods run as, the answer says so: the image's own user stands in
// no manifest.
func mayRunAsRoot(ask rules.Ask) rules.Answer {
	var failing []any
	var evidence []model.Evidence
	asRoot, asOther, named := []any{}, []any{}, false
	for _, each := range ask.Containers() {
		container, _ := each.(map[string]any)
		forced, uid := userOf(container, ask.Template)
		if uid > 0 || uid < 0 && forced {
			continue
		}
		failing = append(failing, container)
		name, _ := container["name"].(string)
		switch user, pod := startedAs(podsOf(ask.View, ask.Object), name); {
		case uid == 0:
			asRoot, named = append(asRoot, name), true
		case user == model.UserRoot:
			asRoot = append(asRoot, name)
			evidence = append(evidence, model.Evidence{Path: "status.containerStatuses[" + name + "].user.linux.uid", Object: pod.Ref, Value: int64(0)})
		case user == model.UserOther:
			asOther = append(asOther, name)
			evidence = append(evidence, model.Evidence{Path: "status.containerStatuses[" + name + "].user.linux.uid", Object: pod.Ref, Value: "not 0"})
		}
	}
	if len(failing) == 0 {
		return rules.Passed()
	}
	answer := rules.Failed(map[string]any{
		"root": asRoot, "named": named, "known": len(asOther) == len(failing),
	}, evidence...)
	answer.Failing = failing
	return answer
}

// userOf tells whether a container is refused as root, and the number of the user that
// the manifest names for it, or -1.
func userOf(container, template map[string]any) (forced bool, uid int64) {
	uid = -1
	for _, from := range []struct {
		tree map[string]any
		path string
	}{{template, "spec.securityContext."}, {container, "securityContext."}} { // the container's own counts last
		if value, has := document.Lookup(from.tree, from.path+"runAsNonRoot"); has {
			forced, _ = value.(bool)
		}
		if value, has := document.Lookup(from.tree, from.path+"runAsUser"); has {
			if number, is := value.(int64); is {
				uid = number
			}
		}
	}
	return forced, uid
}

// startedAs is whom a container runs as in the pods of a workload: root, if in any.
func startedAs(pods []*model.Object, container string) (model.ContainerUser, *model.Object) {
	user, of := model.UserUntold, (*model.Object)(nil)
	for _, pod := range pods {
		if pod.Pod == nil {
			continue
		}
		at := slices.IndexFunc(pod.Pod.Containers, func(c model.ContainerSummary) bool { return c.Name == container })
		if at < 0 || pod.Pod.Containers[at].User == model.UserUntold || user == model.UserOther && pod.Pod.Containers[at].User == model.UserOther {
			continue
		}
		if user, of = pod.Pod.Containers[at].User, pod; user == model.UserRoot {
			break
		}
	}
	return user, of
}
