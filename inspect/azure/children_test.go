package azure

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// documents answers each path with its document, and 404 for the rest.
func documents(byPath map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for path, document := range byPath {
			if !strings.EqualFold(path, r.URL.Path) {
				continue
			}
			if strings.HasPrefix(document, "403") {
				replyError(w, http.StatusForbidden, "AuthorizationFailed", "no")
				return
			}
			reply(w, http.StatusOK, document)
			return
		}
		replyError(w, http.StatusNotFound, "ResourceNotFound", "The resource was not found.")
	}
}

func network(kind, name string) string {
	return "/subscriptions/" + subB + "/resourceGroups/rg-net/providers/Microsoft.Network/" + kind + "/" + name
}

func networkJSON(id, properties string) string {
	return fmt.Sprintf(`{"id":%q,"properties":{%s}}`, id, properties)
}

func childScope(kind model.Kind) source.Scope {
	return source.Scope{Breadth: source.Children, ID: model.ID(clusterID(subA, "one")), Kind: kind}
}

func kindsAndNames(resources []*model.Resource) []string {
	var all []string
	for _, resource := range resources {
		all = append(all, string(resource.Kind)+" "+resource.ID.Name())
	}
	return all
}

func TestEgress(t *testing.T) {
	id := clusterID(subA, "one")
	subnet := network("virtualNetworks", "v") + "/subnets/nodes"
	f := serve(t, documents(map[string]string{
		id: fmt.Sprintf(`{"id":%q,"properties":{
			"agentPoolProfiles":[{"name":"sys","vnetSubnetID":%q,"nodePublicIPPrefixID":%q},{"name":"user","vnetSubnetID":%q}],
			"networkProfile":{"loadBalancerProfile":{"effectiveOutboundIPs":[{"id":%q}],
				"outboundIPPrefixes":{"publicIPPrefixes":[{"id":%q}]}},"natGatewayProfile":{"effectiveOutboundIPs":[{"id":%q}]}}}}`,
			id, subnet, network("publicIPPrefixes", "pool"), strings.ToUpper(subnet),
			network("publicIPAddresses", "lb"), network("publicIPPrefixes", "out"), network("publicIPAddresses", "managed-nat")),
		subnet: networkJSON(subnet, fmt.Sprintf(`"natGateway":{"id":%q},"routeTable":{"id":%q}`,
			network("natGateways", "nat"), network("routeTables", "rt"))),
		network("natGateways", "nat"): networkJSON(network("natGateways", "nat"), fmt.Sprintf(
			`"publicIpAddresses":[{"id":%q}],"publicIpPrefixes":[{"id":%q}]`, network("publicIPAddresses", "nat-ip"), network("publicIPPrefixes", "out"))),
		network("routeTables", "rt"):                networkJSON(network("routeTables", "rt"), ``),
		network("publicIPAddresses", "lb"):          networkJSON(network("publicIPAddresses", "lb"), `"ipAddress":"20.1.2.3"`),
		network("publicIPAddresses", "managed-nat"): networkJSON(network("publicIPAddresses", "managed-nat"), ``),
		network("publicIPAddresses", "nat-ip"):      networkJSON(network("publicIPAddresses", "nat-ip"), ``),
		network("publicIPPrefixes", "out"):          networkJSON(network("publicIPPrefixes", "out"), ``),
		network("publicIPPrefixes", "pool"):         networkJSON(network("publicIPPrefixes", "pool"), ``),
	}))
	scope := childScope(model.KindPublicIP)
	events := f.read(t, scope)
	requireComplete(t, events, scope)
	resources := upserts(events)
	assert.ElementsMatch(t, []string{
		"publicIPAddress lb", "publicIPAddress managed-nat", "publicIPAddress nat-ip",
		"publicIPPrefix out", "publicIPPrefix pool", "subnet nodes", "natGateway nat", "routeTable rt",
	}, kindsAndNames(resources), "each is read once, however it is spelled")
	for _, resource := range resources {
		assert.Equal(t, scope.ID, resource.Parent)
		assert.Equal(t, networkVersion, resource.APIVersion)
	}
	before := len(f.asked())
	requireComplete(t, f.read(t, scope), scope)
	assert.Len(t, f.asked(), before+8, "the cluster's document is remembered")
}

func TestEgressThatIsPartlyRefused(t *testing.T) {
	id := clusterID(subA, "one")
	subnet := network("virtualNetworks", "hub") + "/subnets/nodes"
	f := serve(t, documents(map[string]string{
		id: fmt.Sprintf(`{"id":%q,"properties":{"agentPoolProfiles":[{"name":"sys","vnetSubnetID":%q}],
			"networkProfile":{"loadBalancerProfile":{"effectiveOutboundIPs":[{"id":%q}]}}}}`, id, subnet, network("publicIPAddresses", "lb")),
		subnet:                             "403",
		network("publicIPAddresses", "lb"): networkJSON(network("publicIPAddresses", "lb"), ``),
	}))
	scope := childScope(model.KindPublicIP)
	events := f.read(t, scope)
	problem := requireFailed(t, events, scope)
	assert.True(t, problem.Refused)
	assert.Equal(t, "You may not read the subnet nodes", problem.What)
	assert.Contains(t, problem.Do, "Reader on the resource group rg-net of the subscription "+subB)
	assert.Equal(t, []string{"publicIPAddress lb"}, kindsAndNames(upserts(events)))
}

