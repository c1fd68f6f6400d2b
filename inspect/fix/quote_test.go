package fix

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// powerShellWord reads one word as PowerShell does, or fails where it would end early.
func powerShellWord(t *testing.T, text string) string {
	t.Helper()
	if !strings.HasPrefix(text, "'") {
		require.Regexp(t, plainPowerShell, text)
		return text
	}
	single := func(r rune) bool { return strings.ContainsRune("'\u2018\u2019\u201a\u201b", r) }
	runes := []rune(text)
	require.True(t, single(runes[len(runes)-1]))
	runes = runes[1 : len(runes)-1]
	var word strings.Builder
	for i := 0; i < len(runes); i++ {
		if single(runes[i]) {
			require.True(t, i+1 < len(runes) && single(runes[i+1]), "the word ends early: %s", text)
			i++
		}
		word.WriteRune(runes[i])
	}
	return word.String()
}

func TestValuesForPowerShell(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"plain":                         "plain",
		"it's":                          "it's",
		"\u2019; calc; \u2018":          "\u2019; calc; \u2018",
		"$(calc)":                       "$(calc)",
		"a b & c":                       "a b & c", // PowerShell itself adds double quotes
		"a&calc":                        `"a&calc"`,
		"a|b>c<d^e":                     `"a|b>c<d^e"`,
		`say "hi"`:                      `say \"hi\"`,
		"33%":                           "33%",
		"203.0.113.0/24,<your-range>":   "203.0.113.0/24,<your-range>",
		"203.0.113.0/24,<other-thing>&": `"203.0.113.0/24,<other-thing>&"`,
	} {
		quoted, err := quoteValue(value, PowerShell, []string{"<your-range>"})
		require.NoError(t, err, value)
		assert.Equal(t, want, powerShellWord(t, quoted), value)
	}
	for _, value := range []string{"%PATH%", "a%x%b", `"&calc&"`} {
		_, err := quoteValue(value, PowerShell, nil)
		assert.Error(t, err, value)
	}
	quoted, err := quoteValue("a&b", POSIX, nil)
	require.NoError(t, err)
	assert.Equal(t, "'a&b'", quoted)
}
