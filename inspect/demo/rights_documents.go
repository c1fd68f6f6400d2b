package demo

import (
	"cmp"
	"strings"
	"time"
)

// azureTime is how Azure writes a moment.
const azureTime = "2006-01-02T15:04:05.0000000Z"

// moment is a time in the past that stays the same for a day, or for an hour where it is
// told in hours: what is read twice must not look changed. The label moves it about the
// working day.
func moment(now time.Time, past time.Duration, label string) time.Time {
	now = now.UTC()
	const day = 24 * time.Hour
	if past < day || past%day != 0 {
		return now.Truncate(time.Hour).Add(-past + time.Duration(fingerprint(label)%uint64(50*time.Minute)))
	}
	return now.Truncate(day).Add(7*time.Hour - past + time.Duration(fingerprint(label)%uint64(11*time.Hour)))
}

// assignmentJSON is a role assignment as the resource manager writes it.
type assignmentJSON struct {
	Properties struct {
		RoleDefinitionID string  `json:"roleDefinitionId"`
		PrincipalID      string  `json:"principalId"`
		PrincipalType    string  `json:"principalType"`
		Scope            string  `json:"scope"`
		Condition        *string `json:"condition"`
		ConditionVersion *string `json:"conditionVersion"`
		CreatedOn        string  `json:"createdOn"`
		UpdatedOn        string  `json:"updatedOn"`
		CreatedBy        string  `json:"createdBy"`
		UpdatedBy        string  `json:"updatedBy"`
		Delegated        *string `json:"delegatedManagedIdentityResourceId"`
		Description      *string `json:"description"`
	} `json:"properties"`
	ID   string `json:"id"`
	Type string `json:"type"`
	Name string `json:"name"`
}

func assignmentDocument(a *assignment, s *subscription, now time.Time) *assignmentJSON {
	d := &assignmentJSON{ID: a.id("roleAssignments"), Type: "Microsoft.Authorization/roleAssignments", Name: a.name}
	p := &d.Properties
	p.RoleDefinitionID, p.PrincipalID, p.PrincipalType, p.Scope = a.roleID(s), a.principal, a.kind, a.scope
	if a.condition != "" {
		p.Condition, p.ConditionVersion = &a.condition, new("2.0")
	}
	if a.note != "" {
		p.Description = &a.note
	}
	p.CreatedOn = a.made(now).Format(azureTime)
	p.UpdatedOn, p.CreatedBy, p.UpdatedBy = p.CreatedOn, a.by, a.by
	return d
}

// id is the assignment's ID; one at the root has no scope before it.
func (a *assignment) id(collection string) string {
	return strings.TrimSuffix(a.scope, "/") + "/providers/Microsoft.Authorization/" + collection + "/" + a.name
}

// roleID is the role's ID as an assignment spells it: in its own subscription, where it has one.
func (a *assignment) roleID(s *subscription) string {
	if strings.HasPrefix(a.scope, "/subscriptions/") {
		return roleID(a.role, s)
	}
	return "/providers/Microsoft.Authorization/roleDefinitions/" + a.role.ID
}

func (a *assignment) made(now time.Time) time.Time { return moment(now, a.past, a.name) }

func roleID(r *role, s *subscription) string {
	return "/subscriptions/" + s.id + "/providers/Microsoft.Authorization/roleDefinitions/" + r.ID
}

// eligibilityJSON is a role that somebody may take for a while.
type eligibilityJSON struct {
	Properties struct {
		ScheduleID       string   `json:"roleEligibilityScheduleId"`
		Scope            string   `json:"scope"`
		RoleDefinitionID string   `json:"roleDefinitionId"`
		PrincipalID      string   `json:"principalId"`
		PrincipalType    string   `json:"principalType"`
		Status           string   `json:"status"`
		Start            string   `json:"startDateTime"`
		End              *string  `json:"endDateTime"`
		MemberType       string   `json:"memberType"`
		CreatedOn        string   `json:"createdOn"`
		Condition        *string  `json:"condition"`
		ConditionVersion *string  `json:"conditionVersion"`
		Expanded         expanded `json:"expandedProperties"`
	} `json:"properties"`
	Name string `json:"name"`
	ID   string `json:"id"`
	Type string `json:"type"`
}

// expanded are the names beside the IDs.
type expanded struct {
	Scope     expandedItem `json:"scope"`
	Role      expandedItem `json:"roleDefinition"`
	Principal expandedItem `json:"principal"`
}

type expandedItem struct {
	ID    string `json:"id"`
	Name  string `json:"displayName"`
	Email string `json:"email,omitempty"`
	Type  string `json:"type"`
}

func eligibilityDocument(g *rights, a *assignment, s *subscription, now time.Time) *eligibilityJSON {
	d := &eligibilityJSON{ID: a.id("roleEligibilityScheduleInstances"), Type: "Microsoft.Authorization/roleEligibilityScheduleInstances", Name: a.name}
	p := &d.Properties
	p.ScheduleID = strings.TrimSuffix(a.scope, "/") + "/providers/Microsoft.Authorization/roleEligibilitySchedules/" + guidOf("schedule "+a.name)
	p.Scope, p.RoleDefinitionID, p.PrincipalID, p.PrincipalType = a.scope, a.roleID(s), a.principal, a.kind
	p.Status, p.MemberType = "Provisioned", "Direct"
	p.Start = a.made(now).Format(azureTime)
	p.CreatedOn = p.Start
	if a.ends != 0 {
		p.End = new(moment(now, -a.ends, a.name).Format(azureTime))
	}
	if a.condition != "" {
		p.Condition, p.ConditionVersion = &a.condition, new("2.0")
	}
	p.Expanded.Scope = expandedItem{ID: a.scope, Name: a.place.name, Type: a.place.kind}
	p.Expanded.Role = expandedItem{ID: p.RoleDefinitionID, Name: a.role.Name, Type: a.role.kind()}
	p.Expanded.Principal = expandedItem{ID: a.principal, Type: a.kind}
	if who := g.person(a.principal); who != nil {
		p.Expanded.Principal.Name, p.Expanded.Principal.Email = who.name, who.Mail
	}
	return d
}

