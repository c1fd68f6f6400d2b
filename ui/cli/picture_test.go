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

// draw makes a picture of a screen, and keeps it in docs where files are updated.
func draw(t *testing.T, name, screen string) {
	t.Helper()
	picture := svg(screen, darkTerminal)
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
	assert.Greater(t, texts, 20)
	page := filepath.Join("..", "..", "docs", "img", name)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(page), 0o755))
		require.NoError(t, os.WriteFile(page, []byte(picture), 0o644))
	}
	assert.FileExists(t, page)
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

// shoot opens the explorer on the demo, waits until all is read, goes to a place by
// name, and draws the screen once it shows what is awaited.
func shoot(t *testing.T, name, place string, awaited ...string) {
	t.Helper()
	const width, height = 110, 34
	p := &program{now: time.Now, flags: flags{demo: true}}
	inspection, err := p.open(sourceOptions{now: p.now})
	require.NoError(t, err)
	terminal := &screen{terminal: vt.NewEmulator(width, height)}
	// What the terminal answers is of no interest, but somebody has to read it.
	go func() { _, _ = io.Copy(io.Discard, terminal.terminal) }()
	keys, typist := io.Pipe()
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	done := make(chan error, 1)
	go func() {
		done <- ui.Run(ctx, ui.Options{
			Inspection: inspection, Theme: "dark", Environ: []string{"TERM=xterm-256color", "COLORTERM=truecolor"},
			Program: []tea.ProgramOption{
				tea.WithInput(keys), tea.WithOutput(terminal), tea.WithWindowSize(width, height),
				tea.WithColorProfile(colorprofile.TrueColor), tea.WithoutSignals(),
			},
		})
	}()
	await := func(parts ...string) {
		t.Helper()
		shown := func() bool {
			text := ansi.Strip(terminal.text())
			return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
		}
		if !assert.Eventually(t, shown, 20*time.Second, 20*time.Millisecond) {
			t.Log(ansi.Strip(terminal.text()))
		}
	}
	// What the refusal says comes last.
	await("partner-hub", "could not read", "1 subscription not read")
	require.NoError(t, inspection.Wait(ctx))
	if place != "" {
		typed := func(keys string, parts ...string) {
			_, err := io.WriteString(typist, keys)
			require.NoError(t, err)
			await(parts...)
		}
		typed(":", "Go to")
		typed(place, ": "+place, "▌ "+place)
		typed("\r")
	}
	await(awaited...)
	time.Sleep(settle)
	picture := terminal.text()
	leave()
	require.NoError(t, typist.Close())
	require.NoError(t, <-done)
	draw(t, name, picture)
}

// settle is time for one more frame, which no text on the screen tells of.
const settle = 300 * time.Millisecond

func TestExplorerPictures(t *testing.T) {
	shoot(t, "estate.svg", "", "prod-payments", "enter open")
	shoot(t, "cluster.svg", "pay-weu-01", "authorized IP ranges", "anyone on the internet can try")
}

// TestReportPicture draws the head of a report as a terminal shows it.
func TestReportPicture(t *testing.T) {
	t.Setenv("AKSIGHT_CONFIG_DIR", t.TempDir())
	out := &bytes.Buffer{}
	p := &program{now: func() time.Time { return fixed }, flags: flags{demo: true}}
	p.Err = out
	inspection, err := p.open(sourceOptions{now: p.now, allChildren: true})
	require.NoError(t, err)
	require.NoError(t, p.readAll(t.Context(), inspection, false))
	report := export.Collect(export.Inputs{
		Inspection: inspection, Snapshot: inspection.Store.Snapshot(), Now: fixed, Tool: "aksight",
	})
	require.NoError(t, export.Table(out, report, export.TableOptions{Width: 100, Color: true}))
	lines := strings.SplitAfter(out.String(), "\n")
	draw(t, "report.svg", "$ aksight report --demo\n"+strings.Join(lines[:26], ""))
}
