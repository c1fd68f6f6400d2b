package plain

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
)

var testNow = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func clock() time.Time { return testNow }

func inspection(t testing.TB, opts demo.Options) *inspect.Inspection {
	t.Helper()
	identity, calls := demo.Identity(), &source.Calls{}
	opts.Now = clock
	estate, err := azure.New(azure.Options{
		Cloud: identity.Cloud, Identity: &identity, Credential: demo.Credential(), Calls: calls, Now: clock,
		Transport: demo.Transport(demo.NewHandler(opts)),
	})
	require.NoError(t, err)
	catalogue := fewRules(t)
	return inspect.New(inspect.Options{
		Source: estate, Calls: calls, Now: clock, AllChildren: true, Rules: func() *rules.Catalogue { return catalogue },
	})
}

// fewRules are enough to tell of, and do not change what is told when rules are added.
func fewRules(t testing.TB) *rules.Catalogue {
	t.Helper()
	all, err := rules.Embedded()
	require.NoError(t, err)
	var few []*model.Rule
	for _, id := range []string{
		"AKS-IAM-001", "AKS-IAM-002", "AKS-IAM-004", "AKS-NET-001", "AKS-NET-002", "AKS-NET-003", "AKS-NET-004",
		"AKS-NODE-001", "AKS-NODE-008", "AKS-UPG-007", "AKS-DATA-001",
	} {
		rule, _ := all.Find(id)
		require.NotNil(t, rule, id)
		few = append(few, rule)
	}
	catalogue, err := rules.New(few)
	require.NoError(t, err)
	return catalogue
}

