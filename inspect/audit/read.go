package audit

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/aksight/aksight/inspect/textfile"
	"github.com/aksight/aksight/model"
)

// Log is what was read of the files of a log.
type Log struct {
	Files []string
	// Events is how many there are, Reads how many of them get, list or watch.
	Events, Reads int
	// Others are entries of other logs; Malformed are those that could not be read.
	Others, Malformed int
	// Wrong tells of the first of the malformed ones.
	Wrong []Wrong
	// From and To are the times of the first and the last request.
	From, To time.Time
	// Clusters counts the events by cluster, as far as the log names it.
	Clusters map[model.ID]int
	// Changes is set where some of it is of kube-audit-admin, Rows where some of it is of
	// tables that do not tell whom a user impersonated.
	Changes, Rows bool
}

// Wrong is an entry that could not be read.
type Wrong struct {
	File string
	// Line is 0 where a row of a table does not tell it.
	Line int64
	Why  string
}

// String says it on one line.
func (w Wrong) String() string {
	if w.Line == 0 {
		return w.File + ": " + w.Why
	}
	return fmt.Sprintf("%s, line %d: %s", w.File, w.Line, w.Why)
}

// mostWrong bounds how many malformed entries are told one by one.
const mostWrong = 20

// reader reads one file.
type reader struct {
	*Log
	file string
	use  func(*Event) error
}

// Read reads a file of a log and hands each event to use. It takes JSON lines, one JSON
// document of any size and CSV, packed with gzip or not. What is malformed is counted,
// and told in Wrong; the error is one of reading the file, or of use.
func (l *Log) Read(file string, r io.Reader, use func(*Event) error) error {
	l.Files = append(l.Files, file)
	text, err := textfile.Unpacked(r, math.MaxInt64)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	plain := bufio.NewReaderSize(textfile.InUTF8(text), peeked)
	in := &reader{Log: l, file: file, use: use}
	switch formOf(plain) {
	case asCSV:
		err = in.table(plain)
	case asDocument:
		err = in.document(plain)
	default:
		err = in.lines(plain)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

type form uint8

const (
	asLines form = iota
	asDocument
	asCSV
)

// peeked is how much of a file tells its form.
const peeked = 256 << 10

// formOf tells the form of a file by how it begins.
func formOf(r *bufio.Reader) form {
	head, err := r.Peek(peeked)
	whole := err != nil // all of the file was seen
	head = bytes.TrimLeft(head, " \t\r\n")
	if bytes.HasPrefix(head, []byte{'['}) {
		return asDocument
	}
	first := true
	for len(head) > 0 {
		line, rest, ended := bytes.Cut(head, []byte{'\n'})
		line = bytes.TrimSpace(line)
		switch {
		case bytes.HasPrefix(line, []byte{'{'}) && (ended || whole) && json.Valid(line):
			return asLines
		case first && !bytes.HasPrefix(line, []byte{'{'}) && isHeader(line):
			return asCSV
		}
		head, first = rest, false
	}
	if r, _ := r.Peek(1); len(r) > 0 && r[0] == '{' {
		return asDocument
	}
	return asLines
}

// wrong counts a malformed entry.
func (r *reader) wrong(line int64, why error) {
	r.Malformed++
	if len(r.Wrong) < mostWrong {
		r.Wrong = append(r.Wrong, Wrong{r.file, line, why.Error()})
	}
}

// take takes one entry. The error is one of use.
func (r *reader) take(entry *record, line int64) error {
	e, err := entry.event()
	switch {
	case errors.Is(err, errOther):
		r.Others++
		return nil
	case err != nil:
		r.wrong(line, err)
		return nil
	}
	e.File, e.Line = r.file, line
	r.note(e)
	return r.use(e)
}

// note counts an event.
func (l *Log) note(e *Event) {
	l.Events++
	if e.Reads() {
		l.Reads++
	}
	l.Changes = l.Changes || e.Changes
	l.Rows = l.Rows || e.Row
	if !e.At.IsZero() {
		if l.From.IsZero() || e.At.Before(l.From) {
			l.From = e.At
		}
		if e.At.After(l.To) {
			l.To = e.At
		}
	}
	if e.Cluster != "" {
		if l.Clusters == nil {
			l.Clusters = map[model.ID]int{}
		}
		l.Clusters[e.Cluster.Fold()]++
	}
}

// lines reads a file of which each line is an entry, so that a broken one costs no more
// than itself.
func (r *reader) lines(text *bufio.Reader) error {
	var long bytes.Buffer
	for number := int64(1); ; number++ {
		line, err := text.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			line, err = r.long(text, &long, line)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return broken(err)
		}
		if used := r.entry(bytes.TrimSpace(line), number); used != nil {
			return used
		}
		if err != nil {
			return nil //nolint:nilerr // the file ends
		}
	}
}

// long reads the rest of a line that the buffer does not hold. A line that no event is
// as long as comes back cut.
func (r *reader) long(text *bufio.Reader, into *bytes.Buffer, begin []byte) ([]byte, error) {
	into.Reset()
	into.Write(begin)
	for {
		more, err := text.ReadSlice('\n')
		if into.Len() <= textfile.LongestDocument {
			into.Write(more)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return into.Bytes(), err
		}
	}
}

// entry takes a line.
func (r *reader) entry(line []byte, number int64) error {
	if len(line) == 0 {
		return nil
	}
	if len(line) > textfile.LongestDocument {
		r.wrong(number, fmt.Errorf("it is longer than %d MiB", textfile.LongestDocument>>20))
		return nil
	}
	var found record
	if err := json.Unmarshal(line, &found); err != nil {
		r.wrong(number, jsonProblem(line, err))
		return nil
	}
	if found.Records != nil || found.Items != nil || found.Tables != nil {
		d := &documentReader{reader: r, json: json.NewDecoder(bytes.NewReader(line)), at: func() int64 { return number }}
		return d.all()
	}
	return r.take(&found, number)
}

// jsonProblem says what is wrong with a line.
func jsonProblem(line []byte, err error) error {
	if syntax, is := errors.AsType[*json.SyntaxError](err); is && syntax.Offset >= int64(len(line)) && line[0] == '{' {
		return errors.New("it breaks off")
	}
	if field, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		return fmt.Errorf("%s is a %s", cmp.Or(field.Field, "it"), field.Value)
	}
	return errNoJSON
}

// broken says what ended the reading of a file.
func broken(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it breaks off: what stands before that was read")
	}
	return err
}
