package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

func TestTheStarterPassesItsTest(t *testing.T) {
	code, text, stderr := run(t, "rules", "new", "acme-gov-001")
	require.Equal(t, exitClean, code, stderr)
	folder := t.TempDir()
	write(t, folder, "README.md", "about our rules\n")
	file := write(t, folder, "acme-gov-001.md", text)
	code, stdout, stderr := run(t, "rules", "test", folder)
	assert.Equal(t, exitClean, code)
	assert.Equal(t, "ok    "+file+"  3 examples, 2 fixes tried\n\n1 rule, all as their examples say\n", stdout)
	assert.Empty(t, stderr)

	for _, id := range []string{"AKS-NET-001", "net 1", "x"} {
		code, stdout, _ = run(t, "rules", "new", id)
		assert.Equal(t, exitError, code, id)
		assert.Empty(t, stdout)
	}
}

// ownRule is a rule file whose failing condition is given.
func ownRule(t *testing.T, id, fails string) string {
	t.Helper()
	_, text, _ := run(t, "rules", "new", id)
	return strings.Replace(text, "fails: r.?tags.?owner.orValue('') == ''", "fails: "+fails, 1)
}

func TestOwnRulesAreJudgedInReports(t *testing.T) {
	config := t.TempDir()
	t.Setenv("AKSIGHT_CONFIG_DIR", config)
	write(t, config, "ours/a.md", ownRule(t, "ACME-GOV-001", "r.?tags.?costcenter.orValue('') == ''"))
	write(t, config, "ours/b.md", ownRule(t, "ACME-GOV-002", "r.x =="))
	write(t, config, "config.yaml", "rules: {folders: [ours]}\n")
	_, report := demoReport(t)
	fails := 0
	for _, result := range report.Results {
		if result.Rule == "ACME-GOV-001" && result.Verdict == model.Fail {
			fails++
			if len(result.Blocked) > 0 {
				continue // a stopped cluster takes no changes
			}
			require.NotEmpty(t, result.Fix)
			assert.Contains(t, result.Fix[0].Command, "az tag update --resource-id /subscriptions/")
		}
	}
	assert.Positive(t, fails)
	last := report.Coverage.CouldNotRead[len(report.Coverage.CouldNotRead)-1]
	assert.Contains(t, last.Why, filepath.Join(config, "ours", "b.md")+":8: fails: column")

	_, stdout, stderr := run(t, "rules", "list")
	assert.Contains(t, stdout, "ACME-GOV-001")
	assert.NotContains(t, stdout, "ACME-GOV-002")
	assert.Contains(t, stderr, "b.md:8: fails")
	_, stdout, _ = run(t, "rules", "show", "acme-gov-001")
	assert.Contains(t, stdout, "Clusters carry no owner tag")
	assert.Contains(t, stdout, filepath.Join(config, "ours", "a.md"))

	_, stdout, stderr = run(t, "rules", "show", filepath.Join(config, "ours"))
	assert.Contains(t, stdout, "Clusters carry no owner tag")
	assert.Contains(t, stderr, "b.md:8: fails")

	code, stdout, _ := run(t, "rules", "test")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stdout, "2 of 2 files broken", "the first does not do what its examples say any more")
}

func TestFoldersOfTheFlag(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "a.md", strings.Replace(ownRule(t, "ACME-GOV-001", "true"), "id: ACME-GOV-001", "id: AKS-NET-001\nreplaces: true", 1))
	_, report := demoReport(t, "--rules", folder)
	for _, result := range report.Results {
		if result.Rule == "AKS-NET-001" {
			assert.Equal(t, "Clusters carry no owner tag", result.Title, "it judges in the place of the catalogue's")
		}
	}
	for _, args := range [][]string{{"report", "--demo", "--rules", folder + "/none"}, {"rules", "list", "--rules", filepath.Join(folder, "a.md")}, {"rules", "test"}} {
		code, _, stderr := run(t, args...)
		assert.Equal(t, exitError, code, args)
		assert.NotEmpty(t, stderr)
	}
}

