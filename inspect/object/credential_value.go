package object

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/aksight/aksight/inspect/document"
)

// forms are what values are told by that are secrets: judging is stricter than hiding,
// which rather hides too much.
type forms struct{ name, value, harmless, assigned, url *regexp.Regexp }

// compiled when the first value is judged.
var credentialForms = sync.OnceValue(func() forms {
	return forms{
		// Names of variables that hold secrets.
		name: regexp.MustCompile(`(?i)(^|[_.-])(pass(word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|client[_-]?secret|credentials?|connection[_-]?string|conn[_-]?str|sas([_-]?token)?)([_.-]?[0-9]*)$`),
		// Values that are secrets whatever they are called.
		value: regexp.MustCompile(`(?i)(accountkey|sharedaccesskey|password|pwd|sig)=[^;\s]|-----BEGIN [A-Z ]*PRIVATE KEY-----|^(ghp|gho|ghs|github_pat|glpat|xox[abp]|sk_live)[_-]|^eyJ[A-Za-z0-9_-]+\.eyJ|://[^/\s:@]+:[^/\s@]+@`),
		// Values that name where a secret is, or stand for none.
		harmless: regexp.MustCompile(`(?i)^$|^\$\(.*\)$|^/|^(true|false|none|null|-)$|^\d{1,3}$`),
		// What files of settings assign, in JSON, YAML, XML's attributes, properties and
		// connection strings.
		assigned: regexp.MustCompile(`["']?([A-Za-z][A-Za-z0-9_.-]*)["']?[ \t]*[:=][ \t]*["']?([^\s"',;&]+)`),
		url:      regexp.MustCompile(`://[^/\s:@"'<>]+:([^/\s@"'<>]+)@`),
	}
})

// IsCredential reports whether a variable's literal value looks like a secret: hidden
// on arrival, or by its name or value.
func IsCredential(name, value string) bool {
	known := credentialForms()
	switch {
	case strings.Contains(value, document.Hidden):
		return true
	case known.harmless.MatchString(value):
		return false
	default:
		return known.name.MatchString(name) || known.value.MatchString(value)
	}
}

// moreHints are in names of secrets beside the hints that hiding goes by.
var moreHints = []string{"pass", "conn", "sas"}

// shortestPassword is how long what a file assigns must be to be taken for a secret.
const shortestPassword = 4

// placeholders begin values that somebody puts the secret in the place of; kinds of values
// stand where a file describes others.
var (
	placeholders = []string{"$", "{", "<", "%", "#", "/", "*", "@", "(", "[", "|", ">", "!", "&", "file:", "http:", "https:", "your-", "your_"}
	kindsOfValue = []string{
		"string", "integer", "boolean", "object", "array", "secret", "password", "token", "required", "optional", "default", "undefined",
		"value", "example", "redacted", "changeme", "placeholder",
	}
)

// holdsCredential reports whether a value of a ConfigMap is a secret, or a file in which
// one stands.
func holdsCredential(key, text string) bool {
	text = strings.TrimSpace(text)
	known := credentialForms()
	switch {
	case strings.Contains(text, document.Hidden):
		return true
	case len(text) < shortestPassword:
		return false
	case !strings.Contains(text, "\n") && known.name.MatchString(key) && secretName(key):
		return literal(text)
	case containsAny(text, tokenHints) && secretPatterns().token.MatchString(text):
		return true
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") || strings.HasPrefix(line, "//") {
			continue
		}
		if strings.Contains(line, "://") && strings.Contains(line, "@") {
			for _, found := range known.url.FindAllStringSubmatch(line, -1) {
				if literal(found[1]) {
					return true
				}
			}
		}
		if !containsAny(strings.ToLower(line), nameHints) && !containsAny(strings.ToLower(line), moreHints) {
			continue
		}
		for _, found := range known.assigned.FindAllStringSubmatch(line, -1) {
			if known.name.MatchString(found[1]) && secretName(found[1]) && literal(found[2]) {
				return true
			}
		}
	}
	return false
}

// literal reports whether what a file assigns is the secret itself.
func literal(value string) bool {
	if len(value) < shortestPassword || !secretValue(value) || slices.Contains(kindsOfValue, strings.ToLower(value)) {
		return false
	}
	for _, placeholder := range placeholders {
		if strings.HasPrefix(strings.ToLower(value), placeholder) {
			return false
		}
	}
	return strings.Trim(value, value[:1]) != "" // not one character over and over
}

// keepKeys notes in what is kept of a ConfigMap the keys whose values look like secrets,
// and that it cannot be changed.
func keepKeys(kept, tree map[string]any) {
	if tree["immutable"] == true {
		kept["immutable"] = true
	}
	found := map[string]any{}
	for key, value := range object(tree["data"]) {
		if text, is := value.(string); is && holdsCredential(key, text) {
			found[key] = document.Hidden
		}
	}
	if len(found) > 0 {
		kept["data"] = found
	}
}
