// Package filter reads the language of the filter line:
//
//	sev:high sub:prod* !system ~wkld "quoted words" version:<1.32
//
// Terms are separated by blanks and must all match. A bare word matches where the
// row's text contains it; ~word matches its letters in their order; ! or - before a
// term turns it round. field:value matches a field, with * for anything, a comma
// between alternatives, = for the whole value, and < <= > >= to compare.
package filter

import (
	"fmt"
	"strings"
	"unicode"
)

// Field is a word that stands before a colon.
type Field struct {
	Name string
	// Order lists the field's words, least first, where they have an order: sev:>low
	// then compares by it, and a part of a word will do.
	Order []string
}

// Query is a filter that was understood. The zero value matches everything.
type Query struct{ terms []term }

type term struct {
	not   bool
	field string // "" for the row's text
	any   []test // alternatives
}

// Empty reports whether the query matches everything.
func (q *Query) Empty() bool { return q == nil || len(q.terms) == 0 }

// Match reports whether a row matches. The function returns the value of a field of
// it, or with "" its whole text; case does not matter.
func (q *Query) Match(value func(field string) string) bool {
	if q.Empty() {
		return true
	}
	var text string
	asked := false
	for i := range q.terms {
		t := &q.terms[i]
		var have string
		switch {
		case t.field != "":
			have = lower(value(t.field))
		case !asked:
			text, asked = lower(value("")), true
			fallthrough
		default:
			have = text
		}
		if t.match(have) == t.not {
			return false
		}
	}
	return true
}

func (t *term) match(have string) bool {
	for _, test := range t.any {
		if test.match(have) {
			return true
		}
	}
	return false
}

// lower is strings.ToLower without its copy for what is lower already.
func lower(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}

// Error says what is wrong with a filter, and where.
type Error struct {
	At  int // byte in the text
	Say string
}

// Error returns what is wrong.
func (e *Error) Error() string { return e.Say }

// Parse reads a filter. On an error the query holds the terms that were understood.
func Parse(text string, fields []Field) (*Query, error) {
	q := &Query{}
	var first error
	for at := 0; ; {
		word, start, end := next(text, at)
		if start == end {
			return q, first
		}
		at = end
		t, err := parseTerm(word, start, fields)
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		if len(t.any) > 0 {
			q.terms = append(q.terms, t)
		}
	}
}

// next returns the term that starts at or after a place: up to a blank that is not
// within quotes.
func next(text string, at int) (word string, start, end int) {
	for at < len(text) && text[at] == ' ' {
		at++
	}
	start = at
	quoted := false
	for ; at < len(text) && (quoted || text[at] != ' '); at++ {
		if text[at] == '"' {
			quoted = !quoted
		}
	}
	return text[start:at], start, at
}

func parseTerm(word string, at int, fields []Field) (term, error) {
	var t term
	if len(word) > 1 && (word[0] == '!' || word[0] == '-') {
		t.not = true
		word = word[1:]
	}
	if word == "!" || word == "-" { // somebody is about to type more
		return t, nil
	}
	name, value, cut := strings.Cut(word, ":")
	if !cut || !isName(name) {
		if name, fuzzyWord, cut := strings.Cut(word, "~"); cut && isName(name) {
			if _, known := find(fields, name); known {
				t.field = strings.ToLower(name)
				t.any = fuzzyTests(fuzzyWord)
				return t, nil
			}
		}
		t.any = bare(word)
		return t, nil
	}
	field, known := find(fields, name)
	if !known {
		return t, &Error{at, unknownField(name, fields)}
	}
	t.field = field.Name
	if value == "" {
		return t, nil
	}
	for _, part := range split(value) {
		test, err := parseValue(part, field)
		if err != nil {
			return t, &Error{at + len(name) + 1, err.Error()}
		}
		if test != nil {
			t.any = append(t.any, test)
		}
	}
	return t, nil
}

// bare is a term without a field.
func bare(word string) []test {
	if rest, ok := strings.CutPrefix(word, "~"); ok {
		return fuzzyTests(rest)
	}
	if word = unquote(word); word == "" {
		return nil
	}
	return []test{contains(strings.ToLower(word))}
}

func fuzzyTests(word string) []test {
	if word = unquote(word); word == "" {
		return nil
	}
	return []test{fuzzy([]rune(strings.ToLower(word)))}
}

func isName(name string) bool {
	if name == "" {
		return false
	}
	for _, r := range name {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

func find(fields []Field, name string) (Field, bool) {
	for _, field := range fields {
		if strings.EqualFold(field.Name, name) {
			return field, true
		}
	}
	return Field{}, false
}

func unknownField(name string, fields []Field) string {
	if len(fields) == 0 {
		return fmt.Sprintf("%q: this list has no fields: quote it to search for it", name+":")
	}
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = field.Name + ":"
	}
	return fmt.Sprintf("%q is not a field here: use %s", name+":", strings.Join(names, " "))
}

// split cuts at commas that are not within quotes.
func split(value string) []string {
	var parts []string
	start, quoted := 0, false
	for i := range len(value) {
		switch {
		case value[i] == '"':
			quoted = !quoted
		case value[i] == ',' && !quoted:
			parts = append(parts, value[start:i])
			start = i + 1
		}
	}
	return append(parts, value[start:])
}

func unquote(word string) string { return strings.ReplaceAll(word, `"`, "") }
