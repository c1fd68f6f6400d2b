package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object/objecttest"
)

func TestADrawingHoldsEachStepOnce(t *testing.T) {
	w := access.NewWorld(nil, objecttest.View(t, chain, nil), nil, nil)
	d := w.DrawWays(access.Everything)
	var labels []string
	for i, node := range d.Nodes {
		labels = append(labels, node.Label)
		if i > 0 {
			assert.GreaterOrEqual(t, node.Layer, d.Nodes[i-1].Layer, node.Label)
		}
	}
	assert.Equal(t, []string{
		"group developers", "any pod in shop", "service account shop/operator", "any service account in kube-system",
		"service account kube-system/controller", "cluster-admin",
	}, labels)
	assert.Len(t, d.Edges, 5, "three paths share their steps")
	assert.True(t, d.Nodes[0].Start)
	assert.True(t, d.Nodes[4].Start, "a path begins in the middle of another")
	assert.True(t, d.Nodes[5].End)
	for _, edge := range d.Edges {
		assert.Less(t, d.Nodes[edge.From].Layer, d.Nodes[edge.To].Layer, edge.Label)
	}
	assert.Equal(t, "RoleBinding shop/developers", d.Edges[0].Ground)
	assert.Equal(t, "namespace shop", d.Edges[0].Scope)
	assert.Equal(t, "group developers runs commands in pods by RoleBinding shop/developers (namespace shop): "+
		"a shell in any pod of the scope, with its service account, its Secrets and its network", d.Edges[0].Says)
	assert.Empty(t, w.DrawWays(access.SecretsOf("nowhere")).Nodes)
}
