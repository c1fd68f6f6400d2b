// Package access tells who can do what in a cluster, and by which grant, as the API
// server's RBAC authorizer judges it.
package access

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// All stands for every verb, group, resource or path in a rule.
const All = "*"

// Question is a request that somebody may or may not make: on a resource, or, where
// Path is set, on a URL that is none.
type Question struct {
	Verb string
	// Group is the API group; empty for the core API.
	Group       string
	Resource    string
	Subresource string
	// Name is that of one object, or empty for any.
	Name string
	// Namespace is empty for objects that are in none, and for lists over all namespaces.
	Namespace string
	// Path is such as /metrics.
	Path string
}

// String says the question: get pods/log in shop.
func (q Question) String() string {
	if q.Path != "" {
		return q.Verb + " " + q.Path
	}
	text := q.Verb + " " + q.full()
	if q.Group != "" {
		text += "." + q.Group
	}
	if q.Name != "" {
		text += " " + q.Name
	}
	if q.Namespace != "" {
		text += " in " + q.Namespace
	}
	return text
}

// full is the resource with its subresource.
func (q Question) full() string {
	if q.Subresource == "" {
		return q.Resource
	}
	return q.Resource + "/" + q.Subresource
}

// Allows reports whether a rule allows what is asked, as the API server's RBAC
// authorizer matches them (k8s.io/kubernetes, plugin/pkg/auth/authorizer/rbac).
func Allows(rule *rbacv1.PolicyRule, q *Question) bool {
	if !holds(rule.Verbs, q.Verb) {
		return false
	}
	if q.Path != "" {
		return slices.ContainsFunc(rule.NonResourceURLs, func(url string) bool { return pathFits(url, q.Path) })
	}
	return holds(rule.APIGroups, q.Group) && resourceFits(rule.Resources, q) &&
		(len(rule.ResourceNames) == 0 || slices.Contains(rule.ResourceNames, q.Name))
}

func holds(list []string, value string) bool {
	return slices.ContainsFunc(list, func(entry string) bool { return entry == All || entry == value })
}

// resourceFits matches resources; */scale stands for that subresource of every one.
func resourceFits(resources []string, q *Question) bool {
	whole := q.full()
	return slices.ContainsFunc(resources, func(entry string) bool {
		if entry == All || entry == whole {
			return true
		}
		subresource, every := strings.CutPrefix(entry, "*/")
		return every && q.Subresource != "" && subresource == q.Subresource
	})
}

// pathFits matches a path; a * at the end stands for whatever follows.
func pathFits(url, path string) bool {
	if url == All || url == path {
		return true
	}
	begin, open := strings.CutSuffix(url, All)
	return open && strings.HasPrefix(path, strings.TrimRight(begin, All))
}
