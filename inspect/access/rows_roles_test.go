package access_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/azurerbac/rbactest"
	"github.com/aksight/aksight/model"
)

// roleCase is a row about data actions of Azure, which are rights in Kubernetes: with it
// ana holds a power, and without a piece of it not.
type roleCase struct {
	row string
	// power is the row of what it brings, title its title where that has several, want how
	// bad and where.
	power, title, want string
	// role and notRole are what the roles have, parted by spaces.
	role, notRole   string
	scope, notScope model.ID
	// eligible is set where it has to be taken first, notEligible where the other has.
	eligible, notEligible bool
	notChanges            map[string]any
}

// The built-in roles, as far as it matters here.
const (
	rbacClusterAdmin = "data:" + aks + "*"
	rbacAdmin        = "data:" + aks + "* -data:" + aks + "resourcequotas/write -data:" + aks + "resourcequotas/delete -data:" + aks + "namespaces/write -data:" + aks + "namespaces/delete"
	rbacWriter       = "data:" + aks + "secrets/* data:" + aks + "pods/* data:" + aks + "serviceaccounts/* data:" + aks + "apps/deployments/*"
	rbacReader       = "data:" + aks + "pods/read data:" + aks + "configmaps/read data:" + aks + "apps/deployments/read"
	readsEverything  = "data:" + aks + "*/read"
	shopScope        = clusterID + "/namespaces/shop"
)

var noAzureRBAC = of(map[string]any{"aadProfile": map[string]any{"enableAzureRBAC": false}})

var roleCases = []roleCase{
	{row: "Z09", power: "R01", want: "critical" + everywhere, role: rbacClusterAdmin, notRole: readsEverything},
	{row: "Z09", power: "R01", want: "critical" + everywhere, role: rbacClusterAdmin, notChanges: noAzureRBAC},
	{row: "Z09", power: "R01", want: "critical" + everywhere, role: rbacClusterAdmin, scope: subscription, notScope: subscription + "/resourceGroups/other"},
	{row: "Z10", power: "R22", title: "Binds roles that it does not hold", want: "critical" + everywhere, role: rbacAdmin, notScope: shopScope},
	{row: "Z10", power: "R27", want: "critical" + everywhere, role: rbacAdmin, notRole: rbacWriter},
	{row: "Z10", power: "R22", title: "Binds roles that it does not hold in namespaces", want: "high" + inShop, role: rbacAdmin, scope: shopScope, notRole: rbacWriter},
	{row: "Z11", power: "R12", want: "critical" + everywhere, role: rbacWriter, notRole: rbacReader},
	{row: "Z11", power: "R29", want: "high" + inShop, role: rbacWriter, scope: shopScope, notScope: clusterID + "/namespaces/other"},
	{row: "Z11", power: "R32", want: "critical" + everywhere, role: rbacWriter, notScope: shopScope},
	{row: "Z12", power: "R57", want: "low" + everywhere, role: rbacReader, notRole: "data:" + aks + "configmaps/read"},
	{row: "Z13", power: "R18", want: "critical" + everywhere, role: readsEverything, notRole: rbacReader},
	{row: "Z13", power: "R05", want: "critical" + everywhere, role: readsEverything, notRole: readsEverything + " -data:" + aks + "secrets/read"},
	{row: "Z16", power: "R05", want: "high" + inShop, role: rbacWriter, scope: shopScope, notScope: model.ID(strings.Replace(shopScope, "/pay/", "/other/", 1))},
	{row: "Z16", power: "R05", want: "high" + inShop, role: rbacWriter, scope: clusterID + "/managedNamespaces/shop", notScope: clusterID + "/agentPools/shop"},
	{row: "Z17", power: "R01", want: "critical" + everywhere + ", once taken", role: rbacClusterAdmin, eligible: true},
	{row: "Z17", power: "R05", want: "high" + inShop + ", once taken", role: rbacWriter, scope: shopScope, eligible: true, notEligible: true, notRole: rbacReader},
}

func TestRowsOfRoles(t *testing.T) {
	const ana = "ana@contoso.example"
	for _, c := range roleCases {
		t.Run(c.row+" "+c.power+" "+c.want, func(t *testing.T) {
			tell := func(role string, scope model.ID, eligible bool, changes map[string]any) string {
				if scope == "" {
					scope = clusterID
				}
				rights := rbactest.New(t, "11111111-1111-4111-8111-111111111111").Role("has", strings.Fields(role)...).User(ana)
				if eligible {
					rights.Eligible("User", ana, "has", scope)
				} else {
					rights.Assign("User", ana, "has", scope)
				}
				return told(world(rights, changes), person(ana))[nameOf(t, c.power, c.title)]
			}
			assert.Equal(t, c.want, tell(c.role, c.scope, c.eligible, nil))
			role, scope := c.role, c.scope
			if c.notRole != "" {
				role = c.notRole
			}
			if c.notScope != "" {
				scope = c.notScope
			}
			assert.NotEqual(t, c.want, tell(role, scope, c.notEligible, c.notChanges))
		})
	}
}

// What the readers' role leaves out.
func TestReadersOfAzureReadNoSecrets(t *testing.T) {
	const ana = "ana@contoso.example"
	held := powersOf(world(rbactest.New(t, "11111111-1111-4111-8111-111111111111").Role("has", strings.Fields(rbacReader)...).
		User(ana).Assign("User", ana, "has", clusterID), nil), person(ana))
	for _, power := range []string{"R04", "R05", "R06", "R12", "R18"} {
		assert.NotContains(t, held, power)
	}
}
