// Package glossary explains the words on the screens. It is data: one embedded
// file, read when somebody first asks.
package glossary

import (
	_ "embed" // the file
	"strings"
	"sync"
)

// Term is one entry.
type Term struct {
	// ID names the entry in code and in See.
	ID string
	// Name is the term as screens write it.
	Name string
	// Also lists other names that people look for.
	Also []string
	// Says explains it: what it is, and why it matters for security.
	Says string
	// Learn is the documentation's topic, below LearnURL; or empty.
	Learn string
	// Page is a page of aksight's own documentation, where Learn is empty.
	Page string
	// See lists the entries that go with it.
	See []string
}

// LearnURL is where the documentation's topics are.
const LearnURL = "https://learn.microsoft.com/azure/"

// pageURL is where aksight's own pages are.
const pageURL = "https://github.com/aksight/aksight/blob/main/"

// URL is where the documentation says more.
func (t *Term) URL() string {
	if t.Learn != "" {
		return LearnURL + t.Learn
	}
	return pageURL + t.Page
}

//go:embed terms.md
var file string

// book is the glossary, ready to be looked at.
type book struct {
	terms []*Term // by name
	ids   map[string]*Term
	names map[string]*Term // every name, folded
	words matcher
}

var open = sync.OnceValues(func() (*book, error) { return parse(file) })

// fold brings the ways to write a name to one: case, hyphens and blanks do not count.
func fold(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(name, "-", " "))), " ")
}

// All returns the entries by name. A glossary that does not load, which a test would
// see, is empty.
func All() []*Term {
	b, err := open()
	if err != nil {
		return nil
	}
	return b.terms
}

// Get returns the entry of that ID, or nil.
func Get(id string) *Term {
	b, err := open()
	if err != nil {
		return nil
	}
	return b.ids[id]
}

// Find returns the entry that goes by a name, in any case, or nil.
func Find(name string) *Term {
	b, err := open()
	if err != nil {
		return nil
	}
	return b.names[fold(name)]
}

// In returns the entries that texts speak of, in the order in which they first do.
func In(texts ...string) []*Term {
	b, err := open()
	if err != nil {
		return nil
	}
	return b.words.in(texts)
}
