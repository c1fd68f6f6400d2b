package evidence

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/textfile"
	"github.com/aksight/aksight/model"
)

// entry is one member of a handmade archive.
type entry struct {
	name, text, link string
	kind             byte
}

// archive makes a tar.gz.
func archive(t testing.TB, entries ...entry) string {
	t.Helper()
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	w := tar.NewWriter(packed)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Size: int64(len(e.text)), Mode: 0o600, Typeflag: tar.TypeReg, Linkname: e.link}
		if e.kind != 0 {
			header.Typeflag, header.Size = e.kind, 0
		}
		require.NoError(t, w.WriteHeader(header))
		if e.kind == 0 {
			_, err := w.Write([]byte(e.text))
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	require.NoError(t, packed.Close())
	return out.String()
}

// manifestOf is the manifest of members.
func manifestOf(t testing.TB, change func(*Manifest), members ...entry) entry {
	t.Helper()
	m := Manifest{Schema: Schema, CapturedAt: then, Tool: "aksight test", Source: Origin{Mode: source.Live, User: "ana"}}
	for _, e := range members {
		sum := sha256.Sum256([]byte(e.text))
		m.Files = append(m.Files, Member{Path: e.name, Size: int64(len(e.text)), SHA256: hex.EncodeToString(sum[:])})
	}
	if change != nil {
		change(&m)
	}
	raw, err := json.Marshal(m)
	require.NoError(t, err)
	return entry{name: manifestName, text: string(raw)}
}

func clusterEntry(number int, id string) entry {
	return entry{
		name: clusterPath(number, model.ID(id).Name()),
		text: `{"cluster":{"id":"` + id + `","kind":"cluster","readAt":"2026-11-20T08:00:00Z","apiVersion":"2026-06-01","document":` + armCluster(id) + `},"reads":{"diagnosticSetting":{"at":"2026-11-20T08:00:00Z"}},"children":[]}`,
	}
}

func TestHandmadeBundles(t *testing.T) {
	t.Parallel()
	estate := entry{name: estateName, text: `{"subscriptions":[{"id":"/subscriptions/` + guid + `","readAt":"2026-11-20T08:00:00Z"}]}`}
	pay, web := clusterEntry(1, payID), clusterEntry(2, webID)
	changed := web
	changed.text = strings.Replace(web.text, "westeurope", "eastuseast", 1)
	longer := web
	longer.text += " "
	evil := func(e entry) []entry {
		return []entry{manifestOf(t, nil, estate, pay, web), estate, pay, e, web}
	}
	for name, test := range map[string]struct {
		entries []entry
		want    []string
		says    map[string]string // by the end of the file's name
	}{
		"whole":            {[]entry{manifestOf(t, nil, estate, pay, web), estate, pay, web}, []string{"pay", "web"}, nil},
		"another order":    {[]entry{manifestOf(t, nil, estate, pay, web), web, pay, estate}, []string{"pay", "web"}, nil},
		"changed":          {[]entry{manifestOf(t, nil, estate, pay, web), estate, pay, changed}, []string{"pay"}, map[string]string{"web.json": "its SHA-256 is not the one in the manifest"}},
		"longer":           {[]entry{manifestOf(t, nil, estate, pay, web), estate, pay, longer}, []string{"pay"}, map[string]string{"web.json": "bytes"}},
		"missing":          {[]entry{manifestOf(t, nil, estate, pay, web), estate, pay}, []string{"pay"}, map[string]string{"web.json": "it is not in the bundle"}},
		"not named":        {[]entry{manifestOf(t, nil, estate, pay), estate, pay, web}, []string{"pay"}, map[string]string{"web.json": "the manifest does not name it"}},
		"a symbolic link":  {evil(entry{name: "clusters/x", kind: tar.TypeSymlink, link: "/etc/passwd"}), []string{"pay"}, map[string]string{"web.json": "no plain file"}},
		"a hard link":      {evil(entry{name: "clusters/x", kind: tar.TypeLink, link: "/etc/passwd"}), []string{"pay"}, map[string]string{"web.json": "no plain file"}},
		"a device":         {evil(entry{name: "clusters/x", kind: tar.TypeChar}), []string{"pay"}, map[string]string{"web.json": "no plain file"}},
		"a path upwards":   {evil(entry{name: "../../x.json", text: "{}"}), []string{"pay"}, map[string]string{"web.json": "with the path"}},
		"an absolute path": {evil(entry{name: "/etc/x.json", text: "{}"}), []string{"pay"}, map[string]string{"web.json": "with the path"}},
		"a member twice":   {evil(pay), []string{"pay"}, map[string]string{"web.json": "twice"}},
		"no cluster in it": {[]entry{manifestOf(t, nil, estate, pay, entry{name: "clusters/x.json", text: `{"cluster":{"id":"/subscriptions/s"}}`}), estate, pay, {name: "clusters/x.json", text: `{"cluster":{"id":"/subscriptions/s"}}`}},
			[]string{"pay"}, map[string]string{"x.json": "it holds no cluster"}},
		"not JSON": {[]entry{manifestOf(t, nil, estate, pay, entry{name: "clusters/x.json", text: `{`}), estate, pay, {name: "clusters/x.json", text: `{`}},
			[]string{"pay"}, map[string]string{"x.json": "it cannot be read"}},
		"no bundle":      {[]entry{{name: "README", text: "hello"}}, nil, map[string]string{"b.tar.gz": "no bundle of aksight"}},
		"another schema": {[]entry{manifestOf(t, func(m *Manifest) { m.Schema = "aksight.bundle/9" }, estate), estate}, nil, map[string]string{"b.tar.gz": "use a newer one"}},
		"no date":        {[]entry{{name: manifestName, text: `{"schema":"aksight.bundle/1"}`}}, nil, map[string]string{"b.tar.gz": "when it was captured"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := read(t, Options{Paths: []string{folder(t, "b.tar.gz", archive(t, test.entries...))}})
			var names []string
			for cluster := range e.clusters {
				names = append(names, cluster)
			}
			assert.ElementsMatch(t, test.want, names)
			assert.Len(t, e.problems, len(test.says), "%v", e.problems)
			for file, says := range test.says {
				told := false
				for at, problem := range e.problems {
					told = told || strings.HasSuffix(at, file) && strings.Contains(problem.Error(), says)
				}
				assert.True(t, told, "%s: %s in %v", file, says, e.problems)
			}
			assert.Equal(t, len(test.want) == 0, e.whole != nil)
		})
	}
}

