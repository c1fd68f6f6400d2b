package terminal_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/terminal"
)

const limit = 20 * time.Second

func start(t *testing.T, path string, args ...string) *terminal.Terminal {
	t.Helper()
	term, err := terminal.Start(terminal.Command{
		Path: path, Args: args, Cols: 40, Rows: 10,
		Env: []string{"TERM=xterm-256color", "PATH=/usr/bin:/bin", "HOME=" + t.TempDir()},
	})
	require.NoError(t, err)
	t.Cleanup(term.Close)
	return term
}

func buildEmpty(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "empty")
	build := exec.Command("go", "build", "-o", path, "../measure/empty")
	build.Stderr = os.Stderr
	require.NoError(t, build.Run())
	return path
}

func TestTerminal(t *testing.T) {
	empty := buildEmpty(t)

	t.Run("shows, answers keys, resizes and quits", func(t *testing.T) {
		term := start(t, empty)
		screen, err := term.WaitUntil(limit, func(s terminal.Screen) bool { return s.Has("▌ row 0") })
		require.NoError(t, err, screen.Frame())
		assert.True(t, screen.Alternate)
		assert.NotEmpty(t, term.Restored(), "a running program holds the terminal")

		require.NoError(t, term.Press("down", "j"))
		screen, err = term.WaitUntil(limit, func(s terminal.Screen) bool { return s.Has("▌ row 2") })
		require.NoError(t, err, screen.Frame())

		require.NoError(t, term.Resize(60, 20))
		screen, err = term.WaitUntil(limit, func(s terminal.Screen) bool { return s.Has("row 17") })
		require.NoError(t, err, screen.Frame())
		assert.Equal(t, 60, screen.Cols)

		require.NoError(t, term.Press("y"))
		require.NoError(t, term.WaitOutput(limit, "\x1b]52;c;ZW1wdHk="))
		require.NoError(t, term.Press("q"))
		code, err := term.Wait(limit)
		require.NoError(t, err)
		assert.Equal(t, 0, code)
		assert.Empty(t, term.Restored())
	})

	t.Run("says that a screen did not come", func(t *testing.T) {
		term := start(t, empty)
		_, err := term.WaitUntil(50*time.Millisecond, func(terminal.Screen) bool { return false })
		require.ErrorIs(t, err, terminal.ErrTimeout)
	})

	t.Run("says that the program ended", func(t *testing.T) {
		term := start(t, "/bin/sh", "-c", "echo gone; exit 3")
		screen, err := term.WaitUntil(limit, func(terminal.Screen) bool { return false })
		require.ErrorIs(t, err, terminal.ErrExited)
		assert.True(t, screen.Has("gone"))
		code, err := term.Wait(limit)
		require.NoError(t, err)
		assert.Equal(t, 3, code)
	})

	t.Run("notices what a killed program leaves behind", func(t *testing.T) {
		term := start(t, empty)
		_, err := term.WaitUntil(limit, func(s terminal.Screen) bool { return s.Has("row 0") })
		require.NoError(t, err)
		require.NoError(t, term.Signal(syscall.SIGKILL))
		code, err := term.Wait(limit)
		require.NoError(t, err)
		assert.Equal(t, -1, code)
		assert.Contains(t, term.Restored(), "raw mode is still on")
		assert.Contains(t, term.Restored(), "the alternate screen was not left")
		assert.Contains(t, term.Restored(), "the cursor is still hidden")
	})

	t.Run("closes the window", func(t *testing.T) {
		term := start(t, empty)
		_, err := term.WaitUntil(limit, func(s terminal.Screen) bool { return s.Has("row 0") })
		require.NoError(t, err)
		require.NoError(t, term.Hangup(limit))
	})

	t.Run("leaves no process", func(t *testing.T) {
		term := start(t, "/bin/sh", "-c", "sleep 1000 & echo child; wait")
		_, err := term.WaitUntil(limit, func(s terminal.Screen) bool { return s.Has("child") })
		require.NoError(t, err)
		term.Close()
		assert.Eventually(t, func() bool {
			return syscall.Kill(-term.PID(), 0) != nil
		}, limit, 10*time.Millisecond)
	})
}

func TestBytes(t *testing.T) {
	for key, want := range map[string]string{
		"enter": "\r", "esc": "\x1b", "ctrl+c": "\x03", "ctrl+p": "\x10", "alt+x": "\x1bx", "down": "\x1b[B", "sev:high": "sev:high",
	} {
		assert.Equal(t, want, string(terminal.Bytes(key)), key)
	}
}
