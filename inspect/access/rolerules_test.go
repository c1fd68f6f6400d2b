package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

func TestTheRulesOfARole(t *testing.T) {
	w := access.NewWorld(nil, objecttest.View(t, `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: ops}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: ops}}, {matchExpressions: [{key: to, operator: Broken}]}]}
rules:
- {apiGroups: [""], resources: [secrets], verbs: [get, list]}
- {apiGroups: [""], resources: [configmaps], verbs: [get]}
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterrolebindings], verbs: [create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: ops-secrets, labels: {to: ops}}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: another, labels: {to: others}}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: runs, namespace: shop}
rules: [{apiGroups: [""], resources: [nodes/proxy], verbs: [get, create]}, {apiGroups: [""], resources: [pods/exec], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ops}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ops}
subjects: [{kind: User, name: ana}]
`, nil), nil, nil)
	ops := w.Role(model.Ref{Kind: model.KindClusterRole, Name: "ops"})
	require.NotNil(t, ops)
	rules := w.RulesOf(ops)
	require.Len(t, rules, 4)
	assert.Equal(t, []string{"ops-secrets"}, rules[0].From, "which fragment brought it")
	assert.Equal(t, model.Critical, *rules[0].Severity)
	assert.Nil(t, rules[1].Severity, "reading ConfigMaps is no danger")
	assert.Empty(t, rules[1].From, "the label is another's")
	ids := func(r access.RoleRule) []string {
		var all []string
		for _, power := range r.Powers {
			all = append(all, power.ID)
		}
		return all
	}
	assert.Contains(t, ids(rules[2]), "R22", "it takes both")
	assert.Contains(t, ids(rules[3]), "R22")
	assert.Len(t, w.Held(ops.Ref), 1)

	runs := w.Role(model.Ref{Kind: model.KindRole, Namespace: "shop", Name: "runs"})
	require.NotNil(t, runs)
	rules = w.RulesOf(runs)
	assert.Nil(t, rules[0].Severity, "nodes are in no namespace")
	assert.Equal(t, model.High, *rules[1].Severity)
	assert.Empty(t, w.Held(runs.Ref), "nobody holds it")
	assert.Nil(t, w.Role(model.Ref{Kind: model.KindClusterRole, Name: "gone"}))
}

func TestTheRulesOfARoleOfAzure(t *testing.T) {
	const ana = "ana@contoso.example"
	w := world(roles(t).User(ana).Assign("User", ana, "RBAC Admin", clusterID), nil)
	ref := model.Ref{Kind: model.KindRoleDefinition, Name: "RBAC Admin"}
	role := w.Role(ref)
	require.NotNil(t, role)
	rules := w.RulesOf(role)
	require.Len(t, rules, 1)
	assert.Contains(t, rules[0].Text, "data actions "+aks+"*, except "+aks+"namespaces/write")
	assert.Equal(t, model.Critical, *rules[0].Severity)
	assert.Len(t, w.Held(ref), 1)
}
