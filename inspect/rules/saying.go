package rules

import (
	"fmt"
	"strings"

	"github.com/aksight/aksight/inspect/expr"
)

// saying is the short text of a finding: words, and expressions between {{ and }}.
type saying struct {
	words  []string // one more than values
	values []*expr.Program
}

func parseSaying(text string) (saying, error) {
	var s saying
	for {
		before, rest, found := strings.Cut(text, "{{")
		s.words = append(s.words, before)
		if !found {
			return s, nil
		}
		source, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return saying{}, fmt.Errorf("says: %q lacks its }}", text)
		}
		value, err := expr.Compile(strings.TrimSpace(source))
		if err != nil {
			return saying{}, &conditionError{source: strings.TrimSpace(source), err: err}
		}
		s.values = append(s.values, value)
		text = after
	}
}

// fill returns the text with its values; one that cannot be told is an ellipsis.
func (s saying) fill(vars *expr.Vars) string {
	var b strings.Builder
	for i, words := range s.words {
		b.WriteString(words)
		if i == len(s.values) {
			break
		}
		value, err := s.values[i].Value(vars)
		if err != nil || value == nil {
			b.WriteString("…")
			continue
		}
		b.WriteString(expr.Text(value))
	}
	return b.String()
}
