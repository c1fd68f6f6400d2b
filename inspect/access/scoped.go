package access

import (
	"strings"
	"sync"

	"github.com/aksight/aksight/model"
)

// moreClusterScoped are resources in no namespace beside those that are read,
// GROUP/RESOURCE; a role that is bound in a namespace says nothing of them there.
var moreClusterScoped = []string{
	"/users", "/groups",
	"authentication.k8s.io/users", "authentication.k8s.io/groups", "authentication.k8s.io/uids", "authentication.k8s.io/userextras",
	"authentication.k8s.io/nodes", "authentication.k8s.io/tokenreviews", "authorization.k8s.io/subjectaccessreviews",
	"certificates.k8s.io/signers", "admissionregistration.k8s.io/mutatingadmissionpolicies",
	"admissionregistration.k8s.io/mutatingadmissionpolicybindings", "apiregistration.k8s.io/apiservices",
	"storage.k8s.io/csidrivers", "node.k8s.io/runtimeclasses", "scheduling.k8s.io/priorityclasses",
	"mutations.gatekeeper.sh/assign", "mutations.gatekeeper.sh/assignimage", "mutations.gatekeeper.sh/assignmetadata",
	"mutations.gatekeeper.sh/modifyset", "cid.wi.aks.azure.com/*",
}

// kindOf names a resource by its group.
type kindOf struct{ group, resource string }

var clusterScoped = sync.OnceValue(func() map[kindOf]bool {
	scoped := map[kindOf]bool{}
	for _, kind := range model.ObjectKinds {
		if !kind.Namespaced {
			for _, place := range kind.Places() {
				scoped[kindOf{place.Group, kind.Resource}] = true
			}
		}
	}
	for _, entry := range moreClusterScoped {
		group, resource, _ := strings.Cut(entry, "/")
		scoped[kindOf{group, resource}] = true
	}
	return scoped
})

// wideOnly reports whether what is asked can be allowed only in the whole cluster. A
// request on a namespace is one in it, and whether a ClusterRole may be bound is asked in
// the namespace of the binding.
func (q *Question) wideOnly() bool {
	switch {
	case q.Group == "" && q.Resource == "namespaces", q.Verb == "bind":
		return false
	case clusterScoped()[kindOf{q.Group, All}]:
		return true // every kind of the group
	default:
		return clusterScoped()[kindOf{q.Group, q.Resource}]
	}
}
