package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

// write makes a file of that content, and returns its path.
func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// waiveAll waives every failure of the demo that is critical or high.
func waiveAll(t *testing.T, until string) string {
	t.Helper()
	_, report := demoReport(t)
	text, seen := "", map[string]bool{}
	for _, result := range report.Results {
		if result.Verdict == model.Fail && result.Severity >= model.High && !seen[result.Rule] {
			seen[result.Rule] = true
			text += "- {rule: " + result.Rule + ", resource: '*', owner: ana, reason: accepted, until: " + until + "}\n"
		}
	}
	return text
}

func TestWaivedFindingsDoNotDecideTheExitCode(t *testing.T) {
	file := write(t, t.TempDir(), "w.yaml", waiveAll(t, "2027-01-31"))
	code, report := demoReport(t, "--waivers", file)
	assert.Equal(t, exitUnread, code)
	assert.Zero(t, report.Summary.Findings.Critical+report.Summary.Findings.High)
	waived := 0
	for _, result := range report.Results {
		if result.Waived == nil {
			continue
		}
		waived++
		assert.Equal(t, model.Fail, result.Verdict)
		assert.Equal(t, "ana", result.Waived.Owner)
		assert.Equal(t, "2027-01-31", result.Waived.Until)
		assert.Equal(t, file, result.Waived.File)
	}
	assert.Equal(t, waived, report.Summary.Waived)
	assert.Positive(t, waived)
	fails := report.Summary.Verdicts.Fail
	_, without := demoReport(t)
	assert.Equal(t, without.Summary.Verdicts.Fail, fails, "they stay failures")
}

func TestExpiredWaiversLetFindingsComeBack(t *testing.T) {
	file := write(t, t.TempDir(), "w.yaml", waiveAll(t, "2026-11-01"))
	code, report := demoReport(t, "--waivers", file)
	assert.Equal(t, exitFindings, code)
	assert.Zero(t, report.Summary.Waived)
	_, stdout, _ := run(t, "report", "--demo", "--waivers", file)
	assert.Contains(t, stdout, "(the waiver of ana expired on 2026-11-01)")
}

func TestWaiversOfTheSettings(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("AKSIGHT_CONFIG_DIR", folder)
	text := waiveAll(t, "2027-01-31")
	write(t, folder, "waivers.yaml", text)
	code, _ := demoReport(t)
	assert.Equal(t, exitUnread, code, "those of the settings' folder are found by themselves")

	require.NoError(t, os.Rename(filepath.Join(folder, "waivers.yaml"), filepath.Join(folder, "ours.yaml")))
	code, _ = demoReport(t)
	assert.Equal(t, exitFindings, code)
	write(t, folder, "config.yaml", "waivers: [ours.yaml, gone.yaml]\n")
	code, report := demoReport(t)
	assert.Equal(t, exitUnread, code, "paths are relative to the settings")
	assert.Contains(t, report.Coverage.CouldNotRead[len(report.Coverage.CouldNotRead)-1].Why, "gone.yaml: none of its waivers holds")
}

func TestBrokenWaiversAreNamedAndNeverWaive(t *testing.T) {
	file := write(t, t.TempDir(), "w.yaml", "- {rule: AKS-NET-001, resource: '*', owner: ana, until: 2027-01-01}\n")
	_, report := demoReport(t, "--waivers", file)
	assert.Zero(t, report.Summary.Waived)
	last := report.Coverage.CouldNotRead[len(report.Coverage.CouldNotRead)-1]
	assert.Equal(t, "a waiver", last.What)
	assert.Equal(t, file+":1: reason missing: this waiver does not hold", last.Why)

	code, _, stderr := run(t, "report", "--demo", "--waivers", filepath.Join(t.TempDir(), "none.yaml"))
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "there is no such file")
}

func TestWaiversCheck(t *testing.T) {
	file := write(t, t.TempDir(), "w.yaml", `
- {rule: AKS-NET-001, resource: "*/managedClusters/pay-weu-01", owner: ana, reason: r, until: 2027-02-22}
- {rule: AKS-NET-001, resource: "*/managedClusters/web-*", owner: ana, reason: r, until: 2026-11-01}
- {rule: AKS-NET-001, resource: "*/managedClusters/pay-weu-01", owner: ana, reason: r, until: 2026-12-10}
- {rule: AKS-NET-001, resource: /subscriptions/x, owner: ana, reason: r, until: 2027-02-22}
- {rule: AKS-NET-001, resource: "*", part: sys*, owner: ana, reason: r, until: 2027-02-22}
- {rule: AKS-NO-001, resource: "*", owner: ana, reason: r, until: 2027-02-22}
- {rule: AKS-NET-001, resource: "*/managedClusters/pay-pci-01", owner: ana, reason: r, until: 2027-02-22}
- {rule: AKS-NET-001, resource: "*", owner: ana, reason: r}
`)
	code, stdout, _ := run(t, "waivers", "check", "--demo", file)
	assert.Equal(t, exitFindings, code)
	for _, want := range []string{
		":9: until missing: this waiver does not hold",
		":3: AKS-NET-001 of ana: it expired on 2026-11-01, and 3 findings are back",
		":4: AKS-NET-001 of ana: it ends on 2026-12-10, in 16 days",
		":5: AKS-NET-001 of ana: it matches nothing in what could be read: a resource names a cluster",
		":6: AKS-NET-001 of ana: it matches nothing in what could be read: the rule judges clusters",
		":7: AKS-NO-001 of ana: there is no such rule",
		":8: AKS-NET-001 of ana: what it matches does not fail any more: take it out",
		"\n7 waivers need a look, 1 is fine\n",
	} {
		assert.Contains(t, stdout, want)
	}
	code, stdout, stderr := run(t, "waivers", "list", file)
	assert.Equal(t, exitClean, code)
	assert.Contains(t, stderr, file+":9: until missing")
	assert.Contains(t, stdout, "7 waivers, 1 of them for 30 days or less, 1 expired;")
	assert.Less(t, strings.Index(stdout, "2026-11-01"), strings.Index(stdout, "2027-02-22"))
	_, stdout, _ = run(t, "waivers", "list", file, "-o", "json")
	var lines []map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout), &lines))
	assert.Equal(t, "expired", lines[0]["state"])

	good := write(t, t.TempDir(), "good.yaml", `- {rule: AKS-NET-001, resource: "*/managedClusters/pay-weu-01", owner: ana, reason: r, until: 2027-02-22}`)
	code, stdout, _ = run(t, "waivers", "check", "--demo", good)
	assert.Equal(t, exitClean, code)
	assert.Equal(t, "0 waivers need a look, 1 is fine\n", stdout)
	_, stdout, _ = run(t, "waivers", "list")
	assert.Contains(t, stdout, "no waivers")
}
