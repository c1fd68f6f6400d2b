package azurerbac

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/aksight/aksight/model"
)

// part is what one view holds, decoded.
type part struct {
	roles       []*Role
	assignments []*Assignment
	denies      []*Deny
	identities  []*Identity
	credentials []*Credential
	principals  []*Principal
	// members are the object IDs in each group, by the group's.
	members map[string][]string
	// eligible are who may join each group, by the group's object ID.
	eligible map[string][]Eligible
	// odd counts documents that could not be used, by kind.
	odd map[model.Kind]int
}

// decoded returns what the view holds, decoded once.
func (v *View) decoded() *part {
	v.once.Do(func() { v.part = decode(v) })
	return v.part
}

func decode(v *View) *part {
	p := &part{members: map[string][]string{}, eligible: map[string][]Eligible{}, odd: map[model.Kind]int{}}
	for kind, resources := range v.Resources {
		for _, resource := range resources {
			if !p.take(kind, resource) {
				p.odd[kind]++
			}
		}
	}
	return p
}

func (p *part) take(kind model.Kind, r *model.Resource) bool {
	switch kind {
	case model.KindRoleDefinition:
		return p.takeRole(r)
	case model.KindRoleAssignment, model.KindRoleEligibility:
		return p.takeAssignment(r)
	case model.KindDenyAssignment:
		return p.takeDeny(r)
	case model.KindManagedIdentity:
		return p.takeIdentity(r)
	case model.KindFederatedCredential:
		return p.takeCredential(r)
	case model.KindPrincipal:
		return p.takePrincipal(r.Raw.Bytes())
	case model.KindGroupMembers:
		return p.takeMembers(r)
	case model.KindGroupEligibility:
		return p.takeEligible(r)
	default:
		return true
	}
}

func (p *part) takeRole(r *model.Resource) bool {
	var wire struct {
		ID         model.ID
		Properties struct {
			RoleName    string
			Description string
			Type        string
			Permissions []Permission
		}
	}
	if json.Unmarshal(r.Raw.Bytes(), &wire) != nil || wire.Properties.RoleName == "" {
		return false
	}
	p.roles = append(p.roles, &Role{
		ID: r.ID, Name: wire.Properties.RoleName, Description: wire.Properties.Description,
		Custom: strings.EqualFold(wire.Properties.Type, "CustomRole"), Permissions: wire.Properties.Permissions,
	})
	return true
}

func (p *part) takeAssignment(r *model.Resource) bool {
	var wire struct {
		Properties struct {
			Scope              string
			RoleDefinitionID   string
			PrincipalID        string
			PrincipalType      string
			Condition          string
			CreatedOn          string
			UpdatedOn          string
			CreatedBy          string
			EndDateTime        string
			ExpandedProperties struct{ Principal struct{ Type string } }
		}
	}
	if json.Unmarshal(r.Raw.Bytes(), &wire) != nil || wire.Properties.PrincipalID == "" || wire.Properties.RoleDefinitionID == "" {
		return false
	}
	w := &wire.Properties
	p.assignments = append(p.assignments, &Assignment{
		Resource: r, Scope: model.ID(w.Scope), RoleID: model.ID(w.RoleDefinitionID),
		Principal: strings.ToLower(w.PrincipalID), PrincipalType: w.PrincipalType, Condition: w.Condition,
		Created: moment(w.CreatedOn), Updated: moment(w.UpdatedOn), CreatedBy: strings.ToLower(w.CreatedBy),
		Eligible: r.Kind == model.KindRoleEligibility, Ends: moment(w.EndDateTime),
	})
	return true
}

func (p *part) takeDeny(r *model.Resource) bool {
	type principal struct{ ID, Type string }
	var wire struct {
		Properties struct {
			DenyAssignmentName      string
			Scope                   string
			DoNotApplyToChildScopes bool
			Permissions             []Permission
			Principals              []principal
			ExcludePrincipals       []principal
		}
	}
	if json.Unmarshal(r.Raw.Bytes(), &wire) != nil || wire.Properties.Scope == "" {
		return false
	}
	w := &wire.Properties
	deny := &Deny{Resource: r, Name: w.DenyAssignmentName, Scope: model.ID(w.Scope), Permissions: w.Permissions, NotBelow: w.DoNotApplyToChildScopes}
	for _, named := range w.Principals {
		// The nil GUID of the type SystemDefined stands for everybody.
		if strings.EqualFold(named.Type, "SystemDefined") || strings.Trim(named.ID, "0-") == "" {
			deny.Everyone = true
			continue
		}
		deny.Principals = append(deny.Principals, named.ID)
	}
	for _, named := range w.ExcludePrincipals {
		deny.Excluded = append(deny.Excluded, named.ID)
	}
	p.denies = append(p.denies, deny)
	return true
}

