// Package leastprivilege makes the smallest roles that cover what an audit log shows that
// somebody used, and tells what of their present rights the log shows no use of.
package leastprivilege

import (
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
	"github.com/aksight/aksight/model"
)

const (
	// namesAtMost is how many names of objects a rule lists: beyond it they are taken for
	// names that come and go.
	namesAtMost = 5
	// pathsAtMost is how many paths are told one by one.
	pathsAtMost = 200
	// refusedAtMost bounds how many refused requests are told one by one.
	refusedAtMost = 200
	// requestsAtMost bounds how many requests are remembered, to count each once.
	requestsAtMost = 1 << 20
	// othersAtMost bounds how many other users are named.
	othersAtMost = 5
)

// Use is what somebody did, as a log shows it. The zero value is not ready: use Of.
type Use struct {
	Subject access.Subject
	// ObjectID is that of Entra ID, and Names are the user names, by which the log may
	// know a user.
	ObjectID string
	Names    []string
	// Cluster is the one that it is about: requests that the log says were made to another
	// do not count. Empty for all.
	Cluster model.ID

	// Requests and Refused count what was allowed and what was not; Impersonations are
	// requests that it made as somebody else.
	Requests, Refused, Impersonations int
	// Elsewhere are requests to other clusters, Odd those with a * where a rule would take
	// it for everything.
	Elsewhere, Odd int
	// From and To are when the first and the last request came.
	From, To time.Time
	// Others are some of the users that the log tells of beside it.
	Others []string
	// Grants is set where it wrote roles, bindings or certificate requests: the API server
	// then asks for more than the log shows.
	Grants bool

	used    rights
	paths   map[string]set // verbs by path
	refused set
	known   set // the names that the log has for it
	seen    map[uint64]struct{}
}

type set map[string]bool

// rights are what was used: the names of objects by verb and place. The name is empty for
// a request without one, and where there were too many.
type rights map[key]map[string]set

// key is a resource, with its subresource, in a namespace or in none.
type key struct{ namespace, group, resource string }

// Of returns what nobody has shown yet of a subject in a world.
func Of(w *access.World, s access.Subject) *Use {
	u := &Use{
		Subject: s, Cluster: w.Cluster.ID,
		used: rights{}, paths: map[string]set{}, refused: set{}, known: set{}, seen: map[uint64]struct{}{},
	}
	if s.Kind != access.Group {
		u.Names = []string{s.Identity().User}
	}
	if p := w.Principal(s); p != nil {
		u.ObjectID = p.ID
		if p.UPN != "" {
			u.Names = append(u.Names, p.UPN, p.Label())
		}
	}
	return u
}

// Take takes a request, where it is the subject's own. Whom it impersonated made the
// request in its place: what the subject itself needed for that is to impersonate.
func (u *Use) Take(e *audit.Event) {
	if !e.Decided() {
		return
	}
	impersonates := e.As != nil && u.is(&e.User)
	who := &e.User
	if e.As != nil {
		who = e.As
	}
	is := u.is(who)
	switch {
	case !is && !impersonates:
		u.other(who.Name)
		return
	case u.Cluster != "" && e.Cluster != "" && !e.Cluster.Equal(u.Cluster):
		u.Elsewhere++
		return
	case u.again(e.ID):
		return
	}
	if impersonates {
		u.Impersonations++
		u.known[e.User.Name] = true
		u.span(e.At)
		u.impersonate(e)
	}
	if is {
		u.known[who.Name] = true
		u.request(e)
	}
}

// again reports whether a request was taken before: its stages have an ID in common, and
// so have the logs of all requests and of changes.
func (u *Use) again(id string) bool {
	if id == "" {
		return false
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(id)) // a hash never fails
	if _, seen := u.seen[hash.Sum64()]; seen {
		return true
	}
	if len(u.seen) < requestsAtMost {
		u.seen[hash.Sum64()] = struct{}{}
	}
	return false
}

// Bounded reports whether there were too many requests to count each of them once.
func (u *Use) Bounded() bool { return len(u.seen) >= requestsAtMost }

func (u *Use) other(name string) {
	if len(u.Others) < othersAtMost && !slices.Contains(u.Others, name) {
		u.Others = append(u.Others, name)
	}
}

func (u *Use) span(at time.Time) {
	if at.IsZero() {
		return
	}
	if u.From.IsZero() || at.Before(u.From) {
		u.From = at
	}
	if at.After(u.To) {
		u.To = at
	}
}

// request takes what the subject asked for.
func (u *Use) request(e *audit.Event) {
	switch {
	case e.Refused():
		u.Refused++
		u.span(e.At)
		if len(u.refused) < refusedAtMost {
			u.refused[questionOf(e).String()] = true
		}
		return
	case !e.Allowed():
		return // nobody was signed in
	}
	u.Requests++
	u.span(e.At)
	if strings.Contains(e.Verb+e.Group+e.Resource+e.Subresource+e.Path, access.All) {
		u.Odd++
		return
	}
	if e.Resource == "" {
		u.path(e.Verb, e.Path)
		return
	}
	q := questionOf(e)
	u.use(&q)
	const created = 201
	if e.Code == created && (e.Verb == "patch" || e.Verb == "update") {
		q.Verb = "create" // an object that was not there: the API server asks for that too
		u.use(&q)
	}
	if (e.Group == "rbac.authorization.k8s.io" || e.Group == "certificates.k8s.io") && !e.Reads() {
		u.Grants = true
	}
}

