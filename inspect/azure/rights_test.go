package azure_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// TestRightsOfTheDemo reads who holds which rights in each subscription of the demo
// company, through the guard and from both services.
func TestRightsOfTheDemo(t *testing.T) {
	calls := &source.Calls{}
	azureSource, err := azure.New(azure.Options{
		Cloud: "AzureCloud", Credential: demo.Credential(), Calls: calls,
		Transport: demo.Transport(demo.NewHandler(demo.Options{})),
	})
	require.NoError(t, err)
	var subscriptions []model.ID
	for event := range azureSource.Read(t.Context(), source.Scope{Breadth: source.Estate}) {
		if upsert, is := event.(source.Upsert); is && upsert.Resource.Kind == model.KindSubscription {
			subscriptions = append(subscriptions, upsert.Resource.ID)
		}
	}
	require.Len(t, subscriptions, 4)
	found := map[model.Kind]int{}
	refused := map[model.Kind]int{}
	named := 0
	for _, subscription := range subscriptions {
		view := &azurerbac.View{
			Subscription: subscription, Resources: map[model.Kind][]*model.Resource{}, Reads: map[model.Kind]model.Read{},
		}
		ended := false
		for event := range azureSource.Read(t.Context(), source.RightsScope(subscription)) {
			switch event := event.(type) {
			case source.Upsert:
				assert.Equal(t, subscription, event.Resource.Parent)
				found[event.Resource.Kind]++
				view.Resources[event.Resource.Kind] = append(view.Resources[event.Resource.Kind], event.Resource)
			case source.Failed:
				require.True(t, event.Why.Refused, "%s: %v", event.Scope.Kind, event.Why)
				assert.NotEmpty(t, event.Why.Do)
				refused[event.Scope.Kind]++
			case source.Complete:
				ended = event.Scope == source.RightsScope(subscription)
			}
		}
		assert.True(t, ended)
		index := azurerbac.New(view)
		for _, assignment := range index.Assignments {
			assert.NotNil(t, assignment.Role, assignment.RoleID)
			if index.Principal(assignment.Principal) != nil {
				named++
			}
		}
	}
	for _, kind := range model.RightsKinds {
		assert.Positive(t, found[kind], kind)
	}
	assert.Equal(t, 1, refused[model.KindRoleAssignment], "one subscription refuses")
	assert.Positive(t, named)
	for _, call := range calls.Latest() {
		assert.Contains(t, []int{200, 403, 404}, call.Status, call.URL)
	}
}