func TestTheManifestSaysOfWhom(t *testing.T) {
	t.Parallel()
	pay := clusterEntry(1, payID)
	text := archive(t, manifestOf(t, nil, pay), pay)
	s, err := Open(Options{Paths: []string{folder(t, "b.tar.gz", text)}})
	require.NoError(t, err)
	identity := s.Identity()
	assert.Equal(t, source.Evidence, identity.Mode)
	assert.Equal(t, source.Live, identity.CapturedFrom)
	assert.Equal(t, "ana", identity.User)
	assert.Equal(t, then, identity.CapturedAt, "and not when the file was copied")
	e := readAgain(t, s)
	assert.Equal(t, "2026-06-01", e.clusters["pay"].APIVersion)
	assert.Equal(t, model.ReadDone, e.children["pay"].Reads[model.KindDiagnosticSetting].State)
	assert.Contains(t, e.children["pay"].Reads[model.KindUpgradeProfile].Why, "az aks get-upgrades")
}

// TestANewerDocumentIsAllRight has a bundle tell that a cluster could not be read once
// more; a document that was saved later could.
func TestANewerDocumentIsAllRight(t *testing.T) {
	t.Parallel()
	pay := clusterEntry(1, payID)
	pay.text = `{"problem":{"what":"Azure refused"},` + pay.text[1:]
	bundle := archive(t, manifestOf(t, nil, pay), pay)
	for name, test := range map[string]struct {
		files []string
		says  string
	}{
		"the bundle alone":      {[]string{"b.tar.gz", bundle}, "Azure refused"},
		"a document after it":   {[]string{"a.tar.gz", bundle, "b.json", armCluster(payID)}, ""},
		"a document read first": {[]string{"1.json", "{}", "2.json", armCluster(payID), "b.tar.gz", bundle}, ""},
		"a row of an index":     {[]string{"a.tar.gz", bundle, "b.json", `{"data":[` + armCluster(payID) + `]}`}, "Azure refused"},
	} {
		s, err := Open(Options{Paths: []string{folder(t, test.files...)}})
		require.NoError(t, err)
		last := ""
		for event := range s.Read(t.Context(), source.Scope{Breadth: source.Estate}) {
			switch event := event.(type) {
			case source.Upsert:
				last = "" // the store takes it for read
			case source.Failed:
				if event.Scope.Breadth == source.Cluster {
					last = event.Why.What
				}
			}
		}
		assert.Equal(t, test.says, last, name)
		asked := ""
		for event := range s.Read(t.Context(), source.Scope{Breadth: source.Cluster, ID: payID}) {
			if failed, is := event.(source.Failed); is {
				asked = failed.Why.What
			}
		}
		assert.Equal(t, test.says, asked, name)
	}
}

// TestABundleThatBreaksOff cuts a bundle at every so many bytes: it never panics, and
// uses what is whole.
func TestABundleThatBreaksOff(t *testing.T) {
	t.Parallel()
	pay, web := clusterEntry(1, payID), clusterEntry(2, webID)
	text := archive(t, manifestOf(t, nil, pay, web), pay, web)
	for cut := 1; cut < len(text); cut += 37 {
		e := read(t, Options{Paths: []string{folder(t, "b.tar.gz", text[:cut])}})
		assert.True(t, len(e.clusters) == 2 || len(e.problems) > 0, "cut at %d", cut)
	}
}

