package kube

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// ReaderRole is a ClusterRole that may read every kind that is read from inside a
// cluster but Secrets, with the binding that gives it to a user. Events have a
// rule of their own: only who asks for them needs it. It is what a reader
// without rights hands to whoever runs the cluster.
func ReaderRole(user string) string {
	var groups []string
	resources := map[string][]string{}
	for _, kind := range model.ObjectKinds {
		if kind.Form == model.AsTable {
			continue // a right to list Secrets is a right to their values
		}
		for _, place := range kind.Places() {
			if resources[place.Group] == nil {
				groups = append(groups, place.Group)
			}
			if !slices.Contains(resources[place.Group], kind.Resource) {
				resources[place.Group] = append(resources[place.Group], kind.Resource)
			}
		}
	}
	var b strings.Builder
	b.WriteString("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: aksight-reader\nrules:\n")
	for _, group := range groups {
		fmt.Fprintf(&b, "- apiGroups: [%q]\n  resources: [", group)
		for i, resource := range resources[group] {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%q", resource)
		}
		b.WriteString("]\n  verbs: [\"get\", \"list\", \"watch\"]\n")
	}
	fmt.Fprintf(&b, "# Read only when somebody asks what happened to an object:\n- apiGroups: [%q]\n  resources: [%q]\n  verbs: [\"list\"]\n",
		model.EventKind.Group, model.EventKind.Resource)
	if user == "" {
		user = "the user, or the object ID of a group with kind: Group"
	}
	b.WriteString("---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: aksight-reader\n" +
		"roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: aksight-reader\n" +
		"subjects:\n- apiGroup: rbac.authorization.k8s.io\n  kind: User\n")
	fmt.Fprintf(&b, "  name: %q\n", user)
	return b.String()
}
