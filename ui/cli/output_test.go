package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReportsGoToFiles(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	require.NoError(t, os.WriteFile(at("old.json"), []byte("old"), 0o644))
	code, stdout, stderr := run(t, "report", "--demo", "-o", "html="+at("r.html"), "-o", "sarif="+at("r.sarif"), "-o", "json="+at("old.json"), "-o", "csv")
	assert.Equal(t, exitFindings, code)
	assert.True(t, strings.HasPrefix(stdout, "severity,verdict,rule,"), "the one without a file is on standard output")
	for _, name := range []string{"r.html", "r.sarif", "old.json"} {
		assert.Contains(t, stderr, "wrote "+at(name)+"\n")
		info, err := os.Stat(at(name))
		require.NoError(t, err)
		if runtime.GOOS != "windows" { // which keeps rights elsewhere
			assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
		}
	}
	_, once, _ := run(t, "report", "--demo", "--output", "json")
	text, err := os.ReadFile(at("old.json"))
	require.NoError(t, err)
	assert.Equal(t, once, string(text))
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, files, 3, "nothing is left over")

	code, stdout, stderr = run(t, "report", "--demo", "--file", at("r.md"), "--quiet")
	assert.Equal(t, exitFindings, code)
	assert.Empty(t, stdout+stderr)
	text, err = os.ReadFile(at("r.md"))
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), "# AKS security report"), "the name tells the form")
}

func TestFilesAreWrittenWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "r.json")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	err := replaceFile(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return errors.New("the disk is full")
	})
	require.ErrorContains(t, err, "r.json was not written: the disk is full")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "old", string(text))
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, files, 1)

	if runtime.GOOS == "windows" {
		return // links need rights there
	}
	link := filepath.Join(folder, "link.json")
	require.NoError(t, os.Symlink(path, link))
	require.NoError(t, replaceFile(link, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }))
	text, err = os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "new", string(text), "a link still leads to its file")
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
	require.NoError(t, replaceFile(os.DevNull, func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err }))
}

func TestManual(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1764000000")
	code, stdout, stderr := run(t, "man")
	require.Equal(t, exitClean, code, stderr)
	assert.Contains(t, stdout, `.TH "AKSIGHT" "1" "Nov 2025"`)
	folder := filepath.Join(t.TempDir(), "man")
	code, _, stderr = run(t, "man", folder)
	require.Equal(t, exitClean, code, stderr)
	for _, name := range []string{"aksight.1", "aksight-report.1", "aksight-rules-list.1", "aksight-completion-bash.1"} {
		page, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		assert.NotContains(t, string(page), "Auto generated")
		if name == "aksight-report.1" {
			assert.Contains(t, string(page), "no such findings, but something could not be read")
			assert.NotContains(t, string(page), "`form`")
		}
	}
	_, again, _ := run(t, "man")
	assert.Equal(t, stdout, again)
	code, _, stderr = run(t, "man", "a", "b")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "takes one folder, and got 2")
	_, help, _ := run(t, "--help")
	assert.NotContains(t, help, "man ")
}

// TestSARIFOfTheDemo holds a whole report, waivers included, against the schema that
// OASIS publishes; the library brings it.
func TestSARIFOfTheDemo(t *testing.T) {
	waivers := write(t, t.TempDir(), "w.yaml", "- {rule: AKS-NET-001, resource: '*', owner: ana, reason: accepted, until: 2027-01-31}\n")
	_, stdout, stderr := run(t, "report", "--demo", "--output", "sarif", "--waivers", waivers)
	require.Empty(t, stderr)
	published, err := sarif.FromString(stdout)
	require.NoError(t, err)
	require.Len(t, published.Runs, 1)
	log := published.Runs[0]
	// What the library writes empty where it is not given.
	log.Language, log.Tool.Driver.Language, log.NewlineSequences = "en-US", "en-US", []string{"\n"}
	require.NoError(t, published.Validate())
	suppressed := 0
	for _, result := range log.Results {
		if len(result.Suppressions) > 0 {
			suppressed++
			assert.Equal(t, "AKS-NET-001", *result.RuleID)
		}
	}
	assert.Equal(t, 6, suppressed)
	_, document := demoReport(t)
	assert.Len(t, log.Results, document.Summary.Verdicts.Fail)
	require.NotEmpty(t, log.Invocations)
	assert.Greater(t, len(log.Invocations[0].ToolExecutionNotifications), 1, "what could not be read")
}
