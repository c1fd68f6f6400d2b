package inspect

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// Versions are the Kubernetes versions of an estate: who runs them, and what Azure
// offers where.
type Versions struct {
	// Uses are by minor version, oldest first; those that cannot be told come last.
	Uses []VersionUse
	// Regions are those that clusters are in, by name.
	Regions []Region
	regions map[string]int
}

// VersionUse is who runs a minor version.
type VersionUse struct {
	// Minor is the version, such as 1.34; empty where the document does not tell it.
	Minor    string
	Clusters []*store.Cluster
	Pools    []PoolUse
}

// PoolUse is a node pool that runs a version.
type PoolUse struct {
	Cluster *store.Cluster
	// Pool is its place in the cluster's pools.
	Pool int
}

// Region is what Azure offers in one region, as far as it was read.
type Region struct {
	Location string
	Offer    lifecycle.Offer
	// Resource is the newest answer, or nil.
	Resource *model.Resource
	// Read tells how reading it stands: the best of the clusters there.
	Read model.Read
	// Cluster is one there, by which it can be read.
	Cluster model.ID
}

// VersionsOf collects the versions of an estate. It decodes each region's list, so it
// belongs in a command.
func VersionsOf(s *store.Snapshot) *Versions {
	v := &Versions{regions: map[string]int{}}
	uses := map[string]*VersionUse{}
	use := func(version string) *VersionUse {
		minor := lifecycle.Minor(version)
		if uses[minor] == nil {
			uses[minor] = &VersionUse{Minor: minor}
		}
		return uses[minor]
	}
	for _, cluster := range s.Clusters {
		v.region(cluster)
		of := use(cluster.Summary.Version)
		of.Clusters = append(of.Clusters, cluster)
		for i := range cluster.Summary.Pools {
			of := use(cmp.Or(cluster.Summary.Pools[i].Version, cluster.Summary.Version))
			of.Pools = append(of.Pools, PoolUse{cluster, i})
		}
	}
	for _, of := range uses {
		v.Uses = append(v.Uses, *of)
	}
	slices.SortFunc(v.Uses, func(a, b VersionUse) int {
		if (a.Minor == "") != (b.Minor == "") {
			return strings.Compare(b.Minor, a.Minor)
		}
		return lifecycle.Compare(a.Minor, b.Minor)
	})
	for i := range v.Regions {
		region := &v.Regions[i]
		if region.Resource == nil {
			continue
		}
		if decoded, err := document.Decode(region.Resource); err == nil {
			region.Offer = lifecycle.ReadOffer(decoded.Tree)
		}
	}
	slices.SortFunc(v.Regions, func(a, b Region) int { return strings.Compare(a.Location, b.Location) })
	for i := range v.Regions {
		v.regions[v.Regions[i].Location] = i
	}
	return v
}

// region takes in what was read of a cluster's region.
func (v *Versions) region(cluster *store.Cluster) {
	location := locationOf(cluster)
	if location == "" {
		return
	}
	at, known := v.regions[location]
	if !known {
		at = len(v.Regions)
		v.regions[location] = at
		v.Regions = append(v.Regions, Region{Location: location, Cluster: cluster.Resource.ID})
	}
	region := &v.Regions[at]
	if read := cluster.Reads[model.KindKubernetesVersions]; rank(read.State) > rank(region.Read.State) {
		region.Read, region.Cluster = read, cluster.Resource.ID
	}
	for _, resource := range cluster.Children[model.KindKubernetesVersions] {
		if region.Resource == nil || resource.ReadAt.After(region.Resource.ReadAt) {
			region.Resource = resource
		}
	}
}

// rank orders the states of a read by how much they tell.
func rank(state model.ReadState) int {
	return slices.Index([]model.ReadState{model.Unread, model.ReadFailed, model.Reading, model.ReadDone}, state)
}

func locationOf(cluster *store.Cluster) string {
	return strings.ToLower(strings.ReplaceAll(cluster.Summary.Location, " ", ""))
}

// Find returns who runs a minor version.
func (v *Versions) Find(minor string) VersionUse {
	for _, use := range v.Uses {
		if use.Minor == minor {
			return use
		}
	}
	return VersionUse{Minor: minor}
}

// RegionOf returns what is known of the cluster's region.
func (v *Versions) RegionOf(cluster *store.Cluster) Region {
	location := locationOf(cluster)
	if at, known := v.regions[location]; known {
		return v.Regions[at]
	}
	return Region{Location: location}
}

// Support tells how a version stands on that cluster: under its support plan, in its
// region. Without an answer for the region nothing is listed.
func (v *Versions) Support(cluster *store.Cluster, version string) lifecycle.Support {
	return lifecycle.Of(version, cluster.Summary.Plan, v.RegionOf(cluster).Offer, Calendar())
}

// ReadAt is when the region's list was read, or zero.
func (r Region) ReadAt() time.Time {
	if r.Resource == nil {
		return time.Time{}
	}
	return r.Resource.ReadAt
}
