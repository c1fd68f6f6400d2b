package widget

import (
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
)

// Tab is one tab's title.
type Tab struct {
	Title string
	// Count stands after the title; -1 for none.
	Count int
	// Mark stands after the title, for the worst of what is in the tab.
	Mark Mark
}

// Tabs is a line of titles, one of which is active.
type Tabs struct {
	Tabs   []Tab
	Active int

	ends []int // where each title ends, as drawn
	gap  int   // between two titles
}

// Do goes to another tab; it reports whether it did.
func (t *Tabs) Do(intent action.Intent) bool {
	if len(t.Tabs) == 0 {
		return false
	}
	switch intent.ID {
	case action.NextTab:
		t.Active = (t.Active + 1) % len(t.Tabs)
	case action.PrevTab:
		t.Active = (t.Active + len(t.Tabs) - 1) % len(t.Tabs)
	case action.Number:
		if intent.N < 1 || intent.N > len(t.Tabs) {
			return false
		}
		t.Active = intent.N - 1
	default:
		return false
	}
	return true
}

// Mouse goes to the tab that was clicked; it reports whether one was.
func (t *Tabs) Mouse(m Mouse) bool {
	if m.Wheel != 0 || m.Y != 0 || m.X < 0 {
		return false
	}
	for i, end := range t.ends {
		if m.X < end {
			t.Active = i
			return true
		}
	}
	return false
}

// Draw draws the titles on the first row of the area. Where they do not all fit, they
// move closer; where that is not enough, the line starts further right, so that the
// active one shows.
func (t *Tabs) Draw(c *Canvas, area Rect) {
	t.gap = 3
	for len(t.Tabs) > 0 && t.gap > 1 && t.width(c, 0, len(t.Tabs)-1)-t.gap > area.W {
		t.gap--
	}
	first := 0
	for first < t.Active && t.width(c, first, t.Active) > area.W {
		first++
	}
	t.ends = t.ends[:0]
	for range first {
		t.ends = append(t.ends, 0)
	}
	pen := c.Line(area, 0)
	for i := first; i < len(t.Tabs); i++ {
		tab, style, count := t.Tabs[i], themes.Muted, themes.Faint
		if i == t.Active {
			style, count = themes.Accent|themes.Bold|themes.Underline, themes.Accent
		}
		pen.Write(tab.Title, style)
		if tab.Count >= 0 {
			pen.Skip(1)
			pen.Int(tab.Count, count)
		}
		if tab.Mark != NoMark {
			pen.Skip(1)
			pen.Mark(tab.Mark)
		}
		pen.Skip(t.gap)
		t.ends = append(t.ends, pen.Column())
	}
}

// width of the tabs from first to last.
func (t *Tabs) width(c *Canvas, first, last int) int {
	total := 0
	for _, tab := range t.Tabs[first : last+1] {
		total += Width(tab.Title, c.Glyphs.ASCII) + t.gap
		for n := tab.Count; n >= 0; n /= 10 {
			total++
			if n < 10 {
				total++
				break
			}
		}
		if tab.Mark != NoMark {
			total += 1 + c.Glyphs.MarkWidth
		}
	}
	return total
}
