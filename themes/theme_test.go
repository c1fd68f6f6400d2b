package themes_test

import (
	"fmt"
	"image/color"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/charmbracelet/colorprofile"
	"github.com/lucasb-eyer/go-colorful"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/themes"
)

func load(t *testing.T, name string) *themes.Theme {
	t.Helper()
	theme, err := themes.Load(name)
	require.NoError(t, err)
	assert.Equal(t, name, theme.Name)
	return theme
}

func TestNoSuchTheme(t *testing.T) {
	t.Parallel()
	_, err := themes.Load("solarized")
	require.ErrorContains(t, err, `there is no theme "solarized": use one of dark, light, contrast,`)
	for _, name := range []string{"", "../themes/dark", "sub/dark", "dark.yaml"} {
		_, err := themes.NewLibrary(fstest.MapFS{}, "themes").Load(name)
		require.ErrorContains(t, err, "there is no theme", name)
	}
}

func TestContrast(t *testing.T) {
	t.Parallel()
	assert.InDelta(t, 21, themes.Contrast("#000000", "#ffffff"), 0.001)
	assert.InDelta(t, 1, themes.Contrast("#777777", "#777777"), 0.001)
	assert.InDelta(t, 4.54, themes.Contrast("#767676", "#ffffff"), 0.01) // the grey that is known to just pass
	for _, name := range themes.Names() {
		assert.Empty(t, load(t, name).Weaknesses(), name)
	}
}

// The themes of high contrast promise more than WCAG AA.
func TestHighContrast(t *testing.T) {
	t.Parallel()
	const enhanced = 7
	for _, name := range []string{"contrast", "contrast-light"} {
		theme := load(t, name)
		for _, ground := range theme.Grounds() {
			for token := range themes.Selected {
				if token == themes.Border {
					continue
				}
				front := theme.Hex(token, ground)
				backs := []string{ground.Background}
				for behind := themes.Selected; behind <= themes.Badge; behind++ {
					backs = append(backs, theme.Hex(behind, ground))
				}
				for _, back := range backs {
					assert.GreaterOrEqual(t, themes.Contrast(front, back), float64(enhanced), "%s: token %d, %s on %s", name, token, front, back)
				}
			}
		}
	}
}

// Terminals of 256 colours, and tmux where it does not know better, show the nearest of
// theirs: text has to be readable then too.
func TestContrastIn256Colours(t *testing.T) {
	t.Parallel()
	nearest := func(hex string) string {
		r, g, b, _ := themes.RGB(hex)
		x, y, z, _ := colorprofile.ANSI256.Convert(color.RGBA{R: r, G: g, B: b, A: 0xff}).RGBA()
		return fmt.Sprintf("#%02x%02x%02x", x>>8, y>>8, z>>8)
	}
	const readable = 4.5
	for _, name := range themes.Names() {
		if name == "mono" || strings.HasPrefix(name, "ansi") { // these have 16 at most
			continue
		}
		theme := load(t, name)
		ground := theme.Grounds()[0]
		for token := range themes.Selected {
			for behind := themes.Selected; behind <= themes.Badge && token != themes.Border; behind++ {
				front, back := nearest(theme.Hex(token, ground)), nearest(theme.Hex(behind, ground))
				if contrast := themes.Contrast(front, back); contrast < readable {
					t.Errorf("%s: token %d on %d has a contrast of %.1f: %s on %s", name, token, behind, contrast, front, back)
				}
			}
		}
	}
}

