// Package rbactest makes what Azure tells of rights, for tests.
package rbactest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/model"
)

// Rights are the documents of one subscription, in ARM's and Microsoft Graph's form.
type Rights struct {
	t            testing.TB
	subscription model.ID
	resources    map[model.Kind][]*model.Resource
	reads        map[model.Kind]model.Read
	serial       int
}

// New returns the rights of a subscription in which every kind was read.
func New(t testing.TB, subscription string) *Rights {
	t.Helper()
	r := &Rights{t: t, subscription: model.SubscriptionID(subscription), resources: map[model.Kind][]*model.Resource{}, reads: map[model.Kind]model.Read{}}
	for _, kind := range model.RightsKinds {
		r.reads[kind] = model.Read{State: model.ReadDone}
	}
	return r
}

// ID returns an object ID, a GUID made of a name: the same for the same name.
func ID(name string) string {
	sum := uint64(14695981039346656037)
	for _, c := range []byte(name) {
		sum = (sum ^ uint64(c)) * 1099511628211
	}
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", uint32(sum), uint16(sum>>32), uint16(sum>>48)&0xfff, uint16(sum)&0xfff, sum>>16&0xffffffffffff)
}

// Unread says that a kind could not be read, and why.
func (r *Rights) Unread(kind model.Kind, why string) *Rights {
	r.reads[kind] = model.Read{State: model.ReadFailed, Why: why}
	return r
}

// Role defines a role with actions; those that begin with "data:" are data actions, those
// with "-" are taken out again.
func (r *Rights) Role(name string, actions ...string) *Rights {
	permission := map[string][]string{"actions": {}, "notActions": {}, "dataActions": {}, "notDataActions": {}}
	for _, action := range actions {
		action, not := strings.CutPrefix(action, "-")
		action, data := strings.CutPrefix(action, "data:")
		list := map[[2]bool]string{{false, false}: "actions", {true, false}: "notActions", {false, true}: "dataActions", {true, true}: "notDataActions"}[[2]bool{not, data}]
		permission[list] = append(permission[list], action)
	}
	r.add(model.KindRoleDefinition, roleID(r.subscription, name), map[string]any{"properties": map[string]any{
		"roleName": name, "type": "BuiltInRole", "permissions": []any{permission},
	}})
	return r
}

func roleID(subscription model.ID, name string) model.ID {
	return subscription + model.ID("/providers/Microsoft.Authorization/roleDefinitions/"+ID(name))
}

// Assign assigns a role to a principal at a scope. The type is User, Group or
// ServicePrincipal; the principal is named as for ID.
func (r *Rights) Assign(principalType, principal, role string, scope model.ID, more ...func(map[string]any)) *Rights {
	r.assign(model.KindRoleAssignment, "roleAssignments", principalType, principal, role, scope, more)
	return r
}

// Eligible makes a principal eligible for a role at a scope.
func (r *Rights) Eligible(principalType, principal, role string, scope model.ID) *Rights {
	r.assign(model.KindRoleEligibility, "roleEligibilityScheduleInstances", principalType, principal, role, scope, nil)
	return r
}

func (r *Rights) assign(kind model.Kind, list, principalType, principal, role string, scope model.ID, more []func(map[string]any)) {
	r.serial++
	properties := map[string]any{
		"scope": scope, "roleDefinitionId": roleID(r.subscription, role), "principalId": ID(principal),
		"principalType": principalType, "createdOn": "2026-03-01T10:00:00Z",
	}
	for _, change := range more {
		change(properties)
	}
	id := model.ID(strings.TrimSuffix(string(scope), "/")+"/providers/Microsoft.Authorization/"+list+"/") + model.ID(ID(fmt.Sprint("assignment ", r.serial)))
	r.add(kind, id, map[string]any{"id": id, "properties": properties})
}

// If limits an assignment by a condition.
func If(condition string) func(map[string]any) {
	return func(properties map[string]any) { properties["condition"] = condition }
}

// Deny refuses actions to everybody at a scope, except to some.
func (r *Rights) Deny(scope model.ID, actions []string, except ...string) *Rights {
	var excluded []any
	for _, name := range except {
		excluded = append(excluded, map[string]any{"id": ID(name), "type": "ServicePrincipal"})
	}
	id := scope + "/providers/Microsoft.Authorization/denyAssignments/" + model.ID(ID("deny "+string(scope)))
	r.add(model.KindDenyAssignment, id, map[string]any{"properties": map[string]any{
		"denyAssignmentName": "locked", "scope": scope, "permissions": []any{map[string]any{"actions": actions}},
		"principals":        []any{map[string]any{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}},
		"excludePrincipals": excluded,
	}})
	return r
}

