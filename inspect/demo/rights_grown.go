package demo

import (
	"slices"
	"strings"
	"time"
)

// A grown subscription has a group that owns it, which its clusters name as their admins,
// a pipeline that changes it, and two people. All of it follows from its ID; nothing is kept.
const (
	adminsLabel   = "team aks-admins"
	pipelineLabel = "team pipeline"
)

// forenames are those of the people of grown subscriptions.
var forenames = [...]string{
	"Alva", "Amir", "Anouk", "Bela", "Carla", "Daan", "Edda", "Emil", "Fatma", "Gus", "Hana", "Ivo", "Jana", "Kofi", "Lena", "Malik",
	"Nils", "Oona", "Paul", "Qasim", "Rosa", "Sven", "Tara", "Udo", "Vera", "Wim", "Xenia", "Yara", "Zoe",
}

// team makes the people of a grown subscription: the group first, then the pipeline.
func team(s *subscription) []*person {
	id := func(label string) string { return string(teamID(nil, s.id, fingerprint(label))) }
	group := &person{kind: groupObject, id: id(adminsLabel), name: "sg-" + s.name + "-admins", About: "Owns " + s.name}
	pipeline := &person{kind: serviceObject, id: id(pipelineLabel), name: "sp-" + s.name, App: id(pipelineLabel + " app")}
	all := []*person{group, pipeline}
	for i, label := range []string{"team person 1", "team person 2"} {
		forename := forenames[(fingerprint(s.id)+uint64(i)*7)%uint64(len(forenames))]
		user := &person{kind: userObject, id: id(label), Full: forename + " of " + s.name, Title: "Engineer"}
		user.name, user.UPN = user.Full, strings.ToLower(forename)+"."+s.name+"@"+tenantDomain
		user.Mail, user.groups = user.UPN, []*person{group}
		group.members = append(group.members, user)
		all = append(all, user)
	}
	return all
}

// grownPerson finds somebody of a grown subscription.
func (g *rights) grownPerson(id string) *person {
	for _, s := range g.estate.told {
		if _, is := s.clusters.(*grown); !is {
			continue
		}
		for _, p := range team(s) {
			if p.id == id {
				return p
			}
		}
	}
	return nil
}

// grown makes the rights of a subscription that no file tells of.
func (g *rights) grown(s *subscription) *subscriptionRights {
	own := &subscriptionRights{}
	if _, is := s.clusters.(*grown); !is {
		return own
	}
	all := team(s)
	scope := "/subscriptions/" + s.id
	add := func(p *person, role string, days uint64) *assignment {
		r := g.byName[role]
		return &assignment{
			name: guidOf(strings.Join([]string{scope, r.ID, p.id}, " ")), scope: scope, role: r, principal: p.id, kind: p.kind.principalType(),
			by: g.directory.byName["sp-terraform"].id, past: time.Duration(days) * 24 * time.Hour, place: place{s.name, "subscription"},
		}
	}
	age := 100 + fingerprint(s.id)%900
	own.assignments = []*assignment{
		add(all[0], "Azure Kubernetes Service RBAC Cluster Admin", age),
		add(all[1], "Contributor", age-30),
		add(all[2], "Azure Kubernetes Service Cluster Admin Role", age-60),
	}
	own.eligible = []*assignment{add(all[0], "Owner", age)}
	slices.SortFunc(own.assignments, func(a, b *assignment) int { return strings.Compare(a.name, b.name) })
	return own
}
