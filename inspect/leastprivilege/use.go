// Package leastprivilege makes the smallest roles that cover what an audit log shows that
// somebody used.
package leastprivilege

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
)

// Use is what somebody did, as a log shows it. The zero value is not ready: use Of.
type Use struct {
	Subject access.Subject
	// Requests and Refused count what was allowed and what was not.
	Requests, Refused int
	// From and To are when the first and the last request came.
	From, To time.Time

	names   []string // by which a log may know it, besides its own
	user    string   // by which the log knows it
	used    map[key]*rights
	urls    map[string]map[string]bool // verbs by path
	refused map[string]bool
	open    map[string]bool // IDs of requests whose answer has only begun
}

// key is what rules are grouped by.
type key struct{ namespace, group, resource string }

// rights are the verbs that were used on one resource, with the names where all of them
// had one.
type rights struct {
	verbs map[string]map[string]bool // names by verb; "" for a request without
}

// Of returns what nobody has shown yet of a subject. Names are others by which a log may
// know it: its object ID in Entra ID and its user principal name.
func Of(s access.Subject, names ...string) *Use {
	return &Use{
		Subject: s, names: slices.DeleteFunc(names, func(name string) bool { return name == "" }), used: map[key]*rights{},
		urls: map[string]map[string]bool{}, refused: map[string]bool{}, open: map[string]bool{},
	}
}

// Take takes a request, where it is the subject's own. Somebody whom it impersonated made
// the request in its place.
func (u *Use) Take(e *audit.Event) {
	who := e.User
	if e.As != nil {
		who = *e.As
	}
	if !e.Decided() || !u.is(&who) || u.told(e) {
		return
	}
	u.user = who.Name
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

// told reports whether an earlier stage of the same request was taken.
func (u *Use) told(e *audit.Event) bool {
	told := u.open[e.ID]
	switch {
	case e.ID == "":
		return false
	case e.Open():
		u.open[e.ID] = true
	default:
		delete(u.open, e.ID)
	}
	return told
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
	if e.Verb == "create" && e.Subresource == "" {
		name = "" // what is made has none yet when that is authorised, whatever the log says
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
	known := func(name string) bool {
		return name != "" && (strings.EqualFold(name, u.Subject.Identity().User) || slices.ContainsFunc(u.names, func(other string) bool { return strings.EqualFold(name, other) }))
	}
	if u.Subject.Kind == access.Group {
		return slices.ContainsFunc(who.Groups, func(group string) bool { return strings.EqualFold(group, u.Subject.Name) })
	}
	return known(who.Name) || known(who.ObjectID)
}

// RefusedRequests lists what was tried and refused, in order.
func (u *Use) RefusedRequests() []string { return slices.Sorted(maps.Keys(u.refused)) }
