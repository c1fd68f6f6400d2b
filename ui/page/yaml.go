package page

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
)

// A yamlNode is a value of a document: the line where it begins, and what is in it.
type yamlNode struct {
	line  int
	keys  map[string]*yamlNode
	items []*yamlNode
	names map[string]*yamlNode // items by their name
}

// newYAMLDocument lays an object's document out as kubectl prints it, with the lines
// marked that findings are about; call it in a command.
func newYAMLDocument(tree map[string]any, findings []model.Finding) *jsonDocument {
	d := &jsonDocument{findings: findings, yaml: true}
	root := d.node(tree, yamlPlace{parent: -1})
	for at := range findings {
		for _, evidence := range findings[at].Evidence {
			if evidence.Object == (model.Ref{}) && evidence.Of == "" {
				line, missing := root.find(evidence.Path)
				d.put(line, at, missing)
			}
		}
	}
	return d
}

// yamlPlace is where a value stands: behind dashes, a key, or neither.
type yamlPlace struct {
	indent int
	dash   string
	key    string
	keyed  bool
	path   string
	parent int
}

// within is where the text begins behind the dashes.
func (at yamlPlace) within() int { return at.indent + len(at.dash)/2 }

func (d *jsonDocument) yamlLine(at yamlPlace, text string, style themes.Style) int {
	d.lines = append(d.lines, jsonLine{
		indent: at.indent, dash: at.dash, key: at.key, text: text, style: style, path: at.path, parent: at.parent, found: -1,
	})
	return len(d.lines) - 1
}

// node lays a value out.
func (d *jsonDocument) node(value any, at yamlPlace) *yamlNode {
	switch value := value.(type) {
	case map[string]any:
		if len(value) > 0 {
			return d.object(value, at)
		}
		return &yamlNode{line: d.yamlLine(at, "{}", themes.Muted)}
	case []any:
		if len(value) > 0 {
			return d.list(value, at)
		}
		return &yamlNode{line: d.yamlLine(at, "[]", themes.Muted)}
	case string:
		return d.yamlText(value, at)
	case nil:
		return &yamlNode{line: d.yamlLine(at, "null", themes.Faint)}
	default:
		text, err := json.Marshal(value)
		if err != nil { // a tree that was decoded from JSON has nothing of that kind
			text = []byte("null")
		}
		return &yamlNode{line: d.yamlLine(at, string(text), themes.Number)}
	}
}

// object lays an object out: behind its key, or from the dash of the list on.
func (d *jsonDocument) object(value map[string]any, at yamlPlace) *yamlNode {
	n := &yamlNode{line: len(d.lines), keys: make(map[string]*yamlNode, len(value))}
	inner := yamlPlace{indent: at.indent, dash: at.dash, parent: at.parent}
	if at.keyed {
		d.yamlLine(at, "", themes.Muted)
		inner = yamlPlace{indent: at.within() + 1, parent: n.line}
	}
	for i, key := range slices.Sorted(maps.Keys(value)) {
		item := inner
		if i > 0 && !at.keyed && at.dash != "" {
			item.indent, item.dash, item.parent = at.within(), "", n.line
		}
		item.key, item.keyed, item.path = yamlScalar(key), true, joinPath(at.path, key)
		n.keys[key] = d.node(value[key], item)
	}
	return n
}

// list lays a list out: its dashes stand below its key.
func (d *jsonDocument) list(value []any, at yamlPlace) *yamlNode {
	n := &yamlNode{line: len(d.lines), names: map[string]*yamlNode{}}
	inner := yamlPlace{indent: at.indent, dash: at.dash + "- ", parent: at.parent}
	if at.keyed {
		d.yamlLine(at, "", themes.Muted)
		inner.indent, inner.dash, inner.parent = at.within(), "- ", n.line
	}
	for i, each := range value {
		item := inner
		if i > 0 && !at.keyed && at.dash != "" { // a list in a list: its first dash is drawn
			item.indent, item.dash, item.parent = at.within(), "- ", n.line
		}
		named, _ := each.(map[string]any)
		name, _ := named["name"].(string)
		item.path = at.path + "[" + strconv.Itoa(i) + "]"
		if name != "" {
			item.path = at.path + "[" + name + "]"
		}
		node := d.node(each, item)
		n.items = append(n.items, node)
		if _, known := n.names[name]; name != "" && !known {
			n.names[name] = node
		}
	}
	return n
}

