package config

import (
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// Setting is one thing that a user can set.
type Setting struct {
	// Path is its name in the file, with dots between levels.
	Path string
	// Default is what holds without it, as YAML.
	Default string
	// Example is what the starter file shows; the default where empty.
	Example string
	// Says is what it is for, for the starter file.
	Says string

	shape shape
}

// Settings lists all settings, in the order of the starter file.
func Settings() []Setting {
	return []Setting{
		{Path: "theme", shape: themeNames, Default: "{dark: dark, light: light}",
			Says: "the colours: one theme, or one for dark and one for light terminals, between which the\n" +
				"explorer switches as the terminal does; T in the explorer shows them all"},
		{Path: "ascii", shape: yesOrNo, Default: "false", Says: "draw with plain ASCII"},
		{Path: "shell", shape: aText, Default: "", Example: "posix",
			Says: "whose quoting commands follow: posix or powershell (on Windows powershell where not set)"},
		{Path: "lastPlace", shape: yesOrNo, Default: "true", Says: "open the explorer where you left it (--fresh passes over it for one run)"},
		{Path: "rules.broadPrefix", shape: wholeNumber, Default: "16", Says: "an authorized IPv4 range wider than this counts as broad (AKS-NET-002)"},
		{Path: "rules.registries", shape: texts, Default: "[]", Example: "[contoso.azurecr.io, ghcr.io/contoso]",
			Says: "registries that images may come from (AKS-WL-053, AKS-REG-019)"},
		{Path: "rules.folders", shape: texts, Default: "[]", Example: "[~/our-rules, rules]",
			Says: "folders with your own rules, relative to this file"},
		{Path: "waivers", shape: texts, Default: "[waivers.yaml]", Says: "files with waivers, relative to this file; new ones go into the first"},
		{Path: "keys", shape: keysByName, Default: "{}", Example: "{refresh: ctrl+r, palette: [\":\", ctrl+k]}",
			Says: "other keys for actions, one or a list; the names are in docs/keys.md and in the explorer's help"},
	}
}

// Starter is the file that new settings begin with.
func Starter() string {
	out := &strings.Builder{}
	out.WriteString("# The settings of aksight. A line that begins with # sets nothing: take the # away to\n" +
		"# set what it says. \"aksight config check\" looks the file over.\n")
	inside := ""
	for _, setting := range Settings() {
		value := setting.Example
		if value == "" {
			value = setting.Default
		}
		group, name, nested := strings.Cut(setting.Path, ".")
		if !nested {
			group, name = "", setting.Path
		}
		if group != inside && nested {
			out.WriteString("\n#" + group + ":\n")
		} else if !nested {
			out.WriteString("\n")
		}
		inside = group
		indent := ""
		if nested {
			indent = "  "
		}
		for line := range strings.SplitSeq(setting.Says, "\n") {
			out.WriteString("#" + indent + " " + line + "\n")
		}
		out.WriteString("#" + indent + name + ": " + value + "\n")
	}
	return out.String()
}

// Effective is a setting as it holds, and where that comes from.
type Effective struct{ Path, Value, From string }

// Effective lists every setting as it holds. The file's keys are listed one by one.
func (p Place) Effective() ([]Effective, error) {
	data, err := p.read()
	if err != nil {
		return nil, err
	}
	if _, err := Parse(p.Path, data); err != nil {
		return nil, err
	}
	var list []Effective
	for _, setting := range Settings() {
		found := p.written(data, setting.Path)
		if found == nil {
			found = []Effective{{setting.Path, setting.Default, "default"}}
		}
		list = append(list, found...)
	}
	return list, nil
}

// written returns a setting as the file has it: one by one where it is keys.
func (p Place) written(data []byte, path string) []Effective {
	file, err := parser.ParseBytes(data, 0)
	if err != nil || len(file.Docs) == 0 {
		return nil
	}
	query, err := yaml.PathString("$." + path)
	if err != nil {
		return nil
	}
	node, err := query.FilterFile(file)
	if err != nil || node == nil {
		return nil
	}
	var value any
	if err := yaml.NodeToValue(node, &value); err != nil || value == nil {
		return nil
	}
	if several, is := value.(map[string]any); is && path == "keys" {
		var list []Effective
		for _, name := range sortedNames(several) {
			list = append(list, p.written(data, path+"."+name)...)
		}
		return list
	}
	text, err := yaml.MarshalWithOptions(value, yaml.Flow(true))
	if err != nil {
		return nil
	}
	return []Effective{{path, strings.TrimSpace(string(text)), p.at(lineOf(data, "$."+path))}}
}
