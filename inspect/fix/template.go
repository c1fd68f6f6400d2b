package fix

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/expr"
)

// token is one word of a command template.
type token struct {
	text string
	// operator is set for a word that the shell acts on, such as a pipe.
	operator bool
	// filled is set for a word that holds a value.
	filled bool
}

var operators = map[string]bool{"|": true, "&&": true}

// tokenize splits a template into words. Quotes keep a word with spaces together and
// are taken off.
func tokenize(template string) ([]token, error) {
	var tokens []token
	var current strings.Builder
	var quote rune
	inWord := false
	finish := func() {
		if inWord {
			text := current.String()
			tokens = append(tokens, token{text: text, operator: operators[text]})
		}
		current.Reset()
		inWord = false
	}
	for _, r := range template {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			current.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == ' ' || r == '\n' || r == '\t':
			finish()
		default:
			inWord = true
			current.WriteRune(r)
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("the quote is not closed: %s", template)
	}
	finish()
	return tokens, nil
}

var (
	placeholder = regexp.MustCompile(`\{\{\s*((?:each\.)?[A-Za-z][A-Za-z0-9-]*)\s*\}\}`)
	spread      = regexp.MustCompile(`^\{\{\s*((?:each\.)?[A-Za-z][A-Za-z0-9-]*)\.{3}\s*\}\}$`)
)

// words fills a template in: each word with its values, not yet quoted.
func words(template string, all values) ([]token, error) {
	tokens, err := tokenize(template)
	if err != nil {
		return nil, err
	}
	var filled []token
	for _, t := range tokens {
		if match := spread.FindStringSubmatch(t.text); match != nil {
			items, err := itemsOf(match[1], all)
			if err != nil {
				return nil, err
			}
			filled = append(filled, items...)
			continue
		}
		var unknown string
		text := placeholder.ReplaceAllStringFunc(t.text, func(found string) string {
			name := placeholder.FindStringSubmatch(found)[1]
			value, known := all[name]
			if !known {
				unknown = name
				return ""
			}
			return commaText(value)
		})
		if unknown != "" {
			return nil, fmt.Errorf("the command names %q, which the fix does not define", unknown)
		}
		isFilled := text != t.text
		if err := argument(text); err != nil && isFilled && text[:1] != t.text[:1] {
			return nil, err
		}
		filled = append(filled, token{text: text, operator: t.operator, filled: isFilled})
	}
	return filled, nil
}

// itemsOf spreads a list over words.
func itemsOf(name string, all values) ([]token, error) {
	value, known := all[name]
	if !known {
		return nil, fmt.Errorf("the command names %q, which the fix does not define", name)
	}
	items, is := value.([]any)
	if !is {
		items = []any{value}
	}
	var tokens []token
	for _, item := range items {
		if name, is := item.(flag); is {
			tokens = append(tokens, token{text: string(name)})
			continue
		}
		text := expr.Text(item)
		if name == "poolFlags" && isPoolFlag(text) { // a rule made the list itself
			tokens = append(tokens, token{text: text})
			continue
		}
		if err := argument(text); err != nil {
			return nil, err
		}
		tokens = append(tokens, token{text: text, filled: true})
	}
	return tokens, nil
}

// flag is a flag's own name among the items of a list.
type flag string

var negative = regexp.MustCompile(`^-[0-9.]+$`)

// argument refuses a value that az would not take as one: it reads a word with a dash
// as a flag, and one with an at sign as the name of a file to take the value from.
func argument(text string) error {
	switch {
	case strings.HasPrefix(text, "-") && !negative.MatchString(text):
		return fmt.Errorf("%.80q begins with a dash and would be read as a flag", text)
	case strings.HasPrefix(text, "@"):
		return fmt.Errorf("%.80q begins with an at sign and would be read from a file", text)
	}
	return nil
}

// commaText writes a value as az takes it in one word: a list with commas, objects
// as JSON.
func commaText(value any) string {
	items, is := value.([]any)
	if _, object := value.(map[string]any); object || slices.ContainsFunc(items, isObject) {
		var text strings.Builder
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(value); err == nil {
			return strings.TrimSuffix(text.String(), "\n")
		}
	}
	if !is {
		return expr.Text(value)
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = expr.Text(item)
	}
	return strings.Join(texts, ",")
}

func isObject(value any) bool {
	_, is := value.(map[string]any)
	return is
}

// expand writes a template as one command line for the shell.
func expand(template string, all values, shell Shell) (string, error) {
	if template == "" {
		return "", nil
	}
	filled, err := words(template, all)
	if err != nil {
		return "", err
	}
	known := all.placeholders()
	quoted := make([]string, len(filled))
	for i, t := range filled {
		if strings.ContainsFunc(t.text, unsafeRune) {
			return "", fmt.Errorf("%.80q holds characters that cannot be typed in a shell", t.text)
		}
		switch {
		case t.operator:
			quoted[i] = t.text
		case !t.filled:
			quoted[i] = quote(t.text, shell)
		default:
			if quoted[i], err = quoteValue(t.text, shell, known); err != nil {
				return "", err
			}
		}
	}
	return strings.Join(quoted, " "), nil
}
