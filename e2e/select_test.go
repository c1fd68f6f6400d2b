package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/demo"
)

// TestReportOfOneClusterAsksForNoOther: what hangs under other clusters is left alone,
// and the exit code goes by what was selected.
func TestReportOfOneClusterAsksForNoOther(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{})
	got, code := azure.report(t, "--subscription", "prod-payments", "--cluster", "PAY-PCI-*", "--rule", "AKS-NET-001")
	assert.Equal(t, 0, code)
	assert.Equal(t, 1, got.Coverage.Clusters)
	require.NotEmpty(t, got.Results)
	under := 0
	for _, request := range azure.Requests() {
		_, below, is := strings.Cut(strings.ToLower(request.Target), "/managedclusters/")
		if is {
			under++
			assert.True(t, strings.HasPrefix(below, "pay-pci-01"), "%s was asked for", request.Target)
		}
	}
	assert.NotZero(t, under)
}

// TestReportWritesFiles: several forms in one run, each for its owner alone.
func TestReportWritesFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	page, log := filepath.Join(folder, "report.html"), filepath.Join(folder, "aksight.sarif")
	out, errs, code := execute(t, setup{}, "report", "--demo", "-o", "html="+page, "-o", "sarif="+log, "-o", "json")
	assert.Equal(t, 2, code)
	parse(t, out)
	assert.Equal(t, "wrote "+page+"\nwrote "+log+"\n", errs, "and no progress: this is no terminal")
	for path, begin := range map[string]string{page: "<!DOCTYPE html>", log: `{"$schema":`} {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(text), begin), path)
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	_, errs, code = execute(t, setup{}, "report", "--demo", "--cluster", "nosuch")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "no cluster matches --cluster nosuch")
}
