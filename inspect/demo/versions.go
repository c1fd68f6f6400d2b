package demo

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/model"
)

// covered reports whether a support plan covers the release.
func (r release) covered(plan string) bool {
	if strings.EqualFold(plan, model.PlanLongTerm) {
		return r.longTerm
	}
	return r.official
}

// upgradesFrom lists what a control plane may be upgraded to: newer patches of its
// minor version, and the next minor version. Under long-term support it may skip minor
// versions; out of support it may go as far as the oldest one that is in it.
func upgradesFrom(version, plan string, all []release) []map[string]any {
	upgrades := []map[string]any{}
	minor := lifecycle.Number(version)
	last := minor + 1
	at := slices.IndexFunc(all, func(r release) bool { return r.minor == minor })
	switch {
	case at < 0 || !all[at].covered(plan):
		at = slices.IndexFunc(all, func(r release) bool { return r.covered(plan) })
		if at >= 0 {
			last = max(last, all[at].minor)
		}
	case strings.EqualFold(plan, model.PlanLongTerm):
		last = all[len(all)-1].minor
	}
	for _, release := range all {
		if release.minor < minor || release.minor > last || release.minor == minor && !release.covered(plan) {
			continue
		}
		for _, candidate := range release.patches {
			if lifecycle.Compare(candidate, version) > 0 {
				upgrades = append(upgrades, offered(candidate, release))
			}
		}
	}
	return upgrades
}

// poolUpgradesFrom lists what a node pool may be upgraded to: everything on offer up to
// its control plane's version, and that one.
func poolUpgradesFrom(version, controlPlane string, all []release) []map[string]any {
	upgrades := []map[string]any{}
	for _, release := range all {
		for _, candidate := range release.patches {
			if lifecycle.Compare(candidate, version) > 0 && lifecycle.Compare(candidate, controlPlane) < 0 {
				upgrades = append(upgrades, offered(candidate, release))
			}
		}
	}
	if lifecycle.Compare(controlPlane, version) > 0 {
		upgrades = append(upgrades, map[string]any{"kubernetesVersion": controlPlane})
	}
	return upgrades
}

func offered(version string, r release) map[string]any {
	upgrade := map[string]any{"kubernetesVersion": version}
	if r.isPreview {
		upgrade["isPreview"] = true
	}
	return upgrade
}

// kubernetesVersions answers locations/{l}/kubernetesVersions.
func kubernetesVersions(now time.Time) map[string]any {
	values := []any{}
	all := releases(now)
	newest := 0
	for _, release := range all {
		if !release.isPreview {
			newest = release.minor
		}
	}
	for _, release := range all {
		plans := []string{}
		if release.official {
			plans = append(plans, model.PlanOfficial)
		}
		if release.longTerm {
			plans = append(plans, model.PlanLongTerm)
		}
		patches := map[string]any{}
		for _, patch := range release.patches {
			upgrades := []string{}
			for _, upgrade := range upgradesFrom(patch, plans[0], all) {
				upgrades = append(upgrades, upgrade["kubernetesVersion"].(string))
			}
			patches[patch] = map[string]any{"upgrades": upgrades}
		}
		value := map[string]any{
			"version":       "1." + strconv.Itoa(release.minor),
			"capabilities":  map[string]any{"supportPlan": plans},
			"patchVersions": patches,
			"isDefault":     release.minor == newest-1,
		}
		if release.isPreview {
			value["isPreview"] = true
		}
		values = append(values, value)
	}
	return map[string]any{"values": values}
}

// upgradeProfile answers upgradeProfiles/default of a cluster.
func upgradeProfile(f *facts, plan string, pools []pool) map[string]any {
	all := releases(f.now)
	profiles := []any{}
	for _, pool := range pools {
		profiles = append(profiles, map[string]any{
			"name":              pool.Name,
			"kubernetesVersion": pool.CurrentOrchestratorVersion,
			"osType":            pool.OSType,
			"upgrades":          poolUpgradesFrom(pool.CurrentOrchestratorVersion, f.version, all),
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
				"upgrades":          upgradesFrom(f.version, plan, all),
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
			"upgrades":               poolUpgradesFrom(pool.CurrentOrchestratorVersion, f.version, releases(f.now)),
			"latestNodeImageVersion": latestImage(f, pool.NodeImageVersion),
		},
	}
}
