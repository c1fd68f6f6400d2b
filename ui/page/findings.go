package page

import (
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// findingsPage lists the findings of the estate, of one subscription or of one
// rule: by rule, by cluster, or every one.
type findingsPage struct {
	at      Address
	tabs    widget.Tabs
	table   widget.Table[findingKey]
	tab     int
	sorts   [4]sorting // of each tab
	rows    *estateFindings
	index   *index
	feed    feed
	hand    hand
	filter  listFilter
	split   split
	tabArea widget.Rect
}

// sorting is what a tab is sorted by.
type sorting struct {
	column     int
	descending bool
}

// The tabs.
const (
	byRule = iota
	byCluster
	flat
	ofRule // the only one where the page is about one rule
)

// findingKey names a line of any tab: what does not apply is empty.
type findingKey struct {
	cluster model.ID
	pool    int16
	object  model.Ref
	rule    int32
}

// The columns: those of a tab follow from columnsOf.
const (
	columnSeverity = iota
	columnTitle
	columnCluster
	columnPart
	columnSubscription
	columnRule
	columnClusters
	columnFindings
	columnUnread
	columnRegion
	columnCritical // and the other severities after it
)

var tabColumns = [4][]int{
	byRule:    {columnSeverity, columnTitle, columnClusters, columnFindings, columnUnread, columnRule},
	byCluster: {columnCluster, columnSubscription, columnRegion, columnCritical, columnCritical + 1, columnCritical + 2, columnCritical + 3, columnUnread},
	flat:      {columnSeverity, columnTitle, columnCluster, columnPart, columnSubscription, columnRule},
	ofRule:    {columnSeverity, columnCluster, columnPart, columnSubscription, columnRegion},
}

var findingsTabs = map[string]int{"": byRule, "rules": byRule, "clusters": byCluster, "all": flat}

func newFindingsPage(at Address) Page {
	p := &findingsPage{at: at, feed: feed{name: "findings"}, filter: newListFilter(at.Filter, findingsFields())}
	p.tabs.Tabs = []widget.Tab{{Title: "By rule", Count: -1}, {Title: "By cluster", Count: -1}, {Title: "All", Count: -1}}
	p.tabs.Active = findingsTabs[at.Tab]
	p.tab = p.tabs.Active
	if at.Rule != "" {
		p.tabs.Tabs, p.tab = nil, ofRule
	}
	p.sorts = [4]sorting{byRule: {0, true}, byCluster: {3, true}, flat: {0, true}, ofRule: {0, true}}
	p.table.SetOrder(at.Sort, len(tabColumns[p.tab]))
	if column, descending := p.table.Sorted(); column >= 0 {
		p.sorts[p.tab] = sorting{column, descending}
	}
	p.sortFromTab()
	p.hand.row = at.Row
	p.at = at.Base()
	return p
}

func findingsFields() []filter.Field {
	return append(words("rule", "topic", "cluster", "sub", "group", "region", "version", "pool", "ns", "kind", "on", "verdict", "cis", "is"), severityField())
}

// Title names the page in the breadcrumb.
func (p *findingsPage) Title(c *Context) string {
	title := "findings"
	if p.at.Rule != "" {
		title += " of " + p.at.Rule
	}
	if p.at.ID != "" {
		return subscriptionName(c.Snapshot, p.at.ID) + " " + c.Glyphs.Separator + " " + title
	}
	return title
}

// FilterText is the filter as it is set now.
func (p *findingsPage) FilterText() string { return p.filter.text }

// FilterHelp lists the words that the filter knows.
func (p *findingsPage) FilterHelp() string { return p.filter.help() }

// FilterStatus says how many findings match.
func (p *findingsPage) FilterStatus() (status string, wrong bool) {
	if p.rows == nil {
		return p.filter.status(0, 0, "findings")
	}
	return p.filter.status(p.rows.matched, p.rows.index.len(), "findings")
}

// Settling reports whether the rows that the user asked for are still to come.
func (p *findingsPage) Settling() bool { return p.feed.settling() }

// Update takes a message.
func (p *findingsPage) Update(c *Context, msg Msg) {
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
			p.take(c, msg.value.(*estateFindings))
		}
	case widget.Mouse:
		p.hand.moved = true
		p.mouse(c, msg)
	case action.Intent:
		p.hand.moved = true
		p.intent(c, msg)
	}
}

func (p *findingsPage) take(c *Context, rows *estateFindings) {
	p.index = rows.index
	if rows.tab == p.tab {
		p.rows = rows
		set(&p.hand, &p.table, rows, rows.order)
	}
	p.feed.follow(c, p.work(c))
}

