package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object/objecttest"
)

func TestWhatDiffersBetweenTwoCaptures(t *testing.T) {
	view := objecttest.View(t, chain, nil)
	before := access.NewWorld(payCluster(nil), view, roles(t).Group("team", "ana@contoso.example").
		Assign("Group", "team", "Reader", clusterID).Index(), nil)
	after := access.NewWorld(payCluster(nil), objecttest.View(t, chain, nil), roles(t).Group("team", "ana@contoso.example", "bo@contoso.example").
		Assign("Group", "team", "RBAC Cluster Admin", clusterID).Index(), nil)
	assert.Empty(t, access.Differences(before, before))
	found := map[access.Difference]bool{}
	for _, d := range access.Differences(before, after) {
		d.By = ""
		found[d] = true
	}
	for _, want := range []access.Difference{
		{Gained: true, What: access.WayDiffers, Who: "user ana@contoso.example", Says: "gets to cluster-admin"},
		{Gained: true, What: access.WayDiffers, Who: "user bo@contoso.example", Says: "gets to cluster-admin"},
		{Gained: true, What: access.PowerDiffers, Who: "group team", Says: "May do everything in the whole cluster"},
		{Gained: true, What: access.GrantDiffers, Who: "group team", Says: "role RBAC Cluster Admin in this cluster"},
		{Gained: false, What: access.GrantDiffers, Who: "group team", Says: "role Reader in this cluster"},
		{Gained: true, What: access.MemberDiffers, Who: "user bo@contoso.example", Says: "member of team"},
	} {
		assert.True(t, found[want], "%+v in %v", want, found)
	}
	back := access.Differences(after, before)
	assert.Len(t, back, len(access.Differences(before, after)))
}