func TestEgressRefusesAReferenceThatIsNoRead(t *testing.T) {
	id := clusterID(subA, "one")
	f := serve(t, documents(map[string]string{
		id: fmt.Sprintf(`{"id":%q,"properties":{"agentPoolProfiles":[{"name":"sys","vnetSubnetID":%q}]}}`, id, id+"/listClusterAdminCredential"),
	}))
	scope := childScope(model.KindPublicIP)
	problem := requireFailed(t, f.read(t, scope), scope)
	assert.Contains(t, problem.What, "was not sent")
	assert.Len(t, f.asked(), 1)
}

func TestLists(t *testing.T) {
	id := clusterID(subA, "one")
	for kind, path := range map[model.Kind]string{
		model.KindDiagnosticSetting:        id + "/providers/Microsoft.Insights/diagnosticSettings",
		model.KindMaintenanceConfiguration: id + "/maintenanceConfigurations",
		model.KindTrustedAccessRoleBinding: id + "/trustedAccessRoleBindings",
	} {
		f := serve(t, documents(map[string]string{path: list(`{"id":"`+strings.ToLower(path)+`/first"}`, `{"id":"`+path+`/second"}`)}))
		scope := childScope(kind)
		events := f.read(t, scope)
		requireComplete(t, events, scope)
		resources := upserts(events)
		require.Equal(t, []string{string(kind) + " first", string(kind) + " second"}, kindsAndNames(resources))
		assert.Equal(t, scope.ID, resources[0].Parent)
		assert.NotEmpty(t, resources[0].APIVersion)
	}
}

func TestUpgradeProfiles(t *testing.T) {
	id := clusterID(subA, "one")
	f := serve(t, documents(map[string]string{
		id:                              fmt.Sprintf(`{"id":%q,"properties":{"agentPoolProfiles":[{"name":"sys"},{"name":"gpu"}]}}`, id),
		id + "/upgradeProfiles/default": `{"properties":{"controlPlaneProfile":{}}}`,
		id + "/agentPools/sys/upgradeProfiles/default": `{"properties":{"latestNodeImageVersion":"AKSUbuntu-2204gen2containerd-202611.01.0"}}`,
		id + "/agentPools/gpu/upgradeProfiles/default": `{"properties":{}}`,
	}))
	scope := childScope(model.KindUpgradeProfile)
	events := f.read(t, scope)
	requireComplete(t, events, scope)
	var ids []string
	for _, resource := range upserts(events) {
		ids = append(ids, strings.TrimPrefix(string(resource.ID), id))
	}
	assert.Equal(t, []string{"/upgradeProfiles/default", "/agentPools/sys/upgradeProfiles/default", "/agentPools/gpu/upgradeProfiles/default"}, ids)
}

func TestSafeguards(t *testing.T) {
	id := clusterID(subA, "one")
	path := id + "/providers/Microsoft.ContainerService/deploymentSafeguards/default"
	scope := childScope(model.KindDeploymentSafeguards)

	f := serve(t, documents(map[string]string{path: `{"properties":{"level":"Warn"}}`}))
	events := f.read(t, scope)
	requireComplete(t, events, scope)
	require.Len(t, upserts(events), 1)
	assert.Equal(t, "2025-07-01", upserts(events)[0].APIVersion)

	f = serve(t, documents(nil))
	events = f.read(t, scope)
	requireComplete(t, events, scope)
	assert.Empty(t, upserts(events), "none is an answer, not a failure")
}

// Settings in preview come with the newest preview api-version that Azure takes, which
// has nothing to do with the stable one.
func TestPreview(t *testing.T) {
	id := clusterID(subA, "one")
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if version := r.URL.Query().Get("api-version"); version != "2026-04-02-preview" {
			replyError(w, http.StatusBadRequest, "NoRegisteredProviderFound",
				"The supported api-versions are '2026-06-01, 2026-04-02-preview, 2024-01-02-preview'.")
			return
		}
		reply(w, http.StatusOK, fmt.Sprintf(`{"id":%q,"properties":{"networkProfile":{"podLinkLocalAccess":"IMDS"},"httpProxyConfig":{"httpProxy":"http://bob:hunter2@p"}}}`, strings.ToLower(id)))
	})
	scope := childScope(model.KindClusterPreview)
	for range 2 {
		events := f.read(t, scope)
		requireComplete(t, events, scope)
		require.Len(t, upserts(events), 1)
		preview := upserts(events)[0]
		assert.Equal(t, model.KindClusterPreview, preview.Kind)
		assert.Equal(t, "2026-04-02-preview", preview.APIVersion)
		assert.Equal(t, scope.ID, preview.Parent)
		assert.NotContains(t, preview.Raw.String(), "hunter2")
	}
	assert.Len(t, f.asked(), 3, "the version is remembered")

	f = serve(t, func(w http.ResponseWriter, r *http.Request) {
		replyError(w, http.StatusBadRequest, "NoRegisteredProviderFound", "none of these")
	})
	problem := requireFailed(t, f.read(t, scope), scope)
	assert.Contains(t, problem.What, "the settings in preview of the cluster one")
}

func TestUnknownChildren(t *testing.T) {
	f := serve(t, documents(nil))
	scope := childScope(model.KindPool)
	problem := requireFailed(t, f.read(t, scope), scope)
	assert.Contains(t, problem.What, "no children of the kind pool")
	assert.Empty(t, f.asked())
}
