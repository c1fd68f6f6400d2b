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

// svgColours are what a picture's terminal makes of the defaults and of the 16
// colours, and what its window looks like.
type svgColours struct {
	foreground, background string
	bar, edge, title       string
	ansi                   [16]string
}

var darkTerminal = svgColours{
	foreground: "#d7dae0", background: "#14171c", bar: "#1d2128", edge: "#333a45", title: "#98a2b5",
	ansi: [16]string{
		"#2b303b", "#e06c75", "#98c379", "#d19a66", "#61afef", "#c678dd", "#56b6c2", "#abb2bf",
		"#5c6370", "#ff7b86", "#b5e090", "#e5c07b", "#7cc3ff", "#de8ff0", "#6fd3df", "#ffffff",
	},
}

var lightTerminal = svgColours{
	foreground: "#24292f", background: "#ffffff", bar: "#f3f5f8", edge: "#cfd5de", title: "#5a6372",
	ansi: [16]string{
		"#24292f", "#b3202e", "#136330", "#6f5200", "#0058a8", "#6b3fa0", "#0b6470", "#5a6372",
		"#4f5867", "#c02a3a", "#1a7a3d", "#8a6500", "#0a6bc8", "#8250c0", "#0f7684", "#24292f",
	},
}

// The size of a cell, the space round the screen and the height of the window's bar,
// in pixels.
const (
	cellWidth  = 8.4
	cellHeight = 18
	margin     = 14
	barHeight  = 30
)

// svg draws the lines of a screen, with their escape sequences, as a window.
func svg(title, screen string, colours svgColours) string {
	lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	columns := 0
	for _, line := range lines {
		columns = max(columns, ansi.StringWidth(line))
	}
	width := float64(columns)*cellWidth + 2*margin
	height := len(lines)*cellHeight + 2*margin + barHeight
	out := &strings.Builder{}
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" viewBox="0 0 %.0f %d" role="img" `+
		`font-family="ui-monospace,SFMono-Regular,'SF Mono',Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace" `+
		`font-size="14">`+"\n", width, height, width, height)
	fmt.Fprintf(out, "<title>%s</title>\n", html.EscapeString(title))
	drawWindow(out, title, width, height, colours)
	for row, line := range lines {
		drawLine(out, line, row, colours)
	}
	out.WriteString("</svg>\n")
	return out.String()
}

// drawWindow draws what is round the screen.
func drawWindow(out *strings.Builder, title string, width float64, height int, colours svgColours) {
	fmt.Fprintf(out, `<rect x="0.5" y="0.5" width="%.0f" height="%d" rx="9" fill="%s" stroke="%s"/>`+"\n",
		width-1, height-1, colours.background, colours.edge)
	fmt.Fprintf(out, `<path d="M1 %d V9 Q1 1 9 1 H%.0f Q%.0f 1 %.0f 9 V%d Z" fill="%s"/>`+"\n",
		barHeight, width-9, width-1, width-1, barHeight, colours.bar)
	fmt.Fprintf(out, `<rect x="1" y="%d" width="%.0f" height="1" fill="%s"/>`+"\n", barHeight, width-2, colours.edge)
	for i, colour := range []string{"#f0655a", "#f2b73f", "#4fbf5b"} {
		fmt.Fprintf(out, `<circle cx="%d" cy="%d" r="5.5" fill="%s"/>`+"\n", 20+i*19, barHeight/2+1, colour)
	}
	fmt.Fprintf(out, `<text x="%.0f" y="%d" text-anchor="middle" font-size="12" fill="%s">%s</text>`+"\n",
		width/2, barHeight/2+5, colours.title, html.EscapeString(title))
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
	x, y := margin+float64(start)*cellWidth, barHeight+margin+row*cellHeight
	width := float64(end-start) * cellWidth
	if background != "" {
		fmt.Fprintf(out, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", x, y, width, cellHeight, background)
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
	drawGlyphs(out, run, x, y, foreground, attributes)
}

// drawGlyphs draws words where their cells are, whatever the font makes of them, and
// lines and blocks as shapes, which leave no gaps.
func drawGlyphs(out *strings.Builder, run string, x float64, y int, colour, attributes string) {
	word, at := "", x
	flush := func() {
		if word != "" {
			fmt.Fprintf(out, `<text x="%.1f" y="%d" textLength="%.1f" fill="%s"%s>%s</text>`+"\n",
				at, y+cellHeight-5, float64(ansi.StringWidth(word))*cellWidth, colour, attributes, html.EscapeString(word))
		}
		word = ""
	}
	for run != "" {
		glyph, cells := ansi.FirstGraphemeCluster(run, ansi.GraphemeWidth)
		count := 1
		for strings.HasPrefix(run[count*len(glyph):], glyph) {
			count++
		}
		shape, drawn := shapes[glyph]
		switch {
		case glyph == " " && !strings.Contains(attributes, "underline"):
			flush()
		case drawn:
			flush()
			fmt.Fprintf(out, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"%s/>`+"\n",
				x, float64(y)+shape.top, (float64(count-1)+shape.width)*cellWidth, shape.height, colour, shape.attributes)
		default:
			count = 1
			if word == "" {
				at = x
			}
			word += glyph
		}
		run = run[count*len(glyph):]
		x += float64(count*cells) * cellWidth
	}
	flush()
}

// shape is a glyph that fills its cell's width or a part of it.
type shape struct {
	width, top, height float64
	attributes         string
}

var shapes = map[string]shape{
	"─": {width: 1, top: cellHeight/2 - 0.5, height: 1},
	"█": {width: 1, top: 3, height: cellHeight - 6},
	"░": {width: 1, top: 3, height: cellHeight - 6, attributes: ` opacity="0.35"`},
	"▌": {width: 0.4, top: 0, height: cellHeight},
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
