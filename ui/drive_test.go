package ui

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/term"
)

var testNow = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// explorer is the explorer on the demo, run by Bubble Tea without a terminal.
type explorer struct {
	*App
	t       *testing.T
	program *tea.Program
	done    chan error

	saves atomic.Pointer[saveFolder]

	mu     sync.Mutex
	frame  string
	styled string // with its escape sequences
	broken string // the first frame that does not fit
	copied []string
}

// saveFolder is where the explorer saves files, or why it has no folder.
type saveFolder struct {
	path string
	err  error
}

// Update hands a message on and looks at the frame after it.
func (e *explorer) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if look, is := msg.(askLook); is {
		look(&e.look)
		return e, nil
	}
	_, cmd := e.App.Update(msg)
	return e, cmd
}

// askLook looks at the theme, in its turn.
type askLook func(*look)

// View keeps the frame and checks that it fits.
func (e *explorer) View() tea.View {
	view := e.App.View()
	frame := ansi.Strip(view.Content)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.frame, e.styled = frame, view.Content
	if e.broken != "" || e.width == 0 || e.height == 0 {
		return view
	}
	lines := strings.Split(frame, "\n")
	if len(lines) > e.height {
		e.broken = fmt.Sprintf("%d lines at %dx%d:\n%s", len(lines), e.width, e.height, frame)
	}
	for _, line := range lines {
		if ansi.StringWidth(line) > e.width {
			e.broken = fmt.Sprintf("a line of %d cells at %dx%d:\n%s", ansi.StringWidth(line), e.width, e.height, line)
		}
	}
	return view
}

// explore starts the explorer at a size.
func explore(t *testing.T, width, height int, change ...func(*Options)) *explorer {
	t.Helper()
	return exploreFrom(t, nil, width, height, change...)
}

// exploreFrom starts the explorer on what a terminal writes.
func exploreFrom(t *testing.T, terminal io.Reader, width, height int, change ...func(*Options)) *explorer {
	t.Helper()
	clock := func() time.Time { return testNow }
	identity, calls := demo.Identity(), &source.Calls{}
	estate, err := azure.New(azure.Options{
		Cloud: identity.Cloud, Identity: &identity, Credential: demo.Credential(), Calls: calls, Now: clock,
		Transport: demo.Transport(demo.NewHandler(demo.Options{Now: clock})),
	})
	require.NoError(t, err)
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	inspection := inspect.New(inspect.Options{
		Source: estate, Calls: calls, Now: clock, Rules: func() *rules.Catalogue { return catalogue },
	})
	opts := Options{Inspection: inspection, Theme: "dark", Environ: []string{"TERM=xterm-256color"}}
	for _, f := range change {
		f(&opts)
	}
	ctx, cancel := context.WithCancel(t.Context())
	app, err := newApp(ctx, opts, inspected{inspection}, page.All(), page.Places())
	require.NoError(t, err)
	app.now = clock
	e := &explorer{App: app, t: t, done: make(chan error, 1)}
	e.saves.Store(&saveFolder{path: t.TempDir()})
	app.folder = func() (string, error) { return e.saves.Load().path, e.saves.Load().err }
	app.clipboard.Native = func(text string) error {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.copied = append(e.copied, text)
		return nil
	}
	app.clipboard.Tmux = func(context.Context, string) error { return nil }
	app.clipboard.Terminal = term.Terminal{}
	app.resize(width, height)
	e.program = tea.NewProgram(e, tea.WithInput(terminal), tea.WithOutput(io.Discard), tea.WithWindowSize(width, height),
		tea.WithoutSignalHandler(), tea.WithContext(ctx), tea.WithColorProfile(colorprofile.TrueColor))
	go func() {
		_, err := e.program.Run()
		e.done <- err
	}()
	t.Cleanup(func() {
		e.program.Quit()
		cancel()
		select {
		case err := <-e.done:
			assert.NotErrorIs(t, err, tea.ErrProgramPanic)
		case <-time.After(10 * time.Second):
			t.Error("the explorer does not end")
		}
	})
	return e
}

var keyCodes = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
	"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"pgdown": {Code: tea.KeyPgDown}, "pgup": {Code: tea.KeyPgUp}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
	"backspace": {Code: tea.KeyBackspace}, "space": {Code: tea.KeySpace, Text: " "},
	"ctrl+s": {Code: 's', Mod: tea.ModCtrl}, "ctrl+p": {Code: 'p', Mod: tea.ModCtrl}, "ctrl+d": {Code: 'd', Mod: tea.ModCtrl}, "alt+left": {Code: tea.KeyLeft, Mod: tea.ModAlt},
}

// press sends keys by their names; any other text is typed.
func (e *explorer) press(keys ...string) {
	for _, key := range keys {
		if msg, named := keyCodes[key]; named {
			e.program.Send(msg)
			continue
		}
		for _, r := range key {
			e.program.Send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
}

// sees waits until the frame holds every text.
func (e *explorer) sees(texts ...string) string {
	e.t.Helper()
	missing := texts
	return e.until(func(frame string) bool {
		missing = nil
		for _, text := range texts {
			if !strings.Contains(frame, text) {
				missing = append(missing, text)
			}
		}
		return len(missing) == 0
	}, &missing)
}

// until waits for a frame that is as it should be; what it waits for is told if none comes.
func (e *explorer) until(right func(frame string) bool, what ...any) string {
	e.t.Helper()
	for end := time.Now().Add(waitFor); ; time.Sleep(tick) {
		frame := e.shown()
		if right(frame) {
			return frame
		}
		if time.Now().After(end) {
			require.FailNow(e.t, "it never comes", "%q; on the screen is\n%s", what, frame)
		}
	}
}

// shown is the frame as it is now.
func (e *explorer) shown() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.frame
}

func (e *explorer) fits() {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	require.Empty(e.t, e.broken)
}

const (
	waitFor = 20 * time.Second
	tick    = 5 * time.Millisecond
)
