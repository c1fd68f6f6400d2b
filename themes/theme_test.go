package themes_test

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/themes"
)

func TestEveryThemeLoads(t *testing.T) {
	t.Parallel()
	for _, name := range themes.Names() {
		theme, err := themes.Load(name)
		require.NoError(t, err)
		assert.Equal(t, name, theme.Name)
	}
	_, err := themes.Load("solarized")
	require.EqualError(t, err, `there is no theme "solarized": use one of dark, light, ansi, mono`)
}

// readable is the contrast that WCAG 2 AA asks of text.
const readable = 4.5

func TestContrast(t *testing.T) {
	t.Parallel()
	grounds := map[string][]string{
		"dark":  {"#000000", "#1e1e1e", "#1a1b26", "#282c34"},
		"light": {"#ffffff", "#fafafa", "#f4f4f4"},
	}
	plain := map[string]string{"dark": "#d0d0d0", "light": "#202020"}
	for name, behind := range grounds {
		text, err := os.ReadFile(name + ".yaml")
		require.NoError(t, err)
		var file struct{ Tokens map[string]string }
		require.NoError(t, yaml.Unmarshal(text, &file))
		for _, token := range []string{"selected", "marked", "match", "overlay", "badge"} {
			behind = append(behind, file.Tokens[token])
		}
		for token, value := range file.Tokens {
			switch token {
			case "selected", "marked", "match", "overlay", "badge", "border":
				continue // not text
			}
			front := strings.Fields(value)[0]
			if front == "none" || front == "bold" {
				front = plain[name]
			}
			for _, back := range behind {
				assert.GreaterOrEqual(t, contrast(t, front, back), readable, "%s: %s %s on %s", name, token, front, back)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	r, g, b, ok := themes.RGB(colour)
	require.True(t, ok, colour)
	linear := func(v uint8) float64 {
		c := float64(v) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func TestMonoHasNoColours(t *testing.T) {
	t.Parallel()
	theme, err := themes.Load("mono")
	require.NoError(t, err)
	for token := themes.Text; token <= themes.Badge; token++ {
		sequence := string(theme.Append(nil, token.On(token)))
		for parameter := range strings.SplitSeq(strings.Trim(sequence, "\x1b[m"), ";") {
			assert.Len(t, parameter, 1, "%q", sequence)
		}
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	theme, err := themes.Load("ansi")
	require.NoError(t, err)
	assert.Equal(t, "\x1b[0m", string(theme.Append(nil, themes.Text)))
	assert.Equal(t, "\x1b[0;1;4;31m", string(theme.Append(nil, themes.High|themes.Bold|themes.Underline)))
	assert.Equal(t, "\x1b[0;31;7m", string(theme.Append(nil, themes.High.On(themes.Selected))))
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	dark, err := os.ReadFile("dark.yaml")
	require.NoError(t, err)
	for name, test := range map[string]struct{ old, now, say string }{
		"missing": {"  muted: \"#aab3c4\"\n", "", `theme dark: the token "muted" is missing`},
		"unknown": {"tokens:\n", "tokens:\n  glow: red\n", `theme dark: there is no token "glow"`},
		"colour":  {"text: none", "text: pinkish", `theme dark: text: "pinkish" is not a colour`},
	} {
		text := strings.Replace(string(dark), test.old, test.now, 1)
		require.NotEqual(t, string(dark), text, name)
		_, err := themes.Parse([]byte(text))
		require.ErrorContains(t, err, test.say, name)
	}
}
