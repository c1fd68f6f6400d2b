package ui

import (
	"image/color"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/term"
)

func TestLookChooses(t *testing.T) {
	t.Parallel()
	const full, sixteen, none = colorprofile.TrueColor, colorprofile.ANSI, colorprofile.ASCII
	pair := Colours{Dark: "deuteranopia", Light: "deuteranopia-light"}
	for name, c := range map[string]struct {
		wants    Colours
		terminal term.Terminal
		light    bool
		profile  colorprofile.Profile
		want     string
	}{
		"dark":                   {profile: full, want: "dark"},
		"light":                  {profile: full, light: true, want: "light"},
		"16 colours":             {profile: sixteen, want: "ansi"},
		"16 colours, light":      {profile: sixteen, light: true, want: "ansi-light"},
		"no colours":             {profile: none, want: "mono"},
		"pair":                   {wants: pair, profile: full, want: "deuteranopia"},
		"pair, light":            {wants: pair, profile: full, light: true, want: "deuteranopia-light"},
		"half a pair":            {wants: Colours{Dark: "contrast"}, profile: full, light: true, want: "light"},
		"always":                 {wants: Colours{Always: "contrast"}, profile: full, light: true, want: "contrast"},
		"always, 16 colours":     {wants: Colours{Always: "contrast"}, profile: sixteen, want: "contrast"},
		"NO_COLOR":               {wants: Colours{Always: "contrast"}, terminal: term.Terminal{NoColour: true}, profile: full, want: "mono"},
		"TERM=dumb":              {terminal: term.Terminal{Dumb: true}, profile: full, want: "mono"},
		"no colours, pair":       {wants: pair, profile: none, want: "mono"},
		"always, without colour": {wants: Colours{Always: "mono"}, profile: full, want: "mono"},
	} {
		l, err := newLook(c.wants, nil, c.terminal)
		require.NoError(t, err, name)
		l.update(c.light, c.profile)
		assert.Equal(t, c.want, l.theme.Name, name)
	}
	_, err := newLook(Colours{Always: "nothing"}, nil, term.Terminal{})
	require.ErrorContains(t, err, `there is no theme "nothing"`)
}

// The terminal tells of its colours, and of every change (mode 2031): what it writes
// comes in as a terminal's bytes do.
func TestFollowsTheTerminalsLightAndDark(t *testing.T) {
	from, terminal := io.Pipe()
	e := exploreFrom(t, from, 80, 24, func(o *Options) { o.Theme = "" })
	e.sees("prod-payments")
	accent := func(theme string) string {
		loaded, err := themes.Load(theme)
		require.NoError(t, err)
		return string(loaded.Append(nil, themes.Accent|themes.Bold)) + "aksight"
	}
	shows := func(theme string) {
		t.Helper()
		want := accent(theme)
		require.Eventually(t, func() bool {
			e.mu.Lock()
			defer e.mu.Unlock()
			return strings.Contains(e.styled, want)
		}, waitFor, tick, "never shows %s", theme)
	}
	write := func(bytes string) {
		_, err := io.WriteString(terminal, bytes)
		require.NoError(t, err)
	}
	shows("dark")
	write("\x1b]11;rgb:ffff/ffff/ffff\x1b\\") // the answer to what the background is
	shows("light")
	write("\x1b[?997;1n") // the user's desktop has turned dark
	shows("dark")
	write("\x1b[?997;2n")
	shows("light")
	require.NoError(t, terminal.Close())
}

func TestChoosesAThemeAndKeepsIt(t *testing.T) {
	own := themes.NewLibrary(fstest.MapFS{
		"mine.yaml":   {Data: []byte("base: dark\n")},
		"broken.yaml": {Data: []byte("base: dark\ntokens:\n  low: rod\n")},
	}, "themes")
	state := config.StateIn(t.TempDir())
	with := func(o *Options) {
		o.Theme, o.Colours, o.Themes, o.State = "", Colours{Light: "contrast-light"}, own, state
	}
	e := explore(t, 80, 24, with)
	shown := func() string {
		var name string
		done := make(chan struct{})
		e.program.Send(askLook(func(l *look) { name = l.theme.Name; close(done) }))
		select {
		case <-done:
		case <-time.After(waitFor):
			t.Fatal("no answer")
		}
		return name
	}
	e.sees("prod-payments")
	e.press("T")
	e.sees("as in the settings", "deuteranopia-light", "themes/broken.yaml:3:", "prod-payments")
	e.press("down")
	assert.Equal(t, "light", shown())
	e.press("down")
	assert.Equal(t, "contrast", shown())
	e.press("esc")
	assert.Equal(t, "dark", shown())
	e.press("T", "G", "enter")
	e.sees("theme mine on dark terminals")
	assert.Equal(t, "mine", shown())
	e.program.Send(tea.BackgroundColorMsg{Color: colourOf(0xff)})
	assert.Equal(t, "contrast-light", shown(), "only the dark one was chosen")
	e.press("T", "g", "k", "enter")
	e.sees("the theme is as in the settings: contrast-light")
	remembers := func(want string) {
		t.Helper()
		require.Eventually(t, func() bool { // it is written in the background
			kept, err := config.Remembered[keptColours](state, stateTheme)
			return err == nil && kept.Wants.Dark == want
		}, waitFor, tick)
	}
	remembers("")
	e.program.Send(tea.BackgroundColorMsg{Color: colourOf(0)})
	e.press("T", "G", "enter")
	e.sees("theme mine on dark terminals")
	remembers("mine")

	e = explore(t, 80, 24, with)
	assert.Equal(t, "mine", shown(), "it is kept")
	e = explore(t, 80, 24, with, func(o *Options) { o.Colours = Colours{Dark: "contrast"} })
	assert.Equal(t, "contrast", shown(), "who changes the settings later means it")
	e = explore(t, 80, 24, with, func(o *Options) { o.Insist = true })
	assert.Equal(t, "dark", shown())
	e = explore(t, 80, 24, with, func(o *Options) { o.Environ = []string{"TERM=xterm", "NO_COLOR=1"} })
	assert.Equal(t, "mono", shown())
	e.press("T")
	e.sees("colours are turned off by NO_COLOR")
	e.fits()
}

// colourOf is a grey.
func colourOf(level uint8) color.Gray { return color.Gray{Y: level} }
