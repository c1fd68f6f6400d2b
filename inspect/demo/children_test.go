package demo

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// childPaths are the reads below a cluster, with an api-version that they answer to.
var childPaths = map[string]string{
	"/providers/Microsoft.Insights/diagnosticSettings": "2021-05-01-preview",
	"/maintenanceConfigurations":                       "2026-06-01",
	"/trustedAccessRoleBindings":                       "2026-06-01",
	"/upgradeProfiles/default":                         "2026-06-01",
	"/agentPools":                                      "2026-06-01",
}

func TestEveryClusterHasItsChildren(t *testing.T) {
	h := newTestHandler(Options{})
	for name, cluster := range company(t, h) {
		id := cluster["id"].(string)
		for path, version := range childPaths {
			get(t, h, id+path+"?api-version="+version)
		}
		pools := get(t, h, id+"/agentPools"+atNewest)["value"].([]any)
		assert.Len(t, pools, len(at(cluster, "properties.agentPoolProfiles").([]any)), name)
		for _, item := range pools {
			pool := item.(map[string]any)
			assert.Equal(t, pool, get(t, h, pool["id"].(string)+atNewest))
			assert.Nil(t, at(pool, "properties.name"), "the name stands beside the properties")
			profile := get(t, h, pool["id"].(string)+"/upgradeProfiles/default"+atNewest)
			latest := at(profile, "properties.latestNodeImageVersion").(string)
			assert.Regexp(t, nodeImage, latest)
			now := at(pool, "properties.nodeImageVersion").(string)
			assert.GreaterOrEqual(t, latest, now, "no image is newer than the latest")
			assert.Len(t, now, len(latest))
		}
	}
}

func TestDiagnosticSettings(t *testing.T) {
	h := newTestHandler(Options{})
	id := company(t, h)["pay-weu-02"]["id"].(string)
	settings := get(t, h, id+"/providers/microsoft.insights/diagnosticSettings?api-version=2021-05-01-preview")
	assert.Equal(t, "to-workspace", at(settings, "value.0.name"))
	assert.Equal(t, id+"/providers/microsoft.insights/diagnosticSettings/to-workspace", at(settings, "value.0.id"))
	assert.Equal(t, "kube-audit-admin", at(settings, "value.0.properties.logs.0.category"))
	assert.Equal(t, true, at(settings, "value.0.properties.logs.0.enabled"))
	none := get(t, h, company(t, h)["ds-lab-01"]["id"].(string)+"/providers/microsoft.insights/diagnosticSettings?api-version=2021-05-01-preview")
	assert.Empty(t, none["value"])
}

func TestMaintenanceConfigurations(t *testing.T) {
	h := newTestHandler(Options{})
	list := get(t, h, company(t, h)["pay-weu-02"]["id"].(string)+"/maintenanceConfigurations"+atNewest)
	assert.Equal(t, "aksManagedAutoUpgradeSchedule", at(list, "value.0.name"))
	assert.Equal(t, "Sunday", at(list, "value.0.properties.maintenanceWindow.schedule.weekly.dayOfWeek"))
	assert.Equal(t, "2026-05-31", at(list, "value.0.properties.maintenanceWindow.startDate"))
}

func TestTrustedAccessAndSafeguards(t *testing.T) {
	h := newTestHandler(Options{})
	all := company(t, h)
	bindings := get(t, h, all["ds-train-01"]["id"].(string)+"/trustedAccessRoleBindings"+atNewest)
	assert.Contains(t, at(bindings, "value.0.properties.sourceResourceId"), dataScience)
	safeguards := get(t, h, all["pay-weu-02"]["id"].(string)+"/providers/Microsoft.ContainerService/deploymentSafeguards/default?api-version=2025-07-01")
	assert.Equal(t, "Enforce", at(safeguards, "properties.level"))
}

