package evidence

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// follow finds the network resources that a cluster refers to, and tells which kinds
// of them are all there.
func (h *holding) follow(c *cluster) {
	tree, err := objectOf(c.resource.Raw.Bytes())
	if err != nil {
		return
	}
	f := &follower{holding: h, seen: map[string]bool{}, found: map[model.Kind][]*model.Resource{}, missing: map[model.Kind]bool{}}
	properties, _ := tree["properties"].(map[string]any)
	f.references(properties["networkProfile"])
	f.references(properties["agentPoolProfiles"])
	lacking := ""
	for kind := range f.missing {
		if words := absences[kind].what; lacking == "" || words < lacking {
			lacking = words
		}
	}
	for kind := range networkKinds {
		if held := c.kinds[kind]; held != nil && len(f.found) == 0 {
			continue // a capture tells, and the other files hold nothing of this cluster
		}
		delete(c.children, kind)
		if found := f.found[kind]; len(found) > 0 {
			c.children[kind] = found
		}
		read := model.Read{State: model.ReadDone, At: c.resource.ReadAt}
		if len(f.missing) > 0 {
			// They are read together: one leads to the other.
			read = model.Read{State: model.ReadFailed, Why: "these files do not hold all of the network round it (" + lacking + "): " + absent(kind)}
		}
		c.reads[kind] = read
	}
}

// follower follows references to network resources.
type follower struct {
	*holding
	seen    map[string]bool
	found   map[model.Kind][]*model.Resource
	missing map[model.Kind]bool
}

// references looks for IDs of network resources in a document, wherever they stand.
func (f *follower) references(value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range sortedKeys(value) {
			f.references(value[key])
		}
	case []any:
		for _, item := range value {
			f.references(item)
		}
	case string:
		f.reference(value)
	}
}

func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (f *follower) reference(id string) {
	if len(id) < 2 || id[0] != '/' {
		return
	}
	is, known := forms[typeOf(model.ID(id))]
	key := strings.ToLower(id)
	if !known || !networkKinds[is.kind] || f.seen[key] {
		return
	}
	f.seen[key] = true
	resource := f.network[model.ID(key)]
	if resource == nil {
		f.missing[is.kind] = true
		return
	}
	f.found[is.kind] = append(f.found[is.kind], resource)
	if is.kind != model.KindSubnet && is.kind != model.KindNATGateway {
		return
	}
	var next struct {
		Properties struct {
			NATGateway any `json:"natGateway"`
			RouteTable any `json:"routeTable"`
			IPs        any `json:"publicIpAddresses"`
			Prefixes   any `json:"publicIpPrefixes"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(resource.Raw.Bytes(), &next); err != nil {
		return
	}
	for _, to := range []any{next.Properties.NATGateway, next.Properties.RouteTable, next.Properties.IPs, next.Properties.Prefixes} {
		f.references(to)
	}
}
