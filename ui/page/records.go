package page

import (
	"cmp"
	"context"
	"strings"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// records describes a page that is one list: what its rows are, and how they are shown,
// filtered, sorted and said. The page itself is the same for all; see recordsPage.
type records[R any] struct {
	// title is the page's part of the breadcrumb; one and many name a row and the rows.
	title, one, many string
	// list is what the user's choice of columns is kept under.
	list    string
	columns []recordColumn[R]
	// sort is the column that the rows are in the order of at first.
	sort int
	// fields are what a filter may look for by name, beside the text of the row.
	fields []recordField[R]
	// key names a row; it stays the same while the row changes.
	key func(*R) string
	// load makes the rows of a snapshot, in the background.
	load func(context.Context, *store.Snapshot) recordRows[R]
	// judge adds what rules say of the rows, in the background; it may be nil.
	judge func(*inspect.Inspection, *store.Snapshot, *recordRows[R])
	// say tells a row in words, for the clipboard and for faces without a screen.
	say func(*R) string
	// detail tells more of the selected row, below the list; a line each. legend says what
	// signs mean. Both may be nil.
	detail func(*R) []string
	legend func(*widget.Glyphs) string
	// open is where a row leads to; it may be nil.
	open func(*R) (Address, bool)
	// act does what an action asks of a row, beside opening and copying it; it reports
	// whether it did. offers are those actions. Both may be nil; row is nil where none is
	// selected.
	act    func(*Context, *R, action.ID) bool
	offers func(*R) []action.Offer
	// terms are what is explained here.
	terms []string
	// live is the cluster whose inside the page shows.
	live model.ID
}

// recordColumn is a column of a list.
type recordColumn[R any] struct {
	widget.Column
	cell    func(*R, *widget.Pen)
	compare func(a, b *R) int
	// down is set where the greatest come first.
	down bool
	// mark is the column's title, where that is a sign.
	mark widget.Mark
}

// severityRecords are a list's columns of findings by severity.
func severityRecords[R any](of func(*R) *model.Counts, severities ...model.Severity) []recordColumn[R] {
	columns := make([]recordColumn[R], len(severities))
	for i, severity := range severities {
		mark := SeverityMark(severity)
		columns[i] = recordColumn[R]{
			Column: widget.Column{Title: severity.String(), Name: severity.String(), Style: mark.Style(), Min: 4, Right: true},
			mark:   mark, down: true,
			cell:    func(r *R, pen *widget.Pen) { countCell(pen, of(r).Failed[severity], true, severity) },
			compare: func(a, b *R) int { return cmp.Compare(of(a).Failed[severity], of(b).Failed[severity]) },
		}
	}
	return columns
}

// recordField is what a filter may look for by name.
type recordField[R any] struct {
	filter.Field
	of func(*R) string
}

// recordRows are the rows of one snapshot.
type recordRows[R any] struct {
	rows []R
	// head and foot are said above and below the list; a line each.
	head, foot []string
	// empty says why there are no rows.
	empty string
	// texts are what the rows were made of, where that can be written.
	texts []ListingText
	// exact is set where nothing is missing from the rows.
	exact bool
}

// recordsPage shows records.
type recordsPage[R any] struct {
	records[R]
	at     Address
	table  widget.Table[string]
	shown  *recordList[R]
	feed   feed
	hand   hand
	filter listFilter
	lines  widget.Rect
}

func newRecordsPage[R any](at Address, with records[R]) *recordsPage[R] {
	fields := make([]filter.Field, len(with.fields))
	for i := range with.fields {
		fields[i] = with.fields[i].Field
	}
	p := &recordsPage[R]{records: with, at: at.Base(), feed: feed{name: with.title}, filter: newListFilter(at.Filter, fields)}
	for _, column := range with.columns {
		p.table.Columns = append(p.table.Columns, column.Column)
	}
	p.table.SortBy(with.sort, with.columns[with.sort].down)
	p.table.SetOrder(at.Sort, len(with.columns))
	p.hand.row = at.Row
	return p
}

// Title names the page in the breadcrumb.
func (p *recordsPage[R]) Title(*Context) string { return p.title }

// Place is where the list was left.
func (p *recordsPage[R]) Place() Address {
	at := p.at
	at.Sort, at.Row = p.table.Order(), p.table.RowName()
	return at
}

// FilterText is the filter as it is set now.
func (p *recordsPage[R]) FilterText() string { return p.filter.text }

// FilterHelp lists the words that the filter knows.
func (p *recordsPage[R]) FilterHelp() string { return p.filter.help() }

// FilterStatus says how many rows match.
func (p *recordsPage[R]) FilterStatus() (status string, wrong bool) {
	all := 0
	if p.shown != nil {
		all = len(p.shown.rows)
	}
	return p.filter.status(p.table.Len(), all, p.many)
}

// Settling reports whether the rows that the user asked for are still to come.
func (p *recordsPage[R]) Settling() bool { return p.feed.settling() }

// Columns returns the columns of the list.
func (p *recordsPage[R]) Columns() (name string, columns []widget.Chosen) {
	return p.list, p.table.Chosen()
}

// Export returns the list.
func (p *recordsPage[R]) Export(*Context) *Listing {
	list := listing(p.list, &p.table)
	if list != nil && p.shown != nil {
		list.Texts = p.shown.texts
	}
	return list
}

// Update takes a message.
func (p *recordsPage[R]) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		p.feed.follow(c, p.work(c))
	case Hidden:
		p.feed.stop()
	case Filtered:
		p.filter.set(msg.Text)
		p.feed.start(c, p.work(c))
	case fed:
		if p.feed.done(msg) {
			p.shown = msg.value.(*recordList[R])
			set(&p.hand, &p.table, p.shown, p.shown.order)
			p.feed.follow(c, p.work(c))
		}
	case widget.Mouse:
		p.hand.moved = true
		p.mouse(c, msg)
	case action.Intent:
		p.hand.moved = true
		p.intent(c, msg)
	}
}

