package ui

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// into lets exports go into a folder of the test.
func (e *explorer) into() string {
	folder := e.t.TempDir()
	e.saves.Store(&saveFolder{path: folder})
	return folder
}

func TestExportWritesWhatTheListShows(t *testing.T) {
	e := explore(t, 80, 24)
	folder := e.into()
	e.sees("at least 14 clusters", "8 checks could not be read")
	e.press(":clusters", "enter")
	e.sees("› clusters", "at least 14 clusters", "web-weu-01")
	e.press("/pay", "enter")
	e.sees(" 4 of 14 clusters")
	e.press("e")
	frame := e.sees("Export clusters", "4 rows, as filtered and sorted", "had no room")
	assert.NotContains(t, frame, "ds-lab-01")
	e.press("enter")
	e.sees("wrote aksight-clusters-20261124-090000.csv (4 rows as CSV) into")
	e.press("e", "enter")
	e.sees("wrote aksight-clusters-20261124-090000-2.csv")
	e.press("e", "down", "space", "enter")
	e.sees("wrote aksight-clusters-20261124-090000.json (4 rows as JSON)")
	e.fits()

	first, err := os.ReadFile(filepath.Join(folder, "aksight-clusters-20261124-090000.csv"))
	require.NoError(t, err)
	second, err := os.ReadFile(filepath.Join(folder, "aksight-clusters-20261124-090000-2.csv"))
	require.NoError(t, err)
	head, _, _ := strings.Cut(string(first), "\n")
	again, _, _ := strings.Cut(string(second), "\n")
	assert.Equal(t, head, again, "the estate may be read on between the two")
	rows, err := csv.NewReader(strings.NewReader(string(first))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 5)
	assert.Equal(t, "Cluster", rows[0][0])
	assert.Contains(t, rows[0], "critical")
	assert.NotContains(t, rows[0], "Region", "it had no room")
	assert.Equal(t, "pay-weu-01", rows[1][0], "worst first, as on the screen")

	text, err := os.ReadFile(filepath.Join(folder, "aksight-clusters-20261124-090000.json"))
	require.NoError(t, err)
	var list []map[string]any
	require.NoError(t, json.Unmarshal(text, &list))
	require.Len(t, list, 4)
	assert.Equal(t, "pay-weu-01", list[0]["cluster"])
	assert.Equal(t, "westeurope", list[0]["region"])
	assert.IsType(t, 1.0, list[0]["critical"], "a number")
	info, err := os.Stat(filepath.Join(folder, "aksight-clusters-20261124-090000.json"))
	require.NoError(t, err)
	if runtime.GOOS != "windows" { // which keeps rights elsewhere
		assert.Zero(t, info.Mode().Perm()&0o077, "for its owner alone")
	}
}

func TestExportToTheClipboard(t *testing.T) {
	e := explore(t, 120, 40)
	folder := e.into()
	e.sees("at least 14 clusters", "8 checks could not be read")
	e.press(":findings", "enter")
	e.sees("By rule", "The API server answers the whole internet")
	e.press("e", "down", "down", "y")
	e.sees("copied", "rows as Markdown")
	e.mu.Lock()
	defer e.mu.Unlock()
	require.Len(t, e.copied, 1)
	assert.True(t, strings.HasPrefix(e.copied[0], "| Severity | Finding |"), e.copied[0])
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Empty(t, files)
}

func TestExportSaysWhereItCannotWrite(t *testing.T) {
	e := explore(t, 80, 24)
	e.saves.Store(&saveFolder{path: "/does/not/exist"})
	e.sees("prod-payments")
	e.press("e", "esc")
	e.sees("worst in")
	e.press("e", "enter")
	e.sees("not exported: ", "exist")
}

// A document, the posture and a finding can be written as they are, and as lists.
func TestExportWritesTexts(t *testing.T) {
	e := explore(t, 80, 24)
	folder := e.into()
	e.sees("at least 14 clusters", "8 checks could not be read")
	e.press(":pay-weu-01", "enter")
	e.sees("Sign-in")
	e.press("shift+tab")
	e.sees(`"location"`)
	e.press("e")
	frame := e.sees("Export document of pay-weu-01", "Document", "secrets hidden", "document-of-pay-weu-01-20261124-090000.json")
	assert.NotContains(t, frame, "columns ")
	e.press("down")
	e.sees("all 5", ".csv")
	e.press("up", "enter")
	e.sees("wrote aksight-document-of-pay-weu-01-20261124-090000.json (the document)")
	text, err := os.ReadFile(filepath.Join(folder, "aksight-document-of-pay-weu-01-20261124-090000.json"))
	require.NoError(t, err)
	assert.True(t, json.Valid(text))

	e.press(":posture", "enter")
	e.sees("Checks that fail, by topic")
	e.press("e", "enter")
	e.sees("wrote aksight-posture-20261124-090000.txt")
	e.press(":pay-weu-01", "enter")
	e.sees("Sign-in")
	e.press("x")
	e.sees("Why it matters")
	e.press("E")
	e.sees("saved aksight-pay-weu-01-")
	e.press("e")
	e.sees("tickets: why it matters and what proves it")
	e.press("y")
	e.sees("copied the text (")
	e.fits()
}
