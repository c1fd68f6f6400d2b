package widget

import (
	"strings"
	"unicode/utf8"

	"github.com/aksight/aksight/themes"
)

// Render returns the lines with the theme's escape sequences: exactly as many as
// the canvas has rows, without blanks at their ends.
func (c *Canvas) Render(theme *themes.Theme) string {
	c.out = c.out[:0]
	for y := range c.height {
		if y > 0 {
			c.out = append(c.out, '\n')
		}
		row := c.row(y)
		var style themes.Style
		for i := range row {
			if row[i].width == 0 {
				continue
			}
			if row[i].style != style {
				style = row[i].style
				c.out = theme.Append(c.out, style)
			}
			c.out = c.appendCell(c.out, row[i])
		}
		if style != 0 {
			c.out = append(c.out, "\x1b[m"...)
		}
	}
	return string(c.out)
}

// String returns the text alone, without blanks at the ends of lines.
func (c *Canvas) String() string {
	var text strings.Builder
	for y := range c.height {
		if y > 0 {
			text.WriteByte('\n')
		}
		var line []byte
		for _, cell := range c.row(y) {
			line = c.appendCell(line, cell)
		}
		text.WriteString(strings.TrimRight(string(line), " "))
	}
	return text.String()
}

// row returns the cells of a row up to the last that shows something.
func (c *Canvas) row(y int) []cell {
	row := c.cells[y*c.width:][:c.width]
	n := len(row)
	for n > 0 && row[n-1] == blank {
		n--
	}
	return row[:n]
}

func (c *Canvas) appendCell(to []byte, cell cell) []byte {
	switch {
	case cell.width == 0:
		return to
	case cell.r >= 0 && cell.r < utf8.RuneSelf:
		return append(to, byte(cell.r))
	case cell.r < 0:
		return append(to, c.clusters[-cell.r-1]...)
	default:
		return utf8.AppendRune(to, cell.r)
	}
}
