package access

import (
	"cmp"
	"slices"
	"strings"
)

// Difference is something about access that is in one of two worlds alone.
type Difference struct {
	// Gained is set where it is in the second alone.
	Gained bool
	// What is a grant, a power, a way or a member.
	What DifferenceKind
	// Who is whom it is about, by the names of the world that it is in.
	Who string
	// Says what it is: a role and where, a power and where, a place, a group.
	Says string
	// By is the binding or role assignment, of a grant.
	By string
}

// DifferenceKind says what a difference is about.
type DifferenceKind string

// The kinds, in the order in which they are told.
const (
	WayDiffers    DifferenceKind = "way"
	PowerDiffers  DifferenceKind = "power"
	GrantDiffers  DifferenceKind = "grant"
	MemberDiffers DifferenceKind = "member"
)

var differenceKinds = []DifferenceKind{WayDiffers, PowerDiffers, GrantDiffers, MemberDiffers}

// Differences tells what of access differs between a cluster's world before and after:
// who gets to places that matter, powers, grants, and members of groups. What was read in
// one of them alone looks like a difference: see the coverage of both.
func Differences(before, after *World) []Difference {
	had, has := before.facts(), after.facts()
	var all []Difference
	for fact := range had {
		if !has[fact] {
			all = append(all, fact)
		}
	}
	for fact := range has {
		if !had[fact] {
			fact.Gained = true
			all = append(all, fact)
		}
	}
	slices.SortFunc(all, func(a, b Difference) int {
		return cmp.Or(
			slices.Index(differenceKinds, a.What)-slices.Index(differenceKinds, b.What),
			strings.Compare(a.Who, b.Who), strings.Compare(a.Says, b.Says), strings.Compare(a.By, b.By), order(a.Gained)-order(b.Gained),
		)
	})
	return all
}

func order(gained bool) int {
	if gained {
		return 1
	}
	return 0
}

// facts are all that differences may be about.
func (w *World) facts() map[Difference]bool {
	facts := map[Difference]bool{}
	name := func(s Subject) string { return w.Kind(s) + " " + w.Name(s) }
	for _, b := range w.index.Bindings {
		for _, s := range b.Subjects {
			says := "role " + b.RoleRef.Name + " in " + w.Scope(b)
			if b.Eligible() {
				says += ", eligible"
			}
			facts[Difference{What: GrantDiffers, Who: name(s), Says: says, By: b.Label()}] = true
		}
	}
	for _, s := range w.Subjects() {
		for _, held := range Telling(w.HeldBy(s)) {
			says := held.Title + " in " + held.Where()
			if held.Eligible {
				says += ", eligible"
			}
			facts[Difference{What: PowerDiffers, Who: name(s), Says: says}] = true
		}
		if w.Azure == nil || s.Kind != Group {
			continue
		}
		members, _ := w.Azure.Members(s.Name)
		for _, id := range members {
			facts[Difference{What: MemberDiffers, Who: name(Subject{Kind: User, Name: id}), Says: "member of " + w.Name(s)}] = true
		}
	}
	for _, to := range []Place{Everything, NodeRoot, AllSecrets, AzureRights} {
		for _, reach := range w.Graph().WhoReaches(to) {
			facts[Difference{What: WayDiffers, Who: name(reach.Subject), Says: "gets to " + w.PlaceName(to)}] = true
		}
	}
	return facts
}
