package audit

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/aksight/aksight/inspect/textfile"
)

// document reads a file that is one JSON document, or several: rows in an array, an
// answer of Log Analytics, records in a list, or an event by itself. A broken place ends
// it, and what stands before that was read.
func (r *reader) document(text io.Reader) error {
	counted := textfile.NewCounter(text)
	d := &documentReader{reader: r, json: json.NewDecoder(counted)}
	d.at = func() int64 { return counted.Line(d.json.InputOffset()) }
	d.forget = func() { counted.Forget(d.json.InputOffset()) }
	return d.all()
}

type documentReader struct {
	*reader
	json *json.Decoder
	// at is the line that was read to; forget says that lines before are done with.
	at     func() int64
	forget func()
	depth  int
}

// deepest is how deep lists hold each other; those of logs are three deep.
const deepest = 16

// all reads values until the text ends. The error is one of use, or of reading.
func (d *documentReader) all() error {
	for {
		if d.forget != nil {
			d.forget()
		}
		err := d.value()
		used, is := errors.AsType[*useError](err)
		switch {
		case err == nil:
			continue
		case errors.Is(err, io.EOF):
			return nil
		case is:
			return used.err
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it breaks off")
		} else if _, is := errors.AsType[*json.SyntaxError](err); is {
			err = errNoJSON
		}
		d.wrong(d.at(), err)
		return nil
	}
}

// useError is one of the caller's.
type useError struct{ err error }

// Error makes useError an error.
func (e *useError) Error() string { return e.err.Error() }

func (d *documentReader) value() error {
	if d.depth++; d.depth > deepest {
		return errors.New("its lists hold each other too deep")
	}
	defer func() { d.depth-- }()
	token, err := d.json.Token()
	switch token {
	case json.Delim('['):
		return d.each(d.value)
	case json.Delim('{'):
		return d.object()
	}
	if err == nil {
		d.wrong(d.at(), errors.New("it is a bare value, not an event"))
	}
	return err
}

// each reads what stands in an array that has begun.
func (d *documentReader) each(item func() error) error {
	for d.json.More() {
		if d.forget != nil {
			d.forget()
		}
		if err := item(); err != nil {
			return unexpected(err)
		}
	}
	_, err := d.json.Token()
	return unexpected(err)
}

// object reads an object that has begun: an entry, or what holds lists of them.
func (d *documentReader) object() error {
	line := d.at()
	fields := map[string]json.RawMessage{}
	holds := false
	for d.json.More() {
		token, err := d.json.Token()
		if err != nil {
			return unexpected(err)
		}
		name, _ := token.(string)
		switch strings.ToLower(name) {
		case "records", "items", "tables":
			holds = true
			err = d.value()
		case "rows":
			holds = true
			err = d.rows(fields["columns"])
		default:
			var value json.RawMessage
			err = d.json.Decode(&value)
			fields[name] = value
		}
		if err != nil {
			return unexpected(err)
		}
	}
	if _, err := d.json.Token(); err != nil {
		return unexpected(err)
	}
	if holds {
		return nil
	}
	return d.fields(fields, line)
}

// fields takes an entry of its fields.
func (d *documentReader) fields(fields map[string]json.RawMessage, line int64) error {
	text, err := json.Marshal(fields)
	var found record
	if err == nil {
		err = json.Unmarshal(text, &found)
	}
	if err != nil {
		d.wrong(line, jsonProblem(text, err))
		return nil
	}
	if err := d.take(&found, line); err != nil {
		return &useError{err}
	}
	return nil
}

// rows reads the rows of a table in an answer of Log Analytics.
func (d *documentReader) rows(columns json.RawMessage) error {
	var named []struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(columns, &named); err != nil || len(named) == 0 {
		return errors.New("the rows of a table stand before its columns")
	}
	if token, err := d.json.Token(); err != nil || token != json.Delim('[') {
		return errors.Join(err, errors.New("the rows of a table are no list"))
	}
	return d.each(func() error {
		line := d.at()
		var row []json.RawMessage
		if err := d.json.Decode(&row); err != nil {
			return err
		}
		fields := make(map[string]json.RawMessage, len(row))
		for i := range min(len(row), len(named)) {
			fields[named[i].Name] = row[i]
		}
		return d.fields(fields, line)
	})
}

// unexpected is an error within a document.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
