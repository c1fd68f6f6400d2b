package network

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// term is a part of a selector in Calico's language. What has no namespace is told by
// global().
type term interface {
	matches(set labels.Labels, global bool) bool
	// keys calls do with each label that the term asks for.
	keys(do func(string))
}

type (
	everyTerm  struct{}
	globalTerm struct{}
	notTerm    struct{ of term }
	bothTerm   struct{ a, b term }
	eitherTerm struct{ a, b term }
	hasTerm    struct{ key string }
	// labelTerm compares a label's value; absent is what it says where there is none.
	labelTerm struct {
		key, operator string
		values        []string
	}
)

func (everyTerm) matches(labels.Labels, bool) bool            { return true }
func (globalTerm) matches(_ labels.Labels, global bool) bool  { return global }
func (t notTerm) matches(set labels.Labels, global bool) bool { return !t.of.matches(set, global) }
func (t bothTerm) matches(set labels.Labels, global bool) bool {
	return t.a.matches(set, global) && t.b.matches(set, global)
}

func (t eitherTerm) matches(set labels.Labels, global bool) bool {
	return t.a.matches(set, global) || t.b.matches(set, global)
}
func (t hasTerm) matches(set labels.Labels, _ bool) bool { return set.Has(t.key) }

func (t labelTerm) matches(set labels.Labels, _ bool) bool {
	if !set.Has(t.key) {
		return t.operator == "!=" || t.operator == "not in"
	}
	value := set.Get(t.key)
	switch t.operator {
	case "==", "in":
		return slices.Contains(t.values, value)
	case "!=", "not in":
		return !slices.Contains(t.values, value)
	case "contains":
		return strings.Contains(value, t.values[0])
	case "starts with":
		return strings.HasPrefix(value, t.values[0])
	default: // ends with
		return strings.HasSuffix(value, t.values[0])
	}
}

func (everyTerm) keys(func(string))       {}
func (globalTerm) keys(func(string))      {}
func (t notTerm) keys(do func(string))    { t.of.keys(do) }
func (t bothTerm) keys(do func(string))   { t.a.keys(do); t.b.keys(do) }
func (t eitherTerm) keys(do func(string)) { t.a.keys(do); t.b.keys(do) }
func (t hasTerm) keys(do func(string))    { do(t.key) }
func (t labelTerm) keys(do func(string))  { do(t.key) }

// deepest is how many parentheses and exclamation marks may stand round one another.
const deepest = 100

var errSelectorDepth = errors.New("it is nested too deeply")

// parseSelector reads a selector in Calico's language. An empty one selects everything.
func parseSelector(text string) (term, error) {
	p := selectorParser{rest: text}
	p.space()
	if p.rest == "" {
		return everyTerm{}, nil
	}
	made, err := p.either(0)
	if err != nil {
		return nil, err
	}
	if p.rest != "" {
		return nil, p.unexpected()
	}
	return made, nil
}

// selectorParser holds what is not read yet, without space before it.
type selectorParser struct{ rest string }

