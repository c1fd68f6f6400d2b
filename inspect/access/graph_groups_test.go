package access_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/azurerbac/rbactest"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
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

// Whoever may join a group has what it holds as eligible, whatever the group itself has.
func TestWhoMayJoinAGroupIsEligible(t *testing.T) {
	const ana, bo = "ana@contoso.example", "bo@contoso.example"
	secrets := access.Question{Verb: "get", Resource: "secrets"}
	for name, with := range map[string]struct {
		rights *rbactest.Rights
		may    bool
	}{
		"directly":                     {roles(t).MayJoin("admins", ana), true},
		"by a group that she is in":    {roles(t).Group("team", ana).MayJoin("admins", "group:team"), true},
		"by a group that she may join": {roles(t).MayJoin("team", ana).Group("admins", "group:team"), true},
		"another may":                  {roles(t).MayJoin("admins", bo), false},
		"another group":                {roles(t).MayJoin("others", ana), false},
	} {
		t.Run(name, func(t *testing.T) {
			w := world(with.rights.Assign("Group", "admins", "RBAC Cluster Admin", clusterID), nil)
			reasons := w.Can(person(ana), secrets)
			path, is := w.Graph().Path(access.At(person(ana)), access.Everything)
			require.Equal(t, with.may, is)
			require.Equal(t, with.may, len(reasons) > 0)
			if !with.may {
				return
			}
			assert.True(t, reasons[0].Eligible())
			assert.True(t, powersOf(w, person(ana))["R01"].Eligible)
			answer := access.Answer{Subject: person(ana), Path: path}
			assert.True(t, answer.Eligible())
			assert.Contains(t, w.Subjects(), person(ana))
			for _, row := range w.Matrix(person(ana)) {
				for _, cell := range row.Cells {
					assert.True(t, cell.Extent == access.Nowhere || cell.Eligible, row.Resource)
				}
			}
		})
	}

	both := roles(t).MayJoin("admins", ana).Group("admins", ana, bo).Assign("Group", "admins", "RBAC Cluster Admin", clusterID)
	w := world(both, nil)
	assert.False(t, powersOf(w, person(ana))["R01"].Eligible, "a member now")
	group := access.Subject{Kind: access.Group, Name: rbactest.ID("admins")}
	assert.Equal(t, "2 members, 1 eligible", w.Size(group))

	w = world(roles(t).MayJoin("admins", ana).Assign("Group", "admins", "RBAC Cluster Admin", clusterID), nil)
	path, _ := w.Graph().Path(access.At(person(ana)), access.Everything)
	assert.Equal(t, "user ana@contoso.example may join the group by eligible membership, since 2026-01-02, once it takes the membership in Privileged Identity Management", w.Explain(&path[0]))
	after := w.Without(access.Change{Members: []azurerbac.Membership{{Group: rbactest.ID("admins"), By: rbactest.ID(ana)}}})
	assert.Empty(t, after.Can(person(ana), secrets))
	assert.NotEmpty(t, w.LossesTo(after))

	gaps := world(roles(t).Unread(model.KindGroupEligibility, "no permission"), nil).Coverage()
	assert.Contains(t, gaps, access.Gap{What: "eligible members of groups", Why: "no permission"})
}
