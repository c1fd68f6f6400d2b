package azurerbac

import (
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/model"
)

// Assignment is a role assignment: somebody holds a role at a scope and below it. With
// Eligible set it is a role that somebody may take for a while and does not hold now.
type Assignment struct {
	*model.Resource
	// Scope is where: "/", a management group, a subscription or something in one.
	Scope  model.ID
	RoleID model.ID
	// Role is nil where its definition was not read.
	Role *Role
	// Principal is the object ID of who holds it, and PrincipalType what Azure says
	// that is: User, Group, ServicePrincipal, ForeignGroup or Device.
	Principal     string
	PrincipalType string
	// Condition is the expression that limits it; empty for most.
	Condition string
	// Created and Updated are when it was made and last changed; zero where the answer
	// does not say. CreatedBy is the object ID of who made it.
	Created, Updated time.Time
	CreatedBy        string
	Eligible         bool
	// Ends is when it ends by itself; zero for never.
	Ends time.Time

	// in are the subscriptions in whose lists it stands, folded: an assignment at a
	// management group counts in those.
	in []model.ID
}

// RoleName is the role's name, or its GUID where the definition was not read.
func (a *Assignment) RoleName() string {
	if a.Role != nil {
		return a.Role.Name
	}
	return a.RoleID.Name()
}

// Covers reports whether the assignment counts at a scope: made there or above it.
func (a *Assignment) Covers(scope model.ID) bool { return covers(a.Scope, a.in, scope) }

// Within reports whether the assignment was made below a scope, and not at it.
func (a *Assignment) Within(scope model.ID) bool {
	return a.Scope.Within(scope) && !a.Scope.Equal(scope)
}

func covers(made model.ID, in []model.ID, scope model.ID) bool {
	if made.Subscription() != "" {
		return scope.Within(made)
	}
	// It was made at a management group, or at the root.
	return slices.ContainsFunc(in, scope.Within)
}

// ScopeWords says a scope for people, seen from a cluster in it or beside it:
// "this cluster", "namespace shop", "resource group rg-pay", "subscription",
// "management group mg-prod", "the root of the tenant".
func ScopeWords(scope, cluster model.ID) string {
	const managementGroups = "/providers/microsoft.management/managementgroups/"
	folded := strings.ToLower(string(scope))
	switch {
	case scope == "/" || scope == "":
		return "the root of the tenant"
	case strings.HasPrefix(folded, managementGroups):
		return "management group " + scope.Name()
	case cluster != "" && scope.Equal(cluster):
		return "this cluster"
	case cluster != "" && scope.Within(cluster):
		rest := strings.TrimPrefix(string(scope[len(cluster):]), "/")
		if _, name, is := strings.Cut(rest, "amespaces/"); is {
			return "namespace " + name
		}
		return rest
	case scope.ResourceGroup() == "":
		return "subscription"
	case strings.Count(string(scope), "/") == 4:
		return "resource group " + scope.Name()
	default:
		return scope.Name() + " in " + scope.ResourceGroup()
	}
}

// Deny is a deny assignment: what it names is refused whatever roles allow. Azure makes
// them itself, to protect what it manages.
type Deny struct {
	*model.Resource
	Name        string
	Scope       model.ID
	Permissions []Permission
	// Everyone is set where it counts for all principals; Principals are whom it names
	// otherwise. Excluded are those that it does not count for.
	Everyone   bool
	Principals []string
	Excluded   []string
	// NotBelow is set where it does not count for what lies below its scope.
	NotBelow bool

	in []model.ID
}

// Counts reports whether it counts at a scope for somebody with those object IDs: their
// own, and those of their groups.
func (d *Deny) Counts(scope model.ID, ids []string) bool {
	if !covers(d.Scope, d.in, scope) || d.NotBelow && !d.Scope.Equal(scope) {
		return false
	}
	return (d.Everyone || anyOf(d.Principals, ids)) && !anyOf(d.Excluded, ids)
}

func (d *Deny) denies(action string, data bool) bool {
	for _, p := range d.Permissions {
		if data && p.allowsData(action) || !data && p.allows(action) {
			return true
		}
	}
	return false
}

// AnyDenies reports whether one of them refuses an action.
func AnyDenies(denies []*Deny, action string, data bool) bool {
	for _, deny := range denies {
		if deny.denies(action, data) {
			return true
		}
	}
	return false
}

func anyOf(list, ids []string) bool {
	for _, entry := range list {
		for _, id := range ids {
			if strings.EqualFold(entry, id) {
				return true
			}
		}
	}
	return false
}
