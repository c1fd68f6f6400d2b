package page

import (
	"cmp"
	"context"
	"strings"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// clusters lists clusters: of the whole estate, or of one subscription.
type clusters struct {
	at     Address
	table  widget.Table[model.ID]
	rows   *clusterRows
	feed   feed
	hand   hand
	filter listFilter
	side   sidePane
	split  split
}

// The columns.
const (
	clusterName = iota
	clusterSubscription
	clusterRegion
	clusterVersion
	clusterExposure
	clusterSignIn
	clusterPolicy
	clusterCritical // and the other severities after it
)

// The columns that are shown only where a user asks for them.
const (
	clusterGroup = clusterCritical + 4 + iota
	clusterTier
	clusterState
	clusterPools
	clusterNodes
)

func newClusters(at Address) Page {
	p := &clusters{at: at, feed: feed{name: "clusters"}, filter: newListFilter(at.Filter, clusterFields())}
	p.table.SortBy(clusterCritical, true)
	p.table.SetOrder(at.Sort, clusterNodes+1)
	p.hand.row = at.Row
	p.at = at.Base()
	return p
}

// Title names the page in the breadcrumb.
func (p *clusters) Title(c *Context) string {
	if p.at.ID == "" {
		return "clusters"
	}
	return subscriptionName(c.Snapshot, p.at.ID)
}

// clusterFields are the words that the filter knows on this page.
func clusterFields() []filter.Field {
	return append(words("name", "sub", "group", "region", "version", "exposure", "signin", "policy", "tier", "state"), severityField())
}

// FilterText is the filter as it is set now.
func (p *clusters) FilterText() string { return p.filter.text }

// FilterHelp lists the words that the filter knows.
func (p *clusters) FilterHelp() string { return p.filter.help() }

// FilterStatus says how many clusters match.
func (p *clusters) FilterStatus() (status string, wrong bool) {
	all := 0
	if p.rows != nil {
		all = len(p.rows.clusters)
	}
	return p.filter.status(p.table.Len(), all, "clusters")
}

// Settling reports whether the rows that the user asked for are still to come.
func (p *clusters) Settling() bool { return p.feed.settling() }

// Update takes a message.
func (p *clusters) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		p.feed.follow(c, p.work())
		p.side.follow(c, p.selected())
	case Hidden:
		p.feed.stop()
		p.side.stop()
	case Filtered:
		p.filter.set(msg.Text)
		p.feed.start(c, p.work())
	case fed:
		if p.feed.done(msg) {
			p.rows = msg.value.(*clusterRows)
			set(&p.hand, &p.table, p.rows, p.rows.order)
			p.side.follow(c, p.selected())
			p.feed.follow(c, p.work())
		}
	case sided:
		p.side.take(msg)
	case widget.Mouse:
		p.hand.moved = true
		p.mouse(c, msg)
	case action.Intent:
		p.hand.moved = true
		p.intent(c, msg)
	}
}

func (p *clusters) mouse(c *Context, m widget.Mouse) {
	m, inside := m.In(p.split.list)
	if !inside {
		return
	}
	switch p.table.Mouse(m) {
	case widget.PressedOpen:
		p.open(c, Cluster, "")
	case widget.PressedSort:
		p.feed.start(c, p.work())
	case widget.PressedRow:
		p.side.follow(c, p.selected())
	case widget.PressedNothing:
	}
}

func (p *clusters) intent(c *Context, intent action.Intent) {
	if p.table.Do(intent.ID) {
		p.side.follow(c, p.selected())
		return
	}
	switch intent.ID {
	case action.Open:
		p.open(c, Cluster, "")
	case action.Findings:
		p.open(c, Cluster, "findings")
	case action.Sort:
		p.sorted(c, p.table.SortNext())
	case action.Reverse:
		p.sorted(c, p.table.SortReverse())
	case action.Number:
		p.sorted(c, p.table.SortPick(intent.N-1))
	case action.Copy:
		if cluster := p.selected(); cluster != nil {
			c.Copy(string(cluster.Resource.ID), "the cluster's ID")
		}
	case action.Explain:
		column, _ := p.table.Sorted()
		openTerms(c, sortedFirst(clusterTerms, column)...)
	case action.Refresh:
		p.refresh(c)
	}
}

func (p *clusters) sorted(c *Context, changed bool) {
	if changed {
		p.feed.start(c, p.work())
	}
}

func (p *clusters) refresh(c *Context) {
	if p.at.ID != "" {
		c.Inspection.Schedule.Refresh(source.Scope{Breadth: source.Subscription, ID: p.at.ID})
		c.Say(widget.PendingMark, "reading the subscription again")
		return
	}
	c.Inspection.Refresh()
	c.Say(widget.PendingMark, "reading the estate again")
}

