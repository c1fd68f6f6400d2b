package leastprivilege

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
)

// Held is what a subject's roles allow beyond what a log shows that it used, rule by rule.
// Roles of Azure are not in it: they do not tell which part of them was used.
type Held struct {
	// Unused are the rules that were not used, Wider those that were used in part.
	Unused, Wider []string
}

// Held compares what was used with what the subject holds, leaving aside what everybody
// does. From a log of changes alone nothing is told of what lets somebody read.
func (u *Use) Held(w *access.World, changesAlone bool) Held {
	var held Held
	for _, grant := range w.Index().GrantsOf(w.Identity(u.Subject)) {
		if grant.Role == nil || grant.Role.Azure != nil || everybody(grant.As) {
			continue
		}
		for i := range grant.Role.Rules {
			rule := &grant.Role.Rules[i]
			says := access.RuleText(rule) + ", by " + grant.Label()
			switch {
			case u.touches(rule, grant.Namespace):
				if u.wider(rule, grant.Namespace, changesAlone) {
					held.Wider = append(held.Wider, says)
				}
			case !changesAlone || !slices.ContainsFunc(rule.Verbs, reads):
				held.Unused = append(held.Unused, says)
			}
		}
	}
	for _, list := range []*[]string{&held.Unused, &held.Wider} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return held
}

// everybody reports whether a grant is one that all users or service accounts have.
func everybody(as access.Subject) bool {
	return as.Kind == access.Group && strings.HasPrefix(as.Name, "system:") && as.Name != access.Masters
}

// reads reports whether a verb of a rule is one that a log of changes leaves out.
func reads(verb string) bool {
	return verb == access.All || (&audit.Event{Verb: verb}).Reads()
}

// touches reports whether anything that was used is allowed by a rule.
func (u *Use) touches(rule *rbacv1.PolicyRule, namespace string) bool {
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

// wider reports whether a rule allows a verb on a resource that was not used.
func (u *Use) wider(rule *rbacv1.PolicyRule, namespace string, changesAlone bool) bool {
	if slices.Contains(slices.Concat(rule.Verbs, rule.APIGroups, rule.Resources, rule.NonResourceURLs), access.All) {
		return true
	}
	for _, verb := range rule.Verbs {
		if changesAlone && reads(verb) {
			continue
		}
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				one := &rbacv1.PolicyRule{Verbs: []string{verb}, APIGroups: []string{group}, Resources: []string{resource}, ResourceNames: rule.ResourceNames}
				if !u.touches(one, namespace) {
					return true
				}
			}
		}
		for _, url := range rule.NonResourceURLs {
			if !u.touches(&rbacv1.PolicyRule{Verbs: []string{verb}, NonResourceURLs: []string{url}}, namespace) {
				return true
			}
		}
	}
	return false
}