func TestUpgradeProfiles(t *testing.T) {
	h := newTestHandler(Options{})
	all := company(t, h)
	upgrades := func(name string) []string {
		var versions []string
		profile := get(t, h, all[name]["id"].(string)+"/upgradeProfiles/default"+atNewest)
		for _, item := range at(profile, "properties.controlPlaneProfile.upgrades").([]any) {
			versions = append(versions, at(item, "kubernetesVersion").(string))
		}
		return versions
	}
	assert.Equal(t, []string{"1.37.0"}, upgrades("pay-weu-02"), "its minor's newest patch, so the next minor only")
	assert.Equal(t, []string{"1.34.4", "1.35.3", "1.35.5"}, upgrades("pay-neu-01"))
	assert.Contains(t, upgrades("ds-lab-01"), "1.34.4", "out of support: as far as the oldest version that is in it")
	assert.NotContains(t, upgrades("ds-lab-01"), "1.35.3")
	assert.Contains(t, upgrades("ds-features-01"), "1.36.2", "under long-term support it may skip minor versions")
}

func TestKubernetesVersions(t *testing.T) {
	h := newTestHandler(Options{})
	versions := get(t, h, "/subscriptions/"+payments+"/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions"+atNewest)
	plans := map[string]any{}
	for _, item := range versions["values"].([]any) {
		plans[at(item, "version").(string)] = at(item, "capabilities.supportPlan")
	}
	assert.NotContains(t, plans, "1.29")
	assert.Equal(t, []any{"AKSLongTermSupport"}, plans["1.32"])
	assert.Equal(t, []any{"KubernetesOfficial", "AKSLongTermSupport"}, plans["1.35"])
}

func TestTheEgressCanBeFollowed(t *testing.T) {
	h := newTestHandler(Options{})
	all := company(t, h)
	network := "?api-version=2024-05-01"
	address := get(t, h, at(all["pay-weu-01"], "properties.networkProfile.loadBalancerProfile.effectiveOutboundIPs.0.id").(string)+network)
	assert.Equal(t, "198.51.100.9", at(address, "properties.ipAddress"))
	gateway := get(t, h, at(all["web-weu-01"], "properties.networkProfile.natGatewayProfile.effectiveOutboundIPs.0.id").(string)+network)
	assert.Equal(t, "198.51.100.70", at(gateway, "properties.ipAddress"))
	prefix := get(t, h, at(all["web-edge-01"], "properties.agentPoolProfiles.1.nodePublicIPPrefixID").(string)+network)
	assert.Equal(t, "192.0.2.64/29", at(prefix, "properties.ipPrefix"))
	assert.Equal(t, "Microsoft.Network/publicIPPrefixes", prefix["type"])
	subnet := get(t, h, at(all["pay-weu-02"], "properties.agentPoolProfiles.0.vnetSubnetID").(string)+network)
	assert.Equal(t, "Microsoft.Network/virtualNetworks/subnets", subnet["type"])
	table := get(t, h, at(subnet, "properties.routeTable.id").(string)+network)
	assert.Equal(t, "VirtualAppliance", at(table, "properties.routes.0.properties.nextHopType"))
}

// TestReferencesLead checks that every network resource that a readable document
// names can be read, or lies with the partners and is refused.
func TestReferencesLead(t *testing.T) {
	h := newTestHandler(Options{})
	for name, cluster := range company(t, h) {
		var ids []string
		collectReferences(cluster, &ids)
		for _, id := range ids {
			response := ask(t, h, "GET", host+id+"?api-version=2024-05-01", "")
			want := 200
			if strings.Contains(id, partners) {
				want = 403
			}
			require.Equal(t, want, response.StatusCode, "%s: %s", name, id)
		}
	}
}

func collectReferences(tree any, ids *[]string) {
	switch value := tree.(type) {
	case map[string]any:
		for _, item := range value {
			collectReferences(item, ids)
		}
	case []any:
		for _, item := range value {
			collectReferences(item, ids)
		}
	case string:
		if strings.Contains(value, "/providers/Microsoft.Network/") {
			*ids = append(*ids, value)
		}
	}
}
