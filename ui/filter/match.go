package filter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/junegunn/fzf/src/algo"
	"github.com/junegunn/fzf/src/util"
)

// test is one condition on a text in lower case.
type test interface{ match(have string) bool }

type contains string

func (c contains) match(have string) bool { return strings.Contains(have, string(c)) }

type equals string

func (e equals) match(have string) bool { return have == string(e) }

// glob is what stands between the stars.
type glob []string

func (g glob) match(have string) bool {
	last := len(g) - 1
	if !strings.HasPrefix(have, g[0]) {
		return false
	}
	have = have[len(g[0]):]
	for _, part := range g[1:last] {
		_, rest, found := strings.Cut(have, part)
		if !found {
			return false
		}
		have = rest
	}
	return strings.HasSuffix(have, g[last])
}

type fuzzy []rune

func (f fuzzy) match(have string) bool {
	_, ok := Fuzzy(have, f)
	return ok
}

// Fuzzy tells how well the letters of a pattern, in lower case, are found in a text
// in their order; a higher score is a better match.
func Fuzzy(text string, pattern []rune) (score int, ok bool) {
	if len(pattern) == 0 {
		return 0, true
	}
	chars := util.ToChars([]byte(text))
	result, _ := algo.FuzzyMatchV2(false, true, true, &chars, pattern, false, nil)
	return result.Score, result.Start >= 0
}

// compare is < <= > >= on values, or on the places of words that have an order.
type compare struct {
	than   string
	order  []string // in lower case; nil for values
	rank   int
	accept [3]bool // less, equal, greater
}

func (c compare) match(have string) bool {
	if have == "" {
		return false
	}
	if c.order == nil {
		return c.accept[Natural(have, c.than)+1]
	}
	for word := range strings.FieldsSeq(have) {
		if at := slices.Index(c.order, word); at >= 0 && c.accept[sign(at-c.rank)+1] {
			return true
		}
	}
	return false
}

// operators with what they accept, longest first.
var operators = []struct {
	sign   string
	accept [3]bool
}{
	{">=", [3]bool{false, true, true}},
	{"<=", [3]bool{true, true, false}},
	{">", [3]bool{false, false, true}},
	{"<", [3]bool{true, false, false}},
	{"=", [3]bool{false, true, false}},
}

// parseValue reads what stands after the colon; nil where there is nothing yet.
func parseValue(part string, field Field) (test, error) {
	accept, compares := [3]bool{false, true, false}, false
	sign := ""
	for _, operator := range operators {
		if rest, ok := strings.CutPrefix(part, operator.sign); ok {
			part, accept, compares, sign = rest, operator.accept, true, operator.sign
			break
		}
	}
	if rest, ok := strings.CutPrefix(part, "~"); ok && !compares {
		if tests := fuzzyTests(rest); len(tests) > 0 {
			return tests[0], nil
		}
		return nil, nil
	}
	quoted := strings.Contains(part, `"`)
	part = strings.ToLower(unquote(part))
	if part == "" {
		return nil, nil
	}
	star := strings.Contains(part, "*") && !quoted
	switch {
	case star && compares && sign != "=":
		return nil, fmt.Errorf("* does not go with %s: leave one of them out", sign)
	case star:
		return glob(strings.Split(part, "*")), nil
	case len(field.Order) > 0:
		return ranked(part, field, accept)
	case sign == "=":
		return equals(part), nil
	case compares:
		return compare{than: part, accept: accept}, nil
	default:
		return contains(part), nil
	}
}

// ranked compares by the order of a field's words.
func ranked(part string, field Field, accept [3]bool) (test, error) {
	order := make([]string, len(field.Order))
	rank := -1
	for i, word := range field.Order {
		order[i] = strings.ToLower(word)
		if order[i] == part || rank < 0 && strings.HasPrefix(order[i], part) {
			rank = i
		}
	}
	if rank < 0 {
		return nil, fmt.Errorf("%s is one of %s, not %q", field.Name, strings.Join(field.Order, ", "), part)
	}
	return compare{order: order, rank: rank, accept: accept}, nil
}

// Natural compares texts so that 1.9 comes before 1.10: runs of digits by their
// value, all else by its bytes. It returns -1, 0 or 1.
func Natural(a, b string) int {
	for a != "" && b != "" {
		if !digit(a[0]) || !digit(b[0]) {
			if a[0] != b[0] {
				return sign(int(a[0]) - int(b[0]))
			}
			a, b = a[1:], b[1:]
			continue
		}
		n, m := run(a), run(b)
		x, y := strings.TrimLeft(a[:n], "0"), strings.TrimLeft(b[:m], "0")
		if len(x) != len(y) {
			return sign(len(x) - len(y))
		}
		if x != y {
			return strings.Compare(x, y)
		}
		a, b = a[n:], b[m:]
	}
	return sign(len(a) - len(b))
}

func digit(b byte) bool { return '0' <= b && b <= '9' }

// run is the length of the digits that a text starts with.
func run(s string) int {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	default:
		return 0
	}
}
