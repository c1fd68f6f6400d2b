package page

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// versionsPage lists the Kubernetes versions of the estate, soonest to leave support
// first.
type versionsPage struct {
	table   widget.Table[string]
	rows    *versionRows
	feed    feed
	hand    hand
	filter  listFilter
	regions regionReads
	list    widget.Rect
}

// The columns.
const (
	versionMinor = iota
	versionStanding
	versionClusters
	versionPools
	versionEnds
	versionLongTerm
	versionNewest
)

func newVersionsPage(at Address) Page {
	p := &versionsPage{feed: feed{name: "versions"}, filter: newListFilter(at.Filter, words("version", "state", "cluster", "region"))}
	p.table.SortBy(versionEnds, false)
	return p
}

// Title names the page in the breadcrumb.
func (p *versionsPage) Title(*Context) string { return "versions" }

// FilterText is the filter as it is set now.
func (p *versionsPage) FilterText() string { return p.filter.text }

// FilterHelp lists the words that the filter knows.
func (p *versionsPage) FilterHelp() string { return p.filter.help() }

// FilterStatus says how many versions match.
func (p *versionsPage) FilterStatus() (status string, wrong bool) {
	all := 0
	if p.rows != nil {
		all = len(p.rows.list)
	}
	return p.filter.status(p.table.Len(), all, "versions")
}

// Settling reports whether the rows that the user asked for are still to come.
func (p *versionsPage) Settling() bool { return p.feed.settling() }

// Update takes a message.
func (p *versionsPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		p.feed.follow(c, p.work(c.Now))
	case Hidden:
		p.feed.stop()
	case Filtered:
		p.filter.set(msg.Text)
		p.feed.start(c, p.work(c.Now))
	case fed:
		if p.feed.done(msg) {
			p.rows = msg.value.(*versionRows)
			set(&p.hand, &p.table, p.rows, p.rows.order)
			p.regions.want(c, p.rows.versions)
			p.feed.follow(c, p.work(c.Now))
		}
	case widget.Mouse:
		p.hand.moved = true
		p.mouse(c, msg)
	case action.Intent:
		p.hand.moved = true
		p.intent(c, msg)
	}
}

func (p *versionsPage) mouse(c *Context, m widget.Mouse) {
	m, inside := m.In(p.list)
	if !inside {
		return
	}
	switch p.table.Mouse(m) {
	case widget.PressedOpen:
		p.open(c)
	case widget.PressedSort:
		p.feed.start(c, p.work(c.Now))
	case widget.PressedRow, widget.PressedNothing:
	}
}

func (p *versionsPage) intent(c *Context, intent action.Intent) {
	if p.table.Do(intent.ID) {
		return
	}
	sorted := false
	switch intent.ID {
	case action.Open:
		p.open(c)
	case action.Sort:
		sorted = p.table.SortNext()
	case action.Reverse:
		sorted = p.table.SortReverse()
	case action.Number:
		sorted = p.table.SortPick(intent.N - 1)
	case action.Copy:
		if row := p.selected(); row != nil {
			c.Copy(row.use.Minor+": "+row.standing.words, "the version")
		}
	case action.Explain:
		openTerms(c, versionTerms...)
	case action.Refresh:
		p.regions.again(c, p.rows)
	}
	if sorted {
		p.feed.start(c, p.work(c.Now))
	}
}

func (p *versionsPage) open(c *Context) {
	if row := p.selected(); row != nil && row.use.Minor != "" {
		c.Open(Address{Kind: Version, Part: row.use.Minor})
	}
}

func (p *versionsPage) selected() *versionRow {
	at := p.table.Selected()
	if at < 0 || p.rows == nil {
		return nil
	}
	return &p.rows.list[at]
}

// Export returns the list.
func (p *versionsPage) Export(*Context) *Listing { return listing("versions", &p.table) }

// Offers lists what works here.
func (p *versionsPage) Offers(*Context) []action.Offer {
	var offers []action.Offer
	if p.selected() != nil {
		offers = append(offers, action.Offer{ID: action.Open}, action.Offer{ID: action.Copy})
	}
	return append(offers, action.Offers(action.Filter, action.Sort, action.Reverse, action.Number, action.Explain, action.Refresh)...)
}

