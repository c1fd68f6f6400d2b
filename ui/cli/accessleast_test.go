package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

func auditLine(user, verb, ref string) string {
	return `{"kind":"Event","stage":"ResponseComplete","verb":"` + verb + `","user":{"username":"` + user + `"},"objectRef":` + ref +
		`,"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-20T08:00:00Z"}` + "\n"
}

func auditFile(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.log")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600))
	return path
}

func TestAccessLeast(t *testing.T) {
	const deployer = "system:serviceaccount:tools:ci-deployer"
	log := auditFile(t,
		auditLine(deployer, "patch", `{"resource":"deployments","apiGroup":"apps","namespace":"payments","name":"checkout"}`),
		auditLine(deployer, "get", `{"resource":"deployments","apiGroup":"apps","namespace":"payments","name":"checkout"}`),
		auditLine("jan@marigold.example", "list", `{"resource":"pods"}`),
	)
	demo := []string{"--demo", "--cluster", "pay-weu-01"}
	least := func(args ...string) (int, string, string) {
		return runFixed(t, "", append(append([]string{"access", "least"}, args...), demo...)...)
	}
	code, stdout, stderr := least("sa:tools/ci-deployer", "--audit", log)
	require.Equal(t, exitUnread, code, stderr)
	manifests := strings.Split(stdout, "---\n")
	require.Len(t, manifests, 2)
	var role rbacv1.Role
	require.NoError(t, yaml.UnmarshalStrict([]byte(manifests[0]), &role))
	assert.Equal(t, "tools-ci-deployer-least", role.Name)
	assert.Equal(t, []rbacv1.PolicyRule{{Verbs: []string{"get", "patch"}, APIGroups: []string{"apps"}, Resources: []string{"deployments"}, ResourceNames: []string{"checkout"}}}, role.Rules)
	var binding rbacv1.RoleBinding
	require.NoError(t, yaml.UnmarshalStrict([]byte(manifests[1]), &binding))
	assert.Equal(t, "payments", binding.Namespace)
	for _, said := range []string{
		"service account tools/ci-deployer: 2 requests, from 2026-11-20 08:00 UTC", "(of 3 in the log)",
		"could go once the roles are applied:\n  ClusterRoleBinding ci-deployer (ClusterRole cluster-admin, whole cluster): it names others too",
		"not told: requests that were left out",
	} {
		assert.Contains(t, stderr, said)
	}

	code, stdout, _ = least("sa:tools/ci-deployer", "--audit", log, "-o", "json")
	assert.Equal(t, exitUnread, code)
	var answer struct {
		Schema string
		Least  struct {
			Requests int
			Roles    []struct{ Kind string }
			Holds    []struct{ Binding, Found string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &answer))
	assert.Equal(t, "aksight.access/1", answer.Schema)
	assert.Equal(t, 2, answer.Least.Requests)
	assert.Equal(t, "Role", answer.Least.Roles[0].Kind)

	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no log":         {[]string{"sa:tools/ci-deployer"}, "give the log with --audit FILE"},
		"no file":        {[]string{"sa:tools/ci-deployer", "--audit", log + "x"}, "no such file"},
		"another form":   {[]string{"sa:tools/ci-deployer", "--audit", log, "-o", "table"}, "use yaml or json"},
		"somebody else":  {[]string{"sa:tools/other", "--audit", log}, "none of the 3 requests in the log is of service account tools/other; it tells of system:serviceaccount:tools:ci-deployer"},
		"no log at all":  {[]string{"sa:tools/ci-deployer", "--audit", auditFile(t, "\n", "hello\n")}, "line 2: it is no JSON; give the API server's audit.log"},
		"an empty file":  {[]string{"sa:tools/ci-deployer", "--audit", auditFile(t)}, "the log is empty; give"},
		"an empty place": {[]string{"sa:tools/ci-deployer", "--audit", t.TempDir()}, "the folder holds no file that ends with .json"},
	} {
		code, _, stderr := least(c.args...)
		assert.Equal(t, exitError, code, name)
		assert.Contains(t, stderr, c.want, name)
	}
}