func (p *clusters) open(c *Context, kind Kind, tab string) {
	if cluster := p.selected(); cluster != nil {
		c.Open(Address{Kind: kind, ID: cluster.Resource.ID, Tab: tab})
	}
}

func (p *clusters) selected() *store.Cluster {
	at := p.table.Selected()
	if at < 0 || p.rows == nil {
		return nil
	}
	return p.rows.clusters[at]
}

// Export returns the list.
func (p *clusters) Export(c *Context) *Listing {
	if p.at.ID == "" {
		return listing("clusters", &p.table)
	}
	return listing("clusters of "+subscriptionName(c.Snapshot, p.at.ID), &p.table)
}

// Offers lists what works here.
func (p *clusters) Offers(*Context) []action.Offer {
	if p.selected() == nil {
		return action.Offers(action.Filter, action.Refresh, action.Explain, action.Capture)
	}
	return append(action.Offers(action.Open, action.Findings, action.Filter, action.Sort, action.Reverse),
		action.Offer{ID: action.Copy, Says: "copy ID"}, action.Offer{ID: action.Refresh},
		action.Offer{ID: action.Number}, action.Offer{ID: action.Mark}, action.Offer{ID: action.Explain}, action.Offer{ID: action.Capture})
}

// Draw draws the list and, where there is room, the selected cluster beside it.
func (p *clusters) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	p.split = splitArea(area)
	p.table.Columns = p.columns(c)
	foot, list := p.split.list.Bottom(2)
	p.split.list = list
	p.table.Arrange(c.Choice(p.columnsName()))
	p.table.Draw(canvas, list)
	emptyText(canvas, list, p.table.Len(), p.empty(c))
	pen := canvas.Line(foot, 1)
	pen.Skip(2)
	p.summary(c, &pen)
	p.side.draw(c, canvas, p.split.side, p.selected())
}

func (p *clusters) columns(c *Context) []widget.Column {
	columns := []widget.Column{
		clusterName:         {Title: "Cluster", Min: 14, Max: 32, Weight: 3},
		clusterSubscription: {Title: "Subscription", Min: 13, Max: 22, Weight: 1, Priority: 3},
		clusterRegion:       {Title: "Region", Min: 11, Max: 18, Weight: 1, Priority: 4},
		clusterVersion:      {Title: "Version", Min: 7, Priority: 1},
		clusterExposure:     {Title: "API server", Min: 12, Priority: 1},
		clusterSignIn:       {Title: "Sign-in", Min: 13, Priority: 2},
		clusterPolicy:       {Title: "Net policy", Min: 10, Priority: 5},
	}
	if p.at.ID != "" {
		columns[clusterSubscription].Priority = 6
	}
	columns = append(columns, severityColumns(c.Glyphs, shownSeverities)...)
	return append(columns, []widget.Column{
		{Title: "Group", Name: "resource group", Min: 14, Max: 28, Weight: 1, Priority: 1, Off: true},
		clusterTier - clusterGroup:  {Title: "Tier", Min: 9, Priority: 1, Off: true},
		clusterState - clusterGroup: {Title: "State", Min: 9, Max: 18, Weight: 1, Priority: 1, Off: true},
		clusterPools - clusterGroup: {Title: "Pools", Min: 5, Right: true, Priority: 1, Off: true},
		clusterNodes - clusterGroup: {Title: "Nodes", Min: 6, Right: true, Priority: 1, Off: true},
	}...)
}

func (p *clusters) empty(c *Context) string {
	switch {
	case p.filter.text != "" && p.rows != nil && len(p.rows.clusters) > 0:
		return "no cluster matches the filter: esc clears it"
	case p.at.ID != "":
		if subscription := c.Snapshot.Subscription(p.at.ID); subscription != nil {
			switch {
			case subscription.Problem != nil:
				return couldNotRead(subscription.Problem)
			case subscription.Read.State == model.ReadDone:
				return noClusters(c.Inspection, "no clusters in this subscription")
			}
		}
		return "clusters not read yet"
	case c.Snapshot.Problem != nil:
		return couldNotRead(c.Snapshot.Problem)
	case c.Snapshot.Estate.State == model.ReadDone && len(c.Snapshot.Clusters) == 0:
		return noClusters(c.Inspection, "no clusters that you may read")
	default:
		return "clusters not read yet"
	}
}

