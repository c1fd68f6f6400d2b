package ui

import (
	"fmt"

	"github.com/charmbracelet/colorprofile"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/term"
)

// Colours are the themes that a user wants: one whatever the terminal is, or one for
// each background, between which the explorer switches as the terminal does.
type Colours struct {
	Always string `json:"always,omitempty"`
	Dark   string `json:"dark,omitempty"`
	Light  string `json:"light,omitempty"`
}

// look chooses the theme: the one the user names, else by what the terminal says of
// itself.
type look struct {
	library  *themes.Library
	theme    *themes.Theme
	terminal term.Terminal
	// wants are the themes of the settings, or those that were chosen since.
	wants Colours
	// settings are the themes of the settings.
	settings Colours
	// colourless asks for no colours at all, whatever is named.
	colourless bool

	light   bool
	profile colorprofile.Profile
}

func newLook(wants Colours, library *themes.Library, terminal term.Terminal) (look, error) {
	l := look{
		library: library, terminal: terminal, wants: wants, settings: wants, profile: colorprofile.TrueColor,
		colourless: terminal.NoColour || terminal.Dumb,
	}
	var err error
	if l.theme, err = library.Load(l.choose()); err != nil {
		return l, fmt.Errorf("settings: %w", err)
	}
	return l, nil
}

// follows reports whether the theme depends on what the terminal says.
func (l *look) follows() bool { return l.wants.Always == "" && !l.colourless }

// plain reports whether no colours are to be sent.
func (l *look) plain() bool { return l.colourless || l.theme.Name == "mono" }

func (l *look) choose() string {
	ansi := l.profile == colorprofile.ANSI
	switch {
	case l.colourless || l.profile <= colorprofile.ASCII:
		return "mono"
	case l.wants.Always != "":
		return l.wants.Always
	case l.light && l.wants.Light != "":
		return l.wants.Light
	case !l.light && l.wants.Dark != "":
		return l.wants.Dark
	case l.light && ansi:
		return "ansi-light"
	case ansi:
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
	return l.apply()
}

// want takes other themes.
func (l *look) want(wants Colours) {
	l.wants = wants
	l.apply()
}

// apply shows the theme that is wanted; it reports whether that is another one.
func (l *look) apply() bool {
	before := l.theme
	if l.choose() != before.Name {
		l.back()
	}
	return l.theme != before
}

// back shows the theme that is wanted after others. One that cannot be used, as the
// user may have broken it since, leaves the theme as it is.
func (l *look) back() {
	if theme, err := l.library.Load(l.choose()); err == nil {
		l.theme = theme
	}
}
