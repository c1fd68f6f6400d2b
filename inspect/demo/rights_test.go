package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	rightsPath = "/providers/Microsoft.Authorization/"
	atRights   = "?api-version=2022-04-01"
	graphHost  = "https://graph.microsoft.com/v1.0/"
)

// everything reads a list to its last page.
func everything(t testing.TB, h http.Handler, path string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for link := host + path; link != ""; {
		page := decode(t, ask(t, h, http.MethodGet, link, ""))
		for _, item := range page["value"].([]any) {
			all = append(all, item.(map[string]any))
		}
		link, _ = page["nextLink"].(string)
	}
	return all
}

func TestRightsComeInPages(t *testing.T) {
	whole, paged := newTestHandler(Options{}), newTestHandler(Options{PageSize: 4})
	for _, list := range []string{
		rightsPath + "roleAssignments" + atRights, rightsPath + "roleDefinitions" + atRights, rightsPath + "denyAssignments" + atRights,
		rightsPath + "roleEligibilityScheduleInstances?api-version=2020-10-01",
		"/providers/Microsoft.ManagedIdentity/userAssignedIdentities?api-version=2023-01-31",
	} {
		path := "/subscriptions/" + web + list
		all := everything(t, whole, path)
		require.NotEmpty(t, all, list)
		assert.Equal(t, all, everything(t, paged, path), list)
		seen := map[any]bool{}
		for _, item := range all {
			assert.False(t, seen[item["id"]], "%s came twice", item["id"])
			seen[item["id"]] = true
		}
	}
}

// Each assignment names a role that the same subscription lists, at a scope in it or above it.
func TestAssignmentsNameRolesThatAre(t *testing.T) {
	h := newTestHandler(Options{})
	for _, subscription := range []string{payments, web, dataScience} {
		roles := map[string]bool{}
		for _, role := range everything(t, h, "/subscriptions/"+subscription+rightsPath+"roleDefinitions"+atRights) {
			roles[role["name"].(string)] = true
		}
		for _, assignment := range everything(t, h, "/subscriptions/"+subscription+rightsPath+"roleAssignments"+atRights) {
			role, _ := at(assignment, "properties.roleDefinitionId").(string)
			assert.True(t, roles[baseName(role)], role)
			scope, _ := at(assignment, "properties.scope").(string)
			assert.True(t, strings.HasPrefix(assignment["id"].(string), strings.TrimSuffix(scope, "/")+rightsPath), "%s at %s", assignment["id"], scope)
			assert.True(t, within(scope, "/subscriptions/"+subscription) || scope == "/" || strings.HasPrefix(scope, "/providers/Microsoft.Management/"), scope)
			made, err := time.Parse(time.RFC3339, at(assignment, "properties.createdOn").(string))
			require.NoError(t, err)
			assert.True(t, made.Before(monday), made)
		}
	}
}

func TestFiltersOfAssignments(t *testing.T) {
	h := newTestHandler(Options{})
	cluster := "/subscriptions/" + web + "/resourceGroups/rg-web/providers/Microsoft.ContainerService/managedClusters/web-weu-01"
	list := func(scope, filter string) []string {
		var found []string
		for _, a := range everything(t, h, scope+rightsPath+"roleAssignments"+atRights+"&$filter="+url.QueryEscape(filter)) {
			found = append(found, at(a, "properties.scope").(string))
		}
		return found
	}
	assert.Contains(t, list(cluster, ""), cluster+"/namespaces/search", "a list names what is below too")
	assert.NotContains(t, list(cluster, "atScope()"), cluster+"/namespaces/search")
	assert.Contains(t, list(cluster, "atScope()"), "/subscriptions/"+web)
	assert.Contains(t, list(cluster, "atScope()"), "/")
	assert.NotContains(t, list(cluster, ""), "/subscriptions/"+web+"/resourceGroups/rg-boxoffice")

	sofia := objectID("sofia")
	assert.Contains(t, list(cluster, "assignedTo('"+sofia+"')"), cluster+"/namespaces/search", "by a group")
	assert.Empty(t, list(cluster, "principalId eq '"+sofia+"'"), "none by herself")
	response := ask(t, h, http.MethodGet, host+cluster+rightsPath+"roleAssignments"+atRights+"&$filter="+url.QueryEscape("scope eq 'x'"), "")
	assert.Equal(t, http.StatusBadRequest, response.StatusCode)
	readAll(t, response)
}

