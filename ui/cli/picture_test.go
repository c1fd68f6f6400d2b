package cli

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui"
	"github.com/aksight/aksight/ui/export"
)

// A picture's terminal is dark or light.
var terminals = map[string]svgColours{"dark": darkTerminal, "light": lightTerminal}

// picture is the place in docs of a picture in a theme.
func picture(name, theme string) string {
	return filepath.Join("..", "..", "docs", "img", name+"-"+theme+".svg")
}

// keep writes a picture where files are updated.
func keep(t *testing.T, path, picture string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(picture), 0o600))
}

// kept is what lies in docs.
func kept(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err, "draw it: go test ./ui/cli -update")
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// requireDrawn holds a picture to being well-formed, with text on it.
func requireDrawn(t *testing.T, picture string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(picture))
	texts := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err, "the picture is well-formed")
		if start, is := token.(xml.StartElement); is && start.Name.Local == "text" {
			texts++
		}
	}
	require.Greater(t, texts, 20)
}

// screen is a terminal that a program draws on from its own goroutine.
type screen struct {
	mu       sync.Mutex
	terminal *vt.Emulator
}

// Write takes what the program draws. Without a real terminal it counts on line
// ends being translated.
func (s *screen) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.terminal.Write(bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(data), nil
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.terminal.Render()
}

// A camera takes pictures of the explorer on the demo, on one day.
type camera struct {
	t        *testing.T
	theme    string
	terminal *screen
	keys     io.Writer
}

// explorer opens the explorer and waits until all is read.
func explorer(t *testing.T, theme string, width, height int) *camera {
	t.Helper()
	t.Setenv("AKSIGHT_CONFIG_DIR", t.TempDir())
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	now := func() time.Time { return fixed }
	p := &program{now: now, flags: flags{demo: true}}
	inspection, err := p.open(sourceOptions{now: now, allChildren: true})
	require.NoError(t, err)
	terminal := &screen{terminal: vt.NewEmulator(width, height)}
	// What the terminal answers is of no interest, but somebody has to read it.
	go func() { _, _ = io.Copy(io.Discard, terminal.terminal) }()
	keys, typist := io.Pipe()
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- ui.Run(ctx, ui.Options{
			Inspection: inspection, Theme: theme, Now: now,
			Environ: []string{"TERM=xterm-256color", "COLORTERM=truecolor"},
			Program: []tea.ProgramOption{
				tea.WithInput(keys), tea.WithOutput(terminal), tea.WithWindowSize(width, height),
				tea.WithColorProfile(colorprofile.TrueColor), tea.WithoutSignals(),
			},
		})
	}()
	t.Cleanup(func() {
		leave()
		assert.NoError(t, typist.Close())
		assert.NoError(t, <-done)
	})
	c := &camera{t: t, theme: theme, terminal: terminal, keys: typist}
	// What the refusal says comes last.
	c.awaits("partner-hub", "could not read", "1 subscription not read")
	require.NoError(t, inspection.Wait(ctx))
	c.rests()
	// Rows change their places while the estate is read, and the selected one with them.
	c.types("g", "▌ data-science")
	return c
}

// rests waits until nothing on the screen has changed for a while.
func (c *camera) rests() {
	c.t.Helper()
	before, since := c.terminal.text(), time.Now()
	require.Eventually(c.t, func() bool {
		if text := c.terminal.text(); text != before {
			before, since = text, time.Now()
		}
		return time.Since(since) > settle
	}, patience, 20*time.Millisecond)
}

// awaits waits until the screen shows every text.
func (c *camera) awaits(texts ...string) {
	c.t.Helper()
	shown := func() bool {
		text := ansi.Strip(c.terminal.text())
		return !slices.ContainsFunc(texts, func(part string) bool { return !strings.Contains(text, part) })
	}
	if !assert.Eventually(c.t, shown, patience, 20*time.Millisecond) {
		c.t.Fatalf("%q never comes:\n%s", texts, ansi.Strip(c.terminal.text()))
	}
}

