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
		{"unknown setting", "theme: dark\nthemes: light\n", `c.yaml:2: there is no setting "themes" here`},
		{"unknown nested setting", "rules:\n  # wide\n  broadprefix: 8\n", `c.yaml:3: there is no setting "broadprefix" here`},
		{"not a boolean", "theme: dark\n\nascii: [1]\n", "c.yaml:3: "},
		{"not a number", "rules:\n  broadPrefix: wide\n", "c.yaml:2: "},
		{"out of range", "ascii: false\nrules:\n  broadPrefix: 64\n", "c.yaml:3: rules.broadPrefix is a prefix length from 1 to 32, not 64"},
		{"shell", "\nshell: fish\n", `c.yaml:2: shell is posix or powershell, not "fish"`},
		{"broken YAML", "theme: dark\nkeys: {a\n", "c.yaml:2: "},
		{"twice", "theme: dark\nascii: true\ntheme: light\n", "c.yaml:3: "},
		{"two documents", "theme: dark\n---\ntheme: light\n", "c.yaml: the settings are one YAML document"},
		{"empty key", "keys:\n  quit: ['']\n", "c.yaml:2: keys.quit holds an empty key"},
		{"not a mapping", "- theme\n", "c.yaml:1: "},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("c.yaml", []byte(c.text))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			assert.NotContains(t, err.Error(), "\n", "an error is one line")
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
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = Parse("config.yaml", data)
	})
}
