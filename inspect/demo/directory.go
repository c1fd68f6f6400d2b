package demo

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// directory is whom the company's Entra ID knows.
type directory struct {
	byID   map[string]*person
	byName map[string]*person
	byApp  map[string]*person
}

// personKind is the type of a directory object.
type personKind string

const (
	userObject    personKind = "user"
	groupObject   personKind = "group"
	serviceObject personKind = "servicePrincipal"
)

// principalType is what a role assignment calls the kind.
func (k personKind) principalType() string {
	switch k {
	case userObject:
		return "User"
	case groupObject:
		return "Group"
	default:
		return "ServicePrincipal"
	}
}

// person is a user, a group or a service principal.
type person struct {
	kind     personKind
	id, name string

	Name     string   `yaml:"name"`
	ID       string   `yaml:"id"`
	Of       string   `yaml:"of"`
	UPN      string   `yaml:"upn"`
	Mail     string   `yaml:"mail"`
	Full     string   `yaml:"full"`
	Title    string   `yaml:"title"`
	About    string   `yaml:"about"`
	Guest    bool     `yaml:"guest"`
	Disabled bool     `yaml:"disabled"`
	Hidden   bool     `yaml:"hidden"`
	Members  []string `yaml:"members"`
	// Eligible may join a group for a while, and EligibleOwners may own it.
	Eligible       []membership `yaml:"eligible"`
	EligibleOwners []membership `yaml:"eligibleOwners"`

	App     string   `yaml:"app"`
	Secrets []secret `yaml:"secrets"`
	// Resource is the Azure resource that a managed identity is, or belongs to.
	Resource  string `yaml:"resource"`
	Microsoft bool   `yaml:"microsoft"`

	members []*person
	groups  []*person // that it is a direct member of
	// assigned: a user-assigned identity rather than one that a resource has by itself.
	assigned bool
}

// membership is that somebody may join a group for a while.
type membership struct {
	Who  string `yaml:"who"`
	Age  string `yaml:"age"`
	Ends string `yaml:"ends"`
}

// secret is a password of an application, without what it is.
type secret struct {
	Name string `yaml:"name"`
	Age  string `yaml:"age"`
	Ends string `yaml:"ends"`
}

// directoryFile is estate/directory.yaml.
type directoryFile struct {
	Users        []*person `yaml:"users"`
	Groups       []*person `yaml:"groups"`
	Applications []*person `yaml:"applications"`
	Services     []*person `yaml:"services"`
}

// readStrict reads a file of the estate into a value; a key that it does not know is an error.
func readStrict(name string, into any) error {
	text, err := estateFiles.ReadFile("estate/" + name + ".yaml")
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(text, into, yaml.Strict()); err != nil {
		return fmt.Errorf("estate/%s.yaml: %w", name, err)
	}
	return nil
}

