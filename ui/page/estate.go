package page

import (
	"cmp"
	"context"
	"strings"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// estate lists the subscriptions, worst first, and what the estate adds up to.
type estate struct {
	table  widget.Table[model.ID]
	rows   *estateRows
	feed   feed
	hand   hand
	filter listFilter
	list   widget.Rect
}

const (
	estateName = iota
	estateClusters
	estateCritical // and the other severities after it
	estateWorst    = estateCritical + 4
)

func newEstate(at Address) Page {
	p := &estate{feed: feed{name: "estate"}, filter: newListFilter(at.Filter, estateFields())}
	p.table.SortBy(estateCritical, true)
	p.table.SetOrder(at.Sort, estateWorst+1)
	p.hand.row = at.Row
	return p
}

func estateFields() []filter.Field {
	return append(words("name", "id", "read"), severityField())
}

// Title names the page in the breadcrumb: by the tenant, or where only its GUID is
// known by the user's domain.
func (p *estate) Title(c *Context) string {
	identity := c.Inspection.Source.Identity()
	if identity.Tenant != "" && !isGUID(identity.Tenant) {
		return identity.Tenant
	}
	if _, domain, is := strings.Cut(identity.User, "@"); is && domain != "" {
		return domain
	}
	return "estate"
}

func isGUID(text string) bool {
	return len(text) == 36 && strings.Count(text, "-") == 4
}

// FilterText is the filter as it is set now.
func (p *estate) FilterText() string { return p.filter.text }

// FilterHelp lists the words that the filter knows.
func (p *estate) FilterHelp() string { return p.filter.help() }

// FilterStatus says how many subscriptions match.
func (p *estate) FilterStatus() (status string, wrong bool) {
	all := 0
	if p.rows != nil {
		all = len(p.rows.list)
	}
	return p.filter.status(p.table.Len(), all, "subscriptions")
}

// Settling reports whether the rows that the user asked for are still to come.
func (p *estate) Settling() bool { return p.feed.settling() }

// Update takes a message.
func (p *estate) Update(c *Context, msg Msg) {
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
			p.rows = msg.value.(*estateRows)
			set(&p.hand, &p.table, p.rows, p.rows.order)
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

func (p *estate) mouse(c *Context, m widget.Mouse) {
	m, inside := m.In(p.list)
	if !inside {
		return
	}
	switch p.table.Mouse(m) {
	case widget.PressedOpen:
		p.open(c)
	case widget.PressedSort:
		p.feed.start(c, p.work(c))
	case widget.PressedRow, widget.PressedNothing:
	}
}

func (p *estate) intent(c *Context, intent action.Intent) {
	if p.table.Do(intent.ID) {
		return
	}
	sorted := false
	switch intent.ID {
	case action.Open:
		p.open(c)
	case action.Findings:
		c.Open(Address{Kind: Findings})
	case action.Explain:
		column, _ := p.table.Sorted()
		openTerms(c, sortedFirst(estateTerms, column)...)
	case action.Sort:
		sorted = p.table.SortNext()
	case action.Reverse:
		sorted = p.table.SortReverse()
	case action.Number:
		sorted = p.table.SortPick(intent.N - 1)
	case action.Copy:
		if s := p.selected(); s != nil {
			c.Copy(s.ID.Name(), "the subscription's ID")
		}
	case action.Refresh:
		c.Inspection.Refresh()
		c.Say(widget.PendingMark, "reading the estate again")
	}
	if sorted {
		p.feed.start(c, p.work(c))
	}
}

func (p *estate) open(c *Context) {
	s := p.selected()
	switch {
	case s == nil:
	case s.Problem != nil && s.Clusters == 0:
		c.Open(Address{Kind: Problems})
	default:
		c.Open(Address{Kind: Clusters, ID: s.ID})
	}
}

func (p *estate) selected() *store.Subscription {
	at := p.table.Selected()
	if at < 0 || p.rows == nil {
		return nil
	}
	return p.rows.list[at]
}

// Export returns the list.
func (p *estate) Export(*Context) *Listing { return listing("subscriptions", &p.table) }

// Offers lists what works here.
func (p *estate) Offers(*Context) []action.Offer {
	var offers []action.Offer
	if p.selected() != nil {
		offers = action.Offers(action.Open)
	}
	offers = append(offers, action.Offers(action.Findings, action.Filter, action.Refresh)...)
	if p.selected() != nil {
		offers = append(offers, action.Offer{ID: action.Copy, Says: "copy ID"})
	}
	return append(offers, action.Offers(action.Sort, action.Reverse, action.Number, action.Explain, action.Capture)...)
}

// estateRows are the subscriptions of one snapshot, and the sums of it.
type estateRows struct {
	list   []*store.Subscription
	worst  []string // what is worst in each
	none   string   // what is said of a subscription without clusters
	order  []int32
	topics []topicGroup
	pools  int
	exact  bool
	counts model.Counts
	// unread are the subscriptions that could not be read.
	unread int
	// damaged are the saved files that could not be used whole.
	damaged  int
	clusters int
}

// Len is the number of subscriptions.
func (r *estateRows) Len() int { return len(r.list) }

// Key is the subscription's ID.
func (r *estateRows) Key(row int) model.ID { return r.list[row].ID }

// Cell writes a cell.
func (r *estateRows) Cell(row, column int, pen *widget.Pen) {
	s := r.list[row]
	switch column {
	case estateName:
		name := s.Name
		if name == "" {
			name = s.ID.Name()
		}
		pen.Write(name, themes.Text)
	case estateClusters:
		switch {
		case s.Problem != nil && s.Clusters == 0:
			pen.Mark(widget.UnreadMark)
		case s.Clusters == 0 && s.Read.State != model.ReadDone:
			pen.Mark(widget.PendingMark)
		default:
			pen.Int(s.Clusters, themes.Text)
		}
	case estateWorst:
		r.worstCell(row, pen)
	default:
		if s.Clusters == 0 {
			return
		}
		severity := shownSeverities[column-estateCritical]
		countCell(pen, s.Counts.Failed[severity], judgedAtAll(&s.Counts), severity)
	}
}

func (r *estateRows) worstCell(row int, pen *widget.Pen) {
	s := r.list[row]
	switch {
	case s.Problem != nil && s.Clusters == 0:
		pen.Write("could not read: "+mendOf(s.Problem), themes.Unread)
	case s.Problem != nil:
		pen.Mark(widget.UnreadMark)
		pen.Write(" last read failed: "+mendOf(s.Problem), themes.Unread)
	case s.Clusters == 0 && s.Read.State == model.ReadDone:
		pen.Write(r.none, themes.Faint)
	case s.Clusters == 0:
		pen.Write(notReadYet, themes.Unread)
	default:
		pen.Write(r.worst[row], themes.Muted)
	}
}

// mendOf is what to do about a problem, or else what happened.
func mendOf(p *source.Problem) string {
	if p.Do != "" {
		return p.Do
	}
	return p.What
}

// work lists, filters and sorts the subscriptions, and adds the topics up.
func (p *estate) work(c *Context) func(context.Context, *store.Snapshot) any {
	in, query := c.Inspection, p.filter.query
	column, descending := p.table.Sorted()
	return func(ctx context.Context, s *store.Snapshot) any {
		rows := newEstateRows(in, s)
		var keep func(int) bool
		if !query.Empty() {
			keep = func(row int) bool { return query.Match(rows.field(row)) }
		}
		order, ok := widget.Order(ctx, len(rows.list), keep, rows.compare(column, descending))
		if !ok {
			return nil
		}
		rows.order = order
		return rows
	}
}

func newEstateRows(in *inspect.Inspection, s *store.Snapshot) *estateRows {
	rows := &estateRows{none: noClusters(in, "no clusters"), list: s.Subscriptions, exact: s.Exact(), counts: s.Counts, clusters: len(s.Clusters), damaged: damagedFiles(s)}
	rows.worst = make([]string, len(rows.list))
	for i, subscription := range rows.list {
		rows.pools += subscription.Pools
		if subscription.Problem != nil {
			rows.unread++
		}
		if subscription.Worst != nil {
			rows.worst[i] = worstWords(in, subscription.Worst)
		}
	}
	if len(s.Clusters) > 0 {
		catalogue := in.Rules().Rules()
		rows.topics = groupByTopic(groupByRule(s.Clusters, catalogue), catalogue)
	}
	return rows
}

// worstWords says the worst finding of a cluster.
func worstWords(in *inspect.Inspection, cluster *store.Cluster) string {
	catalogue := in.Rules().Rules()
	best, worst := 0, -1
	note := func(rule int, judged model.Judged) {
		if judged.Failing() && weight(judged) > best {
			best, worst = weight(judged), rule
		}
	}
	cluster.Each(func(_, rule int, judged model.Judged) { note(rule, judged) })
	cluster.EachInside(func(_ *store.Judgement, rule int, judged model.Judged) { note(rule, judged) })
	if worst < 0 {
		return "no findings"
	}
	return catalogue[worst].Title
}

func (r *estateRows) compare(column int, descending bool) func(a, b int) int {
	by := func(x, y *store.Subscription, a, b int) int {
		switch column {
		case estateName:
			return foldCompare(x.Name, y.Name)
		case estateClusters:
			return cmp.Compare(x.Clusters, y.Clusters)
		case estateCritical:
			return cmp.Compare(worstKey(&x.Counts), worstKey(&y.Counts))
		case estateWorst:
			return foldCompare(r.worst[a], r.worst[b])
		default:
			if column < estateCritical {
				return 0
			}
			severity := shownSeverities[column-estateCritical]
			return cmp.Compare(x.Counts.Failed[severity], y.Counts.Failed[severity])
		}
	}
	return func(a, b int) int {
		x, y := r.list[a], r.list[b]
		order := by(x, y, a, b)
		if descending {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(worstKey(&y.Counts), worstKey(&x.Counts)), foldCompare(x.Name, y.Name))
	}
}

func (r *estateRows) field(row int) func(string) string {
	s := r.list[row]
	return func(field string) string {
		switch field {
		case "":
			return s.Name + " " + string(s.ID)
		case "name":
			return s.Name
		case "id":
			return s.ID.Name()
		case "read":
			if s.Problem != nil {
				return "failed refused"
			}
			if s.Read.State == model.ReadDone {
				return "yes done"
			}
			return "no pending"
		case "sev":
			return severitiesOf(&s.Counts)
		}
		return ""
	}
}

// severitiesOf lists the severities that have findings.
func severitiesOf(counts *model.Counts) string {
	var has []string
	for _, severity := range model.Severities {
		if counts.Failed[severity] > 0 {
			has = append(has, severity.String())
		}
	}
	return strings.Join(has, " ")
}
