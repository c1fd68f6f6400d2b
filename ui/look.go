package ui

import (
	"fmt"

	"github.com/charmbracelet/colorprofile"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/term"
)

// look chooses the theme: the one the user names, else by what the terminal says of
// itself.
type look struct {
	theme    *themes.Theme
	terminal term.Terminal
	// named is set where the user chose, so that nothing changes the theme.
	named bool
	// colourless asks for no colours at all.
	colourless bool

	light   bool
	profile colorprofile.Profile
}

func newLook(name string, terminal term.Terminal) (look, error) {
	l := look{terminal: terminal, named: name != "", profile: colorprofile.TrueColor}
	if !l.named {
		l.colourless = terminal.NoColour || terminal.Dumb
		name = l.choose()
	}
	var err error
	l.theme, err = themes.Load(name)
	if err != nil {
		return l, fmt.Errorf("settings: %w", err)
	}
	l.colourless = l.colourless || name == "mono"
	return l, nil
}

func (l *look) choose() string {
	switch {
	case l.colourless || l.profile <= colorprofile.ASCII:
		return "mono"
	case l.profile == colorprofile.ANSI:
		return "ansi"
	case l.light:
		return "light"
	default:
		return "dark"
	}
}

// update takes what the terminal says; it reports whether the theme changes.
func (l *look) update(light bool, profile colorprofile.Profile) bool {
	l.light, l.profile = light, profile
	if l.named {
		return false
	}
	name := l.choose()
	if name == l.theme.Name {
		return false
	}
	theme, err := themes.Load(name)
	if err != nil { // the embedded themes are tested
		return false
	}
	l.theme = theme
	return true
}
