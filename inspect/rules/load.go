// Package rules judges: it holds the catalogue, one Markdown file a rule, and weighs
// it on what was read. It does no I/O and knows no clock.
package rules

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/aksight/aksight/model"
)

//go:embed catalogue/*.md
var catalogueFiles embed.FS

// Embedded returns the product's own catalogue with its examples, loaded at the first call.
var Embedded = sync.OnceValues(func() (*Catalogue, error) { return loadEmbedded(Parse) })

// Judging returns the product's own catalogue without its examples, loaded at the first
// call: judging needs none, and they are the larger part of what there is to load.
var Judging = sync.OnceValues(func() (*Catalogue, error) { return loadEmbedded(parseForJudging) })

func loadEmbedded(parse parser) (*Catalogue, error) {
	files, err := fs.Sub(catalogueFiles, "catalogue")
	if err != nil {
		return nil, fmt.Errorf("the embedded catalogue: %w", err)
	}
	return load(files, parse)
}

// Load reads every rule file (*.md) of a folder. Files that do not load are named in
// the error, each with line and reason; the catalogue holds the others.
func Load(files fs.FS) (*Catalogue, error) { return load(files, Parse) }

type parser func(file string, text []byte) (*model.Rule, error)

func load(files fs.FS, parse parser) (*Catalogue, error) {
	names, err := fs.Glob(files, "*.md")
	if err != nil {
		return nil, fmt.Errorf("list rule files: %w", err)
	}
	var rules []*model.Rule
	var failures []error
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", name, err))
			continue
		}
		rule, err := parse(name, text)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		rules = append(rules, rule)
	}
	catalogue, err := New(rules)
	return catalogue, errors.Join(append(failures, err)...)
}

// New returns a catalogue of the rules, in the order of their IDs. A second rule
// with the same ID is left out and named in the error.
func New(rules []*model.Rule) (*Catalogue, error) {
	c := &Catalogue{byID: make(map[string]int, len(rules))}
	sorted := slices.SortedStableFunc(slices.Values(rules), func(a, b *model.Rule) int {
		return cmp.Compare(a.ID, b.ID)
	})
	var failures []error
	for _, rule := range sorted {
		if at, taken := c.byID[rule.ID]; taken {
			failures = append(failures, fmt.Errorf("%s: %s is already the ID of %s", rule.File, rule.ID, c.rules[at].File))
			continue
		}
		c.byID[rule.ID] = len(c.rules)
		c.rules = append(c.rules, rule)
	}
	return c, errors.Join(failures...)
}
