package cli

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/evidence"
)

// runFixed carries out a command line at one fixed moment.
func runFixed(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	if os.Getenv("AKSIGHT_CONFIG_DIR") == "" {
		t.Setenv("AKSIGHT_CONFIG_DIR", t.TempDir())
	}
	out, errs := &bytes.Buffer{}, &bytes.Buffer{}
	p := &program{
		Streams: Streams{In: strings.NewReader(stdin), Out: out, Err: errs},
		now:     func() time.Time { return fixed },
	}
	code = p.run(t.Context(), args)
	return code, out.String(), errs.String()
}

// captureDemo captures the demo and returns the bundle's path.
func captureDemo(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo"+evidence.Suffix)
	code, stdout, stderr := runFixed(t, "", append([]string{"capture", "--demo", "-o", path}, args...)...)
	require.Equal(t, exitUnread, code, stderr)
	assert.Contains(t, stdout, path)
	assert.Contains(t, stdout, "sha256 ")
	assert.Contains(t, stderr, "could not be read")
	return path
}

// reported is a JSON report with the parts apart.
func reported(t *testing.T, args ...string) (head map[string]any, results []any) {
	t.Helper()
	_, stdout, stderr := runFixed(t, "", append([]string{"report", "--output", "json"}, args...)...)
	require.Empty(t, stderr)
	require.NoError(t, json.Unmarshal([]byte(stdout), &head))
	results, _ = head["results"].([]any)
	delete(head, "results")
	return head, results
}

func TestABundleHasTheVerdictsOfItsCapture(t *testing.T) {
	path := captureDemo(t)
	live, want := reported(t, "--demo")
	saved, got := reported(t, "--from", path)
	require.Len(t, got, len(want))
	for i := range want {
		require.Equal(t, want[i], got[i])
	}
	assert.Equal(t, live["coverage"], saved["coverage"], "and what could not be read, with why")
	assert.Equal(t, live["summary"], saved["summary"])
	assert.Equal(t, fixed.Format(time.RFC3339), saved["generated"])
	from, _ := saved["source"].(map[string]any)
	assert.Equal(t, "evidence", from["mode"])
	assert.Equal(t, fixed.Format(time.RFC3339), from["capturedAt"])
	assert.Equal(t, "ana@marigold.example", from["user"])
}

func TestABundleIsTheSameEachTime(t *testing.T) {
	first := captureDemo(t)
	a, err := os.ReadFile(first)
	require.NoError(t, err)

	again := filepath.Join(t.TempDir(), "again")
	_, _, stderr := runFixed(t, "", "capture", "--from", first, "--at", "2027-01-01", "-o", again)
	c, err := os.ReadFile(again + evidence.Suffix)
	require.NoError(t, err, stderr)
	assert.True(t, bytes.Equal(a, c), "evidence that is captured once more stays what it was")

	info, err := os.Stat(first)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
}

func TestCaptureOverwritesNothing(t *testing.T) {
	path := captureDemo(t)
	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
	code, _, stderr := runFixed(t, "", "capture", "--demo", "-o", strings.TrimSuffix(path, evidence.Suffix))
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "exists already: choose another name with -o, or replace it with --force")
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(kept))
	code, _, _ = runFixed(t, "", "capture", "--demo", "-o", path, "--force")
	assert.Equal(t, exitUnread, code)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.NotEqual(t, "mine", string(after))
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 1, "no parts are left behind")

	code, _, stderr = runFixed(t, "", "capture", "--demo", "-o", filepath.Join(path, "within", "a-file"))
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "aksight: ")
}

func TestCaptureToStandardOutputAndBack(t *testing.T) {
	code, bundle, _ := runFixed(t, "", "capture", "--demo", "-o", "-")
	assert.Equal(t, exitUnread, code)
	code, table, stderr := runFixed(t, bundle, "report", "--from", "-")
	assert.Equal(t, exitFindings, code, stderr)
	assert.Contains(t, table, "pay-weu-01")
}

// TestATamperedBundle changes one cluster in a bundle: it alone is left out.
func TestATamperedBundle(t *testing.T) {
	path := captureDemo(t)
	dir := unpack(t, path)
	clusters, err := filepath.Glob(filepath.Join(dir, "clusters", "*pay-weu-01.json"))
	require.NoError(t, err)
	require.Len(t, clusters, 1)
	content, err := os.ReadFile(clusters[0])
	require.NoError(t, err)
	content = bytes.Replace(content, []byte(`"disableLocalAccounts":false`), []byte(`"disableLocalAccounts":true `), 1)
	require.NoError(t, os.WriteFile(clusters[0], content, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "clusters", "extra.json"), content, 0o600))

	code, stdout, _ := runFixed(t, "", "report", "--from", dir, "-o", "json", "--fail-on", "none")
	assert.Equal(t, exitUnread, code)
	var report document
	require.NoError(t, json.Unmarshal([]byte(stdout), &report))
	assert.Equal(t, 13, report.Coverage.Clusters)
	told := false
	for _, gap := range report.Coverage.CouldNotRead {
		if strings.Contains(gap.What, "pay-weu-01.json") {
			told = true
			assert.Contains(t, gap.Why, "it was changed, and is not used")
		}
	}
	assert.True(t, told, "%v", report.Coverage.CouldNotRead)
}

// unpack unpacks a bundle as a person would.
func unpack(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	plain, err := gzip.NewReader(file)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "clusters"), 0o700))
	archive := tar.NewReader(plain)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		require.NoError(t, err)
		content, err := io.ReadAll(archive)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(header.Name)), content, 0o600))
	}
}

func TestJudgedAt(t *testing.T) {
	path := captureDemo(t)
	for at, want := range map[string]string{
		"":                     fixed.Format(time.RFC3339),
		"now":                  fixed.Format(time.RFC3339),
		"2027-06-01":           "2027-06-01T00:00:00Z",
		"2027-06-01T10:00:00Z": "2027-06-01T10:00:00Z",
	} {
		args := []string{"--from", path}
		if at != "" {
			args = append(args, "--at", at)
		}
		head, _ := reported(t, args...)
		assert.Equal(t, want, head["generated"], at)
	}
}

func TestFromTakesSeveralFiles(t *testing.T) {
	path := captureDemo(t)
	code, _, stderr := runFixed(t, "", "report", "--from", path, path, path)
	assert.Equal(t, exitFindings, code, stderr)
	gone := filepath.Join(t.TempDir(), "gone.json")
	code, stdout, stderr := runFixed(t, "", "report", "--from", gone, path, "--output", "json", "--fail-on", "none")
	assert.Equal(t, exitUnread, code, stderr)
	assert.Contains(t, stdout, "gone.json")
	assert.Contains(t, stdout, "there is no such file or folder")
	code, _, stderr = runFixed(t, "", "report", "--from", gone)
	assert.Equal(t, exitError, code)
	assert.Equal(t, "aksight: --from: "+gone+": there is no such file or folder: check the path\n", stderr)
}

func TestNothingUsable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	code, _, stderr := runFixed(t, "", "report", "--from", path)
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "No file could be used")
	assert.Contains(t, stderr, "az aks list -o json")
	assert.Equal(t, 1, strings.Count(stderr, "\n"))
}
