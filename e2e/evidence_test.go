package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/terminal"
	"github.com/aksight/aksight/inspect/demo"
)

// TestCaptureAndOpenAgain captures a live estate, and looks at it once more without it.
func TestCaptureAndOpenAgain(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{})
	bundle := filepath.Join(t.TempDir(), "incident.aksight.tar.gz")
	live := azure.open(t, "capture", "--output", bundle)
	live.sees("incident.aksight.tar.gz", "14 clusters in 4 subscriptions", "sha256", "could not be read")
	live.ends(3)

	stdout, stderr, code := execute(t, setup{}, "report", "--from", bundle, "--output", "json")
	require.Equal(t, 2, code, stderr)
	saved := parse(t, stdout)
	assert.Equal(t, "evidence", saved.Source.Mode)
	assert.Equal(t, 14, saved.Coverage.Clusters)
	assert.Contains(t, saved.gap(t, "subscription partner-hub"), "Reader")

	s := open(t, setup{cols: 80, rows: 24}, "--from", bundle, "--at", "2099-01-01")
	s.sees("prod-payments", "partner-hub", "evidence of", "judged as of 2099-01-01")
	s.selects("prod-web")
	s.press("enter")
	s.sees("web-edge-01")
	s.press("E")
	s.sees("saved aksight-")
	s.press("q")
	s.ends(0)
}

// azOutput is what az aks list and az monitor diagnostic-settings list print.
func azOutput(t *testing.T) string {
	t.Helper()
	const cluster = "/subscriptions/0b5d7c1e-4f27-4c0b-9a53-7e1d2c9f8a10/resourcegroups/rg/providers/Microsoft.ContainerService/managedClusters/from-az"
	dir := t.TempDir()
	write := func(name string, document any) {
		text, err := json.Marshal(document)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	write("clusters.json", []any{map[string]any{
		"id": cluster, "name": "from-az", "type": "Microsoft.ContainerService/ManagedClusters", "location": "westeurope", "resourceGroup": "rg",
		"provisioningState": "Succeeded", "powerState": map[string]any{"code": "Running"}, "kubernetesVersion": "1.33.5", "enableRbac": true,
		"disableLocalAccounts": false, "aadProfile": nil, "apiServerAccessProfile": map[string]any{"authorizedIpRanges": nil},
		"agentPoolProfiles": []any{map[string]any{"name": "sys", "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5", "osSku": "Ubuntu"}},
	}})
	write("diagnostics.json", []any{map[string]any{
		"id": cluster + "/providers/microsoft.insights/diagnosticSettings/send", "name": "send", "workspaceId": "/subscriptions/s/w",
		"logs": []any{map[string]any{"category": "kube-audit", "enabled": true}},
	}})
	return dir
}

// TestAFolderOfAzOutput opens what people have already, with one file that is broken.
func TestAFolderOfAzOutput(t *testing.T) {
	t.Parallel()
	dir := azOutput(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "broken.json"), []byte("[\n{\"id\": oops}]"), 0o600))
	stdout, stderr, code := execute(t, setup{}, "report", "--from", dir, "--output", "json", "--fail-on", "none")
	require.Equal(t, 3, code, stderr)
	saved := parse(t, stdout)
	assert.Equal(t, 1, saved.Coverage.Clusters)
	assert.Contains(t, saved.gap(t, "broken.json"), "at byte 9 (line 2)")
	assert.Contains(t, saved.gap(t, "maintenance configurations"), "az aks maintenanceconfiguration list")
	local := false
	for _, result := range saved.Results {
		if result.Rule == "AKS-IAM-001" {
			local = result.Verdict == "fail"
		}
		assert.False(t, strings.HasPrefix(result.Rule, "AKS-UPG-001") && result.Verdict == "pass", "its region was not read")
	}
	assert.True(t, local, "local accounts are on")

	s := open(t, setup{cols: 80, rows: 24}, "--from", dir)
	s.sees("evidence of", "1 file not used whole")
	s.press(":", "errors", "enter")
	s.sees("broken.json", "saved file", "at byte 9")
	s.press("esc")
	s.sees("1 file not used whole")
	s.press("enter")
	s.sees("from-az", "1.33.5")
	s.press("q")
	s.ends(0)
}

// TestAPipeIntoTheExplorer reads evidence from standard input and keys from the terminal.
func TestAPipeIntoTheExplorer(t *testing.T) {
	t.Parallel()
	file := filepath.Join(azOutput(t), "clusters.json")
	term, err := terminal.Start(terminal.Command{
		Path: "/bin/sh", Args: []string{"-c", `cat "$1" | "$2" --from -`, "sh", file, program},
		Env: environment(t, setup{}), Cols: 100, Rows: 30, Dir: t.TempDir(),
	})
	require.NoError(t, err)
	t.Cleanup(term.Close)
	s := &session{Terminal: term, t: t}
	s.sees("evidence of")
	s.press("enter")
	s.sees("from-az")
	s.press("q")
	s.ends(0)
}

func TestNothingToOpen(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.json")
	require.NoError(t, os.WriteFile(file, []byte("not JSON"), 0o600))
	_, stderr, code := execute(t, setup{}, "report", "--from", file)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, `x.json" is damaged at byte 1 (line 1): invalid character 'o'`)
	_, stderr, code = execute(t, setup{}, "report", "--from", filepath.Join(t.TempDir(), "gone.json"))
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "gone.json: there is no such file or folder: check the path")
}
