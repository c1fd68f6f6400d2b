package page

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// Bookmark is a page that a user has marked, with its filter and order.
type Bookmark struct {
	ID     string    `json:"id"`
	Estate string    `json:"estate"`
	Name   string    `json:"name"`
	Where  string    `json:"where"`
	At     Address   `json:"at"`
	Added  time.Time `json:"added"`
}

// where is the page's place, as these glyphs show it.
func (b *Bookmark) where(glyphs *widget.Glyphs) string {
	return strings.ReplaceAll(b.Where, "›", glyphs.Separator)
}

// Renaming gives a bookmark another name.
type Renaming struct{ ID, Name string }

// Removing takes a bookmark away.
type Removing struct{ ID string }

// bookmarksPage lists the bookmarks: to open, to rename and to delete them.
type bookmarksPage struct {
	table    widget.Table[string]
	rows     bookmarkRows
	order    []int32 // the rows that the filter leaves
	filter   listFilter
	list     widget.Rect
	name     widget.Input
	renaming string // the bookmark whose name is typed
	deleting string // the bookmark that the next delete takes away
}

type bookmarkRows []Bookmark

const (
	bookmarkName = iota
	bookmarkWhere
	bookmarkFilter
	bookmarkAdded
)

func newBookmarksPage(at Address) Page {
	return &bookmarksPage{filter: newListFilter(at.Filter, words("name", "where"))}
}

// Title names the page in the breadcrumb.
func (p *bookmarksPage) Title(*Context) string { return "bookmarks" }

// FilterText is the filter as it is set now.
func (p *bookmarksPage) FilterText() string { return p.filter.text }

// FilterHelp lists the words that the filter knows.
func (p *bookmarksPage) FilterHelp() string { return p.filter.help() }

// FilterStatus says how many bookmarks match.
func (p *bookmarksPage) FilterStatus() (status string, wrong bool) {
	return p.filter.status(p.table.Len(), len(p.rows), "bookmarks")
}

// Typing reports whether a name is typed.
func (p *bookmarksPage) Typing() bool { return p.renaming != "" }

// Update takes a message.
func (p *bookmarksPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		p.arrange(c)
	case Filtered:
		p.filter.set(msg.Text)
		p.arrange(c)
	case tea.KeyPressMsg:
		p.name.Update(msg)
	case tea.PasteMsg:
		p.name.Update(msg)
	case widget.Mouse:
		if m, inside := msg.In(p.list); inside && p.table.Mouse(m) == widget.PressedOpen {
			p.open(c)
		}
	case action.Intent:
		p.intent(c, msg)
	}
}

// arrange lists what the filter leaves.
func (p *bookmarksPage) arrange(c *Context) {
	p.rows = c.Bookmarks
	p.order, _ = widget.Order(context.Background(), len(p.rows), func(row int) bool {
		return p.filter.query.Match(func(field string) string {
			switch field {
			case "name":
				return p.rows[row].Name
			case "where":
				return p.rows[row].Where
			default:
				return p.rows[row].Name + " " + p.rows[row].Where
			}
		})
	}, nil)
	p.table.Set(p.rows, p.order)
}

func (p *bookmarksPage) selected() *Bookmark {
	if at := p.table.Selected(); at >= 0 && at < len(p.rows) {
		return &p.rows[at]
	}
	return nil
}

func (p *bookmarksPage) open(c *Context) {
	if chosen := p.selected(); chosen != nil {
		c.Open(chosen.At)
	}
}

func (p *bookmarksPage) intent(c *Context, intent action.Intent) {
	if p.renaming != "" {
		p.typed(c, intent.ID)
		return
	}
	asked := p.deleting
	p.deleting = ""
	if p.table.Do(intent.ID) {
		return
	}
	chosen := p.selected()
	if chosen == nil {
		return
	}
	switch intent.ID {
	case action.Open:
		p.open(c)
	case action.Rename:
		p.renaming = chosen.ID
		p.name.SetValue(chosen.Name)
	case action.Delete:
		if asked != chosen.ID {
			p.deleting = chosen.ID
			c.Say(widget.InfoMark, "the same key again deletes the bookmark "+chosen.Name)
			return
		}
		c.effects = append(c.effects, Removing{chosen.ID})
		c.Say(widget.PassMark, "deleted the bookmark "+chosen.Name)
	}
}

