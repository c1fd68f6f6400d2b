package config

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// paths lists the settings that a struct reads.
func paths(of reflect.Type, before string) []string {
	var list []string
	for field := range of.Fields() {
		name := field.Tag.Get("yaml")
		if name == "" || name == "-" {
			continue
		}
		if field.Type.Kind() == reflect.Struct && field.Type != reflect.TypeFor[Theme]() {
			list = append(list, paths(field.Type, before+name+".")...)
			continue
		}
		list = append(list, before+name)
	}
	return list
}

// What can be set is in the list of settings, and so in the starter file and in
// "config show"; and docs/configuration.md tells of it.
func TestEverySettingIsListed(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "configuration.md"))
	require.NoError(t, err)
	var listed []string
	for _, setting := range Settings() {
		listed = append(listed, setting.Path)
		name := setting.Path[strings.LastIndexByte(setting.Path, '.')+1:]
		assert.Contains(t, string(page), name+":", "docs/configuration.md does not tell of %s", setting.Path)
	}
	assert.ElementsMatch(t, paths(reflect.TypeFor[Config](), ""), listed)
}

// The starter file sets nothing as it is; without the # it is right too.
func TestStarter(t *testing.T) {
	t.Parallel()
	config, err := Parse("config.yaml", []byte(Starter()))
	require.NoError(t, err)
	assert.Equal(t, Config{}, config)

	says := map[string]bool{}
	for _, setting := range Settings() {
		for line := range strings.SplitSeq(setting.Says, "\n") {
			says[line] = true
		}
	}
	var lines []string
	for line := range strings.Lines(Starter()) {
		text := strings.TrimPrefix(line, "#")
		if strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "#  ") || says[strings.TrimSpace(text)] {
			continue
		}
		lines = append(lines, text)
	}
	config, err = Parse("config.yaml", []byte(strings.Join(lines, "")))
	require.NoError(t, err, "%s", lines)
	assert.Equal(t, Theme{Dark: "dark", Light: "light"}, config.Theme)
	require.NotNil(t, config.Rules.BroadPrefix)
	assert.Equal(t, 16, *config.Rules.BroadPrefix)
	assert.Equal(t, Keys{"ctrl+r"}, config.Keys["refresh"])
	assert.True(t, config.Restores())
}

// placeWith returns a place with a file of settings, and own themes.
func placeWith(t *testing.T, settings string, own map[string]string) Place {
	t.Helper()
	folder := t.TempDir()
	place := Place{Folder: folder, Path: filepath.Join(folder, "config.yaml")}
	require.NoError(t, os.WriteFile(place.Path, []byte(settings), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(folder, "themes"), 0o700))
	for name, text := range own {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "themes", name), []byte(text), 0o600))
	}
	return place
}

func TestThemes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Theme{
		"theme: light":                         {Always: "light"},
		"theme: {dark: contrast}":              {Dark: "contrast"},
		"theme:\n  dark: a\n  light: b":        {Dark: "a", Light: "b"},
		"theme: {}":                            {},
		"theme: {light: deuteranopia-light}\n": {Light: "deuteranopia-light"},
	} {
		config, err := Parse("c.yaml", []byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, want, config.Theme, text)
	}
	for text, want := range map[string]string{
		"theme: [dark]":        "c.yaml:1: ",
		"theme: {dork: light}": `c.yaml:1: there is no setting "theme.dork": use theme.dark, theme.light`,
	} {
		_, err := Parse("c.yaml", []byte(text))
		require.ErrorContains(t, err, want, text)
	}
}