// roleJSON is a role definition.
type roleJSON struct {
	Properties struct {
		RoleName    string       `json:"roleName"`
		Type        string       `json:"type"`
		Description string       `json:"description"`
		Assignable  []string     `json:"assignableScopes"`
		Permissions []permission `json:"permissions"`
		CreatedOn   string       `json:"createdOn"`
		UpdatedOn   string       `json:"updatedOn"`
		CreatedBy   *string      `json:"createdBy"`
		UpdatedBy   *string      `json:"updatedBy"`
	} `json:"properties"`
	ID   string `json:"id"`
	Type string `json:"type"`
	Name string `json:"name"`
}

type permission struct {
	Actions        []string `json:"actions"`
	NotActions     []string `json:"notActions"`
	DataActions    []string `json:"dataActions"`
	NotDataActions []string `json:"notDataActions"`
}

// listed is a list that is written as one where it is empty.
func listed(all []string) []string { return append([]string{}, all...) }

// builtInSince is about when Azure got the roles of AKS.
const builtInSince = "2020-07-02T17:47:24.0000000Z"

func roleDocument(g *rights, r *role, s *subscription, now time.Time) *roleJSON {
	d := &roleJSON{ID: roleID(r, s), Type: "Microsoft.Authorization/roleDefinitions", Name: r.ID}
	p := &d.Properties
	p.RoleName, p.Type, p.Description, p.Assignable = r.Name, r.kind(), r.About, []string{"/"}
	p.Permissions = []permission{{listed(r.Actions), listed(r.NotActions), listed(r.DataActions), listed(r.NotDataActions)}}
	p.CreatedOn, p.UpdatedOn = builtInSince, builtInSince
	if r.custom {
		p.Assignable = g.assignable(r, s)
		p.CreatedOn = moment(now, pastOf(r.Age), r.ID).Format(azureTime)
		p.UpdatedOn = p.CreatedOn
		p.CreatedBy = &g.directory.byName["mira"].id
		p.UpdatedBy = p.CreatedBy
	}
	return d
}

// lockedGroup is the resource group of a cluster's nodes that AKS keeps people out of.
type lockedGroup struct {
	scope, cluster string
	seed           uint64
}

// lockedGroups returns those of a subscription.
func lockedGroups(s *subscription, now time.Time) []lockedGroup {
	var all []lockedGroup
	f := newFacts(now)
	for place := range s.clusters.count() {
		plan := s.clusters.at(place, f)
		properties, _ := plan.tree.get("properties").(object)
		profile, _ := properties.get("nodeResourceGroupProfile").(object)
		if text(profile, "restrictionLevel") == "ReadOnly" {
			all = append(all, lockedGroup{"/subscriptions/" + s.id + groupsARM + string(f.nodeGroup(nil)), f.name, f.seed})
		}
	}
	return all
}

// denyJSON is a deny assignment.
type denyJSON struct {
	Properties struct {
		Name        string         `json:"denyAssignmentName"`
		Description string         `json:"description"`
		Permissions []permission   `json:"permissions"`
		Scope       string         `json:"scope"`
		NotChildren bool           `json:"doNotApplyToChildScopes"`
		Principals  []expandedItem `json:"principals"`
		Excluded    []expandedItem `json:"excludePrincipals"`
		Protected   bool           `json:"isSystemProtected"`
	} `json:"properties"`
	ID   string `json:"id"`
	Type string `json:"type"`
	Name string `json:"name"`
}

func denyDocument(g *rights, locked lockedGroup) *denyJSON {
	f := facts{seed: locked.seed}
	name := string(f.guid(nil, fingerprint("deny")))
	d := &denyJSON{ID: locked.scope + "/providers/Microsoft.Authorization/denyAssignments/" + name, Type: "Microsoft.Authorization/denyAssignments", Name: name}
	p := &d.Properties
	p.Name = "Node resource group of " + locked.cluster
	p.Description = "Deny assignment managed by Azure Kubernetes Service: the node resource group is locked down."
	p.Permissions = []permission{{[]string{"*"}, []string{"*/read"}, []string{}, []string{}}}
	p.Scope = locked.scope
	p.Principals = []expandedItem{{ID: "00000000-0000-0000-0000-000000000000", Type: "SystemDefined", Name: "All Principals"}}
	p.Protected = true
	for _, name := range []string{"AzureContainerService", locked.cluster, "id-" + locked.cluster} {
		if who := g.directory.byName[name]; who != nil {
			p.Excluded = append(p.Excluded, expandedItem{ID: who.id, Name: cmp.Or(who.name, name), Type: "ServicePrincipal"})
		}
	}
	return d
}
