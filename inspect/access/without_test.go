package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/azurerbac/rbactest"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

func TestWhatAChangeTakesAway(t *testing.T) {
	const ana, bo = "ana@contoso.example", "bo@contoso.example"
	rights := roles(t).User(bo).Group("admins", ana).Assign("Group", "admins", "RBAC Cluster Admin", clusterID).
		Assign("User", bo, "Cluster Admin", clusterID)
	w := access.NewWorld(payCluster(nil), objecttest.View(t, chain, nil), rights.Index(), nil)
	controller := access.Subject{Kind: access.ServiceAccount, Namespace: "kube-system", Name: "controller"}
	operator := access.Subject{Kind: access.ServiceAccount, Namespace: "shop", Name: "operator"}
	assignment := w.Azure.Of(rbactest.ID("admins"))[0].ID
	for name, with := range map[string]struct {
		change access.Change
		loses  []access.Subject
		keeps  []access.Subject
	}{
		"a binding":        {access.Change{Bindings: []model.Ref{{Kind: model.KindClusterRoleBinding, Name: "controller"}}}, []access.Subject{controller, operator}, []access.Subject{person(ana), person(bo)}},
		"an assignment":    {access.Change{Assignments: []model.ID{assignment}}, []access.Subject{person(ana)}, []access.Subject{person(bo), controller}},
		"a member":         {access.Change{Members: []azurerbac.Membership{{Group: rbactest.ID("admins"), By: rbactest.ID(ana)}}}, []access.Subject{person(ana)}, []access.Subject{person(bo), {Kind: access.Group, Name: rbactest.ID("admins")}}},
		"local accounts":   {access.Change{LocalAccounts: true}, []access.Subject{person(bo)}, []access.Subject{person(ana), controller}},
		"nothing whatever": {access.Change{}, nil, []access.Subject{person(ana), person(bo), controller, operator}},
	} {
		t.Run(name, func(t *testing.T) {
			lost := map[access.Subject]access.Loss{}
			for _, loss := range w.LossesTo(w.Without(with.change)) {
				lost[loss.Subject] = loss
			}
			for _, s := range with.loses {
				require.Contains(t, lost, s)
				assert.Contains(t, lost[s].Places, access.Everything)
			}
			for _, s := range with.keeps {
				assert.NotContains(t, lost, s)
			}
			if loss, is := lost[operator]; is {
				assert.Equal(t, []model.Ref{{Kind: model.KindPod, Namespace: "shop", Name: "operator-0"}}, loss.Workloads)
			}
		})
	}
	_, is := w.Graph().Path(access.At(operator), access.Everything)
	assert.True(t, is, "the world itself stays as it is")
}