func (p *findingsPage) mouse(c *Context, m widget.Mouse) {
	if tab, inside := m.In(p.tabArea); inside && len(p.tabs.Tabs) > 0 {
		if p.tabs.Mouse(tab) {
			p.toTab(c)
		}
		return
	}
	m, inside := m.In(p.split.list)
	if !inside {
		return
	}
	switch p.table.Mouse(m) {
	case widget.PressedOpen:
		p.open(c, action.Open)
	case widget.PressedSort:
		p.sorted(c)
	case widget.PressedRow, widget.PressedNothing:
	}
}

func (p *findingsPage) intent(c *Context, intent action.Intent) {
	if p.table.Do(intent.ID) {
		return
	}
	if p.tabs.Do(intent) {
		p.toTab(c)
		return
	}
	switch intent.ID {
	case action.Open, action.Explain, action.Fix, action.Findings, action.Waive:
		p.open(c, intent.ID)
	case action.Sort:
		if p.table.SortNext() {
			p.sorted(c)
		}
	case action.Reverse:
		if p.table.SortReverse() {
			p.sorted(c)
		}
	case action.Copy:
		if p.rows != nil && p.table.Selected() >= 0 {
			c.Copy(p.rows.line(p.table.Selected()), "the line")
		}
	case action.Refresh:
		c.Inspection.Refresh()
		c.Say(widget.PendingMark, "reading the estate again")
	}
}

// toTab shows another tab: its lines are made anew, its order is as it was left.
func (p *findingsPage) toTab(c *Context) {
	p.rows, p.tab = nil, p.tabs.Active
	p.table = widget.Table[findingKey]{}
	p.sortFromTab()
	p.feed.start(c, p.work(c))
}

func (p *findingsPage) sortFromTab() {
	s := p.sorts[p.tab]
	p.table.SortBy(s.column, s.descending)
}

func (p *findingsPage) sorted(c *Context) {
	p.sorts[p.tab].column, p.sorts[p.tab].descending = p.table.Sorted()
	p.feed.start(c, p.work(c))
}

// open goes where an action leads from the selected line.
func (p *findingsPage) open(c *Context, id action.ID) {
	at := p.table.Selected()
	if at < 0 || p.rows == nil {
		if id == action.Explain {
			p.words(c)
		}
		return
	}
	switch p.rows.tab {
	case byRule:
		rule := p.rows.rules[p.rows.groups[at].rule].ID
		if id == action.Explain {
			c.Open(Address{Kind: Rule, Rule: rule})
			return
		}
		c.Open(Address{Kind: Findings, ID: p.at.ID, Rule: rule})
	case byCluster:
		if id == action.Explain {
			p.words(c)
			return
		}
		c.Open(Address{Kind: Cluster, ID: p.rows.index.clusters[at].Resource.ID, Tab: "findings"})
	default:
		e := p.rows.index.at(int32(at))
		to := p.rows.address(e)
		if id == action.Waive {
			openWaive(c, to, e.judged())
			return
		}
		if id == action.Fix {
			if e.verdict != model.Fail {
				c.Say(VerdictMark(e.judged()), "nothing to mend here: "+severityWord(e.judged()))
				return
			}
			to.Kind = Fix
		}
		c.Open(to)
	}
}

// words opens what the columns mean.
func (p *findingsPage) words(c *Context) {
	var terms []string
	column, _ := p.table.Sorted()
	for n, id := range tabColumns[p.tab] {
		if n == column {
			terms = append([]string{findingTerms[id]}, terms...)
			continue
		}
		terms = append(terms, findingTerms[id])
	}
	openTerms(c, terms...)
}

// Export returns the list of the active tab.
func (p *findingsPage) Export(c *Context) *Listing {
	name := "findings" + [...]string{byRule: " by rule", byCluster: " by cluster", flat: "", ofRule: " of " + p.at.Rule}[p.tab]
	if p.at.ID != "" {
		name += " in " + subscriptionName(c.Snapshot, p.at.ID)
	}
	return listing(name, &p.table)
}

// Offers lists what works here.
func (p *findingsPage) Offers(*Context) []action.Offer {
	var offers []action.Offer
	if p.rows != nil && p.table.Selected() >= 0 {
		offers = action.Offers(action.Open)
		switch p.tab {
		case byRule:
			offers = append(offers, action.Offer{ID: action.Explain})
		case flat, ofRule:
			offers = append(offers, action.Offers(action.Fix, action.Explain)...)
			if judged := p.rows.index.at(int32(p.table.Selected())).judged(); p.rows.tab == p.tab && judged.Verdict == model.Fail {
				offers = append(offers, waiveOffer(judged))
			}
		}
	}
	offers = append(offers, action.Offers(action.Filter)...)
	if len(offers) == 1 || p.tab == byCluster {
		offers = append(offers, action.Offer{ID: action.Explain})
	}
	if len(p.tabs.Tabs) > 0 {
		offers = append(offers, action.Offers(action.NextTab, action.PrevTab, action.Number)...)
	}
	return append(offers, action.Offers(action.Copy, action.Sort, action.Reverse, action.Refresh, action.Mark)...)
}
