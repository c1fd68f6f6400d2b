package glossary

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aksight/aksight/ui/filter"
)

// Like returns the entries that a name most likely means, the best first; at most
// that many.
func Like(name string, most int) []*Term {
	b, err := open()
	if err != nil {
		return nil
	}
	pattern := []rune(strings.ReplaceAll(fold(name), " ", ""))
	if len(pattern) == 0 {
		return nil
	}
	type scored struct {
		term  *Term
		score int
	}
	var found []scored
	for _, t := range b.terms {
		best, matches := 0, false
		for _, called := range append([]string{t.Name}, t.Also...) {
			if score, ok := filter.Fuzzy(fold(called), pattern); ok && (!matches || score > best) {
				best, matches = score, true
			}
		}
		if matches {
			found = append(found, scored{t, best})
		}
	}
	slices.SortStableFunc(found, func(x, y scored) int { return cmp.Compare(y.score, x.score) })
	terms := make([]*Term, 0, most)
	for _, f := range found[:min(most, len(found))] {
		terms = append(terms, f.term)
	}
	return terms
}
