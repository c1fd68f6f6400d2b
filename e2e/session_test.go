package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/terminal"
)

// session is a person at a terminal in which the program runs.
type session struct {
	*terminal.Terminal
	t *testing.T
}

// setup says how a session starts. The zero value is a terminal of 120 by 40.
type setup struct {
	cols, rows int
	// env is added to a bare environment, and wins over it.
	env []string
	// firstRun is of somebody who has not used the program before.
	firstRun bool
	// path is searched before the system's programs.
	path string
}

// open runs the program with the arguments.
func open(t *testing.T, how setup, args ...string) *session {
	t.Helper()
	if how.cols == 0 {
		how.cols, how.rows = 120, 40
	}
	term, err := terminal.Start(terminal.Command{
		Path: program, Args: args, Env: environment(t, how), Cols: how.cols, Rows: how.rows, Dir: t.TempDir(),
	})
	require.NoError(t, err)
	t.Cleanup(term.Close)
	return &session{Terminal: term, t: t}
}

// environment is what the program may know of the machine: nothing of its user's.
func environment(t *testing.T, how setup) []string {
	t.Helper()
	home := t.TempDir()
	if !how.firstRun { // somebody who was shown around before
		state := filepath.Join(home, ".local", "state", "aksight")
		require.NoError(t, os.MkdirAll(state, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(state, "tour.json"), []byte(`{"begun":true}`), 0o600))
	}
	search := "/usr/bin:/bin"
	if how.path != "" {
		search = how.path + ":" + search
	}
	return append([]string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + home + "/.config", "AZURE_CONFIG_DIR=" + home + "/.azure",
		"PATH=" + search, "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8",
	}, how.env...)
}

// until waits for a screen that meets the condition; what says what it is.
func (s *session) until(what string, met func(terminal.Screen) bool) terminal.Screen {
	s.t.Helper()
	return s.within(patience, what, met)
}

func (s *session) within(limit time.Duration, what string, met func(terminal.Screen) bool) terminal.Screen {
	s.t.Helper()
	screen, err := s.WaitUntil(limit, met)
	if err != nil {
		s.t.Fatalf("waiting for %s: %v; on the screen is\n%s", what, err, screen.Frame())
	}
	return screen
}

// sees waits until all the texts are on the screen.
func (s *session) sees(texts ...string) terminal.Screen {
	s.t.Helper()
	return s.until(strings.Join(texts, ", "), has(texts...))
}

// misses waits until none of the texts is on the screen any more.
func (s *session) misses(texts ...string) terminal.Screen {
	s.t.Helper()
	return s.until("no "+strings.Join(texts, ", "), func(screen terminal.Screen) bool {
		return !slices.ContainsFunc(texts, screen.Has)
	})
}

func has(texts ...string) func(terminal.Screen) bool {
	return func(screen terminal.Screen) bool {
		for _, text := range texts {
			if !screen.Has(text) {
				return false
			}
		}
		return true
	}
}

// press sends keys.
func (s *session) press(keys ...string) {
	s.t.Helper()
	require.NoError(s.t, s.Press(keys...))
}

// ends waits for the program's end and checks that it leaves the terminal usable.
func (s *session) ends(code int) {
	s.t.Helper()
	got, err := s.Wait(patience)
	require.NoError(s.t, err, s.Screen().Frame())
	require.Equal(s.t, code, got, "exit code; on the screen is\n%s", s.Screen().Frame())
	require.Empty(s.t, s.Restored(), "the terminal is not as it was")
}

// signal sends the program a signal.
func (s *session) signal(signal syscall.Signal) {
	s.t.Helper()
	require.NoError(s.t, s.Signal(signal))
}
