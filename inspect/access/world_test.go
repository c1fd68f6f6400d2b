package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac/rbactest"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

const (
	subscription = "/subscriptions/11111111-1111-4111-8111-111111111111"
	groupID      = subscription + "/resourceGroups/rg-pay"
	clusterID    = groupID + "/providers/Microsoft.ContainerService/managedClusters/pay"
	nodeGroupID  = subscription + "/resourceGroups/MC_pay"
	aks          = "Microsoft.ContainerService/managedClusters/"
)

// payCluster is a cluster's document with Entra ID and Azure RBAC, and what changes say.
func payCluster(changes map[string]any) *model.Document {
	tree := map[string]any{
		"id": clusterID,
		"properties": map[string]any{
			"aadProfile": map[string]any{"managed": true, "enableAzureRBAC": true}, "nodeResourceGroup": "MC_pay", "currentKubernetesVersion": "1.34.2",
		},
	}
	document.Merge(tree, changes)
	return &model.Document{Resource: &model.Resource{ID: clusterID, Kind: model.KindCluster}, Tree: tree}
}

func roles(t testing.TB) *rbactest.Rights {
	t.Helper()
	return rbactest.New(t, "11111111-1111-4111-8111-111111111111").
		Role("Owner", "*").
		Role("Contributor", "*", "-Microsoft.Authorization/*/Write").
		Role("Reader", "*/read").
		Role("Cluster Admin", aks+"listClusterAdminCredential/action").
		Role("RBAC Cluster Admin", "data:"+aks+"*").
		Role("RBAC Admin", "data:"+aks+"*", "-data:"+aks+"namespaces/write", "-data:"+aks+"resourcequotas/write").
		Role("RBAC Writer", "data:"+aks+"secrets/*", "data:"+aks+"pods/*", "data:"+aks+"apps/deployments/*").
		Role("Reads everything", "data:"+aks+"*/read").
		Role("VM Contributor", "Microsoft.Compute/virtualMachineScaleSets/*")
}

func world(rights *rbactest.Rights, changes map[string]any) *access.World {
	return access.NewWorld(payCluster(changes), nil, rights.Index(), nil)
}

func person(upn string) access.Subject {
	return access.Subject{Kind: access.User, Name: rbactest.ID(upn)}
}

func powersOf(w *access.World, s access.Subject) map[string]access.Held {
	held := map[string]access.Held{}
	for _, h := range w.HeldBy(s) {
		held[h.ID] = h
	}
	return held
}

func TestRolesOfAzureInTheCluster(t *testing.T) {
	const ana = "ana@contoso.example"
	local := map[string]any{"properties": map[string]any{"disableLocalAccounts": true}}
	noAzureRBAC := map[string]any{"properties": map[string]any{"aadProfile": map[string]any{"enableAzureRBAC": false}}}
	for name, with := range map[string]struct {
		role    string
		scope   model.ID
		changes map[string]any
		want    []string
		not     []string
	}{
		"the superuser of the data plane":              {role: "RBAC Cluster Admin", scope: clusterID, want: []string{"R01", "R05", "R17"}},
		"from the resource group":                      {role: "RBAC Cluster Admin", scope: groupID, want: []string{"R01"}},
		"from the root":                                {role: "RBAC Cluster Admin", scope: "/", want: []string{"R01"}},
		"not from another resource group":              {role: "RBAC Cluster Admin", scope: subscription + "/resourceGroups/other", not: []string{"R01"}},
		"the data plane does not count when it is off": {role: "RBAC Cluster Admin", scope: clusterID, changes: noAzureRBAC, not: []string{"R01", "R05"}},
		"the admin of a namespace":                     {role: "RBAC Admin", scope: clusterID + "/namespaces/shop", want: []string{"R05"}, not: []string{"R17"}},
		"the writer runs commands in pods":             {role: "RBAC Writer", scope: clusterID, want: []string{"R05", "R09", "R12"}, not: []string{"R01", "R21"}},
		"whoever reads everything reaches the kubelet": {role: "Reads everything", scope: clusterID, want: []string{"R05", "R18"}, not: []string{"R09"}},
		"a contributor fetches the admin kubeconfig":   {role: "Contributor", scope: groupID, want: []string{"Z01", "Z04"}, not: []string{"Z06", "Z08", "R01"}},
		"not without local accounts":                   {role: "Contributor", scope: groupID, changes: local, want: []string{"Z04"}, not: []string{"Z01"}},
		"an owner gives itself roles":                  {role: "Owner", scope: subscription, want: []string{"Z01", "Z06", "Z08"}},
		"a reader has nothing":                         {role: "Reader", scope: subscription, not: []string{"Z01", "Z04", "Z06", "R05"}},
		"the nodes by their group":                     {role: "VM Contributor", scope: nodeGroupID, want: []string{"Z06"}, not: []string{"Z04"}},
		"the nodes by one scale set":                   {role: "VM Contributor", scope: nodeGroupID + "/providers/Microsoft.Compute/virtualMachineScaleSets/aks", want: []string{"Z06"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := world(roles(t).User(ana).Assign("User", ana, with.role, with.scope), with.changes)
			held := powersOf(w, person(ana))
			for _, id := range with.want {
				assert.Contains(t, held, id)
			}
			for _, id := range with.not {
				assert.NotContains(t, held, id)
			}
		})
	}
}

