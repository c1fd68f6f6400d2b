package widget_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// people is a table's content: a name, a kind with a mark, a count.
type people []person

type person struct {
	name string
	mark widget.Mark
	says string
	n    int
}

func (p people) Len() int           { return len(p) }
func (p people) Key(row int) string { return p[row].name }
func (p people) Cell(row, column int, pen *widget.Pen) {
	switch column {
	case 0:
		pen.Write(p[row].name, themes.Text)
	case 1:
		pen.Mark(p[row].mark)
		pen.Skip(1)
		pen.Write(p[row].says, p[row].mark.Style())
	case 2:
		pen.Int(p[row].n, themes.Muted)
	}
}

var columns = []widget.Column{
	{Title: "Name", Min: 10, Weight: 1, Max: 24},
	{Title: "Says", Min: 8, Weight: 2, Priority: 1},
	{Title: "Count", Min: 5, Right: true},
}

var some = people{
	{"pay-weu-01", widget.CriticalMark, "open to the internet", 12},
	{"名前は長いクラスタ", widget.HighMark, "wide characters, cut where they end", 3456},
	{"evil\x1b[31m\u202egnp", widget.UnreadMark, "👩‍💻 writes\tcode\u200b", 0},
	{"", widget.PassMark, "e\u0301clair ✓", -7},
}

func table(rows people) *widget.Table[string] {
	t := &widget.Table[string]{Columns: columns, Empty: "Nobody."}
	t.Set(rows, nil)
	return t
}

func TestTableFrames(t *testing.T) {
	for _, width := range []int{24, 40, 72} {
		for _, glyphs := range []*widget.Glyphs{widget.Unicode(), widget.ASCII()} {
			name := strconv.Itoa(width)
			if glyphs.ASCII {
				name += "_ascii"
			}
			t.Run(name, func(t *testing.T) {
				c := widget.NewCanvas(width, 7, glyphs)
				list := table(some)
				list.SortBy(2, true)
				list.Do(action.Down)
				list.Do(action.Mark)
				list.Draw(c, c.Area())
				golden.RequireEqual(t, c.String())
			})
		}
	}
}

func TestSelectedRowHasNoHoles(t *testing.T) {
	t.Parallel()
	dark, err := themes.Load("dark")
	require.NoError(t, err)
	c := widget.NewCanvas(60, 4, widget.Unicode())
	table(some).Draw(c, c.Area())
	line := strings.Split(c.Render(dark), "\n")[1]
	selected := strings.TrimSuffix(string(dark.Append(nil, themes.Text.On(themes.Selected)))[4:], "m")
	for _, sequence := range strings.Split(line, "\x1b[")[1:] {
		parameters, text, _ := strings.Cut(sequence, "m")
		if text != "" {
			assert.Contains(t, parameters, selected, "%q", text)
		}
	}
	assert.Equal(t, 60, ansi.StringWidth(line))
}

func TestTableKeepsItsPlace(t *testing.T) {
	t.Parallel()
	list := table(some)
	list.Do(action.Down)
	more := append(people{{name: "a"}, {name: "b"}}, some...)
	list.Set(more, nil)
	assert.Equal(t, 3, list.Selected(), "the row moved, and the cursor with it")
	list.Set(more, []int32{5, 3, 0})
	assert.Equal(t, 3, list.Selected())
	assert.Equal(t, 1, list.Cursor())
	list.Set(more, []int32{5})
	assert.Equal(t, 5, list.Selected(), "the row is gone: the cursor stays within")
	list.Set(people{}, nil)
	assert.Equal(t, -1, list.Selected())
}

func TestTableMouseAndSort(t *testing.T) {
	t.Parallel()
	c := widget.NewCanvas(72, 7, widget.Unicode())
	list := table(some)
	list.Draw(c, c.Area())
	assert.Equal(t, widget.PressedRow, list.Mouse(widget.Mouse{X: 5, Y: 2}))
	assert.Equal(t, 1, list.Selected())
	assert.Equal(t, widget.PressedOpen, list.Mouse(widget.Mouse{X: 5, Y: 2, Twice: true}))
	assert.Equal(t, widget.PressedNothing, list.Mouse(widget.Mouse{X: 5, Y: 6}))
	assert.Equal(t, widget.PressedSort, list.Mouse(widget.Mouse{X: 3, Y: 0}))
	column, down := list.Sorted()
	assert.Equal(t, 0, column)
	assert.False(t, down)
	assert.True(t, list.SortPick(0))
	_, down = list.Sorted()
	assert.True(t, down, "the same column again turns round")
	assert.False(t, list.SortPick(9))
}