// yamlText lays a text out: one of several lines as a block, where YAML can.
func (d *jsonDocument) yamlText(text string, at yamlPlace) *yamlNode {
	body, ends := strings.CutSuffix(text, "\n")
	lines := strings.Split(body, "\n")
	if !at.keyed || len(lines) < 2 || !blockable(body) {
		return &yamlNode{line: d.yamlLine(at, yamlScalar(text), themes.String)}
	}
	head := "|-"
	if ends {
		head = "|"
	}
	n := &yamlNode{line: d.yamlLine(at, head, themes.Muted)}
	for _, line := range lines {
		d.yamlLine(yamlPlace{indent: at.within() + 1, path: at.path, parent: n.line}, line, themes.String)
	}
	return n
}

// blockable reports whether YAML keeps a text as it is in a block.
func blockable(body string) bool {
	for i, line := range strings.Split(body, "\n") {
		if i == 0 && (line == "" || line[0] == ' ') || strings.TrimRight(line, " ") != line {
			return false
		}
		for _, r := range line {
			if r < 0x20 || r >= 0x7f {
				return false
			}
		}
	}
	return true
}

// plainYAML is what may stand without quotes: YAML allows more, but what it takes for
// a number, a date or a switch is not worth guessing.
var plainYAML = regexp.MustCompile(`^[A-Za-z_/][A-Za-z0-9_./@%+=~-]*(:[A-Za-z0-9_./@%+=~-]+)*( [A-Za-z0-9_./@%+=~-]+(:[A-Za-z0-9_./@%+=~-]+)*)*$`)

var reservedYAML = map[string]bool{
	"true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true, "null": true,
}

// yamlScalar writes a text so that YAML reads the same text again.
func yamlScalar(text string) string {
	if plainYAML.MatchString(text) && !reservedYAML[strings.ToLower(text)] {
		return text
	}
	return strconv.Quote(text)
}

// find returns the line that a path leads to; where the document does not have it, the
// nearest line above, and the name of what is missing.
func (n *yamlNode) find(path string) (line int, missing string) {
	parts := pathParts(path)
	for len(parts) > 0 {
		next, taken := n.step(parts)
		if next == nil {
			return n.line, strings.Join(parts[max(0, len(parts)-1):], "")
		}
		n, parts = next, parts[taken:]
	}
	return n.line, ""
}

// step goes one value down; keys may have dots, so that several parts may make one.
func (n *yamlNode) step(parts []string) (next *yamlNode, taken int) {
	if n.items != nil {
		if node := n.names[parts[0]]; node != nil {
			return node, 1
		}
		if at, err := strconv.Atoi(parts[0]); err == nil && at >= 0 && at < len(n.items) {
			return n.items[at], 1
		}
		return nil, 0
	}
	for taken = 1; taken <= len(parts); taken++ {
		if node := n.keys[strings.Join(parts[:taken], ".")]; node != nil {
			return node, taken
		}
	}
	return nil, 0
}

// pathParts takes a path apart: spec.containers[web].image, with indexes, names or
// quoted keys in brackets.
func pathParts(path string) []string {
	var parts []string
	for path = strings.TrimPrefix(path, "r."); path != ""; {
		if path[0] == '[' {
			inner, rest, closed := strings.Cut(path[1:], "]")
			if !closed {
				return append(parts, path)
			}
			if inner = strings.Trim(inner, `'"`); inner != "" {
				parts = append(parts, inner)
			}
			path = strings.TrimPrefix(rest, ".")
			continue
		}
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		if part := strings.ReplaceAll(path[:end], "?", ""); part != "" {
			parts = append(parts, part)
		}
		if path = path[end:]; path != "" && path[0] == '.' {
			path = path[1:]
		}
	}
	return parts
}

// yamlLines is the whole document as text.
func (d *jsonDocument) yamlLines() string {
	var b strings.Builder
	for i := range d.lines {
		l := &d.lines[i]
		if l.text == "" && l.key == "" { // an empty line of a block
			b.WriteByte('\n')
			continue
		}
		b.WriteString(strings.Repeat("  ", l.indent) + l.dash)
		if l.key != "" {
			b.WriteString(l.key + ":")
			if l.text != "" {
				b.WriteByte(' ')
			}
		}
		b.WriteString(l.text + "\n")
	}
	return b.String()
}
