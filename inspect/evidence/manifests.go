package evidence

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/textfile"
	"github.com/aksight/aksight/model"
)

// kubernetes takes a Kubernetes object or a list of them; it reports whether the
// document is one.
func (f *looseFile) kubernetes(tree map[string]any) (is bool, err error) {
	apiVersion, _ := tree["apiVersion"].(string)
	kind, _ := tree["kind"].(string)
	if apiVersion == "" || kind == "" {
		return false, nil
	}
	items, list := tree["items"].([]any)
	if !list || !strings.HasSuffix(kind, "List") {
		return true, f.object(apiVersion, kind, tree)
	}
	f.used++ // an empty list is an answer too
	var wrong error
	for i, each := range items {
		item, is := each.(map[string]any)
		if !is {
			wrong = errors.Join(wrong, fmt.Errorf("item %d of the list is no object", i))
			continue
		}
		// The items of a typed list do not name their kind.
		of, in := document.Text(item, "kind"), document.Text(item, "apiVersion")
		if of == "" {
			of, in = strings.TrimSuffix(kind, "List"), apiVersion
		}
		if err := f.object(in, of, item); err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("item %d of the list: %w", i, err))
		}
	}
	return true, wrong
}

// object takes one object.
func (f *looseFile) object(apiVersion, kind string, tree map[string]any) error {
	if isEvent(apiVersion, kind) {
		return f.event(tree)
	}
	as, is := model.KindOf(apiVersion, kind)
	if !is {
		f.others[kind+" ("+apiVersion+")"]++
		return nil
	}
	document.Normalize(tree)
	if known, _ := model.FindObjectKind(as); known.Namespaced && document.Text(tree, "metadata.namespace") == "" {
		setNamespace(tree)
	}
	o, err := object.KeepTree(as, apiVersion, tree, f.at)
	if err != nil {
		return err
	}
	f.used++
	f.inside().put(o)
	return nil
}

// setNamespace puts an object into the namespace that kubectl puts it into where the
// manifest names none.
func setNamespace(tree map[string]any) {
	metadata, _ := tree["metadata"].(map[string]any)
	if metadata != nil {
		metadata["namespace"] = "default"
	}
}

// inside is what the file's objects are put into until it is known whose they are.
func (f *looseFile) inside() *inside {
	if f.objects == nil {
		f.objects = (&cluster{}).insideOf()
	}
	return f.objects
}

// whose are the names by which a file's objects may belong to a cluster: that of the
// file without its endings, then those of the folders that it lies in.
func whose(path string) []string {
	base, _, _ := strings.Cut(filepath.Base(path), ".")
	names := []string{base}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		name := filepath.Base(dir)
		if name == "." || name == string(filepath.Separator) || len(names) > 8 {
			return names
		}
		names = append(names, name)
	}
}

// place puts the objects of files that are no bundle to the cluster that the file or a
// folder round it is named after, or to one of their own.
func (h *holding) place() {
	byName := map[string]*cluster{}
	for _, c := range h.order {
		byName[strings.ToLower(c.id.Name())] = c
	}
	for _, loose := range h.loose {
		var of *cluster
		for _, name := range whose(loose.path) {
			if c := byName[strings.ToLower(name)]; c != nil {
				of = c
				break
			}
		}
		if of == nil {
			of = h.cluster(model.KubeconfigID(loose.apart))
		}
		of.insideOf().merge(loose.inside)
	}
	h.loose = nil
}

// looseInside is what one file tells of a cluster that it does not name.
type looseInside struct {
	path string
	// apart names the cluster where nothing else does: the path that was given.
	apart  string
	inside *inside
}

// isYAML reports whether a text is YAML rather than JSON: it begins with a comment, a
// separator or a key.
func isYAML(r *bufio.Reader) bool {
	head, _ := r.Peek(textfile.BufferSize) // a shorter text has fewer lines
	for line := range bytes.Lines(head) {
		line = bytes.TrimRight(line, " \t\r\n")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		return bytes.HasPrefix(line, []byte("---")) || bytes.HasPrefix(line, []byte("%YAML")) || yamlKey.Match(line)
	}
	return false
}

var yamlKey = regexp.MustCompile(`^["']?[A-Za-z][A-Za-z0-9]*["']?:(\s|$)`)

// decodeYAML hands out the documents of a YAML stream as JSON. What is wrong with one
// is told with the place where it begins, and the rest is read.
func decodeYAML(r io.Reader, take func(found) error, wrong func(error)) {
	text := bufio.NewReaderSize(r, textfile.BufferSize)
	var manifest bytes.Buffer
	var offset, begin, line, first int64 = 0, 0, 0, 1
	end := func() {
		if err := takeYAML(manifest.Bytes(), take); err != nil {
			wrong(&placeError{offset: begin, line: first, err: err})
		}
		manifest.Reset()
	}
	for {
		next, err := text.ReadBytes('\n')
		offset += int64(len(next))
		line++
		if bytes.HasPrefix(next, []byte("---")) {
			end()
			begin, first = offset, line+1
			if _, after, more := bytes.Cut(next, []byte("--- ")); more { // a document may begin on its line
				manifest.Write(after)
			}
		} else if manifest.Len() <= textfile.LongestDocument {
			manifest.Write(next)
		}
		switch {
		case errors.Is(err, io.EOF):
			end()
			return
		case err != nil:
			wrong(&placeError{offset: offset, line: line, err: err})
			return
		}
	}
}

func takeYAML(manifest []byte, take func(found) error) error {
	if len(manifest) > textfile.LongestDocument {
		return fmt.Errorf("a document takes more than %d MiB", textfile.LongestDocument>>20)
	}
	raw, err := yaml.YAMLToJSON(manifest)
	if err != nil {
		return errors.New(yamlLine.ReplaceAllString(err.Error(), "line $1 of the document that begins there"))
	}
	if string(raw) == "null" { // nothing but comments
		return nil
	}
	return take(found{raw: raw})
}

var yamlLine = regexp.MustCompile(`^(?:error converting YAML to JSON: )?yaml: line (\d+)`)