func (p *selectorParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\n\r") }

// take reads a sign or word, where it comes next.
func (p *selectorParser) take(text string) bool {
	rest, is := strings.CutPrefix(p.rest, text)
	if is {
		p.rest = rest
		p.space()
	}
	return is
}

// word reads a word, which nothing that could belong to it may follow.
func (p *selectorParser) word(text string) bool {
	if rest, is := strings.CutPrefix(p.rest, text); !is || rest != "" && inLabel(rest[0]) {
		return false
	}
	return p.take(text)
}

func (p *selectorParser) unexpected() error {
	if p.rest == "" {
		return errors.New("it ends too early")
	}
	return fmt.Errorf("%.20q was not expected", p.rest)
}

func (p *selectorParser) either(depth int) (term, error) {
	made, err := p.both(depth)
	for err == nil && p.take("||") {
		var other term
		if other, err = p.both(depth); err == nil {
			made = eitherTerm{made, other}
		}
	}
	return made, err
}

func (p *selectorParser) both(depth int) (term, error) {
	made, err := p.one(depth)
	for err == nil && p.take("&&") {
		var other term
		if other, err = p.one(depth); err == nil {
			made = bothTerm{made, other}
		}
	}
	return made, err
}

func (p *selectorParser) one(depth int) (term, error) {
	if depth > deepest {
		return nil, errSelectorDepth
	}
	switch {
	case p.take("!"):
		of, err := p.one(depth + 1)
		return notTerm{of}, err
	case p.take("("):
		made, err := p.either(depth + 1)
		if err == nil && !p.take(")") {
			err = p.unexpected()
		}
		return made, err
	case p.call("all"):
		return everyTerm{}, p.closed()
	case p.call("global"):
		return globalTerm{}, p.closed()
	case p.call("has"):
		key, err := p.label()
		if err == nil {
			err = p.closed()
		}
		return hasTerm{key}, err
	}
	key, err := p.label()
	if err != nil {
		return nil, err
	}
	return p.comparison(key)
}

// call reads a name with the parenthesis behind it.
func (p *selectorParser) call(name string) bool {
	before := p.rest
	if p.word(name) && p.take("(") {
		return true
	}
	p.rest = before
	return false
}

func (p *selectorParser) closed() error {
	if !p.take(")") {
		return p.unexpected()
	}
	return nil
}

func (p *selectorParser) comparison(key string) (term, error) {
	for _, operator := range []string{"==", "!="} {
		if p.take(operator) {
			value, err := p.quoted()
			return labelTerm{key, operator, []string{value}}, err
		}
	}
	for _, operator := range []string{"contains", "starts with", "ends with"} {
		if p.words(operator) {
			value, err := p.quoted()
			return labelTerm{key, operator, []string{value}}, err
		}
	}
	for _, operator := range []string{"in", "not in"} {
		if p.words(operator) {
			values, err := p.set()
			return labelTerm{key, operator, values}, err
		}
	}
	return nil, p.unexpected()
}

// words reads words that follow one another.
func (p *selectorParser) words(text string) bool {
	before := p.rest
	for word := range strings.FieldsSeq(text) {
		if !p.word(word) {
			p.rest = before
			return false
		}
	}
	return true
}

func (p *selectorParser) set() ([]string, error) {
	if !p.take("{") {
		return nil, p.unexpected()
	}
	var values []string
	for !p.take("}") {
		if len(values) > 0 && !p.take(",") {
			return nil, p.unexpected()
		}
		value, err := p.quoted()
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

func (p *selectorParser) quoted() (string, error) {
	if p.rest == "" || p.rest[0] != '\'' && p.rest[0] != '"' {
		return "", p.unexpected()
	}
	value, rest, closed := strings.Cut(p.rest[1:], p.rest[:1])
	if !closed {
		return "", errors.New("a quote is not closed")
	}
	p.rest = rest
	p.space()
	return value, nil
}

func (p *selectorParser) label() (string, error) {
	end := 0
	for end < len(p.rest) && inLabel(p.rest[end]) {
		end++
	}
	if end == 0 {
		return "", p.unexpected()
	}
	key := p.rest[:end]
	p.rest = p.rest[end:]
	p.space()
	return key, nil
}

// inLabel reports whether a character can stand in a label's key.
func inLabel(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '/' || c == '-'
}

// calicoSelector is a selector of Calico's in the place of one of Kubernetes'.
type calicoSelector struct{ term }

// Matches reports whether labels are selected, of something that has a namespace.
func (s calicoSelector) Matches(set labels.Labels) bool { return s.matches(set, false) }

// Empty reports whether everything is selected.
func (s calicoSelector) Empty() bool { return isEvery(s.term) }

func isEvery(t term) bool {
	_, is := t.(everyTerm)
	return is
}

// String is for the interface: nobody reads it.
func (s calicoSelector) String() string { return "selector of Calico's" }

// Add is for the interface: nobody adds to it.
func (s calicoSelector) Add(...labels.Requirement) labels.Selector { return s }

// Requirements lists the labels that are asked for, whatever is asked of them.
func (s calicoSelector) Requirements() (labels.Requirements, bool) {
	var all labels.Requirements
	s.keys(func(key string) {
		// A key that Kubernetes takes for no label's is on no pod.
		if requirement, err := labels.NewRequirement(key, selection.Exists, nil); err == nil {
			all = append(all, *requirement)
		}
	})
	return all, true
}

// DeepCopySelector returns the selector, which does not change.
func (s calicoSelector) DeepCopySelector() labels.Selector { return s }

// RequiresExactMatch is for the interface: nobody asks.
func (s calicoSelector) RequiresExactMatch(string) (string, bool) { return "", false }

var _ labels.Selector = calicoSelector{}
