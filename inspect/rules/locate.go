package rules

import (
	"fmt"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// clusterPrefix marks the evidence of a pool's rule that stands in the cluster's
// document.
const clusterPrefix = "cluster."

// place is a path and the tree that it starts from.
type place struct {
	root map[string]any
	path string
}

// locate finds where an evidence path of a rule leads, and how to show it as a path
// in the cluster's document.
func locate(path string, s model.Subject) (place, string) {
	pool := s.PoolTree()
	if inCluster, is := strings.CutPrefix(path, clusterPrefix); is || pool == nil {
		return place{s.Cluster.Tree, inCluster}, inCluster
	}
	return place{pool, path}, fmt.Sprintf("properties.agentPoolProfiles[%s].%s", document.Text(pool, "name"), path)
}