// Draw draws the list, and below it where the dates come from.
func (p *versionsPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	foot, list := area.Bottom(min(6, area.H/3))
	p.list = list
	p.table.Columns = []widget.Column{
		versionMinor:    {Title: "Version", Min: 8},
		versionStanding: {Title: "Worst of its clusters", Min: 26, Weight: 1, Max: 40},
		versionClusters: {Title: "Clusters", Min: 9, Right: true},
		versionPools:    {Title: "Pools", Min: 6, Right: true},
		versionEnds:     {Title: "Support ends", Min: 13},
		versionLongTerm: {Title: "LTS ends", Min: 11, Priority: 1},
		versionNewest:   {Title: "Newest patch", Min: 13, Priority: 2},
	}
	p.table.Arrange(c.Choice(p.columnsName()))
	p.table.Draw(canvas, list)
	emptyText(canvas, list, p.table.Len(), p.empty(c))
	if p.rows == nil {
		return
	}
	canvas.Rule(foot, 0, themes.Border)
	text := newProse(foot.W-4, canvas.Glyphs)
	text.paragraph(p.rows.summary(), themes.Text)
	provenance(text, c, p.rows.versions.Regions)
	_, foot = foot.Inset(2, 0).Top(1)
	(&scroll{}).draw(canvas, foot, text.lines)
}

// versionRow is a minor version of the estate.
type versionRow struct {
	use      inspect.VersionUse
	standing standing
	life     model.Lifecycle
	// ends is the earliest last day of support among its clusters, by their plans; far
	// off where nothing tells it.
	ends   time.Time
	newest string
	text   string // what a filter may look for
}

// versionRows are the versions of one snapshot.
type versionRows struct {
	versions *inspect.Versions
	list     []versionRow
	order    []int32
	// out, soon and unread count the clusters out of support, those that leave it soon,
	// and those of which that cannot be told.
	out, soon, unread int
}

// Len is the number of versions.
func (r *versionRows) Len() int { return len(r.list) }

// Key is the minor version.
func (r *versionRows) Key(row int) string { return r.list[row].use.Minor }

// Cell writes a cell.
func (r *versionRows) Cell(row, column int, pen *widget.Pen) {
	v := &r.list[row]
	switch column {
	case versionMinor:
		pen.Write(cmp.Or(v.use.Minor, "not told"), themes.Strong)
	case versionStanding:
		pen.Mark(v.standing.mark)
		pen.Skip(1)
		pen.Write(v.standing.words, v.standing.mark.Style()&^themes.Bold)
	case versionClusters:
		pen.Int(len(v.use.Clusters), themes.Text)
	case versionPools:
		pen.Int(len(v.use.Pools), themes.Text)
	case versionEnds:
		writeKnown(pen, dayText(v.life.EndOfLife), themes.Text)
	case versionLongTerm:
		writeKnown(pen, dayText(v.life.LongTermEnd), themes.Muted)
	case versionNewest:
		pen.Write(cmp.Or(v.newest, "none on offer"), themes.Muted)
	}
}

