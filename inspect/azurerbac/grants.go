package azurerbac

import (
	"slices"
	"strings"
)

const (
	aksActions = "Microsoft.ContainerService/managedClusters/"
	acrActions = "Microsoft.ContainerRegistry/registries/"
)

// grantOf are what rules ask of a role, by the actions that any of makes it.
var grantOf = []struct {
	name    string
	data    bool
	actions []string
}{
	{name: "admin-kubeconfig", actions: []string{aksActions + "listClusterAdminCredential/action", aksActions + "accessProfiles/listCredential/action"}},
	{name: "user-kubeconfig", actions: []string{aksActions + "listClusterUserCredential/action"}},
	{name: "run-command", actions: []string{aksActions + "runcommand/action"}},
	{name: "change-cluster", actions: []string{aksActions + "write"}},
	{name: "assign-roles", actions: []string{"Microsoft.Authorization/roleAssignments/write"}},
	// Whoever writes roles and lists Secrets everywhere in the cluster is its admin.
	{name: "data-admin", data: true, actions: []string{aksActions + "rbac.authorization.k8s.io/clusterroles/escalate/action"}},
	{name: "data-secrets", data: true, actions: []string{aksActions + "secrets/read"}},
	{name: "data", data: true, actions: []string{aksActions + "pods/read", aksActions + "pods/write", aksActions + "secrets/read"}},
	{name: "pull", actions: []string{acrActions + "pull/read"}},
	{name: "pull", data: true, actions: []string{acrActions + "repositories/content/read"}},
	{name: "push", actions: []string{acrActions + "push/write"}},
	{name: "push", data: true, actions: []string{acrActions + "repositories/content/write"}},
}

// Grants says in the words that rules use what a role is good for: admin-kubeconfig,
// user-kubeconfig, run-command, change-cluster, assign-roles, data-admin, data-secrets,
// data (any right in Kubernetes), pull and push (in a registry). A role whose definition
// was not read grants nothing that is known.
func (r *Role) Grants() []string {
	var grants []string
	for _, grant := range grantOf {
		allows := r.Allows
		if grant.data {
			allows = r.AllowsData
		}
		if slices.ContainsFunc(grant.actions, allows) && !slices.Contains(grants, grant.name) {
			grants = append(grants, grant.name)
		}
	}
	return grants
}

// aks reports whether the role is about AKS: an entry names its resources, rather than
// those of all services.
func (r *Role) aks() bool {
	if r == nil {
		return false
	}
	named := func(entry string) bool {
		rest, is := strings.CutPrefix(strings.ToLower(entry), strings.ToLower(aksActions))
		// Whoever may read may often list credentials for users too.
		return is && rest != "read" && !strings.HasPrefix(rest, "*/read")
	}
	return slices.ContainsFunc(r.Permissions, func(p Permission) bool {
		return slices.ContainsFunc(p.Actions, named) || slices.ContainsFunc(p.DataActions, named)
	})
}
