package access

import (
	"slices"

	"github.com/aksight/aksight/inspect/azurerbac"
)

const managedClusters = "Microsoft.ContainerService/managedClusters/"

// foldedVerbs are the verbs that the webhook of Azure RBAC takes for one (kubeguard/guard,
// authz/providers/azure/rbac/checkaccessreqhelper.go); it has no opinion on others.
var foldedVerbs = map[string]string{
	"get": "read", "list": "read", "watch": "read",
	"create": "write", "update": "write", "patch": "write",
	"delete": "delete", "deletecollection": "delete",
	"bind": "bind/action", "escalate": "escalate/action", "use": "use/action", "impersonate": "impersonate/action",
}

// registeredGroups are the API groups whose resources have actions of their own; those
// of every other group are custom resources to Azure.
var registeredGroups = []string{
	"", "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "apps", "authentication.k8s.io",
	"authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io",
	"extensions", "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "metrics.k8s.io", "networking.k8s.io", "node.k8s.io",
	"policy", "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "snapshot.storage.k8s.io", "storage.k8s.io",
	"storagemigration.k8s.io",
}

// DataActions returns the actions of Azure RBAC for Kubernetes that a request needs:
// several where a question asks for every verb. There are none for a verb that Azure has
// no opinion on. A subresource counts as its parent, except pods/exec.
func DataActions(q *Question) []string {
	verbs := []string{foldedVerbs[q.Verb]}
	if q.Verb == All {
		verbs = []string{"read", "write", "delete"}
	}
	var actions []string
	for _, verb := range verbs {
		switch {
		case verb == "":
		case q.Path != "":
			actions = append(actions, managedClusters+q.Path[1:]+"/"+verb)
		case q.Resource == "pods" && q.Subresource == "exec" && q.Group == "":
			actions = append(actions, managedClusters+"pods/exec/action")
		case q.Resource == All:
			// Only a role that names no single resource allows this.
			actions = append(actions, managedClusters+"*/"+verb)
		case q.Group == "":
			actions = append(actions, managedClusters+q.Resource+"/"+verb)
		case slices.Contains(registeredGroups, q.Group):
			actions = append(actions, managedClusters+q.Group+"/"+q.Resource+"/"+verb)
		default:
			actions = append(actions, managedClusters+"customresources/"+verb)
		}
	}
	return slices.Compact(actions)
}

// azureAllows reports whether a role of Azure allows what is asked, and no deny
// assignment that counts for its holder refuses it.
func azureAllows(role *azurerbac.Role, denies []*azurerbac.Deny, q *Question) bool {
	actions := DataActions(q)
	if len(actions) == 0 {
		return false
	}
	for _, action := range actions {
		if !role.AllowsData(action) || azurerbac.AnyDenies(denies, action, true) {
			return false
		}
	}
	return true
}
