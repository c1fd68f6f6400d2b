package store_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

func right(kind model.Kind, name string) source.Event {
	return source.Upsert{Resource: &model.Resource{
		ID: sub + model.ID("/providers/Microsoft.Authorization/"+string(kind)+"/"+name), Parent: sub, Kind: kind,
		Raw: model.NewJSON([]byte(`{"properties":{}}`)), ReadAt: readAt,
	}}
}

func rightsOf(kind model.Kind) source.Scope {
	return source.Scope{Breadth: source.Children, ID: sub, Kind: kind}
}

func names(view *azurerbac.View, kind model.Kind) []string {
	var names []string
	for _, resource := range view.Resources[kind] {
		names = append(names, resource.ID.Name())
	}
	return names
}

func TestRightsAreAViewOfTheirSubscription(t *testing.T) {
	s, send := open(t)
	snapshot := send(source.Upsert{Resource: document("a", "good", false)})
	assert.Nil(t, snapshot.Subscription(sub).Azure, "nothing was read")
	assert.Empty(t, snapshot.Views())

	scope := rightsOf(model.KindRoleAssignment)
	s.Started(scope)
	first := send(right(model.KindRoleAssignment, "one"), right(model.KindRoleAssignment, "two")).Subscription(sub).Azure
	require.NotNil(t, first)
	assert.Equal(t, sub, first.Subscription)
	assert.Equal(t, model.Reading, first.Reads[model.KindRoleAssignment].State)
	assert.Equal(t, []string{"one", "two"}, names(first, model.KindRoleAssignment))

	second := send(source.Complete{Scope: scope, At: readAt}, right(model.KindPrincipal, "p")).Subscription(sub).Azure
	assert.Equal(t, model.Read{State: model.ReadDone, At: readAt}, second.Reads[model.KindRoleAssignment])
	assert.Equal(t, []string{"p"}, names(second, model.KindPrincipal))
	_, known := second.Reads[model.KindPrincipal]
	assert.False(t, known, "that read has not begun")

	s.Started(scope)
	third := send(right(model.KindRoleAssignment, "two"), right(model.KindRoleAssignment, "three")).Subscription(sub).Azure
	assert.Equal(t, []string{"one", "two", "three"}, names(third, model.KindRoleAssignment), "nothing is pruned before the end")
	snapshot = send(source.Complete{Scope: scope, At: readAt})
	fourth := snapshot.Subscription(sub).Azure
	assert.Equal(t, []string{"two", "three"}, names(fourth, model.KindRoleAssignment))
	assert.Equal(t, []*azurerbac.View{fourth}, snapshot.Views())

	assert.Equal(t, []string{"one", "two"}, names(first, model.KindRoleAssignment), "views do not change")
	assert.Equal(t, []string{"one", "two", "three"}, names(third, model.KindRoleAssignment))
	assert.Same(t, fourth, send(source.Upsert{Resource: document("b", "good", false)}).Subscription(sub).Azure,
		"and are the same while nothing of them does")
}

func TestAFailedReadOfRightsKeepsWhatWasKnown(t *testing.T) {
	s, send := open(t)
	send(source.Upsert{Resource: document("a", "good", false)})
	scope := rightsOf(model.KindRoleAssignment)
	s.Started(scope)
	send(right(model.KindRoleAssignment, "one"), source.Complete{Scope: scope, At: readAt})
	s.Started(scope)
	why := &source.Problem{What: "You may not read the role assignments", Do: "ask for Reader", Refused: true}
	view := send(source.Failed{Scope: scope, Why: why, At: readAt}).Subscription(sub).Azure
	assert.Equal(t, []string{"one"}, names(view, model.KindRoleAssignment))
	assert.Equal(t, model.Read{State: model.ReadFailed, Why: why.Error(), At: readAt}, view.Reads[model.KindRoleAssignment])

	s.Started(scope)
	called := &source.Problem{What: "Reading was called off", Err: source.ErrCancelled}
	view = send(source.Failed{Scope: scope, Why: called, At: readAt}).Subscription(sub).Azure
	assert.Equal(t, model.Read{State: model.Unread}, view.Reads[model.KindRoleAssignment])
	assert.Equal(t, []string{"one"}, names(view, model.KindRoleAssignment))
}

func TestClustersAreJudgedAgainWhenTheirRightsWereRead(t *testing.T) {
	judged := 0
	s, send := openJoining(t, func(s model.Subject, azure *azurerbac.View) ([]model.Judged, [][]model.Judged) {
		judged++
		return judge(s, azure)
	}, model.KindRoleAssignment)
	elsewhere := document("c", "good", false)
	elsewhere.Parent = model.SubscriptionID("22222222-2222-2222-2222-222222222222")
	elsewhere.ID = elsewhere.Parent + "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c"
	send(
		source.Upsert{Resource: document("a", "good", false)}, source.Upsert{Resource: document("b", "good", false)},
		source.Upsert{Resource: elsewhere},
	)
	require.Equal(t, 3, judged)

	for _, kind := range []model.Kind{model.KindRoleDefinition, model.KindActivityEvent} {
		s.Started(rightsOf(kind))
		send(right(kind, "x"), source.Complete{Scope: rightsOf(kind), At: readAt})
	}
	assert.Equal(t, 3, judged, "no rule reads these")

	scope := rightsOf(model.KindRoleAssignment)
	s.Started(scope)
	snapshot := send(right(model.KindRoleAssignment, "one"))
	assert.Equal(t, 3, judged, "the read has not ended")
	assert.Equal(t, 0, snapshot.Counts.Failed[model.High])
	snapshot = send(source.Complete{Scope: scope, At: readAt})
	assert.Equal(t, 5, judged, "those of the subscription")
	assert.Equal(t, 2, snapshot.Counts.Failed[model.High])
	assert.Equal(t, 2, snapshot.Subscription(sub).Counts.Failed[model.High])
	assert.Equal(t, 1, snapshot.Cluster(clusterID("a")).Counts.Failed[model.High])

	snapshot = send(source.Upsert{Resource: document("d", "good", false)})
	assert.Equal(t, 6, judged)
	assert.Equal(t, 1, snapshot.Cluster(clusterID("d")).Counts.Failed[model.High], "a new cluster is judged by what is known")
}

func TestRulesThatReadNoRightsDoNotSeeThem(t *testing.T) {
	s, send := openJoining(t, func(s model.Subject, azure *azurerbac.View) ([]model.Judged, [][]model.Judged) {
		assert.Nil(t, azure)
		return judge(s, azure)
	}, model.KindDiagnosticSetting)
	for _, kind := range slices.Concat(model.RightsKinds, []model.Kind{model.KindActivityEvent}) {
		s.Started(rightsOf(kind))
		send(right(kind, "x"), source.Complete{Scope: rightsOf(kind), At: readAt}, source.Upsert{Resource: document(string(kind), "good", false)})
	}
}

var _ store.Judge = judge
