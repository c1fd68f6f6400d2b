package demo

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/containerservice/armcontainerservice/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// company returns the story's clusters by name.
func company(t testing.TB, h http.Handler) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for _, subscription := range []string{payments, web, dataScience} {
		list := get(t, h, "/subscriptions/"+subscription+aks+atNewest)
		for _, item := range list["value"].([]any) {
			cluster := item.(map[string]any)
			all[cluster["name"].(string)] = cluster
		}
	}
	return all
}

// at reads a value by a path; numbers are indexes.
func at(tree any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		switch value := tree.(type) {
		case map[string]any:
			tree = value[key]
		case []any:
			i := int(key[0] - '0')
			if i >= len(value) {
				return nil
			}
			tree = value[i]
		default:
			return nil
		}
	}
	return tree
}

func TestTheCompanyHasFourSubscriptionsAndFourteenClusters(t *testing.T) {
	h := newTestHandler(Options{})
	list := get(t, h, "/subscriptions?api-version=2022-12-01")
	var names []string
	for _, item := range list["value"].([]any) {
		names = append(names, item.(map[string]any)["displayName"].(string))
	}
	assert.Equal(t, []string{"prod-payments", "prod-web", "data-science", "partner-hub"}, names)
	assert.Len(t, company(t, h), 14)
}

func TestTheStoryHoldsWhatItPromises(t *testing.T) {
	all := company(t, newTestHandler(Options{}))
	for name, checks := range map[string]map[string]any{
		"pay-weu-01": {
			"properties.apiServerAccessProfile":                         nil,
			"properties.disableLocalAccounts":                           false,
			"properties.agentPoolProfiles.0.nodeImageVersion":           "AKSUbuntu-2204gen2containerd-202607.15.0",
			"properties.agentPoolProfiles.3.currentOrchestratorVersion": "1.30.9",
		},
		"pay-weu-02": {
			"properties.apiServerAccessProfile.enablePrivateCluster":           true,
			"properties.apiServerAccessProfile.enableVnetIntegration":          true,
			"properties.apiServerAccessProfile.enablePrivateClusterPublicFQDN": false,
			"properties.fqdn":                             nil,
			"properties.disableLocalAccounts":             true,
			"properties.networkProfile.networkPolicy":     "cilium",
			"identity.type":                               "UserAssigned",
			"identity.principalId":                        nil,
			"properties.agentPoolProfiles.0.mode":         "System",
			"properties.agentPoolProfiles.0.nodeTaints.0": "CriticalAddonsOnly=true:NoSchedule",
		},
		"pay-neu-01": {
			"properties.apiServerAccessProfile.enablePrivateCluster":  true,
			"properties.apiServerAccessProfile.enableVnetIntegration": nil,
		},
		"pay-pci-01": {
			"properties.upgradeSettings.overrideSettings.until": "2026-09-29T17:00:00Z",
		},
		"web-weu-01": {"sku.name": "Automatic", "properties.nodeProvisioningProfile.mode": "Auto"},
		"web-neu-01": {"properties.apiServerAccessProfile.authorizedIPRanges.1": "20.0.0.0/8"},
		"web-legacy-01": {
			"identity": nil,
			"properties.servicePrincipalProfile.clientId": "5d2c8f10-71be-4a6c-9f04-3b9de0a7c1e5",
			"properties.networkProfile.loadBalancerSku":   "basic",
			"properties.networkProfile.networkPlugin":     "kubenet",
			"properties.agentPoolProfiles.0.type":         "AvailabilitySet",
		},
		"web-win-01": {
			"properties.networkProfile.networkPolicy":         "azure",
			"properties.agentPoolProfiles.1.osType":           "Windows",
			"properties.agentPoolProfiles.2.osSKU":            "Windows2019",
			"properties.agentPoolProfiles.1.nodeImageVersion": "AKSWindows-2022-containerd-20348.4405.260916",
		},
		"web-edge-01": {
			"properties.provisioningState":                      "Failed",
			"properties.agentPoolProfiles.1.provisioningState":  "Failed",
			"properties.agentPoolProfiles.1.enableNodePublicIP": true,
		},
		"ds-train-01": {
			"properties.agentPoolProfiles.1.nodeTaints.0":           "sku=gpu:NoSchedule",
			"properties.agentPoolProfiles.1.nodeLabels.accelerator": "nvidia",
			"properties.agentPoolProfiles.2.scaleSetPriority":       "Spot",
			"properties.agentPoolProfiles.2.spotMaxPrice":           -1.0,
		},
		"ds-lab-01":       {"properties.currentKubernetesVersion": "1.29.9", "properties.enableRBAC": false},
		"ds-notebooks-01": {"properties.podIdentityProfile.allowNetworkPluginKubenet": true},
		"ds-batch-01":     {"properties.powerState.code": "Stopped"},
		"ds-features-01":  {"properties.supportPlan": "AKSLongTermSupport", "sku.tier": "Premium"},
	} {
		for path, want := range checks {
			assert.Equal(t, want, at(all[name], path), "%s %s", name, path)
		}
	}
	assert.Contains(t, at(all["ds-train-01"], "properties.httpProxyConfig.httpProxy"), "@proxy.", "a proxy with a password")
}

