package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// rights are who may do what in Azure, as the company's files tell it.
type rights struct {
	estate     *estate
	directory  *directory
	roles      []*role // in the order of their IDs
	byName     map[string]*role
	conditions map[string]string
	above      []managementGroup
	tenant     subscriptionRights // made at the root or at a management group
	told       map[string]*subscriptionRights
}

// subscriptionRights are those of one subscription, without what it inherits.
type subscriptionRights struct {
	assignments []*assignment
	eligible    []*assignment
	identities  []*identity
	activity    []*deed
}

type managementGroup struct {
	Name          string   `yaml:"name"`
	Full          string   `yaml:"full"`
	Subscriptions []string `yaml:"subscriptions"`
	Grown         []string `yaml:"grown"` // how the names of grown subscriptions in it end
}

// holds reports whether a subscription is below the management group.
func (m *managementGroup) holds(s *subscription) bool {
	if _, is := s.clusters.(told); is {
		return slices.Contains(m.Subscriptions, s.name)
	}
	return slices.ContainsFunc(m.Grown, func(end string) bool {
		return strings.HasSuffix(s.name, end) || strings.Contains(s.name, end+"-")
	})
}

// role is a role definition.
type role struct {
	Name           string   `yaml:"name"`
	ID             string   `yaml:"id"`
	About          string   `yaml:"about"`
	Under          string   `yaml:"under"`
	Actions        []string `yaml:"actions"`
	NotActions     []string `yaml:"notActions"`
	DataActions    []string `yaml:"dataActions"`
	NotDataActions []string `yaml:"notDataActions"`
	At             []string `yaml:"at"`
	Age            string   `yaml:"age"`

	custom bool
}

// grant is an assignment as a file tells it.
//
//	to    somebody of the directory, or `gone NAME` who was deleted since; type says what they were
//	at    / for the root, mg NAME, subscription, a resource group, cluster NAME, nodes CLUSTER,
//	      namespace CLUSTER/NAMESPACE, registry GROUP/NAME, or a path below the subscription
//	if    a condition, or the name of one in rights.yaml
type grant struct {
	To   string `yaml:"to"`
	Type string `yaml:"type"`
	Role string `yaml:"role"`
	At   string `yaml:"at"`
	Age  string `yaml:"age"`
	By   string `yaml:"by"`
	If   string `yaml:"if"`
	Ends string `yaml:"ends"`
	Note string `yaml:"note"`
}

// assignment is a grant with its words understood.
type assignment struct {
	name      string // its GUID
	scope     string
	role      *role
	principal string
	kind      string
	by        string // an object ID
	condition string
	note      string
	past      time.Duration
	ends      time.Duration // from now; zero for never
	place     place
}

// place is what a scope is, for people.
type place struct{ name, kind string }

// rightsFile is estate/rights.yaml or one of the subscriptions' own.
type rightsFile struct {
	ManagementGroups []managementGroup `yaml:"managementGroups"`
	Conditions       map[string]string `yaml:"conditions"`
	Assignments      []grant           `yaml:"assignments"`
	Eligible         []grant           `yaml:"eligible"`
	Identities       []*identity       `yaml:"identities"`
	Activity         []*deed           `yaml:"activity"`
}

// loadRights reads the files on rights for an estate.
func loadRights(e *estate, now time.Time) (*rights, error) {
	g := &rights{estate: e, byName: map[string]*role{}, told: map[string]*subscriptionRights{}}
	if err := g.loadRoles(); err != nil {
		return nil, err
	}
	var err error
	if g.directory, err = loadDirectory(e, newFacts(now)); err != nil {
		return nil, err
	}
	files := map[string]*rightsFile{}
	for _, name := range append([]string{""}, subscriptionFiles...) {
		file := &rightsFile{}
		s := e.byName(name)
		if s != nil && s.refuses {
			continue
		}
		if err := readStrict(strings.TrimSuffix("rights-"+name, "-"), file); err != nil {
			return nil, err
		}
		files[name] = file
		for _, one := range file.Identities {
			if err := g.addIdentity(s, one); err != nil {
				return nil, fmt.Errorf("estate/rights-%s.yaml: %w", name, err)
			}
		}
	}
	if err := g.directory.link(); err != nil {
		return nil, err
	}
	g.above, g.conditions = files[""].ManagementGroups, files[""].Conditions
	for name, file := range files {
		read, err := g.understand(e.byName(name), file)
		if err != nil {
			return nil, fmt.Errorf("%s.yaml: %w", strings.TrimSuffix("estate/rights-"+name, "-"), err)
		}
		if name == "" {
			g.tenant = *read
			continue
		}
		g.told[e.byName(name).id] = read
	}
	return g, nil
}

// byName finds a subscription of the story.
func (e *estate) byName(name string) *subscription {
	for _, s := range e.told {
		if _, is := s.clusters.(told); is && s.name == name {
			return s
		}
	}
	return nil
}

