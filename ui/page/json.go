package page

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// A jsonLine is one line of a document.
type jsonLine struct {
	indent int
	dash   string // of a list in YAML
	key    string
	text   string // the value, or what opens or closes it
	style  themes.Style
	tail   string // what closes on the same line, and the comma
	path   string // in lower case, lists by number
	parent int    // the line that opens what this one is in, or -1
	found  int    // place in the document's findings, or -1
	remark string
}

// A jsonDocument is a resource's document, line by line, with the lines marked that
// findings are about.
type jsonDocument struct {
	lines    []jsonLine
	findings []model.Finding
	raw      []byte
	yaml     bool // laid out as YAML
}

// newJSONDocument lays a cluster's document out; call it in a command.
func newJSONDocument(cluster *store.Cluster, findings []model.Finding) *jsonDocument {
	raw := cluster.Resource.Raw.Bytes()
	d := &jsonDocument{findings: findings, raw: raw}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	d.value(decoder, jsonPlace{parent: -1})
	pools := map[string]int{}
	for at, pool := range cluster.Summary.Pools {
		pools[pool.Name] = at
	}
	byPath := map[string]int{}
	for at := range d.lines {
		if _, known := byPath[d.lines[at].path]; !known {
			byPath[d.lines[at].path] = at
		}
	}
	for at := range findings {
		d.mark(at, byPath, pools)
	}
	return d
}

// jsonPlace is where a value stands.
type jsonPlace struct {
	indent int
	key    string
	path   string
	parent int
}

func (d *jsonDocument) add(at jsonPlace, text string, style themes.Style) int {
	d.lines = append(d.lines, jsonLine{indent: at.indent, key: at.key, text: text, style: style, path: strings.ToLower(at.path), parent: at.parent, found: -1})
	return len(d.lines) - 1
}

// value reads one value; it reports whether there was one. Documents that break off
// show what came before.
func (d *jsonDocument) value(decoder *json.Decoder, at jsonPlace) bool {
	token, err := decoder.Token()
	if err != nil {
		return false
	}
	switch token := token.(type) {
	case json.Delim:
		opened := d.add(at, token.String(), themes.Muted)
		d.items(decoder, at, opened, token == '{')
		return true
	case string:
		d.add(at, quoteJSON(token), themes.String)
	case json.Number:
		d.add(at, token.String(), themes.Number)
	case bool:
		d.add(at, strconv.FormatBool(token), themes.Number)
	default:
		d.add(at, "null", themes.Faint)
	}
	return true
}

func (d *jsonDocument) items(decoder *json.Decoder, at jsonPlace, opened int, object bool) {
	closing := "]"
	if object {
		closing = "}"
	}
	last := -1
	for n := 0; decoder.More(); n++ {
		item := jsonPlace{indent: at.indent + 1, parent: opened}
		if object {
			key, err := decoder.Token()
			if err != nil {
				break
			}
			item.key, _ = key.(string)
			item.path = joinPath(at.path, item.key)
		} else {
			item.path = joinPath(at.path, strconv.Itoa(n))
		}
		if last >= 0 {
			d.lines[last].tail += ","
		}
		if !d.value(decoder, item) {
			break
		}
		last = len(d.lines) - 1
	}
	_, _ = decoder.Token()
	if len(d.lines)-1 == opened {
		d.lines[opened].text += closing
		return
	}
	end := d.add(jsonPlace{indent: at.indent, parent: at.parent, path: at.path}, closing, themes.Muted)
	d.lines[end].path = ""
}

// isValue reports whether the line holds a value, and does not open or close what holds
// others.
func (l *jsonLine) isValue() bool {
	switch l.text {
	case "{", "[", "}", "]":
		return false
	default:
		return true
	}
}

// pathOf is a line's path, spelled as the document has it.
func (d *jsonDocument) pathOf(at int) string {
	l := &d.lines[at]
	if l.parent < 0 {
		return ""
	}
	key := l.key
	if d.lines[l.parent].text == "[" {
		key = lastSegment(l.path)
	}
	return joinPath(d.pathOf(l.parent), key)
}

// unquoteJSON is a value without its quotes.
func unquoteJSON(text string) string {
	var value string
	if json.Unmarshal([]byte(text), &value) != nil {
		return text
	}
	return value
}

func joinPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func quoteJSON(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return strconv.Quote(text)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// mark marks the line that a finding is about; where the document does not have it,
// the nearest line above it that it would stand in.
func (d *jsonDocument) mark(finding int, byPath, pools map[string]int) {
	f := &d.findings[finding]
	if len(f.Rule.Evidence) == 0 {
		return
	}
	path := normalPath(f.Rule.Evidence[0])
	if f.Part != "" {
		pool, known := pools[f.Part]
		if !known {
			return
		}
		path = "properties.agentpoolprofiles." + strconv.Itoa(pool) + "." + path
	}
	missing := ""
	for {
		if at, there := byPath[path]; there {
			d.put(at, finding, missing)
			return
		}
		cut := strings.LastIndexByte(path, '.')
		if cut < 0 {
			return
		}
		if missing == "" {
			missing = lastSegment(f.Rule.Evidence[0])
		}
		path = path[:cut]
	}
}

func lastSegment(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

func (d *jsonDocument) put(at, finding int, missing string) {
	f := &d.findings[finding]
	says := f.Says
	if missing != "" {
		says = "no " + missing + ": " + says
	}
	l := &d.lines[at]
	if l.found < 0 {
		l.found, l.remark = finding, says
		return
	}
	if weight(f.Judged()) > weight(d.findings[l.found].Judged()) {
		l.found, l.remark = finding, says
	}
	if !strings.HasSuffix(l.remark, "…") {
		l.remark += " …"
	}
}

// text is the whole document, indented.
func (d *jsonDocument) text() string {
	if d.yaml {
		return d.yamlLines()
	}
	var b bytes.Buffer
	if err := json.Indent(&b, d.raw, "", "  "); err != nil {
		return string(d.raw)
	}
	return b.String()
}

// draw draws one line.
func (l *jsonLine) draw(d *jsonDocument, canvas *widget.Canvas, area widget.Rect, y int) {
	pen := canvas.Line(area, y)
	pen.Skip(2)
	if l.found >= 0 {
		f := &d.findings[l.found]
		pen.Mark(VerdictMark(f.Judged()))
	} else {
		pen.Skip(canvas.Glyphs.MarkWidth)
	}
	pen.Skip(1 + 2*l.indent)
	pen.Write(l.dash, themes.Muted)
	switch {
	case l.key != "" && d.yaml:
		pen.Write(l.key, themes.Key)
		pen.Write(": ", themes.Muted)
	case l.key != "":
		pen.Write(quoteJSON(l.key), themes.Key)
		pen.Write(": ", themes.Muted)
	}
	pen.Write(l.text, l.style)
	pen.Write(l.tail, themes.Muted)
	if l.found >= 0 && pen.Left() > 8 {
		pen.Skip(3)
		f := &d.findings[l.found]
		pen.Write(l.remark, SeverityMark(f.Severity).Style()&^themes.Bold)
	}
}
