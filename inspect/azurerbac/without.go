package azurerbac

import (
	"maps"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// Without returns the index as it would be without some assignments, by their IDs, and
// without some members of groups. The index itself stays as it is.
func (x *Index) Without(assignments []model.ID, members []Membership) *Index {
	y := *x
	gone := func(a *Assignment) bool {
		return slices.ContainsFunc(assignments, func(id model.ID) bool { return a.ID.Equal(id) })
	}
	y.Assignments = slices.DeleteFunc(slices.Clone(x.Assignments), gone)
	y.byPrincipal = map[string][]*Assignment{}
	for _, assignment := range y.Assignments {
		y.byPrincipal[assignment.Principal] = append(y.byPrincipal[assignment.Principal], assignment)
	}
	y.members, y.groups = maps.Clone(x.members), maps.Clone(x.groups)
	for _, m := range members {
		group, member := strings.ToLower(m.Group), strings.ToLower(m.By)
		if _, read := y.members[group]; read {
			y.members[group] = without(y.members[group], member)
		}
		y.groups[member] = without(y.groups[member], group)
	}
	if len(members) > 0 && len(x.mayJoin) > 0 {
		y.eligible, y.mayJoin = x.withoutEligible(members)
	}
	return &y
}

func without(list []string, entry string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(each string) bool { return each == entry })
}
