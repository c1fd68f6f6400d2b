package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

// cellOf finds a cell by its row and verb; the row has to be there.
func cellOf(t *testing.T, rows []access.MatrixRow, resource, verb string) access.MatrixCell {
	t.Helper()
	for _, row := range rows {
		if row.Resource != resource {
			continue
		}
		for i, column := range access.MatrixVerbs {
			if column == verb {
				return row.Cells[i]
			}
		}
		for _, other := range row.Others {
			if other.Verb == verb {
				return other.MatrixCell
			}
		}
		return access.MatrixCell{}
	}
	require.Fail(t, "no row "+resource)
	return access.MatrixCell{}
}

func resourcesIn(rows []access.MatrixRow) []string {
	all := make([]string, len(rows))
	for i := range rows {
		all[i] = rows[i].Resource
	}
	return all
}

func TestTheMatrixOfASubject(t *testing.T) {
	w := access.NewWorld(nil, objecttest.View(t, `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: sees}
rules:
- {apiGroups: [""], resources: [pods, nodes], verbs: [get, list]}
- {apiGroups: [""], resources: [serviceaccounts], verbs: [impersonate]}
- {apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [get, create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: runs, namespace: shop}
rules:
- {apiGroups: [""], resources: [pods/exec], verbs: [create]}
- {apiGroups: [""], resources: [pods], verbs: ["*"]}
- {apiGroups: [""], resources: [nodes], verbs: [delete]}
- {apiGroups: [example.com], resources: [widgets], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: sees}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: sees}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: runs, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: runs}
subjects: [{kind: Group, name: "system:serviceaccounts:shop"}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
`, nil), nil, nil)
	rows := w.Matrix(access.Subject{Kind: access.ServiceAccount, Namespace: "shop", Name: "web"})
	assert.ElementsMatch(t, []string{"pods", "nodes", "serviceaccounts", "secrets", "pods/exec", "widgets.example.com"}, resourcesIn(rows))
	assert.Equal(t, "widgets.example.com", rows[len(rows)-1].Resource, "no danger by itself")

	pods := cellOf(t, rows, "pods", "get")
	assert.Equal(t, access.Everywhere, pods.Extent)
	require.Len(t, pods.Reasons, 2)
	assert.Equal(t, "sees", pods.Reasons[0].Name, "what counts everywhere comes first")
	assert.Equal(t, "system:serviceaccounts:shop", pods.Reasons[1].As.Name, "and by a group")
	assert.Equal(t, access.InNamespaces, cellOf(t, rows, "pods", "delete").Extent)
	assert.Equal(t, access.InNamespaces, cellOf(t, rows, "pods/exec", "create").Extent)
	assert.Equal(t, access.Nowhere, cellOf(t, rows, "nodes", "delete").Extent, "nodes are in no namespace")
	assert.Equal(t, access.Everywhere, cellOf(t, rows, "serviceaccounts", "impersonate").Extent)
	secrets := cellOf(t, rows, "secrets", "get")
	assert.Equal(t, access.Everywhere, secrets.Extent)
	assert.True(t, secrets.Named, "one Secret alone")
	assert.False(t, pods.Named)
	assert.Equal(t, access.Nowhere, cellOf(t, rows, "secrets", "create").Extent, "what is made has no name yet")
	assert.Empty(t, w.Matrix(access.Subject{Kind: access.User, Name: "nobody"}))
}

func TestTheMatrixOfWhoMayDoEverything(t *testing.T) {
	w := access.NewWorld(nil, objecttest.View(t, `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cluster-admin}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
`, nil), nil, nil)
	rows := w.Matrix(access.Subject{Kind: access.Group, Name: access.Masters})
	require.NotEmpty(t, rows)
	assert.Equal(t, access.All, rows[0].Resource)
	for _, row := range rows {
		for i := range row.Cells {
			assert.Equal(t, access.Everywhere, row.Cells[i].Extent, row.Resource)
		}
	}
	assert.Equal(t, model.Critical, *rows[1].Severity)
}

func TestTheMatrixTellsRolesOfAzureThatAreNotActive(t *testing.T) {
	const ana = "ana@contoso.example"
	w := world(roles(t).User(ana).Eligible("User", ana, "RBAC Writer", clusterID+"/namespaces/shop"), nil)
	secrets := cellOf(t, w.Matrix(person(ana)), "secrets", "get")
	assert.Equal(t, access.InNamespaces, secrets.Extent)
	assert.True(t, secrets.Eligible)
}
