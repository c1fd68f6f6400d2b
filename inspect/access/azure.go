package access

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/model"
)

// coverage says where an assignment of an Azure role counts.
type coverage uint8

const (
	// inCluster: its data actions are rights in Kubernetes.
	inCluster coverage = 1 << iota
	// onCluster: its actions count on the cluster as a resource of Azure.
	onCluster
	// onNodes: its actions count on what lies in the resource group of the nodes.
	onNodes
)

// kindAdminGroup is the kind under which a group of the cluster's own list of admins is
// shown as a binding.
const kindAdminGroup model.Kind = "adminGroup"

// ClusterAdmin is the role that may do everything.
var ClusterAdmin = model.Ref{Kind: model.KindClusterRole, Name: "cluster-admin"}

// everything are the rules of cluster-admin.
var everything = []rbacv1.PolicyRule{
	{Verbs: []string{All}, APIGroups: []string{All}, Resources: []string{All}},
	{Verbs: []string{All}, NonResourceURLs: []string{All}},
}

// adminGroupBinding is what AKS makes of the list of admin groups.
const adminGroupBinding = "aks-cluster-admin-binding-aad"

// addAzure adds what Azure gives in a cluster, and to the nodes beside it.
func (x *Index) addAzure(c *Cluster) {
	x.addAdminGroups(c)
	roles := map[azureRole]*Role{}
	for _, assignment := range x.azure.Assignments {
		namespace, counts := countsIn(c, assignment)
		if counts == 0 {
			continue
		}
		role := x.azureRole(roles, c, assignment, counts)
		created := assignment.Created
		b := &Binding{
			Object: &model.Object{
				Ref:     model.Ref{Kind: assignment.Kind, Namespace: namespace, Name: assignment.ID.Name()},
				Created: created,
			},
			Assignment: assignment, Role: role,
			RoleRef: model.Ref{Kind: model.KindRoleDefinition, Name: assignment.RoleName()},
		}
		x.bind(b, []Subject{assignee(assignment)})
	}
}

// assignee is whom an assignment names.
func assignee(a *azurerbac.Assignment) Subject {
	if strings.EqualFold(a.PrincipalType, "Group") || strings.EqualFold(a.PrincipalType, "ForeignGroup") {
		return Subject{Kind: Group, Name: a.Principal}
	}
	return Subject{Kind: User, Name: a.Principal}
}

// countsIn tells where an assignment counts, and the namespace that it is limited to.
func countsIn(c *Cluster, a *azurerbac.Assignment) (namespace string, counts coverage) {
	if a.Covers(c.ID) {
		counts |= onCluster
		if c.AzureRBAC {
			counts |= inCluster
		}
	} else if a.Within(c.ID) {
		under := string(a.Scope[len(c.ID)+1:])
		kind, name, _ := strings.Cut(under, "/")
		if !strings.EqualFold(kind, "namespaces") && !strings.EqualFold(kind, "managedNamespaces") || name == "" {
			return "", 0
		}
		if c.AzureRBAC {
			counts |= inCluster
		}
		return name, counts
	}
	if c.NodeGroup != "" && (a.Covers(c.NodeGroup) || a.Within(c.NodeGroup)) {
		counts |= onNodes
	}
	return "", counts
}

// azureRole names a role of Azure that counts alike for all who hold it.
type azureRole struct {
	id     model.ID
	counts coverage
}

// azureRole returns the role of an assignment, one for all assignments of it that count
// alike; holders whom a deny assignment names get one of their own.
func (x *Index) azureRole(known map[azureRole]*Role, c *Cluster, a *azurerbac.Assignment, counts coverage) *Role {
	if a.Role == nil {
		return nil
	}
	ids := []string{a.Principal}
	for _, membership := range x.azure.GroupChain(a.Principal) {
		ids = append(ids, membership.Group)
	}
	role := &Role{
		Object: &model.Object{Ref: model.Ref{Kind: model.KindRoleDefinition, Name: a.Role.Name}},
		Azure:  a.Role, counts: counts,
		denies: x.azure.DeniesFor(ids, c.ID), nodeDenies: x.azure.DeniesFor(ids, c.NodeGroup),
	}
	own := len(role.denies) > 0 || len(role.nodeDenies) > 0
	key := azureRole{a.Role.ID.Fold(), counts}
	if held := known[key]; held != nil && !own {
		return held
	}
	if !own {
		known[key] = role
	}
	x.Roles = append(x.Roles, role)
	return role
}

// addAdminGroups adds the cluster's own list of admins, where the binding that AKS makes
// of it was not read.
func (x *Index) addAdminGroups(c *Cluster) {
	for _, b := range x.Bindings {
		if b.Kind == model.KindClusterRoleBinding && b.Name == adminGroupBinding {
			return
		}
	}
	if len(c.AdminGroups) == 0 {
		return
	}
	role := x.byRole[ClusterAdmin]
	if role == nil {
		role = &Role{Object: &model.Object{Ref: ClusterAdmin}, Rules: everything}
		x.addRole(role)
	}
	for _, group := range c.AdminGroups {
		b := &Binding{Object: &model.Object{Ref: model.Ref{Kind: kindAdminGroup, Name: group}}, Role: role, RoleRef: ClusterAdmin}
		x.bind(b, []Subject{{Kind: Group, Name: group}})
	}
}

// allowsAction reports whether the role allows an action of Azure where it counts.
func (r *Role) allowsAction(where coverage, action string) bool {
	if r.Azure == nil || r.counts&where == 0 || !r.Azure.Allows(action) {
		return false
	}
	if where == onNodes {
		return !azurerbac.AnyDenies(r.nodeDenies, action, false)
	}
	return !azurerbac.AnyDenies(r.denies, action, false)
}