// Machado, Oliveira and Fernandes (2009), for eyes that lack one kind of cone, on
// linear RGB.
var blindness = map[string][9]float64{
	"protanopia":   {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
	"deuteranopia": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
	"tritanopia":   {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
	"none":         {1, 0, 0, 0, 1, 0, 0, 0, 1},
}

func seenWith(t *testing.T, hex, eyes string) colorful.Color {
	t.Helper()
	colour, err := colorful.Hex(hex)
	require.NoError(t, err)
	r, g, b := colour.LinearRgb()
	m := blindness[eyes]
	return colorful.LinearRgb(m[0]*r+m[1]*g+m[2]*b, m[3]*r+m[4]*g+m[5]*b, m[6]*r+m[7]*g+m[8]*b).Clamped()
}

// apart is the least difference between two severities (CIEDE2000, over 100): two
// colours side by side differ from about 0.02, at a glance and a screen apart from
// about 0.1.
const apart = 0.1

func TestSeveritiesStayApart(t *testing.T) {
	t.Parallel()
	kinds := []themes.Style{themes.Critical, themes.High, themes.Medium, themes.Low, themes.Info, themes.Pass, themes.Unread}
	for name, eyes := range map[string][]string{
		"dark": {"none"}, "light": {"none"},
		"deuteranopia": {"none", "deuteranopia", "protanopia"}, "deuteranopia-light": {"none", "deuteranopia", "protanopia"},
		"tritanopia": {"none", "tritanopia"}, "tritanopia-light": {"none", "tritanopia"},
	} {
		theme := load(t, name)
		ground := theme.Grounds()[0]
		for _, with := range eyes {
			for i, a := range kinds {
				for _, b := range kinds[:i] {
					x, y := seenWith(t, theme.Hex(a, ground), with), seenWith(t, theme.Hex(b, ground), with)
					assert.GreaterOrEqual(t, x.DistanceCIEDE2000(y), apart, "%s with %s: tokens %d and %d, %s and %s",
						name, with, a, b, theme.Hex(a, ground), theme.Hex(b, ground))
				}
			}
		}
	}
	// The test can fail: the usual colours are not for every eye.
	dark := load(t, "dark")
	ground := dark.Grounds()[0]
	assert.Less(t, seenWith(t, dark.Hex(themes.High, ground), "deuteranopia").
		DistanceCIEDE2000(seenWith(t, dark.Hex(themes.Medium, ground), "deuteranopia")), apart)
}

func TestMonoHasNoColours(t *testing.T) {
	t.Parallel()
	theme := load(t, "mono")
	for token := themes.Text; token <= themes.Badge; token++ {
		sequence := string(theme.Append(nil, token.On(token)))
		for parameter := range strings.SplitSeq(strings.Trim(sequence, "\x1b[m"), ";") {
			assert.Len(t, parameter, 1, "%q", sequence)
		}
	}
}

// The themes for 16 colours use nothing else.
func TestANSIHasSixteenColours(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ansi", "ansi-light"} {
		theme := load(t, name)
		for token := themes.Text; token <= themes.Badge; token++ {
			sequence := string(theme.Append(nil, token.On(token)))
			for parameter := range strings.SplitSeq(strings.Trim(sequence, "\x1b[m"), ";") {
				assert.LessOrEqual(t, len(parameter), 2, "%s: %q", name, sequence)
				assert.NotEqual(t, "38", parameter, "%s: %q", name, sequence)
			}
		}
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	theme := load(t, "ansi")
	assert.Equal(t, "\x1b[0m", string(theme.Append(nil, themes.Text)))
	assert.Equal(t, "\x1b[0;1;4;91m", string(theme.Append(nil, themes.High|themes.Bold|themes.Underline)))
	assert.Equal(t, "\x1b[0;91;7m", string(theme.Append(nil, themes.High.On(themes.Selected))))
}

func TestOwnThemes(t *testing.T) {
	t.Parallel()
	library := themes.NewLibrary(fstest.MapFS{
		"mine.yaml":   {Data: []byte("base: light\ntokens:\n  critical: \"#123456 bold\"\n")},
		"second.yaml": {Data: []byte("base: mine\ndark: true\n")},
		"dark.yaml":   {Data: []byte("base: dark\ntokens: {selected: reverse}\n")},
		"notes.txt":   {Data: []byte("not a theme")},
	}, "/home/ana/themes")
	assert.Equal(t, append(themes.Names(), "mine", "second"), library.Names())

	mine, err := library.Load("mine")
	require.NoError(t, err)
	assert.Equal(t, "mine", mine.Name)
	assert.False(t, mine.Dark, "as its base")
	assert.Equal(t, "\x1b[0;38;2;18;52;86;1m", string(mine.Append(nil, themes.Critical)))
	light := load(t, "light")
	assert.Equal(t, string(light.Append(nil, themes.High)), string(mine.Append(nil, themes.High)))
	second, err := library.Load("second")
	require.NoError(t, err)
	assert.True(t, second.Dark)
	assert.Equal(t, string(mine.Append(nil, themes.Critical)), string(second.Append(nil, themes.Critical)))

	own, err := library.Load("dark")
	require.NoError(t, err, "an own theme of a name that there is starts from the program's")
	assert.Equal(t, "\x1b[0;7m", string(own.Append(nil, themes.Text.On(themes.Selected))))
	place, is := library.Own("dark")
	assert.True(t, is)
	assert.Contains(t, place, "dark.yaml")
	_, is = library.Own("light")
	assert.False(t, is)
}

func TestBrokenThemes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, say string }{
		"missing":     {"dark: true\ntokens:\n  text: none\n", `b.yaml: the token "strong" is missing`},
		"unknown":     {"base: dark\ntokens:\n  text: none\n  glow: red\n", `b.yaml:4: there is no token "glow"`},
		"colour":      {"base: dark\ntokens:\n  text: pinkish\n", `b.yaml:3: text: "pinkish" is not a colour`},
		"comment":     {"base: dark\ntokens:\n  text: #ffffff\n", `b.yaml:3: text is a text such as "#7cc4ff bold" (quote a colour`},
		"list":        {"base: dark\ntokens:\n  low: [a]\n", `b.yaml:3: low is a text such as`},
		"not a map":   {"base: dark\ntokens:\n- a\n", `b.yaml:3: tokens are names with looks`},
		"setting":     {"base: dark\ncolours: {}\n", `b.yaml:2: a theme has base, dark and tokens, not "colours"`},
		"no base":     {"base: nothing\n", `b.yaml: base: there is no theme "nothing"`},
		"itself":      {"base: b\n", `b.yaml: base: there is no theme "b"`},
		"broken YAML": {"base: dark\ntokens: {\n", "b.yaml:2: "},
		"wrong kind":  {"base: dark\ndark: [1]\n", "b.yaml:2: "},
		"round":       {"base: c\n", "c.yaml: themes start from each other: b, c, b"},
	} {
		library := themes.NewLibrary(fstest.MapFS{"b.yaml": {Data: []byte(test.text)}, "c.yaml": {Data: []byte("base: b\n")}}, "")
		_, err := library.Load("b")
		require.ErrorContains(t, err, test.say, name)
		assert.NotContains(t, err.Error(), "\n", name)
	}
}

func FuzzTheme(f *testing.F) {
	f.Add("base: dark\ntokens:\n  critical: \"#ff0000 bold\"\n")
	f.Add("base: dark\ntokens: {low: [a]}\n")
	f.Add("base: x\ntokens: &a {text: *a}\n")
	f.Fuzz(func(t *testing.T, text string) {
		theme, err := themes.NewLibrary(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, "").Load("x")
		if err != nil {
			assert.True(t, strings.HasPrefix(err.Error(), "x.yaml"), "%v", err)
			return
		}
		_ = theme.Weaknesses()
		assert.NotEmpty(t, theme.Append(nil, themes.Critical.On(themes.Selected)))
	})
}
