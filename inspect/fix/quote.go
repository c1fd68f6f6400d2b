package fix

import (
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
		word = strings.ReplaceAll(word, `"`, `\"`)
		return "'" + strings.ReplaceAll(word, "'", "''") + "'"
	}
	switch {
	case word == "":
		return `""`
	case plainPOSIX.MatchString(word):
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
