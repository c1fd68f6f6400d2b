package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfig(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("AKSIGHT_CONFIG_DIR", folder)
	t.Setenv("NO_COLOR", "")
	path := filepath.Join(folder, "config.yaml")

	code, stdout, stderr := run(t, "config", "path")
	require.Equal(t, exitClean, code, stderr)
	assert.Equal(t, path+"\n", stdout)
	_, stdout, _ = run(t, "config", "path", "--state")
	assert.Equal(t, filepath.Join(folder, "state")+"\n", stdout)
	_, stdout, _ = run(t, "config", "check")
	assert.Contains(t, stdout, "so the defaults hold")
	_, stdout, _ = run(t, "config", "show", "--theme", "ansi")
	assert.Contains(t, stdout, "# flag --theme\n")
	assert.Contains(t, stdout, "aksight config edit writes one")

	require.NoError(t, os.WriteFile(path, []byte("keys:\n  copy: [c, Y]\nrules: {broadPrefix: 8}\n"), 0o600))
	code, stdout, stderr = run(t, "config", "check")
	assert.Equal(t, exitError, code)
	assert.Equal(t, path+":2: the key Y is given to both copy and copy-all: choose another key for one of them\n", stdout)
	assert.Empty(t, stderr)
	_, stdout, _ = run(t, "config", "show")
	assert.Contains(t, stdout, "rules.broadPrefix: 8")
	assert.Contains(t, stdout, "# "+path+":3\n")
	_, stdout, _ = run(t, "config", "show", "--no-config")
	assert.NotContains(t, stdout, "broadPrefix: 8")

	require.NoError(t, os.WriteFile(path, []byte("rules: {broad: 8}\n"), 0o600))
	code, _, stderr = run(t, "report", "--demo")
	assert.Equal(t, exitError, code, "a report never leaves out what the settings ask of the rules")
	assert.Contains(t, stderr, path+`:1: there is no setting "rules.broad": use rules.broadPrefix, rules.folders, rules.registries; aksight config edit mends it, --no-config goes on without`)
	code, _, stderr = run(t, "report", "--demo", "--no-config")
	assert.Equal(t, exitFindings, code, stderr)
	code, _, stderr = run(t, "config", "show")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "aksight config edit mends it")
	code, _, stderr = run(t, "config", "edit")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "an editor needs a terminal; aksight config path says which file to change")
	code, _, stderr = run(t, "config", "chek")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "did you mean check?")
}
