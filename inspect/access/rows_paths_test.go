package access_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac/rbactest"
	"github.com/aksight/aksight/model"
)

// pathCase is a row that needs more than one document to decide: there is a way on one
// side, and none on the other, where a piece is missing.
type pathCase struct {
	row      string
	from, to access.Place
	// found and not are manifests; rights and notRights what Azure tells beside
	// azureWorld's, changes and notChanges properties of the cluster.
	found, not          string
	rights, notRights   func(*rbactest.Rights)
	changes, notChanges map[string]any
}

var (
	web        = access.At(access.Subject{Kind: access.ServiceAccount, Namespace: "shop", Name: "web"})
	anybody    = access.At(access.Subject{Kind: access.User, Name: "somebody"})
	masters    = access.At(access.Subject{Kind: access.Group, Name: access.Masters})
	developers = access.At(access.Subject{Kind: access.Group, Name: "developers"})
	openNodes  = map[string]any{"networkProfile": map[string]any{}}
	noIssuer   = map[string]any{"oidcIssuerProfile": nil}
)

const (
	adminRole = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: cluster-admin}\nrules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]\n---\n"
	readsRole = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reads}\nrules: [{apiGroups: [''], resources: [secrets], verbs: [list]}]\n---\n"
	webSA     = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\n---\n"
	plainPod  = "apiVersion: v1\nkind: Pod\nmetadata: {name: web-0, namespace: shop}\nspec: {serviceAccountName: default, containers: [{name: one, image: x}]}\n---\n"
	hostPod   = "apiVersion: v1\nkind: Pod\nmetadata: {name: web-0, namespace: shop}\nspec: {serviceAccountName: web, hostNetwork: true, containers: [{name: one, image: x}]}\n---\n"
	guarded   = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}\n---\n"
)

// hasRole gives a principal a role with actions at a scope.
func hasRole(kind, principal string, scope model.ID, actions ...string) func(*rbactest.Rights) {
	return func(r *rbactest.Rights) { r.Role("has", actions...).Assign(kind, principal, "has", scope) }
}

