package glossary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A matcher finds the glossary's terms in running text: whole words, the longest
// name first.
type matcher struct {
	// byFirst holds the names by their first word, longest name first.
	byFirst map[string][]named
}

// named is one name of a term, as words.
type named struct {
	words []string
	term  *Term
	exact bool // it holds capitals only, as in "ARM": case counts
}

// plainWords are names that texts also use in their everyday meaning: they are found
// on the command line and in lists, but not in running text.
var plainWords = map[string]bool{
	"rule": true, "rules": true, "check": true, "checks": true, "finding": true, "findings": true, "index": true,
	"region": true, "location": true, "mode": true, "spot": true, "zones": true, "critical": true, "high": true,
	"medium": true, "low": true, "verdict": true, "verdicts": true, "severity": true, "in place": true, "downtime": true,
	"new cluster": true, "tags": true, "restricted": true, "baseline": true, "sku": true, "automatic": true, "reader": true,
	"operating system": true, "secrets": true, "aks": true, "subscription": true, "subscriptions": true, "tenant": true,
	"its lockdown": true, "control plane": true, "api version": true, "vhd": true, "restriction level": true,
	"power state": true, "not applicable": true, "could not read": true, "subnet": true, "resource group": true,
}

func newMatcher(terms []*Term) matcher {
	m := matcher{byFirst: map[string][]named{}}
	for _, t := range terms {
		for _, name := range append([]string{t.Name}, t.Also...) {
			if plainWords[fold(name)] {
				continue
			}
			words := split(name)
			if len(words) == 0 {
				continue
			}
			exact := len(words) == 1 && name == strings.ToUpper(name)
			first := strings.ToLower(words[0])
			m.byFirst[first] = append(m.byFirst[first], named{words, t, exact})
		}
	}
	for first := range m.byFirst {
		names := m.byFirst[first]
		for i := 1; i < len(names); i++ {
			for j := i; j > 0 && len(names[j].words) > len(names[j-1].words); j-- {
				names[j], names[j-1] = names[j-1], names[j]
			}
		}
	}
	return m
}

// split cuts text into words: letters, digits and what stands within names.
func split(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != '_' && r != '.'
	})
}

func (m *matcher) in(texts []string) []*Term {
	var found []*Term
	seen := map[*Term]bool{}
	for _, text := range texts {
		words := split(text)
		for i := range words {
			words[i] = strings.TrimRight(words[i], ".")
		}
		for at := 0; at < len(words); {
			name := m.at(words[at:])
			if name == nil {
				at++
				continue
			}
			at += len(name.words)
			if !seen[name.term] {
				seen[name.term] = true
				found = append(found, name.term)
			}
		}
	}
	return found
}

// at returns the longest name that the words begin with, or nil.
func (m *matcher) at(words []string) *named {
	names := m.byFirst[strings.ToLower(words[0])]
	if len(names) == 0 && plural(words[0]) != words[0] {
		names = m.byFirst[strings.ToLower(plural(words[0]))]
	}
	for i := range names {
		if names[i].begins(words) {
			return &names[i]
		}
	}
	return nil
}

func (n *named) begins(words []string) bool {
	if len(words) < len(n.words) {
		return false
	}
	for i, word := range n.words {
		given := words[i]
		switch {
		case given == word:
		case n.exact:
			return false
		case strings.EqualFold(given, word):
		case i == len(n.words)-1 && strings.EqualFold(plural(given), word):
		default:
			return false
		}
	}
	return true
}

// plural takes an s off a word.
func plural(word string) string {
	if utf8.RuneCountInString(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") {
		return word[:len(word)-1]
	}
	return word
}
