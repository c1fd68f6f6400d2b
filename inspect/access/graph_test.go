package access_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object/objecttest"
)

// A developer runs commands in shop's pods; one of them runs as an operator that makes
// tokens in kube-system, where an account holds cluster-admin.
const chain = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cluster-admin}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: exec}
rules: [{apiGroups: [""], resources: [pods/exec], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: tokens}
rules: [{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: developers, namespace: shop}
roleRef: {kind: ClusterRole, name: exec}
subjects: [{kind: Group, name: developers}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: operator, namespace: kube-system}
roleRef: {kind: ClusterRole, name: tokens}
subjects: [{kind: ServiceAccount, name: operator, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: controller}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: controller, namespace: kube-system}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: controller, namespace: kube-system}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: operator, namespace: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: operator-0, namespace: shop}
spec: {serviceAccountName: operator, containers: [{name: one, image: x}]}
`

func steps(path access.Path) []string {
	var all []string
	for i := range path {
		all = append(all, path[i].Says()+" -> "+path[i].To.String())
	}
	return all
}

func TestAWayOfSeveralSteps(t *testing.T) {
	g := access.GraphOf(objecttest.View(t, chain, nil))
	developers := access.Subject{Kind: access.Group, Name: "developers"}
	path, is := g.Path(access.At(developers), access.Everything)
	require.True(t, is)
	assert.Equal(t, []string{
		"Runs commands in pods -> any pod in shop",
		"A pod runs as it -> service account shop/operator",
		"Makes tokens for service accounts -> any service account in kube-system",
		"Is one of them -> service account kube-system/controller",
		"May do everything -> cluster-admin",
	}, steps(path))
	assert.Equal(t, "developers", path[0].By.By[0].Name, "the binding that makes the step possible")
	assert.Equal(t, "operator-0", path[1].Pod.Name)
}

// Without any one piece of the chain there is no way.
func TestAMissingPieceEndsTheWay(t *testing.T) {
	developers := access.At(access.Subject{Kind: access.Group, Name: "developers"})
	for name, piece := range map[string]string{
		"no pod runs":             "kind: Pod",
		"no right to make tokens": "name: operator, namespace: kube-system",
		"no admin account":        "name: controller}",
		"no right to execute":     "name: developers, namespace: shop",
	} {
		var left []string
		for manifest := range strings.SplitSeq(chain, "\n---\n") {
			if !strings.Contains(manifest, piece) {
				left = append(left, manifest)
			}
		}
		require.Len(t, left, strings.Count(chain, "\n---\n"), name)
		_, is := access.GraphOf(objecttest.View(t, strings.Join(left, "\n---\n"), nil)).Path(developers, access.Everything)
		assert.False(t, is, name)
	}
}

func TestWhoGetsToClusterAdmin(t *testing.T) {
	g := access.GraphOf(objecttest.View(t, chain, nil))
	var who []string
	for _, reach := range g.WhoReaches(access.Everything) {
		who = append(who, reach.String())
		path, is := g.Path(access.At(reach.Subject), access.Everything)
		require.True(t, is)
		assert.Len(t, path, len(reach.Path), reach.String())
	}
	assert.Equal(t, []string{"service account kube-system/controller", "service account shop/operator", "group developers"}, who)
	assert.Len(t, g.WhoReaches(access.NodeRoot), 3, "who may do everything takes the nodes as well")
	assert.Empty(t, access.GraphOf(objecttest.View(t, "", nil)).WhoReaches(access.Everything))
}
