package evidence

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

const (
	otherGUID  = "3f8e21b4-6a9d-4d15-8c72-b40e95d1f7c3"
	annaID     = "11111111-aaaa-4bbb-8ccc-000000000001"
	platformID = "22222222-aaaa-4bbb-8ccc-000000000002"
	ownerGUID  = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
	identityID = "/subscriptions/" + guid + "/resourcegroups/rg-pay/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ledger"
	subPath    = "/subscriptions/" + guid
)

// azAssignment is a row of az role assignment list.
func azAssignment(scope, principal, kind, name string) string {
	at := scope
	if scope == "/" {
		at = ""
	}
	return fmt.Sprintf(`{"condition":null,"conditionVersion":null,"createdBy":null,"createdOn":"2026-03-01T10:00:00.123456+00:00",
 "delegatedManagedIdentityResourceId":null,"description":null,"id":"%s/providers/Microsoft.Authorization/roleAssignments/33333333-aaaa-4bbb-8ccc-%012x",
 "name":"x","principalId":%q,"principalName":%q,"principalType":%q,"roleDefinitionId":"%s/providers/Microsoft.Authorization/roleDefinitions/%s",
 "roleDefinitionName":"Owner","scope":%q,"type":"Microsoft.Authorization/roleAssignments","updatedBy":"","updatedOn":"2026-03-01T10:00:00+00:00"}`,
		at, len(scope)*16+len(kind), principal, name, kind, subPath, ownerGUID, scope)
}

const (
	azRole = `[{"assignableScopes":["/"],"createdBy":null,"description":"All","id":"` + subPath + `/providers/Microsoft.Authorization/roleDefinitions/` + ownerGUID + `",
 "name":"` + ownerGUID + `","permissions":[{"actions":["*"],"condition":null,"dataActions":[],"notActions":[],"notDataActions":[]}],
 "roleName":"Owner","roleType":"BuiltInRole","type":"Microsoft.Authorization/roleDefinitions"}]`
	armRole = `{"value":[{"id":"` + subPath + `/providers/Microsoft.Authorization/roleDefinitions/` + ownerGUID + `","name":"` + ownerGUID + `",
 "type":"Microsoft.Authorization/roleDefinitions","properties":{"roleName":"Owner","type":"BuiltInRole","permissions":[{"actions":["*"],"notActions":[]}]}}]}`
	azIdentity = `[{"clientId":"44444444-aaaa-4bbb-8ccc-000000000001","id":"` + identityID + `","location":"westeurope","name":"ledger",
 "principalId":"44444444-aaaa-4bbb-8ccc-000000000002","resourceGroup":"rg-pay","tags":{},"tenantId":"6f1c2a7e-93d4-4b58-9a0e-2d7c5be41f36","type":"Microsoft.ManagedIdentity/userAssignedIdentities"}]`
	azCredential = `[{"audiences":["api://AzureADTokenExchange"],"id":"` + identityID + `/federatedIdentityCredentials/pay","issuer":"https://oidc/","name":"pay",
 "resourceGroup":"rg-pay","subject":"system:serviceaccount:pay:ledger","type":"Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"}]`
	armDeny = `{"value":[{"id":"` + subPath + `/providers/Microsoft.Authorization/denyAssignments/55555555-aaaa-4bbb-8ccc-000000000001","type":"Microsoft.Authorization/denyAssignments",
 "properties":{"denyAssignmentName":"locked","scope":"` + subPath + `","permissions":[{"actions":["*/delete"]}],"principals":[{"id":"00000000-0000-0000-0000-000000000000","type":"SystemDefined"}]}}]}`
	azMembers = `[{"@odata.type":"#microsoft.graph.user","businessPhones":["+31 1"],"displayName":"Anna","id":"` + annaID + `","mobilePhone":"secret-number","userPrincipalName":"anna@x.example"}]`
	azJoiners = `{"value":[{"id":"x","eligibilityScheduleId":"x","accessId":"member","groupId":"` + platformID + `","principalId":"` + annaID + `","memberType":"direct",
 "startDateTime":"2026-01-02T03:04:05Z","endDateTime":null,"principal":{"@odata.type":"#microsoft.graph.user","id":"` + annaID + `","displayName":"Anna","mobilePhone":"secret-number"}}]}`
	azUser  = `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users/$entity","displayName":"Anna","id":"` + annaID + `","mobilePhone":"secret-number","userPrincipalName":"anna@x.example"}`
	azGroup = `{"displayName":"platform","groupTypes":[],"id":"` + platformID + `","securityEnabled":true}`
)

