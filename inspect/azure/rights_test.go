package azure

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// oid is the object ID of somebody, by a number.
func oid(n int) string { return fmt.Sprintf("00000000-0000-0000-0000-%012d", n) }

func rightsScope(kind model.Kind) source.Scope {
	return source.Scope{Breadth: source.Children, ID: model.SubscriptionID(subA), Kind: kind}
}

// rightsServer answers ARM's and Microsoft Graph's paths with texts; lists may be given
// as their rows. What is not there is not found.
type rightsServer struct {
	mu      sync.Mutex
	answers map[string]string
	ids     [][]string // that getByIds was asked for
}

const (
	authorization = "/subscriptions/" + subA + "/providers/Microsoft.Authorization/"
	getByIDs      = "/v1.0/directoryObjects/getByIds"
)

func (s *rightsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == getByIDs {
		var asked struct{ IDs []string }
		body, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(body, &asked)
		s.ids = append(s.ids, asked.IDs)
	}
	for path, answer := range s.answers {
		path, query, _ := strings.Cut(path, "?")
		if !strings.EqualFold(path, r.URL.Path) || !strings.Contains(r.URL.RawQuery, query) {
			continue
		}
		if status, text, is := strings.Cut(answer, " "); is && len(status) == 3 {
			code, message, _ := strings.Cut(text, " ")
			var n int
			_, _ = fmt.Sscan(status, &n)
			replyError(w, n, code, message)
			return
		}
		reply(w, http.StatusOK, strings.ReplaceAll(answer, "HOST", "https://"+r.Host))
		return
	}
	replyError(w, http.StatusNotFound, "ResourceNotFound", "not found")
}

func serveRights(t *testing.T, answers map[string]string) (*fixture, *rightsServer) {
	t.Helper()
	server := &rightsServer{answers: answers}
	return serve(t, server.ServeHTTP, func(o *Options) { o.GraphEndpoint = o.ARMEndpoint }), server
}

func assignment(name, scope, role, principal, kind string) string {
	return fmt.Sprintf(`{"id":"%s/providers/Microsoft.Authorization/roleAssignments/%s","name":%q,"type":"Microsoft.Authorization/roleAssignments",
		"properties":{"scope":%q,"roleDefinitionId":"/subscriptions/%s/providers/Microsoft.Authorization/roleDefinitions/%s","principalId":%q,"principalType":%q}}`,
		strings.TrimSuffix(scope, "/"), name, name, scope, subA, role, principal, kind)
}

func namesOf(resources []*model.Resource) []string {
	var names []string
	for _, r := range resources {
		names = append(names, r.ID.Name())
	}
	return names
}

// keep has the source know a cluster, as a list of the subscription's clusters does.
func keep(t *testing.T, f *fixture, name, properties string) {
	t.Helper()
	_, err := f.clusterRow(json.RawMessage(fmt.Sprintf(`{"id":%q,"name":%q,"type":"x",%s}`, clusterID(subA, name), name, properties)), "2026-06-01")
	require.NoError(t, err)
}

func TestRoleAssignmentsComeInPagesAndOnceEach(t *testing.T) {
	one, two := clusterID(subA, "one"), clusterID(subA, "two")
	f, _ := serveRights(t, map[string]string{
		authorization + "roleAssignments?api-version": `{"value":[` + assignment("a", "/", "r1", oid(1), "User") + "," + assignment("b", "/subscriptions/"+subA, "r1", oid(2), "Group") +
			`],"nextLink":"HOST` + authorization + `roleAssignments?skip=2"}`,
		authorization + "roleAssignments?skip=2": list(assignment("c", one, "r2", oid(1), "User")),
		one + "/providers/Microsoft.Authorization/roleAssignments": list(
			assignment("a", "/", "r1", oid(1), "User"), assignment("C", one, "r2", oid(1), "User"), assignment("ns", one+"/namespaces/shop", "r2", oid(3), "Group")),
	})
	keep(t, f, "one", `"properties":{"aadProfile":{"enableAzureRBAC":true}}`)
	keep(t, f, "two", `"properties":{"aadProfile":{"enableAzureRBAC":false}}`)
	events := f.read(t, rightsScope(model.KindRoleAssignment))
	assert.Equal(t, []string{"a", "b", "c", "ns"}, namesOf(upserts(events)))
	assert.IsType(t, source.Complete{}, events[len(events)-1])
	first := upserts(events)[0]
	assert.Equal(t, model.SubscriptionID(subA), first.Parent)
	assert.Equal(t, model.KindRoleAssignment, first.Kind)
	assert.Equal(t, "2022-04-01", first.APIVersion)
	for _, asked := range f.asked() {
		assert.NotContains(t, asked, "managedClusters/two", two)
	}
}

