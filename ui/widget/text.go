package widget

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

func decode(text string) (rune, int) { return utf8.DecodeRuneInString(text) }

// Visible returns what to draw for one grapheme of data and how many cells it
// takes. Control characters, marks that turn the direction of text round and
// characters without width would let data change how a line reads: they are drawn
// as dots or as their number.
func Visible(cluster string, width int, ascii bool) (string, int) {
	if len(cluster) == 1 {
		switch b := cluster[0]; {
		case b >= ' ' && b < 0x7f:
			return cluster, 1
		case b == '\t' || b == '\n':
			return " ", 1
		}
	}
	if strings.ContainsFunc(cluster, hidden) {
		return spellOut(cluster)
	}
	if width <= 0 {
		r, _ := decode(cluster)
		return escape(r)
	}
	if ascii {
		return "?", 1
	}
	return cluster, min(width, 2)
}

// spellOut writes a grapheme that hides a character in plain ASCII: the letters as
// they are, the rest by its number.
func spellOut(cluster string) (string, int) {
	var text strings.Builder
	for _, r := range cluster {
		if r >= ' ' && r < 0x7f {
			text.WriteRune(r)
			continue
		}
		escaped, _ := escape(r)
		text.WriteString(escaped)
	}
	return text.String(), text.Len()
}

// hidden reports whether a character steers rather than shows.
func hidden(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0, r == utf8.RuneError:
		return true
	case r == 0x00ad, r == 0x061c, r == 0x180e, r == 0xfeff:
		return true
	case r >= 0x200b && r <= 0x200f && r != 0x200d: // a joiner within an emoji is none of these
		return true
	case r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xe0000 && r <= 0xe007f: // tags: flags of regions use them, and so do hidden messages
		return true
	default:
		return false
	}
}

// escape makes a character without a face visible.
func escape(r rune) (string, int) {
	if r == utf8.RuneError || r < ' ' && r != 0x1b {
		return ".", 1
	}
	text := fmt.Sprintf(`\u%04x`, r)
	return text, len(text)
}

// Width returns how many cells text takes when a pen writes it.
func Width(text string, ascii bool) int {
	total := 0
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= 0x7f {
			return wide(text, ascii)
		}
		total++
	}
	return total
}

func wide(text string, ascii bool) int {
	total := 0
	graphemes := displaywidth.StringGraphemes(text)
	for graphemes.Next() {
		_, width := Visible(graphemes.Value(), graphemes.Width(), ascii)
		total += width
	}
	return total
}

// Neutral returns text as a pen writes it, for places that take no pen, such as the
// window's title.
func Neutral(text string) string { return Spelled(text, false) }

// Spelled returns text as a pen writes it, in plain ASCII where that is asked for.
func Spelled(text string, ascii bool) string {
	var out []byte
	graphemes := displaywidth.StringGraphemes(text)
	for graphemes.Next() {
		shown, _ := Visible(graphemes.Value(), graphemes.Width(), ascii)
		out = append(out, shown...)
	}
	return string(out)
}
