package evidence

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aksight/aksight/inspect/textfile"
)

// found is one JSON document of a file.
type found struct {
	raw json.RawMessage
	// list numbers the list that it stood in; 0 where it stood by itself.
	list int
	// index is set where the list was an answer of Resource Graph.
	index bool
	// of is the ID of the collection that a page says it is of, or "".
	of string
}

// placeError is what is wrong with a file, and where.
type placeError struct {
	offset, line int64
	err          error
}

// Error tells the place first.
func (e *placeError) Error() string {
	return fmt.Sprintf("at byte %d (line %d): %v", e.offset, e.line, e.err)
}

// Unwrap returns what is wrong.
func (e *placeError) Unwrap() error { return e.err }

// decoder reads the documents of one file as they come, so that the file's size does
// not matter. Documents before a broken place are handed out before the error.
type decoder struct {
	json  *json.Decoder
	text  *textfile.Counter
	lists int
	take  func(found) error
	wrong func(error)
}

// decode hands out the documents of a text: one resource, an array, a page of a list,
// an answer of Resource Graph, or any of these one after the other. What take refuses
// is wrong at its place, and the rest is read on.
func decode(r io.Reader, take func(found) error, wrong func(error)) {
	buffered := bufio.NewReaderSize(r, textfile.BufferSize)
	if oneALine(buffered) {
		decodeLines(buffered, take, wrong)
		return
	}
	text := textfile.NewCounter(buffered)
	d := &decoder{json: json.NewDecoder(text), text: text, take: take, wrong: wrong}
	d.json.UseNumber()
	if err := d.all(); err != nil {
		wrong(d.place(err))
	}
}

// oneALine reports whether each line of a text is a document of its own: then a
// broken line costs no more than itself.
func oneALine(r *bufio.Reader) bool {
	head, _ := r.Peek(textfile.BufferSize) // a shorter text has fewer lines
	first, rest, more := bytes.Cut(head, []byte{'\n'})
	rest = bytes.TrimLeft(rest, "\r\n")
	return more && bytes.HasPrefix(first, []byte{'{'}) && bytes.HasSuffix(bytes.TrimSpace(first), []byte{'}'}) &&
		bytes.HasPrefix(rest, []byte{'{'})
}

// decodeLines reads a text of which each line is a document.
func decodeLines(r *bufio.Reader, take func(found) error, wrong func(error)) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, textfile.BufferSize), textfile.LongestDocument)
	var begins int64
	lines.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		n, line, err := bufio.ScanLines(data, atEOF)
		begins += int64(n)
		return n, line, err
	})
	lists := 0
	for number := int64(1); lines.Scan(); number++ {
		line := lines.Bytes()
		begin := begins - int64(len(line)) - 1
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		text := textfile.NewCounter(bytes.NewReader(line))
		d := &decoder{json: json.NewDecoder(text), text: text, take: take, lists: lists, wrong: func(err error) {
			wrong(moved(err, begin, number))
		}}
		d.json.UseNumber()
		if err := d.all(); err != nil {
			wrong(moved(d.place(err), begin, number))
		}
		lists = d.lists
	}
	if err := lines.Err(); err != nil {
		wrong(&placeError{offset: begins, line: 0, err: err})
	}
}

// moved turns a place in a line into one in the file.
func moved(err error, begin, line int64) error {
	if place, is := errors.AsType[*placeError](err); is {
		return &placeError{offset: max(0, begin) + place.offset, line: line, err: place.err}
	}
	return err
}

// all reads values until the text ends.
func (d *decoder) all() error {
	for some := false; ; some = true {
		token, err := d.json.Token()
		switch {
		case errors.Is(err, io.EOF) && some:
			return nil
		case errors.Is(err, io.EOF):
			return errors.New("it is empty")
		case err != nil:
			return err
		}
		switch token {
		case json.Delim('['):
			err = d.list(found{})
		case json.Delim('{'):
			err = d.object()
		default:
			err = errors.New("it holds a bare value where a resource should be")
		}
		if err != nil {
			return err
		}
	}
}

