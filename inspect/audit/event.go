// Package audit reads what the API server of a cluster logged of the requests made to
// it: Kubernetes' own audit logs, and what AKS sends of them to Log Analytics and to
// storage. Of an event it keeps who asked for what and with what outcome; never what
// was sent or answered, nor what a URL carries behind its question mark.
package audit

import (
	"net/http"
	"slices"
	"time"

	"github.com/aksight/aksight/model"
)

// Event is a request to an API server, at one stage of its handling.
type Event struct {
	// ID is that of the request: its stages have it in common.
	ID string
	// At is when the request came in.
	At time.Time
	// Stage is such as ResponseComplete; empty where the log leaves it out.
	Stage string
	// Verb is Kubernetes' own, or for a path the HTTP method in small letters.
	Verb string
	User User
	// As is whom the user impersonated, or nil.
	As *User
	// Constraint is the verb that allowed it where that was constrained impersonation,
	// such as impersonate:user-info.
	Constraint string
	// Group to Name say the resource. Path is set where the request was for none.
	Group, Resource, Subresource, Namespace, Name string
	Path                                          string
	// Code is the HTTP status of the answer, or 0.
	Code int
	// Decision is what the authorizers said: allow or forbid; empty where the log leaves
	// it out. Reason is theirs, and names a binding where RBAC allowed it.
	Decision, Reason string
	// Addresses are where it came from: the last is the one that the API server saw, the
	// others are what the client or proxies say.
	Addresses []string
	// Agent is what the client says it is.
	Agent string
	// Cluster is the ARM ID of the cluster where the log names it.
	Cluster model.ID
	// Changes is set where it comes from the log of changes alone, kube-audit-admin,
	// which leaves out get, list and watch.
	Changes bool
	// Row is set where it comes from the tables AKSAudit and AKSAuditAdmin, which have no
	// column for whom the user impersonated.
	Row bool
	// File and Line are where it stands; the line is 0 where it is a row of a table.
	File string
	Line int64
}

// User is an identity as the API server knows it.
type User struct {
	Name   string
	UID    string
	Groups []string
	// ObjectID is that of Entra ID, where the cluster signs users in with it.
	ObjectID string
	// Extras are the names of what else is known of it, without the values.
	Extras []string
}

// The stages of a request that matter here.
const (
	received = "RequestReceived"
	started  = "ResponseStarted"
)

// Decided reports whether the event tells if the request was allowed: the first stage
// comes before that.
func (e *Event) Decided() bool { return e.Stage != received }

// Open reports whether the answer to the request had only begun, as for a watch.
func (e *Event) Open() bool { return e.Stage == started }

// Refused reports whether the user was not allowed to make the request. What admission
// refused was allowed before.
func (e *Event) Refused() bool {
	if e.Decision != "" {
		return e.Decision != "allow"
	}
	return e.Code == http.StatusForbidden
}

// Allowed reports whether the user was allowed to make the request, whether or not it
// then succeeded.
func (e *Event) Allowed() bool {
	if e.Decision != "" {
		return e.Decision == "allow"
	}
	return e.Code != http.StatusForbidden && e.Code != http.StatusUnauthorized
}

// readVerbs are those that change nothing.
var readVerbs = []string{"get", "list", "watch"}

// Reads reports whether the request is of those that kube-audit-admin leaves out.
func (e *Event) Reads() bool { return slices.Contains(readVerbs, e.Verb) }