func dayText(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

// count adds a cluster to those that the summary counts.
func (r *versionRows) count(s lifecycle.Support, stands standing, now time.Time) {
	switch {
	case stands.mark == widget.UnreadMark:
		r.unread++
	case !s.Covered:
		r.out++
	case !s.Ends().IsZero() && lifecycle.DaysLeft(s.Ends(), now) <= leavingSoon:
		r.soon++
	}
}

// summary says how the clusters' versions stand.
func (r *versionRows) summary() string {
	parts := []string{
		plural(r.out, "cluster", "clusters") + " out of support",
		plural(r.soon, "leaves", "leave") + " it within " + plural(leavingSoon, "day", "days"),
	}
	if r.unread > 0 {
		parts = append(parts, thousands(r.unread)+" could not be told")
	}
	return strings.Join(parts, ", ")
}

// work lists, filters and sorts the versions.
func (p *versionsPage) work(now time.Time) func(context.Context, *store.Snapshot) any {
	query := p.filter.query
	column, descending := p.table.Sorted()
	return func(ctx context.Context, s *store.Snapshot) any {
		rows := newVersionRows(inspect.VersionsOf(s), now)
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

var farOff = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func newVersionRows(versions *inspect.Versions, now time.Time) *versionRows {
	rows := &versionRows{versions: versions}
	for _, use := range versions.Uses {
		row := versionRow{use: use, ends: farOff}
		var about []string
		take := func(cluster *store.Cluster, version string, counts bool) {
			s := versions.Support(cluster, version)
			stands := standingIn(s, versions.RegionOf(cluster), now)
			if stands.weight > row.standing.weight {
				row.standing = stands
			}
			if counts {
				rows.count(s, stands, now)
			}
			row.life = s.Life
			if ends := s.Ends(); !ends.IsZero() && ends.Before(row.ends) {
				row.ends = ends
			}
			if newest := s.Offered.Newest(); lifecycle.Compare(newest, row.newest) > 0 {
				row.newest = newest
			}
			about = append(about, cluster.Summary.Name, cluster.Summary.Location)
		}
		for _, cluster := range use.Clusters {
			take(cluster, cluster.Summary.Version, true)
		}
		if len(use.Clusters) == 0 {
			for _, pool := range use.Pools {
				take(pool.Cluster, pool.Cluster.Summary.Pools[pool.Pool].Version, false)
			}
		}
		row.text = strings.Join(about, " ")
		rows.list = append(rows.list, row)
	}
	return rows
}

func (r *versionRows) compare(column int, descending bool) func(a, b int) int {
	by := func(a, b int) int {
		x, y := &r.list[a], &r.list[b]
		switch column {
		case versionStanding:
			return cmp.Compare(x.standing.weight, y.standing.weight)
		case versionClusters:
			return cmp.Compare(len(x.use.Clusters), len(y.use.Clusters))
		case versionPools:
			return cmp.Compare(len(x.use.Pools), len(y.use.Pools))
		case versionEnds:
			return x.ends.Compare(y.ends)
		case versionLongTerm:
			return x.life.LongTermEnd.Compare(y.life.LongTermEnd)
		case versionNewest:
			return lifecycle.Compare(x.newest, y.newest)
		default:
			return 0
		}
	}
	return func(a, b int) int {
		order := cmp.Or(by(a, b), lifecycle.Compare(r.list[a].use.Minor, r.list[b].use.Minor))
		if descending {
			return -order
		}
		return order
	}
}

func (r *versionRows) field(row int) func(string) string {
	v := &r.list[row]
	return func(field string) string {
		switch field {
		case "version":
			return v.use.Minor
		case "state":
			return v.standing.words
		case "cluster", "region":
			return v.text
		default:
			return v.use.Minor + " " + v.standing.words + " " + v.text
		}
	}
}

// regionReads asks for the lists of regions that nothing has read, once.
type regionReads struct{ asked map[string]bool }

// want has the lists read that are not: by one cluster in each region. Where they are
// about to be read anyway, it does not get in the way.
func (r *regionReads) want(c *Context, versions *inspect.Versions) {
	if progress := c.Inspection.Schedule.Progress(); !progress.Idle && progress.Deferred == 0 {
		return
	}
	for _, region := range versions.Regions {
		if region.Read.State == model.Unread && !r.asked[region.Location] {
			if r.asked == nil {
				r.asked = map[string]bool{}
			}
			r.asked[region.Location] = true
			c.Inspection.Schedule.Refresh(regionScope(region))
		}
	}
}

// again reads every region's list again.
func (r *regionReads) again(c *Context, rows *versionRows) {
	if rows == nil {
		return
	}
	for _, region := range rows.versions.Regions {
		c.Inspection.Schedule.Refresh(regionScope(region))
	}
	c.Say(widget.PendingMark, "reading "+plural(len(rows.versions.Regions), "region's list", "regions' lists")+" again")
}

func regionScope(region inspect.Region) source.Scope {
	return source.Scope{Breadth: source.Children, ID: region.Cluster, Kind: model.KindKubernetesVersions}
}
