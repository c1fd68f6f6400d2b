package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// pool is a node pool, read back from its cluster's document: the two cannot differ.
type pool struct {
	Name                       string `json:"name"`
	OSType                     string `json:"osType"`
	NodeImageVersion           string `json:"nodeImageVersion"`
	CurrentOrchestratorVersion string `json:"currentOrchestratorVersion"`

	raw json.RawMessage
}

// planAndPools reads the support plan and the pools of a document.
func planAndPools(document []byte) (plan string, pools []pool, err error) {
	var cluster struct {
		Properties struct {
			Plan  string            `json:"supportPlan"`
			Pools []json.RawMessage `json:"agentPoolProfiles"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(document, &cluster); err != nil {
		return "", nil, err
	}
	pools = make([]pool, len(cluster.Properties.Pools))
	for i, raw := range cluster.Properties.Pools {
		if err := json.Unmarshal(raw, &pools[i]); err != nil {
			return "", nil, err
		}
		pools[i].raw = raw
	}
	return cluster.Properties.Plan, pools, nil
}

// resource is the pool as a resource of its own: its profile without the name,
// which is a profile's first member.
func (p *pool) resource(f *facts) map[string]any {
	properties := p.raw
	if rest, ok := bytes.CutPrefix(p.raw, []byte(`{"name":"`+p.Name+`",`)); ok {
		properties = append(json.RawMessage("{"), rest...)
	}
	return map[string]any{
		"id":         string(f.id(nil, groupsAKS)) + "/agentPools/" + p.Name,
		"name":       p.Name,
		"type":       "Microsoft.ContainerService/managedClusters/agentPools",
		"properties": properties,
	}
}

// findPool returns a pool or answers that there is none.
func findPool(w http.ResponseWriter, pools []pool, f *facts, name string) *pool {
	for i := range pools {
		if strings.EqualFold(pools[i].Name, name) {
			return &pools[i]
		}
	}
	fail(w, http.StatusNotFound, "NotFound", fmt.Sprintf("Could not find the agent pool '%s' of the managed cluster '%s'.", name, f.name))
	return nil
}
