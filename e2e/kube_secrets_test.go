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
	"github.com/aksight/aksight/e2e/scenario"
)

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