func TestRulesOfAFolderAreShown(t *testing.T) {
	t.Setenv("AKSIGHT_CONFIG_DIR", t.TempDir())
	folder := t.TempDir()
	write(t, folder, "a.md", ownRule(t, "ACME-GOV-001", "true"))
	write(t, folder, "b.md", strings.Replace(ownRule(t, "ACME-NET-002", "true"), "topic: governance", "topic: network", 1))
	empty, broken := t.TempDir(), t.TempDir()
	write(t, broken, "c.md", ownRule(t, "ACME-GOV-003", "r.x =="))
	t.Chdir(folder) // where a folder could be taken for a rule, the rule is meant
	write(t, folder, filepath.Join("aks-net-001", "a.md"), "")
	for name, c := range map[string]struct {
		args   []string
		code   int
		holds  []string
		lacks  []string
		stderr string
	}{
		"a folder":         {args: []string{folder}, holds: []string{"ACME-GOV-001", "ACME-NET-002", "\n\n"}},
		"the present one":  {args: []string{"."}, holds: []string{"ACME-GOV-001", "ACME-NET-002"}},
		"as pages":         {args: []string{folder, "-o", "md"}, holds: []string{"# ACME-GOV-001: ", "# ACME-NET-002: "}},
		"one of it":        {args: []string{"acme-gov-001", "--rules", folder}, holds: []string{"ACME-GOV-001"}, lacks: []string{"ACME-NET-002"}},
		"selected":         {args: []string{folder, "--topic", "network"}, holds: []string{"ACME-NET-002"}, lacks: []string{"ACME-GOV-001"}},
		"an ID":            {args: []string{"aks-net-001"}, holds: []string{"AKS-NET-001"}},
		"nothing":          {args: []string{"nowhere"}, code: exitError, stderr: "there is no rule nowhere; aksight rules list lists them"},
		"no folder":        {args: []string{"./nowhere"}, code: exitError, stderr: "./nowhere: there is no such folder"},
		"a file":           {args: []string{"./a.md"}, code: exitError, stderr: "./a.md: it is a file: name the folder that it is in"},
		"an empty folder":  {args: []string{empty}, code: exitError, stderr: "there is no rule file"},
		"a broken one":     {args: []string{broken}, code: exitError, stderr: "no rule file in it can be used"},
		"none is selected": {args: []string{folder, "--rule", "ACME-X-*"}, code: exitError, stderr: "ACME-X-*"},
		"of no known form": {args: []string{folder, "-o", "pdf"}, code: exitError, stderr: "use text, md"},
		"two at once":      {args: []string{folder, broken}, code: exitError, stderr: "takes one rule's ID"},
	} {
		code, stdout, stderr := run(t, append([]string{"rules", "show"}, c.args...)...)
		assert.Equal(t, c.code, code, name)
		for _, text := range c.holds {
			assert.Contains(t, stdout, text, name)
		}
		for _, text := range c.lacks {
			assert.NotContains(t, stdout, text, name)
		}
		assert.Contains(t, stderr, c.stderr, name)
	}
}

// Rule files are looked at once more when the estate is read again.
func TestOwnRulesAreReadAgain(t *testing.T) {
	folder := t.TempDir()
	a := write(t, folder, "a.md", ownRule(t, "ACME-GOV-001", "true"))
	b := write(t, folder, "b.md", ownRule(t, "ACME-GOV-002", "r.x =="))
	own := &ownRules{folders: []string{folder}}
	assert.Empty(t, own.again(), "nothing was made of them yet")
	require.Len(t, own.load().Problems(), 1)
	said := func() string {
		var lines []string
		for _, err := range own.again() {
			lines = append(lines, oneLine(err.Error()))
		}
		return strings.Join(lines, "\n")
	}
	assert.Empty(t, said(), "they are as they were")

	write(t, folder, "a.md", ownRule(t, "ACME-GOV-001", "r.y =="))
	write(t, folder, "c.md", ownRule(t, "ACME-GOV-003", "false"))
	require.NoError(t, os.Remove(b))
	now := said()
	assert.Contains(t, now, a+" has changed, "+filepath.Join(folder, "c.md")+" is new, "+b+" is gone: start aksight again")
	assert.Contains(t, now, a+":8: fails", "and what is wrong in them now")

	write(t, folder, "a.md", ownRule(t, "ACME-GOV-001", "true"))
	write(t, folder, "b.md", ownRule(t, "ACME-GOV-002", "r.x =="))
	require.NoError(t, os.Remove(filepath.Join(folder, "c.md")))
	assert.Empty(t, said(), "they are as they were again")

	write(t, folder, "b.md", ownRule(t, "ACME-GOV-002", "true"))
	assert.Equal(t, b+" has changed: start aksight again to judge by them as they are now", said(), "nothing is wrong in it any more")
	require.NoError(t, os.RemoveAll(folder))
	assert.Contains(t, said(), "none of its rules runs")
}

// The starter for what runs in clusters is a rule that holds what it promises.
func TestRulesNewOnWorkloads(t *testing.T) {
	code, text, stderr := run(t, "rules", "new", "acme-gov-002", "--subject", "workload")
	require.Equal(t, exitClean, code, stderr)
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "acme-gov-002.md"), []byte(text), 0o600))
	code, stdout, stderr := run(t, "rules", "test", folder)
	assert.Equal(t, exitClean, code, stdout+stderr)
	assert.Contains(t, stdout, "3 examples, 1 fix tried")
	code, _, stderr = run(t, "rules", "new", "acme-gov-002", "--subject", "pods")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "--subject pods: use cluster or workload")
}
