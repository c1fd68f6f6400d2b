package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// auditLine is a request of the service account payments/default in an audit log.
func auditLine(id int, verb, resource, namespace, name string, code int) string {
	return fmt.Sprintf(`{"kind":"Event","auditID":"a%d","stage":"ResponseComplete","requestURI":"/api","verb":%q,"user":{"username":"system:serviceaccount:payments:default"},`+
		`"objectRef":{"resource":%q,"namespace":%q,"name":%q},"responseStatus":{"code":%d},"requestReceivedTimestamp":"2026-11-20T08:00:%02dZ"}`+"\n",
		id, verb, resource, namespace, name, code, id)
}

func TestTheLeastInTheDemo(t *testing.T) {
	log := filepath.Join(t.TempDir(), "audit.log")
	require.NoError(t, os.WriteFile(log, []byte(auditLine(1, "get", "secrets", "payments", "db", 200)+
		auditLine(2, "list", "pods", "payments", "", 200)+auditLine(3, "delete", "nodes", "", "aks-1", 403)), 0o600))
	args := func(more ...string) []string {
		return append([]string{"access", "least", "sa:payments/default", "--demo", "--cluster", "pay-weu-01"}, more...)
	}
	code, stdout, stderr := runFixed(t, "", args("--audit", log)...)
	require.Equal(t, exitUnread, code, stderr)
	comments, manifests, _ := strings.Cut(stdout, "---\n")
	assert.Contains(t, comments, "2 requests from 2026-11-20T08:00:01Z to 2026-11-20T08:00:02Z")
	assert.Contains(t, comments, "# Held and used in part:\n#   * on * (*), by ClusterRoleBinding payments-default-admin")
	assert.Contains(t, comments, "#   delete nodes")
	assert.NotContains(t, comments, "system:discovery", "everybody has it")
	assert.Contains(t, manifests, "kind: Role\nmetadata:\n  name: default-least\n  namespace: payments\n")
	assert.NotContains(t, manifests, "nodes")

	code, stdout, _ = runFixed(t, "", args("--audit", log, "-o", "json", "--role-name", "mine")...)
	assert.Equal(t, exitUnread, code)
	assert.Contains(t, stdout, `"schema": "aksight.access/1"`)
	assert.Contains(t, stdout, `"name": "mine"`)

	none := filepath.Join(t.TempDir(), "none.log")
	require.NoError(t, os.WriteFile(none, []byte("nonsense\n"), 0o600))
	for name, wrong := range map[string]struct {
		args []string
		says string
	}{
		"no log":          {args(), "--audit FILE"},
		"a missing file":  {args("--audit", "missing.log"), "missing.log"},
		"no events":       {args("--audit", none), "No audit event could be read"},
		"somebody else's": {[]string{"access", "least", "sa:payments/other", "--audit", log, "--demo", "--cluster", "pay-weu-01"}, "shows no request that service account payments/other was allowed, among 3"},
		"another form":    {args("--audit", log, "-o", "table"), "use yaml or json"},
	} {
		code, _, stderr := runFixed(t, "", wrong.args...)
		assert.Equal(t, exitError, code, name)
		assert.Contains(t, stderr, wrong.says, name)
	}
}
