package demo

import (
	"encoding/json"
	"fmt"
	"strings"
)

// template is a JSON document with its changing parts marked: text is copied,
// slots are filled from a cluster's facts, and of alternatives one is chosen. To
// render it costs little more than the copying, so thousands of documents can be
// made on the fly and none need be kept.
type template struct{ ops []op }

type op struct {
	text []byte
	slot slot
	// choice: one of the alternatives, by their odds in percent, decided by the
	// cluster's seed and the salt.
	choice []alternative
	salt   uint64
}

type alternative struct {
	upTo uint64 // sum of the odds so far
	then template
}

// slot appends the JSON-safe text of one placeholder.
type slot func(dst []byte, f *facts) []byte

// append renders the template.
func (t *template) append(dst []byte, f *facts) []byte {
	for i := range t.ops {
		o := &t.ops[i]
		switch {
		case o.slot != nil:
			dst = o.slot(dst, f)
		case o.choice != nil:
			at := f.hash(o.salt) % 100
			for j := range o.choice {
				if at < o.choice[j].upTo {
					dst = o.choice[j].then.append(dst, f)
					break
				}
			}
		default:
			dst = append(dst, o.text...)
		}
	}
	return dst
}

// choiceKey starts the key of a choice: in place of a value {$one: [[30, a],
// [70, b]]}, or as a member "$one name" whose chosen object's members are spread
// into the object around it. Odds that do not add up to 100 leave the rest absent.
const choiceKey = "$one"

func isChoice(o object) bool { return len(o) == 1 && o[0].key == choiceKey }

// compiler turns a tree into a template.
type compiler struct {
	out template
}

func compile(tree any) (template, error) {
	var c compiler
	if err := c.value(tree, ""); err != nil {
		return template{}, err
	}
	return c.out, nil
}

func (c *compiler) text(s string) {
	if n := len(c.out.ops); n > 0 && c.out.ops[n-1].text != nil {
		c.out.ops[n-1].text = append(c.out.ops[n-1].text, s...)
		return
	}
	if s != "" {
		c.out.ops = append(c.out.ops, op{text: []byte(s)})
	}
}

func (c *compiler) value(tree any, path string) error {
	switch value := tree.(type) {
	case object:
		if isChoice(value) {
			return c.choose(value[0].value, path, (*compiler).value)
		}
		c.text("{")
		if err := c.members(value, path, true); err != nil {
			return err
		}
		c.text("}")
	case []any:
		c.text("[")
		if err := c.items(value, path); err != nil {
			return err
		}
		c.text("]")
	case string:
		return c.str(value, path)
	default:
		text, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		c.text(string(text))
	}
	return nil
}

// items writes a list's items; one that is a choice may be left out, but the first.
func (c *compiler) items(items []any, path string) error {
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", path, i)
		start := ","
		if i == 0 {
			start = ""
		}
		if choice, ok := item.(object); ok && isChoice(choice) && i > 0 {
			err := c.choose(choice[0].value, at, func(c *compiler, chosen any, path string) error {
				c.text(start)
				return c.value(chosen, path)
			})
			if err != nil {
				return err
			}
			continue
		}
		c.text(start)
		if err := c.value(item, at); err != nil {
			return err
		}
	}
	return nil
}

// members writes an object's members; a comma goes before each but the first.
func (c *compiler) members(o object, path string, first bool) error {
	for _, m := range o {
		at := path + "." + m.key
		if strings.HasPrefix(m.key, choiceKey+" ") {
			if first {
				return fmt.Errorf("%s: a spread choice needs a member before it", at)
			}
			err := c.choose(m.value, at, func(c *compiler, chosen any, path string) error {
				members, ok := chosen.(object)
				if !ok {
					return fmt.Errorf("%s: a spread choice is among objects", path)
				}
				return c.members(members, path, false)
			})
			if err != nil {
				return err
			}
			continue
		}
		start := func(c *compiler) error {
			if !first {
				c.text(",")
			}
			err := c.str(m.key, at)
			c.text(":")
			return err
		}
		if choice, ok := m.value.(object); ok && isChoice(choice) {
			if first && !always(choice[0].value) {
				return fmt.Errorf("%s: a first member cannot be absent at times", at)
			}
			// The key belongs to the alternatives, for one may leave it out.
			err := c.choose(choice[0].value, at, func(c *compiler, chosen any, path string) error {
				if err := start(c); err != nil {
					return err
				}
				return c.value(chosen, path)
			})
			if err != nil {
				return err
			}
			first = false
			continue
		}
		if err := start(c); err != nil {
			return err
		}
		if err := c.value(m.value, at); err != nil {
			return err
		}
		first = false
	}
	return nil
}

// always reports whether a choice leaves nothing out.
func always(tree any) bool {
	pairs, _ := tree.([]any)
	var sum uint64
	for _, item := range pairs {
		if pair, _ := item.([]any); len(pair) == 2 {
			odds, _ := pair[0].(uint64)
			sum += odds
		}
	}
	return sum == 100
}

// choose compiles [[odds, alternative], ...].
func (c *compiler) choose(tree any, path string, write func(*compiler, any, string) error) error {
	pairs, ok := tree.([]any)
	if !ok {
		return fmt.Errorf("%s: a choice is a list of [odds, value]", path)
	}
	// The salt comes from the path, so two choices in one document are independent
	// and a new one leaves the others as they were.
	o := op{salt: fingerprint(path)}
	for _, item := range pairs {
		pair, _ := item.([]any)
		if len(pair) != 2 {
			return fmt.Errorf("%s: a choice is a list of [odds, value]", path)
		}
		odds, ok := pair[0].(uint64)
		if !ok {
			return fmt.Errorf("%s: odds are a whole number of percent", path)
		}
		var inner compiler
		if err := write(&inner, pair[1], path); err != nil {
			return err
		}
		var before uint64
		if n := len(o.choice); n > 0 {
			before = o.choice[n-1].upTo
		}
		o.choice = append(o.choice, alternative{upTo: before + odds, then: inner.out})
	}
	if len(o.choice) == 0 || o.choice[len(o.choice)-1].upTo > 100 {
		return fmt.Errorf("%s: the odds must add up to at most 100", path)
	}
	c.out.ops = append(c.out.ops, o)
	return nil
}

// str compiles a string with {{placeholders}}. One that is nothing but a
// placeholder for a number or truth value loses its quotes.
func (c *compiler) str(s, path string) error {
	if !strings.Contains(s, "{{") {
		c.text(quote(s))
		return nil
	}
	bare := strings.HasPrefix(s, "{{") && strings.Index(s, "}}") == len(s)-2 && isBare(s[2:len(s)-2])
	if !bare {
		c.text(`"`)
	}
	for s != "" {
		before, rest, found := strings.Cut(s, "{{")
		quoted := quote(before)
		c.text(quoted[1 : len(quoted)-1])
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return fmt.Errorf("%s: {{ without }}", path)
		}
		fill, err := newSlot(strings.Fields(name), path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		c.out.ops = append(c.out.ops, op{slot: fill})
		s = after
	}
	if !bare {
		c.text(`"`)
	}
	return nil
}

func quote(s string) string {
	text, _ := json.Marshal(s) // a string always marshals
	return string(text)
}
