package document

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// BroadPrefix is the prefix length below which an authorized range counts as broad.
const BroadPrefix = 16

// Summarize picks out of a cluster's document what tables show and sort on.
func Summarize(d *model.Document) model.ClusterSummary {
	if d.ID.Kubeconfig() { // nothing is known of it but its name
		return model.ClusterSummary{Name: d.ID.Name(), Version: Text(d.Tree, "version")}
	}
	tree := d.Tree
	properties, _ := tree["properties"].(map[string]any)
	summary := model.ClusterSummary{
		Name:          d.ID.Name(),
		ResourceGroup: d.ID.ResourceGroup(),
		Subscription:  d.ID.Subscription(),
		Location:      Text(tree, "location"),
		Version:       first(Text(properties, "currentKubernetesVersion"), Text(properties, "kubernetesVersion")),
		Tier:          first(Text(tree, "sku.tier"), "Free"),
		Plan:          first(Text(properties, "supportPlan"), model.PlanOfficial),
		Automatic:     strings.EqualFold(Text(tree, "sku.name"), "Automatic"),
		Provisioning:  Text(properties, "provisioningState"),
		Power:         Text(properties, "powerState.code"),
		Exposure:      exposure(d, properties),
		SignIn:        signIn(d, properties),
		NetworkPolicy: first(strings.ToLower(Text(properties, "networkProfile.networkPolicy")), "none"),
	}
	pools := d.PoolTrees()
	summary.Pools = slices.Grow(summary.Pools, len(pools))
	for _, pool := range pools {
		summary.Pools = append(summary.Pools, summarizePool(pool))
		summary.Nodes += int(number(pool, "count"))
	}
	return summary
}

func summarizePool(pool map[string]any) model.PoolSummary {
	return model.PoolSummary{
		Name:      Text(pool, "name"),
		Mode:      first(Text(pool, "mode"), "User"),
		OS:        first(Text(pool, "osType"), "Linux"),
		SKU:       Text(pool, "osSKU"),
		VMSize:    Text(pool, "vmSize"),
		Version:   first(Text(pool, "currentOrchestratorVersion"), Text(pool, "orchestratorVersion")),
		Image:     Text(pool, "nodeImageVersion"),
		Type:      Text(pool, "type"),
		Nodes:     int(number(pool, "count")),
		MinNodes:  int(number(pool, "minCount")),
		MaxNodes:  int(number(pool, "maxCount")),
		AutoScale: truth(pool, "enableAutoScaling"),
		Spot:      strings.EqualFold(Text(pool, "scaleSetPriority"), "Spot"),
		PublicIP:  truth(pool, "enableNodePublicIP"),
	}
}

// exposure follows the documentation's defaults: an absent access profile is a
// public API server without ranges. From an index an absent profile says nothing.
func exposure(d *model.Document, properties map[string]any) model.Exposure {
	access, has := properties["apiServerAccessProfile"].(map[string]any)
	switch {
	case truth(access, "enablePrivateCluster"), strings.EqualFold(Text(properties, "publicNetworkAccess"), "Disabled"):
		return model.ExposurePrivate
	case !has && d.Partial:
		return model.ExposureUnknown
	}
	ranges, _ := access["authorizedIPRanges"].([]any)
	if len(ranges) == 0 {
		return model.ExposureOpen
	}
	for _, entry := range ranges {
		if text, _ := entry.(string); isBroad(text) {
			return model.ExposureBroad
		}
	}
	return model.ExposureRanges
}

func isBroad(entry string) bool {
	if !strings.Contains(entry, "/") {
		_, err := netip.ParseAddr(entry)
		return err != nil
	}
	prefix, err := netip.ParsePrefix(entry)
	return err != nil || prefix.Bits() < BroadPrefix
}

func signIn(d *model.Document, properties map[string]any) model.SignIn {
	entra, has := properties["aadProfile"].(map[string]any)
	local := !truth(properties, "disableLocalAccounts")
	switch {
	case !has && d.Partial:
		return model.SignInUnknown
	case !has:
		return model.SignInLocal
	case local:
		return model.SignInEntraLocal
	case truth(entra, "enableAzureRBAC"):
		return model.SignInAzureRBAC
	default:
		return model.SignInEntra
	}
}

func truth(tree map[string]any, path string) bool {
	value, _ := Lookup(tree, path)
	is, _ := value.(bool)
	return is
}

func number(tree map[string]any, path string) int64 {
	value, _ := Lookup(tree, path)
	n, _ := value.(int64)
	return n
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
