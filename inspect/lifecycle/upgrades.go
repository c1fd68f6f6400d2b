package lifecycle

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// Upgrades returns the versions that Azure offers to the subject, a cluster's control
// plane or a node pool, without previews and oldest first; read is false where its
// upgrade profile was not read.
func Upgrades(s model.Subject) (versions []string, read bool) {
	profile := profileOf(s)
	if profile == nil {
		return nil, false
	}
	path := "properties.controlPlaneProfile.upgrades"
	if s.Pool >= 0 {
		path = "properties.upgrades"
	}
	versions = []string{}
	listed, _ := document.Lookup(profile, path)
	entries, _ := listed.([]any)
	for _, entry := range entries {
		upgrade, _ := entry.(map[string]any)
		version := document.Text(upgrade, "kubernetesVersion")
		if preview, _ := upgrade["isPreview"].(bool); !preview && version != "" {
			versions = append(versions, version)
		}
	}
	slices.SortFunc(versions, Compare)
	return versions, true
}

// NewestImage returns the newest node image for the subject's node pool, or "" where
// it was not read.
func NewestImage(s model.Subject) string {
	if s.Pool < 0 {
		return ""
	}
	return document.Text(profileOf(s), "properties.latestNodeImageVersion")
}

// profileOf finds the upgrade profile of the subject among its cluster's, or nil.
func profileOf(s model.Subject) map[string]any {
	owner := ""
	if s.Pool >= 0 {
		owner = "/agentpools/" + strings.ToLower(document.Text(s.PoolTree(), "name"))
	}
	for _, profile := range s.Children[model.KindUpgradeProfile] {
		if ProfileOwner(profile.ID) == owner {
			return profile.Tree
		}
	}
	return nil
}

// ProfileOwner tells whose upgrade profile an ID names, below the cluster and in lower
// case: "" for the cluster itself, "/agentpools/system" for a node pool.
func ProfileOwner(id model.ID) string {
	path := strings.TrimSuffix(strings.ToLower(string(id)), "/upgradeprofiles/default")
	if at := strings.LastIndex(path, "/agentpools/"); at >= 0 {
		return path[at:]
	}
	return ""
}
