package config

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
)

// Problem is one thing that is wrong with the settings.
type Problem struct {
	// Where is the file, with the line where that is known.
	Where string
	Say   string
	// Minor is set for what is not as good as it could be, but works.
	Minor bool
}

// Error says what is wrong and where.
func (p Problem) Error() string { return p.Where + ": " + p.Say }

// LoadAround reads the settings of this user as far as they can be understood: where
// the file is broken nothing of it holds, where keys or a theme are, those alone are
// left at their defaults. It returns what was left out.
func (p Place) LoadAround() (Config, []Problem) {
	data, err := p.read()
	if err != nil {
		return Config{folder: p.Folder}, []Problem{{Where: p.Path, Say: err.Error()}}
	}
	config, err := Parse(p.Path, data)
	if err != nil {
		return Config{folder: p.Folder}, []Problem{p.problem(err)}
	}
	config.folder = p.Folder
	var problems []Problem
	if wrong := p.checkKeys(&config, data); len(wrong) > 0 {
		problems = append(problems, wrong...)
		config.Keys = nil
	}
	if wrong := p.checkTheme(&config, data); len(wrong) > 0 {
		problems = append(problems, wrong...)
		config.Theme = Theme{}
	}
	return config, problems
}

// Check looks everything over: the settings, and the user's own themes.
func (p Place) Check() []Problem {
	_, problems := p.LoadAround()
	library := p.Themes()
	for _, name := range library.Names() {
		place, own := library.Own(name)
		if !own {
			continue
		}
		theme, wrong := library.Check(name)
		for _, err := range wrong {
			problems = appendNew(problems, p.problem(err))
		}
		if len(wrong) == 0 {
			problems = append(problems, weak(place, theme)...)
		}
	}
	return problems
}

// weak says which tokens of a theme are hard to read, and where they are most, line by
// line of the theme's file.
func weak(place string, theme *themes.Theme) []Problem {
	var worst []themes.Weakness // one a token
	places := map[string]int{}
	for _, weakness := range theme.Weaknesses() { // those of a token follow each other
		last := len(worst) - 1
		switch places[weakness.Token]++; {
		case places[weakness.Token] == 1:
			worst = append(worst, weakness)
		case weakness.Contrast < worst[last].Contrast:
			worst[last] = weakness
		}
	}
	slices.SortStableFunc(worst, func(a, b themes.Weakness) int { return a.Line - b.Line })
	problems := make([]Problem, 0, len(worst))
	for _, weakness := range worst {
		where := place
		if weakness.Line > 0 {
			where = fmt.Sprintf("%s:%d", place, weakness.Line)
		}
		problems = append(problems, Problem{Where: where, Say: fmt.Sprintf("%s (of %d such backgrounds)", weakness, places[weakness.Token]), Minor: true})
	}
	return problems
}

func appendNew(problems []Problem, one Problem) []Problem {
	if slices.Contains(problems, one) {
		return problems
	}
	return append(problems, one)
}

// problem takes an error that begins with the place apart.
func (p Place) problem(err error) Problem {
	text := err.Error()
	for _, file := range []string{p.Path, filepath.Join(p.Folder, "themes")} {
		if rest, is := strings.CutPrefix(text, file); is {
			if where, say, cut := strings.Cut(rest, ": "); cut {
				return Problem{Where: file + where, Say: say}
			}
		}
	}
	return Problem{Where: p.Path, Say: text}
}

func (p Place) at(line int) string { return fmt.Sprintf("%s:%d", p.Path, line) }

// checkKeys names every key that is wrong, and the line that gives it.
func (p Place) checkKeys(config *Config, data []byte) []Problem {
	var problems []Problem
	for _, wrong := range action.Check(config.Remap()) {
		problems = append(problems, Problem{
			Where: p.at(lineOf(data, "$.keys."+wrong.Action)), Say: strings.TrimPrefix(wrong.Error(), "keys: "),
		})
	}
	return problems
}

// checkTheme looks whether the themes that are named can be used.
func (p Place) checkTheme(config *Config, data []byte) []Problem {
	var problems []Problem
	named := map[string]string{"$.theme": config.Theme.Always, "$.theme.dark": config.Theme.Dark, "$.theme.light": config.Theme.Light}
	for _, path := range slices.Sorted(maps.Keys(named)) {
		if named[path] == "" {
			continue
		}
		_, wrong := p.Themes().Check(named[path])
		for _, err := range wrong {
			problem := p.problem(err)
			if problem.Where == p.Path { // it is not in a theme's file, but there is no such theme
				problem.Where = p.at(lineOf(data, path))
			}
			problems = appendNew(problems, problem)
		}
	}
	return problems
}

// Remap returns the keys as the registry of actions takes them.
func (c *Config) Remap() map[string][]string {
	remap := make(map[string][]string, len(c.Keys))
	for name, keys := range c.Keys {
		remap[name] = keys
	}
	return remap
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Errors are the problems that are not minor, as one error; nil where there are none.
func Errors(problems []Problem) error {
	var all []error
	for _, problem := range problems {
		if !problem.Minor {
			all = append(all, problem)
		}
	}
	return errors.Join(all...)
}
