package azure_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/schedule"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// TestDemo reads the whole demo company as the explorer does.
func TestDemo(t *testing.T) {
	calls := &source.Calls{}
	azureSource, err := azure.New(azure.Options{
		Cloud: "AzureCloud", Credential: demo.Credential(), Calls: calls,
		Transport: demo.Transport(demo.NewHandler(demo.Options{})),
	})
	require.NoError(t, err)
	var mu sync.Mutex
	confirmed := map[model.ID]bool{}
	kinds := map[model.Kind]int{}
	var failed []source.Failed
	scheduler := schedule.New(schedule.Options{Source: azureSource, Children: model.ChildKinds, Sink: func(event source.Event) {
		mu.Lock()
		defer mu.Unlock()
		switch event := event.(type) {
		case source.Upsert:
			kinds[event.Resource.Kind]++
			if event.Resource.Kind == model.KindCluster && !event.Resource.Partial {
				confirmed[event.Resource.ID.Fold()] = true
			}
		case source.Failed:
			failed = append(failed, event)
		}
	}})
	scheduler.Start(t.Context())
	require.NoError(t, scheduler.Wait(t.Context()))

	assert.Len(t, confirmed, 14)
	assert.Equal(t, 4, kinds[model.KindSubscription])
	for _, kind := range []model.Kind{
		model.KindPublicIP, model.KindSubnet, model.KindRouteTable, model.KindDiagnosticSetting, model.KindMaintenanceConfiguration,
		model.KindKubernetesVersions, model.KindUpgradeProfile, model.KindTrustedAccessRoleBinding, model.KindDeploymentSafeguards,
	} {
		assert.Positive(t, kinds[kind], kind)
	}
	for _, failure := range failed {
		assert.True(t, failure.Why.Refused, "only refusals: %v", failure.Why.Err)
		assert.Contains(t, failure.Why.Do, "Reader")
	}
	for _, call := range calls.Latest() {
		assert.Contains(t, []int{200, 403, 404}, call.Status, call.URL)
		if call.Status == 404 {
			assert.Contains(t, call.URL, "deploymentSafeguards", call.URL)
		}
	}
}
