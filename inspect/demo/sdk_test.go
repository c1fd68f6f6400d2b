package demo

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/containerservice/armcontainerservice/v6"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resourcegraph/armresourcegraph"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serve starts the handler over TLS and returns what an SDK client needs for it.
func serve(t testing.TB, opts Options) *arm.ClientOptions {
	t.Helper()
	server := httptest.NewTLSServer(newTestHandler(opts))
	t.Cleanup(server.Close)
	return &arm.ClientOptions{
		DisableRPRegistration: true,
		ClientOptions: policy.ClientOptions{
			Transport: server.Client(),
			Retry:     policy.RetryOptions{RetryDelay: time.Millisecond, MaxRetryDelay: 10 * time.Millisecond},
			Cloud: cloud.Configuration{Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
				cloud.ResourceManager: {Endpoint: server.URL, Audience: "https://management.azure.com"},
			}},
		},
	}
}

func TestTheSDKReadsTheLists(t *testing.T) {
	options := serve(t, Options{PageSize: 2, Faults: []Fault{{Kind: Throttle, Path: web, Times: 1}}})
	names := map[string]bool{}
	for _, subscription := range []string{payments, web, dataScience} {
		client, err := armcontainerservice.NewManagedClustersClient(subscription, Credential(), options)
		require.NoError(t, err)
		for pager := client.NewListPager(nil); pager.More(); {
			page, err := pager.NextPage(t.Context())
			require.NoError(t, err)
			assert.LessOrEqual(t, len(page.Value), 2)
			for _, cluster := range page.Value {
				assert.False(t, names[*cluster.Name], "%s came twice", *cluster.Name)
				names[*cluster.Name] = true
			}
		}
	}
	assert.Len(t, names, 14)
}

func TestTheSDKReadsOneGroup(t *testing.T) {
	client, err := armcontainerservice.NewManagedClustersClient(payments, Credential(), serve(t, Options{PageSize: 1}))
	require.NoError(t, err)
	var names []string
	for pager := client.NewListByResourceGroupPager("RG-Pay", nil); pager.More(); {
		page, err := pager.NextPage(t.Context())
		require.NoError(t, err)
		for _, cluster := range page.Value {
			names = append(names, *cluster.Name)
		}
	}
	assert.Equal(t, []string{"pay-weu-01", "pay-weu-02"}, names)
}

func TestTheSDKSeesTheRefusal(t *testing.T) {
	client, err := armcontainerservice.NewManagedClustersClient(partners, Credential(), serve(t, Options{}))
	require.NoError(t, err)
	_, err = client.NewListPager(nil).NextPage(t.Context())
	var refused *azcore.ResponseError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, http.StatusForbidden, refused.StatusCode)
	assert.Equal(t, "AuthorizationFailed", refused.ErrorCode)
}

func TestTheSDKReadsChildren(t *testing.T) {
	options := serve(t, Options{})
	clusters, err := armcontainerservice.NewManagedClustersClient(payments, Credential(), options)
	require.NoError(t, err)
	profile, err := clusters.GetUpgradeProfile(t.Context(), "rg-pay", "pay-weu-01", nil)
	require.NoError(t, err)
	assert.Equal(t, "1.31.4", *profile.Properties.ControlPlaneProfile.KubernetesVersion)
	assert.Len(t, profile.Properties.AgentPoolProfiles, 4)
	versions, err := clusters.ListKubernetesVersions(t.Context(), "westeurope", nil)
	require.NoError(t, err)
	assert.NotEmpty(t, versions.Values)
	pools, err := armcontainerservice.NewAgentPoolsClient(payments, Credential(), options)
	require.NoError(t, err)
	pool, err := pools.Get(t.Context(), "rg-pay", "pay-weu-01", "reports", nil)
	require.NoError(t, err)
	assert.Equal(t, "1.30.9", *pool.Properties.CurrentOrchestratorVersion)
	windows, err := armcontainerservice.NewMaintenanceConfigurationsClient(payments, Credential(), options)
	require.NoError(t, err)
	page, err := windows.NewListByManagedClusterPager("rg-pay", "pay-weu-02", nil).NextPage(t.Context())
	require.NoError(t, err)
	require.Len(t, page.Value, 2)
	assert.Equal(t, armcontainerservice.WeekDaySunday, *page.Value[0].Properties.MaintenanceWindow.Schedule.Weekly.DayOfWeek)
}

func TestTheSDKQueriesResourceGraph(t *testing.T) {
	client, err := armresourcegraph.NewClient(Credential(), serve(t, Options{ResourceGraphPage: 5}))
	require.NoError(t, err)
	request := armresourcegraph.QueryRequest{
		Query:   new(estateQuery),
		Options: &armresourcegraph.QueryRequestOptions{ResultFormat: to.Ptr(armresourcegraph.ResultFormatObjectArray)},
	}
	rows := 0
	for {
		page, err := client.Resources(t.Context(), request, nil)
		require.NoError(t, err)
		rows += len(page.Data.([]any))
		assert.EqualValues(t, 17, *page.TotalRecords)
		if page.SkipToken == nil {
			break
		}
		request.Options.SkipToken = page.SkipToken
	}
	assert.Equal(t, 17, rows)
}

func TestTheIdentityIsTheStorys(t *testing.T) {
	who := Identity()
	assert.Equal(t, "ana@marigold.example", who.User)
	token, err := Credential().GetToken(t.Context(), policy.TokenRequestOptions{})
	require.NoError(t, err)
	assert.True(t, token.ExpiresOn.After(time.Now()))
}