// summary says what the list adds up to, and what that leaves out.
func (p *clusters) summary(c *Context, pen *widget.Pen) {
	counts, exact, n := &c.Snapshot.Counts, c.Snapshot.Exact(), len(c.Snapshot.Clusters)
	if p.at.ID != "" {
		subscription := c.Snapshot.Subscription(p.at.ID)
		if subscription == nil {
			return
		}
		counts, exact, n = &subscription.Counts, subscription.Exact(), subscription.Clusters
	}
	if n == 0 {
		return
	}
	if !exact {
		pen.Write("at least ", themes.Unread)
	}
	pen.Write(plural(n, "cluster", "clusters"), themes.Muted)
	pen.Skip(3)
	marks(pen, counts)
	if left := uncovered(counts); left != "" {
		pen.Skip(1)
		if widget.Width(left, pen.Glyphs().ASCII) > pen.Left() {
			left = strings.NewReplacer(" checks", "", " check", "").Replace(left)
		}
		pen.Write(left, themes.Unread)
	}
}

// clusterRows are the clusters of one snapshot, in order.
type clusterRows struct {
	clusters      []*store.Cluster
	subscriptions []string
	order         []int32
}

// Len is the number of clusters.
func (r *clusterRows) Len() int { return len(r.clusters) }

// Key is the cluster's ID.
func (r *clusterRows) Key(row int) model.ID { return r.clusters[row].Resource.ID }

// Cell writes a cell.
func (r *clusterRows) Cell(row, column int, pen *widget.Pen) {
	cluster := r.clusters[row]
	summary := &cluster.Summary
	switch column {
	case clusterName:
		style := themes.Text
		if stopped(summary) {
			style = themes.Muted
		}
		pen.Write(summary.Name, style)
		if cluster.Problem != nil {
			pen.Skip(1)
			pen.Mark(widget.UnreadMark)
		}
	case clusterSubscription:
		pen.Write(r.subscriptions[row], themes.Muted)
	case clusterRegion:
		pen.Write(summary.Location, themes.Muted)
	case clusterVersion:
		writeKnown(pen, summary.Version, themes.Text)
	case clusterExposure:
		pen.Write(summary.Exposure.String(), exposureStyle(summary.Exposure))
	case clusterSignIn:
		pen.Write(signInWord(summary.SignIn), signInStyle(summary.SignIn))
	case clusterPolicy:
		style := themes.Text
		if strings.EqualFold(summary.NetworkPolicy, "none") {
			style = themes.Medium
		}
		writeKnown(pen, summary.NetworkPolicy, style)
	case clusterGroup:
		pen.Write(summary.ResourceGroup, themes.Muted)
	case clusterTier:
		writeKnown(pen, tierWords(summary), themes.Text)
	case clusterState:
		writeKnown(pen, powerWords(summary), stateStyle(summary))
	case clusterPools:
		pen.Int(len(summary.Pools), themes.Text)
	case clusterNodes:
		pen.Int(summary.Nodes, themes.Text)
	default:
		severity := shownSeverities[column-clusterCritical]
		countCell(pen, cluster.Counts.Failed[severity], judgedAtAll(&cluster.Counts), severity)
	}
}

// writeKnown writes a value, or a sign for one that is not known.
func writeKnown(pen *widget.Pen, value string, style themes.Style) {
	if value == "" {
		pen.Write(pen.Glyphs().Ellipsis, themes.Unread)
		return
	}
	pen.Write(value, style)
}

// judgedAtAll reports whether there is any verdict, so that no finding means none.
func judgedAtAll(counts *model.Counts) bool {
	return counts.Failures()+counts.Passed+counts.NotApplied > 0
}

// tierWords are the cluster's pricing tier, and whether it is AKS Automatic.
func tierWords(summary *model.ClusterSummary) string {
	if summary.Automatic {
		return strings.TrimSpace("Automatic " + summary.Tier)
	}
	return summary.Tier
}

// powerWords say whether the cluster runs, and whether changes to it go through.
func powerWords(summary *model.ClusterSummary) string {
	if summary.Provisioning != "" && summary.Provisioning != "Succeeded" {
		return summary.Provisioning
	}
	return summary.Power
}

func stopped(summary *model.ClusterSummary) bool { return strings.EqualFold(summary.Power, "Stopped") }

func exposureStyle(e model.Exposure) themes.Style {
	switch e {
	case model.ExposureOpen:
		return themes.High
	case model.ExposureBroad:
		return themes.Medium
	case model.ExposureUnknown:
		return themes.Unread
	default:
		return themes.Text
	}
}

func signInStyle(s model.SignIn) themes.Style {
	switch s {
	case model.SignInLocal:
		return themes.High
	case model.SignInEntraLocal:
		return themes.Medium
	case model.SignInUnknown:
		return themes.Unread
	default:
		return themes.Text
	}
}

// signInWord is the way to sign in, short enough for a column.
func signInWord(s model.SignIn) string {
	if s == model.SignInAzureRBAC {
		return "Azure RBAC"
	}
	return s.String()
}

