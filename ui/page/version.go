package page

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// versionPage shows one minor version of Kubernetes: how long it is supported, what
// Azure offers of it where, and who runs it. Reached from a cluster, it looks at the
// version from there.
type versionPage struct {
	at      Address
	loaded  *versionLoaded
	feed    feed
	hand    hand
	filter  listFilter
	tabs    widget.Tabs
	table   widget.Table[versionKey]
	regions regionReads
	scroll  scroll
	tabArea widget.Rect
	body    widget.Rect
}

// The tabs.
const (
	tabUses = iota
	tabOffers
)

// versionKey names a cluster, or one of its pools.
type versionKey struct {
	cluster model.ID
	pool    string
}

// versionLoaded is what a version's page shows.
type versionLoaded struct {
	*versionRows
	uses  *versionUses
	order []int32 // of the uses that the filter leaves
	life  model.Lifecycle
	known bool
	// from is the cluster that the version is looked at from, or nil.
	from *store.Cluster
	// upgrades are what that cluster may be upgraded to; nil where it was not read.
	upgrades []string
}

func newVersionPage(at Address) Page {
	p := &versionPage{
		at: at, feed: feed{name: "version"},
		filter: newListFilter(at.Filter, words("cluster", "pool", "version", "state", "plan", "region", "sub")),
	}
	if at.Tab == "offers" {
		p.tabs.Active = tabOffers
	}
	return p
}

// Title names the page in the breadcrumb.
func (p *versionPage) Title(*Context) string { return "Kubernetes " + p.at.Part }

// FilterText is the filter as it is set now.
func (p *versionPage) FilterText() string { return p.filter.text }

// FilterHelp lists the words that the filter knows.
func (p *versionPage) FilterHelp() string { return p.filter.help() }

// FilterStatus says how many of those that run it match.
func (p *versionPage) FilterStatus() (status string, wrong bool) {
	if p.tabs.Active != tabUses {
		return "go to those that run it to filter", false
	}
	all := 0
	if p.loaded != nil {
		all = len(p.loaded.uses.list)
	}
	return p.filter.status(p.table.Len(), all, "clusters and pools")
}

// Settling reports whether the rows that the user asked for are still to come.
func (p *versionPage) Settling() bool { return p.feed.settling() }

