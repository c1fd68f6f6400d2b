package access_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

func activity(id, at, operation, scope, status string) *model.Resource {
	return &model.Resource{ID: model.ID(subscription + "/events/" + id), Kind: model.KindActivityEvent, Raw: model.NewJSON([]byte(
		`{"caller":"ana@contoso.example","eventTimestamp":"` + at + `","operationName":{"value":"` + operation + `"},"status":{"value":"` + status +
			`"},"authorization":{"scope":"` + scope + `"},"claims":{"x":1}}`,
	))}
}

func TestWhoGotAccessLately(t *testing.T) {
	view := objecttest.View(t, `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cluster-admin, creationTimestamp: "2025-01-01T00:00:00Z"}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: debug
  creationTimestamp: "2026-02-01T00:00:00Z"
  managedFields:
  - {manager: kubectl-create, operation: Update, time: "2026-02-01T00:00:01Z"}
  - {manager: kubectl-edit, operation: Update, time: "2026-03-05T00:00:00Z"}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects: [{kind: User, name: bo@contoso.example}]
`, nil)
	rights := roles(t).User("ana@contoso.example").User("bo@contoso.example").
		Assign("User", "ana@contoso.example", "Contributor", groupID).View()
	rights.Resources[model.KindActivityEvent] = []*model.Resource{
		activity("1", "2026-03-10T00:00:00Z", "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action", clusterID, "Succeeded"),
		activity("2", "2026-03-11T00:00:00Z", "Microsoft.ContainerService/managedClusters/runCommand/action", clusterID, "Failed"),
		activity("3", "2026-03-12T00:00:00Z", "Microsoft.Authorization/roleAssignments/delete", groupID+"/providers/Microsoft.Authorization/roleAssignments/x", "Succeeded"),
		activity("4", "2026-03-13T00:00:00Z", "Microsoft.Authorization/roleAssignments/write", subscription+"/resourceGroups/other", "Succeeded"),
	}
	w := access.NewWorld(payCluster(nil), view, azurerbac.New(rights), nil)
	since := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var said []string
	for _, deed := range w.Timeline(since) {
		said = append(said, deed.At.Format(time.DateOnly)+" "+deed.String()+" "+deed.Source)
	}
	assert.Equal(t, []string{
		"2026-03-12 deleted a role assignment (by ana@contoso.example) the activity log",
		"2026-03-11 tried and was refused: ran a command in the cluster through Azure (by ana@contoso.example) the activity log",
		"2026-03-10 fetched the admin kubeconfig (by ana@contoso.example) the activity log",
		"2026-03-05 user bo@contoso.example: binding debug to cluster-admin was written (by kubectl-edit) the object's managed fields",
		"2026-03-01 user ana@contoso.example: got the role Contributor the role assignment's own date",
		"2026-02-01 user bo@contoso.example: binding debug to cluster-admin was made (by kubectl-create) the object's creation",
	}, said, "latest first, and nothing of other resource groups or of before")
	require.NotEmpty(t, w.TimelineGaps())
	assert.Contains(t, w.TimelineGaps()[3].Why, "not read", "the activity log was not read to its end")
}
