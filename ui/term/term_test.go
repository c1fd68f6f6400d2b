package term_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/ui/term"
)

func TestRead(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]term.Terminal{
		"NO_COLOR=":               {},
		"NO_COLOR=0":              {NoColour: true},
		"NO_COLOR=please":         {NoColour: true},
		"CLICOLOR=0":              {NoColour: true},
		"CLICOLOR=1":              {},
		"TERM=dumb":               {Dumb: true},
		"TERM=xterm":              {},
		"TMUX=/tmp/x,1,0":         {Tmux: true},
		"SSH_CONNECTION=10.0.0.1": {Remote: true},
		"WAYLAND_DISPLAY=w-0":     {Display: true},
	} {
		assert.Equal(t, want, term.Read([]string{line}), line)
	}
}

func TestCopy(t *testing.T) {
	t.Parallel()
	works := func(string) error { return nil }
	fails := func(string) error { return errors.New("no xclip") }
	tmux := func(context.Context, string) error { return nil }
	long := strings.Repeat("x", term.Longest+1)
	for name, test := range map[string]struct {
		terminal term.Terminal
		native   func(string) error
		text     string
		ways     []string
		osc      bool
	}{
		"all":           {term.Terminal{Tmux: true}, works, "az", []string{"terminal", "clipboard", "tmux"}, true},
		"no desktop":    {term.Terminal{}, fails, "az", []string{"terminal"}, true},
		"over SSH":      {term.Terminal{Remote: true}, works, "az", []string{"terminal"}, true},
		"too long":      {term.Terminal{}, works, long, []string{"clipboard"}, false},
		"just fits":     {term.Terminal{}, fails, long[1:], []string{"terminal"}, true},
		"nothing works": {term.Terminal{Dumb: true}, fails, "az", nil, false},
	} {
		clipboard := &term.Clipboard{Terminal: test.terminal, Native: test.native, Tmux: tmux}
		copied := clipboard.Copy(t.Context(), test.text)
		assert.Equal(t, test.ways, copied.Ways, name)
		assert.Equal(t, test.osc, copied.OSC, name)
	}
}

func TestCopyDoesNotHang(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	clipboard := &term.Clipboard{Native: func(string) error { <-release; return nil }}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Equal(t, []string{"terminal"}, clipboard.Copy(ctx, "az").Ways)
}
