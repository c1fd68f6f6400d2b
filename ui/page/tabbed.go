package page

import (
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// A tabbedPage is a page of several pages, one under each tab. What is asked of the
// page is asked of the active one.
type tabbedPage struct {
	at      Address
	title   func(*Context) string
	tabs    widget.Tabs
	parts   []tabPart
	tabArea widget.Rect
	// events is where the Kubernetes events are on what the page is about, or zero.
	events Address
}

// tabPart is one tab.
type tabPart struct {
	// name is the tab in addresses and for faces without a screen; title on the screen.
	name, title string
	page        Page
	// count is what stands after the title, with a mark; -1 for nothing. It may be nil.
	count func(*Context) (int, widget.Mark)
}

// withEvents offers the Kubernetes events on an object.
func (p *tabbedPage) withEvents(on model.Ref) *tabbedPage {
	p.events = eventsAt(p.at.ID, on)
	return p
}

func newTabbedPage(at Address, title func(*Context) string, parts ...tabPart) *tabbedPage {
	p := &tabbedPage{at: at.Base(), title: title, parts: parts}
	p.at.Tab = ""
	p.tabs.Tabs = make([]widget.Tab, len(parts))
	for i := range parts {
		p.tabs.Tabs[i] = widget.Tab{Title: parts[i].title, Count: -1}
		if parts[i].name == at.Tab {
			p.tabs.Active = i
		}
	}
	return p
}

// partAt is the address of a tab's own page: what was set in a list is for the tab that
// the address leads to.
func partAt(at Address, name string, first bool) Address {
	if at.Tab == name || at.Tab == "" && first {
		return at
	}
	return at.Base()
}

func (p *tabbedPage) active() Page { return p.parts[p.tabs.Active].page }

// Title names the page in the breadcrumb.
func (p *tabbedPage) Title(c *Context) string { return p.title(c) }

// Place is where the active tab was left.
func (p *tabbedPage) Place() Address {
	at := p.at
	if placed, can := p.active().(Placed); can {
		at = placed.Place()
	}
	at.Tab = p.parts[p.tabs.Active].name
	return at
}

// Update takes a message. Results of work go to every tab: each knows its own.
func (p *tabbedPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed, Filtered:
		p.active().Update(c, msg)
	case action.Intent:
		before := p.tabs.Active
		if p.tabs.Do(msg) {
			p.turn(c, before)
			return
		}
		if msg.ID == action.Events && p.events != (Address{}) {
			c.Open(p.events)
			return
		}
		p.active().Update(c, msg)
	case widget.Mouse:
		if in, is := msg.In(p.tabArea); is {
			before := p.tabs.Active
			p.tabs.Mouse(in)
			p.turn(c, before)
			return
		}
		p.active().Update(c, msg)
	default:
		for i := range p.parts {
			p.parts[i].page.Update(c, msg)
		}
	}
}

// turn tells the tab that is on the screen now, if it is another one.
func (p *tabbedPage) turn(c *Context, before int) {
	if before != p.tabs.Active {
		p.active().Update(c, Shown{})
	}
}

// FilterText is the filter of the active tab.
func (p *tabbedPage) FilterText() string {
	if filterable, can := p.active().(Filterable); can {
		return filterable.FilterText()
	}
	return ""
}

// FilterStatus says how many lines of the active tab match.
func (p *tabbedPage) FilterStatus() (status string, wrong bool) {
	if filterable, can := p.active().(Filterable); can {
		return filterable.FilterStatus()
	}
	return "this tab has nothing to filter", false
}

// FilterHelp lists the words that the filter of the active tab knows.
func (p *tabbedPage) FilterHelp() string {
	if filterable, can := p.active().(Filterable); can {
		return filterable.FilterHelp()
	}
	return ""
}

// Settling reports whether the rows that the user asked for are still to come.
func (p *tabbedPage) Settling() bool {
	settler, can := p.active().(Settler)
	return can && settler.Settling()
}

// Columns returns the columns of the active tab's list.
func (p *tabbedPage) Columns() (name string, columns []widget.Chosen) {
	if columned, can := p.active().(Columned); can {
		return columned.Columns()
	}
	return "", nil
}

// Export returns what the active tab lists.
func (p *tabbedPage) Export(c *Context) *Listing {
	if exporter, can := p.active().(Exporter); can {
		return exporter.Export(c)
	}
	return nil
}

// Offers lists what works here.
func (p *tabbedPage) Offers(c *Context) []action.Offer {
	offers := p.active().Offers(c)
	turning := action.Offers(action.NextTab, action.PrevTab)
	if p.events != (Address{}) {
		turning = append(turning, action.Offer{ID: action.Events})
	}
	at := min(1, len(offers))
	return append(append(append([]action.Offer{}, offers[:at]...), turning...), offers[at:]...)
}

// Draw draws the tabs and the active one's page.
func (p *tabbedPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	for i := range p.parts {
		if p.parts[i].count != nil {
			p.tabs.Tabs[i].Count, p.tabs.Tabs[i].Mark = p.parts[i].count(c)
		}
	}
	top, body := area.Top(2)
	p.tabArea = top.Inset(2, 0)
	p.tabs.Draw(canvas, p.tabArea)
	p.active().Draw(c, canvas, body)
}

// Linear tells the active tab.
func (p *tabbedPage) Linear(c *Context) Linear {
	var told Linear
	if liner, can := p.active().(Liner); can {
		told = liner.Linear(c)
	}
	told.Views = nil
	for i := range p.parts {
		told.Views = append(told.Views, LinearView{Name: p.parts[i].name, Active: i == p.tabs.Active, Choose: func(c *Context) {
			before := p.tabs.Active
			p.tabs.Active = i
			p.turn(c, before)
		}})
	}
	return told
}
