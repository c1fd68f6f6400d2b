// Package leastprivilege makes the smallest roles that cover what an audit log shows that
// somebody used.
package leastprivilege

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
)

// namesAtMost is how many names of objects a rule lists: beyond it they are taken for
// names that come and go.
const namesAtMost = 5

// Use is what somebody did, as a log shows it. The zero value is not ready: use Of.
type Use struct {
	Subject access.Subject
	// ObjectID is that of Entra ID, by which the log may know a user; empty for none.
	ObjectID string
	// Requests and Refused count what was allowed and what was not.
	Requests, Refused int
	// From and To are when the first and the last request came.
	From, To time.Time

	used    map[key]*rights
	urls    map[string]map[string]bool // verbs by path
	refused map[string]bool
	seen    map[string]bool // IDs of requests
}

// key is what rules are grouped by.
type key struct{ namespace, group, resource string }

// rights are the verbs that were used on one resource, with the names where all of them
// had one.
type rights struct {
	verbs map[string]map[string]bool // names by verb; "" for a request without
}

// Of returns what nobody has shown yet of a subject.
func Of(s access.Subject, objectID string) *Use {
	return &Use{
		Subject: s, ObjectID: objectID, used: map[key]*rights{}, urls: map[string]map[string]bool{},
		refused: map[string]bool{}, seen: map[string]bool{},
	}
}

// Take takes a request, where it is the subject's own. Somebody whom it impersonated made
// the request in its place.
func (u *Use) Take(e *audit.Event) {
	who := e.User
	if e.As != nil {
		who = *e.As
	}
	if !e.Decided() || !u.is(&who) || e.ID != "" && u.seen[e.ID] {
		return
	}
	u.seen[e.ID] = true
	switch {
	case e.Refused():
		u.Refused++
		u.refused[requestOf(e)] = true
		return
	case !e.Allowed():
		return
	}
	u.Requests++
	if u.From.IsZero() || e.At.Before(u.From) {
		u.From = e.At
	}
	if e.At.After(u.To) {
		u.To = e.At
	}
	if e.Resource == "" {
		if u.urls[e.Path] == nil {
			u.urls[e.Path] = map[string]bool{}
		}
		u.urls[e.Path][e.Verb] = true
		return
	}
	u.use(e)
}

func (u *Use) use(e *audit.Event) {
	at := key{e.Namespace, e.Group, joined(e)}
	if u.used[at] == nil {
		u.used[at] = &rights{verbs: map[string]map[string]bool{}}
	}
	names := u.used[at].verbs[e.Verb]
	if names == nil {
		names = map[string]bool{}
		u.used[at].verbs[e.Verb] = names
	}
	name := e.Name
	if e.Verb == "create" && e.Subresource == "" || e.Verb == "list" || e.Verb == "watch" || e.Verb == "deletecollection" {
		name = "" // such a request is authorised without a name, whatever the log says
	}
	names[name] = true
}

func joined(e *audit.Event) string {
	if e.Subresource == "" {
		return e.Resource
	}
	return e.Resource + "/" + e.Subresource
}

func requestOf(e *audit.Event) string {
	q := access.Question{Verb: e.Verb, Group: e.Group, Resource: e.Resource, Subresource: e.Subresource, Namespace: e.Namespace, Path: e.Path}
	return q.String()
}

// is reports whether the log means the subject by a user.
func (u *Use) is(who *audit.User) bool {
	if u.ObjectID != "" && strings.EqualFold(who.ObjectID, u.ObjectID) {
		return true
	}
	if u.Subject.Kind == access.Group {
		return slices.ContainsFunc(who.Groups, func(group string) bool { return strings.EqualFold(group, u.Subject.Name) })
	}
	return strings.EqualFold(who.Name, u.Subject.Identity().User)
}

// RefusedRequests lists what was tried and refused, in order.
func (u *Use) RefusedRequests() []string { return slices.Sorted(maps.Keys(u.refused)) }

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
		return []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: s.Name}}
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
		rules = append(rules, used.rules(at)...)
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

// rules splits what was used of a resource into what needed names and what did not.
func (r *rights) rules(at key) []rbacv1.PolicyRule {
	byNames := map[string][]string{} // verbs by the names they were used on
	for verb, names := range r.verbs {
		under := ""
		if !names[""] && len(names) <= namesAtMost {
			under = strings.Join(slices.Sorted(maps.Keys(names)), "\x00")
		}
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

// Unused lists what a subject's roles allow and the log shows no use of, rule by rule.
func (u *Use) Unused(w *access.World) []string {
	var unused []string
	for _, grant := range w.Index().GrantsOf(w.Identity(u.Subject)) {
		if grant.Role == nil {
			continue
		}
		if grant.Role.Azure != nil {
			continue // what of it was used a log cannot tell apart
		}
		for i := range grant.Role.Rules {
			if rule := &grant.Role.Rules[i]; !u.covers(rule, grant.Namespace) {
				unused = append(unused, access.RuleText(rule)+", by "+grant.Label())
			}
		}
	}
	slices.Sort(unused)
	return slices.Compact(unused)
}

// covers reports whether anything that was used is allowed by a rule.
func (u *Use) covers(rule *rbacv1.PolicyRule, namespace string) bool {
	for at, used := range u.used {
		if namespace != "" && at.namespace != namespace {
			continue
		}
		resource, subresource, _ := strings.Cut(at.resource, "/")
		for verb, names := range used.verbs {
			for name := range names {
				q := access.Question{Verb: verb, Group: at.group, Resource: resource, Subresource: subresource, Name: name, Namespace: at.namespace}
				if access.Allows(rule, &q) {
					return true
				}
			}
		}
	}
	for path, verbs := range u.urls {
		for verb := range verbs {
			if access.Allows(rule, &access.Question{Verb: verb, Path: path}) {
				return true
			}
		}
	}
	return false
}
