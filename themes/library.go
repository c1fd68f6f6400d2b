package themes

import (
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

// Load returns the theme of that name.
func (l *Library) Load(name string) (*Theme, error) { return l.load(name, nil) }

// load follows bases; over lists the themes that led here.
func (l *Library) load(name string, over []string) (*Theme, error) {
	text, place, own, err := l.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no theme %q: use one of %s", name, strings.Join(l.Names(), ", "))
	}
	if err != nil {
		return nil, err
	}
	f, err := read(place, text)
	if err != nil {
		return nil, err
	}
	from := l
	if f.Base == name && own { // an own "dark" starts from the program's
		from = nil
	}
	if from != nil && slices.Contains(over, f.Base) {
		return nil, fmt.Errorf("%s: themes start from each other: %s", place, strings.Join(append(over, name, f.Base), ", "))
	}
	theme := &Theme{Dark: true}
	if f.Base != "" {
		base, err := from.load(f.Base, append(over, name))
		if err != nil {
			return nil, fmt.Errorf("%s: base: %w", place, err)
		}
		*theme = *base
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

// set takes what a file says over what holds already.
func (t *Theme) set(place string, f file) error {
	// In the order of the file, so that the first thing that is wrong is told.
	order := slices.SortedFunc(maps.Keys(f.Tokens), func(a, b string) int { return f.Tokens[a].line - f.Tokens[b].line })
	for _, name := range order {
		value := f.Tokens[name]
		token := slices.Index(names[:], name)
		if token < 0 {
			return fmt.Errorf("%s:%d: there is no token %q: the tokens are %s", place, value.line, name, strings.Join(names[:], ", "))
		}
		behind := Style(token).isBackground()
		parameters, err := sgr(value.look, behind)
		if err != nil {
			return fmt.Errorf("%s:%d: %s: %w", place, value.line, name, err)
		}
		t.written[token] = value.look
		if behind {
			t.backgrounds[token] = parameters
		} else {
			t.foregrounds[token] = parameters
		}
	}
	if f.Base != "" {
		return nil
	}
	for token, name := range names {
		if t.written[token] == "" {
			return fmt.Errorf("%s: the token %q is missing: give it, or start from another theme with base", place, name)
		}
	}
	return nil
}