// rightsOf are the rights in a subscription that files tell, with the problems of files.
func rightsOf(t *testing.T, dir, subscription string) (*azurerbac.View, *estate) {
	t.Helper()
	e := read(t, Options{Paths: []string{dir}})
	id := model.SubscriptionID(subscription)
	view := &azurerbac.View{Subscription: id, Resources: map[model.Kind][]*model.Resource{}, Reads: map[model.Kind]model.Read{}}
	for _, kind := range model.RightsKinds {
		for event := range e.s.Read(t.Context(), source.Scope{Breadth: source.Children, ID: id, Kind: kind}) {
			switch event := event.(type) {
			case source.Upsert:
				assert.Equal(t, id, event.Resource.Parent)
				view.Resources[kind] = append(view.Resources[kind], event.Resource)
			case source.Complete:
				view.Reads[kind] = model.Read{State: model.ReadDone}
			case source.Failed:
				view.Reads[kind] = model.Read{State: model.ReadFailed, Why: event.Why.What}
			}
		}
	}
	return view, e
}

func TestRightsOfFiles(t *testing.T) {
	t.Parallel()
	clusters := "[" + armCluster(payID) + "]"
	anna, group := azAssignment(subPath, annaID, "User", "anna@x.example"), azAssignment(payID, platformID, "Group", "platform")
	elsewhere := azAssignment(subPath+"/resourceGroups/MC_pay", annaID, "User", "anna@x.example")
	above := azAssignment("/", annaID, "User", "anna@x.example")
	all := "[" + anna + "," + group + "," + elsewhere + "," + above + "]"
	for name, test := range map[string]struct {
		files []string
		kind  model.Kind
		count int
		why   string // "" where the kind was read
	}{
		"all assignments":                {[]string{"a.json", all}, model.KindRoleAssignment, 4, ""},
		"those above and at a cluster":   {[]string{"a.json", "[" + anna + "," + group + "]"}, model.KindRoleAssignment, 2, "at " + payID + " and above it"},
		"all by the file's name":         {[]string{"role-assignments.json", "[" + anna + "," + group + "]"}, model.KindRoleAssignment, 2, ""},
		"one alone":                      {[]string{"a.json", anna}, model.KindRoleAssignment, 1, "and not the list"},
		"no assignments":                 {[]string{"r.json", azRole}, model.KindRoleAssignment, 0, "az role assignment list --all"},
		"a newer list":                   {[]string{"a.json", all, "role-assignments.json", "[" + anna + "]"}, model.KindRoleAssignment, 1, ""},
		"roles of az":                    {[]string{"a.json", all, "r.json", azRole}, model.KindRoleDefinition, 1, ""},
		"roles of ARM":                   {[]string{"a.json", all, "r.json", armRole}, model.KindRoleDefinition, 1, ""},
		"a role that nobody holds":       {[]string{"r.json", azRole}, model.KindRoleDefinition, 0, ""},
		"a role that is missing":         {[]string{"a.json", all, "c.json", azCredential}, model.KindRoleDefinition, 0, "az role definition list"},
		"deny assignments":               {[]string{"d.json", armDeny}, model.KindDenyAssignment, 1, ""},
		"no deny assignments":            {[]string{"deny-assignments.json", `{"value":[]}`}, model.KindDenyAssignment, 0, ""},
		"deny assignments not asked for": {[]string{"a.json", all}, model.KindDenyAssignment, 0, "az rest --url"},
		"nobody eligible":                {[]string{"eligible-roles-" + guid + ".json", `{"value":[]}`}, model.KindRoleEligibility, 0, ""},
		"identities":                     {[]string{"i.json", azIdentity}, model.KindManagedIdentity, 1, ""},
		"no credentials":                 {[]string{"i.json", azIdentity}, model.KindFederatedCredential, 0, "az identity federated-credential list"},
		"credentials":                    {[]string{"i.json", azIdentity, "c.json", azCredential}, model.KindFederatedCredential, 1, ""},
		"an identity that nobody may be": {[]string{"i.json", azIdentity, "federated-credentials-ledger.json", "[]"}, model.KindFederatedCredential, 0, ""},
		"credentials and no identities":  {[]string{"c.json", azCredential}, model.KindFederatedCredential, 1, "some of the federated credentials"},
		"members by the group's ID":      {[]string{"a.json", all, "members-" + platformID + ".json", azMembers}, model.KindGroupMembers, 1, ""},
		"members by the group's bare ID": {[]string{"a.json", all, platformID + ".json", azMembers}, model.KindGroupMembers, 1, ""},
		"members by the group's name":    {[]string{"a.json", all, "members-Platform.json", azMembers}, model.KindGroupMembers, 1, ""},
		"an empty group":                 {[]string{"a.json", all, "members-platform.json", "[]"}, model.KindGroupMembers, 1, ""},
		"members of another group":       {[]string{"a.json", all, "members-" + annaID + ".json", azMembers}, model.KindGroupMembers, 0, "the members of platform"},
		"members not asked for":          {[]string{"a.json", all}, model.KindGroupMembers, 0, "az ad group member list"},
		"who may join a group":           {[]string{"a.json", all, "e.json", azJoiners}, model.KindGroupEligibility, 1, ""},
		"nobody may join a group":        {[]string{"a.json", all, "eligible-members-" + platformID + ".json", `{"value":[]}`}, model.KindGroupEligibility, 1, ""},
		"who may join another group":     {[]string{"a.json", all, "eligible-members-" + annaID + ".json", `{"value":[]}`}, model.KindGroupEligibility, 0, "eligibilityScheduleInstances"},
		"who may join was not asked for": {[]string{"a.json", all}, model.KindGroupEligibility, 0, "eligibilityScheduleInstances"},
		"principals that az names":       {[]string{"a.json", all}, model.KindPrincipal, 2, ""},
		"a principal by itself":          {[]string{"a.json", "[" + azAssignment(subPath, annaID, "User", "") + "]", "u.json", azUser}, model.KindPrincipal, 1, ""},
		"a principal that nothing names": {[]string{"a.json", "[" + azAssignment(subPath, annaID, "User", "") + "]", "g.json", azGroup}, model.KindPrincipal, 0, "who " + annaID + " are"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			view, e := rightsOf(t, folder(t, append([]string{"clusters.json", clusters}, test.files...)...), guid)
			assert.Empty(t, e.problems)
			assert.Len(t, view.Resources[test.kind], test.count)
			read := view.Reads[test.kind]
			if test.why == "" {
				assert.Equal(t, model.ReadDone, read.State, read.Why)
				return
			}
			assert.Equal(t, model.ReadFailed, read.State)
			assert.Contains(t, read.Why, test.why)
		})
	}
}