func TestSheetFrame(t *testing.T) {
	entries := []widget.Entry{
		{Head: true, Label: "API server"},
		{Key: "address", Label: "address", Value: "pay-weu-01-dns.hcp.westeurope.azmk8s.io"},
		{Key: "ranges", Mark: widget.CriticalMark, Label: "authorized ranges", Value: "none", Remark: "anyone on the internet can try"},
		{Key: "run", Label: "run command", Value: "on", RemarkMark: widget.MediumMark, Remark: "reaches it past the network"},
		{Inert: true},
		{Head: true, Label: "Sign-in"},
		{Key: "entra", Label: "Entra ID", Value: "managed", RemarkMark: widget.PassMark},
	}
	for _, width := range []int{40, 76} {
		t.Run(strconv.Itoa(width), func(t *testing.T) {
			sheet := &widget.Sheet{}
			sheet.Set(entries)
			assert.Equal(t, 1, sheet.Selected(), "a heading is passed over")
			sheet.Do(action.Down)
			sheet.Do(action.Down)
			sheet.Do(action.Down)
			assert.Equal(t, 6, sheet.Selected())
			sheet.Do(action.Up)
			c := widget.NewCanvas(width, 8, widget.Unicode())
			sheet.Draw(c, c.Area())
			golden.RequireEqual(t, c.String())
		})
	}
}

func TestVisible(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":            "plain",
		"\x1b[31mred":      `\u001b[31mred`,
		"a\u202eb":         `a\u202eb`,
		"a\u2066b":         `a\u2066b`,
		"bell\a":           "bell.",
		"tab\there":        "tab here",
		"nul\x00":          "nul.",
		"broken\xff":       "broken.",
		"\u200bzero":       `\u200bzero`,
		"C1 \u009b31m":     `C1 \u009b31m`,
		"tag\U000E0041":    `tag\ue0041`,
		"日本":               "日本",
		"e\u0301":          "e\u0301",
		"family 👩‍💻 whole": "family 👩‍💻 whole",
	} {
		c := widget.NewCanvas(40, 1, widget.Unicode())
		pen := c.Line(c.Area(), 0)
		pen.Write(text, themes.Text)
		assert.Equal(t, want, c.String(), "%q", text)
		assert.Equal(t, pen.Column(), widget.Width(text, false), "%q", text)
		assert.Equal(t, want, widget.Neutral(text))
	}
}

// FuzzPen writes anything over anything: every line keeps within the canvas.
func FuzzPen(f *testing.F) {
	for _, person := range some {
		f.Add(person.name+person.says, person.says, 7, 3)
	}
	f.Fuzz(func(t *testing.T, under, over string, width, x int) {
		width = max(0, min(width, 60))
		for _, glyphs := range []*widget.Glyphs{widget.Unicode(), widget.ASCII()} {
			c := widget.NewCanvas(width, 2, glyphs)
			pen := c.Line(c.Area(), 0)
			pen.Write(under, themes.High)
			pen = c.Line(c.Area(), 0)
			pen.Skip(max(0, min(x, 60)))
			part := pen.Cut(5)
			part.Write(over, themes.Text)
			lines := strings.Split(c.String(), "\n")
			require.Len(t, lines, 2)
			require.LessOrEqual(t, ansi.StringWidth(lines[0]), width, "%q", lines[0])
			for _, r := range lines[0] {
				require.False(t, r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0, "%q", lines[0])
				require.False(t, r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069, "%q", lines[0])
				require.True(t, !glyphs.ASCII || r < 0x80, "%q", lines[0])
			}
		}
	})
}

func FuzzWrap(f *testing.F) {
	f.Add("a few words and averyveryverylongone 日本語の文章", 9)
	f.Fuzz(func(t *testing.T, text string, width int) {
		width = max(12, min(width, 100)) // an escaped character takes up to 7 cells
		for _, line := range widget.Wrap(text, width, false) {
			require.LessOrEqual(t, widget.Width(line, false), width, "%q", line)
		}
	})
}

type folders map[string][]string

func (f folders) Roots() []string                  { return f[""] }
func (f folders) Children(key string) []string     { return f[key] }
func (f folders) Leaf(key string) bool             { return len(f[key]) == 0 }
func (f folders) Line(key string, pen *widget.Pen) { pen.Write(key, themes.Text) }

func TestTree(t *testing.T) {
	t.Parallel()
	tree := &widget.Tree[string]{}
	tree.Set(folders{"": {"a", "b"}, "a": {"a1", "a2"}, "a2": {"deep"}, "loop": {"loop"}, "b": {"loop"}})
	frame := func() string {
		c := widget.NewCanvas(16, 6, widget.Unicode())
		tree.Draw(c, c.Area())
		return strings.TrimRight(c.String(), "\n")
	}
	assert.Equal(t, "▌ ▸ a\n  ▸ b", frame())
	for _, id := range []action.ID{action.Right, action.Down, action.Down, action.Right} {
		tree.Do(id)
	}
	assert.Equal(t, "  ▾ a\n      a1\n▌   ▾ a2\n        deep\n  ▸ b", frame())
	tree.Do(action.Down)
	tree.Do(action.Left)
	tree.Do(action.Left)
	tree.Do(action.Left)
	selected, _ := tree.Selected()
	assert.Equal(t, "a", selected)
	tree.Fold("b", true)
	tree.Fold("loop", true) // leads back to itself
	assert.LessOrEqual(t, strings.Count(frame(), "\n"), 6)
}

