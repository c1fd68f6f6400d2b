package widget

import (
	"cmp"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
)

// Entry is a line of a sheet: a setting, its value and a remark on it.
type Entry struct {
	// Head makes the line a group's heading: only Label counts.
	Head bool
	// Mark stands at the start of the line.
	Mark Mark
	// Label is the setting's name; Value what it is set to.
	Label, Value string
	// Style of the value.
	Style themes.Style
	// Remark stands at the right, after RemarkMark.
	Remark     string
	RemarkMark Mark
	// Inert lines are passed over by the cursor.
	Inert bool
	// Key names the line, so that the cursor stays on it; any comparable value.
	Key string
}

// Sheet shows settings line by line, in groups.
type Sheet struct {
	// Longest is how wide the labels may get; 0 stands for what suits most sheets.
	Longest int

	entries []Entry
	view    view
	label   int // width of the labels
	ascii   bool
	area    Rect
}

// Set shows entries. The cursor stays on the entry with its key.
func (s *Sheet) Set(entries []Entry) {
	key := ""
	if s.view.cursor < len(s.entries) {
		key = s.entries[s.view.cursor].Key
	}
	s.entries = entries
	s.view.length = len(entries)
	s.label = 0
	if key != "" {
		s.Select(key)
	}
	s.settle(1)
}

// Entries returns what is shown.
func (s *Sheet) Entries() []Entry { return s.entries }

// Selected returns the place of the selected entry, or -1.
func (s *Sheet) Selected() int {
	if s.view.cursor >= len(s.entries) || s.passed(s.view.cursor) {
		return -1
	}
	return s.view.cursor
}

// Select puts the cursor on the entry with that key; it reports whether there is one.
func (s *Sheet) Select(key string) bool {
	for i := range s.entries {
		if s.entries[i].Key == key {
			s.view.cursor = i
			return true
		}
	}
	return false
}

// passed reports whether the cursor passes an entry over.
func (s *Sheet) passed(i int) bool { return s.entries[i].Head || s.entries[i].Inert }

// settle moves the cursor on, in that direction first, to an entry it may stand on.
func (s *Sheet) settle(direction int) {
	s.view.clamp()
	for _, step := range [2]int{direction, -direction} {
		for i := s.view.cursor; i >= 0 && i < len(s.entries); i += step {
			if !s.passed(i) {
				s.view.cursor = i
				return
			}
		}
	}
}

// Do moves the cursor; it reports whether the action is one that moves.
func (s *Sheet) Do(id action.ID) bool {
	before := s.view.cursor
	if !s.view.do(id) {
		return false
	}
	direction := 1
	if s.view.cursor < before || id == action.Bottom {
		direction = -1
	}
	s.settle(direction)
	return true
}

// Mouse takes a click or a turn of the wheel; it reports whether an entry was
// clicked twice.
func (s *Sheet) Mouse(m Mouse) (open bool) {
	if m.Wheel != 0 {
		s.view.wheel(m.Wheel)
		s.settle(m.Wheel)
		return false
	}
	at := s.view.top + m.Y
	if m.Y < 0 || m.Y >= s.view.height || at >= len(s.entries) || s.passed(at) {
		return false
	}
	s.view.cursor = at
	return m.Twice
}

// Draw draws the entries around the cursor.
func (s *Sheet) Draw(c *Canvas, area Rect) {
	if s.label == 0 || s.ascii != c.Glyphs.ASCII {
		s.ascii = c.Glyphs.ASCII
		s.measure()
	}
	s.area = area
	s.view.show(area.H)
	// A heading just above the window belongs to its first entry.
	if area.H > 1 && s.view.top > 0 && s.view.cursor == s.view.top && s.entries[s.view.top-1].Head {
		s.view.top--
	}
	for y := range min(area.H, len(s.entries)-s.view.top) {
		s.line(c, Rect{area.X, area.Y + y, area.W, 1}, s.view.top+y)
	}
}

const longestLabel = 34

func (s *Sheet) measure() {
	s.label = 1
	for i := range s.entries {
		if !s.entries[i].Head {
			s.label = max(s.label, min(cmp.Or(s.Longest, longestLabel), Width(s.entries[i].Label, s.ascii)))
		}
	}
}

func (s *Sheet) line(c *Canvas, area Rect, at int) {
	entry := &s.entries[at]
	pen := c.Line(area, 0)
	pen.Skip(1)
	if entry.Head {
		pen.Skip(1)
		pen.Write(entry.Label, themes.Strong)
		return
	}
	pen.Skip(1)
	pen.Mark(entry.Mark)
	pen.Skip(1)
	label := pen.Cut(min(s.label, max(8, area.W*2/5)))
	label.Write(entry.Label, themes.Muted)
	pen.Skip(2)
	s.value(c, &pen, entry)
	if at == s.view.cursor {
		cursor := c.Line(area, 0)
		cursor.Write(c.Glyphs.Cursor, themes.Accent)
		c.Tint(area, themes.Selected)
	}
}

// value writes the value, and at the right end the remark: the value gives way, but
// keeps a third of the room.
func (s *Sheet) value(c *Canvas, pen *Pen, entry *Entry) {
	remark := Width(entry.Remark, s.ascii)
	if entry.RemarkMark != NoMark {
		remark += c.Glyphs.MarkWidth
		if entry.Remark != "" {
			remark++
		}
	}
	room := max(0, pen.Left()-1)
	if remark == 0 {
		value := pen.Cut(room)
		value.Write(entry.Value, entry.Style)
		return
	}
	need := Width(entry.Value, s.ascii)
	value := pen.Cut(min(need, max(room-remark-2, room/3)))
	value.Write(entry.Value, entry.Style)
	pen.Skip(2)
	end := pen.Cut(max(0, pen.Left()-1))
	end.Skip(end.Left() - remark)
	if entry.RemarkMark != NoMark {
		end.Mark(entry.RemarkMark)
		end.Skip(1)
	}
	style := themes.Muted
	if entry.RemarkMark == NoMark && entry.Mark != NoMark {
		style = entry.Mark.Style() &^ themes.Bold
	}
	end.Write(entry.Remark, style)
}
