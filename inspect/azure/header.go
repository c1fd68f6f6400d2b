package azure

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// header is what every resource says of itself.
type header struct {
	ID, Name, Type string
}

// readHeader reads a row's header. The row must be valid JSON, as the decoder of
// pages hands it out; then looking at its first members is enough, and the rest of a
// large document need not be decoded once more.
func readHeader(raw json.RawMessage) (header, error) {
	var h header
	found := 0
	at := skipSpace(raw, 0)
	if at >= len(raw) || raw[at] != '{' {
		return h, &rowError{"the list holds a row that is no resource"}
	}
	at++
	for found < 3 {
		at = skipSpace(raw, at)
		if at >= len(raw) || raw[at] != '"' {
			break // the object's end
		}
		end := skipString(raw, at)
		key := text(raw[at:end])
		at = skipSpace(raw, skipSpace(raw, end)+1) // the colon
		end = skipValue(raw, at)
		if into := h.field(key); into != nil {
			if at >= len(raw) || raw[at] != '"' {
				return header{}, &rowError{"the list holds a row that is no resource: its " + key + " is no text"}
			}
			*into = text(raw[at:end])
			found++
		}
		at = skipSpace(raw, end)
		if at < len(raw) && raw[at] == ',' {
			at++
		}
	}
	if !strings.HasPrefix(h.ID, "/") {
		return header{}, &rowError{"the list holds a resource without an ID"}
	}
	return h, nil
}

func (h *header) field(key string) *string {
	switch {
	case strings.EqualFold(key, "id"):
		return &h.ID
	case strings.EqualFold(key, "name"):
		return &h.Name
	case strings.EqualFold(key, "type"):
		return &h.Type
	default:
		return nil
	}
}

// text decodes a JSON string; one that is none is empty.
func text(quoted []byte) string {
	if last := len(quoted) - 1; last > 0 && quoted[0] == '"' && quoted[last] == '"' {
		if plain := quoted[1:last]; bytes.IndexByte(plain, '\\') < 0 && utf8.Valid(plain) {
			return string(plain)
		}
	}
	var decoded string
	if json.Unmarshal(quoted, &decoded) != nil {
		return ""
	}
	return decoded
}

// skipSpace returns the place of the next byte that is no white space.
func skipSpace(raw []byte, at int) int {
	for at < len(raw) && (raw[at] == ' ' || raw[at] == '\t' || raw[at] == '\n' || raw[at] == '\r') {
		at++
	}
	return at
}

// skipString returns the place after the string that begins at at.
func skipString(raw []byte, at int) int {
	for at++; at < len(raw); at++ {
		switch raw[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(raw)
}

// skipValue returns the place after the value that begins at at.
func skipValue(raw []byte, at int) int {
	depth := 0
	for at < len(raw) {
		switch raw[at] {
		case '"':
			at = skipString(raw, at)
			if depth == 0 {
				return at
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return at // of what stands round a number
			}
			if depth--; depth == 0 {
				return at + 1
			}
		case ',':
			if depth == 0 {
				return at
			}
		}
		at++
	}
	return len(raw)
}
