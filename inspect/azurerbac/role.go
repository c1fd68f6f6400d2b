package azurerbac

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// Role is a role definition: built in, or a custom one.
type Role struct {
	ID          model.ID
	Name        string
	Description string
	Custom      bool
	Permissions []Permission
}

// Permission is one entry of a role's permissions, as Azure names its parts. An action
// of Actions is allowed unless NotActions of the same entry takes it out.
type Permission struct {
	Actions        []string `json:"actions"`
	NotActions     []string `json:"notActions"`
	DataActions    []string `json:"dataActions"`
	NotDataActions []string `json:"notDataActions"`
}

// Allows reports whether the role allows an action of the control plane, such as
// Microsoft.ContainerService/managedClusters/write.
func (r *Role) Allows(action string) bool {
	return r != nil && slices.ContainsFunc(r.Permissions, func(p Permission) bool { return p.allows(action) })
}

// AllowsData reports whether the role allows an action of the data plane.
func (r *Role) AllowsData(action string) bool {
	return r != nil && slices.ContainsFunc(r.Permissions, func(p Permission) bool { return p.allowsData(action) })
}

// HasData reports whether the role allows any action of the data plane that begins so.
func (r *Role) HasData(begin string) bool {
	return r != nil && slices.ContainsFunc(r.Permissions, func(p Permission) bool {
		return slices.ContainsFunc(p.DataActions, func(entry string) bool { return overlaps(entry, begin) })
	})
}

func (p *Permission) allows(action string) bool {
	return matchesAny(p.Actions, action) && !matchesAny(p.NotActions, action)
}

func (p *Permission) allowsData(action string) bool {
	return matchesAny(p.DataActions, action) && !matchesAny(p.NotDataActions, action)
}

func matchesAny(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return Matches(pattern, action) })
}

// Matches reports whether an action fits a pattern as Azure matches them: regardless of
// case, * standing for any text, slashes too.
func Matches(pattern, action string) bool {
	pattern, action = strings.ToLower(pattern), strings.ToLower(action)
	first, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == action
	}
	action, begins := strings.CutPrefix(action, first)
	if !begins {
		return false
	}
	for {
		part, more, wild := strings.Cut(rest, "*")
		if !wild {
			return strings.HasSuffix(action, part)
		}
		at := strings.Index(action, part)
		if at < 0 {
			return false
		}
		action, rest = action[at+len(part):], more
	}
}

// overlaps reports whether a pattern fits some action that begins so.
func overlaps(pattern, begin string) bool {
	pattern, begin = strings.ToLower(pattern), strings.ToLower(begin)
	fixed, _, wild := strings.Cut(pattern, "*")
	return strings.HasPrefix(pattern, begin) || wild && strings.HasPrefix(begin, fixed)
}
