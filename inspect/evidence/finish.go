package evidence

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// finish joins what belongs to a cluster, once all files were read. It reports
// whether the cluster's document is another one now.
func (h *holding) finish(c *cluster, none map[model.Kind]model.Read) (changed bool) {
	if c.id.Kubeconfig() {
		changed = c.resource == nil
		if changed {
			c.resource = &model.Resource{
				ID: c.id, Kind: model.KindCluster, Parent: model.SubscriptionID(""), Raw: model.NewJSON([]byte("{}")),
				ReadAt: c.inside.at, Via: "saved files",
			}
		}
		return changed
	}
	if c.resource == nil {
		c.resource = bare(c)
		changed = true
	}
	if joined := c.join(); joined != nil {
		c.resource = joined
		changed = true
	}
	if len(c.others) > 0 {
		told := *c.resource
		told.Via += " (rather than " + strings.Join(c.others, ", ") + ")"
		c.resource, c.others = &told, nil
		changed = true
	}
	if len(c.kinds) == 0 && len(h.network) == 0 && len(h.versions) == 0 {
		c.children, c.reads = noChildren, none
		return changed
	}
	h.gather(c)
	c.reads = h.shared(c.reads)
	if len(c.children) == 0 {
		c.children = noChildren
	}
	c.kinds, c.pools = nil, nil // all of it is in the document, the children and the reads now
	return changed
}

var noChildren = map[model.Kind][]*model.Resource{}

// shared returns one map for all clusters whose reads ended alike, as those of a large
// estate mostly do.
func (h *holding) shared(reads map[model.Kind]model.Read) map[model.Kind]model.Read {
	const most = 1 << 12
	var key strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(reads)) {
		read := reads[kind]
		fmt.Fprintf(&key, "%s\x00%d\x00%d\x00%s\x00", kind, read.State, read.At.UnixNano(), read.Why)
	}
	if known := h.reads[key.String()]; known != nil {
		return known
	}
	if len(h.reads) < most {
		h.reads[key.String()] = reads
	}
	return reads
}

// bare is the document of a cluster of which only parts were saved: it says nothing
// but that the cluster is there.
func bare(c *cluster) *model.Resource {
	raw, _ := json.Marshal(map[string]string{ // strings always marshal
		"id": string(c.id), "name": c.id.Name(), "type": "Microsoft.ContainerService/managedClusters",
	})
	resource := &model.Resource{
		ID: c.id, Kind: model.KindCluster, Parent: model.SubscriptionID(c.id.Subscription()), Raw: model.NewJSON(raw),
		Partial: true, Final: true,
	}
	latest := func(r *model.Resource) {
		if r.ReadAt.After(resource.ReadAt) || resource.Via == "" {
			resource.ReadAt, resource.Via = r.ReadAt, r.Via
		}
	}
	for _, pool := range c.pools {
		latest(pool)
	}
	for _, held := range c.kinds {
		for _, child := range held.all {
			latest(child)
		}
	}
	return resource
}

// join puts the node pools that were saved by themselves into the cluster's document,
// where they are as new; it returns nil where that changes nothing.
func (c *cluster) join() *model.Resource {
	var newer []*model.Resource
	for _, pool := range c.pools {
		if c.resource.Partial || !pool.ReadAt.Before(c.resource.ReadAt) {
			newer = append(newer, pool)
		}
	}
	if len(newer) == 0 {
		return nil
	}
	slices.SortFunc(newer, func(a, b *model.Resource) int { return strings.Compare(string(a.ID.Fold()), string(b.ID.Fold())) })
	tree, err := objectOf(c.resource.Raw.Bytes())
	if err != nil {
		return nil
	}
	properties, is := tree["properties"].(map[string]any)
	if !is {
		properties = map[string]any{}
		tree["properties"] = properties
	}
	profiles, _ := properties["agentPoolProfiles"].([]any)
	var via []string
	for _, pool := range newer {
		profile, err := profileOf(pool)
		if err != nil {
			continue
		}
		profiles = replaceProfile(profiles, profile)
		if pool.Via != c.resource.Via && !slices.Contains(via, pool.Via) {
			via = append(via, pool.Via)
		}
	}
	properties["agentPoolProfiles"] = profiles
	raw, err := rawOf(tree, true, nil)
	if err != nil {
		return nil
	}
	joined := *c.resource
	if len(via) > 0 {
		joined.Via += ", node pools from " + strings.Join(via, ", ")
	}
	kept, err := document.Keep(joined, raw)
	if err != nil {
		return nil
	}
	return kept
}

func objectOf(raw []byte) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	var tree map[string]any
	if err := decoder.Decode(&tree); err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	return tree, nil
}

// profileOf turns a node pool's document into the form that it has in its cluster's.
func profileOf(pool *model.Resource) (map[string]any, error) {
	tree, err := objectOf(pool.Raw.Bytes())
	if err != nil {
		return nil, err
	}
	profile, is := tree["properties"].(map[string]any)
	if !is {
		profile = map[string]any{}
	}
	profile["name"] = pool.ID.Name()
	return profile, nil
}

func replaceProfile(profiles []any, profile map[string]any) []any {
	name, _ := profile["name"].(string)
	for i, other := range profiles {
		object, _ := other.(map[string]any)
		if called, _ := object["name"].(string); strings.EqualFold(called, name) {
			profiles[i] = profile
			return profiles
		}
	}
	return append(profiles, profile)
}

// gather sets what hangs under the cluster, and how reading each kind of it stands.
func (h *holding) gather(c *cluster) {
	c.children = map[model.Kind][]*model.Resource{}
	c.reads = map[model.Kind]model.Read{}
	for _, kind := range kindsOf() {
		c.reads[kind] = model.Read{State: model.ReadFailed, Why: absent(kind)}
	}
	for kind, held := range c.kinds {
		if len(held.all) > 0 {
			c.children[kind] = held.all
		}
		c.reads[kind] = held.state(kind, c)
	}
	if len(h.network) > 0 {
		h.follow(c)
	}
	if len(h.versions) > 0 {
		h.offer(c)
	}
}

// state tells how reading a kind stands.
func (held *collection) state(kind model.Kind, c *cluster) model.Read {
	switch {
	case held.read != nil:
		return *held.read
	case kind == model.KindUpgradeProfile:
		return held.upgrades(c)
	case held.from == listID{} && kind != model.KindDeploymentSafeguards:
		return model.Read{State: model.ReadFailed, Why: unlisted(kind), At: held.at}
	}
	return model.Read{State: model.ReadDone, At: held.at}
}

// upgrades tells whether the upgrade profiles of the cluster and of each of its node
// pools are there.
func (held *collection) upgrades(c *cluster) model.Read {
	has := func(id model.ID) bool {
		return slices.ContainsFunc(held.all, func(r *model.Resource) bool { return r.ID.Equal(id) })
	}
	read := model.Read{State: model.ReadDone, At: held.at}
	missing := !has(c.id + "/upgradeProfiles/default")
	decoded, err := document.Decode(c.resource)
	if err != nil {
		return read
	}
	for _, pool := range decoded.PoolTrees() {
		missing = missing || !has(c.id.Pool(document.Text(pool, "name"))+"/upgradeProfiles/default")
	}
	if missing {
		read.State = model.ReadFailed
		read.Why = "these files hold some of its upgrade profiles and not all: save what az aks get-upgrades -g GROUP -n NAME and, for each node pool, az aks nodepool get-upgrades -g GROUP --cluster-name NAME --nodepool-name POOL print, or use aksight capture"
	}
	return read
}
