package cli

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// TestReportPicture draws the head of a report as a terminal shows it.
func TestReportPicture(t *testing.T) {
	t.Setenv("AKSIGHT_CONFIG_DIR", t.TempDir())
	out := &bytes.Buffer{}
	p := &program{now: func() time.Time { return fixed }, flags: flags{demo: true}}
	p.Err = out
	inspection, err := p.open(sourceOptions{now: p.now, allChildren: true})
	require.NoError(t, err)
	require.NoError(t, p.readAll(t.Context(), inspection))
	report := export.Collect(export.Inputs{
		Inspection: inspection, Snapshot: inspection.Store.Snapshot(), Now: fixed, Tool: "aksight",
	})
	require.NoError(t, export.Table(out, report, export.TableOptions{Width: 100, Color: true}))
	lines := strings.SplitAfter(out.String(), "\n")
	draw(t, "report.svg", "$ aksight report --demo\n"+strings.Join(lines[:26], ""))
}