func TestBar(t *testing.T) {
	t.Parallel()
	for want, test := range map[string]struct {
		whole int
		parts []int
	}{
		"██████████": {10, []int{10}},
		"█████░░░░░": {10, []int{5}},
		"█░░░░░░░░░": {1000, []int{1}},
		"░░░░░░░░░░": {0, []int{3}},
		"███░░░░░░░": {1000, []int{1, 1, 1}},
	} {
		c := widget.NewCanvas(10, 1, widget.Unicode())
		pen := c.Line(c.Area(), 0)
		var segments []widget.Segment
		for _, n := range test.parts {
			segments = append(segments, widget.Segment{Value: n, Style: themes.High})
		}
		widget.Bar(&pen, 10, test.whole, segments...)
		assert.Equal(t, want, c.String())
	}
}

func TestTabs(t *testing.T) {
	t.Parallel()
	tabs := &widget.Tabs{Tabs: []widget.Tab{{Title: "Settings", Count: -1}, {Title: "Pools", Count: 4}, {Title: "Findings", Count: 11, Mark: widget.HighMark}}}
	c := widget.NewCanvas(50, 1, widget.Unicode())
	tabs.Draw(c, c.Area())
	assert.Equal(t, "Settings   Pools 4   Findings 11 ▲", c.String())
	assert.True(t, tabs.Mouse(widget.Mouse{X: 12}))
	assert.Equal(t, 1, tabs.Active)
	assert.True(t, tabs.Do(action.Intent{ID: action.Number, N: 3}))
	assert.False(t, tabs.Do(action.Intent{ID: action.Number, N: 4}))
	assert.True(t, tabs.Do(action.Intent{ID: action.NextTab}))
	assert.Equal(t, 0, tabs.Active)
	tabs.Do(action.Intent{ID: action.PrevTab})
	c = widget.NewCanvas(20, 1, widget.Unicode())
	tabs.Draw(c, c.Area())
	assert.Equal(t, "Findings 11 ▲", c.String(), "the active tab shows, however narrow")
}

func TestRandomKeysNeverPanic(t *testing.T) {
	t.Parallel()
	moves := []action.ID{action.Up, action.Down, action.Top, action.Bottom, action.PageUp, action.PageDown, action.HalfDown, action.HalfUp, action.Mark, action.Left, action.Right}
	random := rand.New(rand.NewPCG(1, 2))
	list, sheet, prose, tree := table(some), &widget.Sheet{}, &widget.Prose{}, &widget.Tree[string]{}
	sheet.Set([]widget.Entry{{Head: true, Label: "日本"}, {Label: "x", Value: "👩‍💻👩‍💻"}, {Label: "y", Remark: "remark"}, {Inert: true}})
	prose.Set([]widget.Block{{Text: "words 日本語 and more words"}, {Text: "pre\nformatted", Pre: true}, {Spans: []widget.Span{{Text: "日本語"}}}, {Text: "x", Bullet: "-", Mark: widget.PassMark}})
	tree.Set(folders{"": {"a", "b"}, "a": {"c"}})
	for range 5000 {
		c := widget.NewCanvas(random.IntN(50), random.IntN(9), widget.Unicode())
		area := widget.Rect{X: random.IntN(6) - 2, Y: random.IntN(6) - 2, W: random.IntN(60), H: random.IntN(12)}
		move := moves[random.IntN(len(moves))]
		mouse := widget.Mouse{X: random.IntN(70) - 5, Y: random.IntN(15) - 3, Wheel: random.IntN(7) - 3, Twice: random.IntN(2) == 0}
		switch random.IntN(5) {
		case 0:
			list.Set(some[:random.IntN(len(some)+1)], nil)
		case 1:
			list.Mouse(mouse)
			sheet.Mouse(mouse)
			prose.Mouse(mouse)
			tree.Mouse(mouse)
		default:
			list.Do(move)
			sheet.Do(move)
			prose.Do(move)
			tree.Do(move)
		}
		for _, draw := range []func(*widget.Canvas, widget.Rect){list.Draw, sheet.Draw, prose.Draw, tree.Draw} {
			c.Clear()
			draw(c, area)
			for line := range strings.SplitSeq(c.String(), "\n") {
				require.LessOrEqual(t, ansi.StringWidth(line), max(0, c.Area().W))
			}
		}
	}
}
