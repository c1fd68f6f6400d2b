package access_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac/rbactest"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

const (
	issuer     = "https://weu.oic.example/tenant/pay/"
	identityID = groupID + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/billing"
)

// grant has a service account shop/web hold a right in shop.
func grant(verb, resource string) string {
	group, resource, _ := strings.Cut(resource, "/")
	if group == "core" {
		group = `""`
	}
	return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: given-` + verb + `}
rules: [{apiGroups: [` + group + `], resources: [` + resource + `], verbs: [` + verb + `]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: given-` + verb + `, namespace: shop}
roleRef: {kind: ClusterRole, name: given-` + verb + `}
subjects: [{kind: User, name: eve}]
---
`
}

const (
	shopNamespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
	billingSA     = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: billing, namespace: shop}\n---\n"
	billingPod    = "apiVersion: v1\nkind: Pod\nmetadata: {name: billing-0, namespace: shop}\nspec: {serviceAccountName: billing, containers: [{name: one, image: x}]}\n---\n"
)

// azureWorld is a cluster in which manifests run, with an identity that trusts
// shop/billing and is Contributor of its resource group.
func azureWorld(t *testing.T, manifests string, changes map[string]any, more ...func(*rbactest.Rights)) *access.World {
	t.Helper()
	rights := roles(t).Role("AcrPull", "Microsoft.ContainerRegistry/registries/pull/read").
		Identity(identityID).Trust(identityID, strings.TrimSuffix(issuer, "/"), "system:serviceaccount:shop:billing").
		Assign("ServicePrincipal", "billing", "VM Contributor", groupID)
	for _, change := range more {
		change(rights)
	}
	tree := map[string]any{"properties": map[string]any{
		"oidcIssuerProfile": map[string]any{"issuerURL": issuer},
		"identityProfile":   map[string]any{"kubeletidentity": map[string]any{"objectId": rbactest.ID("kubelet")}},
		"networkProfile":    map[string]any{"podLinkLocalAccess": "None"},
	}}
	cluster := payCluster(tree)
	maps.Copy(cluster.Tree["properties"].(map[string]any), changes)
	inside := objecttest.Inside(t, manifests)
	inside.Reads = map[model.Kind]model.Read{model.KindServiceAccount: {State: model.ReadDone}}
	return access.NewWorld(cluster, object.NewView(inside, cluster, nil), rights.Index(), nil)
}

func TestWaysToAnIdentityInAzure(t *testing.T) {
	eve := access.Subject{Kind: access.User, Name: "eve"}
	billing := access.Subject{Kind: access.ServiceAccount, Namespace: "shop", Name: "billing"}
	open := map[string]any{"networkProfile": map[string]any{}}
	kubelet := func(r *rbactest.Rights) { r.Assign("ServicePrincipal", "kubelet", "VM Contributor", groupID) }
	pulls := func(r *rbactest.Rights) { r.Assign("ServicePrincipal", "kubelet", "AcrPull", groupID) }
	for name, with := range map[string]struct {
		from      access.Subject
		manifests string
		changes   map[string]any
		more      []func(*rbactest.Rights)
		want      bool
	}{
		"the account itself":                      {from: billing, manifests: billingSA, want: true},
		"not of another issuer":                   {from: billing, manifests: billingSA, changes: map[string]any{"oidcIssuerProfile": nil}},
		"a token for it":                          {from: eve, manifests: billingSA + grant("create", "core/serviceaccounts/token"), want: true},
		"a pod that runs as it":                   {from: eve, manifests: billingSA + billingPod + grant("create", "core/pods/exec"), want: true},
		"no pod runs as it":                       {from: eve, manifests: billingSA + grant("create", "core/pods/exec")},
		"acting in its name gives no token":       {from: eve, manifests: billingSA + grant("impersonate", "core/serviceaccounts")},
		"the account is not there":                {from: eve, manifests: grant("create", "core/serviceaccounts/token")},
		"who makes it, and a pod":                 {from: eve, manifests: strings.ReplaceAll(grant("create", "core/pods"), "resources: [pods]", "resources: [pods, serviceaccounts]"), want: true},
		"pods reach the nodes' identity":          {from: eve, manifests: shopNamespace + grant("create", "core/pods"), changes: open, more: []func(*rbactest.Rights){kubelet}, want: true},
		"which only pulls images":                 {from: eve, manifests: shopNamespace + grant("create", "core/pods"), changes: open, more: []func(*rbactest.Rights){pulls}},
		"by exec in a pod":                        {from: eve, manifests: shopNamespace + billingPod + grant("create", "core/pods/exec"), changes: open, more: []func(*rbactest.Rights){kubelet}, want: true},
		"not a pod where the service is shut off": {from: eve, manifests: strings.ReplaceAll(shopNamespace, "name: shop", "name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}") + grant("create", "core/pods"), more: []func(*rbactest.Rights){kubelet}},
		"but the node reaches it":                 {from: eve, manifests: shopNamespace + grant("create", "core/pods"), more: []func(*rbactest.Rights){kubelet}, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := azureWorld(t, with.manifests, with.changes, with.more...)
			path, is := w.Graph().Path(access.At(with.from), access.AzureRights)
			assert.Equal(t, with.want, is, steps(path))
			found := false
			for _, reach := range w.Graph().WhoReaches(access.AzureRights) {
				if reach.Subject == with.from {
					found = true
					assert.Len(t, reach.Path, len(path))
				}
			}
			assert.Equal(t, with.want, found, "from the other side")
		})
	}
}

func TestTheRolesOfAnIdentityAreNamed(t *testing.T) {
	w := azureWorld(t, billingSA, nil)
	path, is := w.Graph().Path(access.At(access.Subject{Kind: access.ServiceAccount, Namespace: "shop", Name: "billing"}), access.AzureRights)
	require.True(t, is)
	require.Len(t, path, 3)
	assert.Equal(t, "managed identity billing", w.PlaceName(path[0].To))
	assert.Contains(t, path[0].Ground(), "federated credential")
	assert.Equal(t, "VM Contributor on resource group rg-pay", w.PlaceName(path[1].To))
	assert.Equal(t, "role assignment VM Contributor", path[1].Ground())
}

func TestWhoBecomesAnIdentity(t *testing.T) {
	const ana = "ana@contoso.example"
	for role, want := range map[string]bool{"Trusts": true, "Reader": false} {
		w := azureWorld(t, "", nil, func(r *rbactest.Rights) {
			r.Role("Trusts", "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write").
				User(ana).Assign("User", ana, role, identityID)
		})
		_, is := w.Graph().Path(access.At(person(ana)), access.AzureRights)
		assert.Equal(t, want, is, role)
	}
}

func TestAnIdentityByARightAlone(t *testing.T) {
	web := access.Subject{Kind: access.ServiceAccount, Namespace: "shop", Name: "web"}
	for name, want := range map[string]bool{rbactest.ID("billing app"): true, rbactest.ID("another"): false} {
		w := azureWorld(t, `
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: use}
rules: [{apiGroups: [cid.wi.aks.azure.com], resources: ["`+name+`"], verbs: [use-managed-identity]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: use}
roleRef: {kind: ClusterRole, name: use}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
`, nil)
		_, is := w.Graph().Path(access.At(web), access.AzureRights)
		assert.Equal(t, want, is, name)
	}
}

func TestPodSecurityKeepsPodsFromNodes(t *testing.T) {
	eve := access.At(access.Subject{Kind: access.User, Name: "eve"})
	for level, want := range map[string]bool{"privileged": true, "baseline": false, "restricted": false} {
		namespace := strings.ReplaceAll(shopNamespace, "name: shop", "name: shop, labels: {pod-security.kubernetes.io/enforce: "+level+"}")
		_, is := azureWorld(t, namespace+grant("create", "core/pods"), nil).Graph().Path(eve, access.NodeRoot)
		assert.Equal(t, want, is, level)
	}
}

func TestAutomaticRefusesTheProxy(t *testing.T) {
	const ana = "ana@contoso.example"
	rights := func() *rbactest.Rights {
		return roles(t).User(ana).Assign("User", ana, "Reads everything", clusterID)
	}
	automatic := map[string]any{"sku": map[string]any{"name": "Automatic"}}
	for name, changes := range map[string]map[string]any{"": nil, "AKS Automatic refuses the proxy to kubelet, whatever roles allow": automatic} {
		w := world(rights(), changes)
		assert.Equal(t, name, powersOf(w, person(ana))["R18"].Refused)
		_, is := w.Graph().Path(access.At(person(ana)), access.NodeRoot)
		assert.Equal(t, name == "", is)
	}
}
