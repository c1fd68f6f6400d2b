package leastprivilege

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
)

// Unused lists what a subject's roles allow and the log shows no use of, rule by rule.
// From a log of changes alone nothing is told of rules that let somebody read.
func (u *Use) Unused(w *access.World, changesAlone bool) []string {
	var unused []string
	for _, grant := range w.Index().GrantsOf(w.Identity(u.Subject)) {
		if grant.Role == nil {
			continue
		}
		if grant.Role.Azure != nil {
			continue // what of it was used a log cannot tell apart
		}
		for i := range grant.Role.Rules {
			rule := &grant.Role.Rules[i]
			if changesAlone && slices.ContainsFunc(rule.Verbs, reads) {
				continue
			}
			if !u.covers(rule, grant.Namespace) {
				unused = append(unused, access.RuleText(rule)+", by "+grant.Label())
			}
		}
	}
	slices.Sort(unused)
	return slices.Compact(unused)
}

// reads reports whether a verb of a rule is one that a log of changes leaves out.
func reads(verb string) bool {
	return verb == access.All || (&audit.Event{Verb: verb}).Reads()
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