func TestRightsInANamespaceByAzure(t *testing.T) {
	w := world(roles(t).User("ana@contoso.example").Assign("User", "ana@contoso.example", "RBAC Writer", clusterID+"/namespaces/shop"), nil)
	in := func(namespace string) int {
		return len(w.Can(person("ana@contoso.example"), access.Question{Verb: "list", Resource: "secrets", Namespace: namespace}))
	}
	assert.Equal(t, 1, in("shop"))
	assert.Zero(t, in("other"))
	assert.Zero(t, in(""))
}

func TestByGroupsInGroups(t *testing.T) {
	w := world(roles(t).Group("inner", "ana@contoso.example", "group:outer").Group("middle", "group:inner").Group("outer", "group:middle").
		Assign("Group", "outer", "RBAC Cluster Admin", clusterID), nil)
	held := powersOf(w, person("ana@contoso.example"))
	require.Contains(t, held, "R01")
	assert.Equal(t, access.Subject{Kind: access.Group, Name: rbactest.ID("outer")}, held["R01"].By[0].As)
	assert.Equal(t, "outer", w.Name(held["R01"].By[0].As))
	assert.Contains(t, w.Subjects(), person("ana@contoso.example"))
}

func TestEligibleIsNotActive(t *testing.T) {
	w := world(roles(t).User("ana@contoso.example").Eligible("User", "ana@contoso.example", "RBAC Cluster Admin", clusterID).
		Assign("User", "ana@contoso.example", "RBAC Writer", clusterID), nil)
	held := powersOf(w, person("ana@contoso.example"))
	assert.True(t, held["R01"].Eligible)
	assert.False(t, held["R12"].Eligible)
}

func TestConditionsAndDenials(t *testing.T) {
	const ana = "ana@contoso.example"
	w := world(roles(t).User(ana).Assign("User", ana, "Owner", groupID, rbactest.If("@Request[...] ForAnyOfAnyValues:GuidEquals {...}")), nil)
	assert.True(t, powersOf(w, person(ana))["Z08"].Narrowed)

	denied := roles(t).User(ana).Assign("User", ana, "Contributor", subscription).Deny(nodeGroupID, []string{"*/write", "*/action"})
	held := powersOf(world(denied, nil), person(ana))
	assert.Contains(t, held, "Z04")
	assert.NotContains(t, held, "Z06", "the group of the nodes is locked")
	except := roles(t).Service("fleet", false).Assign("ServicePrincipal", "fleet", "Contributor", subscription).
		Deny(nodeGroupID, []string{"*/write", "*/action"}, "fleet")
	assert.Contains(t, powersOf(world(except, nil), person("fleet")), "Z06", "whom it leaves out")
}

func TestOnePersonByTwoNames(t *testing.T) {
	view := objecttest.View(t, `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: secrets}
rules: [{apiGroups: [""], resources: [secrets], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: by-name}
roleRef: {kind: ClusterRole, name: secrets}
subjects: [{kind: User, name: ana@contoso.example}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: by-id}
roleRef: {kind: ClusterRole, name: secrets}
subjects: [{kind: User, name: `+rbactest.ID("ana@contoso.example")+`}]
`, nil)
	w := access.NewWorld(payCluster(nil), view, roles(t).User("ana@contoso.example").Index(), nil)
	q := access.Question{Verb: "list", Resource: "secrets"}
	assert.Len(t, w.Can(access.Subject{Kind: access.User, Name: "Ana@contoso.example"}, q), 2)
	assert.Len(t, w.Can(person("ana@contoso.example"), q), 2)
	assert.Equal(t, []access.Subject{person("ana@contoso.example")}, w.Resolve(access.Subject{Kind: access.User, Name: "ana@contoso.example"}))
}

func TestTheClustersOwnAdminGroups(t *testing.T) {
	w := world(roles(t).Group("admins", "ana@contoso.example"), map[string]any{"properties": map[string]any{"aadProfile": map[string]any{
		"adminGroupObjectIDs": []any{rbactest.ID("admins")},
	}}})
	assert.Contains(t, powersOf(w, person("ana@contoso.example")), "R01")
}

func TestWhatIsNotCovered(t *testing.T) {
	w := world(roles(t).Unread(model.KindGroupMembers, "members of 3 groups are not readable"), nil)
	assert.Contains(t, w.Coverage(access.Kinds...), access.Gap{What: "members of groups", Why: "members of 3 groups are not readable"})
	assert.Contains(t, access.NewWorld(payCluster(nil), nil, nil, nil).Coverage(), access.Gap{What: "Azure's role assignments and Entra ID", Why: "they were not read"})
}
