package evidence

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/textfile"
)

// Stdin names standard input among the files.
const Stdin = "-"

// input is one file, or standard input.
type input struct {
	name string // as messages show it
	path string
	// root is the folder that was given, where the file lies in one.
	root string
	at   time.Time
	// stream is what is left of standard input: it can be read only once.
	stream io.Reader
	// kept is standard input that was kept, since it is a bundle.
	kept []byte
	// folder is set for a bundle that somebody unpacked.
	folder   bool
	manifest *Manifest
	// failed is why it cannot be used at all.
	failed error
	// nowhere is set where the path that was given leads to no file.
	nowhere bool
}

// endings are what the names of files in a folder end with that are read.
var endings = []string{".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz", ".tar.gz", ".tgz",
	".yaml", ".yml", ".yaml.gz", ".yml.gz"}

// find lists the files that the paths name: those of a folder in the order of their
// names. A path that leads nowhere does not keep the others from being read; it is an
// error where all do.
func find(paths []string, stdin io.Reader, now time.Time) ([]*input, error) {
	var inputs []*input
	seen := map[string]bool{}
	for _, path := range paths {
		switch {
		case path != Stdin:
			inputs = append(inputs, findAt(path, seen, now)...)
		case stdin == nil:
			return nil, errors.New("there is no standard input to read from")
		case !seen[Stdin]:
			seen[Stdin] = true
			inputs = append(inputs, &input{name: "standard input", at: now, stream: stdin})
		}
	}
	if len(inputs) > 0 && !slices.ContainsFunc(inputs, func(in *input) bool { return !in.nowhere }) {
		return nil, fmt.Errorf("%s: %s: %s", inputs[0].name, words(inputs[0].failed), inputs[0].do())
	}
	return inputs, nil
}

// findAt lists the files at one path that were not seen before.
func findAt(path string, seen map[string]bool, now time.Time) []*input {
	nowhere := func(err error) []*input { return []*input{{name: path, path: path, failed: err, nowhere: true}} }
	info, err := os.Stat(path)
	if err != nil {
		return nowhere(err)
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		within, some, err := findIn(path, seen)
		if err == nil && !some {
			err = fmt.Errorf("the folder holds no file that ends with %s", strings.Join(endings, ", "))
		}
		if err != nil {
			return nowhere(err)
		}
		return within
	case mode.IsRegular():
		name := fileKey(path)
		if seen[name] {
			return nil
		}
		seen[name] = true
		return []*input{{name: path, path: path, at: info.ModTime()}}
	}
	// A pipe, such as the shell's <(az ...), gives what it holds only once.
	pipe, err := os.Open(path)
	if err != nil {
		return nowhere(err)
	}
	return []*input{{name: path, at: now, stream: pipe}}
}

// fileKey tells a file apart from others, and from standard input.
func fileKey(path string) string { return "./" + filepath.Clean(path) }

// given names what was given: the file's folder, or the file without its endings.
func (in *input) given() string {
	if in.path == "" {
		return "standard-input"
	}
	path := in.path
	if in.root != "" {
		path = in.root
	}
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	name := filepath.Base(path)
	if in.root == "" {
		name, _, _ = strings.Cut(name, ".")
	}
	return name
}

// do says what can be done where the input cannot be used at all.
func (in *input) do() string {
	if in.nowhere {
		return "check the path"
	}
	return ""
}

// findIn lists the files of a folder that were not seen before, and reports whether
// there are any at all.
func findIn(root string, seen map[string]bool) (inputs []*input, some bool, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			some = true
			inputs = append(inputs, &input{name: path, path: path, failed: err})
			return nil //nolint:nilerr // it is told with the file, and the others are read
		case entry.IsDir() && path != root && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir():
			if unpacked := unpackedBundle(path); unpacked != nil {
				some = true
				inputs = append(inputs, unpacked)
				return fs.SkipDir
			}
			return nil
		case !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), "."), !hasEnding(entry.Name()):
			return nil
		}
		some = true
		if seen[fileKey(path)] {
			return nil
		}
		seen[fileKey(path)] = true
		in := &input{name: path, path: path, root: root}
		if info, err := entry.Info(); err != nil {
			in.failed = err
		} else {
			in.at = info.ModTime()
		}
		inputs = append(inputs, in)
		return nil
	})
	return inputs, some, err
}

func hasEnding(name string) bool {
	return slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(strings.ToLower(name), ending) })
}

// unpackedBundle returns the input for a folder that a bundle was unpacked into.
func unpackedBundle(path string) *input {
	root := os.DirFS(path)
	if info, err := fs.Stat(root, manifestName); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	manifest, err := readManifest(&folderMembers{root: root})
	if err != nil {
		return nil
	}
	return &input{name: path, path: path, folder: true, manifest: manifest, at: manifest.CapturedAt}
}

// peek finds out whether the input is a bundle, and when it was captured.
func (in *input) peek() {
	if in.failed != nil || in.manifest != nil {
		return
	}
	if in.stream != nil && !in.peekStream() {
		return
	}
	text, done, err := in.open()
	if err != nil {
		in.failed = err
		return
	}
	defer done()
	if !textfile.IsTar(text) {
		return
	}
	if in.manifest, in.failed = readManifest(newTarMembers(text)); in.failed == nil {
		in.at = in.manifest.CapturedAt
	}
}

// peekStream keeps standard input where it is packed, since bundles are; it reports
// whether it did.
func (in *input) peekStream() bool {
	const longestKept = 1 << 30
	buffered := bufio.NewReaderSize(in.stream, textfile.BufferSize)
	in.stream = buffered
	if magic, err := buffered.Peek(2); err != nil || magic[0] != 0x1f || magic[1] != 0x8b {
		return false
	}
	kept, err := io.ReadAll(textfile.Limited(buffered, longestKept))
	if err != nil {
		in.failed = err
		return false
	}
	in.kept, in.stream = kept, nil
	return true
}

// errStreamUsed is why standard input is not read a second time.
var errStreamUsed = errors.New("it can be read only once: start again to read it anew")

// open opens the input, unpacked.
func (in *input) open() (text *bufio.Reader, done func(), err error) {
	done = func() {}
	var raw io.Reader
	switch {
	case in.kept != nil:
		raw = bytes.NewReader(in.kept)
	case in.stream != nil:
		raw, in.stream = in.stream, nil
	case in.path == "":
		return nil, done, errStreamUsed
	default:
		file, err := os.Open(in.path)
		if err != nil {
			return nil, done, err
		}
		done = func() { _ = file.Close() } // it was only read
		raw = file
	}
	text, err = textfile.Unpacked(raw, textfile.Longest)
	if err != nil {
		done()
	}
	return text, done, err
}
