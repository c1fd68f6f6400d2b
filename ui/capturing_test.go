package ui

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/evidence"
	"github.com/aksight/aksight/inspect/source"
)

func TestEvidenceIsCapturedIntoTheFolder(t *testing.T) {
	dir := t.TempDir()
	e := explore(t, 120, 40)
	e.saves.Store(&saveFolder{path: dir})
	e.sees("prod-payments", "at least 14 clusters")
	e.press("E")
	e.sees("saved aksight-20261124-090000")
	e.press("enter")
	e.sees("Version")
	e.press("enter")
	e.sees("Settings", "API server")
	e.press("E")
	e.sees("saved aksight-ds-lab-01-20261124-090000")
	files, err := filepath.Glob(filepath.Join(dir, "*"+evidence.Suffix))
	require.NoError(t, err)
	require.Len(t, files, 2)
	for _, file := range files {
		saved, err := evidence.Open(evidence.Options{Paths: []string{file}})
		require.NoError(t, err)
		assert.Equal(t, source.Demo, saved.Identity().CapturedFrom)
	}

	e.saves.Store(&saveFolder{err: errors.New("it was deleted")})
	e.press("E")
	e.sees("no evidence was saved: it was deleted")
	e.saves.Store(&saveFolder{path: filepath.Join(dir, "gone")})
	e.press("E")
	e.sees("no evidence was saved", "a folder that you may write to")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 2)
}

func TestEvidenceSaysOfWhenItIs(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	assert.Equal(t, "evidence of 2026-11-20 08:30", evidenceDates(&source.Identity{CapturedAt: at, JudgedAt: at}))
	assert.Equal(t, "evidence of 2026-11-20, judged as of 2027-01-02",
		evidenceDates(&source.Identity{CapturedAt: at, JudgedAt: time.Date(2027, 1, 2, 3, 0, 0, 0, time.UTC)}))
}
