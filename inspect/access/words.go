package access

import (
	"strings"
	"unicode"
	"unicode/utf8"

	rbacv1 "k8s.io/api/rbac/v1"
)

// RuleText says a rule on one line: get, list on secrets (core).
func RuleText(rule *rbacv1.PolicyRule) string {
	text := strings.Join(rule.Verbs, ", ") + " on "
	if len(rule.NonResourceURLs) > 0 {
		return text + strings.Join(rule.NonResourceURLs, ", ")
	}
	text += strings.Join(rule.Resources, ", ")
	groups := make([]string, len(rule.APIGroups))
	for i, group := range rule.APIGroups {
		if groups[i] = group; group == "" {
			groups[i] = "core"
		}
	}
	text += " (" + strings.Join(groups, ", ") + ")"
	if len(rule.ResourceNames) > 0 {
		text += " named " + strings.Join(rule.ResourceNames, ", ")
	}
	return text
}

// lowerFirst puts a title into a sentence.
func lowerFirst(title string) string {
	first, size := utf8.DecodeRuneInString(title)
	return string(unicode.ToLower(first)) + title[size:]
}
