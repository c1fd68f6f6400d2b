// Package world puts together what answers about access to a cluster are drawn from: what
// was read inside it, its own document, and the rights in Azure.
package world

import (
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// key tells the parts of a world apart that can change under the view of a cluster.
type key struct {
	cluster *model.Resource
	azure   *azurerbac.Index
}

// Of returns what answers about a cluster are drawn from, or nil where the estate holds
// no such cluster. It is kept for the next who asks while nothing of it changes.
// Of a large cluster it takes a while, so call it where nobody waits for a frame.
func Of(s *store.Snapshot, id model.ID) *access.World {
	cluster := s.Cluster(id)
	if cluster == nil {
		return nil
	}
	of := key{cluster: cluster.Resource}
	if !id.Kubeconfig() {
		of.azure = s.Rights()
	}
	build := func(view *object.View) *access.World {
		return access.NewWorld(documentOf(cluster), view, of.azure, cluster.Children)
	}
	if cluster.Inside == nil || cluster.Inside.View == nil {
		return build(nil)
	}
	return object.Derived(cluster.Inside.View, of, build)
}

// documentOf decodes a cluster's own document, or returns nil where it has none of Azure.
func documentOf(cluster *store.Cluster) *model.Document {
	if cluster.Resource.ID.Kubeconfig() {
		return nil
	}
	decoded, err := document.Decode(cluster.Resource)
	if err != nil {
		return nil
	}
	return decoded
}
