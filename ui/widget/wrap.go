package widget

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// Wrap breaks text into lines of at most width cells, between words where it can.
// Line breaks in the text stay.
func Wrap(text string, width int, ascii bool) []string {
	width = max(1, width)
	// Where text that is not valid UTF-8 is cut changes what its bytes are taken for,
	// and so how wide they are.
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = wrapLine(lines, paragraph, width, ascii)
	}
	return lines
}

func wrapLine(lines []string, text string, width int, ascii bool) []string {
	var line strings.Builder
	used := 0
	end := func() {
		lines = append(lines, line.String())
		line.Reset()
		used = 0
	}
	for i, word := range strings.Fields(text) {
		need := Width(word, ascii)
		if i > 0 && used > 0 && used+1+need > width {
			end()
		}
		if used > 0 {
			line.WriteByte(' ')
			used++
		}
		for used+need > width { // a word longer than a line is cut
			head := fit(word, width-used, ascii)
			if head == 0 && used > 0 {
				end()
				continue
			}
			if head == 0 {
				head = least(word, width, ascii)
			}
			line.WriteString(word[:head])
			end()
			word = word[head:]
			need = Width(word, ascii)
			if word == "" {
				break
			}
		}
		line.WriteString(word)
		used += need
	}
	if line.Len() > 0 || text == "" || len(strings.Fields(text)) == 0 {
		end()
	}
	return lines
}

// least returns how many bytes of text a line takes at least: a grapheme, or a
// character of one that is spelled out and wider than a line.
func least(text string, width int, ascii bool) int {
	graphemes := displaywidth.StringGraphemes(text)
	if !graphemes.Next() {
		return len(text)
	}
	if _, cells := Visible(graphemes.Value(), graphemes.Width(), ascii); cells > width {
		_, size := decode(text)
		return size
	}
	return len(graphemes.Value())
}

// fit returns how many bytes of text go into width cells.
func fit(text string, width int, ascii bool) int {
	used, bytes := 0, 0
	graphemes := displaywidth.StringGraphemes(text)
	for graphemes.Next() {
		_, cells := Visible(graphemes.Value(), graphemes.Width(), ascii)
		if used+cells > width {
			break
		}
		used += cells
		bytes += len(graphemes.Value())
	}
	return bytes
}
