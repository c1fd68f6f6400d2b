package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode/utf16"
)

// JSON writes the report as one JSON document, a result a line, as the results come.
func JSON(w io.Writer, report *Report) error {
	out := bufio.NewWriterSize(w, 64<<10)
	if err := writeHead(out, report); err != nil {
		return err
	}
	encoder := newLineEncoder()
	separator := "\n"
	for result := range report.Results {
		line, err := encoder.encode(result.forJSON())
		if err != nil {
			return fmt.Errorf("writing %s of %s: %w", result.Rule, result.Resource, err)
		}
		if _, err := out.WriteString(separator); err != nil {
			return err
		}
		if _, err := out.Write(line); err != nil {
			return err
		}
		separator = ",\n"
	}
	if _, err := out.WriteString("\n]}\n"); err != nil {
		return err
	}
	return out.Flush()
}

// writeHead writes all but the results, and opens their list.
func writeHead(out *bufio.Writer, report *Report) error {
	head := struct {
		Schema    string   `json:"schema"`
		Generated string   `json:"generated"`
		Source    Source   `json:"source"`
		Coverage  Coverage `json:"coverage"`
		Summary   Summary  `json:"summary"`
		// Selection is left out of a report of everything.
		Selection *Selection `json:"selection,omitempty"`
	}{Schema, report.Generated.UTC().Format(time.RFC3339), report.Source, report.Coverage, report.Summary, nil}
	if !report.Selection.Empty() {
		head.Selection = &report.Selection
	}
	line, err := newLineEncoder().encode(head)
	if err != nil {
		return fmt.Errorf("writing the report's head: %w", err)
	}
	if _, err := out.Write(bytes.TrimSuffix(line, []byte("}"))); err != nil {
		return err
	}
	_, err = out.WriteString(`,"results":[`)
	return err
}

// lineEncoder writes values as JSON on one line each.
type lineEncoder struct {
	buffer, safe bytes.Buffer
	encoder      *json.Encoder
}

func newLineEncoder() *lineEncoder {
	e := &lineEncoder{}
	e.encoder = json.NewEncoder(&e.buffer)
	e.encoder.SetEscapeHTML(false)
	return e
}

// encode returns the value's JSON until the next call. Characters that steer a
// terminal or hide are written by their number: the value is the same to a program,
// and harmless to who prints the file.
func (e *lineEncoder) encode(value any) ([]byte, error) {
	e.buffer.Reset()
	if err := e.encoder.Encode(value); err != nil {
		return nil, err
	}
	line := bytes.TrimSuffix(e.buffer.Bytes(), []byte("\n"))
	if !bytes.ContainsFunc(line, hides) {
		return line, nil
	}
	e.safe.Reset()
	for _, r := range string(line) {
		switch {
		case !hides(r):
			e.safe.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&e.safe, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&e.safe, `\u%04x`, r)
		}
	}
	return e.safe.Bytes(), nil
}

// hides reports characters that JSON allows as they are and terminals act on.
func hides(r rune) bool { return r >= 0x7F && r < 0xA0 || r >= 0xA0 && steers(r) }
