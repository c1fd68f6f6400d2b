package azurerbac_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/azurerbac/rbactest"
	"github.com/aksight/aksight/model"
)

const (
	subscription = "/subscriptions/11111111-1111-4111-8111-111111111111"
	clusterID    = subscription + "/resourceGroups/rg-pay/providers/Microsoft.ContainerService/managedClusters/pay"
	registryID   = subscription + "/resourceGroups/rg-acr/providers/Microsoft.ContainerRegistry/registries/contoso"
	aks          = "Microsoft.ContainerService/managedClusters/"
)

func cluster() model.Subject {
	return model.Subject{Pool: -1, Cluster: &model.Document{
		Resource: &model.Resource{ID: clusterID, Kind: model.KindCluster},
		Tree: map[string]any{"properties": map[string]any{
			"nodeResourceGroup": "MC_pay", "identityProfile": map[string]any{"kubeletidentity": map[string]any{"objectId": rbactest.ID("pay-agentpool")}},
		}},
	}}
}

func TestRightsBesideACluster(t *testing.T) {
	rights := rbactest.New(t, "11111111-1111-4111-8111-111111111111").
		Role("Contributor", "*", "-Microsoft.Authorization/*/Write").
		Role("AcrPull", "Microsoft.ContainerRegistry/registries/pull/read").
		Role("RBAC Cluster Admin", "data:"+aks+"*").
		User("ana@contoso.example").Service("pay-agentpool", true).
		Assign("User", "ana@contoso.example", "RBAC Cluster Admin", clusterID+"/namespaces/shop").
		Assign("ServicePrincipal", "pay-agentpool", "AcrPull", registryID).
		Assign("ServicePrincipal", "pipeline", "Contributor", subscription).
		Eligible("User", "ana@contoso.example", "Contributor", "/providers/Microsoft.Management/managementGroups/prod").
		Assign("User", "ana@contoso.example", "Contributor", subscription+"/resourceGroups/other")

	s := azurerbac.Round(cluster(), rights.View())
	assert.Equal(t, model.ReadDone, s.Reads[model.KindRoleAssignment].State)
	type row struct {
		holder, at string
		aks        bool
		eligible   bool
	}
	var rows []row
	for _, d := range s.Children[model.KindRoleAssignment] {
		holder, role := d.Tree["holder"].(map[string]any), d.Tree["role"].(map[string]any)
		rows = append(rows, row{holder["kind"].(string) + " " + holder["name"].(string), d.Tree["at"].(string), role["aks"].(bool), d.Tree["eligible"].(bool)})
	}
	assert.ElementsMatch(t, []row{
		{"user ana@contoso.example", "namespace", true, false},
		{"managed identity pay-agentpool", "registry", false, false},
		{"service principal " + rbactest.ID("pipeline"), "subscription", false, false},
		{"user ana@contoso.example", "management group", false, true},
	}, rows)
	for _, d := range s.Children[model.KindRoleAssignment] {
		if d.Tree["at"] == "subscription" {
			assert.Equal(t, []any{"contoso"}, d.Tree["registries"])
			assert.Contains(t, d.Tree["role"].(map[string]any)["grants"], "push")
		}
	}

	unread := azurerbac.Round(cluster(), rights.Unread(model.KindRoleDefinition, "no right to read them").View())
	assert.Equal(t, model.Read{State: model.ReadFailed, Why: "no right to read them"}, unread.Reads[model.KindRoleAssignment])

	given := cluster()
	given.Children = map[model.Kind][]*model.Document{model.KindRoleAssignment: {}}
	assert.Empty(t, azurerbac.Round(given, rights.View()).Children[model.KindRoleAssignment], "a preview's stay")
	require.Nil(t, azurerbac.Round(cluster(), nil).Children)
}

func TestPatternsOfActions(t *testing.T) {
	for pattern, with := range map[string]struct {
		action string
		want   bool
	}{
		"*":      {aks + "write", true},
		"*/read": {aks + "pods/read", true},
		"Microsoft.ContainerService/managedClusters/*":           {aks + "a/b/write", true},
		"microsoft.containerservice/MANAGEDCLUSTERS/write":       {aks + "write", true},
		"Microsoft.ContainerService/*/action":                    {aks + "runcommand/action", true},
		"Microsoft.ContainerService/managedClusters/*/read":      {aks + "read", false},
		"Microsoft.ContainerService/managedClusters":             {aks + "write", false},
		"Microsoft.*/managedClusters/*/action":                   {aks + "pods/exec/action", true},
		"Microsoft.ContainerService/managedClusters/pods/*/read": {aks + "pods/read", false},
	} {
		assert.Equal(t, with.want, azurerbac.Matches(pattern, with.action), pattern)
	}
}

func FuzzMatches(f *testing.F) {
	f.Add("Microsoft.*/x/*", "microsoft.a/x/b")
	f.Add("*a*", "ba")
	f.Fuzz(func(t *testing.T, pattern, action string) {
		azurerbac.Matches(pattern, action)
		if !azurerbac.Matches("*", action) {
			t.Error("* fits everything")
		}
	})
}
