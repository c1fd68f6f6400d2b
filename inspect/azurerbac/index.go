package azurerbac

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// Index is who holds which rights in one or more subscriptions, ready to be asked. It
// is immutable.
type Index struct {
	// Roles, Assignments (the eligible ones too), Denies, Identities and Credentials are
	// what was read, each once though several subscriptions list it.
	Roles       []*Role
	Assignments []*Assignment
	Denies      []*Deny
	Identities  []*Identity
	Credentials []*Credential

	views       []*View
	byPrincipal map[string][]*Assignment
	principals  map[string]*Principal
	byUPN       map[string]*Principal
	members     map[string][]string
	groups      map[string][]string
	// eligible are who may join a group, by the group, and mayJoin the groups that
	// somebody may join, by who.
	eligible map[string][]Eligible
	mayJoin  map[string][]Eligible
}

// New returns the index of what was read of some subscriptions. A nil view is left out.
func New(views ...*View) *Index {
	x := &Index{
		byPrincipal: map[string][]*Assignment{}, principals: map[string]*Principal{}, byUPN: map[string]*Principal{},
		members: map[string][]string{}, groups: map[string][]string{},
		eligible: map[string][]Eligible{}, mayJoin: map[string][]Eligible{},
	}
	roles := map[string]*Role{}
	assignments := map[model.ID]*Assignment{}
	seen := map[model.ID]bool{}
	first := func(id model.ID) bool {
		key := id.Fold()
		known := seen[key]
		seen[key] = true
		return !known
	}
	for _, view := range views {
		if view == nil {
			continue
		}
		x.views = append(x.views, view)
		p := view.decoded()
		// A built-in role has an ID in every subscription; its GUID is the same.
		for _, role := range p.roles {
			if key := strings.ToLower(role.ID.Name()); roles[key] == nil {
				roles[key] = role
				x.Roles = append(x.Roles, role)
			}
		}
		for _, assignment := range p.assignments {
			key := assignment.Key()
			held := assignments[key]
			if held == nil {
				copied := *assignment
				held = &copied
				assignments[key] = held
				x.Assignments = append(x.Assignments, held)
				x.byPrincipal[held.Principal] = append(x.byPrincipal[held.Principal], held)
			}
			held.in = append(slices.Clip(held.in), view.Subscription.Fold())
		}
		for _, deny := range p.denies {
			if first(deny.ID) {
				copied := *deny
				copied.in = []model.ID{view.Subscription.Fold()}
				x.Denies = append(x.Denies, &copied)
			}
		}
		for _, identity := range p.identities {
			if first(identity.ID) {
				x.Identities = append(x.Identities, identity)
			}
		}
		for _, credential := range p.credentials {
			if first(credential.ID) {
				x.Credentials = append(x.Credentials, credential)
			}
		}
		for _, principal := range p.principals {
			x.addPrincipal(principal)
		}
		for group, members := range p.members {
			if _, known := x.members[group]; !known {
				x.members[group] = members
				for _, member := range members {
					x.groups[member] = append(x.groups[member], group)
				}
			}
		}
	}
	for _, view := range x.views {
		x.addEligible(view.decoded().eligible)
	}
	// Answers come in one order, however the documents came.
	slices.SortFunc(x.Assignments, func(a, b *Assignment) int { return strings.Compare(string(a.Key()), string(b.Key())) })
	for _, held := range x.byPrincipal {
		slices.SortFunc(held, func(a, b *Assignment) int { return strings.Compare(string(a.Key()), string(b.Key())) })
	}
	for _, assignment := range x.Assignments {
		assignment.Role = roles[strings.ToLower(assignment.RoleID.Name())]
	}
	for _, groups := range x.groups {
		slices.Sort(groups)
	}
	return x
}

// addPrincipal takes what is told of somebody; a fuller document wins over the line in
// a list of members.
func (x *Index) addPrincipal(p *Principal) {
	if held := x.principals[p.ID]; held != nil && (held.UPN != "" || held.App != "" || p.UPN == "" && p.App == "") {
		return
	}
	x.principals[p.ID] = p
	if p.UPN != "" {
		x.byUPN[strings.ToLower(p.UPN)] = p
	}
}

