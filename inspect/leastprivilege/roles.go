package leastprivilege

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/inspect/access"
)

// namesAtMost is how many names of objects a rule lists: beyond it they are taken for
// names that come and go.
const namesAtMost = 5

// Roles returns the smallest roles that cover what was used: a Role for each namespace and
// a ClusterRole for what is in none, each with a binding. The name is that of all of them.
func (u *Use) Roles(name string) []any {
	var roles []any
	namespaces := map[string]bool{}
	for at := range u.used {
		namespaces[at.namespace] = true
	}
	if len(u.urls) > 0 {
		namespaces[""] = true
	}
	for _, namespace := range slices.Sorted(maps.Keys(namespaces)) {
		rules := u.rules(namespace)
		if len(rules) == 0 { // the ClusterRole has it all
			continue
		}
		meta := metav1.ObjectMeta{Name: name, Namespace: namespace}
		ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name}
		if namespace == "" {
			ref.Kind = "ClusterRole"
			roles = append(roles,
				&rbacv1.ClusterRole{TypeMeta: typeOf("ClusterRole"), ObjectMeta: meta, Rules: rules},
				&rbacv1.ClusterRoleBinding{TypeMeta: typeOf("ClusterRoleBinding"), ObjectMeta: meta, RoleRef: ref, Subjects: u.subjects()})
			continue
		}
		roles = append(roles,
			&rbacv1.Role{TypeMeta: typeOf("Role"), ObjectMeta: meta, Rules: rules},
			&rbacv1.RoleBinding{TypeMeta: typeOf("RoleBinding"), ObjectMeta: meta, RoleRef: ref, Subjects: u.subjects()})
	}
	return roles
}

func typeOf(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{Kind: kind, APIVersion: rbacv1.SchemeGroupVersion.String()}
}

func (u *Use) subjects() []rbacv1.Subject {
	s := u.Subject
	switch s.Kind {
	case access.ServiceAccount:
		return []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: s.Namespace, Name: s.Name}}
	case access.Group:
		return []rbacv1.Subject{{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: s.Name}}
	default:
		// By the name that the API server gives it: a binding to another reaches nobody.
		return []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: cmp.Or(u.user, s.Name)}}
	}
}

// rules returns the rules for a namespace, or for what is in none: one for all resources
// of a group that were used alike.
func (u *Use) rules(namespace string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for at, used := range u.used {
		if at.namespace != namespace {
			continue
		}
		rules = append(rules, used.rules(at, func(verb string) bool { return u.everywhere(at, verb) })...)
	}
	slices.SortFunc(rules, func(a, b rbacv1.PolicyRule) int {
		return cmp.Or(slices.Compare(a.APIGroups, b.APIGroups), slices.Compare(a.Verbs, b.Verbs), slices.Compare(a.ResourceNames, b.ResourceNames), slices.Compare(a.Resources, b.Resources))
	})
	rules = merged(rules)
	if namespace == "" {
		rules = append(rules, u.urlRules()...)
	}
	return rules
}

// everywhere reports whether the ClusterRole allows a verb that was used in a namespace:
// it was used on all namespaces at once too.
func (u *Use) everywhere(at key, verb string) bool {
	if at.namespace == "" {
		return false
	}
	used := u.used[key{"", at.group, at.resource}]
	return used != nil && used.verbs[verb] != nil && used.named(verb) == nil
}

// named returns the names that a verb was used on, or nil where a rule has to leave them
// open.
func (r *rights) named(verb string) []string {
	names := r.verbs[verb]
	if names[""] || len(names) > namesAtMost {
		return nil
	}
	return slices.Sorted(maps.Keys(names))
}

// rules splits what was used of a resource into what needed names and what did not. Verbs
// that another role allows are left out.
func (r *rights) rules(at key, elsewhere func(verb string) bool) []rbacv1.PolicyRule {
	byNames := map[string][]string{} // verbs by the names they were used on
	for verb := range r.verbs {
		if elsewhere(verb) {
			continue
		}
		under := strings.Join(r.named(verb), "\x00")
		byNames[under] = append(byNames[under], verb)
	}
	var rules []rbacv1.PolicyRule
	for under, verbs := range byNames {
		slices.Sort(verbs)
		rule := rbacv1.PolicyRule{APIGroups: []string{at.group}, Resources: []string{at.resource}, Verbs: verbs}
		if under != "" {
			rule.ResourceNames = strings.Split(under, "\x00")
		}
		rules = append(rules, rule)
	}
	return rules
}

// merged joins rules next to each other that differ in their resources alone.
func merged(rules []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	var all []rbacv1.PolicyRule
	for _, rule := range rules {
		if n := len(all); n > 0 && len(rule.ResourceNames) == 0 && len(all[n-1].ResourceNames) == 0 &&
			slices.Equal(all[n-1].APIGroups, rule.APIGroups) && slices.Equal(all[n-1].Verbs, rule.Verbs) {
			all[n-1].Resources = append(all[n-1].Resources, rule.Resources...)
			continue
		}
		all = append(all, rule)
	}
	return all
}

func (u *Use) urlRules() []rbacv1.PolicyRule {
	byVerbs := map[string][]string{}
	for path, verbs := range u.urls {
		under := strings.Join(slices.Sorted(maps.Keys(verbs)), ",")
		byVerbs[under] = append(byVerbs[under], path)
	}
	var rules []rbacv1.PolicyRule
	for _, under := range slices.Sorted(maps.Keys(byVerbs)) {
		paths := byVerbs[under]
		slices.Sort(paths)
		rules = append(rules, rbacv1.PolicyRule{NonResourceURLs: paths, Verbs: strings.Split(under, ",")})
	}
	return rules
}
