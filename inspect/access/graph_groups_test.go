package access_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac/rbactest"
	"github.com/aksight/aksight/inspect/object/objecttest"
)

func TestPathsCountGroupsInGroups(t *testing.T) {
	rights := func() *rbactest.Rights {
		return roles(t).Group("inner", "ana@contoso.example").Group("outer", "group:inner")
	}
	w := world(rights().Assign("Group", "outer", "RBAC Cluster Admin", clusterID), nil)
	path, is := w.Graph().Path(access.At(person("ana@contoso.example")), access.Everything)
	require.True(t, is)
	require.Len(t, path, 3)
	assert.Equal(t, "group inner", w.PlaceName(path[0].To))
	assert.Equal(t, "group outer", w.PlaceName(path[1].To))
	var who []access.Subject
	for _, reach := range w.Graph().WhoReaches(access.Everything) {
		who = append(who, reach.Subject)
	}
	assert.Contains(t, who, person("ana@contoso.example"))

	_, is = world(rights(), nil).Graph().Path(access.At(person("ana@contoso.example")), access.Everything)
	assert.False(t, is, "without the assignment")
}

// Two groups give half of a power each; only who is in both has it.
func TestPowersOfTwoGroupsTogether(t *testing.T) {
	const halves = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: bind}
rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: write}
rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterrolebindings], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: bind}
roleRef: {kind: ClusterRole, name: bind}
subjects: [{kind: Group, name: one}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: write}
roleRef: {kind: ClusterRole, name: write}
subjects: [{kind: Group, name: two}]
`
	// The bindings name the groups by their object IDs, as Entra ID's tokens do.
	text := halves
	for _, name := range []string{"one", "two"} {
		text = replaceName(text, name)
	}
	w := access.NewWorld(payCluster(nil), objecttest.View(t, text, nil),
		roles(t).Group("one", "ana@contoso.example", "bo@contoso.example").Group("two", "ana@contoso.example").Index(), nil)
	for upn, want := range map[string]bool{"ana@contoso.example": true, "bo@contoso.example": false} {
		path, is := w.Graph().Path(access.At(person(upn)), access.Everything)
		assert.Equal(t, want, is, upn)
		_, held := powersOf(w, person(upn))["R22"]
		assert.Equal(t, want, held, upn)
		if is {
			require.Len(t, path, 1)
			assert.Len(t, path[0].By.By, 2, "both bindings are named")
		}
	}
}

func TestTheFreestWayIsTold(t *testing.T) {
	const ana = "ana@contoso.example"
	w := world(roles(t).User(ana).Assign("User", ana, "Owner", groupID, rbactest.If("@Request[...]")).Assign("User", ana, "Owner", subscription), nil)
	assert.False(t, powersOf(w, person(ana))["Z08"].Narrowed, "the one without a condition is enough")

	w = world(roles(t).Group("later", ana).Eligible("User", ana, "RBAC Cluster Admin", clusterID).
		Assign("Group", "later", "RBAC Cluster Admin", clusterID), nil)
	path, is := w.Graph().Path(access.At(person(ana)), access.Everything)
	require.True(t, is)
	assert.Len(t, path, 2, "a longer way that holds now comes before a shorter one that has to be taken")
	w = world(roles(t).User(ana).Eligible("User", ana, "RBAC Cluster Admin", clusterID), nil)
	path, is = w.Graph().Path(access.At(person(ana)), access.Everything)
	require.True(t, is)
	assert.True(t, path[0].Eligible)
}

func TestWhatClusterAdminLeadsTo(t *testing.T) {
	const ana = "ana@contoso.example"
	owner := world(roles(t).User(ana).Assign("User", ana, "Cluster Admin", clusterID), nil)
	reader := world(roles(t).User(ana).Assign("User", ana, "Reader", clusterID), nil)
	for _, to := range []access.Place{access.NodeRoot, access.AllSecrets, access.Everything} {
		_, is := owner.Graph().Path(access.At(person(ana)), to)
		assert.True(t, is, to.String())
		_, is = reader.Graph().Path(access.At(person(ana)), to)
		assert.False(t, is, to.String())
	}
}

func replaceName(text, name string) string {
	return strings.ReplaceAll(text, "kind: Group, name: "+name+"}", "kind: Group, name: "+rbactest.ID(name)+"}")
}
