package themes

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// What WCAG 2 AA asks of text, and of marks and lines.
const (
	textContrast = 4.5
	markContrast = 3
)

// Ground is a terminal that a theme may meet: its colours are not ours to choose.
type Ground struct {
	Name string
	// Background and Text are the terminal's own.
	Background, Text string
	// Colours are its 16 colours, or empty where only the background is looked at.
	Colours [16]string
}

// The 16 colours of terminals in wide use, each with a background that it comes with.
var (
	xterm = [16]string{
		"#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5",
		"#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff",
	}
	console = [16]string{
		"#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
		"#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff",
	}
	code = [16]string{ // Visual Studio Code, dark
		"#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#e5e5e5",
		"#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#e5e5e5",
	}
	codeLight = [16]string{ // and light
		"#000000", "#cd3131", "#107c10", "#949800", "#0451a5", "#bc05bc", "#0598bc", "#555555",
		"#666666", "#cd3131", "#14ce14", "#b5ba00", "#0451a5", "#bc05bc", "#0598bc", "#a5a5a5",
	}
)

// Grounds are the terminals that a theme has to be readable on.
func (t *Theme) Grounds() []Ground {
	if !t.Dark {
		return []Ground{
			{"a white terminal", "#ffffff", "#202020", xterm},
			{"a light grey terminal", "#f4f4f4", "#202020", console},
			{"Visual Studio Code, light", "#ffffff", "#333333", codeLight},
		}
	}
	return []Ground{
		{"a black terminal", "#000000", "#d0d0d0", xterm},
		{"the Linux console", "#000000", "#aaaaaa", console},
		{"Visual Studio Code, dark", "#1e1e1e", "#cccccc", code},
		{"a slate terminal", "#282c34", "#d0d0d0", [16]string{}},
	}
}

// Weakness is something that is hard to read.
type Weakness struct {
	Token, Behind string
	Contrast      float64
	Wanted        float64
	// Line is where the theme's own file gives one of the two; 0 where its base does.
	Line int
}

// String says what is hard to read.
func (w Weakness) String() string {
	return fmt.Sprintf("%s on %s has a contrast of %.1f to 1: WCAG AA asks for %.1f", w.Token, w.Behind, w.Contrast, w.Wanted)
}

// Weaknesses lists what is hard to read: every colour of text on every background
// that it may be drawn on, and lines on the terminal's own.
func (t *Theme) Weaknesses() []Weakness {
	worst := map[string]Weakness{}
	for _, ground := range t.Grounds() {
		for token := range Selected {
			front := hex(t.written[token], ground, ground.Text)
			if front == "" {
				continue
			}
			backs := map[string]string{ground.Name: ground.Background}
			wanted := float64(markContrast)
			if token != Border {
				wanted = textContrast
				for behind := Selected; behind < count; behind++ {
					backs[names[behind]] = hex(t.written[behind], ground, ground.Background)
				}
			}
			for name, back := range backs {
				if back == "" {
					continue
				}
				w := Weakness{Token: names[token], Behind: name, Contrast: Contrast(front, back), Wanted: wanted, Line: t.lines[token]}
				if behind := slices.Index(names[:], name); w.Line == 0 && behind >= 0 {
					w.Line = t.lines[behind]
				}
				key := names[token] + " " + name
				if known, is := worst[key]; w.Contrast < wanted && (!is || w.Contrast < known.Contrast) {
					worst[key] = w
				}
			}
		}
	}
	list := make([]Weakness, 0, len(worst))
	for _, w := range worst {
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b Weakness) int { return strings.Compare(a.String(), b.String()) })
	return list
}

// Hex returns the colour of a token as #rrggbb on a terminal: of text or, for a token
// that stands behind text, of the background.
func (t *Theme) Hex(token Style, ground Ground) string {
	none := ground.Text
	if token.isBackground() {
		none = ground.Background
	}
	return hex(t.written[min(token, count-1)], ground, none)
}

func hex(look string, ground Ground, none string) string {
	for word := range strings.FieldsSeq(look) {
		if _, _, _, ok := RGB(word); ok {
			return word
		}
		if at := slices.Index(colours, word); at >= 0 {
			return ground.Colours[at]
		}
	}
	return none
}

// Contrast is the contrast ratio of WCAG 2 between two colours written as #rrggbb:
// from 1, no contrast, to 21.
func Contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(colour string) float64 {
	r, g, b, _ := RGB(colour)
	linear := func(v uint8) float64 {
		c := float64(v) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
