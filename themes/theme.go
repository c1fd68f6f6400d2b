package themes

import (
	"fmt"
	"strconv"
	"strings"
)

// Theme turns styles into escape sequences. It is immutable.
type Theme struct {
	// Name is what users write in their settings.
	Name string
	// Dark is set for themes that are meant for a dark background.
	Dark bool

	written     [count]string // as the files have it
	lines       [count]int    // of the theme's own file; 0 for what its base says
	foregrounds [count]string
	backgrounds [count]string
}

// colours are the names of the 16 colours that every terminal has.
var colours = []string{
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow",
	"bright-blue", "bright-magenta", "bright-cyan", "bright-white",
}

// parameters of attributes, as theme files spell them.
var attributeWords = map[string]string{
	"bold": "1", "dim": "2", "italic": "3", "underline": "4", "reverse": "7",
}

// sgr turns "#rrggbb bold" into the parameters of a Select Graphic Rendition.
func sgr(value string, behind bool) (string, error) {
	var parts []string
	for word := range strings.FieldsSeq(value) {
		if word == "none" {
			continue
		}
		if parameter, known := attributeWords[word]; known {
			parts = append(parts, parameter)
			continue
		}
		parameter, err := colour(word, behind)
		if err != nil {
			return "", err
		}
		parts = append(parts, parameter)
	}
	return strings.Join(parts, ";"), nil
}

func colour(word string, behind bool) (string, error) {
	if r, g, b, ok := RGB(word); ok {
		base := 38
		if behind {
			base = 48
		}
		return fmt.Sprintf("%d;2;%d;%d;%d", base, r, g, b), nil
	}
	for i, name := range colours {
		if name != word {
			continue
		}
		base := 30
		if i >= 8 {
			base = 90 - 8
		}
		if behind {
			base += 10
		}
		return strconv.Itoa(base + i), nil
	}
	return "", fmt.Errorf("%q is not a colour: use #rrggbb, one of %s, an attribute or none",
		word, strings.Join(colours, ", "))
}

// RGB reads #rrggbb.
func RGB(word string) (r, g, b uint8, ok bool) {
	if len(word) != 7 || word[0] != '#' {
		return 0, 0, 0, false
	}
	n, err := strconv.ParseUint(word[1:], 16, 32)
	if err != nil {
		return 0, 0, 0, false
	}
	return uint8(n >> 16), uint8(n >> 8), uint8(n), true
}

// Append appends the escape sequence that makes what follows look like the style,
// whatever came before.
func (t *Theme) Append(to []byte, s Style) []byte {
	to = append(to, "\x1b[0"...)
	if s&attributes != 0 {
		for i, parameter := range [...]byte{'1', '2', '3', '4', '7'} {
			if s&(Bold<<i) != 0 {
				to = append(to, ';', parameter)
			}
		}
	}
	if front := t.foregrounds[min(s.Foreground(), count-1)]; front != "" {
		to = append(to, ';')
		to = append(to, front...)
	}
	if back := t.backgrounds[min(s.Background(), count-1)]; back != "" {
		to = append(to, ';')
		to = append(to, back...)
	}
	return append(to, 'm')
}