// list hands out the elements of an array whose bracket was read.
func (d *decoder) list(as found) error {
	d.lists++
	as.list = d.lists
	for d.json.More() {
		d.text.Forget(d.json.InputOffset())
		begin := d.json.InputOffset()
		as.raw = nil
		if err := d.json.Decode(&as.raw); err != nil {
			return err
		}
		if err := d.take(as); err != nil {
			d.wrong(d.placeAt(err, begin))
		}
	}
	return d.close(']')
}

// object reads an object whose brace was read: a page's list is handed out as it
// comes, everything else is put together again to one document.
func (d *decoder) object() error {
	begin := d.json.InputOffset()
	d.text.Forget(begin)
	var whole bytes.Buffer
	whole.WriteByte('{')
	page, of := false, ""
	for d.json.More() {
		token, err := d.json.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		if is := strings.EqualFold(key, "value") || strings.EqualFold(key, "data"); is && !page {
			list, rest, err := d.listOf(found{index: strings.EqualFold(key, "data"), of: of})
			if err != nil {
				return err
			}
			page = page || list
			if list {
				continue
			}
			member(&whole, key, rest)
			continue
		}
		var raw json.RawMessage
		if err := d.json.Decode(&raw); err != nil {
			return err
		}
		if key == "id" {
			_ = json.Unmarshal(raw, &of) // an ID that is no text is refused with its document
		}
		member(&whole, key, raw)
	}
	if err := d.close('}'); err != nil {
		return err
	}
	if page {
		return nil
	}
	whole.WriteByte('}')
	if err := d.take(found{raw: whole.Bytes()}); err != nil {
		d.wrong(d.placeAt(err, begin))
	}
	return nil
}

// listOf hands out the list that follows; where something else follows, that is
// returned instead.
func (d *decoder) listOf(as found) (list bool, rest json.RawMessage, err error) {
	token, err := d.json.Token()
	if err != nil {
		return false, nil, err
	}
	switch token {
	case json.Delim('['):
		return true, nil, d.list(as)
	case json.Delim('{'): // a Kubernetes object's data
		rest, err := d.members()
		return false, rest, err
	}
	rest, err = json.Marshal(token)
	return false, rest, err
}

// members puts an object whose brace was read together again.
func (d *decoder) members() (json.RawMessage, error) {
	var whole bytes.Buffer
	whole.WriteByte('{')
	for d.json.More() {
		token, err := d.json.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		var raw json.RawMessage
		if err := d.json.Decode(&raw); err != nil {
			return nil, err
		}
		member(&whole, key, raw)
	}
	if err := d.close('}'); err != nil {
		return nil, err
	}
	whole.WriteByte('}')
	return whole.Bytes(), nil
}

func member(whole *bytes.Buffer, key string, raw json.RawMessage) {
	if whole.Len() > 1 {
		whole.WriteByte(',')
	}
	name, _ := json.Marshal(key) // a string always marshals
	whole.Write(name)
	whole.WriteByte(':')
	whole.Write(raw)
}

func (d *decoder) close(delim json.Delim) error {
	token, err := d.json.Token()
	if err == nil && token != delim {
		err = fmt.Errorf("%v stands in place of %v", token, delim)
	}
	return err
}

// place says where reading ended.
func (d *decoder) place(err error) error {
	offset := d.json.InputOffset()
	if syntax, is := errors.AsType[*json.SyntaxError](err); is {
		offset += d.into(syntax)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err, offset = errors.New("it breaks off"), d.text.Handed()
	}
	return d.placeAt(err, offset)
}

// into tells how far a syntax error lies behind what the decoder took last. The
// error's own offset leaves out what was read as tokens, so that it is looked for
// again in what is left.
func (d *decoder) into(wrong *json.SyntaxError) int64 {
	var skipped json.RawMessage
	err := json.NewDecoder(d.json.Buffered()).Decode(&skipped)
	if again, is := errors.AsType[*json.SyntaxError](err); is && again.Error() == wrong.Error() {
		return max(0, again.Offset-1)
	}
	return 0
}

func (d *decoder) placeAt(err error, offset int64) error {
	return &placeError{offset: offset, line: d.text.Line(offset), err: err}
}