func TestOnlyRolesThatMatterAreKept(t *testing.T) {
	role := func(name, kind, action string) string {
		return fmt.Sprintf(`{"id":"%sroleDefinitions/%s","name":%q,"properties":{"roleName":"x","type":%q,"permissions":[{"actions":[%q]}]}}`, authorization, name, name, kind, action)
	}
	f, _ := serveRights(t, map[string]string{
		authorization + "roleAssignments": list(assignment("a", "/", "HELD", oid(1), "User")),
		authorization + "roleEligibilityScheduleInstances": list(
			`{"id":"` + authorization + `roleEligibilityScheduleInstances/e","properties":{"principalId":"` + oid(2) + `","roleDefinitionId":"/x/eligible"}}`),
		authorization + "roleDefinitions": list(role("held", "BuiltInRole", "*/read"), role("eligible", "BuiltInRole", "*"), role("own", "CustomRole", "*"),
			role("aks", "BuiltInRole", "Microsoft.ContainerService/managedClusters/read"), role("nobody", "BuiltInRole", "Microsoft.Web/*")),
	})
	events := f.read(t, rightsScope(model.KindRoleDefinition))
	assert.Equal(t, []string{"held", "eligible", "own", "aks"}, namesOf(upserts(events)), "what names roles is read for it")
	require.Len(t, f.asked(), 3)
	f.read(t, rightsScope(model.KindRoleDefinition))
	assert.Len(t, f.asked(), 4, "and only once")
}

func TestRefusedRightsNameTheRightThatServes(t *testing.T) {
	for kind, say := range map[model.Kind]string{
		model.KindRoleAssignment:  "You may not read the role assignments of the subscription " + subA + ": ask for the role Reader on the subscription " + subA + ", which has Microsoft.Authorization/roleAssignments/read",
		model.KindRoleDefinition:  "Microsoft.Authorization/roleDefinitions/read",
		model.KindDenyAssignment:  "Microsoft.Authorization/denyAssignments/read",
		model.KindRoleEligibility: "eligible roles (Privileged Identity Management)",
		model.KindManagedIdentity: "Microsoft.ManagedIdentity/userAssignedIdentities/read",
		model.KindActivityEvent:   "the activity log of the subscription",
	} {
		f := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			replyError(w, http.StatusForbidden, "AuthorizationFailed", "no")
		})
		events := f.read(t, rightsScope(kind))
		require.IsType(t, source.Failed{}, events[len(events)-1], kind)
		why := events[len(events)-1].(source.Failed).Why
		assert.Contains(t, why.Error(), say)
		assert.True(t, why.Refused)
	}
}

func TestHalfAListOfAssignmentsIsAFailureThatKeepsIt(t *testing.T) {
	f, _ := serveRights(t, map[string]string{
		authorization + "roleAssignments?api-version": `{"value":[` + assignment("a", "/", "r1", oid(1), "User") + `],"nextLink":"HOST` + authorization + `roleAssignments?skip=2"}`,
		authorization + "roleAssignments?skip=2":      "400 InvalidSkipToken gone",
	})
	events := f.read(t, rightsScope(model.KindRoleAssignment))
	assert.Equal(t, []string{"a"}, namesOf(upserts(events)))
	require.IsType(t, source.Failed{}, events[len(events)-1])
}

func TestThrottledRightsWait(t *testing.T) {
	tries := 0
	f := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries == 1 {
			w.Header().Set("Retry-After", "7")
			replyError(w, http.StatusTooManyRequests, "TooManyRequests", "slow down")
			return
		}
		reply(w, http.StatusOK, list())
	})
	events := f.read(t, rightsScope(model.KindDenyAssignment))
	require.Len(t, events, 2)
	assert.Equal(t, rightsScope(model.KindDenyAssignment), events[0].(source.Wait).Scope)
	assert.Equal(t, []time.Duration{7 * time.Second}, f.clock.waited())
}

