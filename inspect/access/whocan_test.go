package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object/objecttest"
)

func names(w *access.World, answers []access.Answer) map[string]string {
	found := map[string]string{}
	for _, a := range answers {
		how := "step by step"
		if a.Direct() {
			how = "direct"
		}
		if a.Eligible() {
			how += ", eligible"
		}
		found[w.Kind(a.Subject)+" "+w.Name(a.Subject)] = how
	}
	return found
}

func TestWhoCanOverBothSides(t *testing.T) {
	view := objecttest.View(t, chain, nil)
	rights := roles(t).User("ana@contoso.example").User("bo@contoso.example").Group("writers", "bo@contoso.example").
		Assign("User", "ana@contoso.example", "Contributor", groupID).
		Assign("Group", "writers", "RBAC Writer", clusterID+"/namespaces/shop").
		Eligible("User", "bo@contoso.example", "RBAC Cluster Admin", clusterID)
	w := access.NewWorld(payCluster(nil), view, rights.Index(), nil)

	found := names(w, w.WhoGets(w.WhoCan(access.Question{Verb: "list", Resource: "secrets"}, true)))
	assert.Equal(t, "direct", found["group writers"], "by a role of Azure in one namespace")
	assert.Equal(t, "direct, eligible", found["user bo@contoso.example"])
	assert.Equal(t, "direct", found["service account kube-system/controller"], "by cluster-admin")
	assert.Equal(t, "step by step", found["user ana@contoso.example"], "by the admin kubeconfig")
	assert.Equal(t, "step by step", found["group developers"], "by a pod's account")
	everywhere := names(w, w.WhoGets(w.WhoCan(access.Question{Verb: "list", Resource: "secrets"}, false)))
	assert.Equal(t, "step by step", everywhere["group writers"], "not in the whole cluster by its role alone")

	assert.Contains(t, names(w, w.Answers(access.FindPreset("admin-kubeconfig"), true)), "user ana@contoso.example")
	off := access.NewWorld(payCluster(map[string]any{"properties": map[string]any{"disableLocalAccounts": true}}), view, rights.Index(), nil)
	assert.Empty(t, off.Answers(access.FindPreset("admin-kubeconfig"), true), "without local accounts there is none")
	assert.NotContains(t, names(off, off.WhoCan(access.Question{Verb: "get", Resource: "pods"}, true)), "group "+access.Masters)
}

func TestPresetsAskWhatIsThere(t *testing.T) {
	w := access.NewWorld(payCluster(nil), objecttest.View(t, chain, nil), roles(t).Index(), nil)
	for _, preset := range access.Presets {
		require.NotNil(t, access.FindPreset(preset.Name))
		require.NotNil(t, access.FindPreset(preset.Title))
		if preset.Name != "admin-kubeconfig" { // which only Azure hands out
			assert.NotEmpty(t, w.Answers(&preset, true), preset.Name)
		}
	}
}