// typed ends the typing of a name.
func (p *bookmarksPage) typed(c *Context, id action.ID) {
	switch id {
	case action.Open:
		name := strings.TrimSpace(p.name.Value())
		if name == "" {
			c.Say(widget.NoMark, "a bookmark needs a name")
			return
		}
		c.effects = append(c.effects, Renaming{p.renaming, name})
		p.renaming = ""
	case action.Back:
		p.renaming = ""
	}
}

// Fill gives the selected bookmark another name.
func (p *bookmarksPage) Fill(c *Context, name, value string) error {
	chosen := p.selected()
	switch {
	case name != "name":
		return fmt.Errorf("there is no field %q: use name", name)
	case chosen == nil:
		return errors.New("there is no bookmark to rename")
	case strings.TrimSpace(value) == "":
		return errors.New("a bookmark needs a name")
	}
	c.effects = append(c.effects, Renaming{chosen.ID, strings.TrimSpace(value)})
	return nil
}

// Linear tells the bookmarks.
func (p *bookmarksPage) Linear(c *Context) Linear {
	var told Linear
	switch {
	case len(p.rows) == 0:
		told.Intro = append(told.Intro, "No page is marked in this estate: bookmark marks the one you are on.")
	case p.table.Len() == 0:
		told.Intro = append(told.Intro, "No bookmark matches the filter.")
	}
	for _, at := range p.order {
		mark := &p.rows[at]
		filter := ""
		if mark.At.Filter != "" {
			filter = "filter " + mark.At.Filter
		}
		id := mark.ID
		told.Rows = append(told.Rows, LinearRow{Text: mark.Name + ": " + joinWords("; ", mark.where(c.Glyphs), filter), Choose: func() { p.table.Select(id) }})
	}
	if c.Elsewhere > 0 {
		told.Outro = append(told.Outro, p.elsewhere(c))
	}
	return told
}

func (p *bookmarksPage) elsewhere(c *Context) string {
	return plural(c.Elsewhere, "more bookmark is", "more bookmarks are") + " of other tenants, files or the demo, and listed there"
}

// Offers lists what works here.
func (p *bookmarksPage) Offers(*Context) []action.Offer {
	if p.renaming != "" {
		return []action.Offer{{ID: action.Open, Says: "keep the name"}}
	}
	if p.selected() == nil {
		return action.Offers(action.Filter)
	}
	return action.Offers(action.Open, action.Rename, action.Delete, action.Filter)
}

// Draw draws the list, and the name where it is typed.
func (p *bookmarksPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	foot, list := area.Bottom(2)
	p.list = list
	p.table.Columns = []widget.Column{
		bookmarkName:   {Title: "Bookmark", Min: 24, Max: 48, Weight: 2, Fixed: true},
		bookmarkWhere:  {Title: "Page", Min: 20, Max: 70, Weight: 3, Fixed: true},
		bookmarkFilter: {Title: "Filter", Min: 12, Max: 40, Weight: 2, Fixed: true},
		bookmarkAdded:  {Title: "Since", Min: 10, Priority: 1, Fixed: true},
	}
	p.table.Arrange(c.Choice("bookmarks"))
	p.table.Draw(canvas, list)
	why := "No page is marked in this estate: b marks the one you are on, with its filter and order."
	if p.filter.text != "" && len(p.rows) > 0 {
		why = "no bookmark matches the filter: esc clears it"
	}
	emptyText(canvas, list, p.table.Len(), why)
	pen := canvas.Line(foot.Inset(2, 0), 1)
	switch {
	case p.renaming != "":
		pen.Write("name ", themes.Accent)
		p.name.Draw(canvas, &pen, themes.Text, true)
	case c.Elsewhere > 0:
		pen.Write(p.elsewhere(c), themes.Muted)
	}
}

// Columns returns the columns of the list.
func (p *bookmarksPage) Columns() (name string, columns []widget.Chosen) {
	return "bookmarks", p.table.Chosen()
}

// Len is the number of bookmarks.
func (r bookmarkRows) Len() int { return len(r) }

// Key names the bookmark.
func (r bookmarkRows) Key(row int) string { return r[row].ID }

// Cell writes a cell.
func (r bookmarkRows) Cell(row, column int, pen *widget.Pen) {
	switch column {
	case bookmarkName:
		pen.Write(r[row].Name, themes.Text)
	case bookmarkWhere:
		pen.Write(r[row].where(pen.Glyphs()), themes.Muted)
	case bookmarkFilter:
		pen.Write(r[row].At.Filter, themes.Accent)
	case bookmarkAdded:
		pen.Write(r[row].Added.Local().Format(time.DateOnly), themes.Muted)
	}
}
