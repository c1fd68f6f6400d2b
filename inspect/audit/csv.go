package audit

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/aksight/aksight/inspect/textfile"
)

// isHeader reports whether a line names columns of a table with audit events, as the
// portal exports it.
func isHeader(line []byte) bool {
	columns, err := csv.NewReader(strings.NewReader(string(line))).Read()
	if err != nil {
		return false
	}
	for _, column := range columns {
		switch columnName(column) {
		case "verb", "log_s", "requesturi", "auditid":
			return true
		}
	}
	return false
}

// columnName is the name of a column without the time zone that the portal adds to it:
// TimeGenerated [UTC].
func columnName(column string) string {
	column, _, _ = strings.Cut(column, " [")
	return strings.ToLower(strings.TrimSpace(column))
}

// table reads a file of comma-separated values.
func (r *reader) table(text io.Reader) error {
	counted := textfile.NewCounter(text)
	rows := csv.NewReader(counted)
	rows.FieldsPerRecord, rows.ReuseRecord, rows.LazyQuotes = -1, true, true
	header, err := rows.Read()
	if err != nil {
		return broken(err)
	}
	names := make([]string, len(header))
	for i, column := range header {
		names[i] = columnName(column)
	}
	for {
		counted.Forget(rows.InputOffset())
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			if parse, is := errors.AsType[*csv.ParseError](err); is {
				r.wrong(int64(parse.StartLine), parse.Err)
				continue
			}
			return broken(err)
		}
		line, _ := rows.FieldPos(0)
		fields := make(map[string]string, len(row))
		for i := range min(len(row), len(names)) {
			if row[i] != "" {
				fields[names[i]] = row[i]
			}
		}
		written, err := json.Marshal(fields)
		var found record
		if err == nil {
			err = json.Unmarshal(written, &found)
		}
		if err != nil {
			r.wrong(int64(line), jsonProblem(written, err))
			continue
		}
		if err := r.take(&found, int64(line)); err != nil {
			return err
		}
	}
}