// work lists, filters and sorts the clusters.
func (p *clusters) work() func(context.Context, *store.Snapshot) any {
	at, query := p.at, p.filter.query
	column, descending := p.table.Sorted()
	return func(ctx context.Context, s *store.Snapshot) any {
		rows := &clusterRows{clusters: s.Clusters}
		if at.ID != "" {
			rows.clusters = s.In(at.ID)
		}
		names := map[model.ID]string{}
		rows.subscriptions = make([]string, len(rows.clusters))
		for i, cluster := range rows.clusters {
			parent := cluster.Resource.Parent
			name, known := names[parent]
			if !known {
				name = subscriptionName(s, parent)
				names[parent] = name
			}
			rows.subscriptions[i] = name
		}
		var keep func(int) bool
		if !query.Empty() {
			keep = func(row int) bool { return query.Match(rows.field(row)) }
		}
		order, ok := widget.Order(ctx, len(rows.clusters), keep, rows.compare(column, descending))
		if !ok {
			return nil
		}
		rows.order = order
		return rows
	}
}

// compare orders two clusters by a column; equal ones by their findings, then names.
func (r *clusterRows) compare(column int, descending bool) func(a, b int) int {
	by := func(a, b int) int {
		x, y := r.clusters[a], r.clusters[b]
		switch column {
		case clusterName:
			return foldCompare(x.Summary.Name, y.Summary.Name)
		case clusterSubscription:
			return foldCompare(r.subscriptions[a], r.subscriptions[b])
		case clusterRegion:
			return foldCompare(x.Summary.Location, y.Summary.Location)
		case clusterVersion:
			return compareVersions(x.Summary.Version, y.Summary.Version)
		case clusterExposure:
			return cmp.Compare(x.Summary.Exposure, y.Summary.Exposure)
		case clusterSignIn:
			return cmp.Compare(x.Summary.SignIn, y.Summary.SignIn)
		case clusterPolicy:
			return foldCompare(x.Summary.NetworkPolicy, y.Summary.NetworkPolicy)
		case clusterGroup:
			return foldCompare(x.Summary.ResourceGroup, y.Summary.ResourceGroup)
		case clusterTier:
			return foldCompare(tierWords(&x.Summary), tierWords(&y.Summary))
		case clusterState:
			return foldCompare(powerWords(&x.Summary), powerWords(&y.Summary))
		case clusterPools:
			return cmp.Compare(len(x.Summary.Pools), len(y.Summary.Pools))
		case clusterNodes:
			return cmp.Compare(x.Summary.Nodes, y.Summary.Nodes)
		case clusterCritical:
			return cmp.Compare(worstKey(&x.Counts), worstKey(&y.Counts))
		default:
			if column < clusterCritical {
				return 0
			}
			severity := shownSeverities[column-clusterCritical]
			return cmp.Compare(x.Counts.Failed[severity], y.Counts.Failed[severity])
		}
	}
	return func(a, b int) int {
		order := by(a, b)
		if descending {
			order = -order
		}
		if order != 0 {
			return order
		}
		x, y := r.clusters[a], r.clusters[b]
		if order = cmp.Compare(worstKey(&y.Counts), worstKey(&x.Counts)); order != 0 {
			return order
		}
		return foldCompare(x.Summary.Name, y.Summary.Name)
	}
}

// field tells the filter a cluster's value of a word.
func (r *clusterRows) field(row int) func(string) string {
	cluster := r.clusters[row]
	return func(field string) string {
		return clusterField(cluster, r.subscriptions[row], field)
	}
}

// clusterField is a cluster's value of one of the filter's words; of the empty word,
// all that a reader may search for.
func clusterField(cluster *store.Cluster, subscription, field string) string {
	s := &cluster.Summary
	switch field {
	case "":
		return strings.Join([]string{s.Name, subscription, s.ResourceGroup, s.Location, s.Version}, " ")
	case "name", "cluster":
		return s.Name
	case "sub":
		return subscription
	case "group":
		return s.ResourceGroup
	case "region":
		return s.Location
	case "version":
		return s.Version
	case "exposure":
		return s.Exposure.String()
	case "signin":
		return s.SignIn.String()
	case "policy":
		return s.NetworkPolicy
	case "tier":
		if s.Automatic {
			return s.Tier + " automatic"
		}
		return s.Tier
	case "state":
		return s.Provisioning + " " + s.Power
	case "sev":
		var has []string
		for _, severity := range model.Severities {
			if cluster.Counts.Failed[severity] > 0 {
				has = append(has, severity.String())
			}
		}
		return strings.Join(has, " ")
	}
	return ""
}
