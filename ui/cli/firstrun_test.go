package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/config"
)

func TestFirstRunIsOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	state := config.StateIn(folder)
	assert.True(t, firstRun(state))
	assert.False(t, firstRun(state))

	require.NoError(t, os.WriteFile(filepath.Join(folder, "tour.json"), []byte("nonsense"), 0o600))
	assert.False(t, firstRun(state), "somebody was here")
}

func TestFirstRunThatCannotBeRemembered(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.False(t, firstRun(config.StateIn(filepath.Join(file, "state"))))
	assert.False(t, firstRun(nil))
}
