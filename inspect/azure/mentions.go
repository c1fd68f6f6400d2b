package azure

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// namedBy tells the documents of one kind in one subscription; it is folded.
type namedBy struct {
	subscription model.ID
	kind         model.Kind
}

// mentions are what the rights of a subscription name: further reads start from it.
type mentions struct {
	// principals are object IDs, and groups those that Azure says are of groups.
	principals, groups []string
	// roles are the GUIDs of role definitions, in lower case.
	roles []string
	// identities are the IDs of managed identities.
	identities []string

	seen map[string]bool
}

// has reports whether a document was taken already.
func (m *mentions) has(id string) bool { return m.seen[strings.ToLower(id)] }

// take notes what a document names.
func (m *mentions) take(kind model.Kind, id string, raw json.RawMessage) {
	if m.seen == nil {
		m.seen = map[string]bool{}
	}
	m.seen[strings.ToLower(id)] = true
	type principal struct{ ID, Type string }
	var document struct {
		Properties struct {
			PrincipalID       string
			PrincipalType     string
			CreatedBy         string
			RoleDefinitionID  string
			Principals        []principal
			ExcludePrincipals []principal
		}
	}
	if json.Unmarshal(raw, &document) != nil {
		return // whoever judges it says that it cannot be used
	}
	p := &document.Properties
	m.principal(p.PrincipalID, p.PrincipalType)
	m.principal(p.CreatedBy, "")
	for _, named := range slices.Concat(p.Principals, p.ExcludePrincipals) {
		m.principal(named.ID, named.Type)
	}
	if p.RoleDefinitionID != "" {
		m.roles = append(m.roles, strings.ToLower(model.ID(p.RoleDefinitionID).Name()))
	}
	if kind == model.KindManagedIdentity {
		m.identities = append(m.identities, id)
	}
}

// principal notes an object ID. That of nobody stands for everybody, and some of what
// Azure made itself names no object at all.
func (m *mentions) principal(id, kind string) {
	if !isGUID(id) || strings.Trim(id, "0-") == "" {
		return
	}
	m.principals = append(m.principals, strings.ToLower(id))
	if strings.EqualFold(kind, "Group") {
		m.groups = append(m.groups, strings.ToLower(id))
	}
}

func (m *mentions) add(other *mentions) {
	m.principals = append(m.principals, other.principals...)
	m.groups = append(m.groups, other.groups...)
	m.roles = append(m.roles, other.roles...)
	m.identities = append(m.identities, other.identities...)
}

// once leaves each out that came before, and puts them in order.
func once(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// mentioning reads a kind and keeps what it names, also where it was not read whole.
func (r *reader) mentioning(read func(*mentions) error) error {
	m := &mentions{}
	err := read(m)
	if r.ctx.Err() != nil {
		return err
	}
	m.seen = nil
	m.principals, m.groups, m.roles = once(m.principals), once(m.groups), once(m.roles)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.named[namedBy{r.scope.ID.Fold(), r.scope.Kind}] = m
	return err
}

// mentioned returns what the documents of those kinds name in the subscription. A kind
// that nobody has read yet is read for it; that one cannot be read is told where it is
// wanted itself, and does not keep the others from being used.
func (r *reader) mentioned(kinds ...model.Kind) (*mentions, error) {
	all := &mentions{}
	for _, kind := range kinds {
		m := r.mentions(kind)
		if m == nil {
			if err := r.beside(kind); err != nil {
				return nil, err
			}
			m = r.mentions(kind)
		}
		if m != nil {
			all.add(m)
		}
	}
	return all, nil
}

func (r *reader) mentions(kind model.Kind) *mentions {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.named[namedBy{r.scope.ID.Fold(), kind}]
}

// beside reads another kind of the subscription's rights without handing it out. It
// fails only where nobody wants it any more.
func (r *reader) beside(kind model.Kind) error {
	other := &reader{Source: r.Source, ctx: r.ctx, scope: source.Scope{Breadth: source.Children, ID: r.scope.ID, Kind: kind}}
	other.yield = func(event source.Event) bool {
		if wait, is := event.(source.Wait); is {
			wait.Scope = r.scope
			return r.emit(wait) == nil
		}
		return r.ctx.Err() == nil
	}
	_ = other.readRights() // told where that kind is wanted
	switch {
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case r.stopped:
		return errStopped
	}
	return nil
}

// clustersOf returns the documents of a subscription's clusters as last read, in the
// order of their IDs.
func (s *Source) clustersOf(subscription model.ID) []clusterOf {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []clusterOf
	for key, cluster := range s.clusters {
		if key.Within(subscription) && (s.opts.Selected == nil || s.opts.Selected(cluster.ID)) {
			all = append(all, clusterOf{cluster})
		}
	}
	slices.SortFunc(all, func(a, b clusterOf) int { return strings.Compare(string(a.Key()), string(b.Key())) })
	return all
}

type clusterOf struct{ *model.Resource }

// parties are the part of a cluster's document that names whom it knows.
type parties struct {
	Identity struct {
		PrincipalID string
		User        map[string]struct{ PrincipalID string } `json:"userAssignedIdentities"`
	}
	Properties struct {
		AAD struct {
			AzureRBAC   bool     `json:"enableAzureRBAC"`
			AdminGroups []string `json:"adminGroupObjectIDs"`
		} `json:"aadProfile"`
		ServicePrincipal struct{ ClientID string } `json:"servicePrincipalProfile"`
		Identities       map[string]struct {
			ObjectID string
		} `json:"identityProfile"`
	}
}

func (c clusterOf) parties() *parties {
	var p parties
	_ = json.Unmarshal(c.Raw.Bytes(), &p) // what is no document of a cluster names nobody
	return &p
}

// mention notes whom a cluster's document names.
func (p *parties) mention(m *mentions) {
	m.principal(p.Identity.PrincipalID, "")
	for _, identity := range p.Identity.User {
		m.principal(identity.PrincipalID, "")
	}
	for _, identity := range p.Properties.Identities {
		m.principal(identity.ObjectID, "")
	}
	for _, group := range p.Properties.AAD.AdminGroups {
		m.principal(group, "Group")
	}
}

// application returns the client ID of the application that the cluster runs as, or ""
// where it has managed identities.
func (p *parties) application() string {
	if id := p.Properties.ServicePrincipal.ClientID; isGUID(id) {
		return strings.ToLower(id)
	}
	return ""
}

// isGUID reports whether a text is a GUID as Azure writes object IDs.
func isGUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		c := text[i] | 0x20
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if text[i] != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}