func TestWithoutALicenceThereAreNoEligibleRoles(t *testing.T) {
	f, _ := serveRights(t, map[string]string{authorization + "roleEligibilityScheduleInstances": "400 AadPremiumLicenseRequired The tenant needs a licence."})
	events := f.read(t, rightsScope(model.KindRoleEligibility))
	require.Len(t, events, 1)
	assert.IsType(t, source.Complete{}, events[0])
}

func TestCredentialsOfEachIdentity(t *testing.T) {
	identity := func(name string) string {
		return "/subscriptions/" + subA + "/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/" + name
	}
	row := func(id string) string { return fmt.Sprintf(`{"id":%q,"properties":{"principalId":%q}}`, id, oid(9)) }
	f, _ := serveRights(t, map[string]string{
		"/subscriptions/" + subA + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities": list(row(identity("one")), row(identity("gone")), row(identity("shut"))),
		identity("one") + "/federatedIdentityCredentials":                                        list(row(identity("one") + "/federatedIdentityCredentials/f")),
		identity("shut") + "/federatedIdentityCredentials":                                       "403 AuthorizationFailed no",
	})
	events := f.read(t, rightsScope(model.KindFederatedCredential))
	assert.Equal(t, []string{"f"}, namesOf(upserts(events)))
	require.IsType(t, source.Failed{}, events[len(events)-1])
	assert.Contains(t, events[len(events)-1].(source.Failed).Why.Error(), "You may not read the federated credentials of shut")
}

func person(n int, kind, name string) string {
	return fmt.Sprintf(`{"@odata.type":"#microsoft.graph.%s","id":%q,"displayName":%q,"mobilePhone":"+47 22","userPrincipalName":null}`, kind, oid(n), name)
}

func TestPrincipalsAreAllThatTheRightsName(t *testing.T) {
	f, server := serveRights(t, map[string]string{
		authorization + "roleAssignments":                  list(assignment("a", "/", "r1", oid(1), "User"), assignment("b", "/", "r1", oid(2), "Group"), assignment("c", "/", "r1", oid(1), "User")),
		authorization + "roleEligibilityScheduleInstances": list(`{"id":"/x/e","properties":{"principalId":"` + oid(3) + `"}}`),
		authorization + "denyAssignments": list(`{"id":"/x/d","properties":{"principals":[{"id":"00000000-0000-0000-0000-000000000000","type":"SystemDefined"}],
			"excludePrincipals":[{"id":"` + oid(4) + `","type":"ServicePrincipal"}]}}`),
		"/subscriptions/" + subA + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities": list(`{"id":"/x/i","properties":{"principalId":"` + oid(5) + `"}}`),
		getByIDs: list(person(1, "user", "Ana"), person(2, "group", "Admins")),
		"/v1.0/applications(appId='" + oid(77) + "')": `{"@odata.context":"x","id":"` + oid(78) + `","appId":"` + oid(77) + `","displayName":"lab",
			"passwordCredentials":[{"keyId":"k","displayName":"by hand","hint":"abc","secretText":null,"endDateTime":"2027-01-01T00:00:00Z"}],"keyCredentials":[{"keyId":"c","key":"c2VjcmV0","endDateTime":"2028-01-01T00:00:00Z"}]}`,
	})
	keep(t, f, "one", `"identity":{"principalId":"`+oid(6)+`"},"properties":{"aadProfile":{"adminGroupObjectIDs":["`+strings.ToUpper(oid(2))+`","`+oid(7)+`"]},
		"identityProfile":{"kubeletidentity":{"objectId":"`+oid(8)+`"}}}`)
	keep(t, f, "two", `"properties":{"servicePrincipalProfile":{"clientId":"`+oid(77)+`"}}`)
	keep(t, f, "three", `"properties":{"servicePrincipalProfile":{"clientId":"msi"}}`)
	events := f.read(t, rightsScope(model.KindPrincipal))
	require.IsType(t, source.Complete{}, events[len(events)-1])
	require.Len(t, server.ids, 1)
	assert.Equal(t, []string{oid(1), oid(2), oid(3), oid(4), oid(5), oid(6), oid(7), oid(8)}, server.ids[0])
	found := upserts(events)
	require.Len(t, found, 3)
	assert.Equal(t, model.PrincipalID(oid(1)), found[0].ID)
	assert.JSONEq(t, `{"@odata.type":"#microsoft.graph.user","id":"`+oid(1)+`","displayName":"Ana"}`, found[0].Raw.String(), "nothing that reaches the person")
	application := found[2].Raw.String()
	assert.JSONEq(t, `{"@odata.type":"#microsoft.graph.application","id":"`+oid(78)+`","appId":"`+oid(77)+`","displayName":"lab",
		"passwordCredentials":[{"keyId":"k","displayName":"by hand","endDateTime":"2027-01-01T00:00:00Z"}],"keyCredentials":[{"keyId":"c","endDateTime":"2028-01-01T00:00:00Z"}]}`, application)

	other := source.Scope{Breadth: source.Children, ID: model.SubscriptionID(subB), Kind: model.KindPrincipal}
	server.answers["/subscriptions/"+subB+"/providers/Microsoft.Authorization/roleAssignments"] = list(assignment("a", "/", "r1", oid(1), "User"), assignment("z", "/", "r1", oid(3), "User"))
	events = f.read(t, other)
	require.Len(t, server.ids, 1, "another subscription's are known already, also who is not there")
	require.Len(t, upserts(events), 1)
	assert.Equal(t, model.SubscriptionID(subB), upserts(events)[0].Parent)
}

