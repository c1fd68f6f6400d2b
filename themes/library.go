package themes

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// builtIn are the themes that come with the program.
var builtIn = []string{
	"dark", "light", "contrast", "contrast-light", "deuteranopia", "deuteranopia-light",
	"tritanopia", "tritanopia-light", "ansi", "ansi-light", "mono",
}

// Names lists the themes that come with the program.
func Names() []string { return slices.Clone(builtIn) }

// Load returns the theme of that name that comes with the program.
func Load(name string) (*Theme, error) { return (*Library)(nil).Load(name) }

// Library finds themes by their names: the user's own, then those that come with the
// program. A nil Library has only the latter.
type Library struct {
	own   fs.FS
	place string
}

// NewLibrary returns a library with the user's themes in a folder, which need not
// exist: NAME.yaml each. Place names the folder in errors.
func NewLibrary(own fs.FS, place string) *Library { return &Library{own, place} }

// Names lists the themes that come with the program, then the user's own.
func (l *Library) Names() []string {
	names := Names()
	if l == nil {
		return names
	}
	entries, err := fs.ReadDir(l.own, ".")
	if err != nil { // usually there is no such folder
		return names
	}
	for _, entry := range entries {
		name, is := strings.CutSuffix(entry.Name(), ".yaml")
		if is && !entry.IsDir() && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Own reports whether the theme is one of the user's, and where it lies.
func (l *Library) Own(name string) (place string, own bool) {
	_, place, own, _ = l.open(name)
	return place, own
}

// Load returns the theme of that name; the error is the first thing that is wrong.
func (l *Library) Load(name string) (*Theme, error) {
	theme, problems := l.load(name, nil)
	if len(problems) > 0 {
		return theme, problems[0]
	}
	return theme, nil
}

// Check returns the theme of that name, and all that is wrong with its file, line by
// line.
func (l *Library) Check(name string) (*Theme, []error) { return l.load(name, nil) }

// load follows bases; over lists the themes that led here.
func (l *Library) load(name string, over []string) (*Theme, []error) {
	text, place, own, err := l.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, []error{fmt.Errorf("there is no theme %q: use one of %s", name, strings.Join(l.Names(), ", "))}
	}
	if err != nil {
		return nil, []error{err}
	}
	f, err := read(place, text)
	if err != nil {
		return nil, []error{err}
	}
	from := l
	if f.Base == name && own { // an own "dark" starts from the program's
		from = nil
	}
	if from != nil && slices.Contains(over, f.Base) {
		return nil, []error{fmt.Errorf("%s: themes start from each other: %s", place, strings.Join(append(over, name, f.Base), ", "))}
	}
	theme := &Theme{Dark: true}
	if f.Base != "" {
		base, problems := from.load(f.Base, append(over, name))
		if len(problems) > 0 {
			return nil, []error{fmt.Errorf("%s: base: %w", place, problems[0])}
		}
		*theme = *base
		theme.lines = [count]int{}
	}
	theme.Name = name
	if f.Dark != nil {
		theme.Dark = *f.Dark
	}
	return theme, theme.set(place, f)
}

// open reads a theme's file; place names it in errors.
func (l *Library) open(name string) (text []byte, place string, own bool, err error) {
	file := name + ".yaml"
	if l != nil && fs.ValidPath(file) && !strings.Contains(file, "/") {
		text, err = fs.ReadFile(l.own, file)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return text, filepath.Join(l.place, file), true, err
		}
	}
	if !slices.Contains(builtIn, name) {
		return nil, file, false, fs.ErrNotExist
	}
	text, err = files.ReadFile(file)
	return text, file, false, err
}

// set takes what a file says over what holds already, and returns what is wrong with
// it in the order of the file.
func (t *Theme) set(place string, f file) []error {
	var problems []error
	wrong := func(line int, err error) { problems = append(problems, fmt.Errorf("%s:%d: %w", place, line, err)) }
	order := slices.SortedFunc(maps.Keys(f.Tokens), func(a, b string) int {
		return cmp.Or(f.Tokens[a].line-f.Tokens[b].line, strings.Compare(a, b))
	})
	for _, name := range order {
		value := f.Tokens[name]
		token := slices.Index(names[:], name)
		if token < 0 {
			wrong(value.line, fmt.Errorf("there is no token %q: the tokens are %s", name, strings.Join(names[:], ", ")))
			continue
		}
		if value.wrong != nil {
			wrong(value.line, value.wrong)
			continue
		}
		behind := Style(token).isBackground()
		parameters, err := sgr(value.look, behind)
		if err != nil {
			wrong(value.line, fmt.Errorf("%s: %w", name, err))
			continue
		}
		t.written[token], t.lines[token] = value.look, value.line
		if behind {
			t.backgrounds[token] = parameters
		} else {
			t.foregrounds[token] = parameters
		}
	}
	if f.Base != "" {
		return problems
	}
	for token, name := range names {
		if _, given := f.Tokens[name]; !given && t.written[token] == "" {
			problems = append(problems, fmt.Errorf("%s: the token %q is missing: give it, or start from another theme with base", place, name))
		}
	}
	return problems
}
