package scenario

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Roles and bindings of each namespace, and the bindings of the whole cluster.
const (
	rolesEach       = 4
	bindingsEach    = 20
	clusterBindings = 1 // for each namespace
)

// groupID is the object ID of a team's group in Entra ID.
func groupID(team int) string { return fmt.Sprintf("5d1c7b2e-0000-4000-8000-%012x", team) }

// access is who may do what in a namespace.
func (l *loader) access(i int, namespace string) {
	for r := range rolesEach {
		rules := []rbacv1.PolicyRule{
			{APIGroups: []string{""}, Resources: []string{"pods", "services", "configmaps"}, Verbs: []string{"get", "list", "watch"}},
			{APIGroups: []string{"apps"}, Resources: []string{"deployments", "statefulsets"}, Verbs: []string{"get", "list", "watch", "patch"}},
		}
		if r == rolesEach-1 {
			rules = append(rules, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods/exec", "secrets"}, Verbs: []string{"create", "get"}})
		}
		l.create(in(rbac, namespace, "roles"), "kubectl", &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("duty-%d", r)}, Rules: rules})
	}
	for b := range bindingsEach {
		role := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: fmt.Sprintf("duty-%d", b%rolesEach)}
		if b%5 == 0 {
			role.Kind, role.Name = "ClusterRole", []string{"view", "edit", "admin"}[b/5%3]
		}
		l.create(in(rbac, namespace, "rolebindings"), "kubectl", &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("grant-%02d", b)}, RoleRef: role, Subjects: subjects(i, b, namespace),
		})
	}
}

// Subjects is how many identities the bindings of so many namespaces name: in each ten
// people and a service account, and a group in every third.
func Subjects(namespaces int) int { return 11*namespaces + (namespaces+2)/3 }

// subjects are a team's group, one of its people, or a service account, in turn.
func subjects(i, b int, namespace string) []rbacv1.Subject {
	switch b % 6 {
	case 0, 3:
		return []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "Group", Name: groupID(i / 3)}}
	case 1, 2, 4:
		return []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: fmt.Sprintf("person-%03d-%d@fabrikam.example", i, b)}}
	default:
		return []rbacv1.Subject{{Kind: "ServiceAccount", Name: "deployer", Namespace: namespace}}
	}
}

// cluster fills what belongs to no namespace.
func (l *loader) cluster(namespaces int) {
	for n := range l.nodes {
		l.node(n)
	}
	for r := range max(4, namespaces*2/5) {
		l.create(rbac+"clusterroles", "kubectl", &rbacv1.ClusterRole{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("operator-%03d", r)},
			Rules: []rbacv1.PolicyRule{
				{APIGroups: []string{fmt.Sprintf("operator%03d.example", r)}, Resources: []string{"*"}, Verbs: []string{"*"}},
				{APIGroups: []string{""}, Resources: []string{"events"}, Verbs: []string{"create", "patch"}},
			},
		})
	}
	for b := range namespaces * clusterBindings {
		l.create(rbac+"clusterrolebindings", "kubectl", &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("operator-%03d", b)},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: fmt.Sprintf("operator-%03d", b%max(4, namespaces*2/5))},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: "deployer", Namespace: NamespaceName(b)}},
		})
	}
	l.readers()
}
