package object

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/aksight/aksight/inspect/document"
)

// secretWords are parts of names that values go by which are secret.
var secretWords = []string{
	"password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "accesskey", "privatekey", "accountkey", "sharedkey",
	"sharedaccess", "credential", "connectionstring", "connstr", "authorization", "encryptionkey", "signingkey",
}

// aboutSecrets are last words of names that speak about a secret and do not hold one:
// where it is, what it is called, how long it lasts.
var aboutSecrets = map[string]bool{
	"file": true, "files": true, "filename": true, "path": true, "dir": true, "directory": true, "mount": true, "name": true, "names": true,
	"namespace": true, "ref": true, "url": true, "uri": true, "endpoint": true, "host": true, "port": true, "type": true, "kind": true, "class": true,
	"provider": true, "store": true, "backend": true, "mode": true, "version": true, "format": true, "algorithm": true, "issuer": true,
	"audience": true, "header": true, "prefix": true, "suffix": true, "ttl": true, "expiry": true, "expiration": true, "expires": true,
	"lifetime": true, "timeout": true, "interval": true, "seconds": true, "minutes": true, "hours": true, "days": true, "length": true,
	"size": true, "count": true, "limit": true, "enabled": true, "enable": true, "disabled": true, "required": true, "policy": true,
	"rotation": true, "domain": true, "samesite": true, "secure": true, "id": true,
}

// secretName reports whether what goes by that name is a secret.
func secretName(name string) bool {
	words := wordsOf(name)
	if len(words) == 0 || aboutSecrets[words[len(words)-1]] || words[0] == "max" || words[0] == "min" || words[0] == "num" {
		return false
	}
	if slices.Contains(words, "cookie") || slices.Contains(words, "sas") { // part of harmless words too
		return true
	}
	joined := strings.Join(words, "")
	for _, word := range secretWords {
		if strings.Contains(joined, word) {
			return true
		}
	}
	return false
}

// wordsOf takes a name such as DB_PASSWORD, --api-key or clientSecret apart, in lower
// case.
func wordsOf(name string) []string {
	var words []string
	var word strings.Builder
	lower := false
	for _, r := range name {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if word.Len() > 0 && (!letter || lower && unicode.IsUpper(r)) {
			words = append(words, word.String())
			word.Reset()
		}
		if letter {
			word.WriteRune(unicode.ToLower(r))
		}
		lower = unicode.IsLower(r)
	}
	if word.Len() > 0 {
		words = append(words, word.String())
	}
	return words
}

// references begin values that say where a secret is: others put it in their place.
var references = []string{"$(", "${", "{{", "@Microsoft.KeyVault(", "vault:", "ref+", "op://", "azurekeyvault://", "akv://", "kv://", "secretref:", "arn:"}

// secretValue reports whether a value can be a secret: it is neither empty, nor a
// switch, nor a reference to where the secret is, nor hidden already.
func secretValue(value string) bool {
	switch strings.ToLower(value) {
	case "", "true", "false", "yes", "no", "on", "off", "none", "null", "nil", "enabled", "disabled", document.Hidden:
		return false
	}
	for _, reference := range references {
		if strings.HasPrefix(value, reference) {
			return false
		}
	}
	return true
}

// patterns are forms that secrets have, wherever they stand.
type patterns struct{ url, named, header, token *regexp.Regexp }

// compiled when the first text needs them: most never do.
var secretPatterns = sync.OnceValue(func() patterns {
	return patterns{
		url: regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://)(?:[^\s/?#"'<>@:]*:[^\s"'<>]*|[^\s/?#"'<>@:]{20,})@`),
		named: regexp.MustCompile(`(?i)((?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|` +
			`shared[_-]?access[_-]?(?:key|signature)|passphrase|credentials?|authorization|[?&]sig)["']?\s*[=:]\s*["']?)([^\s"';,&]{3,})`),
		header: regexp.MustCompile(`(?i)\b((?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}`),
		token: regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)` +
			`|\b(?:AKIA|ASIA)[0-9A-Z]{16}|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bxox[abeprs]-[A-Za-z0-9-]{10,}` +
			`|\bsk[_-](?:live_|test_|proj-|ant-)?[A-Za-z0-9_-]{20,}|\bglpat-[A-Za-z0-9_-]{20,}|\bnpm_[A-Za-z0-9]{36}|\bAIza[0-9A-Za-z_-]{35}` +
			`|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bhvs\.[A-Za-z0-9_-]{20,}|\bdop_v1_[a-f0-9]{64}` +
			`|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*|[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}|[A-Za-z0-9+/]{86}==`),
	}
})

// Hints, without which a pattern cannot match: looking for them is quick.
var (
	nameHints  = []string{"passw", "pwd", "secret", "token", "key", "signature", "passphrase", "credential", "authorization", "sig="}
	tokenHints = []string{
		"PRIVATE KEY", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "xox", "sk_", "sk-", "glpat-", "npm_", "AIza",
		"SG.", "hvs.", "dop_v1_", "eyJ", "Q~", "==",
	}
)

// shortestSecret is how long a text must at least be to hold a name and a secret, or a
// token.
const shortestSecret = 8

// maskText hides the parts of a text that are secret.
func maskText(text string) string {
	if len(text) < shortestSecret {
		return text
	}
	if strings.IndexByte(text, '@') >= 0 && strings.Contains(text, "://") {
		text = secretPatterns().url.ReplaceAllString(text, "${1}"+document.Hidden+":"+document.Hidden+"@")
	}
	if strings.ContainsAny(text, "=: ") {
		folded := strings.ToLower(text)
		if containsAny(folded, nameHints) {
			text = secretPatterns().named.ReplaceAllStringFunc(text, maskNamed)
		}
		if strings.Contains(folded, "bearer") || strings.Contains(folded, "basic") {
			text = secretPatterns().header.ReplaceAllString(text, "${1}"+document.Hidden)
		}
	}
	if containsAny(text, tokenHints) {
		text = secretPatterns().token.ReplaceAllString(text, document.Hidden)
	}
	return text
}

// maskNamed hides the value that follows a name, unless it only says where the value is.
func maskNamed(found string) string {
	parts := secretPatterns().named.FindStringSubmatch(found)
	if !secretValue(parts[2]) || strings.HasPrefix(parts[2], document.Hidden) || strings.HasPrefix(parts[2], "$") ||
		strings.EqualFold(parts[2], "bearer") || strings.EqualFold(parts[2], "basic") {
		return found
	}
	return parts[1] + document.Hidden
}

func containsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
