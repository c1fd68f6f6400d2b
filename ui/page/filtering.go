package page

import (
	"strings"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/filter"
)

// A listFilter is the filter of a list: what was typed, and what it means.
type listFilter struct {
	text   string
	fields []filter.Field
	query  *filter.Query
	err    error
}

func newListFilter(text string, fields []filter.Field) listFilter {
	f := listFilter{fields: fields}
	f.set(text)
	return f
}

// words are fields without an order of their own.
func words(names ...string) []filter.Field {
	fields := make([]filter.Field, len(names))
	for i, name := range names {
		fields[i].Name = name
	}
	return fields
}

// severityField filters by severity, also with < and >.
func severityField() filter.Field {
	field := filter.Field{Name: "sev"}
	for severity := model.Info; severity <= model.Critical; severity++ {
		field.Order = append(field.Order, severity.String())
	}
	return field
}

// set takes what was typed. Of a filter that is wrong, the terms that were
// understood hold.
func (f *listFilter) set(text string) {
	f.text = text
	f.query, f.err = filter.Parse(text, f.fields)
}

// asks reports whether the filter has a term on that field.
func (f *listFilter) asks(field string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(f.text)) {
		if strings.HasPrefix(strings.TrimLeft(word, "!-"), field+":") {
			return true
		}
	}
	return false
}

// help lists the words that the filter knows.
func (f *listFilter) help() string {
	names := make([]string, len(f.fields))
	for i, field := range f.fields {
		names[i] = field.Name + ":"
	}
	return strings.Join(names, " ")
}

// status says how many of all lines match, or what is wrong.
func (f *listFilter) status(shown, all int, things string) (status string, wrong bool) {
	if f.err != nil {
		return f.err.Error(), true
	}
	if f.query.Empty() {
		return thousands(all) + " " + things, false
	}
	return thousands(shown) + " of " + thousands(all) + " " + things, false
}