func TestManyPrincipalsAreAskedForInTurns(t *testing.T) {
	var all []string
	for n := range 2100 {
		all = append(all, assignment(fmt.Sprint("a", n), "/", "r1", oid(n+1), "User"))
	}
	f, server := serveRights(t, map[string]string{authorization + "roleAssignments": list(all...), getByIDs: list()})
	events := f.read(t, rightsScope(model.KindPrincipal))
	require.IsType(t, source.Complete{}, events[len(events)-1])
	require.Len(t, server.ids, 3)
	assert.Len(t, server.ids[0], 1000)
	assert.Len(t, server.ids[2], 100)
}

func TestARefusedDirectorySaysWhatWouldServe(t *testing.T) {
	f, _ := serveRights(t, map[string]string{
		authorization + "roleAssignments": list(assignment("a", "/", "r1", oid(1), "User")),
		getByIDs:                          "403 Authorization_RequestDenied Insufficient privileges to complete the operation.",
	})
	events := f.read(t, rightsScope(model.KindPrincipal))
	why := events[len(events)-1].(source.Failed).Why
	assert.Equal(t, "You may not read who holds the rights: ask for the permission Directory.Read.All of Microsoft Graph, or the role Directory Readers of Microsoft Entra ID: until then only object IDs are known", why.Error())
	assert.True(t, why.Refused)
}

func TestGroupMembersAreReadToTheBottomAndOnce(t *testing.T) {
	members := func(n int) string { return "/v1.0/groups/" + oid(n) + "/members" }
	f, _ := serveRights(t, map[string]string{
		authorization + "roleAssignments": list(assignment("a", "/", "r1", oid(10), "Group"), assignment("b", "/", "r1", oid(1), "User")),
		members(10) + "?top":              `{"value":[` + person(1, "user", "Ana") + "," + person(11, "group", "Inner") + `],"@odata.nextLink":"HOST` + members(10) + `?$skiptoken=2"}`,
		members(10) + "?skiptoken=2":      list(person(2, "user", "Bo")),
		members(11):                       list(person(12, "group", "Shut"), person(10, "group", "Outer"), person(13, "group", "Gone")),
		members(12):                       "403 Authorization_RequestDenied no",
		members(20):                       list(),
	})
	keep(t, f, "one", `"properties":{"aadProfile":{"adminGroupObjectIDs":["`+oid(20)+`"]}}`)
	events := f.read(t, rightsScope(model.KindGroupMembers))
	found := upserts(events)
	require.Len(t, found, 3)
	assert.Equal(t, []model.ID{model.GroupMembersID(oid(10)), model.GroupMembersID(oid(20)), model.GroupMembersID(oid(11))}, []model.ID{found[0].ID, found[1].ID, found[2].ID})
	var held struct {
		Group   string
		Members []struct{ ID string }
	}
	require.NoError(t, json.Unmarshal(found[0].Raw.Bytes(), &held))
	assert.Equal(t, oid(10), held.Group)
	assert.Len(t, held.Members, 3)
	why := events[len(events)-1].(source.Failed).Why
	assert.Equal(t, "Group members not readable: 1 group (Shut): ask for the permission GroupMember.Read.All of Microsoft Graph, or Directory.Read.All; groups with hidden members need Member.Read.Hidden as well", why.Error())
	asked := slices.DeleteFunc(f.asked(), func(request string) bool { return !strings.Contains(request, "/groups/") })
	assert.Len(t, asked, 6, "the cycle ends")

	f.read(t, rightsScope(model.KindGroupMembers))
	again := slices.DeleteFunc(f.asked(), func(request string) bool { return !strings.Contains(request, "/groups/") })
	assert.Len(t, again, 8, "what was answered a moment ago serves; what was not is asked again")
}