func TestLoadAround(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		own  map[string]string
		want Config
		say  []string
	}{
		"fine":      {text: "ascii: true\nkeys: {copy: f5}\n", want: Config{ASCII: true, Keys: map[string]Keys{"copy": {"f5"}}}},
		"broken":    {text: "ascii: true\nthem: dark\n", say: []string{`config.yaml:2: there is no setting "them": use theme`}},
		"key":       {text: "ascii: true\nkeys:\n  copy: q\n", want: Config{ASCII: true}, say: []string{"config.yaml:3: the key q is given to both copy and quit"}},
		"two keys":  {text: "keys:\n  sing: z\n  fix: ctlr+f\n", say: []string{`config.yaml:2: there is no action "sing"`, `config.yaml:3: fix: there is no key "ctlr+f"`}},
		"no theme":  {text: "ascii: true\ntheme: mine\n", want: Config{ASCII: true}, say: []string{`config.yaml:2: there is no theme "mine": use one of dark,`}},
		"one of it": {text: "theme:\n  dark: dark\n  light: mine\n", say: []string{`config.yaml:3: there is no theme "mine"`}},
		"own theme": {text: "theme: mine\n", own: map[string]string{"mine.yaml": "base: dark\n"}, want: Config{Theme: Theme{Always: "mine"}}},
		"broken theme": {text: "theme: mine\n", own: map[string]string{"mine.yaml": "base: dark\ntokens:\n  low: rod\n"},
			say: []string{`mine.yaml:3: low: "rod" is not a colour`}},
	} {
		place := placeWith(t, c.text, c.own)
		config, problems := place.LoadAround()
		if c.want.Keys == nil && len(c.say) > 0 {
			config.Keys = nil
		}
		c.want.folder = place.Folder
		assert.Equal(t, c.want, config, name)
		require.Len(t, problems, len(c.say), "%s: %v", name, problems)
		slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Error(), b.Error()) })
		for i, say := range c.say {
			assert.Contains(t, problems[i].Error(), say, name)
			assert.True(t, strings.HasPrefix(problems[i].Where, place.Folder), name)
		}
	}
}

func TestCheckLooksAtOwnThemes(t *testing.T) {
	t.Parallel()
	place := placeWith(t, "theme: mine\n", map[string]string{
		"mine.yaml":  "base: dark\ntokens:\n  strong: none\n  low: rod\n  glow: red\n  high: #ff0000\n  accent: blu\n",
		"other.yaml": "base: light\ntokens:\n  strong: \"#dddddd\"\n  accent: \"#eeeeee\"\n  critical: \"#dddddd\"\n",
		"good.yaml":  "base: light\n",
		"worse.yaml": "base: mine\n",
	})
	problems := place.Check()
	var told []string
	for _, problem := range problems {
		told = append(told, strings.TrimPrefix(problem.Where, filepath.Join(place.Folder, "themes")+string(filepath.Separator))+": "+problem.Say)
		assert.Equal(t, strings.Contains(problem.Where, "other.yaml"), problem.Minor, problem)
	}
	for i, want := range []string{ // in the order of their lines, each file's together
		`mine.yaml:4: low: "rod" is not a colour`, `mine.yaml:5: there is no token "glow"`, `mine.yaml:6: high is a text such as`, `mine.yaml:7: accent: "blu" is`,
		"other.yaml:3: strong on ", "other.yaml:4: accent on ", "other.yaml:5: critical on ", "worse.yaml: base: ",
	} {
		require.Greater(t, len(told), i, "%s", told)
		assert.True(t, strings.HasPrefix(told[i], want), "%s: %s", want, told[i])
	}
	assert.Len(t, told, 8)
}

func TestEffective(t *testing.T) {
	t.Parallel()
	place := placeWith(t, "rules:\n  broadPrefix: 8\nkeys:\n  refresh:\n  - ctrl+r\n  - f5\n  copy: c\n", nil)
	list, err := place.Effective()
	require.NoError(t, err)
	got := map[string]string{}
	for _, setting := range list {
		got[setting.Path] = setting.Value + " # " + strings.TrimPrefix(setting.From, place.Folder+string(filepath.Separator))
	}
	assert.Equal(t, map[string]string{
		"theme": "{dark: dark, light: light} # default", "ascii": "false # default", "shell": " # default", "lastPlace": "true # default",
		"rules.broadPrefix": "8 # config.yaml:2", "rules.folders": "[] # default", "rules.registries": "[] # default", "waivers": "[waivers.yaml] # default",
		"keys.refresh": "[ctrl+r, f5] # config.yaml:5", "keys.copy": "c # config.yaml:7",
	}, got)
}

func FuzzEffective(f *testing.F) {
	f.Add("theme: {dark: a}\nkeys: {copy: [c, d]}\n")
	f.Add("keys:\n  \"a b\": x\n  'c.d': y\n")
	f.Fuzz(func(t *testing.T, text string) {
		folder := t.TempDir()
		place := Place{Folder: folder, Path: filepath.Join(folder, "config.yaml")}
		require.NoError(t, os.WriteFile(place.Path, []byte(text), 0o600))
		_, _ = place.Effective()
		config, problems := place.LoadAround()
		if len(problems) == 0 {
			assert.Empty(t, place.checkKeys(&config, nil))
		}
		for _, problem := range problems {
			assert.NotContains(t, problem.Error(), "\n")
		}
	})
}