// unopened reports whether the page is of a cluster that nobody has looked into. It is
// opened by a key alone: that is what asks the cluster.
func (p *recordsPage[R]) unopened(c *Context) bool {
	if p.live == "" || c.Inspection == nil {
		return false
	}
	cluster := c.Snapshot.Cluster(p.live)
	return cluster != nil && cluster.Inside == nil
}

func (p *recordsPage[R]) mouse(c *Context, m widget.Mouse) {
	m, inside := m.In(p.lines)
	if !inside {
		return
	}
	switch p.table.Mouse(m) {
	case widget.PressedOpen:
		p.follow(c)
	case widget.PressedSort:
		p.feed.start(c, p.work(c))
	case widget.PressedRow, widget.PressedNothing:
	}
}

func (p *recordsPage[R]) intent(c *Context, intent action.Intent) {
	if p.table.Do(intent.ID) || p.act != nil && p.act(c, p.selected(), intent.ID) {
		return
	}
	sorted := false
	switch intent.ID {
	case action.Open:
		p.follow(c)
	case action.Sort:
		sorted = p.table.SortNext()
	case action.Reverse:
		sorted = p.table.SortReverse()
	case action.Number:
		sorted = p.table.SortPick(intent.N - 1)
	case action.Copy:
		if row := p.selected(); row != nil {
			c.Copy(p.say(row), "the "+p.one)
		}
	case action.Explain:
		openTerms(c, p.terms...)
	case action.Refresh, action.Verify:
		p.again(c)
	}
	if sorted {
		p.feed.start(c, p.work(c))
	}
}

// again reads the cluster's inside anew.
func (p *recordsPage[R]) again(c *Context) {
	if p.live != "" && c.Inspection != nil {
		readInside(c, p.live)
	}
}

// follow opens what the row leads to.
func (p *recordsPage[R]) follow(c *Context) {
	row := p.selected()
	if row == nil && p.unopened(c) {
		openInside(c, p.live)
		return
	}
	if row == nil || p.open == nil {
		return
	}
	if to, leads := p.open(row); leads {
		c.Open(to)
	}
}

func (p *recordsPage[R]) selected() *R {
	at := p.table.Selected()
	if at < 0 || p.shown == nil {
		return nil
	}
	return &p.shown.rows[at]
}

// Offers lists what works here.
func (p *recordsPage[R]) Offers(c *Context) []action.Offer {
	var offers []action.Offer
	row := p.selected()
	if row == nil && p.unopened(c) {
		return []action.Offer{{ID: action.Open, Says: "look inside"}, {ID: action.Refresh}}
	}
	if row != nil {
		if p.open != nil {
			if _, leads := p.open(row); leads {
				offers = append(offers, action.Offer{ID: action.Open})
			}
		}
		offers = append(offers, action.Offer{ID: action.Copy})
	}
	if p.offers != nil {
		offers = append(offers, p.offers(row)...)
	}
	offers = append(offers, action.Offers(action.Filter, action.Sort, action.Reverse, action.Number)...)
	if len(p.terms) > 0 {
		offers = append(offers, action.Offer{ID: action.Explain})
	}
	if p.live != "" {
		offers = append(offers, action.Offer{ID: action.Ask}, action.Offer{ID: action.Refresh})
	}
	return offers
}

// Draw draws the list, with what is said above and below it.
func (p *recordsPage[R]) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	p.drawList(c, canvas, p.drawHead(canvas, area))
}

// drawHead draws what is said above the list, and returns what is left of the area.
func (p *recordsPage[R]) drawHead(canvas *widget.Canvas, area widget.Rect) widget.Rect {
	if p.shown == nil {
		return area
	}
	head := newProse(area.W-4, canvas.Glyphs)
	for _, line := range p.shown.head {
		head.paragraph(line, themes.Muted)
	}
	top, left := area.Top(min(len(head.lines), area.H/3))
	(&scroll{}).draw(canvas, top.Inset(2, 0), head.lines)
	return left
}

