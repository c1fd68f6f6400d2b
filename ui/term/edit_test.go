package term_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/term"
)

func TestEditor(t *testing.T) {
	t.Parallel()
	usual := "vi"
	if runtime.GOOS == "windows" {
		usual = "notepad"
	}
	for want, env := range map[string]map[string]string{
		"code --wait": {"VISUAL": "code --wait", "EDITOR": "nano"}, "nano": {"EDITOR": "nano", "VISUAL": " "}, usual: {},
	} {
		assert.Equal(t, want, term.Editor(func(name string) string { return env[name] }))
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for an editor is a shell script")
	}
	folder := t.TempDir()
	editor := filepath.Join(folder, "my editor")
	require.NoError(t, os.WriteFile(editor, []byte("#!/bin/sh\nprintf '%s\\n' \"$@\"\n"), 0o700))
	path := filepath.Join(folder, "$(touch harm) 'x'.yaml")
	out := &strings.Builder{}
	require.NoError(t, term.Edit(t.Context(), "'"+editor+"' --wait", path, strings.NewReader(""), out, out))
	assert.Equal(t, "--wait\n"+path+"\n", out.String(), "the path is data")
	err := term.Edit(t.Context(), "false", path, strings.NewReader(""), out, out)
	require.ErrorContains(t, err, `the editor "false" ended with an error: set VISUAL or EDITOR to another`)
}
