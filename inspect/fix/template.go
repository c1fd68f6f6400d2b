package fix

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aksight/aksight/inspect/expr"
)

// token is one word of a command template.
type token struct {
	text string
	// operator is set for a word that the shell acts on, such as a pipe.
	operator bool
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
	placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z][A-Za-z0-9-]*)\s*\}\}`)
	spread      = regexp.MustCompile(`^\{\{\s*([A-Za-z][A-Za-z0-9-]*)\.{3}\s*\}\}$`)
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
		if strings.HasPrefix(text, "-") && !strings.HasPrefix(t.text, "-") {
			return nil, fmt.Errorf("%q begins with a dash and would be read as a flag", text)
		}
		filled = append(filled, token{text: text, operator: t.operator})
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
		text := expr.Text(item)
		if strings.HasPrefix(text, "-") && name != "poolFlags" {
			return nil, fmt.Errorf("%q begins with a dash and would be read as a flag", text)
		}
		tokens = append(tokens, token{text: text})
	}
	return tokens, nil
}

// commaText writes a list as az takes it in one word.
func commaText(value any) string {
	items, is := value.([]any)
	if !is {
		return expr.Text(value)
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = expr.Text(item)
	}
	return strings.Join(texts, ",")
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
	quoted := make([]string, len(filled))
	for i, t := range filled {
		if strings.ContainsFunc(t.text, unsafeRune) {
			return "", fmt.Errorf("%q holds characters that cannot be typed in a shell", t.text)
		}
		quoted[i] = t.text
		if !t.operator {
			quoted[i] = quote(t.text, shell)
		}
	}
	return strings.Join(quoted, " "), nil
}
