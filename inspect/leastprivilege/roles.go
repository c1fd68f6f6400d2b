package leastprivilege

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/model"
)

func sorted(s set) []string { return slices.Sorted(maps.Keys(s)) }

// everybodys are the bindings that each cluster has for everybody who is signed in: to
// discover its APIs and to ask about oneself.
var everybodys = set{
	"system:basic-user": true, "system:discovery": true, "system:public-info-viewer": true, "system:service-account-issuer-discovery": true,
}

// Everybodys reports whether one of the cluster's own bindings for everybody allows what
// is asked to a subject, so that no role has to.
func Everybodys(w *access.World, s access.Subject, q access.Question) bool {
	return slices.ContainsFunc(w.Can(s, q), func(reason access.Reason) bool {
		return !reason.Masters() && reason.Kind == model.KindClusterRoleBinding && everybodys[reason.Name] &&
			reason.RoleRef == model.Ref{Kind: model.KindClusterRole, Name: reason.Name}
	})
}

// Roles returns the smallest roles that cover what was used and that not everybody may: a
// ClusterRole for what is in no namespace and a Role for each namespace, each with a
// binding. The name is that of all of them.
func (u *Use) Roles(w *access.World, name string) []any {
	used, paths := u.least(w)
	namespaces := set{}
	for at := range used {
		namespaces[at.namespace] = true
	}
	if len(paths) > 0 {
		namespaces[""] = true
	}
	var roles []any
	for _, namespace := range sorted(namespaces) {
		rules := used.rules(namespace)
		meta := metav1.ObjectMeta{Name: name, Namespace: namespace}
		ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name}
		if namespace == "" {
			ref.Kind = "ClusterRole"
			roles = append(roles,
				&rbacv1.ClusterRole{TypeMeta: typeOf("ClusterRole"), ObjectMeta: meta, Rules: append(rules, pathRules(paths)...)},
				&rbacv1.ClusterRoleBinding{TypeMeta: typeOf("ClusterRoleBinding"), ObjectMeta: meta, RoleRef: ref, Subjects: u.subjects()})
			continue
		}
		roles = append(roles,
			&rbacv1.Role{TypeMeta: typeOf("Role"), ObjectMeta: meta, Rules: rules},
			&rbacv1.RoleBinding{TypeMeta: typeOf("RoleBinding"), ObjectMeta: meta, RoleRef: ref, Subjects: u.subjects()})
	}
	return roles
}

// least is what was used without what everybody may, and without what of a namespace is
// used in the whole cluster too.
func (u *Use) least(w *access.World) (used rights, paths map[string]set) {
	used, paths = rights{}, map[string]set{}
	for _, q := range u.questions() {
		if Everybodys(w, u.Subject, q) {
			continue
		}
		if q.Path != "" {
			if paths[q.Path] == nil {
				paths[q.Path] = set{}
			}
			paths[q.Path][q.Verb] = true
			continue
		}
		resource := q.Resource
		if q.Subresource != "" {
			resource += "/" + q.Subresource
		}
		if q.Namespace != "" {
			if wide := u.used[key{"", q.Group, resource}][q.Verb]; wide[""] || wide[q.Name] && q.Name != "" {
				continue
			}
		}
		used.add(key{q.Namespace, q.Group, resource}, q.Verb, q.Name)
	}
	for path, verbs := range paths {
		for verb := range verbs {
			if wider(paths, path, verb) {
				delete(verbs, verb)
			}
		}
		if len(verbs) == 0 {
			delete(paths, path)
		}
	}
	return used, paths
}

// wider reports whether another path with a * covers one.
func wider(paths map[string]set, path, verb string) bool {
	for other, verbs := range paths {
		if begin, open := strings.CutSuffix(other, access.All); open && other != path && verbs[verb] && strings.HasPrefix(path, begin) {
			return true
		}
	}
	return false
}

func typeOf(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{Kind: kind, APIVersion: rbacv1.SchemeGroupVersion.String()}
}

// subjects are whom a binding names: a user by the names that the API server has for it,
// which it compares letter by letter.
func (u *Use) subjects() []rbacv1.Subject {
	s := u.Subject
	switch s.Kind {
	case access.ServiceAccount:
		return []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: s.Namespace, Name: s.Name}}
	case access.Group:
		return []rbacv1.Subject{{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: s.Name}}
	}
	var all []rbacv1.Subject
	for _, name := range sorted(u.known) {
		all = append(all, rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: name})
	}
	return all
}

// rules returns the rules for a namespace, or for what is in none: one for all resources
// of a group that were used alike.
func (r rights) rules(namespace string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for at, verbs := range r {
		if at.namespace == namespace {
			rules = append(rules, rulesAt(at, verbs)...)
		}
	}
	slices.SortFunc(rules, func(a, b rbacv1.PolicyRule) int {
		return cmp.Or(slices.Compare(a.APIGroups, b.APIGroups), slices.Compare(a.Verbs, b.Verbs), slices.Compare(a.ResourceNames, b.ResourceNames), slices.Compare(a.Resources, b.Resources))
	})
	return merged(rules)
}

// rulesAt splits what was used of a resource into what needed the same names.
func rulesAt(at key, used map[string]set) []rbacv1.PolicyRule {
	byNames := map[string][]string{} // verbs by the names they were used on
	for verb, names := range used {
		under := strings.Join(sorted(names), "\x00")
		byNames[under] = append(byNames[under], verb)
	}
	rules := make([]rbacv1.PolicyRule, 0, len(byNames))
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

// merged joins rules next to each other that differ in their resources alone. Names are
// of one resource: with several a name would count for each.
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

func pathRules(paths map[string]set) []rbacv1.PolicyRule {
	byVerbs := map[string][]string{}
	for path, verbs := range paths {
		under := strings.Join(sorted(verbs), "\x00")
		byVerbs[under] = append(byVerbs[under], path)
	}
	var rules []rbacv1.PolicyRule
	for _, under := range slices.Sorted(maps.Keys(byVerbs)) {
		slices.Sort(byVerbs[under])
		rules = append(rules, rbacv1.PolicyRule{NonResourceURLs: byVerbs[under], Verbs: strings.Split(under, "\x00")})
	}
	return rules
}