// whole is an inspection that was read to its end.
func whole(t testing.TB) *inspect.Inspection {
	t.Helper()
	in := inspection(t, demo.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	in.Start(ctx)
	require.NoError(t, in.Wait(ctx))
	return in
}

// hold runs the commands and returns what was said.
func hold(t testing.TB, commands string, change ...func(*Options)) string {
	t.Helper()
	out := &strings.Builder{}
	opts := Options{Inspection: inspection(t, demo.Options{}), In: strings.NewReader(commands), Out: out, Now: clock}
	for _, f := range change {
		f(&opts)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, Run(ctx, opts))
	return out.String()
}

// The transcripts are what people hear: from the estate to a fix and its effect.
func TestTranscripts(t *testing.T) {
	in := whole(t)
	for name, commands := range map[string]string{
		"journey": "3\n1\nx 3\nf\n=\ny\nback\nback\nback\nback\nwhere\n",
		"fix": "go pay-weu-01\nfix 3\ncopy 3\n1\nset your-range nonsense\nset your-range 203.0.113.0/24\n" +
			"copy 3\ncopy-all\nset colour red\n=\nshell\n",
		"tabs":     ":pay-weu-01\npools\n4\nback\nfindings\n/sev:high rule:iam\nback\n/colour:red\n",
		"glossary": "x imds\n2\nback\nx nosuch\ngo local accounts\ngo glossary\n/metadata\n1\n",
		"findings": "F\n1\n1\nback\nback\nby cluster\n1\n",
		"errors":   "4\nhelp\nsort\n99\nnonsense\nset a b\nback\nback\nquit\nstatus\n",
	} {
		t.Run(name, func(t *testing.T) {
			golden.RequireEqual(t, hold(t, commands, func(o *Options) { o.Inspection = in }))
		})
	}
}

func TestWords(t *testing.T) {
	said := hold(t, "wait\nlist\n")
	assert.NotContains(t, said, "\x1b")
	assert.True(t, strings.HasSuffix(said, "> \n"), "it ends with the input")
	said = hold(t, ":pay-weu-01\nx 1\n/x\n:glossary\n", func(o *Options) { o.ASCII = true })
	for _, r := range said {
		require.Less(t, r, rune(0x80), "%q", r)
	}
}

// To a person long lists come in parts, wrapped, and commands stay whole.
func TestForPeople(t *testing.T) {
	in := whole(t)
	said := hold(t, "go pay-weu-01\nmore\nm\nm\nm\nm\nfix 3\n", func(o *Options) {
		o.Inspection, o.Interactive, o.Width = in, true, 60
	})
	assert.Contains(t, said, "25 of ")
	assert.Contains(t, said, "> ")
	for line := range strings.Lines(said) {
		if !strings.HasPrefix(line, "az ") {
			assert.LessOrEqual(t, len([]rune(strings.TrimSpace(strings.TrimPrefix(line, "> ")))), 60, line)
		}
	}
	assert.Regexp(t, `(?m)^az aks update .*--api-server-authorized-ip-ranges.{20}`, said)
}

// What is still being read is said, and can be waited for.
func TestStillBeingRead(t *testing.T) {
	slow := inspection(t, demo.Options{Delay: 30 * time.Millisecond})
	said := hold(t, "status\nwait\nstatus\n", func(o *Options) { o.Inspection = slow })
	assert.Contains(t, said, "Still being read: ")
	assert.Contains(t, said, "Type wait to wait for it.")
	_, after, found := strings.Cut(said, "> wait\nAll that was asked for is read")
	require.True(t, found, said)
	assert.Contains(t, after, "All that was asked for is read. ")
	assert.Contains(t, after, "at least 14 clusters", "the page is said again, with what has changed")
}

func TestCancelledWhileReading(t *testing.T) {
	slow := inspection(t, demo.Options{Delay: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	in, _ := io.Pipe()
	out := &strings.Builder{}
	require.NoError(t, Run(ctx, Options{Inspection: slow, In: in, Out: out, Now: clock}))
	assert.Contains(t, out.String(), "Reading the estate.")
}

type broken struct{}

var errBroken = errors.New("nobody listens")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestNobodyListens(t *testing.T) {
	err := Run(t.Context(), Options{Inspection: inspection(t, demo.Options{}), In: strings.NewReader("1\n"), Out: broken{}, Now: clock})
	require.ErrorIs(t, err, errBroken)
}

// Text from the estate cannot act on the terminal.
func TestWriterIsSafe(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		out := &strings.Builder{}
		w := newWriter(out, 40, ascii)
		w.line("na\x1b[31mme\u202e\tx\r" + strings.Repeat("long ", 20) + "é世")
		w.code("az\x07 \x1b]0;x\x07")
		w.flush()
		for _, r := range out.String() {
			assert.True(t, r == '\n' || r >= ' ' && r != 0x7f && r != '\u202e', "%q in %q", r, out.String())
		}
	}
}

// keeper keeps waivers in memory.
type keeper struct{ added []*model.Waiver }

func (k *keeper) File() string { return "waivers.yaml" }

func (k *keeper) Add(w *model.Waiver) (*waive.Set, error) {
	k.added = append(k.added, w)
	return waive.New([]model.Waiver{*w}), nil
}

func (k *keeper) Remove(*model.Waiver) (*waive.Set, error) { return waive.New(nil), nil }

func TestWaive(t *testing.T) {
	in, kept := whole(t), &keeper{}
	said := hold(t, "go pay-weu-01\nw 3\n2\n4\nset reason the build agents move in May\nset colour red\n4\n", func(o *Options) {
		o.Inspection, o.Waivers = in, kept
	})
	assert.Contains(t, said, "2. reason: not filled in")
	assert.Contains(t, said, "Fill it in with: set NAME VALUE")
	assert.Contains(t, said, "not written: ")
	assert.Contains(t, said, `there is no field "colour": use owner or reason or until`)
	assert.Contains(t, said, "AKS-NET-001 on pay-weu-01 is waived until ")
	require.Len(t, kept.added, 1)
	assert.Equal(t, "the build agents move in May", kept.added[0].Reason)
	said = hold(t, "go pay-weu-01\n3\nw\n1\n1\n", func(o *Options) { o.Inspection, o.Waivers = in, kept })
	assert.Contains(t, said, "waived")
	assert.Contains(t, said, "is taken out of")
}

// Bookmarks and filters are those of the screen, and last.
func TestBookmarksAndFilters(t *testing.T) {
	in, state := whole(t), config.StateIn(t.TempDir())
	with := func(o *Options) { o.Inspection, o.State = in, state }
	said := hold(t, "go bookmarks\nback\nsave x\ngo clusters\n/pay\nb\nbookmark\nsave paying\n/\n/web\nsave webs\n/\nfilters\ngo paying\nwhere\n"+
		"go pay-weu-01\nb\nsave x\n", with)
	for _, want := range []string{
		"No page is marked in this estate", "> save x\nThere is no filter to save", "Marked clusters / pay: go bookmarks", "This page is marked already, as clusters / pay",
		"Saved the filter paying", "> filters\npaying: pay, on clusters\nwebs: web, on clusters\n", "> go paying\n\nmarigold.example > clusters\n", "Marked pay-weu-01",
	} {
		assert.Contains(t, said, want)
	}
	said = hold(t, "go bookmarks\nR 2\nset name\nset title x\nset name the payments' one\n/clusters\n/\n1\nback\nback\nD 1\nD 1\nback\n"+
		"go the payments' one\nwhere\ngo webs\nsave webs\n/\nsave webs\nfilters\ngo webs\n", with)
	for _, want := range []string{
		"1. clusters / pay: marigold.example › clusters; filter pay\n2. pay-weu-01: ", "Fill it in with: set NAME VALUE", "a bookmark needs a name", `there is no field "title"`,
		"2. the payments' one: ", "bookmarks > clusters\n1. pay-weu-01", "the same key again deletes", "deleted the bookmark clusters / pay", "> where\nmarigold.example > pay-weu-01\n",
		"Saved the filter webs", "Deleted the filter webs.", "> filters\npaying: pay, on clusters\n>",
	} {
		assert.Contains(t, said, want)
	}
	kept, err := config.Remembered[[]page.Bookmark](state, page.KeptBookmarks)
	require.NoError(t, err)
	require.Len(t, kept, 1)
	assert.Equal(t, "the payments' one", kept[0].Name)
	filters, err := config.Remembered[[]page.SavedFilter](state, page.KeptFilters)
	require.NoError(t, err)
	assert.Equal(t, []page.SavedFilter{{Name: "paying", Kind: page.Clusters, Text: "pay"}}, filters)

	said = hold(t, "go clusters\n/pay\nsave mine\nb\ngo mine\n", func(o *Options) { o.Inspection = in })
	assert.Contains(t, said, "Saved the filter mine", "without a place to keep it, it holds for this run")
}

// Lists are written as on the screen, with all of their columns.
func TestExports(t *testing.T) {
	in, folder := whole(t), t.TempDir()
	with := func(o *Options) {
		o.Inspection, o.Folder = in, func() (string, error) { return folder, nil }
	}
	said := hold(t, "go clusters\n/pay\ne\nexport json\ne md\ne doc\ngo posture\ne\ngo glossary\ne csv\ngo pay-weu-01\njson\ne\ne json\nE\ngo local accounts\ne\n", with)
	assert.Contains(t, said, "> e\nWrote aksight-clusters-20261124-090000.csv into "+folder+".\n")
	assert.Contains(t, said, "It can be written as csv, json, markdown.")
	assert.Contains(t, said, "There is no list to export here.")
	for name, holds := range map[string]string{
		"aksight-clusters-20261124-090000.csv":                "pay-weu-01,prod-payments,westeurope,",
		"aksight-clusters-20261124-090000.json":               `"subscription": "prod-payments"`,
		"aksight-clusters-20261124-090000.md":                 "| pay-weu-01 |",
		"aksight-posture-20261124-090000.txt":                 "Worst clusters\n",
		"aksight-glossary-20261124-090000.csv":                "API server,",
		"aksight-document-of-pay-weu-01-20261124-090000.json": "{\n  \"id\": ",
	} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err, said)
		assert.Contains(t, string(text), holds, name)
	}
	rows, err := os.ReadFile(filepath.Join(folder, "aksight-clusters-20261124-090000.csv"))
	require.NoError(t, err)
	assert.Equal(t, 5, strings.Count(string(rows), "\n"), "as filtered, with the titles")
	said = hold(t, "go clusters\ne\n", func(o *Options) {
		o.Inspection, o.Folder = in, func() (string, error) { return filepath.Join(folder, "none"), nil }
	})
	assert.Contains(t, said, "Not exported: ")
}

