package object

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/aksight/aksight/model"
)

// encoders hold room for one document's text.
var encoders = sync.Pool{New: func() any { return new(encoder) }}

// largestEncoder is how much room is held for the next document.
const largestEncoder = 1 << 20

// encoder writes trees as JSON, with keys in order, into room that it keeps.
type encoder struct {
	text []byte
	keys []string
}

// encode keeps a tree as JSON.
func encode(tree map[string]any) (model.JSON, error) {
	e := encoders.Get().(*encoder)
	e.text, e.keys = e.text[:0], e.keys[:0]
	err := e.object(tree)
	kept := model.NewJSON(e.text)
	clear(e.keys[:cap(e.keys)])
	if cap(e.text) <= largestEncoder {
		encoders.Put(e)
	}
	return kept, err
}

// value appends a value of a decoded document.
func (e *encoder) value(value any) error {
	switch value := value.(type) {
	case map[string]any:
		return e.object(value)
	case []any:
		e.text = append(e.text, '[')
		for i, each := range value {
			if i > 0 {
				e.text = append(e.text, ',')
			}
			if err := e.value(each); err != nil {
				return err
			}
		}
		e.text = append(e.text, ']')
	case string:
		e.quote(value)
	case bool:
		e.text = strconv.AppendBool(e.text, value)
	case int64:
		e.text = strconv.AppendInt(e.text, value, 10)
	case nil:
		e.text = append(e.text, "null"...)
	default: // numbers that are not whole, and what callers put in
		other, err := json.Marshal(value)
		if err != nil {
			return err
		}
		e.text = append(e.text, other...)
	}
	return nil
}

func (e *encoder) object(tree map[string]any) error {
	from := len(e.keys)
	e.keys = slices.AppendSeq(e.keys, maps.Keys(tree))
	slices.Sort(e.keys[from:])
	e.text = append(e.text, '{')
	for at := from; at < from+len(tree); at++ {
		if at > from {
			e.text = append(e.text, ',')
		}
		key := e.keys[at]
		e.quote(key)
		e.text = append(e.text, ':')
		if err := e.value(tree[key]); err != nil {
			return err
		}
	}
	e.text = append(e.text, '}')
	e.keys = e.keys[:from]
	return nil
}

// quote appends a text; bytes in it that are not UTF-8 are replaced.
func (e *encoder) quote(text string) {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			e.text, _ = jsontext.AppendQuote(e.text, text) // tells of the bytes that it replaced
			return
		}
	}
	e.text = append(e.text, '"')
	e.text = append(e.text, text...)
	e.text = append(e.text, '"')
}
