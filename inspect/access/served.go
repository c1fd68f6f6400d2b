package access

import (
	"slices"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Verbs are what people ask about, the common ones first.
var Verbs = []string{
	"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate", "bind", "escalate", "approve", "*",
}

// subresources are those that are worth asking about.
var subresources = []string{
	"pods/exec", "pods/attach", "pods/portforward", "pods/log", "pods/ephemeralcontainers", "pods/proxy", "services/proxy", "nodes/proxy",
	"serviceaccounts/token", "deployments/scale", "certificatesigningrequests/approval", "namespaces/finalize",
}

// Resources lists what one may ask about, as people write it: what Kubernetes itself
// serves, and what the custom resource definitions of the cluster add. View may be nil.
func Resources(view *object.View) []string {
	all := slices.Clone(subresources)
	for _, kind := range model.ObjectKinds {
		if !kind.Optional {
			all = append(all, kind.Resource)
		}
	}
	for resource := range groupsOf {
		all = append(all, resource)
	}
	if view != nil {
		for _, definition := range view.Objects[model.KindCustomResourceDefinition] {
			all = append(all, definition.Name)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
