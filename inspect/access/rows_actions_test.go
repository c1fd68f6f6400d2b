package access_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/azurerbac/rbactest"
	"github.com/aksight/aksight/model"
)

// actionCase is a row that actions of Azure decide, held by ana, and one piece short.
type actionCase struct {
	row, title, want string
	// found and not are actions, parted by spaces.
	found, not string
	// scope is where, the cluster where it is empty; notScope where it is not found.
	scope, notScope model.ID
	// changes are of the cluster's document, notChanges where it is not found.
	changes, notChanges map[string]any
}

// of are changes of a cluster's properties.
func of(properties map[string]any) map[string]any { return map[string]any{"properties": properties} }

var noEntra = of(map[string]any{"aadProfile": nil})

const runs = aks + "runcommand/action " + aks + "commandResults/read"

var actionCases = []actionCase{
	{row: "Z01", want: "critical" + everywhere, found: aks + "listClusterAdminCredential/action", not: aks + "listClusterUserCredential/action"},
	{row: "Z01", want: "critical" + everywhere, found: aks + "accessProfiles/listCredential/action", notChanges: of(map[string]any{"disableLocalAccounts": true})},
	{row: "Z01", want: "critical" + everywhere, found: aks + "*", scope: groupID, notScope: subscription + "/resourceGroups/other"},
	{row: "Z02", want: "critical" + everywhere, found: aks + "listClusterUserCredential/action", changes: noEntra, notChanges: of(nil)},
	{row: "Z03", title: "Runs commands in the cluster through Azure, as admin", want: "critical" + everywhere, found: runs, changes: noEntra, notChanges: of(nil)},
	{row: "Z03", title: "Runs commands in the cluster through Azure, as admin", want: "critical" + everywhere, found: runs, not: aks + "runcommand/action", changes: noEntra},
	{row: "Z03", title: "Reaches the API server through Azure", want: "medium" + everywhere, found: runs, notChanges: of(map[string]any{"apiServerAccessProfile": map[string]any{"disableRunCommand": true}})},
	{row: "Z04", want: "critical" + everywhere, found: aks + "write", not: aks + "agentPools/write"},
	{row: "Z05", want: "medium" + everywhere, found: aks + "agentPools/write", not: aks + "agentPools/read"},
	{row: "Z06", want: "critical" + everywhere, found: "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action", scope: nodeGroupID, notScope: groupID},
	{row: "Z06", want: "critical" + everywhere, found: "Microsoft.Compute/virtualMachineScaleSets/extensions/write", not: "Microsoft.Compute/virtualMachineScaleSets/read", scope: nodeGroupID},
	{row: "Z08", want: "critical" + everywhere, found: "Microsoft.Authorization/roleAssignments/write", not: "Microsoft.Authorization/roleAssignments/read"},
	{row: "Z08", want: "critical" + everywhere, found: "Microsoft.Authorization/*", scope: "/providers/Microsoft.Management/managementGroups/root", notScope: nodeGroupID},
	{row: "Z14", want: "high" + everywhere, found: aks + "trustedAccessRoleBindings/write", not: aks + "trustedAccessRoleBindings/read"},
	{row: "Z18", want: "medium" + everywhere, found: aks + "managedNamespaces/write", not: aks + "managedNamespaces/read"},
}

func TestRowsOfActions(t *testing.T) {
	const ana = "ana@contoso.example"
	for _, c := range actionCases {
		t.Run(c.row+" "+c.title, func(t *testing.T) {
			name := nameOf(t, c.row, c.title)
			tell := func(actions string, scope model.ID, changes map[string]any) string {
				if scope == "" {
					scope = clusterID
				}
				rights := rbactest.New(t, "11111111-1111-4111-8111-111111111111").Role("has", strings.Fields(actions)...).
					User(ana).Assign("User", ana, "has", scope)
				return told(world(rights, changes), person(ana))[name]
			}
			assert.Equal(t, c.want, tell(c.found, c.scope, c.changes))
			actions, scope, changes := c.found, c.scope, c.changes
			if c.not != "" {
				actions = c.not
			}
			if c.notScope != "" {
				scope = c.notScope
			}
			if c.notChanges != nil {
				changes = c.notChanges
			}
			assert.Empty(t, tell(actions, scope, changes))
		})
	}
}