// audiences gives a token and keeps what it was asked for.
type audiences struct {
	stubCredential

	mu  sync.Mutex
	all []string
}

func (a *audiences) GetToken(ctx context.Context, opts policy.TokenRequestOptions) (azcore.AccessToken, error) {
	a.mu.Lock()
	a.all = append(a.all, opts.Scopes...)
	a.mu.Unlock()
	return a.stubCredential.GetToken(ctx, opts)
}

func TestMicrosoftGraphGetsATokenOfItsOwn(t *testing.T) {
	credential := &audiences{}
	server := &rightsServer{answers: map[string]string{
		authorization + "roleAssignments": list(assignment("a", "/", "r1", oid(1), "User")), getByIDs: list(),
	}}
	f := serve(t, server.ServeHTTP, func(o *Options) { o.GraphEndpoint, o.Credential, o.Cloud = o.ARMEndpoint, credential, "usgov" })
	f.read(t, rightsScope(model.KindPrincipal))
	assert.Equal(t, []string{"https://management.core.usgovcloudapi.net//.default", "https://graph.microsoft.us/.default"}, credential.all)
}

func event(name, operation, status string) string {
	return fmt.Sprintf(`{"id":"/subscriptions/%s/events/%s","eventDataId":%q,"eventTimestamp":"2026-11-20T08:00:00Z","caller":"ana@contoso.example",
		"operationName":{"value":%q},"status":{"value":%q},"authorization":{"action":%q,"scope":"/x","role":"Owner"},"httpRequest":{"clientIpAddress":"203.0.113.1"},
		"claims":{"http://schemas.microsoft.com/identity/claims/objectidentifier":%q,"name":"Ana","ipaddr":"203.0.113.1","groups":"x"},"properties":{"requestbody":"{}","message":"x"}}`,
		subA, name, name, operation, status, operation, oid(1))
}

func TestTheActivityLogIsWhatDecidesOnAccess(t *testing.T) {
	log := "/subscriptions/" + subA + "/providers/Microsoft.Insights/eventtypes/management/values"
	f, _ := serveRights(t, map[string]string{
		log + "?Microsoft.Authorization": list(event("granted", "Microsoft.Authorization/roleAssignments/write", "Succeeded"),
			event("begun", "Microsoft.Authorization/roleAssignments/write", "Started"), event("audit", "Microsoft.Authorization/policies/audit/action", "Succeeded")),
		log + "?Microsoft.ContainerService": list(event("admin", "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action", "Failed"),
			event("scaled", "Microsoft.ContainerService/managedClusters/agentPools/scale/action", "Succeeded")),
		log + "?Microsoft.ManagedIdentity": list(),
	})
	events := f.read(t, rightsScope(model.KindActivityEvent))
	require.IsType(t, source.Complete{}, events[len(events)-1])
	found := upserts(events)
	assert.Equal(t, []string{"granted", "admin"}, namesOf(found))
	assert.JSONEq(t, `{"id":"/subscriptions/`+subA+`/events/granted","eventDataId":"granted","eventTimestamp":"2026-11-20T08:00:00Z","caller":"ana@contoso.example",
		"operationName":{"value":"Microsoft.Authorization/roleAssignments/write"},"status":{"value":"Succeeded"},
		"authorization":{"action":"Microsoft.Authorization/roleAssignments/write","scope":"/x"},
		"claims":{"http://schemas.microsoft.com/identity/claims/objectidentifier":"`+oid(1)+`","name":"Ana"},"properties":{"requestbody":"{}"}}`, found[0].Raw.String())
	assert.NotContains(t, found[1].Raw.String(), "requestbody")
	assert.Contains(t, f.asked()[0], "eventTimestamp%20ge%20%272026-08-26T04%3A10%3A00Z%27%20and%20eventTimestamp%20le%20%272026-11-24T04%3A00%3A00Z%27%20and%20resourceProvider%20eq%20%27Microsoft.Authorization%27")
}

