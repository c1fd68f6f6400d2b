package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// insideReport is a report as a program reads it that looks for Kubernetes objects.
type insideReport struct {
	Coverage struct {
		CouldNotRead []struct{ What, Why string }
	}
	Results []struct {
		Rule, Verdict, Reason string
		Severity              string
		Resource              any
		Part                  string
	}
}

func reportInside(t *testing.T, args ...string) insideReport {
	t.Helper()
	_, stdout, stderr := runFixed(t, "", append([]string{"report", "--output", "json"}, args...)...)
	require.Empty(t, stderr)
	var report insideReport
	require.NoError(t, json.Unmarshal([]byte(stdout), &report))
	return report
}

func TestReportOnWhatRuns(t *testing.T) {
	report := reportInside(t, "--demo", "--kubernetes")
	found := map[string]bool{}
	for _, result := range report.Results {
		object, is := result.Resource.(map[string]any)
		if !is {
			continue
		}
		assert.Empty(t, result.Part)
		assert.NotEmpty(t, object["cluster"])
		assert.NotEmpty(t, object["apiVersion"])
		found[object["kind"].(string)+" "+result.Rule+" "+result.Verdict] = true
	}
	assert.True(t, found["DaemonSet AKS-WL-001 fail"])
	assert.True(t, found["PodDisruptionBudget AKS-UPG-011 fail"])
	var gaps []string
	for _, gap := range report.Coverage.CouldNotRead {
		gaps = append(gaps, gap.What+": "+gap.Why)
	}
	all := strings.Join(gaps, "\n")
	assert.Contains(t, all, "Secret objects in cluster web-win-01: ana@marigold.example may not list secrets")
	assert.Contains(t, all, "what runs in cluster ds-batch-01: The cluster is stopped")
	assert.Contains(t, all, "what runs in cluster pay-neu-01: The cluster is private")
	assert.Contains(t, all, "ds-lab-01: The cluster has no Entra ID")
	for _, result := range reportInside(t, "--demo").Results {
		assert.IsType(t, "", result.Resource, "nobody asked the Kubernetes APIs")
	}
}

// A bundle gives the verdicts of its capture, on what runs too.
func TestABundleOfWhatRuns(t *testing.T) {
	bundle := filepath.Join(t.TempDir(), "x.aksight.tar.gz")
	code, _, stderr := runFixed(t, "", "capture", "--demo", "--kubernetes", "-o", bundle)
	require.Equal(t, exitUnread, code, stderr)
	live, saved := reportInside(t, "--demo", "--kubernetes"), reportInside(t, "--from", bundle)
	require.Len(t, saved.Results, len(live.Results))
	for i := range live.Results {
		live.Results[i].Reason, saved.Results[i].Reason = "", "" // where it was read stands in some
	}
	assert.Equal(t, live.Results, saved.Results)
}

func TestWhatAPodHasInReachInTheDemo(t *testing.T) {
	_, stdout, _ := runFixed(t, "", "paths", "--demo", "--cluster", "pay-weu-01")
	_, pod, found := strings.Cut(stdout, "(Pod ")
	require.True(t, found)
	pod, _, _ = strings.Cut(pod, ")")
	_, stdout, stderr := runFixed(t, "", "blast", pod, "--demo", "--cluster", "pay-weu-01")
	require.Empty(t, stderr)
	assert.Contains(t, stdout, "[critical] pod "+pod)
	assert.Contains(t, stdout, "reaches the metadata service of the node")
	_, stdout, _ = runFixed(t, "", "blast", pod, "--demo", "--cluster", "pay-weu-01", "-o", "json")
	var answer struct {
		Schema string
		Tree   struct{ Severity string }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &answer))
	assert.Equal(t, "aksight.access/1", answer.Schema)
	assert.Equal(t, "critical", answer.Tree.Severity)
	code, _, stderr := runFixed(t, "", "blast", "shop", "--demo", "--cluster", "pay-weu-01")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "NAMESPACE/POD")
}

