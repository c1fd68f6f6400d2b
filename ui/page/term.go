package page

import (
	"context"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/glossary"
	"github.com/aksight/aksight/ui/widget"
)

// termPage explains one entry of the glossary, and leads to what goes with it.
type termPage struct {
	at     Address
	loaded *termLoaded
	links  []Address
	cursor int
	lines  []textLine
	scroll scroll
}

// termLoaded is an entry with the rules that judge its setting.
type termLoaded struct {
	term  *glossary.Term
	rules []*model.Rule
}

func newTermPage(at Address) Page { return &termPage{at: at} }

// Title names the page in the breadcrumb.
func (p *termPage) Title(*Context) string {
	if p.loaded != nil && p.loaded.term != nil {
		return p.loaded.term.Name
	}
	return p.at.Term
}

// Update takes a message.
func (p *termPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown:
		if p.loaded == nil {
			in, id := c.Inspection, p.at.Term
			c.Run("term", func(context.Context) any { return loadTerm(in, id) })
		}
	case *termLoaded:
		p.take(msg)
	case widget.Mouse:
		p.mouse(c, msg)
	case action.Intent:
		p.intent(c, msg)
	}
}

func loadTerm(in *inspect.Inspection, id string) *termLoaded {
	loaded := &termLoaded{term: glossary.Get(id)}
	if loaded.term == nil {
		return loaded
	}
	for _, rule := range in.Rules().Rules() {
		if ruleTerm(rule) == id {
			loaded.rules = append(loaded.rules, rule)
		}
	}
	return loaded
}

func (p *termPage) take(loaded *termLoaded) {
	p.loaded, p.links = loaded, nil
	if loaded.term == nil {
		return
	}
	for _, id := range loaded.term.See {
		p.links = append(p.links, Address{Kind: Term, Term: id})
	}
	for _, rule := range loaded.rules {
		p.links = append(p.links, Address{Kind: Rule, Rule: rule.ID})
	}
}

func (p *termPage) mouse(c *Context, m widget.Mouse) {
	if m.Wheel != 0 {
		p.scroll.top += m.Wheel
		p.scroll.clamp()
		return
	}
	at := p.scroll.top + m.Y
	if at < 0 || at >= len(p.lines) || p.lines[at].item < 0 {
		return
	}
	if again := p.cursor == p.lines[at].item; again || m.Twice {
		c.Open(p.links[p.cursor])
		return
	}
	p.cursor = p.lines[at].item
}

func (p *termPage) intent(c *Context, intent action.Intent) {
	switch intent.ID {
	case action.Up, action.Down, action.NextTab, action.PrevTab:
		p.step(intent.ID)
		return
	}
	if p.scroll.move(intent.ID) {
		return
	}
	switch intent.ID {
	case action.Open:
		if p.cursor < len(p.links) {
			c.Open(p.links[p.cursor])
		}
	case action.Number:
		if intent.N >= 1 && intent.N <= len(p.links) {
			c.Open(p.links[intent.N-1])
		}
	case action.Copy:
		if p.loaded != nil && p.loaded.term != nil {
			c.Copy(p.loaded.term.URL(), "the address of the documentation")
		}
	case action.CopyAll:
		if p.loaded != nil && p.loaded.term != nil {
			c.CopyText(p.loaded.term.Name+": "+p.loaded.term.Says+"\n"+p.loaded.term.URL()+"\n", "the explanation")
		}
	}
}

// step moves the cursor to the next link, or scrolls where there is none.
func (p *termPage) step(id action.ID) {
	direction, scroll := 1, action.Down
	if id == action.Up || id == action.PrevTab {
		direction, scroll = -1, action.Up
	}
	next := p.cursor + direction
	if next < 0 || next >= len(p.links) {
		p.scroll.move(scroll)
		return
	}
	p.cursor = next
	for at := range p.lines {
		if p.lines[at].item == p.cursor {
			p.scroll.reveal(max(0, at-1), at)
		}
	}
}

// Offers lists what works here.
func (p *termPage) Offers(*Context) []action.Offer {
	var offers []action.Offer
	if len(p.links) > 0 {
		offers = action.Offers(action.Open, action.Number, action.NextTab, action.PrevTab)
		offers[2].Says = "next link"
	}
	return append(offers, action.Offer{ID: action.Copy, Says: "copy address"}, action.Offer{ID: action.CopyAll, Says: "copy text"})
}

// Draw draws the text and the links.
func (p *termPage) Draw(_ *Context, canvas *widget.Canvas, area widget.Rect) {
	text := newProse(min(area.W-4, 100), canvas.Glyphs)
	switch {
	case p.loaded == nil:
		text.paragraph("reading…", themes.Muted)
	case p.loaded.term == nil:
		text.paragraph("The glossary has no such entry: press esc to go back.", themes.Danger)
	default:
		layTerm(text, p.loaded.term)
		p.layLinks(text)
	}
	p.lines = text.lines
	inner := area.Inset(2, 0)
	p.scroll.draw(canvas, inner, p.lines)
	for y := 0; y < area.H && p.scroll.top+y < len(p.lines); y++ {
		if l := &p.lines[p.scroll.top+y]; l.item >= 0 && l.item == p.cursor {
			row := widget.Rect{X: area.X, Y: area.Y + y, W: area.W, H: 1}
			pen := canvas.Line(row, 0)
			pen.Write(canvas.Glyphs.Cursor, themes.Accent)
			canvas.Tint(row, themes.Selected)
		}
	}
}

// layTerm lays an entry out: its names, what it says, and where to read more.
func layTerm(text *prose, term *glossary.Term) {
	text.paragraph(term.Name, themes.Strong)
	if len(term.Also) > 0 {
		also := strings.Join(term.Also, ", ")
		text.hanging(span{"also: ", themes.Muted}, also, themes.Muted)
	}
	text.gap()
	text.paragraph(term.Says, themes.Text)
	text.gap()
	text.paragraph(term.URL(), themes.Link)
}

func (p *termPage) layLinks(text *prose) {
	for n, link := range p.links {
		if n == 0 && link.Kind == Term {
			text.heading("See also")
		}
		if link.Kind == Rule && (n == 0 || p.links[n-1].Kind != Rule) {
			text.heading("Rules on it")
		}
		text.item = n
		number := "   "
		if n < 9 {
			number = strconv.Itoa(n+1) + "  "
		}
		if link.Kind == Rule {
			rule := p.loaded.rules[n-len(p.loaded.term.See)]
			text.add(span{number, themes.Muted}, span{rule.Title, themes.Text}, span{"  " + rule.ID, themes.Muted})
		} else {
			text.add(span{number, themes.Muted}, span{glossary.Get(link.Term).Name, themes.Text})
		}
		text.item = -1
	}
}