func TestRightsThatAreRefused(t *testing.T) {
	h := newTestHandler(Options{})
	for path, says := range map[string]string{
		rightsPath + "roleAssignments" + atRights:                                            "Microsoft.Authorization/roleAssignments/read",
		"/providers/Microsoft.ManagedIdentity/userAssignedIdentities?api-version=2023-01-31": "Microsoft.ManagedIdentity/userAssignedIdentities/read",
		"/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01":  "Microsoft.Insights/eventtypes/values/Read",
		rightsPath + "roleEligibilityScheduleInstances?api-version=2020-10-01":               "roleEligibilityScheduleInstances/read",
	} {
		response := ask(t, h, http.MethodGet, host+"/subscriptions/"+partners+path, "")
		text := readAll(t, response)
		assert.Equal(t, http.StatusForbidden, response.StatusCode, path)
		assert.Contains(t, string(text), says)
		assert.Contains(t, string(text), "AuthorizationFailed")
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPost} {
		response := ask(t, h, method, host+"/subscriptions/"+web+rightsPath+"roleAssignments"+atRights, "{}")
		readAll(t, response)
		assert.Equal(t, http.StatusMethodNotAllowed, response.StatusCode, method)
	}
}

func graphError(t *testing.T, response *http.Response) (int, string) {
	t.Helper()
	var answer struct {
		Error struct {
			Code  string         `json:"code"`
			Inner map[string]any `json:"innerError"`
		} `json:"error"`
	}
	require.NoError(t, json.Unmarshal(readAll(t, response), &answer))
	assert.NotEmpty(t, answer.Error.Inner["request-id"])
	return response.StatusCode, answer.Error.Code
}

func TestMicrosoftGraph(t *testing.T) {
	h := newTestHandler(Options{PageSize: 2})
	body := fmt.Sprintf(`{"ids": [%q, %q, %q, %q], "types": ["user", "group", "servicePrincipal"]}`, strings.ToUpper(objectID("sam")), objectID("sg-platform"), objectID("id-ledger"), objectID("joost"))
	answer := decode(t, ask(t, h, http.MethodPost, graphHost+"directoryObjects/getByIds?$select=id,displayName,userPrincipalName,userType,servicePrincipalType", body))
	assert.Equal(t, []any{
		map[string]any{"@odata.type": "#microsoft.graph.user", "id": objectID("sam"), "displayName": "Sam Ortega (Contoso)", "userType": "Guest", "userPrincipalName": "sam_contoso.example#EXT#@marigold.example"},
		map[string]any{"@odata.type": "#microsoft.graph.group", "id": objectID("sg-platform"), "displayName": "sg-platform"},
		map[string]any{"@odata.type": "#microsoft.graph.servicePrincipal", "id": objectID("id-ledger"), "displayName": "id-ledger", "servicePrincipalType": "ManagedIdentity"},
	}, answer["value"], "who was deleted is left out")

	members := func(path string) []string {
		var names []string
		for link := graphHost + path; link != ""; {
			page := decode(t, ask(t, h, http.MethodGet, link, ""))
			for _, member := range page["value"].([]any) {
				names = append(names, at(member, "displayName").(string))
			}
			link, _ = page["@odata.nextLink"].(string)
		}
		return names
	}
	assert.ElementsMatch(t, []string{"Mira Okafor", "Tom Becker", "Li Wei", "Ana Sousa"}, members("groups/"+objectID("sg-platform")+"/members"))
	assert.ElementsMatch(t, []string{"Piet Mulder", "sg-web-leads", "Eva Lindqvist"}, members("groups/"+objectID("sg-web")+"/transitiveMembers"), "groups in a circle end")

	groups := decode(t, ask(t, h, http.MethodPost, graphHost+"users/li@marigold.example/getMemberGroups", `{"securityEnabledOnly": false}`))["value"].([]any)
	for _, name := range []string{"sg-platform", "sg-platform-admins", "sg-platform-oncall"} {
		assert.Contains(t, groups, objectID(name))
	}
	assert.Len(t, groups, 7, "and the admins of three subscriptions and of one cluster")

	application := decode(t, ask(t, h, http.MethodGet, graphHost+"applications(appId='5d2c8f10-71be-4a6c-9f04-3b9de0a7c1e5')", ""))
	ends, err := time.Parse(time.RFC3339, at(application, "passwordCredentials.1.endDateTime").(string))
	require.NoError(t, err)
	assert.Less(t, ends.Sub(monday), 30*24*time.Hour)
	assert.Nil(t, at(application, "passwordCredentials.1.secretText"))
}