// TestRightsOfFilesAreJudged has the index of live reads understand what files tell.
func TestRightsOfFilesAreJudged(t *testing.T) {
	t.Parallel()
	dir := folder(t, "clusters.json", "["+armCluster(payID)+"]",
		"a.json", "["+azAssignment(payID, platformID, "Group", "platform")+"]", "r.json", azRole, "d.json", armDeny,
		"i.json", azIdentity, "c.json", azCredential, "members-platform.json", azMembers)
	view, _ := rightsOf(t, dir, guid)
	index := view.Index()
	require.Len(t, index.Assignments, 1)
	held := index.Assignments[0]
	assert.True(t, held.Role.Allows("Microsoft.ContainerService/managedClusters/write"))
	assert.Equal(t, model.ID(payID), held.Scope)
	assert.Equal(t, 2026, held.Created.Year())
	assert.False(t, held.Role.Custom)
	members, told := index.Members(platformID)
	assert.True(t, told)
	assert.Equal(t, []string{annaID}, members)
	assert.Equal(t, "anna@x.example", index.Principal(annaID).UPN)
	assert.True(t, index.Denies[0].Everyone)
	assert.Equal(t, "system:serviceaccount:pay:ledger", index.Credentials[0].Subject)
	assert.Equal(t, "ledger", index.Identities[0].Name)
	for _, kind := range model.RightsKinds {
		for _, resource := range view.Resources[kind] {
			assert.NotContains(t, string(resource.Raw.Bytes()), "secret-number", "what reaches a person is not kept")
		}
	}
}

func TestRightsOfFilesInSeveralSubscriptions(t *testing.T) {
	t.Parallel()
	other := "/subscriptions/" + otherGUID + "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/far"
	above := azAssignment("/", annaID, "User", "anna@x.example") // its role names the first subscription
	dir := folder(t, "clusters.json", "["+armCluster(payID)+","+armCluster(other)+"]", "a.json", "["+above+"]",
		"deny-assignments.json", "[]", "eligible-roles-"+otherGUID+".json", "[]", "nobody.json", azMembers)
	view, e := rightsOf(t, dir, guid)
	assert.Len(t, view.Resources[model.KindRoleAssignment], 1)
	assert.Contains(t, e.problems["deny-assignments.json"].What, "in which subscription")
	assert.Contains(t, e.problems["nobody.json"].What, "does not say of which group")
	assert.Contains(t, e.problems["nobody.json"].Do, "members-GROUP-ID.json")
	view, _ = rightsOf(t, dir, otherGUID)
	assert.Empty(t, view.Resources[model.KindRoleAssignment], "it was listed in the first subscription")
	assert.Equal(t, model.ReadDone, view.Reads[model.KindRoleEligibility].State)
	assert.Equal(t, model.ReadFailed, view.Reads[model.KindDenyAssignment].State)
}

func FuzzRightsOfFiles(f *testing.F) {
	for _, text := range []string{azRole, armRole, azIdentity, azCredential, armDeny, azMembers, azUser, azGroup,
		azAssignment("/", annaID, "User", "anna"), "[]", `{"id":"` + annaID + `","@odata.type":"#microsoft.graph.group","appId":1}`} {
		f.Add("members-platform", text)
		f.Add("federated-credentials-ledger", text)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		dir := t.TempDir()
		name = filepath.Base(filepath.Clean("/" + name))
		for file, content := range map[string]string{"clusters.json": "[" + armCluster(payID) + "]", name + ".json": text} {
			if os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600) != nil {
				t.Skip("no such name")
			}
		}
		view, _ := rightsOf(t, dir, guid)
		for _, kind := range model.RightsKinds {
			read := view.Reads[kind]
			assert.True(t, read.State == model.ReadDone || read.Why != "", "%s was not read, and nothing says why", kind)
		}
		view.Index()
	})
}
