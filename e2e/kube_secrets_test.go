package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/e2e/memory"
	"github.com/aksight/aksight/e2e/scenario"
)

// TestKubeSecretValuesAreNeverInMemory explores a cluster as somebody who may read every
// Secret, and searches what the program has in its memory, freed memory included.
func TestKubeSecretValuesAreNeverInMemory(t *testing.T) {
	t.Parallel()
	server := reads(t)
	s := open(t, setup{}, as(t, server, apiserver.Admin)...)
	s.looksInside(apiserver.Admin)
	s.sees("following")

	// What it must have read is there, so the search finds what there is.
	known, err := memory.Search(s.PID(), 1, "applied-plain", scenario.NamespaceName(0))
	require.NoError(t, err)
	require.Len(t, known, 2, "the names of a Secret and a namespace")
	found, err := memory.Search(s.PID(), 3, scenario.MarkerForms()...)
	require.NoError(t, err)
	assert.Empty(t, found)
	for _, form := range scenario.MarkerForms() {
		assert.NotContains(t, string(s.Output()), form, "on the screen")
	}
	s.press("q")
	s.ends(0)
}

// TestKubeSecretValuesAreNeverCaptured captures everything as somebody who may read
// every Secret, and searches the bundle.
func TestKubeSecretValuesAreNeverCaptured(t *testing.T) {
	t.Parallel()
	bundle := filepath.Join(t.TempDir(), "all.aksight.tar.gz")
	_, errs, code := execute(t, setup{}, as(t, reads(t), apiserver.Admin, "capture", "--output", bundle)...)
	require.Contains(t, []int{0, 3}, code, errs)
	text := unpacked(t, bundle)
	require.Contains(t, text, "applied-plain", "the name of a Secret")
	for _, form := range scenario.MarkerForms() {
		assert.NotContains(t, text, form)
	}
}

// unpacked is all that a bundle's files hold.
func unpacked(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	var all bytes.Buffer
	for files := tar.NewReader(zipped); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return all.String()
		}
		require.NoError(t, err)
		all.WriteString(header.Name + "\n")
		_, err = io.Copy(&all, files)
		require.NoError(t, err)
	}
}
