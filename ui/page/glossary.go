package page

import (
	"context"
	"strings"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/glossary"
	"github.com/aksight/aksight/ui/widget"
)

// glossaryPage lists the words that the screens use: those of the page that it was
// opened from, or all.
type glossaryPage struct {
	at      Address
	tabs    widget.Tabs
	table   widget.Table[string]
	all     []*glossary.Term
	here    []*glossary.Term // those of the page before
	order   []int32
	filter  listFilter
	split   split
	tabArea widget.Rect
}

const (
	termName = iota
	termSays
)

// termRows are entries in a table.
type termRows []*glossary.Term

// glossaryLoaded are the entries, read from the embedded file.
type glossaryLoaded struct{ all, here []*glossary.Term }

func newGlossaryPage(at Address) Page {
	p := &glossaryPage{at: at, filter: newListFilter(at.Filter, nil)}
	if at.Term != "" {
		p.tabs.Tabs = []widget.Tab{{Title: "Here", Count: -1}, {Title: "All", Count: -1}}
	}
	return p
}

// Title names the page in the breadcrumb.
func (p *glossaryPage) Title(*Context) string { return "glossary" }

// FilterText is the filter as it is set now.
func (p *glossaryPage) FilterText() string { return p.filter.text }

// FilterHelp says what can be typed.
func (p *glossaryPage) FilterHelp() string { return "any word of a term or its explanation" }

// FilterStatus says how many entries match.
func (p *glossaryPage) FilterStatus() (status string, wrong bool) {
	return p.filter.status(p.table.Len(), len(p.shown()), "terms")
}

// Update takes a message.
func (p *glossaryPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown:
		if p.all == nil {
			ids := strings.Fields(p.at.Term)
			c.Run("glossary", func(context.Context) any {
				loaded := glossaryLoaded{all: glossary.All()}
				for _, id := range ids {
					if term := glossary.Get(id); term != nil {
						loaded.here = append(loaded.here, term)
					}
				}
				return loaded
			})
		}
	case glossaryLoaded:
		p.all, p.here = msg.all, msg.here
		p.arrange()
	case Filtered:
		p.filter.set(msg.Text)
		p.arrange()
	case widget.Mouse:
		p.mouse(c, msg)
	case action.Intent:
		p.intent(c, msg)
	}
}

// shown are the entries of the active tab.
func (p *glossaryPage) shown() []*glossary.Term {
	if len(p.tabs.Tabs) > 0 && p.tabs.Active == 0 {
		return p.here
	}
	return p.all
}

// arrange filters the entries.
func (p *glossaryPage) arrange() {
	list := p.shown()
	order, _ := widget.Order(context.Background(), len(list), func(row int) bool {
		return p.filter.query.Match(func(string) string {
			return list[row].Name + " " + strings.Join(list[row].Also, " ") + " " + list[row].Says
		})
	}, nil)
	p.order = order
	p.table.Set(termRows(list), order)
}

func (p *glossaryPage) mouse(c *Context, m widget.Mouse) {
	if tab, inside := m.In(p.tabArea); inside && len(p.tabs.Tabs) > 0 {
		if p.tabs.Mouse(tab) {
			p.arrange()
		}
		return
	}
	if m, inside := m.In(p.split.list); inside && p.table.Mouse(m) == widget.PressedOpen {
		p.open(c)
	}
}

func (p *glossaryPage) intent(c *Context, intent action.Intent) {
	if p.table.Do(intent.ID) {
		return
	}
	if len(p.tabs.Tabs) > 0 && p.tabs.Do(intent) {
		p.arrange()
		return
	}
	switch intent.ID {
	case action.Open, action.Explain:
		p.open(c)
	case action.Copy:
		if term := p.selected(); term != nil {
			c.Copy(term.Name+": "+term.Says, "the explanation")
		}
	}
}

func (p *glossaryPage) open(c *Context) {
	if term := p.selected(); term != nil {
		c.Open(Address{Kind: Term, Term: term.ID})
	}
}

func (p *glossaryPage) selected() *glossary.Term {
	list, at := p.shown(), p.table.Selected()
	if at < 0 || at >= len(list) {
		return nil
	}
	return list[at]
}

// Export returns the list.
func (p *glossaryPage) Export(*Context) *Listing { return listing("glossary", &p.table) }

// Offers lists what works here.
func (p *glossaryPage) Offers(*Context) []action.Offer {
	offers := action.Offers(action.Open, action.Filter, action.Copy, action.Explain)
	if len(p.tabs.Tabs) > 0 {
		offers = append(offers, action.Offers(action.NextTab, action.PrevTab, action.Number)...)
	}
	return offers
}

// Draw draws the list and, where there is room, the selected entry beside it.
func (p *glossaryPage) Draw(_ *Context, canvas *widget.Canvas, area widget.Rect) {
	p.tabArea = widget.Rect{}
	if len(p.tabs.Tabs) > 0 {
		p.tabs.Tabs[0].Count, p.tabs.Tabs[1].Count = len(p.here), len(p.all)
		var top widget.Rect
		top, area = area.Top(2)
		p.tabArea = top.Inset(2, 0)
		p.tabs.Draw(canvas, p.tabArea)
	}
	p.split = splitArea(area)
	p.table.Columns = []widget.Column{
		termName: {Title: "Term", Min: 26, Max: 38, Weight: 1, Fixed: true},
		termSays: {Title: "What it is", Min: 30, Weight: 3, Fixed: true},
	}
	p.table.Empty = "reading…"
	if p.all != nil {
		p.table.Empty = "no term matches the filter: esc clears it"
	}
	p.table.Draw(canvas, p.split.list)
	if term := p.selected(); term != nil && p.split.side.W > 0 {
		p.split.divide(canvas)
		side := p.split.side.Inset(2, 0)
		text := newProse(side.W, canvas.Glyphs)
		layTerm(text, term)
		(&scroll{}).draw(canvas, side, text.lines)
	}
}

// Len is the number of entries.
func (r termRows) Len() int { return len(r) }

// Key is the entry's ID.
func (r termRows) Key(row int) string { return r[row].ID }

// Cell writes a cell.
func (r termRows) Cell(row, column int, pen *widget.Pen) {
	switch column {
	case termName:
		pen.Write(r[row].Name, themes.Text)
	case termSays:
		pen.Write(firstSentence(r[row].Says), themes.Muted)
	}
}