// questionOf is what the API server asked its authorizers. The log fills in the name of
// what was created, which they are not told.
func questionOf(e *audit.Event) access.Question {
	q := access.Question{
		Verb: e.Verb, Group: e.Group, Resource: e.Resource, Subresource: e.Subresource, Namespace: e.Namespace, Name: e.Name, Path: e.Path,
	}
	if e.Verb == "create" && e.Subresource == "" {
		q.Name = ""
	}
	return q
}

func (u *Use) use(q *access.Question) {
	resource := q.Resource
	if q.Subresource != "" {
		resource += "/" + q.Subresource
	}
	u.used.add(key{q.Namespace, q.Group, resource}, q.Verb, q.Name)
}

func (r rights) add(at key, verb, name string) {
	if r[at] == nil {
		r[at] = map[string]set{}
	}
	names := r[at][verb]
	switch {
	case names[""]: // any name
	case name == "" || len(names) >= namesAtMost && !names[name]:
		r[at][verb] = set{"": true}
	case names == nil:
		r[at][verb] = set{name: true}
	default:
		names[name] = true
	}
}

// path takes a request for no resource. Where there are many, those that begin alike
// count as one.
func (u *Use) path(verb, path string) {
	if u.paths[path] == nil && len(u.paths) >= pathsAtMost {
		first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		path = "/" + first + "/" + access.All
		if u.paths[path] == nil && len(u.paths) >= 2*pathsAtMost {
			path = access.All
		}
	}
	if u.paths[path] == nil {
		u.paths[path] = set{}
	}
	u.paths[path][verb] = true
}

// impersonate takes what a request as somebody else needed. Values of extra fields are
// not kept, so that the rule for them names none.
func (u *Use) impersonate(e *audit.Event) {
	verb, core := "impersonate", ""
	const identities = "authentication.k8s.io"
	if e.Constraint != "" {
		// The pair of constrained impersonation: whom, and what for.
		verb, core = e.Constraint, identities
		mode := strings.TrimPrefix(e.Constraint, "impersonate:")
		on := questionOf(e)
		on.Verb = "impersonate-on:" + mode + ":" + e.Verb
		if e.Resource != "" {
			u.use(&on)
		} else {
			u.path(on.Verb, e.Path)
		}
	}
	implied := set{access.Authenticated: true, access.Unauthenticated: true}
	account := access.Subject{Kind: access.User, Name: e.As.Name}.Identity()
	if rest, is := strings.CutPrefix(e.As.Name, "system:serviceaccount:"); is {
		namespace, name, _ := strings.Cut(rest, ":")
		u.used.add(key{namespace, core, "serviceaccounts"}, verb, name)
		for _, group := range account.Groups {
			implied[group] = true // the API server adds them by itself
		}
	} else {
		resource := "users"
		if e.Constraint == "impersonate:arbitrary-node" || e.Constraint == "impersonate:associated-node" {
			resource = "nodes"
			implied[access.Nodes] = true
		}
		u.used.add(key{"", core, resource}, verb, strings.TrimPrefix(e.As.Name, nodePrefix(resource)))
	}
	for _, group := range e.As.Groups {
		if !implied[group] {
			u.used.add(key{"", core, "groups"}, verb, group)
		}
	}
	if e.As.UID != "" {
		u.used.add(key{"", identities, "uids"}, verb, e.As.UID)
	}
	for _, extra := range e.As.Extras {
		u.used.add(key{"", identities, "userextras/" + extra}, verb, "")
	}
}

func nodePrefix(resource string) string {
	if resource == "nodes" {
		return "system:node:"
	}
	return ""
}

// is reports whether the log means the subject by a user.
func (u *Use) is(who *audit.User) bool {
	if u.Subject.Kind == access.Group {
		return slices.ContainsFunc(who.Groups, func(group string) bool { return strings.EqualFold(group, u.Subject.Name) })
	}
	if u.ObjectID != "" && strings.EqualFold(who.ObjectID, u.ObjectID) {
		return true
	}
	return slices.ContainsFunc(u.Names, func(name string) bool { return strings.EqualFold(who.Name, name) })
}

// RefusedRequests lists what was tried and refused, in order; all is false where there
// were more.
func (u *Use) RefusedRequests() (said []string, all bool) {
	return sorted(u.refused), len(u.refused) < refusedAtMost
}

// Used reports whether anything is there to make a role of.
func (u *Use) Used() bool { return len(u.used) > 0 || len(u.paths) > 0 }

// questions are what was asked for, each once.
func (u *Use) questions() []access.Question {
	var all []access.Question
	for at, verbs := range u.used {
		resource, subresource, _ := strings.Cut(at.resource, "/")
		for verb, names := range verbs {
			for name := range names {
				all = append(all, access.Question{Verb: verb, Group: at.group, Resource: resource, Subresource: subresource, Name: name, Namespace: at.namespace})
			}
		}
	}
	for path, verbs := range u.paths {
		for verb := range verbs {
			all = append(all, access.Question{Verb: verb, Path: path})
		}
	}
	return all
}