func pathCases(t *testing.T) []pathCase {
	t.Helper()
	by := access.At(eve)
	ana := access.At(person("ana@contoso.example"))
	give := func(rights string) string { return grants(t, rights) }
	mayUse := "use-managed-identity cid.wi.aks.azure.com/" + rbactest.ID("billing app")
	uses := func(rights string) string {
		return webSA + strings.ReplaceAll(give(rights), "{kind: User, name: eve}", "{kind: ServiceAccount, name: web, namespace: shop}")
	}
	const becomes = "Microsoft.ManagedIdentity/userAssignedIdentities/"
	metadata := access.Place{Kind: access.AtMetadata}
	kubelet := hasRole("ServicePrincipal", "kubelet", groupID, "Microsoft.Compute/*")
	return []pathCase{
		{row: "R03", from: developers, to: access.Everything, found: adminRole + bound("ClusterRoleBinding", "cluster-admin", "", "Group, name: developers"), not: adminRole + bound("RoleBinding", "cluster-admin", ", namespace: shop", "Group, name: developers")},
		{row: "R03", from: masters, to: access.Everything, found: " ", not: ""},
		{row: "R08", from: by, to: access.AllSecrets, found: bootstrapBindings + readsRole + bound("ClusterRoleBinding", "reads", "", "Group, name: 'system:nodes'") + give("create core/secrets in kube-system"), not: bootstrapBindings + readsRole + give("create core/secrets in kube-system")},
		{row: "R09", from: by, to: access.NodeRoot, found: shopNamespace + give("create core/pods in shop"), not: guarded + give("create core/pods in shop")},
		{row: "R22", from: by, to: access.Everything, found: give("bind rbac.authorization.k8s.io/clusterroles in kube-system; create rbac.authorization.k8s.io/rolebindings in kube-system"), not: give("bind rbac.authorization.k8s.io/clusterroles in shop; create rbac.authorization.k8s.io/rolebindings in shop")},
		{row: "R28", from: by, to: access.Everything, found: give("impersonate core/groups; impersonate core/serviceaccounts in shop"), not: give("impersonate core/groups,core/serviceaccounts in shop")},
		{row: "R63", from: by, to: access.AzureRights, found: billingSA + give("create core/serviceaccounts/token in shop"), not: billingSA + give("create core/serviceaccounts/token in other")},
		{row: "R63", from: by, to: access.AzureRights, found: billingSA + give("create core/pods in shop"), not: billingSA + give("create core/pods in shop"), notChanges: noIssuer},
		{row: "R63", from: by, to: access.AzureRights, found: give("create core/serviceaccounts,core/pods in shop"), not: give("create core/pods in shop")},
		{row: "R64", from: web, to: access.AzureRights, found: uses(mayUse), not: uses(mayUse + " in shop")},
		{row: "R64", from: web, to: access.AzureRights, found: uses(mayUse), not: uses("use-managed-identity cid.wi.aks.azure.com/" + rbactest.ID("another"))},
		{row: "R66", from: by, to: metadata, found: guarded + give("create core/pods in shop"), not: guarded + give("create core/pods in shop"), changes: openNodes, notChanges: map[string]any{}},
		{row: "R66", from: by, to: metadata, found: guarded + hostPod + give("create core/pods/exec in shop"), not: guarded + strings.ReplaceAll(hostPod, "true", "false") + give("create core/pods/exec in shop")},
		{row: "R67", from: by, to: access.Everything, found: plainPod + adminRole + bound("ClusterRoleBinding", "cluster-admin", "", "ServiceAccount, name: default, namespace: shop") + give("create core/pods/exec in shop"), not: strings.ReplaceAll(plainPod, "Name: default", "Name: web") + adminRole + bound("ClusterRoleBinding", "cluster-admin", "", "ServiceAccount, name: default, namespace: shop") + give("create core/pods/exec in shop")},
		{row: "R68", from: anybody, to: access.AllSecrets, found: readsRole + bound("ClusterRoleBinding", "reads", "", "Group, name: 'system:authenticated'"), not: readsRole + bound("ClusterRoleBinding", "reads", "", "Group, name: 'system:unauthenticated'")},
		{row: "R68", from: web, to: access.AllSecrets, found: webSA + readsRole + bound("ClusterRoleBinding", "reads", "", "Group, name: 'system:serviceaccounts:shop'"), not: webSA + readsRole + bound("ClusterRoleBinding", "reads", "", "Group, name: 'system:serviceaccounts:other'")},
		{row: "Z07", from: ana, to: access.AzureRights, rights: hasRole("User", "ana@contoso.example", identityID, becomes+"federatedIdentityCredentials/write"), notRights: hasRole("User", "ana@contoso.example", identityID, becomes+"federatedIdentityCredentials/read")},
		{row: "Z07", from: ana, to: access.AzureRights, rights: hasRole("User", "ana@contoso.example", groupID, becomes+"assign/action"), notRights: hasRole("User", "ana@contoso.example", nodeGroupID, becomes+"assign/action")},
		{row: "Z15", from: access.NodeRoot, to: access.AzureRights, rights: kubelet, notRights: hasRole("ServicePrincipal", "kubelet", groupID, "Microsoft.ContainerRegistry/registries/pull/read")},
		{row: "Z15", from: metadata, to: access.AzureRights, rights: kubelet, notRights: hasRole("ServicePrincipal", "kubelet-of-another", groupID, "Microsoft.Compute/*")},
	}
}

func TestRowsOfPaths(t *testing.T) {
	for _, c := range pathCases(t) {
		t.Run(c.row+" "+c.from.String(), func(t *testing.T) {
			way := func(from access.Place, manifests string, changes map[string]any, rights func(*rbactest.Rights)) bool {
				if rights == nil {
					rights = func(*rbactest.Rights) {}
				}
				_, is := azureWorld(t, manifests, changes, rights).Graph().Path(from, c.to)
				return is
			}
			assert.True(t, way(c.from, c.found, c.changes, c.rights))
			changes := c.changes
			if c.notChanges != nil {
				changes = c.notChanges
			}
			from := c.from
			if from == masters {
				from = developers // needs no binding, and so nothing else to be missing
			}
			assert.False(t, way(from, c.not, changes, c.notRights))
		})
	}
}
