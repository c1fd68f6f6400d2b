package config

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	config, err := Parse("config.yaml", []byte(`# my settings
theme: light
ascii: true
shell: powershell
rules:
  broadPrefix: 20
keys:
  quit: Q
  filter: [/, ctrl+f]
`))
	require.NoError(t, err)
	assert.Equal(t, Theme{Always: "light"}, config.Theme)
	assert.True(t, config.ASCII)
	assert.Equal(t, "powershell", config.Shell)
	assert.Equal(t, map[string]any{"broadPrefix": int64(20)}, config.Rules.Values())
	assert.Equal(t, map[string]Keys{"quit": {"Q"}, "filter": {"/", "ctrl+f"}}, config.Keys)
}

func TestParseNothing(t *testing.T) {
	for _, text := range []string{"", "\n", "# only a comment\n", "---\n"} {
		config, err := Parse("config.yaml", []byte(text))
		require.NoError(t, err, "%q", text)
		assert.Equal(t, Config{}, config)
		assert.Empty(t, config.Rules.Values())
	}
}

func TestParseRefuses(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"unknown setting", "theme: dark\nteme: light\n", `c.yaml:2: there is no setting "teme": use theme, keys, `},
		{"another spelling", "Theme: light\n", `c.yaml:1: there is no setting "Theme": use theme, `},
		{"unknown nested setting", "rules:\n  # wide\n  broadprefix: 8\n", `c.yaml:3: there is no setting "rules.broadprefix": use rules.broadPrefix, rules.folders, rules.registries`},
		{"a nested setting at the top", "broadPrefix: 8\n", `c.yaml:1: there is no setting "broadPrefix": use rules.broadPrefix, `},
		{"unknown background", "theme:\n  lite: x\n", `c.yaml:2: there is no setting "theme.lite": use theme.light, theme.dark`},
		{"not a boolean", "theme: dark\n\nascii: [1]\n", "c.yaml:3: ascii is true or false, not a list"},
		{"a text for a boolean", "lastPlace: maybe\n", `c.yaml:1: lastPlace is true or false, not the text "maybe"`},
		{"not a number", "rules:\n  broadPrefix: wide\n", `c.yaml:2: rules.broadPrefix is a whole number, not the text "wide"`},
		{"not a whole number", "rules:\n  broadPrefix: 16.5\n", `c.yaml:2: rules.broadPrefix is a whole number, not "16.5"`},
		{"a number too large", "rules: {broadPrefix: 99999999999999999999}\n", `c.yaml:1: rules.broadPrefix is a whole number, not `},
		{"no group", "rules: 8\n", `c.yaml:1: rules holds settings of its own: rules.broadPrefix, rules.registries, rules.folders; not "8"`},
		{"no list", "waivers: a.yaml\n", `c.yaml:1: waivers is a list, such as [one, two], not the text "a.yaml"`},
		{"a list of other things", "rules:\n  folders:\n  - a\n  - b: c\n", "c.yaml:4: rules.folders holds names with values where a text should be"},
		{"no keys", "keys: [q]\n", "c.yaml:1: keys is actions with their keys, such as {copy: c}, not a list"},
		{"no key", "keys:\n  quit: {a: b}\n", "c.yaml:2: keys.quit is one key or a list of keys, such as [q, ctrl+q], not names with values"},
		{"no key in a list", "keys:\n  quit: [q, [a]]\n", "c.yaml:2: keys.quit holds a list where a text should be"},
		{"an alias of the wrong kind", "theme: &t dark\nwaivers: *t\n", "c.yaml:2: waivers is a list"},
		{"an alias of itself", "ascii: &a [*a]\n", "c.yaml:1: ascii is true or false, not a list"},
		{"theme", "theme: [dark]\n", "c.yaml:1: theme is the name of a theme, or {dark: NAME, light: NAME}, not a list"},
		{"theme of a background", "theme:\n  dark: [a]\n", "c.yaml:2: theme.dark is the name of a theme, not a list"},
		{"merged", "theme: &t\n  dark: dark\n<<: *t\n", `c.yaml:2: there is no setting "dark": use `},
		{"merged, of the wrong kind", "keys: &k {ascii: [a]}\n<<: *k\n", "c.yaml:1: ascii is true or false, not a list"},
		{"merged into itself", "theme: &t\n  <<: *t\n<<: *t\n", "c.yaml:"},
		{"out of range", "ascii: false\nrules:\n  broadPrefix: 64\n", "c.yaml:3: rules.broadPrefix is a prefix length from 1 to 32, not 64"},
		{"shell", "\nshell: fish\n", `c.yaml:2: shell is posix or powershell, not "fish"`},
		{"broken YAML", "theme: dark\nkeys: {a\n", "c.yaml:2: "},
		{"twice", "theme: dark\nascii: true\ntheme: light\n", "c.yaml:3: theme is set twice, the first time on line 1"},
		{"a key twice", "keys:\n  quit: Q\n  quit: z\n", "c.yaml:3: keys.quit is set twice, the first time on line 2"},
		{"two documents", "theme: dark\n---\ntheme: light\n", "c.yaml: the settings are one YAML document"},
		{"empty key", "keys:\n  quit: ['']\n", "c.yaml:2: keys.quit holds an empty key"},
		{"not a mapping", "- theme\n", "c.yaml:1: settings are names with values, such as ascii: true"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("c.yaml", []byte(c.text))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			assert.NotContains(t, err.Error(), "\n", "an error is one line")
			assert.NotContains(t, err.Error(), "unmarshal")
		})
	}
}

func TestFolder(t *testing.T) {
	root := "/"
	if runtime.GOOS == "windows" {
		root = `C:\`
	}
	home := func() (string, error) { return filepath.Join(root, "home"), nil }
	cases := []struct {
		name string
		env  map[string]string
		want string
	}{
		{"own", map[string]string{"AKSIGHT_CONFIG_DIR": "here", "XDG_CONFIG_HOME": filepath.Join(root, "xdg")}, "here"},
		{"xdg", map[string]string{"XDG_CONFIG_HOME": filepath.Join(root, "xdg")}, filepath.Join(root, "xdg", "aksight")},
		{"relative xdg", map[string]string{"XDG_CONFIG_HOME": "xdg"}, filepath.Join(root, "home", ".config", "aksight")},
		{"Windows", map[string]string{"APPDATA": filepath.Join(root, "roaming")}, filepath.Join(root, "roaming", "aksight")},
		{"home", nil, filepath.Join(root, "home", ".config", "aksight")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := folder(func(name string) string { return c.env[name] }, home)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
	_, err := folder(func(string) string { return "" }, func() (string, error) { return "", errors.New("no home") })
	require.ErrorContains(t, err, "AKSIGHT_CONFIG_DIR")
}

func TestLoad(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("AKSIGHT_CONFIG_DIR", folder)
	config, err := Load()
	require.NoError(t, err, "a missing file is fine")
	assert.Equal(t, Config{folder: folder}, config)

	path := filepath.Join(folder, "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte("theme: light\n"), 0o600))
	config, err = Load()
	require.NoError(t, err)
	assert.Equal(t, Theme{Always: "light"}, config.Theme)

	require.NoError(t, os.WriteFile(path, []byte("teme: light\n"), 0o600))
	_, err = Load()
	require.ErrorContains(t, err, path+":1: ")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("theme: dark\nrules: {broadPrefix: 8}\nkeys: {quit: [q, Q]}\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("ascii: maybe\nwaivers: {a: b}\n<<: [1]\n? x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := Parse("config.yaml", data); err != nil {
			assert.NotContains(t, err.Error(), "Go struct", "a wrong type is said in our words")
		}
	})
}