var (
	linuxPool   = regexp.MustCompile(`^[a-z][a-z0-9]{0,11}$`)
	windowsPool = regexp.MustCompile(`^[a-z][a-z0-9]{0,5}$`)
	clusterName = regexp.MustCompile(`^[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?$`)
	nodeImage   = regexp.MustCompile(`^AKS(Ubuntu-2204gen2containerd-|AzureLinux-V[23](kata)?gen2(fips)?-)\d{6}\.\d\d\.0$|^AKSWindows-20(19|22)-containerd-\d{5}\.\d{4}\.\d{6}$`)
)

// checkCluster holds a document against what Azure would accept and answer.
func checkCluster(t testing.TB, raw []byte) {
	t.Helper()
	require.NoError(t, checkJSON(raw), "%.300s", raw)
	var c armcontainerservice.ManagedCluster
	require.NoError(t, json.Unmarshal(raw, &c), "%.300s", raw)
	require.NotNil(t, c.ID)
	require.NotNil(t, c.Name)
	assert.Regexp(t, clusterName, *c.Name)
	assert.Contains(t, *c.ID, "/resourcegroups/", "AKS spells it in lower case")
	assert.True(t, strings.HasSuffix(*c.ID, "/"+*c.Name))
	for what, value := range map[string]any{
		"location": c.Location, "type": c.Type, "sku.name": c.SKU.Name, "sku.tier": c.SKU.Tier,
		"provisioningState": c.Properties.ProvisioningState, "powerState": c.Properties.PowerState,
		"kubernetesVersion": c.Properties.KubernetesVersion, "currentKubernetesVersion": c.Properties.CurrentKubernetesVersion,
		"dnsPrefix": c.Properties.DNSPrefix, "nodeResourceGroup": c.Properties.NodeResourceGroup, "enableRBAC": c.Properties.EnableRBAC,
		"networkProfile": c.Properties.NetworkProfile, "disableLocalAccounts": c.Properties.DisableLocalAccounts,
	} {
		assert.NotNil(t, value, "%s: %s", *c.Name, what)
	}
	require.NotEmpty(t, c.Properties.AgentPoolProfiles)
	system := false
	for _, pool := range c.Properties.AgentPoolProfiles {
		system = system || *pool.Mode == armcontainerservice.AgentPoolModeSystem
		if *pool.OSType == armcontainerservice.OSTypeWindows {
			assert.Regexp(t, windowsPool, *pool.Name)
		} else {
			assert.Regexp(t, linuxPool, *pool.Name)
		}
		require.NotNil(t, pool.NodeImageVersion, *c.Name)
		assert.Regexp(t, nodeImage, *pool.NodeImageVersion, *c.Name)
	}
	assert.True(t, system, "%s has no system pool", *c.Name)
	if c.Properties.DisableLocalAccounts != nil && *c.Properties.DisableLocalAccounts {
		assert.NotNil(t, c.Properties.AADProfile, "%s: local accounts can only be disabled with Entra ID", *c.Name)
	}
}

func TestEveryDocumentIsOne(t *testing.T) {
	for name, cluster := range company(t, newTestHandler(Options{})) {
		raw, err := json.Marshal(cluster)
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) { checkCluster(t, raw) })
	}
}

func TestReadingOneClusterTellsTheSameAsTheList(t *testing.T) {
	h := newTestHandler(Options{})
	for name, listed := range company(t, h) {
		read := get(t, h, listed["id"].(string)+atNewest)
		assert.Equal(t, listed, read, name)
	}
}

func TestAnOlderVersionLacksWhatCameLater(t *testing.T) {
	h := newTestHandler(Options{})
	path := "/subscriptions/" + payments + "/resourceGroups/rg-pay" + aks + "/pay-weu-02?api-version="
	older, newer := get(t, h, path+"2025-02-01"), get(t, h, path+"2026-06-01")
	for _, property := range []string{
		"properties.apiServerAccessProfile.enableVnetIntegration",
		"properties.agentPoolProfiles.1.securityProfile.sshAccess",
		"properties.networkProfile.advancedNetworking.security.advancedNetworkPolicies",
		"properties.nodeProvisioningProfile",
	} {
		assert.Nil(t, at(older, property), property)
		assert.NotNil(t, at(newer, property), property)
	}
	assert.Equal(t, true, at(older, "properties.apiServerAccessProfile.enablePrivateCluster"))
	assert.Equal(t, at(newer, "properties.agentPoolProfiles.1.eTag"), at(older, "properties.agentPoolProfiles.1.eTag"))
	between := get(t, h, path+"2025-05-01")
	assert.NotNil(t, at(between, "properties.apiServerAccessProfile.enableVnetIntegration"))
	assert.Nil(t, at(between, "properties.agentPoolProfiles.1.securityProfile.sshAccess"))
}
