package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// JSON writes the report as one JSON document, a result a line, as the results come.
func JSON(w io.Writer, report *Report) error {
	out := bufio.NewWriterSize(w, 64<<10)
	if err := writeHead(out, report); err != nil {
		return err
	}
	line := &bytes.Buffer{}
	encoder := json.NewEncoder(line)
	encoder.SetEscapeHTML(false)
	separator := "\n"
	for result := range report.Results {
		line.Reset()
		if err := encoder.Encode(result); err != nil {
			return fmt.Errorf("writing %s of %s: %w", result.Rule, result.Resource, err)
		}
		// The encoder ends each value with a newline.
		line.Truncate(line.Len() - 1)
		if _, err := out.WriteString(separator); err != nil {
			return err
		}
		if _, err := out.Write(line.Bytes()); err != nil {
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
	}{Schema, report.Generated.UTC().Format(time.RFC3339), report.Source, report.Coverage, report.Summary}
	text := &bytes.Buffer{}
	encoder := json.NewEncoder(text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(head); err != nil {
		return fmt.Errorf("writing the report's head: %w", err)
	}
	if _, err := out.Write(bytes.TrimSuffix(text.Bytes(), []byte("}\n"))); err != nil {
		return err
	}
	_, err := out.WriteString(`,"results":[`)
	return err
}
