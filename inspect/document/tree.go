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

	"github.com/aksight/aksight/model"
)

// decoders are kept for the next document, with their buffers and texts.
var decoders = sync.Pool{New: func() any { return &treeDecoder{texts: map[string]string{}} }}

// treeDecoder decodes a JSON object straight into what Normalize makes of it.
type treeDecoder struct {
	json    jsontext.Decoder
	scratch []byte // for documents that are kept packed
	// texts are keys and short values seen before: documents share nearly all.
	texts map[string]string
	// spare are the objects of trees that nobody needs any more, cleared.
	spare []map[string]any
}

// What is kept of objects: as many as a large document has, and only small ones, since
// going through a map takes as long as it once was large.
const (
	mostSpare    = 512
	largestSpare = 8
)

// Recycle takes the document's tree for those to come. Nobody may hold any part of
// it but texts: it is for who decodes one document after the other.
func Recycle(d *model.Document) {
	decoder := decoders.Get().(*treeDecoder)
	decoder.recycle(d.Tree)
	decoders.Put(decoder)
	d.Tree = nil
}

func (d *treeDecoder) recycle(value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, member := range value {
			d.recycle(member)
		}
		if len(value) <= largestSpare && len(d.spare) < mostSpare {
			clear(value)
			d.spare = append(d.spare, value)
		}
	case []any:
		for _, element := range value {
			d.recycle(element)
		}
	}
}

// emptyObject is a spare object, or a new one.
func (d *treeDecoder) emptyObject() map[string]any {
	last := len(d.spare) - 1
	if last < 0 {
		return map[string]any{}
	}
	object := d.spare[last]
	d.spare[last] = nil
	d.spare = d.spare[:last]
	return object
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

func (d *treeDecoder) object() (map[string]any, error) {
	if _, err := d.json.ReadToken(); err != nil {
		return nil, err
	}
	tree := d.emptyObject()
	for d.json.PeekKind() != '}' {
		key, err := d.text()
		if err != nil {
			return nil, err
		}
		value, err := d.value()
		switch {
		case err != nil:
			return nil, err
		case value == nil:
			delete(tree, key)
		default:
			tree[key] = value
		}
	}
	_, err := d.json.ReadToken()
	return tree, err
}

func (d *treeDecoder) array() ([]any, error) {
	if _, err := d.json.ReadToken(); err != nil {
		return nil, err
	}
	list := []any{}
	for d.json.PeekKind() != ']' {
		value, err := d.value()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := d.json.ReadToken()
	return list, err
}

// text reads a string, shared with those of the same characters before it.
func (d *treeDecoder) text() (string, error) {
	raw, err := d.json.ReadValue()
	if err != nil {
		return "", err
	}
	if len(raw) >= 2 && len(raw) <= longestText && bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		plain := raw[1 : len(raw)-1]
		if known, is := d.texts[string(plain)]; is {
			return known, nil
		}
		text := string(plain)
		if len(d.texts) < mostTexts {
			d.texts[text] = text
		}
		return text, nil
	}
	// The decoder has checked the syntax: what is wrong here is bytes or escapes that
	// are no characters, which are replaced.
	text, _ := jsontext.AppendUnquote(nil, raw)
	return string(text), nil
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
