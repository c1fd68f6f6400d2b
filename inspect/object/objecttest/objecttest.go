// Package objecttest makes the inside of a cluster out of manifests, for tests.
package objecttest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// ReadAt is when the objects count as read.
var ReadAt = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// Cluster is the ID of the cluster that the objects are in.
const Cluster model.ID = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-test/providers/Microsoft.ContainerService/managedClusters/test-01"

// Inside returns an inside with the objects of a YAML stream, each kind of which was
// read to its end.
func Inside(t testing.TB, manifests string) *model.Inside {
	t.Helper()
	in := &model.Inside{
		Cluster: Cluster, Server: "v1.34.2",
		Objects: map[model.Kind][]*model.Object{}, Reads: map[model.Kind]model.Read{}, Versions: map[model.Kind]string{},
	}
	for _, kind := range model.ObjectKinds {
		in.Reads[kind.Kind] = model.Read{State: model.ReadDone, At: ReadAt}
		in.Versions[kind.Kind] = strings.TrimPrefix(kind.Group+"/"+kind.Versions[0], "/")
	}
	for manifest := range strings.SplitSeq(manifests, "\n---\n") {
		text, err := yaml.YAMLToJSON([]byte(manifest))
		require.NoError(t, err, manifest)
		if string(text) == "null" {
			continue
		}
		var tree map[string]any
		require.NoError(t, json.Unmarshal(text, &tree))
		document.Normalize(tree)
		kind := model.Kind(document.Text(tree, "kind"))
		if as, is := model.KindOf(document.Text(tree, "apiVersion"), string(kind)); is {
			kind = as
		}
		o, err := object.KeepTree(kind, document.Text(tree, "apiVersion"), tree, ReadAt)
		require.NoError(t, err, manifest)
		in.Objects[o.Kind] = append(in.Objects[o.Kind], o)
	}
	for _, objects := range in.Objects {
		slices.SortFunc(objects, func(a, b *model.Object) int { return a.Compare(b.Ref) })
	}
	return in
}

// View returns a view of the objects of a YAML stream, in a cluster with that document
// of Azure Resource Manager; nil where it has none.
func View(t testing.TB, manifests string, cluster map[string]any) *object.View {
	t.Helper()
	var doc *model.Document
	if cluster != nil {
		document.Normalize(cluster)
		doc = &model.Document{Resource: &model.Resource{ID: Cluster, Kind: model.KindCluster, ReadAt: ReadAt}, Tree: cluster}
	}
	return object.NewView(Inside(t, manifests), doc, nil)
}