// drawList draws the list, with what is said below it.
func (p *recordsPage[R]) drawList(c *Context, canvas *widget.Canvas, area widget.Rect) {
	if p.shown != nil {
		foot := p.footer(area.W-4, area.H, canvas.Glyphs)
		if p.detail != nil { // what the row is about goes before what is not covered
			foot.lines = foot.lines[:min(len(foot.lines), max(0, area.H-9))]
		}
		if area.H > 8+len(foot.lines) && len(foot.lines) > 0 {
			var below widget.Rect
			below, area = area.Bottom(len(foot.lines) + 1)
			canvas.Rule(below, 0, themes.Border)
			_, below = below.Inset(2, 0).Top(1)
			(&scroll{}).draw(canvas, below, foot.lines)
		}
	}
	p.lines = area
	for i := range p.columns {
		if mark := p.columns[i].mark; mark != widget.NoMark {
			p.table.Columns[i].Title = strings.TrimSpace(canvas.Glyphs.Marks[mark])
		}
	}
	p.table.Arrange(c.Choice(p.list))
	p.table.Draw(canvas, area)
	emptyText(canvas, area, p.table.Len(), p.none())
}

// detailLines is how much is told of the selected row in an area of that height: always
// as much, so that the list stays in its place.
func detailLines(height int) int { return max(2, min(8, height/5)) }

func (p *recordsPage[R]) footer(width, height int, glyphs *widget.Glyphs) *prose {
	text := newProse(width, glyphs)
	if p.legend != nil {
		text.paragraph(p.legend(glyphs), themes.Muted)
	}
	if p.detail != nil {
		told := newProse(width, glyphs)
		if row := p.selected(); row != nil {
			for _, line := range p.detail(row) {
				told.paragraph(line, themes.Text)
			}
		}
		for i := range detailLines(height) {
			line := textLine{item: -1}
			if i < len(told.lines) {
				line = told.lines[i]
			}
			text.lines = append(text.lines, line)
		}
	}
	for _, line := range p.shown.foot {
		text.paragraph(line, themes.Muted)
	}
	return text
}

// none says why nothing is listed.
func (p *recordsPage[R]) none() string {
	switch {
	case p.shown == nil:
		return notReadYet
	case p.filter.text != "" && len(p.shown.rows) > 0:
		return "no " + p.one + " matches the filter: esc clears it"
	default:
		return p.shown.empty
	}
}

// Linear tells the list.
func (p *recordsPage[R]) Linear(*Context) Linear {
	if p.shown == nil || len(p.shown.order) == 0 {
		return Linear{Intro: []string{p.none()}}
	}
	result := Linear{Intro: p.shown.head, Outro: p.shown.foot}
	for _, row := range p.shown.order {
		key := p.shown.Key(int(row))
		result.Rows = append(result.Rows, LinearRow{Text: p.say(&p.shown.rows[row]), Choose: func() { p.table.Select(key) }})
	}
	return result
}

// recordList is the rows of one snapshot as a table shows them.
type recordList[R any] struct {
	recordRows[R]
	with  *records[R]
	order []int32
}

// Len is the number of rows.
func (l *recordList[R]) Len() int { return len(l.rows) }

// Key names a row.
func (l *recordList[R]) Key(row int) string { return l.with.key(&l.rows[row]) }

// Cell writes a cell.
func (l *recordList[R]) Cell(row, column int, pen *widget.Pen) {
	l.with.columns[column].cell(&l.rows[row], pen)
}

// work loads, filters and sorts the rows.
func (p *recordsPage[R]) work(c *Context) func(context.Context, *store.Snapshot) any {
	query, with, in := p.filter.query, &p.records, c.Inspection
	column, descending := p.table.Sorted()
	return func(ctx context.Context, s *store.Snapshot) any {
		list := &recordList[R]{recordRows: with.load(ctx, s), with: with}
		if with.judge != nil && in != nil {
			with.judge(in, s, &list.recordRows)
		}
		var keep func(int) bool
		if !query.Empty() {
			keep = func(row int) bool { return query.Match(list.field(row)) }
		}
		order, ok := widget.Order(ctx, len(list.rows), keep, list.compare(column, descending))
		if !ok {
			return nil
		}
		list.order = order
		return list
	}
}

func (l *recordList[R]) compare(column int, descending bool) func(a, b int) int {
	if column < 0 || l.with.columns[column].compare == nil {
		return nil
	}
	compare := l.with.columns[column].compare
	return func(a, b int) int {
		order := compare(&l.rows[a], &l.rows[b])
		if descending {
			order = -order
		}
		if order == 0 {
			order = strings.Compare(l.Key(a), l.Key(b))
		}
		return order
	}
}

// field returns what a row has for a filter; the empty field is all of its text.
func (l *recordList[R]) field(row int) func(string) string {
	r := &l.rows[row]
	return func(name string) string {
		for i := range l.with.fields {
			if l.with.fields[i].Name == name {
				return l.with.fields[i].of(r)
			}
		}
		return l.with.say(r)
	}
}
