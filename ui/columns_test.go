package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/widget"
)

// titles is the line of titles on the screen.
func titles(frame, first string) string {
	for line := range strings.Lines(frame) {
		if strings.Contains(line, first) {
			return strings.Join(strings.Fields(line), " ")
		}
	}
	return ""
}

func TestChoosesColumnsAndKeepsThem(t *testing.T) {
	state := config.StateIn(t.TempDir())
	with := func(o *Options) { o.State = state }
	e := explore(t, 120, 30, with)
	e.sees("prod-payments")
	e.press(":", "clusters", "enter")
	e.sees("pay-weu-01", "API server")
	e.press("C")
	e.sees("Columns of clusters", "resource group", "no room now")
	e.press("down", "down", "down", "down") // the API server
	e.press("space")
	e.press("G", "space") // the nodes
	e.sees("Nodes")
	for range 11 {
		e.press("K")
	}
	e.press("esc")
	frame := e.sees("API server", "pay-weu-01", "enter open")
	assert.NotContains(t, titles(frame, "Cluster"), "Nodes", "esc puts back what was")

	e.press("C", "down", "down", "down", "down", "space", "G", "space")
	for range 15 {
		e.press("K")
	}
	e.press("enter")
	require.Eventually(t, func() bool {
		kept, err := config.Remembered[map[string]widget.Choice](state, stateColumns)
		return err == nil && len(kept["clusters"].Shown) > 0 && kept["clusters"].Shown[0] == "Nodes"
	}, waitFor, tick)

	e = explore(t, 120, 30, with)
	e.sees("prod-payments")
	e.press(":", "clusters", "enter")
	line := titles(e.sees("pay-weu-01", "Nodes", "enter open"), "Cluster")
	assert.True(t, strings.HasPrefix(line, "Nodes Cluster"), line)
	assert.NotContains(t, line, "API server")
	e.press("1")
	assert.Contains(t, titles(e.sees("Nodes"+e.glyphs.Down), "Cluster"), "Nodes", "1 is the first column that is shown")
	e.press("C", "backspace", "enter")
	assert.NotContains(t, titles(e.sees("API server", "pay-weu-01", "enter open"), "Cluster"), "Nodes")
	e.press(":", "pay-weu-01", "enter")
	e.sees("Sign-in")
	e.press("C")
	e.sees("there is no list with columns here")
	e.fits()
}

// State that is broken is put aside with a message.
func TestBrokenStateKeepsNobodyOut(t *testing.T) {
	state := config.StateIn(t.TempDir())
	require.NoError(t, os.WriteFile(filepath.Join(state.Folder(), "columns.json"), []byte("{"), 0o600))
	e := explore(t, 120, 30, func(o *Options) { o.State = state })
	e.sees("prod-payments", "could not be understood")
	e.press(":", "errors", "enter")
	e.sees("it is kept as", "columns.json.broken-")
	e.fits()
}
