package fix

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	plainPOSIX      = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)
	plainPowerShell = regexp.MustCompile(`^[A-Za-z0-9_+=:./\\-]+$`)
)

// quote writes a word so that the shell hands it on unchanged. PowerShell splits at
// commas and, on Windows, calls az through a batch file that loses empty words and
// bare double quotes, so both are written the way the Azure CLI's documentation
// tells.
func quote(word string, shell Shell) string {
	if shell == PowerShell {
		switch {
		case word == "":
			return `'""'`
		case plainPowerShell.MatchString(word):
			return word
		}
		return "'" + quotes.Replace(strings.ReplaceAll(word, `"`, `\"`)) + "'"
	}
	switch {
	case word == "":
		return `""`
	case plainPOSIX.MatchString(word):
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// quotes doubles what PowerShell takes for a single quote: the typographic ones too.
var quotes = strings.NewReplacer("'", "''", "\u2018", "\u2018\u2018", "\u2019", "\u2019\u2019", "\u201a", "\u201a\u201a", "\u201b", "\u201b\u201b")

var (
	// variable is what the command processor of Windows replaces, quoted or not.
	variable = regexp.MustCompile(`%[^%]+%`)
	// operator is what it acts on where it stands outside of double quotes.
	operator = regexp.MustCompile(`[&|<>^]`)
)

// quoteValue writes a word that came from a document or from the reader. In
// PowerShell on Windows it also passes the command processor, which runs az: that
// takes no quotes but double ones, which PowerShell adds where there is a space. Known
// are the placeholders that a reader has still to replace.
func quoteValue(word string, shell Shell, known []string) (string, error) {
	if shell != PowerShell {
		return quote(word, shell), nil
	}
	bare := word
	for _, placeholder := range known {
		bare = strings.ReplaceAll(bare, placeholder, "")
	}
	switch {
	case variable.MatchString(bare):
		return "", fmt.Errorf("%.80q holds what Windows takes for a variable: use a POSIX shell, or do it in the portal", word)
	case !operator.MatchString(bare) || strings.ContainsAny(word, " \t") && !strings.Contains(word, `"`):
		return quote(word, shell), nil
	case strings.Contains(word, `"`):
		return "", fmt.Errorf("%.80q holds double quotes beside %s, which cannot both be written safely in PowerShell: use a POSIX shell", word, "& | < > ^")
	}
	return `'"` + quotes.Replace(word) + `"'`, nil
}