// At returns the assignments that count at a scope: made there or above it.
func (x *Index) At(scope model.ID) []*Assignment {
	var all []*Assignment
	for _, assignment := range x.Assignments {
		if assignment.Covers(scope) {
			all = append(all, assignment)
		}
	}
	return all
}

// Below returns the assignments made below a scope.
func (x *Index) Below(scope model.ID) []*Assignment {
	var all []*Assignment
	for _, assignment := range x.Assignments {
		if assignment.Within(scope) {
			all = append(all, assignment)
		}
	}
	return all
}

// Of returns the assignments that name a principal itself, by its object ID.
func (x *Index) Of(principal string) []*Assignment { return x.byPrincipal[strings.ToLower(principal)] }

// Principal returns whom an object ID or user principal name names, or nil where Entra
// ID did not tell.
func (x *Index) Principal(name string) *Principal {
	folded := strings.ToLower(name)
	if p := x.principals[folded]; p != nil {
		return p
	}
	return x.byUPN[folded]
}

// Named returns the principals with a display name, user principal name, client ID or
// object ID, regardless of case.
func (x *Index) Named(name string) []*Principal {
	if p := x.Principal(name); p != nil {
		return []*Principal{p}
	}
	var all []*Principal
	for _, p := range x.principals {
		if strings.EqualFold(p.Name, name) || strings.EqualFold(p.App, name) || strings.EqualFold(p.Label(), name) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *Principal) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Principals returns everybody whom Entra ID told of, in the order of their object IDs.
func (x *Index) Principals() []*Principal {
	all := make([]*Principal, 0, len(x.principals))
	for _, p := range x.principals {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *Principal) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Members returns the object IDs that belong to a group directly, and whether its
// members were read.
func (x *Index) Members(group string) ([]string, bool) {
	members, read := x.members[strings.ToLower(group)]
	return members, read
}

// GroupsOf returns the groups that an object belongs to directly.
func (x *Index) GroupsOf(principal string) []string { return x.groups[strings.ToLower(principal)] }

// GroupChain returns all groups that an object belongs to, nearest first, each with the
// group by which: the object itself stands for a direct member.
func (x *Index) GroupChain(principal string) []Membership {
	principal = strings.ToLower(principal)
	seen := map[string]bool{principal: true}
	var all []Membership
	queue := []string{principal}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, group := range x.groups[at] {
			if !seen[group] {
				seen[group] = true
				all = append(all, Membership{Group: group, By: at})
				queue = append(queue, group)
			}
		}
	}
	return all
}

// Membership is a group that somebody belongs to, and the object in it by which.
type Membership struct{ Group, By string }

// DeniesFor returns the deny assignments that count at a scope for somebody with those
// object IDs: their own, and those of their groups.
func (x *Index) DeniesFor(ids []string, scope model.ID) []*Deny {
	var all []*Deny
	for _, deny := range x.Denies {
		if deny.Counts(scope, ids) {
			all = append(all, deny)
		}
	}
	return all
}

// Identity returns a managed identity by its ID, object ID or client ID, or nil.
func (x *Index) Identity(name string) *Identity {
	for _, identity := range x.Identities {
		if identity.ID.Equal(model.ID(name)) || strings.EqualFold(identity.Principal, name) || strings.EqualFold(identity.Client, name) {
			return identity
		}
	}
	return nil
}

// Read tells how reading a kind stands over all subscriptions: as where it stands worst.
func (x *Index) Read(kind model.Kind) model.Read {
	worst := model.Read{State: model.ReadDone}
	if len(x.views) == 0 {
		return model.Read{}
	}
	for _, view := range x.views {
		read := view.Reads[kind]
		if read.State == model.ReadFailed {
			return read
		}
		if read.State != model.ReadDone {
			worst = read
		}
	}
	return worst
}

// Resources returns the documents of a kind of all subscriptions.
func (x *Index) Resources(kind model.Kind) []*model.Resource {
	var all []*model.Resource
	for _, view := range x.views {
		all = append(all, view.Resources[kind]...)
	}
	return all
}

// ReadIn tells how reading a kind stands in the subscription of a resource.
func (x *Index) ReadIn(id model.ID, kind model.Kind) model.Read {
	for _, view := range x.views {
		if id.Within(view.Subscription) {
			return view.Reads[kind]
		}
	}
	return model.Read{}
}