func TestSecretsOfAHandmadeBundleAreMasked(t *testing.T) {
	t.Parallel()
	pay := clusterEntry(1, payID)
	pay.text = strings.Replace(pay.text, `"properties":{`, `"properties":{"windowsProfile":{"adminPassword":"PLANTED"},`, 1)
	e := read(t, Options{Paths: []string{folder(t, "b.tar.gz", archive(t, manifestOf(t, nil, pay), pay))}})
	assert.NotContains(t, e.clusters["pay"].Raw.String(), "PLANTED")
	assert.Contains(t, e.clusters["pay"].Raw.String(), document.Hidden)
}

// TestNoSecretIsCaptured looks for planted secrets in every byte of a bundle.
func TestNoSecretIsCaptured(t *testing.T) {
	t.Parallel()
	secrets := `"servicePrincipalProfile":{"secret":"PLANTED"},"httpProxyConfig":{"httpsProxy":"http://u:PLANTED@p"}`
	dir := folder(t, "1.json", strings.Replace(azCluster(payID, secrets), `"aadProfile":null,`, `"aadProfile":{"serverAppSecret":"PLANTED"},`, 1), "broken.json", `{"adminPassword": "PLANTED" "PLANTED"`)
	e := read(t, Options{Paths: []string{dir}})
	snapshot := &store.Snapshot{Clusters: []*store.Cluster{{Resource: e.clusters["pay"], Children: e.children["pay"].Children, Reads: e.children["pay"].Reads}}}
	for file, problem := range e.problems {
		snapshot.Files = append(snapshot.Files, store.File{Path: file, Problem: problem})
	}
	path := filepath.Join(t.TempDir(), "b"+Suffix)
	_, err := Save(path, Capture{Snapshot: snapshot, At: then, Identity: e.s.Identity()}, false)
	require.NoError(t, err)
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	text, err := textfile.Unpacked(file, textfile.Longest)
	require.NoError(t, err)
	var all bytes.Buffer
	_, err = all.ReadFrom(text)
	require.NoError(t, err)
	assert.Contains(t, all.String(), document.Hidden)
	assert.NotContains(t, all.String(), "PLANTED")
	assert.Contains(t, all.String(), "broken.json")
}

func TestPlainNames(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "clusters/00007-___etc_passwd.json", clusterPath(7, "../etc/passwd"))
	assert.Equal(t, "clusters/00001-"+strings.Repeat("a", 63)+".json", clusterPath(1, strings.Repeat("a", 500)))
	assert.Equal(t, "aksight-pay-20261120-080000", Name(payID, then))
	assert.Equal(t, "aksight-20261120-080000", Name("", then))
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"[" + armCluster(payID) + "]", `{"value":[` + azCluster(payID) + `]}`, azCluster(payID) + "\n" + azCluster(webID), `{"data":[]}`,
		`{"id":1}`, "{\n{", "\xff\xfe[\x00", `[{"id":"/subscriptions/s","properties":null}]`, `{"value":{}}`,
		`[{"id":"` + payID + `/agentPools/p","typePropertiesType":"x"}]`, `[{"id":"` + addressID + `"}]`, "\x1f\x8b\x08",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		h := newHolding()
		file := &looseFile{number: 1, name: "f", at: then, wants: func(string, string) bool { return true }, others: map[string]int{}}
		plain, err := textfile.Unpacked(bytes.NewReader(text), textfile.Longest)
		if err != nil {
			return
		}
		decode(textfile.InUTF8(plain), func(found found) error {
			_, err := file.take(h, found)
			return err
		}, func(err error) {
			if place, is := errors.AsType[*placeError](err); is && (place.offset < 0 || place.line < 0) {
				t.Errorf("a place before the text: %v", err)
			}
		})
		for _, c := range h.order {
			h.finish(c, allAbsent())
			decoded, err := document.Decode(c.resource)
			if err != nil {
				t.Fatalf("what was kept does not decode: %v", err)
			}
			document.Summarize(decoded)
		}
	})
}

func FuzzBundle(f *testing.F) {
	pay, web := clusterEntry(1, payID), clusterEntry(2, webID)
	estate := entry{name: estateName, text: `{"subscriptions":[{"id":"/subscriptions/` + guid + `","problem":{"what":"refused"}}]}`}
	for _, entries := range [][]entry{{manifestOf(f, nil, estate, pay, web), estate, pay, web}, {pay}, {}} {
		packed, err := gzip.NewReader(strings.NewReader(archive(f, entries...)))
		require.NoError(f, err)
		var plain bytes.Buffer
		_, err = plain.ReadFrom(packed)
		require.NoError(f, err)
		f.Add(plain.Bytes())
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		all := newTarMembers(bytes.NewReader(text))
		m, err := readManifest(all)
		if err != nil {
			return
		}
		h := newHolding()
		file := &bundleFile{wants: func(string, string) bool { return true }}
		readMembers(all, m, func(path string, content []byte) error {
			_, err := file.take(h, path, content)
			return err
		}, func(string, error) {})
		for _, c := range h.order {
			h.finish(c, allAbsent())
		}
	})
}