func TestAccessInTheDemo(t *testing.T) {
	code, stdout, stderr := runFixed(t, "", "who-can", "get", "secrets", "-A", "--demo", "--cluster", "pay-weu-01", "-o", "json")
	require.Empty(t, stderr)
	require.Equal(t, exitUnread, code, "one group keeps its members to itself")
	assert.Contains(t, stdout, "sg-external-auditors")
	assert.Contains(t, stdout, `"schema": "aksight.access/1"`)
	assert.Contains(t, stdout, `"system:masters"`)
	_, stdout, _ = runFixed(t, "", "paths", "--demo", "--cluster", "pay-weu-01")
	assert.Contains(t, stdout, "-> cluster-admin: May do everything")
	_, stdout, _ = runFixed(t, "", "who-can", "--preset", "admin-kubeconfig", "--demo", "--cluster", "pay-weu-01")
	assert.Contains(t, stdout, "jan@marigold.example", "by a role of Azure")
	assert.Contains(t, stdout, "eligible", "whoever may take one")
	assert.Contains(t, stdout, "unresolved user", "an account that was deleted")
	_, stdout, _ = runFixed(t, "", "paths", "--demo", "--cluster", "pay-weu-01", "-o", "mermaid")
	assert.Contains(t, stdout, "flowchart")
	_, stdout, _ = runFixed(t, "", "can", "user:jan@marigold.example", "list", "secrets", "--demo", "--cluster", "pay-weu-01")
	assert.Contains(t, stdout, "ClusterRoleBinding debug-checkout")
	_, stdout, _ = runFixed(t, "", "timeline", "--days", "120", "--demo", "--cluster", "pay-weu-01")
	assert.Regexp(t, `fetched the admin kubeconfig +jan@marigold.example +this cluster +the activity log`, stdout)
	assert.Regexp(t, `binding debug-checkout to cluster-admin was made +user jan@marigold.example`, stdout)
	assert.Contains(t, stdout, "not told: bindings that were deleted")
	_, stdout, _ = runFixed(t, "", "what-if", "--disable-local-accounts", "--demo", "--cluster", "pay-weu-01")
	assert.Contains(t, stdout, "user jan@marigold.example")
	assert.Contains(t, stdout, "loses: Fetches the admin kubeconfig")
	_, stdout, _ = runFixed(t, "", "what-if", "--binding", "ClusterRoleBinding/payments-default-admin", "--demo", "--cluster", "pay-weu-01")
	assert.Contains(t, stdout, "service account payments/default")
	_, stdout, _ = runFixed(t, "", "can", "group:sg-payments-developers", "--matrix", "--demo", "--cluster", "pay-weu-01")
	assert.Regexp(t, `\nsecrets +ns +ns +ns +ns +ns +ns +ns +ns +RoleBinding payments/payments-developers\n`, stdout)
	assert.Regexp(t, `\nnamespaces +ns +ns +ns +- +- `, stdout)
	assert.Regexp(t, `\nserviceaccounts .* impersonate ns `, stdout)
	_, stdout, _ = runFixed(t, "", "can", "group:sg-payments-developers", "--matrix", "--demo", "--cluster", "pay-weu-01", "-o", "json")
	assert.Contains(t, stdout, `"namespaces": [`)
	for _, wrong := range [][]string{
		{"can", "sa:shop/web", "get", "pods", "--matrix", "--demo"},
		{"what-if", "--demo"}, {"what-if", "--binding", "Role/x", "--demo", "--cluster", "pay-weu-01"},
		{"what-if", "--binding", "ClusterRoleBinding/none", "--demo", "--cluster", "pay-weu-01"},
		{"what-if", "--member", "sg-platform=nobody", "--demo", "--cluster", "pay-weu-01"},
	} {
		code, _, stderr = runFixed(t, "", wrong...)
		assert.Equal(t, exitError, code, wrong)
		assert.NotEmpty(t, stderr)
	}
	_, stdout, _ = runFixed(t, "", "can", "sa:payments/default", "--demo", "--cluster", "pay-weu-01")
	assert.Contains(t, stdout, "critical")
	code, _, stderr = runFixed(t, "", "who-can", "get", "secrets", "--demo")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "choose one with --cluster NAME")
	code, stdout, _ = runFixed(t, "", "who-can", "get", "secrets", "--demo", "--cluster", "web-win-01")
	assert.Equal(t, exitUnread, code, stdout)
	assert.Contains(t, stdout, "could not read ClusterRole objects")
}
