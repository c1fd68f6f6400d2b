package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sampleListing(rows ...[]string) Listing {
	return Listing{
		Columns: []ListingColumn{{Title: "Cluster"}, {Title: "API server"}, {Title: "critical", Number: true}, {Title: "◆"}, {Title: "Cluster"}},
		Rows:    slices.Values(rows),
	}
}

func TestListings(t *testing.T) {
	list := sampleListing(
		[]string{"pay-weu-01", "open", "4", "a", "b"},
		[]string{"=cmd|' /C calc'!A0", "| x | [y](z) <b>", "", "\x1b[31mred\u202e", "@sum(1)"},
	)
	for _, form := range ListingForms {
		t.Run(form.Name, func(t *testing.T) {
			out := &bytes.Buffer{}
			require.NoError(t, form.Write(out, list))
			assert.NotContains(t, out.String(), "\x1b")
			assert.NotContains(t, out.String(), "\u202e")
			golden.RequireEqual(t, out.Bytes())
		})
	}
}

func TestListingJSONOfNothing(t *testing.T) {
	out := &bytes.Buffer{}
	require.NoError(t, listingJSON(out, sampleListing()))
	var rows []map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &rows))
	assert.Empty(t, rows)
}

func TestFileName(t *testing.T) {
	now := time.Date(2026, 11, 24, 4, 5, 6, 0, time.UTC)
	for name, want := range map[string]string{
		"clusters":                    "aksight-clusters-20261124-040506.csv",
		"findings of ../../etc/passw": "aksight-findings-of-etc-passw-20261124-040506.csv",
		"名前":                          "aksight-20261124-040506.csv",
		strings.Repeat("a", 300):      "aksight-" + strings.Repeat("a", 80) + "-20261124-040506.csv",
	} {
		assert.Equal(t, want, FileName(name, ".csv", now))
	}
}

func TestSaveNeverOverwrites(t *testing.T) {
	folder := t.TempDir()
	write := func(text string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
	}
	first, err := Save(folder, "a.csv", write("1"))
	require.NoError(t, err)
	second, err := Save(folder, "a.csv", write("2"))
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(folder, "a-2.csv"), second)
	text, err := os.ReadFile(first)
	require.NoError(t, err)
	assert.Equal(t, "1", string(text))
	_, err = Save(folder, "b.csv", func(io.Writer) error { return errors.New("the disk is full") })
	require.ErrorContains(t, err, "b.csv was not written: the disk is full")
	assert.NoFileExists(t, filepath.Join(folder, "b.csv"))
}

func FuzzCSVCell(f *testing.F) {
	for _, seed := range []string{"=1+1", " =1", "\t=1", "\r\n=1", "＝1", "\x00=1", `"=1`, "a\r\nb", "-", "", "'=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out := &bytes.Buffer{}
		w := newCSV(out)
		w.row(text, "second")
		require.NoError(t, w.end())
		rows, err := csv.NewReader(out).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Len(t, rows[0], 2)
		cell := rows[0][0]
		assert.NotContains(t, cell, "\x1b")
		if begin := strings.TrimLeft(cell, " \t\r\n\"\ufffd"); begin != "" {
			assert.NotContains(t, "=+-@", begin[:1], "%q", cell)
		}
	})
}
