package access_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac/rbactest"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

// lines are the texts of a tree, indented.
func lines(n *access.Node, indent string) []string {
	all := []string{indent + n.Text}
	for i := range n.Children {
		all = append(all, lines(&n.Children[i], indent+"  ")...)
	}
	return all
}

func TestWhatAPodHasInReach(t *testing.T) {
	pod := model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "billing-0"}
	manifests := billingSA + strings.Replace(billingPod, "spec: {", "spec: {nodeName: aks-1, ", 1) +
		strings.ReplaceAll(grant("list", "core/secrets"), "{kind: User, name: eve}", "{kind: ServiceAccount, name: billing, namespace: shop}")
	w := azureWorld(t, manifests, map[string]any{"networkProfile": map[string]any{}}, func(r *rbactest.Rights) {
		r.Assign("ServicePrincipal", "kubelet", "AcrPull", groupID)
	})
	tree := w.Blast(pod)
	require.NotNil(t, tree)
	text := strings.Join(lines(tree, ""), "\n")
	for _, want := range []string{
		"service account shop/billing",
		"Lists Secrets in namespace shop\n      by RoleBinding shop/given-list, role given-list\n      leads to the Secrets in shop",
		"is managed identity billing in Azure",
		"VM Contributor on resource group rg-pay",
		"node aks-1",
		"reaches the metadata service of the node",
		"AcrPull on resource group rg-pay",
		"reaches the whole internet",
	} {
		assert.Contains(t, text, want)
	}
	assert.GreaterOrEqual(t, tree.Severity, model.High, "the worst of what is below")
	assert.Nil(t, w.Blast(model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "gone"}))

	closed := strings.Join(lines(azureWorld(t, manifests, nil).Blast(pod), ""), "\n")
	assert.Contains(t, closed, "does not reach the metadata service of the node")
	assert.NotContains(t, closed, "AcrPull")
}

func TestAPodThatTakesTheCluster(t *testing.T) {
	w := access.NewWorld(nil, objecttest.View(t, chain, nil), nil, nil)
	tree := w.Blast(model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "operator-0"})
	require.NotNil(t, tree)
	assert.Equal(t, model.Critical, tree.Severity)
	assert.Contains(t, strings.Join(lines(tree, ""), "\n"), "gets to cluster-admin in 3 steps")
}
