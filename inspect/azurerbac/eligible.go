package azurerbac

import (
	"slices"
	"strings"
	"time"
)

// Eligible is that somebody may join a group for a while in Privileged Identity
// Management, and is no member now.
type Eligible struct {
	// Group and Principal are object IDs in lower case.
	Group, Principal string
	// Since is from when it counts, Ends when it ends by itself; zero for never.
	Since, Ends time.Time
}

func (x *Index) addEligible(told map[string][]Eligible) {
	for group, all := range told {
		if _, known := x.eligible[group]; known {
			continue
		}
		all = slices.Clone(all)
		slices.SortFunc(all, func(a, b Eligible) int { return strings.Compare(a.Principal, b.Principal) })
		x.eligible[group] = all
		for _, each := range all {
			x.mayJoin[each.Principal] = append(x.mayJoin[each.Principal], each)
		}
	}
	for _, groups := range x.mayJoin {
		slices.SortFunc(groups, func(a, b Eligible) int { return strings.Compare(a.Group, b.Group) })
	}
}

// MayJoin returns who may join a group, and whether that was read.
func (x *Index) MayJoin(group string) ([]Eligible, bool) {
	all, read := x.eligible[strings.ToLower(group)]
	return all, read
}

// EligibleGroups returns the groups that an object may join directly.
func (x *Index) EligibleGroups(principal string) []Eligible {
	return x.mayJoin[strings.ToLower(principal)]
}

// EligibleChain returns the groups that an object comes to belong to only once it, or a
// group that it is in, has joined one: nearest first, without those of GroupChain.
func (x *Index) EligibleChain(principal string) []Membership {
	if len(x.mayJoin) == 0 {
		return nil
	}
	principal = strings.ToLower(principal)
	seen := map[string]bool{principal: true}
	queue := []string{principal}
	for _, membership := range x.GroupChain(principal) {
		seen[membership.Group] = true
		queue = append(queue, membership.Group)
	}
	var all []Membership
	for at := 0; at < len(queue); at++ {
		next := slices.Clone(x.groups[queue[at]]) // those of the groups held now were seen
		for _, each := range x.mayJoin[queue[at]] {
			next = append(next, each.Group)
		}
		for _, group := range next {
			if !seen[group] {
				seen[group] = true
				all = append(all, Membership{Group: group, By: queue[at]})
				queue = append(queue, group)
			}
		}
	}
	return all
}

// withoutEligible leaves out that some may join groups.
func (x *Index) withoutEligible(members []Membership) (eligible, mayJoin map[string][]Eligible) {
	left := map[string][]Eligible{}
	for group, all := range x.eligible {
		left[group] = slices.DeleteFunc(slices.Clone(all), func(e Eligible) bool {
			return slices.ContainsFunc(members, func(m Membership) bool {
				return strings.EqualFold(m.Group, e.Group) && strings.EqualFold(m.By, e.Principal)
			})
		})
	}
	y := &Index{eligible: map[string][]Eligible{}, mayJoin: map[string][]Eligible{}}
	y.addEligible(left)
	return y.eligible, y.mayJoin
}
