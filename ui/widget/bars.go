package widget

import "github.com/aksight/aksight/themes"

// Segment is a part of a bar.
type Segment struct {
	Value int
	Style themes.Style
}

// Bar draws segments one after the other, width cells for whole; a segment that is
// not nothing gets a cell, as long as there are cells. The rest is empty.
func Bar(pen *Pen, width, whole int, segments ...Segment) {
	bar := pen.Cut(width)
	width = bar.Left()
	glyphs := bar.Glyphs()
	sum, drawn := 0, 0
	for _, segment := range segments {
		if segment.Value <= 0 || whole <= 0 {
			continue
		}
		sum += segment.Value
		end := min(width, max(drawn+1, (sum*width+whole/2)/whole))
		bar.Repeat(glyphs.BarFull, end-drawn, segment.Style)
		drawn = max(drawn, end)
	}
	bar.Repeat(glyphs.BarEmpty, width-drawn, themes.Border)
}
