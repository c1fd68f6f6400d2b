package glossary

import (
	"fmt"
	"slices"
	"strings"
)

// parse reads the glossary's file, whose head says how it is written. It is no YAML,
// because reading that took longer than opening a page may.
func parse(data string) (*book, error) {
	b := &book{ids: map[string]*Term{}, names: map[string]*Term{}}
	if _, after, commented := strings.Cut(data, "-->"); commented {
		data = after
	}
	for n, block := range strings.Split("\n"+data, "\n## ") {
		if n == 0 { // what goes before the first entry
			continue
		}
		block, _, _ = strings.Cut(block, "\n# ") // a heading between entries, for those who edit
		t, err := parseTerm(block)
		if err != nil {
			return nil, err
		}
		if err := b.add(t); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(b.terms, func(x, y *Term) int {
		return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	for _, t := range b.terms {
		for _, id := range t.See {
			if b.ids[id] == nil || id == t.ID {
				return nil, fmt.Errorf("the glossary: %q refers to %q, which is no other entry", t.ID, id)
			}
		}
	}
	b.words = newMatcher(b.terms)
	return b, nil
}

func parseTerm(block string) (*Term, error) {
	head, body, _ := strings.Cut(block, "\n\n")
	title, fields, _ := strings.Cut(head, "\n")
	id, name, _ := strings.Cut(title, ":")
	t := &Term{ID: strings.TrimSpace(id), Name: strings.TrimSpace(name), Says: strings.Join(strings.Fields(body), " ")}
	for field := range strings.Lines(fields) {
		key, value, _ := strings.Cut(strings.TrimSpace(field), ": ")
		switch key {
		case "also":
			t.Also = strings.Split(value, ", ")
		case "see":
			t.See = strings.Split(value, ", ")
		case "learn":
			t.Learn = value
		case "page":
			t.Page = value
		default:
			return nil, fmt.Errorf("the glossary: %q has %q where also, learn, page or see is expected", t.ID, strings.TrimSpace(field))
		}
	}
	if t.ID == "" || t.Name == "" || t.Says == "" || (t.Learn == "") == (t.Page == "") {
		return nil, fmt.Errorf("the glossary: the entry %q needs an id, a term, a text, and either learn or page", t.ID)
	}
	return t, nil
}

func (b *book) add(t *Term) error {
	if b.ids[t.ID] != nil {
		return fmt.Errorf("the glossary: there are two entries %q", t.ID)
	}
	b.terms = append(b.terms, t)
	b.ids[t.ID] = t
	for _, name := range append([]string{t.ID, t.Name}, t.Also...) {
		name = fold(name)
		if other := b.names[name]; other != nil && other != t {
			return fmt.Errorf("the glossary: both %q and %q are called %q", other.ID, t.ID, name)
		}
		b.names[name] = t
	}
	return nil
}