// Update takes a message.
func (p *versionPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown:
		if p.at.ID != "" {
			c.Inspection.Schedule.Focus(p.at.ID)
		}
		p.feed.follow(c, p.work(c.Now))
	case Changed:
		p.feed.follow(c, p.work(c.Now))
	case Hidden:
		p.feed.stop()
	case Filtered:
		p.filter.set(msg.Text)
		p.feed.start(c, p.work(c.Now))
	case fed:
		if p.feed.done(msg) {
			p.loaded = msg.value.(*versionLoaded)
			set(&p.hand, &p.table, p.loaded.uses, p.loaded.order)
			p.regions.want(c, p.loaded.versions)
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

func (p *versionPage) work(now time.Time) func(context.Context, *store.Snapshot) any {
	at, query := p.at, p.filter.query
	return func(ctx context.Context, s *store.Snapshot) any {
		versions := inspect.VersionsOf(s)
		loaded := &versionLoaded{versionRows: &versionRows{versions: versions}}
		loaded.life, loaded.known = inspect.Calendar().Find(at.Part)
		if at.ID != "" {
			loaded.from = s.Cluster(at.ID)
		}
		if loaded.from != nil {
			loaded.upgrades = upgradesOf(loaded.from)
		}
		loaded.uses = newVersionUses(versions, versions.Find(at.Part), s, now)
		var keep func(int) bool
		if !query.Empty() {
			keep = func(row int) bool { return query.Match(loaded.uses.field(row)) }
		}
		order, ok := widget.Order(ctx, len(loaded.uses.list), keep, nil)
		if !ok {
			return nil
		}
		loaded.order = order
		return loaded
	}
}

func (p *versionPage) mouse(c *Context, m widget.Mouse) {
	if inTabs, is := m.In(p.tabArea); is {
		p.tabs.Mouse(inTabs)
		return
	}
	m, inside := m.In(p.body)
	switch {
	case !inside:
	case p.tabs.Active == tabUses:
		if p.table.Mouse(m) == widget.PressedOpen {
			p.open(c)
		}
	default:
		p.scroll.top += m.Wheel
		p.scroll.clamp()
	}
}

func (p *versionPage) intent(c *Context, intent action.Intent) {
	if p.tabs.Do(intent) {
		return
	}
	if p.tabs.Active == tabUses && p.table.Do(intent.ID) || p.tabs.Active == tabOffers && p.scroll.move(intent.ID) {
		return
	}
	switch intent.ID {
	case action.Open:
		p.open(c)
	case action.Copy:
		p.copy(c)
	case action.Explain:
		openTerms(c, versionTerms...)
	case action.Refresh, action.Verify:
		if p.loaded != nil {
			p.regions.again(c, p.loaded.versionRows)
		}
	}
}

func (p *versionPage) selected() *versionUse {
	at := p.table.Selected()
	if p.tabs.Active != tabUses || p.loaded == nil || at < 0 {
		return nil
	}
	return &p.loaded.uses.list[at]
}

func (p *versionPage) open(c *Context) {
	use := p.selected()
	switch {
	case use == nil:
	case use.key.pool != "":
		c.Open(Address{Kind: Pool, ID: use.cluster.Resource.ID, Part: use.key.pool})
	default:
		c.Open(Address{Kind: Cluster, ID: use.cluster.Resource.ID})
	}
}

func (p *versionPage) copy(c *Context) {
	if use := p.selected(); use != nil {
		id := use.cluster.Resource.ID
		if use.key.pool != "" {
			id = id.Pool(use.key.pool)
		}
		c.Copy(string(id), "the ID")
		return
	}
	if p.loaded != nil {
		c.Copy(inspect.Calendar().Source, "the calendar's address")
	}
}

// Export returns what runs the version.
func (p *versionPage) Export(*Context) *Listing {
	if p.tabs.Active != tabUses {
		return nil
	}
	return listing("uses of Kubernetes "+p.at.Part, &p.table)
}

// Offers lists what works here.
func (p *versionPage) Offers(*Context) []action.Offer {
	var offers []action.Offer
	if p.selected() != nil {
		offers = append(offers, action.Offer{ID: action.Open}, action.Offer{ID: action.Copy, Says: "copy ID"}, action.Offer{ID: action.Filter})
	} else {
		offers = append(offers, action.Offer{ID: action.Copy, Says: "copy address"})
	}
	return append(offers, action.Offers(action.NextTab, action.PrevTab, action.Number, action.Explain, action.Refresh, action.Verify)...)
}

// Draw draws the tabs and what is in the active one; above the list, or beside it, what
// matters most of the version.
func (p *versionPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	uses := -1
	if p.loaded != nil {
		uses = len(p.loaded.uses.list)
	}
	p.tabs.Tabs = append(p.tabs.Tabs[:0], widget.Tab{Title: "Runs it", Count: uses}, widget.Tab{Title: "On offer", Count: -1})
	top, body := area.Top(2)
	p.tabArea = top.Inset(2, 0)
	p.tabs.Draw(canvas, p.tabArea)
	p.body = body
	if p.loaded == nil {
		pen := canvas.Line(body, 0)
		pen.Skip(2)
		pen.Write("reading…", themes.Muted)
		return
	}
	if p.tabs.Active == tabOffers {
		text := newProse(min(body.W-4, 110), canvas.Glyphs)
		p.facts(c, text)
		p.offers(c, text)
		p.scroll.draw(canvas, body.Inset(2, 0), text.lines)
		return
	}
	areas := splitArea(body)
	if areas.side.W > 0 {
		areas.divide(canvas)
		side := areas.side.Inset(2, 0)
		text := newProse(side.W, canvas.Glyphs)
		p.facts(c, text)
		p.offers(c, text)
		(&scroll{}).draw(canvas, side, text.lines)
		p.body = areas.list
	} else {
		text := newProse(body.W-4, canvas.Glyphs)
		p.facts(c, text)
		height := min(len(text.lines)+1, body.H/2)
		facts, list := body.Top(height)
		(&scroll{}).draw(canvas, facts.Inset(2, 0), text.lines)
		p.body = list
	}
	p.uses(c, canvas)
}

func (p *versionPage) uses(c *Context, canvas *widget.Canvas) {
	p.table.Columns = []widget.Column{
		useCluster:      {Title: "Cluster", Min: 14, Max: 32, Weight: 2},
		usePool:         {Title: "Node pool", Min: 13},
		useVersion:      {Title: "Version", Min: 8},
		useStanding:     {Title: "Support", Min: 24, Weight: 2, Max: 40},
		usePlan:         {Title: "Plan", Min: 10, Priority: 2},
		useRegion:       {Title: "Region", Min: 12, Max: 18, Priority: 1},
		useSubscription: {Title: "Subscription", Min: 13, Max: 22, Priority: 3},
	}
	p.table.Empty = p.none()
	p.table.Arrange(c.Choice(p.columnsName()))
	p.table.Draw(canvas, p.body)
}

const factColumn = 19

// facts says how long the version is supported.
func (p *versionPage) facts(c *Context, text *prose) {
	life := p.loaded.life
	if from := p.loaded.from; from != nil {
		stands := standingOf(p.loaded.versions, from, p.version(from), c.Now)
		text.marked(stands.mark, span{from.Summary.Name + ": ", themes.Muted}, span{stands.words, stands.mark.Style()})
	} else if worst, known := p.loaded.uses.worst(); known {
		text.marked(worst.mark, span{"worst of them: ", themes.Muted}, span{worst.words, worst.mark.Style()})
	}
	if !p.loaded.known {
		text.pair("dates", factColumn, p.undated(), themes.Unread)
	} else {
		text.pair("community support", factColumn, endWords(life.EndOfLife, c.Now), endStyle(life.EndOfLife, c.Now))
		if life.LongTermEnd.IsZero() {
			text.pair("long-term support", factColumn, "none", themes.Muted)
		} else {
			text.pair("long-term support", factColumn, endWords(life.LongTermEnd, c.Now), endStyle(life.LongTermEnd, c.Now))
		}
		text.pair("generally there", factColumn, "since "+life.Available.Format("January 2006"), themes.Muted)
		if life.Available.After(c.Now) {
			text.lines = text.lines[:len(text.lines)-1]
			text.pair("generally there", factColumn, "planned for "+life.Available.Format("January 2006"), themes.Muted)
		}
	}
	provenance(text, c, p.ownRegions())
}

func endStyle(last, now time.Time) themes.Style {
	switch left := lifecycle.DaysLeft(last, now); {
	case left < 0:
		return themes.Critical
	case left <= leavingNow:
		return themes.High
	case left <= leavingSoon:
		return themes.Medium
	default:
		return themes.Text
	}
}

// undated says why the calendar has no dates for the version.
func (p *versionPage) undated() string {
	calendar := inspect.Calendar()
	if calendar == nil || len(calendar.Versions) == 0 {
		return "not known"
	}
	if lifecycle.Compare(p.at.Part, calendar.Versions[0].Minor) < 0 {
		return "it left support before the calendar begins, with " + calendar.Versions[0].Minor
	}
	return "could not read: newer than the calendar of " + calendar.AsOf.Format(time.DateOnly)
}

// version is what the cluster runs of this minor version: on its control plane, or on
// a pool.
func (p *versionPage) version(cluster *store.Cluster) string {
	if lifecycle.Minor(cluster.Summary.Version) == p.at.Part {
		return cluster.Summary.Version
	}
	return p.at.Part
}

// ownRegions are the regions that the page is about: the one of the cluster that it
// was reached from, else all.
func (p *versionPage) ownRegions() []inspect.Region {
	if p.loaded.from != nil {
		return []inspect.Region{p.loaded.versions.RegionOf(p.loaded.from)}
	}
	return p.loaded.versions.Regions
}

// offers says what Azure offers of the version, region by region; those that offer the
// same stand together.
func (p *versionPage) offers(c *Context, text *prose) {
	text.heading("What Azure offers")
	type group struct {
		regions []string
		words   string
		offered lifecycle.Offered
		unread  bool
	}
	var groups []group
	for _, region := range p.ownRegions() {
		offered, _ := region.Offer.Find(p.at.Part)
		words, unread := offerWords(region, offered)
		at := slices.IndexFunc(groups, func(g group) bool { return g.words == words })
		if at < 0 {
			at = len(groups)
			groups = append(groups, group{words: words, offered: offered, unread: unread})
		}
		groups[at].regions = append(groups[at].regions, region.Location)
	}
	for _, g := range groups {
		text.paragraph(strings.Join(g.regions, ", "), themes.Key)
		text.indent += 2
		style := themes.Text
		if g.unread {
			style = themes.Unread
		}
		text.paragraph(g.words, style)
		for _, patch := range slices.Backward(g.offered.Patches) {
			if len(patch.Upgrades) > 0 {
				text.hanging(span{patch.Version + " may go to ", themes.Muted}, strings.Join(patch.Upgrades, ", "), themes.Text)
			}
		}
		text.indent -= 2
	}
	if from := p.loaded.from; from != nil {
		p.upgrades(c, text, from)
		inTheWay(text, from)
	}
}

func offerWords(region inspect.Region, offered lifecycle.Offered) (words string, unread bool) {
	switch {
	case region.Resource == nil && region.Read.State == model.ReadFailed:
		return "could not read: " + region.Read.Why, true
	case region.Resource == nil:
		return notReadYet, true
	case offered.Minor == "":
		return "not offered any more, or not yet", false
	}
	words = "no patch"
	if len(offered.Patches) > 0 {
		patches := make([]string, len(offered.Patches))
		for i, patch := range offered.Patches {
			patches[i] = patch.Version
		}
		words = strings.Join(patches, ", ")
	}
	plans := make([]string, len(offered.Plans))
	for i, plan := range offered.Plans {
		plans[i] = planWords(plan)
	}
	if len(plans) == 0 {
		words += "; under no support plan"
	} else {
		words += "; under " + strings.Join(plans, " and ") + " support"
	}
	if offered.Preview {
		words += "; a preview"
	}
	return words, false
}
