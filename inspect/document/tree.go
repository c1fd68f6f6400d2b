package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// decoders are kept for the next document, with their buffers and texts.
var decoders = sync.Pool{New: func() any { return &treeDecoder{texts: map[string]any{}} }}

// treeDecoder decodes a JSON object straight into what Normalize makes of it.
type treeDecoder struct {
	json     jsontext.Decoder
	scratch  []byte // for documents that are kept packed
	unquoted []byte
	// texts are keys and short values seen before, as the values that they become:
	// documents share nearly all.
	texts map[string]any
	// members and elements are those of the objects and lists that are open.
	members  []member
	elements []any
	spare    spare
}

// member is a key and its value; without one where it is null.
type member struct {
	key   string
	value any
}

// The texts that are kept, so that hostile documents cannot fill the memory.
const (
	longestText = 48
	mostTexts   = 8192
)

// Parse decodes and normalises one JSON object. Of a key that comes twice the last
// value counts. The error names the offset at which the JSON breaks.
func Parse(raw []byte) (map[string]any, error) {
	d := decoders.Get().(*treeDecoder)
	defer decoders.Put(d)
	return d.parse(raw)
}

func (d *treeDecoder) parse(raw []byte) (map[string]any, error) {
	d.members, d.elements = d.members[:0], d.elements[:0]
	d.json.Reset(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	value, err := d.value()
	if err != nil {
		return nil, brokenJSON(err, d.json.InputOffset())
	}
	if _, err := d.json.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("something follows the document at offset %d", d.json.InputOffset())
	}
	tree, is := value.(map[string]any)
	switch {
	case value == nil:
		return nil, errors.New("it is null, not an object")
	case !is:
		return nil, fmt.Errorf("it is %s, not an object", kindOf(value))
	}
	normalizeAddons(tree)
	return tree, nil
}

func brokenJSON(err error, offset int64) error {
	syntax, is := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("broken off at offset %d: %w", offset, io.ErrUnexpectedEOF)
	case is:
		return fmt.Errorf("not JSON at offset %d: %w", syntax.ByteOffset, syntax.Err)
	default:
		return err
	}
}

func kindOf(value any) string {
	switch value.(type) {
	case []any:
		return "a list"
	case string:
		return "a text"
	case bool:
		return "true or false"
	default:
		return "a number"
	}
}

func (d *treeDecoder) value() (any, error) {
	switch d.json.PeekKind() {
	case '{':
		return d.object()
	case '[':
		return d.array()
	case '"':
		return d.text()
	case '0':
		return d.number()
	default:
		token, err := d.json.ReadToken()
		if err != nil || token.Kind() == 'n' {
			return nil, err
		}
		return token.Bool(), nil
	}
}

func (d *treeDecoder) object() (any, error) {
	if _, err := d.json.ReadToken(); err != nil {
		return nil, err
	}
	open := len(d.members)
	for d.json.PeekKind() != '}' {
		key, err := d.text()
		if err != nil {
			return nil, err
		}
		value, err := d.value()
		if err != nil {
			return nil, err
		}
		d.members = append(d.members, member{key.(string), value})
	}
	members := d.members[open:]
	tree := d.spare.object(len(members))
	for _, m := range members {
		if m.value == nil {
			delete(tree, m.key)
		} else {
			tree[m.key] = m.value
		}
	}
	clear(members)
	d.members = d.members[:open]
	_, err := d.json.ReadToken()
	return tree, err
}

func (d *treeDecoder) array() (any, error) {
	if _, err := d.json.ReadToken(); err != nil {
		return nil, err
	}
	open := len(d.elements)
	for d.json.PeekKind() != ']' {
		value, err := d.value()
		if err != nil {
			return nil, err
		}
		d.elements = append(d.elements, value)
	}
	elements := d.elements[open:]
	list := append(make([]any, 0, len(elements)), elements...)
	clear(elements)
	d.elements = d.elements[:open]
	_, err := d.json.ReadToken()
	return list, err
}

// text reads a string, shared with those of the same characters before it.
func (d *treeDecoder) text() (any, error) {
	raw, err := d.json.ReadValue()
	if err != nil {
		return nil, err
	}
	if len(raw) < 2 || bytes.IndexByte(raw, '\\') >= 0 || !utf8.Valid(raw) {
		// The decoder has checked the syntax: what is wrong here is bytes or escapes that
		// are no characters, which are replaced.
		d.unquoted, _ = jsontext.AppendUnquote(d.unquoted[:0], raw)
		return string(d.unquoted), nil
	}
	plain := raw[1 : len(raw)-1]
	if len(raw) > longestText {
		return string(plain), nil
	}
	known, is := d.texts[string(plain)]
	if !is {
		text := string(plain)
		known = text
		if len(d.texts) < mostTexts {
			d.texts[text] = known
		}
	}
	return known, nil
}

// number reads a number: a whole one as int64, as far as JSON's readers agree on them.
func (d *treeDecoder) number() (any, error) {
	raw, err := d.json.ReadValue()
	if err != nil {
		return nil, err
	}
	if whole, err := strconv.ParseInt(string(raw), 10, 64); err == nil && whole > -1<<53 && whole < 1<<53 {
		return whole, nil
	}
	number, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return nil, fmt.Errorf("a number that is too large at offset %d", d.json.InputOffset())
	}
	if whole, is := wholeNumber(number); is {
		return whole, nil
	}
	return number, nil
}
