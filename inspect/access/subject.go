package access

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// SubjectKind says what kind of identity a subject is.
type SubjectKind uint8

// The kinds.
const (
	User SubjectKind = iota
	Group
	ServiceAccount
)

var subjectKinds = [...]string{"user", "group", "service account"}

// String says the kind.
func (k SubjectKind) String() string { return subjectKinds[k] }

// Subject is an identity as bindings name it. It is comparable.
type Subject struct {
	Kind SubjectKind
	// Namespace is a service account's.
	Namespace string
	Name      string
}

// String says the subject: service account shop/web.
func (s Subject) String() string {
	if s.Kind == ServiceAccount {
		return s.Kind.String() + " " + s.Namespace + "/" + s.Name
	}
	return s.Kind.String() + " " + s.Name
}

// Names and groups that the API server gives by itself.
const (
	Masters         = "system:masters" // may do everything, whatever bindings say
	Authenticated   = "system:authenticated"
	Unauthenticated = "system:unauthenticated"
	Anonymous       = "system:anonymous"
	Nodes           = "system:nodes"

	serviceAccountUser  = "system:serviceaccount:"
	serviceAccounts     = "system:serviceaccounts"
	serviceAccountGroup = "system:serviceaccounts:"
)

// Identity is who makes a request: a user name, and the groups it has.
type Identity struct {
	User   string
	Groups []string
	// MayJoin are groups that it has only once it took a membership in Privileged
	// Identity Management.
	MayJoin []string
}

// Identity returns a subject as the API server sees it, with the groups that it has by
// itself. The groups that a token brings are not known here. A group has no user name.
func (s Subject) Identity() Identity {
	switch s.Kind {
	case ServiceAccount:
		return Identity{
			User:   serviceAccountUser + s.Namespace + ":" + s.Name,
			Groups: []string{serviceAccounts, serviceAccountGroup + s.Namespace, Authenticated},
		}
	case Group:
		if s.Name == Unauthenticated {
			return Identity{User: Anonymous, Groups: []string{s.Name}}
		}
		return Identity{Groups: []string{s.Name, Authenticated}}
	default:
		if account, is := accountOf(s.Name); is {
			return account.Identity()
		}
		if s.Name == Anonymous {
			return Identity{User: s.Name, Groups: []string{Unauthenticated}}
		}
		return Identity{User: s.Name, Groups: []string{Authenticated}}
	}
}

// accountOf returns the service account that a user name is of.
func accountOf(user string) (Subject, bool) {
	rest, is := strings.CutPrefix(user, serviceAccountUser)
	if !is {
		return Subject{}, false
	}
	namespace, name, two := strings.Cut(rest, ":")
	return Subject{Kind: ServiceAccount, Namespace: namespace, Name: name}, two && namespace != "" && name != "" && !strings.Contains(name, ":")
}

// subjectOf returns whom a binding names; is is false for a subject that fits nobody.
// A service account without a namespace is one of the binding's own.
func subjectOf(named rbacv1.Subject, namespace string) (s Subject, is bool) {
	switch named.Kind {
	case rbacv1.UserKind:
		if account, is := accountOf(named.Name); is {
			return account, true
		}
		return Subject{Kind: User, Name: named.Name}, true
	case rbacv1.GroupKind:
		return Subject{Kind: Group, Name: named.Name}, true
	case rbacv1.ServiceAccountKind:
		if named.Namespace != "" {
			namespace = named.Namespace
		}
		return Subject{Kind: ServiceAccount, Namespace: namespace, Name: named.Name}, namespace != ""
	default:
		return Subject{}, false
	}
}
