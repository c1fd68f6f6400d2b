package demo

import (
	"strconv"
	"strings"
)

// release is a minor version of Kubernetes in AKS.
type release struct {
	minor     int
	patches   []string
	official  bool // community support; otherwise long-term support only
	isPreview bool
}

// releases are what AKS offers in every region of the demo, oldest first.
func releases() []release {
	return []release{
		{minor: 31, patches: []string{"1.31.12", "1.31.13"}},
		{minor: 32, patches: []string{"1.32.9", "1.32.10"}},
		{minor: 33, patches: []string{"1.33.6", "1.33.7"}},
		{minor: 34, patches: []string{"1.34.2", "1.34.4"}, official: true},
		{minor: 35, patches: []string{"1.35.3", "1.35.5"}, official: true},
		{minor: 36, patches: []string{"1.36.1", "1.36.2"}, official: true},
		{minor: 37, patches: []string{"1.37.0"}, official: true, isPreview: true},
	}
}

// minorOf returns the minor number of a version such as 1.34.2.
func minorOf(version string) int {
	_, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	n, _ := strconv.Atoi(minor)
	return n
}

// patchOf returns the patch number of a version.
func patchOf(version string) int {
	n, _ := strconv.Atoi(version[strings.LastIndexByte(version, '.')+1:])
	return n
}

// upgradesFrom lists the versions that a version may be upgraded to: patches of
// its minor, and the next minor.
func upgradesFrom(version string) []map[string]any {
	upgrades := []map[string]any{}
	minor, patch := minorOf(version), patchOf(version)
	all := releases()
	next := max(minor+1,
		// out of support for long: it may skip to the oldest
		all[0].minor)
	for _, release := range all {
		for _, candidate := range release.patches {
			if release.minor != next && (release.minor != minor || patchOf(candidate) <= patch) {
				continue
			}
			upgrade := map[string]any{"kubernetesVersion": candidate}
			if release.isPreview {
				upgrade["isPreview"] = true
			}
			upgrades = append(upgrades, upgrade)
		}
	}
	return upgrades
}

// kubernetesVersions answers locations/{l}/kubernetesVersions.
func kubernetesVersions() map[string]any {
	values := []any{}
	for _, release := range releases() {
		plans := []string{"AKSLongTermSupport"}
		if release.official {
			plans = []string{"KubernetesOfficial", "AKSLongTermSupport"}
		}
		patches := map[string]any{}
		for _, patch := range release.patches {
			upgrades := []string{}
			for _, upgrade := range upgradesFrom(patch) {
				upgrades = append(upgrades, upgrade["kubernetesVersion"].(string))
			}
			patches[patch] = map[string]any{"upgrades": upgrades}
		}
		value := map[string]any{
			"version":       "1." + strconv.Itoa(release.minor),
			"capabilities":  map[string]any{"supportPlan": plans},
			"patchVersions": patches,
			"isDefault":     release.minor == 35,
		}
		if release.isPreview {
			value["isPreview"] = true
		}
		values = append(values, value)
	}
	return map[string]any{"values": values}
}

// upgradeProfile answers upgradeProfiles/default of a cluster.
func upgradeProfile(f *facts, pools []pool) map[string]any {
	profiles := []any{}
	for _, pool := range pools {
		profiles = append(profiles, map[string]any{
			"name":              pool.Name,
			"kubernetesVersion": pool.CurrentOrchestratorVersion,
			"osType":            pool.OSType,
			"upgrades":          upgradesFrom(pool.CurrentOrchestratorVersion),
		})
	}
	return map[string]any{
		"id":   string(f.id(nil, groupsAKS)) + "/upgradeprofiles/default",
		"name": "default",
		"type": "Microsoft.ContainerService/managedClusters/upgradeprofiles",
		"properties": map[string]any{
			"controlPlaneProfile": map[string]any{
				"kubernetesVersion": f.version,
				"osType":            "Linux",
				"upgrades":          upgradesFrom(f.version),
			},
			"agentPoolProfiles": profiles,
		},
	}
}

// poolUpgradeProfile answers agentPools/{p}/upgradeProfiles/default.
func poolUpgradeProfile(f *facts, pool *pool) map[string]any {
	return map[string]any{
		"id":   string(f.id(nil, groupsAKS)) + "/agentPools/" + pool.Name + "/upgradeProfiles/default",
		"name": "default",
		"type": "Microsoft.ContainerService/managedClusters/agentPools/upgradeProfiles",
		"properties": map[string]any{
			"kubernetesVersion":      pool.CurrentOrchestratorVersion,
			"osType":                 pool.OSType,
			"upgrades":               upgradesFrom(pool.CurrentOrchestratorVersion),
			"latestNodeImageVersion": latestImage(f, pool.NodeImageVersion),
		},
	}
}