func TestWhoMayJoinGroupsIsReadForEachGroup(t *testing.T) {
	members := func(n int) string { return "/v1.0/groups/" + oid(n) + "/members" }
	const eligible = "/v1.0" + groupEligibility
	may := func(n int, access, principal string) string {
		return `{"id":"x","eligibilityScheduleId":"y","accessId":"` + access + `","groupId":"` + oid(n) + `","memberType":"direct","startDateTime":"2026-01-02T03:04:05Z","endDateTime":null,
			"principalId":"` + oid(1) + `","principal":` + principal + `}`
	}
	f, server := serveRights(t, map[string]string{
		authorization + "roleAssignments": list(assignment("a", "/", "r1", oid(10), "Group"), assignment("b", "/", "r1", oid(30), "Group")),
		members(10):                       list(person(11, "group", "Inner")),
		members(11):                       list(),
		members(30):                       "403 Authorization_RequestDenied no",
		members(12):                       list(person(5, "user", "Eve")),
		eligible + "?" + oid(10):          list(may(10, "member", person(1, "user", "Ana")), may(10, "owner", person(14, "group", "Owners"))),
		eligible + "?" + oid(11):          list(may(11, "member", person(12, "group", "Joins")), may(11, "member", "null")),
		eligible + "?" + oid(30):          "403 UnknownError PermissionScopeNotGranted",
	})
	events := f.read(t, rightsScope(model.KindGroupEligibility))
	found := upserts(events)
	require.Len(t, found, 2)
	assert.Equal(t, []model.ID{model.GroupEligibilityID(oid(10)), model.GroupEligibilityID(oid(11))}, []model.ID{found[0].ID, found[1].ID})
	assert.NotContains(t, found[0].Raw.String(), "mobilePhone", "nothing that reaches the person")
	why := events[len(events)-1].(source.Failed).Why
	assert.Equal(t, "Eligible members of groups not read: 1 group ("+oid(30)+"): ask for the permission PrivilegedEligibilitySchedule.Read.AzureADGroup of Microsoft Graph, "+
		"which the sign-in of the Azure CLI cannot have", why.Error())
	assert.True(t, why.Refused)

	var read []model.ID
	for _, r := range upserts(f.read(t, rightsScope(model.KindGroupMembers))) {
		read = append(read, r.ID)
	}
	assert.Contains(t, read, model.GroupMembersID(oid(12)), "members of a group that may join one")
	assert.NotContains(t, read, model.GroupMembersID(oid(14)), "an owner is no member")

	server.answers[eligible+"?"+oid(30)] = "403 AadPremiumLicenseRequired The tenant needs a licence."
	events = f.read(t, rightsScope(model.KindGroupEligibility))
	assert.IsType(t, source.Complete{}, events[len(events)-1], "without the licence nobody can be eligible")
}

func TestWithoutThePermissionNotEveryGroupIsAskedFor(t *testing.T) {
	var held []string
	answers := map[string]string{"/v1.0" + groupEligibility: "403 UnknownError PermissionScopeNotGranted"}
	for n := range 9 {
		held = append(held, assignment(fmt.Sprint("a", n), "/", "r1", oid(n+10), "Group"))
		answers["/v1.0/groups/"+oid(n+10)+"/members"] = list()
	}
	answers[authorization+"roleAssignments"] = list(held...)
	f, _ := serveRights(t, answers)
	events := f.read(t, rightsScope(model.KindGroupEligibility))
	assert.Contains(t, events[len(events)-1].(source.Failed).Why.Error(), "Eligible members of groups not read: 9 groups (")
	asked := slices.DeleteFunc(f.asked(), func(request string) bool { return !strings.Contains(request, groupEligibility) })
	assert.Len(t, asked, enoughRefusals)
}