// types types keys and waits for what they bring.
func (c *camera) types(keys string, texts ...string) {
	c.t.Helper()
	_, err := io.WriteString(c.keys, keys)
	require.NoError(c.t, err)
	c.awaits(texts...)
}

// opens goes to a place by its name.
func (c *camera) opens(place string, texts ...string) {
	c.t.Helper()
	c.types(":", "Go to")
	c.types(place, ": "+place, "▌ "+place)
	c.types("\r", texts...)
}

// patience is how long a screen may take to show what is awaited, and settle is time
// for more frames, which no text on the screen tells of.
const (
	patience = 20 * time.Second
	settle   = 500 * time.Millisecond
)

// takes takes the picture, or holds the screen to the one that was taken.
func (c *camera) takes(name string) {
	c.t.Helper()
	path := picture(name, c.theme)
	drawn := func() string { return svg("aksight demo", c.terminal.text(), terminals[c.theme]) }
	if *update {
		c.rests()
		keep(c.t, path, drawn())
	}
	want := kept(c.t, path)
	requireDrawn(c.t, want)
	if !assert.Eventually(c.t, func() bool { return drawn() == want }, patience, 20*time.Millisecond) {
		c.t.Fatalf("%s is out of date: go test ./ui/cli -update, and look at it; the screen now is\n%s", path, ansi.Strip(c.terminal.text()))
	}
}

// TestExplorerPictures goes a person's way through the explorer and draws it.
func TestExplorerPictures(t *testing.T) {
	for theme := range terminals {
		t.Run(theme, func(t *testing.T) {
			explorer(t, theme, 104, 22).takes("estate")

			c := explorer(t, theme, 104, 33)
			c.types("F", "By rule", "Severity")
			c.takes("findings")
			c.types("\x1b", "Subscription")
			c.opens("posture", "Worst clusters")
			c.takes("posture")
			c.types("\x1b", "Subscription")
			c.opens("pay-weu-01", "anyone on the internet can try")
			c.types("j", "▌ ◆ authorized IP ranges")
			c.takes("cluster")
			c.types("x", "What an attacker does")
			c.takes("finding")

			mend := explorer(t, theme, 104, 40)
			mend.opens("pay-weu-01", "anyone on the internet can try")
			mend.types("j", "▌ ◆ authorized IP ranges")
			mend.types("f", "your-range")
			mend.types("\t", "▌ your-range")
			mend.types("203.0.113.0/24", "/32,203.0.113.0/24")
			mend.types("\r", "▌ 1  az aks update")
			mend.types("=", "✓ pass")
			mend.takes("fix")
		})
	}
}

// TestReportPicture draws the head of a report as a terminal shows it.
func TestReportPicture(t *testing.T) {
	t.Setenv("AKSIGHT_CONFIG_DIR", t.TempDir())
	out := &bytes.Buffer{}
	p := &program{now: func() time.Time { return fixed }, flags: flags{demo: true}}
	p.Err = out
	inspection, err := p.open(sourceOptions{now: p.now, allChildren: true})
	require.NoError(t, err)
	require.NoError(t, p.readAll(t.Context(), inspection, false, false))
	report := export.Collect(export.Inputs{
		Inspection: inspection, Snapshot: inspection.Store.Snapshot(), Now: fixed, Tool: "aksight",
	})
	require.NoError(t, export.Table(out, report, export.TableOptions{Width: 104, Color: true}))
	lines := strings.SplitAfter(out.String(), "\n")
	for theme, colours := range terminals {
		path := picture("report", theme)
		drawn := svg("aksight report --demo", "$ aksight report --demo\n"+strings.Join(lines[:24], ""), colours)
		requireDrawn(t, drawn)
		if *update {
			keep(t, path, drawn)
		}
		assert.Equal(t, kept(t, path), drawn, "%s is out of date: go test ./ui/cli -update, and look at it", path)
	}
}
