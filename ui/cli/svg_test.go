package cli

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// look is how a cell is drawn.
type look struct {
	foreground, background              string
	bold, faint, italic, under, reverse bool
}

// svgColours are what a picture's terminal makes of the defaults and of the 16 colours.
type svgColours struct {
	foreground, background string
	ansi                   [16]string
}

var darkTerminal = svgColours{
	foreground: "#d7dae0", background: "#14171c",
	ansi: [16]string{
		"#2b303b", "#e06c75", "#98c379", "#d19a66", "#61afef", "#c678dd", "#56b6c2", "#abb2bf",
		"#5c6370", "#ff7b86", "#b5e090", "#e5c07b", "#7cc3ff", "#de8ff0", "#6fd3df", "#ffffff",
	},
}

// The size of a cell, and the space round the screen, in pixels.
const (
	cellWidth  = 8.4
	cellHeight = 18
	margin     = 14
)

// svg draws the lines of a screen, with their escape sequences, as a picture.
func svg(screen string, colours svgColours) string {
	lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	columns := 0
	for _, line := range lines {
		columns = max(columns, ansi.StringWidth(line))
	}
	width := float64(columns)*cellWidth + 2*margin
	height := len(lines)*cellHeight + 2*margin
	out := &strings.Builder{}
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" viewBox="0 0 %.0f %d" `+
		`font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14">`+"\n",
		width, height, width, height)
	fmt.Fprintf(out, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", colours.background)
	for row, line := range lines {
		drawLine(out, line, row, colours)
	}
	out.WriteString("</svg>\n")
	return out.String()
}

// drawLine draws the runs of one look, each stretched to its cells whatever the font.
func drawLine(out *strings.Builder, line string, row int, colours svgColours) {
	var current look
	run, start, column := "", 0, 0
	flush := func() {
		drawRun(out, run, start, column, row, current, colours)
		run, start = "", column
	}
	var state byte
	parser := ansi.NewParser()
	for line != "" {
		sequence, cells, n, next := ansi.DecodeSequence(line, state, parser)
		state, line = next, line[n:]
		if cells > 0 {
			run += sequence
			column += cells
			continue
		}
		if ansi.Cmd(parser.Command()).Final() == 'm' && strings.HasPrefix(sequence, "\x1b[") {
			flush()
			current = current.apply(sequence[2:len(sequence)-1], colours)
		}
	}
	flush()
}

func drawRun(out *strings.Builder, run string, start, end, row int, style look, colours svgColours) {
	if start == end {
		return
	}
	foreground, background := colours.foreground, ""
	if style.foreground != "" {
		foreground = style.foreground
	}
	if style.background != "" {
		background = style.background
	}
	if style.reverse {
		if background == "" {
			background = colours.background
		}
		foreground, background = background, foreground
	}
	x, y := margin+float64(start)*cellWidth, margin+row*cellHeight
	width := float64(end-start) * cellWidth
	if background != "" {
		fmt.Fprintf(out, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", x, y, width, cellHeight, background)
	}
	if strings.TrimSpace(run) == "" {
		return
	}
	attributes := ""
	if style.bold {
		attributes += ` font-weight="bold"`
	}
	if style.faint {
		attributes += ` opacity="0.6"`
	}
	if style.italic {
		attributes += ` font-style="italic"`
	}
	if style.under {
		attributes += ` text-decoration="underline"`
	}
	fmt.Fprintf(out, `<text x="%.1f" y="%d" textLength="%.1f" xml:space="preserve" fill="%s"%s>%s</text>`+"\n",
		x, y+cellHeight-5, width, foreground, attributes, html.EscapeString(run))
}

// apply changes a look by the parameters of an SGR sequence.
func (l look) apply(parameters string, colours svgColours) look {
	fields := strings.FieldsFunc(parameters, func(r rune) bool { return r == ';' || r == ':' })
	if len(fields) == 0 {
		return look{}
	}
	for i := 0; i < len(fields); i++ {
		code, err := strconv.Atoi(fields[i])
		if err != nil {
			continue
		}
		switch {
		case code == 0:
			l = look{}
		case code == 1:
			l.bold = true
		case code == 2:
			l.faint = true
		case code == 3:
			l.italic = true
		case code == 4:
			l.under = true
		case code == 7:
			l.reverse = true
		case code == 22:
			l.bold, l.faint = false, false
		case code == 23:
			l.italic = false
		case code == 24:
			l.under = false
		case code == 27:
			l.reverse = false
		case code >= 30 && code <= 37:
			l.foreground = colours.ansi[code-30]
		case code >= 90 && code <= 97:
			l.foreground = colours.ansi[code-90+8]
		case code >= 40 && code <= 47:
			l.background = colours.ansi[code-40]
		case code >= 100 && code <= 107:
			l.background = colours.ansi[code-100+8]
		case code == 39:
			l.foreground = ""
		case code == 49:
			l.background = ""
		case code == 38 || code == 48:
			colour, used := extended(fields[i+1:], colours)
			i += used
			if code == 38 {
				l.foreground = colour
			} else {
				l.background = colour
			}
		}
	}
	return l
}

// extended reads a colour of 256 or of all, and tells how many fields it took.
func extended(fields []string, colours svgColours) (colour string, used int) {
	number := func(i int) int {
		if i >= len(fields) {
			return 0
		}
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			return 0
		}
		return n
	}
	if number(0) == 2 {
		return fmt.Sprintf("#%02x%02x%02x", number(1), number(2), number(3)), 4
	}
	switch n := number(1); {
	case n < 16:
		return colours.ansi[n], 2
	case n < 232:
		n -= 16
		level := func(v int) int { return max(0, v*40+55) * min(v, 1) }
		return fmt.Sprintf("#%02x%02x%02x", level(n/36), level(n/6%6), level(n%6)), 2
	default:
		grey := 8 + (n-232)*10
		return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey), 2
	}
}
