package page

import (
	"strings"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// jsonView walks through a document. A search leaves the lines that match and those
// that they stand in.
type jsonView struct {
	doc    *jsonDocument
	filter string
	shown  []int32 // lines, in order
	hits   int
	cursor int
	scroll scroll
}

func (v *jsonView) set(doc *jsonDocument) {
	v.doc = doc
	v.search(v.filter)
}

// search shows only what matches.
func (v *jsonView) search(text string) {
	selected := v.line()
	v.filter = text
	v.shown, v.hits = v.shown[:0], 0
	if v.doc == nil {
		return
	}
	want := strings.ToLower(strings.TrimSpace(text))
	keep := make([]bool, len(v.doc.lines))
	for at := range v.doc.lines {
		l := &v.doc.lines[at]
		if want != "" && !strings.Contains(strings.ToLower(l.key+": "+l.text), want) {
			continue
		}
		v.hits++
		for i := at; i >= 0 && !keep[i]; i = v.doc.lines[i].parent {
			keep[i] = true
		}
	}
	v.cursor = 0
	for at, kept := range keep {
		if !kept {
			continue
		}
		if at <= selected {
			v.cursor = len(v.shown)
		}
		v.shown = append(v.shown, int32(at))
	}
}

func (v *jsonView) status() string {
	if v.filter == "" {
		return "search in keys and values"
	}
	return plural(v.hits, "line", "lines")
}

// line is the selected line of the document, or -1.
func (v *jsonView) line() int {
	if v.doc == nil || v.cursor >= len(v.shown) {
		return -1
	}
	return int(v.shown[v.cursor])
}

func (v *jsonView) move(id action.ID) bool {
	page := max(1, v.scroll.height-1)
	switch id {
	case action.Up:
		v.cursor--
	case action.Down:
		v.cursor++
	case action.PageUp:
		v.cursor -= page
	case action.PageDown:
		v.cursor += page
	case action.HalfUp:
		v.cursor -= page / 2
	case action.HalfDown:
		v.cursor += page / 2
	case action.Top:
		v.cursor = 0
	case action.Bottom:
		v.cursor = len(v.shown) - 1
	case action.Left, action.Right:
		v.jump(id == action.Right)
	default:
		return false
	}
	v.cursor = max(0, min(v.cursor, len(v.shown)-1))
	return true
}

// jump goes to the next or the previous line with a finding.
func (v *jsonView) jump(forward bool) {
	step := -1
	if forward {
		step = 1
	}
	for at := v.cursor + step; at >= 0 && at < len(v.shown); at += step {
		if v.doc.lines[v.shown[at]].found >= 0 {
			v.cursor = at
			return
		}
	}
}

func (v *jsonView) wheel(m widget.Mouse) {
	if m.Wheel != 0 {
		v.cursor = max(0, min(v.cursor+m.Wheel, len(v.shown)-1))
		return
	}
	if at := v.scroll.top + m.Y; at < len(v.shown) {
		v.cursor = at
	}
}

// chosen is the finding on the selected line.
func (v *jsonView) chosen() (rule *model.Rule, part string, judged model.Judged) {
	at := v.line()
	if at < 0 || v.doc.lines[at].found < 0 {
		return nil, "", judged
	}
	f := &v.doc.findings[v.doc.lines[at].found]
	return f.Rule, f.Part, f.Judged()
}

// term is the glossary's entry for the selected line, or empty.
func (v *jsonView) term() string {
	at := v.line()
	if at < 0 {
		return ""
	}
	path := v.doc.lines[at].path
	if rest, is := strings.CutPrefix(path, "properties.agentpoolprofiles."); is {
		_, setting, _ := strings.Cut(rest, ".")
		if term := termAt(settingTerms().pool, setting); term != "" {
			return term
		}
	}
	return termAt(settingTerms().cluster, path)
}

// copied is what y copies: the value of the line, without quotes.
func (v *jsonView) copied() (text, what string) {
	at := v.line()
	if at < 0 {
		return "", ""
	}
	l := &v.doc.lines[at]
	if l.style == themes.Muted {
		return l.path, "the path"
	}
	return strings.Trim(l.text, `"`), l.key
}

func (v *jsonView) draw(canvas *widget.Canvas, area widget.Rect) {
	if v.doc == nil {
		return
	}
	if len(v.shown) == 0 {
		pen := canvas.Line(area, 0)
		pen.Skip(2)
		pen.Write("nothing matches: esc clears the search", themes.Muted)
		return
	}
	v.scroll.height, v.scroll.total = area.H, len(v.shown)
	around := min(3, area.H/4) // so that one sees what the line stands in
	v.scroll.reveal(max(0, v.cursor-around), min(len(v.shown)-1, v.cursor+around))
	for y := 0; y < area.H && v.scroll.top+y < len(v.shown); y++ {
		at := v.scroll.top + y
		v.doc.lines[v.shown[at]].draw(v.doc, canvas, area, y)
		if at == v.cursor {
			row := widget.Rect{X: area.X, Y: area.Y + y, W: area.W, H: 1}
			pen := canvas.Line(row, 0)
			pen.Write(canvas.Glyphs.Cursor, themes.Accent)
			canvas.Tint(row, themes.Selected)
		}
	}
	v.scroll.hint(canvas, area)
}