// loadDirectory reads whom the file tells of, and the identities of the clusters told.
func loadDirectory(e *estate, f *facts) (*directory, error) {
	var file directoryFile
	if err := readStrict("directory", &file); err != nil {
		return nil, err
	}
	d := &directory{byID: map[string]*person{}, byName: map[string]*person{}, byApp: map[string]*person{}}
	for _, list := range []struct {
		kind personKind
		all  []*person
	}{{userObject, file.Users}, {groupObject, file.Groups}, {serviceObject, file.Applications}, {serviceObject, file.Services}} {
		for _, p := range list.all {
			p.kind = list.kind
			if err := d.add(e, p); err != nil {
				return nil, fmt.Errorf("estate/directory.yaml: %w", err)
			}
		}
	}
	for _, s := range e.told {
		if _, is := s.clusters.(told); !is {
			continue
		}
		if err := d.addClusters(s, f); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// link finds the members of groups, once everybody is known.
func (d *directory) link() error {
	for _, p := range d.byName {
		for _, name := range p.Members {
			member := d.byName[name]
			if member == nil {
				return fmt.Errorf("estate/directory.yaml: group %s: nobody is named %q", p.Name, name)
			}
			p.members = append(p.members, member)
			member.groups = append(member.groups, p)
		}
		for _, m := range slices.Concat(p.Eligible, p.EligibleOwners) {
			if d.byName[m.Who] == nil {
				return fmt.Errorf("estate/directory.yaml: group %s: nobody is named %q who could be eligible", p.Name, m.Who)
			}
		}
	}
	return nil
}

// add takes somebody in, and works out what the file leaves out.
func (d *directory) add(e *estate, p *person) error {
	if d.byName[p.Name] != nil {
		return fmt.Errorf("%s stands twice", p.Name)
	}
	p.id, p.name = p.ID, p.Name
	switch {
	case p.Of != "":
		id, err := e.clusterGUID(p.Of)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		p.id = id
	case p.id == "":
		p.id = objectID(p.Name)
	}
	if p.kind == userObject {
		p.name = p.Full
		if p.UPN == "" {
			p.UPN = p.Name + "@" + tenantDomain
		}
		if p.Mail == "" {
			p.Mail = p.UPN
		}
	}
	if p.kind == serviceObject {
		if p.App == "" {
			p.App = guidOf("app " + p.Name)
		}
		d.byApp[p.App] = p
	}
	d.byID[p.id] = p
	d.byName[p.Name] = p
	return nil
}

// clusterGUID is a GUID of a cluster's documents: told is the cluster and the placeholder.
func (e *estate) clusterGUID(told string) (string, error) {
	name, words, _ := strings.Cut(told, " ")
	_, f := e.named(name)
	if f == nil {
		return "", fmt.Errorf("no cluster %q", name)
	}
	fill, err := newSlot(strings.Fields(words), "")
	if err != nil {
		return "", err
	}
	return string(fill(nil, f)), nil
}

// named finds a cluster of the story by its name alone, and returns its facts.
func (e *estate) named(name string) (*subscription, *facts) {
	for _, s := range e.told {
		clusters, _ := s.clusters.(told)
		for i := range clusters {
			if clusters[i].facts.name == name {
				f := clusters[i].facts
				return s, &f
			}
		}
	}
	return nil, nil
}

// clusterIdentity is a managed identity as a cluster's document names it.
type clusterIdentity struct {
	ResourceID string `json:"resourceId"`
	ClientID   string `json:"clientId"`
	ObjectID   string `json:"objectId"`
	Principal  string `json:"principalId"`
}

// addClusters adds the identities of a subscription's clusters, as their documents have them.
func (d *directory) addClusters(s *subscription, f *facts) error {
	for place := range s.clusters.count() {
		var document map[string]any
		plan := s.clusters.at(place, f)
		if err := json.Unmarshal(plan.document.append(nil, f), &document); err != nil {
			return err
		}
		if identity, _ := document["identity"].(map[string]any); identity != nil {
			if principal, _ := identity["principalId"].(string); principal != "" {
				d.addIdentity(f.name, principal, string(f.guid(nil, fingerprint("guid control plane client"))), string(f.id(nil, groupsARM)), false)
			}
			assigned, _ := identity["userAssignedIdentities"].(map[string]any)
			for resource, value := range assigned {
				one, err := readIdentity(value)
				if err != nil {
					return err
				}
				d.addIdentity(baseName(resource), one.Principal, one.ClientID, resource, true)
			}
		}
		if err := d.addNested(document); err != nil {
			return err
		}
	}
	return nil
}

// addNested adds every identity that stands somewhere in a document.
func (d *directory) addNested(tree any) error {
	switch value := tree.(type) {
	case map[string]any:
		if value["resourceId"] != nil && value["objectId"] != nil {
			one, err := readIdentity(value)
			if err != nil {
				return err
			}
			d.addIdentity(baseName(one.ResourceID), one.ObjectID, one.ClientID, one.ResourceID, true)
			return nil
		}
		for _, inner := range value {
			if err := d.addNested(inner); err != nil {
				return err
			}
		}
	case []any:
		for _, inner := range value {
			if err := d.addNested(inner); err != nil {
				return err
			}
		}
	}
	return nil
}

func readIdentity(value any) (clusterIdentity, error) {
	var one clusterIdentity
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &one)
	}
	return one, err
}

func baseName(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// addIdentity adds a managed identity.
func (d *directory) addIdentity(name, id, app, resource string, assigned bool) {
	p := &person{kind: serviceObject, id: id, name: name, Name: name, App: app, Resource: resource, assigned: assigned}
	d.byID[id], d.byName[name], d.byApp[app] = p, p, p
}

// groupsOf returns all groups that somebody belongs to, through others too.
func groupsOf(p *person) []*person {
	var all []*person
	queue := slices.Clone(p.groups)
	for len(queue) > 0 {
		group := queue[0]
		queue = queue[1:]
		if group == p || slices.Contains(all, group) {
			continue
		}
		all = append(all, group)
		queue = append(queue, group.groups...)
	}
	slices.SortFunc(all, func(a, b *person) int { return strings.Compare(a.id, b.id) })
	return all
}

// membersOf returns the members of a group, through others too where transitive is set.
func membersOf(group *person, transitive bool) []*person {
	all := slices.Clone(group.members)
	for i := 0; transitive && i < len(all); i++ {
		for _, member := range all[i].members {
			if member != group && !slices.Contains(all, member) {
				all = append(all, member)
			}
		}
	}
	slices.SortFunc(all, func(a, b *person) int { return strings.Compare(a.id, b.id) })
	return all
}
