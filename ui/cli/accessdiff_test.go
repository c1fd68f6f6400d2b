package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAccessDiff(t *testing.T) {
	const admin = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cluster-admin}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
`
	const newcomer = `
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: new-admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: User, name: newcomer, apiGroup: rbac.authorization.k8s.io}]
`
	// Both lie in folders of one name: that of a folder names what its manifests are of.
	dir := t.TempDir()
	capture := func(name, manifests string) string {
		path := filepath.Join(dir, name, "shop")
		require.NoError(t, os.MkdirAll(path, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(path, "rbac.yaml"), []byte(manifests), 0o600))
		return path
	}
	old, later := capture("old", admin), capture("new", admin+newcomer)
	code, stdout, stderr := runFixed(t, "", "access", "diff", old, later)
	assert.Equal(t, exitFindings, code, stderr)
	assert.Contains(t, stdout, "+ user newcomer: gets to cluster-admin")
	assert.Contains(t, stdout, "+ user newcomer: role cluster-admin in whole cluster (ClusterRoleBinding new-admin)")
	_, stdout, _ = runFixed(t, "", "access", "diff", later, old, "-o", "json")
	assert.Contains(t, stdout, `"schema": "aksight.access/1"`)
	assert.Contains(t, stdout, `"change": "lost"`)
	code, stdout, _ = runFixed(t, "", "access", "diff", old, old)
	assert.Equal(t, exitUnread, code, "manifests hold no service accounts and pods that are known to be all")
	assert.Contains(t, stdout, "nothing differs")
	code, _, stderr = runFixed(t, "", "access", "diff", old, filepath.Join(dir, "none"))
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "none")
}