func TestOwnKeys(t *testing.T) {
	said := hold(t, "wait\ngo pay-weu-01\nX 3\n", func(o *Options) { o.Keys = map[string][]string{"explain": {"X"}} })
	assert.Contains(t, said, "> AKS-NET-001")
	require.Error(t, Run(t.Context(), Options{Keys: map[string][]string{"nothing": {"X"}}}))
}

// No command, whatever it is, ends the session or panics.
func FuzzCommands(f *testing.F) {
	for _, seed := range []string{
		"1\n1\nx 2\nf\n", ":pay\n/a:b\n//\n::\n", "F\nby cluster\n1\n", "copy\nY\n=\nset\nset a\n", "x\nx x\n0\n-1\n99999999999999999999\n",
		"\x00\n\xff 1\nenter\nesc\nspace 1\n1 1\n", "go requests\n1\ngo errors\n1\ngo rules\nv\nr\nv 1\n",
		"b\n/a\nsave a\ngo a\ngo bookmarks\nR 1\nset name b\nD 1\nD 1\nfilters\ne\ne json\n",
	} {
		f.Add(seed)
	}
	in := whole(f)
	f.Fuzz(func(t *testing.T, commands string) {
		if strings.Contains(commands, "wait") {
			return
		}
		require.NoError(t, Run(t.Context(), Options{Inspection: in, In: strings.NewReader(commands), Out: io.Discard, Now: clock, Folder: func() (string, error) { return t.TempDir(), nil }}))
	})
}
