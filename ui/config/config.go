// Package config reads the user's settings. It alone knows where they lie: others
// receive values, never paths.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/goccy/go-yaml"
)

// Config holds the settings. Its zero value is what holds without a file.
type Config struct {
	// Theme names the colours.
	Theme Theme `yaml:"theme"`
	// ASCII draws with plain ASCII only.
	ASCII bool `yaml:"ascii"`
	// Shell is whose quoting commands follow: posix or powershell, or empty for the
	// usual one of the operating system.
	Shell string `yaml:"shell"`
	// LastPlace opens the explorer where it was left: true where nil.
	LastPlace *bool `yaml:"lastPlace"`
	// Rules are the settings that rules read, such as broadPrefix.
	Rules Rules `yaml:"rules"`
	// Keys gives actions other keys, by the action's name.
	Keys map[string]Keys `yaml:"keys"`
	// Waivers are the files with waivers, as written; see WaiverFiles.
	Waivers []string `yaml:"waivers"`

	folder string // where the settings lie
}

// Theme names the colours: one theme for every terminal, or one for dark and one for
// light ones. The zero value follows the terminal with the usual two.
type Theme struct {
	Always string `yaml:"-"`
	Dark   string `yaml:"dark"`
	Light  string `yaml:"light"`
}

// UnmarshalYAML reads a name, or a name for each background.
func (t *Theme) UnmarshalYAML(unmarshal func(any) error) error {
	if unmarshal(&t.Always) == nil {
		return nil
	}
	type pair Theme
	return unmarshal((*pair)(t))
}

// Restores reports whether the explorer opens where it was left.
func (c *Config) Restores() bool { return c.LastPlace == nil || *c.LastPlace }

// Rules are the settings that rules judge by.
type Rules struct {
	// BroadPrefix is the prefix length below which an authorized IPv4 range counts as
	// broad: 16 where nil.
	BroadPrefix *int `yaml:"broadPrefix"`
	// Registries are those that images may come from: hosts, hosts with the beginning of a
	// path, or with * for a part of the host.
	Registries []string `yaml:"registries"`
	// Folders hold the user's own rules, as written; see RuleFolders.
	Folders []string `yaml:"folders"`
}

// Values returns what rules read as config: only what was set, so that the rules'
// own defaults hold for the rest.
func (r Rules) Values() map[string]any {
	values := map[string]any{}
	if r.BroadPrefix != nil {
		values["broadPrefix"] = int64(*r.BroadPrefix)
	}
	if len(r.Registries) > 0 {
		list := make([]any, len(r.Registries))
		for i, registry := range r.Registries {
			list[i] = registry
		}
		values["registries"] = list
	}
	return values
}

// Keys are the keys of one action; in the file one key or a list.
type Keys []string

// UnmarshalYAML reads one key or a list of keys.
func (k *Keys) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if unmarshal(&one) == nil {
		*k = Keys{one}
		return nil
	}
	var several []string
	if err := unmarshal(&several); err != nil {
		return err
	}
	*k = several
	return nil
}

// Load reads the settings of this user. A missing file is as good as an empty one.
func Load() (Config, error) {
	place, err := Find()
	if err != nil {
		return Config{}, err
	}
	data, err := place.read()
	if err != nil {
		return Config{}, err
	}
	config, err := Parse(place.Path, data)
	config.folder = place.Folder
	return config, err
}

// Parse reads settings; name stands for the file in errors.
func Parse(name string, data []byte) (Config, error) {
	var config Config
	if err := checkShape(name, data); err != nil {
		return Config{}, err
	}
	// Decode reads one document: a second one would be passed over in silence.
	decoder := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := decoder.Decode(&config); err != nil && !errors.Is(err, io.EOF) {
		return Config{}, at(name, err)
	}
	if err := decoder.Decode(&Config{}); !errors.Is(err, io.EOF) {
		return Config{}, fmt.Errorf("%s: the settings are one YAML document: take the second one out", name)
	}
	if err := config.check(name, data); err != nil {
		return Config{}, err
	}
	return config, nil
}

// at turns the decoder's error into one line that begins with the place.
func at(name string, err error) error {
	problem, known := errors.AsType[yaml.Error](err)
	if !known || problem.GetToken() == nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	message := problem.GetMessage()
	if _, unknown := errors.AsType[*yaml.UnknownFieldError](err); unknown { // it was merged in
		message = fmt.Sprintf("there is no setting %q here", problem.GetToken().Value)
	}
	return fmt.Errorf("%s:%d: %s", name, problem.GetToken().Position.Line, message)
}

// shells are the values of the setting shell.
var shells = []string{"", "posix", "powershell"}

// check refuses values that decode but mean nothing.
func (c *Config) check(name string, data []byte) error {
	if !slices.Contains(shells, c.Shell) {
		return fmt.Errorf("%s:%d: shell is posix or powershell, not %q", name, lineOf(data, "$.shell"), c.Shell)
	}
	if prefix := c.Rules.BroadPrefix; prefix != nil && (*prefix < 1 || *prefix > 32) {
		return fmt.Errorf("%s:%d: rules.broadPrefix is a prefix length from 1 to 32, not %d",
			name, lineOf(data, "$.rules.broadPrefix"), *prefix)
	}
	for action, keys := range c.Keys {
		if slices.Contains(keys, "") {
			return fmt.Errorf("%s:%d: keys.%s holds an empty key", name, lineOf(data, "$.keys."+action), action)
		}
	}
	return nil
}

// lineOf returns the line on which the value at a YAML path stands.
func lineOf(data []byte, path string) int {
	query, err := yaml.PathString(path)
	if err != nil {
		return 1
	}
	node, err := query.ReadNode(bytes.NewReader(data))
	if err != nil {
		return 1
	}
	return node.GetToken().Position.Line
}