// User tells of a user by the user principal name, which also names its object ID.
func (r *Rights) User(upn string) *Rights {
	return r.principal(map[string]any{"@odata.type": "#microsoft.graph.user", "id": ID(upn), "displayName": upn, "userPrincipalName": upn})
}

// Service tells of a service principal; a managed identity where managed is set.
func (r *Rights) Service(name string, managed bool) *Rights {
	kind := "Application"
	if managed {
		kind = "ManagedIdentity"
	}
	return r.principal(map[string]any{
		"@odata.type": "#microsoft.graph.servicePrincipal", "id": ID(name), "displayName": name, "appId": ID(name + " app"), "servicePrincipalType": kind,
	})
}

func (r *Rights) principal(object map[string]any) *Rights {
	r.add(model.KindPrincipal, model.PrincipalID(object["id"].(string)), object)
	return r
}

// Group tells of a group and who belongs to it directly; names that hold an @ are of
// users, those that begin with "group:" of groups, others of service principals.
func (r *Rights) Group(name string, members ...string) *Rights {
	r.principal(map[string]any{"@odata.type": "#microsoft.graph.group", "id": ID(name), "displayName": name})
	objects := []any{}
	for _, member := range members {
		object := map[string]any{"@odata.type": "#microsoft.graph.servicePrincipal", "id": ID(member), "displayName": member}
		if group, is := strings.CutPrefix(member, "group:"); is {
			object = map[string]any{"@odata.type": "#microsoft.graph.group", "id": ID(group), "displayName": group}
		} else if strings.Contains(member, "@") {
			object = map[string]any{"@odata.type": "#microsoft.graph.user", "id": ID(member), "displayName": member, "userPrincipalName": member}
		}
		objects = append(objects, object)
	}
	r.add(model.KindGroupMembers, model.GroupMembersID(ID(name)), map[string]any{"group": ID(name), "members": objects})
	return r
}

// MayJoin makes users, and groups named as "group:NAME", eligible for membership of a group.
func (r *Rights) MayJoin(name string, principals ...string) *Rights {
	list := []any{}
	for _, principal := range principals {
		object := map[string]any{"@odata.type": "#microsoft.graph.user", "id": ID(principal), "displayName": principal, "userPrincipalName": principal}
		if group, is := strings.CutPrefix(principal, "group:"); is {
			object = map[string]any{"@odata.type": "#microsoft.graph.group", "id": ID(group), "displayName": group}
		}
		list = append(list, map[string]any{
			"accessId": "member", "groupId": ID(name), "principalId": object["id"], "memberType": "direct", "startDateTime": "2026-01-02T03:04:05Z", "principal": object,
		})
	}
	r.add(model.KindGroupEligibility, model.GroupEligibilityID(ID(name)), map[string]any{"group": ID(name), "eligible": list})
	return r
}

// Identity makes a user-assigned managed identity, and tells of its service principal.
func (r *Rights) Identity(id model.ID) *Rights {
	name := id.Name()
	r.add(model.KindManagedIdentity, id, map[string]any{"id": id, "name": name, "properties": map[string]any{"principalId": ID(name), "clientId": ID(name + " app")}})
	return r.Service(name, true)
}

// Trust makes a federated credential: a token of that issuer and subject is the identity.
func (r *Rights) Trust(identity model.ID, issuer, subject string) *Rights {
	r.serial++
	id := identity + model.ID(fmt.Sprintf("/federatedIdentityCredentials/trust%d", r.serial))
	r.add(model.KindFederatedCredential, id, map[string]any{"id": id, "properties": map[string]any{
		"issuer": issuer, "subject": subject, "audiences": []string{"api://AzureADTokenExchange"},
	}})
	return r
}

func (r *Rights) add(kind model.Kind, id model.ID, document map[string]any) {
	r.t.Helper()
	text, err := json.Marshal(document)
	if err != nil {
		r.t.Fatal(err)
	}
	r.resources[kind] = append(r.resources[kind], &model.Resource{ID: id, Parent: r.subscription, Kind: kind, Raw: model.NewJSON(text)})
}

// View returns what was read.
func (r *Rights) View() *azurerbac.View {
	return &azurerbac.View{Subscription: r.subscription, Resources: r.resources, Reads: r.reads}
}

// Index returns the index of it.
func (r *Rights) Index() *azurerbac.Index { return azurerbac.New(r.View()) }
