package scenario

import (
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/e2e/apiserver"
)

// readers gives the reader all but Secrets to read, and the limited user namespaces,
// pods and services alone.
func (l *loader) readers() {
	read := []string{"get", "list", "watch"}
	l.grant("audit", rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: "Group", Name: "readers"},
		rbacv1.PolicyRule{APIGroups: []string{""}, Verbs: read, Resources: []string{
			"namespaces", "nodes", "pods", "services", "serviceaccounts", "configmaps", "resourcequotas", "limitranges",
			"persistentvolumes", "persistentvolumeclaims", "replicationcontrollers", "endpoints", "events", "podtemplates",
		}},
		rbacv1.PolicyRule{APIGroups: []string{
			"apps", "batch", "autoscaling", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "discovery.k8s.io", "storage.k8s.io",
			"admissionregistration.k8s.io", "certificates.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "scheduling.k8s.io",
		}, Verbs: read, Resources: []string{"*"}},
	)
	l.grant("glance", rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: "User", Name: apiserver.Limited},
		rbacv1.PolicyRule{APIGroups: []string{""}, Verbs: read, Resources: []string{"namespaces", "pods", "services"}},
	)
}

// grant gives a subject a role of its own in the whole cluster.
func (l *loader) grant(name string, subject rbacv1.Subject, rules ...rbacv1.PolicyRule) {
	l.create(rbac+"clusterroles", "kubectl", &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules})
	l.create(rbac+"clusterrolebindings", "kubectl", &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name}, Subjects: []rbacv1.Subject{subject},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
	})
}