func TestErrorsOfMicrosoftGraph(t *testing.T) {
	h := newTestHandler(Options{Faults: []Fault{{Kind: Throttle, Path: "users/", RetryAfter: 3 * time.Second}}})
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"hidden members":  {http.MethodGet, "groups/" + objectID("sg-external-auditors") + "/members", "", 403, "Authorization_RequestDenied"},
		"no such group":   {http.MethodGet, "groups/" + objectID("joost") + "/members", "", 404, "Request_ResourceNotFound"},
		"no application":  {http.MethodGet, "applications(appId='" + guidOf("app id-ledger") + "')", "", 404, "Request_ResourceNotFound"},
		"a write":         {http.MethodPost, "groups/" + objectID("sg-web") + "/members", "{}", 405, "Request_BadRequest"},
		"no IDs":          {http.MethodPost, "directoryObjects/getByIds", `{"ids": []}`, 400, "Request_BadRequest"},
		"too large pages": {http.MethodGet, "groups/" + objectID("sg-web") + "/members?$top=1000", "", 400, "Request_UnsupportedQuery"},
		"throttled":       {http.MethodPost, "users/" + objectID("li") + "/getMemberGroups", "{}", 429, "TooManyRequests"},
	} {
		status, code := graphError(t, ask(t, h, c.method, graphHost+c.path, c.body))
		assert.Equal(t, c.status, status, name)
		assert.Equal(t, c.code, code, name)
	}
}

func TestTheActivityLog(t *testing.T) {
	h := newTestHandler(Options{PageSize: 5})
	log := func(subscription, filter string) []map[string]any {
		return everything(t, h, "/subscriptions/"+subscription+"/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter="+
			url.QueryEscape("eventTimestamp ge '"+monday.AddDate(0, 0, -90).Format(time.RFC3339)+"' and eventTimestamp le '"+monday.Format(time.RFC3339)+"'"+filter))
	}
	for _, subscription := range []string{payments, web, dataScience} {
		did := map[any]bool{}
		last := "9999"
		for _, event := range log(subscription, "") {
			did[at(event, "operationName.value")] = true
			assert.NotEmpty(t, event["caller"])
			when := event["eventTimestamp"].(string)
			assert.LessOrEqual(t, when, last, "the latest comes first")
			last = when
		}
		assert.True(t, did["Microsoft.ContainerService/managedClusters/runcommand/action"], subscription)
		assert.True(t, did["Microsoft.Authorization/roleAssignments/write"], subscription)
	}
	// What was assigned lately was written by whom the assignment says made it.
	written := map[any]any{}
	for _, event := range log(payments, " and resourceProvider eq 'Microsoft.Authorization'") {
		written[event["resourceId"]] = event["eventTimestamp"]
	}
	assert.Len(t, written, 4)
	for _, a := range everything(t, h, "/subscriptions/"+payments+rightsPath+"roleAssignments"+atRights) {
		if when, lately := written[a["id"]]; lately {
			assert.Equal(t, at(a, "properties.createdOn"), when)
			delete(written, a["id"])
		}
	}
	assert.Empty(t, written)
	response := ask(t, h, http.MethodGet, host+"/subscriptions/"+web+"/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter="+url.QueryEscape("eventTimestamp ge '2020-01-01T00:00:00Z'"), "")
	readAll(t, response)
	assert.Equal(t, http.StatusBadRequest, response.StatusCode, "the log holds 90 days")
}

// What is read twice within a day says the same: nothing looks changed that was not.
func TestRightsStayTheSameForADay(t *testing.T) {
	at := monday
	h := NewHandler(Options{Now: func() time.Time { return at }})
	path := "/subscriptions/" + payments + rightsPath + "roleAssignments" + atRights
	before := everything(t, h, path)
	at = at.Add(90 * time.Minute)
	assert.Equal(t, before, everything(t, h, path))
}

// A grown subscription has rights too, few, and who holds them can be looked up.
func TestGrownSubscriptionsHaveRights(t *testing.T) {
	h := newTestHandler(Options{Scale: 2000})
	subscriptions := get(t, h, "/subscriptions?api-version=2022-12-01")["value"].([]any)
	id := at(subscriptions[len(subscriptions)-1], "subscriptionId").(string)
	assignments := everything(t, h, "/subscriptions/"+id+rightsPath+"roleAssignments"+atRights)
	assert.Less(t, len(assignments), 10)
	own := map[string]bool{}
	for _, a := range assignments {
		if at(a, "properties.scope") == "/subscriptions/"+id {
			own[at(a, "properties.principalId").(string)] = true
		}
	}
	require.Len(t, own, 3)
	admins := ""
	for _, cluster := range everything(t, h, "/subscriptions/"+id+aks+atNewest) {
		if group, is := at(cluster, "properties.aadProfile.adminGroupObjectIDs.0").(string); is {
			admins = group
		}
	}
	assert.True(t, own[admins], "the clusters' admins are the group that holds the subscription")
	members := decode(t, ask(t, h, http.MethodGet, graphHost+"groups/"+admins+"/members", ""))
	assert.Len(t, members["value"], 2)
	everything(t, h, "/subscriptions/"+id+rightsPath+"denyAssignments"+atRights)
}