func (g *rights) loadRoles() error {
	var file struct {
		BuiltIn []*role `yaml:"builtIn"`
		Custom  []*role `yaml:"custom"`
	}
	if err := readStrict("roles", &file); err != nil {
		return err
	}
	for _, r := range file.Custom {
		r.custom, r.ID = true, guidOf("role "+r.Name)
	}
	for _, r := range append(file.BuiltIn, file.Custom...) {
		for _, actions := range [][]string{r.DataActions, r.NotDataActions} {
			for i, action := range actions {
				if r.Under != "" && !strings.HasPrefix(action, "Microsoft.") {
					actions[i] = r.Under + action
				}
			}
		}
		g.byName[r.Name] = r
		g.roles = append(g.roles, r)
	}
	slices.SortFunc(g.roles, func(a, b *role) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

// understand reads the words of a file.
func (g *rights) understand(s *subscription, file *rightsFile) (*subscriptionRights, error) {
	read := &subscriptionRights{identities: file.Identities, activity: file.Activity}
	for i := range file.Assignments {
		a, err := g.assignment(s, &file.Assignments[i], "assignment")
		if err != nil {
			return nil, err
		}
		read.assignments = append(read.assignments, a)
	}
	for i := range file.Eligible {
		a, err := g.assignment(s, &file.Eligible[i], "eligible")
		if err != nil {
			return nil, err
		}
		read.eligible = append(read.eligible, a)
	}
	for _, done := range file.Activity {
		if err := g.understandDeed(s, done); err != nil {
			return nil, err
		}
	}
	for _, all := range [][]*assignment{read.assignments, read.eligible} {
		slices.SortFunc(all, func(a, b *assignment) int { return strings.Compare(a.name, b.name) })
	}
	return read, nil
}

func (g *rights) assignment(s *subscription, told *grant, what string) (*assignment, error) {
	a := &assignment{note: told.Note, past: pastOf(told.Age), ends: pastOf(told.Ends), condition: told.If}
	if named, is := g.conditions[told.If]; is {
		a.condition = named
	}
	if a.role = g.byName[told.Role]; a.role == nil {
		return nil, fmt.Errorf("no role %q in roles.yaml", told.Role)
	}
	var err error
	if a.scope, a.place, err = g.scope(s, told.At); err != nil {
		return nil, err
	}
	if name, gone := strings.CutPrefix(told.To, "gone "); gone {
		a.principal, a.kind = objectID(name), told.Type
	} else if p := g.directory.byName[told.To]; p != nil {
		a.principal, a.kind = p.id, p.kind.principalType()
	} else {
		return nil, fmt.Errorf("nobody is named %q", told.To)
	}
	by := g.directory.byName[cmp.Or(told.By, "sp-terraform")]
	if by == nil {
		return nil, fmt.Errorf("nobody is named %q", told.By)
	}
	a.by = by.id
	a.name = guidOf(strings.Join([]string{what, a.scope, a.role.ID, a.principal}, " "))
	return a, nil
}

// scope reads where something is, see grant.
func (g *rights) scope(s *subscription, at string) (string, place, error) {
	word, rest, _ := strings.Cut(at, " ")
	if at == "/" {
		return "/", place{"Tenant root", "tenant"}, nil
	}
	if word == "mg" {
		for _, m := range g.above {
			if m.Name == rest {
				return "/providers/Microsoft.Management/managementGroups/" + rest, place{m.Full, "managementgroup"}, nil
			}
		}
		return "", place{}, fmt.Errorf("no management group %q", rest)
	}
	if s == nil {
		return "", place{}, fmt.Errorf("%q is in no subscription", at)
	}
	own := "/subscriptions/" + s.id
	switch word {
	case "subscription":
		return own, place{s.name, "subscription"}, nil
	case "cluster", "nodes", "namespace":
		name, namespace, _ := strings.Cut(rest, "/")
		of, f := g.estate.named(name)
		if f == nil || of != s {
			return "", place{}, fmt.Errorf("no cluster %q in %s", name, s.name)
		}
		id := string(f.id(nil, groupsARM))
		switch word {
		case "nodes":
			group := string(f.nodeGroup(nil))
			return own + groupsARM + group, place{group, "resourcegroup"}, nil
		case "namespace":
			return id + "/namespaces/" + namespace, place{namespace, "resource"}, nil
		}
		return id, place{name, "resource"}, nil
	case "registry":
		group, name, _ := strings.Cut(rest, "/")
		return own + groupsARM + group + "/providers/Microsoft.ContainerRegistry/registries/" + name, place{name, "resource"}, nil
	case "identity":
		if p := g.directory.byName[rest]; p != nil && p.Resource != "" {
			return p.Resource, place{rest, "resource"}, nil
		}
		return "", place{}, fmt.Errorf("no identity %q", rest)
	}
	if strings.HasPrefix(at, "/") {
		kind := "resource"
		if strings.Count(at, "/") == 2 {
			kind = "resourcegroup"
		}
		return own + at, place{baseName(at), kind}, nil
	}
	return own + groupsARM + at, place{at, "resourcegroup"}, nil
}

// of returns the rights of a subscription, without what it inherits.
func (g *rights) of(s *subscription) *subscriptionRights {
	if read := g.told[s.id]; read != nil {
		return read
	}
	return g.grown(s)
}

// inherited returns what counts in a subscription and was made above it.
func (g *rights) inherited(s *subscription, from []*assignment) []*assignment {
	var all []*assignment
	for _, a := range from {
		if a.scope == "/" || slices.ContainsFunc(g.above, func(m managementGroup) bool {
			return baseName(a.scope) == m.Name && m.holds(s)
		}) {
			all = append(all, a)
		}
	}
	return all
}