func (p *part) takeIdentity(r *model.Resource) bool {
	var wire struct {
		Name       string
		Properties struct{ PrincipalID, ClientID string }
	}
	if json.Unmarshal(r.Raw.Bytes(), &wire) != nil || wire.Properties.PrincipalID == "" {
		return false
	}
	p.identities = append(p.identities, &Identity{
		Resource: r, Name: r.ID.Name(), Principal: strings.ToLower(wire.Properties.PrincipalID), Client: strings.ToLower(wire.Properties.ClientID),
	})
	return true
}

func (p *part) takeCredential(r *model.Resource) bool {
	var wire struct {
		Properties struct {
			Issuer, Subject string
			Audiences       []string
		}
	}
	const under = "/federatedidentitycredentials/"
	at := strings.LastIndex(strings.ToLower(string(r.ID)), under)
	if json.Unmarshal(r.Raw.Bytes(), &wire) != nil || wire.Properties.Issuer == "" || at < 0 {
		return false
	}
	p.credentials = append(p.credentials, &Credential{
		Resource: r, Name: r.ID.Name(), Identity: r.ID[:at],
		Issuer: wire.Properties.Issuer, Subject: wire.Properties.Subject, Audiences: wire.Properties.Audiences,
	})
	return true
}

// directoryObject is what Microsoft Graph tells of somebody.
type directoryObject struct {
	Type                 string `json:"@odata.type"`
	ID                   string
	DisplayName          string
	UserPrincipalName    string
	UserType             string
	AppID                string
	ServicePrincipalType string
	AccountEnabled       *bool
}

func (p *part) takePrincipal(raw []byte) bool {
	var wire directoryObject
	if json.Unmarshal(raw, &wire) != nil || wire.ID == "" {
		return false
	}
	p.principals = append(p.principals, wire.principal())
	return true
}

func (d *directoryObject) principal() *Principal {
	p := &Principal{
		ID: strings.ToLower(d.ID), Name: d.DisplayName, UPN: d.UserPrincipalName, App: strings.ToLower(d.AppID),
		Disabled: d.AccountEnabled != nil && !*d.AccountEnabled,
	}
	switch strings.ToLower(d.Type[strings.LastIndexByte(d.Type, '.')+1:]) {
	case "user":
		p.Kind = User
		if strings.EqualFold(d.UserType, "Guest") || strings.Contains(d.UserPrincipalName, "#EXT#") {
			p.Kind = Guest
		}
	case "group":
		p.Kind = Group
	case "serviceprincipal":
		p.Kind = ServicePrincipal
		if strings.EqualFold(d.ServicePrincipalType, "ManagedIdentity") {
			p.Kind = ManagedIdentity
		}
	case "application":
		p.Kind = Application
	}
	return p
}

func (p *part) takeMembers(r *model.Resource) bool {
	var wire struct {
		Group   string
		Members []directoryObject
	}
	if json.Unmarshal(r.Raw.Bytes(), &wire) != nil || wire.Group == "" {
		return false
	}
	group := strings.ToLower(wire.Group)
	ids := make([]string, 0, len(wire.Members))
	for i := range wire.Members {
		member := wire.Members[i].principal()
		ids = append(ids, member.ID)
		p.principals = append(p.principals, member)
	}
	p.members[group] = ids
	return true
}

// takeEligible takes who may join a group. Who may only own it is left out: an owner is no
// member, and has the group's rights only once somebody was added to it.
func (p *part) takeEligible(r *model.Resource) bool {
	var wire struct {
		Group    string
		Eligible []struct {
			AccessID, PrincipalID      string
			StartDateTime, EndDateTime string
			Principal                  *directoryObject
		}
	}
	if json.Unmarshal(r.Raw.Bytes(), &wire) != nil || wire.Group == "" {
		return false
	}
	group := strings.ToLower(wire.Group)
	all := make([]Eligible, 0, len(wire.Eligible))
	for i := range wire.Eligible {
		w := &wire.Eligible[i]
		if w.Principal != nil && w.Principal.ID != "" {
			p.principals = append(p.principals, w.Principal.principal())
		}
		if strings.EqualFold(w.AccessID, "member") && w.PrincipalID != "" {
			all = append(all, Eligible{Group: group, Principal: strings.ToLower(w.PrincipalID), Since: moment(w.StartDateTime), Ends: moment(w.EndDateTime)})
		}
	}
	p.eligible[group] = all
	return true
}

// moment reads a time of Azure; what is none is the zero time.
func moment(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
