package page

import (
	"context"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// clusterPage shows one cluster: its settings, node pools, findings and document.
type clusterPage struct {
	at      Address
	row     string         // that the page was left on in an earlier run
	cluster *store.Cluster // as last shown
	loaded  *store.Cluster // what the tabs are made of
	busy    bool
	err     error
	tabs    widget.Tabs
	sheet   *sheet
	lines   widget.Sheet
	pools   poolTable
	inside  insideTab
	found   findingTable
	own     *findingRows      // the findings on the cluster's own documents
	judged  []store.Judgement // that the findings were made with
	json    jsonView
	body    widget.Rect
	tabArea widget.Rect
}

// The tabs.
const (
	tabSettings = iota
	tabPools
	tabInside
	tabFindings
	tabJSON
)

var clusterTabs = map[string]int{"": tabSettings, "settings": tabSettings, "pools": tabPools, "inside": tabInside, "findings": tabFindings, "json": tabJSON}

func newClusterPage(at Address) Page {
	p := &clusterPage{at: at.Base(), row: at.Row}
	p.tabs.Active = clusterTabs[at.Tab]
	p.found.init(findingsOfCluster)
	p.found.table.SetOrder(at.Sort, foundRule+1)
	if p.tabs.Active == tabFindings {
		p.found.filter.set(at.Filter)
	}
	return p
}

// clusterLoaded is a cluster that was decoded for its page.
type clusterLoaded struct {
	cluster *store.Cluster
	sheet   *sheet
	found   *findingRows
	json    *jsonDocument
	contact contact
	err     error
}

// Title names the page in the breadcrumb.
func (p *clusterPage) Title(*Context) string { return p.at.ID.Name() }

// Update takes a message.
func (p *clusterPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown:
		c.Inspection.Schedule.Focus(p.at.ID)
		p.follow(c)
	case Changed:
		p.follow(c)
	case Hidden:
		p.busy = false
	case clusterLoaded:
		p.busy = false
		p.take(c, msg)
		p.follow(c)
	case Filtered:
		switch p.tabs.Active {
		case tabJSON:
			p.json.search(msg.Text)
		case tabFindings:
			p.found.setFilter(msg.Text)
		}
	case widget.Mouse:
		p.row = "" // the user has chosen
		p.mouse(c, msg)
	case action.Intent:
		p.row = ""
		p.intent(c, msg)
	}
}

// follow decodes the cluster again where it has changed.
func (p *clusterPage) follow(c *Context) {
	p.cluster = c.Snapshot.Cluster(p.at.ID)
	p.inside.set(p.cluster)
	if p.cluster == nil || p.cluster == p.loaded || p.busy {
		return
	}
	if sameOutside(p.cluster, p.loaded) {
		p.loaded = p.cluster // what runs in it changes all the time
		p.findInside(c.Inspection)
		return
	}
	p.busy = true
	in, cluster := c.Inspection, p.cluster
	c.Run("cluster", func(context.Context) any { return loadCluster(in, cluster) })
}

// Settling reports whether what the page shows is still being made.
func (p *clusterPage) Settling() bool { return p.busy && p.loaded == nil }

func loadCluster(in *inspect.Inspection, cluster *store.Cluster) clusterLoaded {
	loaded := clusterLoaded{cluster: cluster}
	loaded.sheet, loaded.err = clusterSheet(in, cluster)
	if loaded.err != nil {
		return loaded
	}
	var findings []model.Finding
	loaded.found, findings, loaded.err = explainCluster(in, cluster)
	if loaded.err != nil {
		return loaded
	}
	loaded.json = newJSONDocument(cluster, findings)
	loaded.contact = contactOf(in, cluster)
	return loaded
}

func (p *clusterPage) take(c *Context, loaded clusterLoaded) {
	p.loaded, p.err = loaded.cluster, loaded.err
	p.pools.set(loaded.cluster)
	p.inside.contact = loaded.contact
	p.inside.set(p.cluster)
	if loaded.err != nil {
		return
	}
	first := p.sheet == nil
	p.sheet = loaded.sheet
	p.lines.Set(loaded.sheet.entries())
	if first {
		p.lines.Select(p.sheet.firstWrong())
	}
	p.own, p.judged = loaded.found, nil
	p.found.set(p.own)
	p.findInside(c.Inspection)
	if p.row != "" && p.resume() {
		p.row = ""
	}
	p.json.set(loaded.json)
}

// resume goes to the row that the page was left on in an earlier run, once it is there.
func (p *clusterPage) resume() bool {
	switch p.tabs.Active {
	case tabSettings:
		return p.lines.Select(p.row)
	case tabPools:
		return p.pools.table.SelectName(p.row)
	case tabInside:
		return p.inside.lines.Select(p.row)
	case tabFindings:
		return p.found.table.SelectName(p.row)
	default:
		return true
	}
}

func (p *clusterPage) intent(c *Context, intent action.Intent) {
	if p.tabs.Do(intent) || p.move(intent.ID) {
		return
	}
	switch intent.ID {
	case action.Refresh, action.Verify:
		if p.tabs.Active == tabInside {
			readInside(c, p.at.ID)
			return
		}
		verify(c, p.at.ID)
	case action.Findings:
		p.tabs.Active = tabFindings
	case action.Open:
		p.open(c)
	case action.Explain:
		p.explain(c)
	case action.Fix:
		p.toFinding(c, Fix)
	case action.Waive:
		if rule, at, judged := p.chosen(); rule != nil {
			openWaive(c, at, judged)
		}
	case action.Copy:
		p.copy(c)
	case action.CopyAll:
		if p.tabs.Active == tabJSON && p.json.doc != nil {
			c.CopyText(p.json.doc.text(), "the document")
		}
	case action.Sort, action.Reverse:
		p.found.sort(intent.ID)
	}
}

func (p *clusterPage) move(id action.ID) bool {
	switch p.tabs.Active {
	case tabSettings:
		return p.lines.Do(id)
	case tabPools:
		return p.pools.table.Do(id)
	case tabInside:
		return p.inside.lines.Do(id)
	case tabFindings:
		return p.found.table.Do(id)
	default:
		return p.json.move(id)
	}
}

// versionLine reports whether the selected line is the Kubernetes version's own.
func (p *clusterPage) versionLine() bool {
	at := p.lines.Selected()
	return p.tabs.Active == tabSettings && p.sheet != nil && at >= 0 &&
		p.sheet.lines[at].path == versionPath && p.sheet.lines[at].label != ""
}

func (p *clusterPage) open(c *Context) {
	if p.versionLine() && p.loaded != nil {
		openVersion(c, p.at.ID, p.loaded.Summary.Version)
		return
	}
	if p.tabs.Active == tabPools {
		if name := p.pools.selected(); name != "" {
			c.Open(Address{Kind: Pool, ID: p.at.ID, Part: name})
		}
		return
	}
	if p.tabs.Active == tabInside {
		p.inside.open(c, p.at.ID)
		return
	}
	if rule, _, _ := p.chosen(); rule != nil {
		p.toFinding(c, Finding)
		return
	}
	if p.tabs.Active == tabSettings {
		if entry := p.entry(); entry != nil && entry.Label == "node pools" {
			p.tabs.Active = tabPools
		}
	}
}

func (p *clusterPage) entry() *widget.Entry {
	if at := p.lines.Selected(); at >= 0 {
		return &p.lines.Entries()[at]
	}
	return nil
}

func (p *clusterPage) copy(c *Context) {
	switch p.tabs.Active {
	case tabSettings:
		if entry := p.entry(); entry != nil && entry.Value != "" {
			c.Copy(entry.Value, entry.Label)
		}
	case tabPools:
		if name := p.pools.selected(); name != "" {
			c.Copy(string(p.at.ID.Pool(name)), "the node pool's ID")
		}
	case tabInside:
		p.inside.copy(c)
	case tabFindings:
		if f := p.found.selected(); f != nil {
			c.Copy(f.line(p.at.ID.Name()), "the finding")
		}
	case tabJSON:
		if text, what := p.json.copied(); text != "" {
			c.Copy(text, what)
		}
	}
}

func (p *clusterPage) mouse(c *Context, m widget.Mouse) {
	if inTabs, is := m.In(p.tabArea); is {
		p.tabs.Mouse(inTabs)
		return
	}
	m, inside := m.In(p.body)
	if !inside {
		return
	}
	open := false
	switch p.tabs.Active {
	case tabSettings:
		open = p.lines.Mouse(m)
	case tabPools:
		open = p.pools.table.Mouse(m) == widget.PressedOpen
	case tabInside:
		open = p.inside.lines.Mouse(m)
	case tabFindings:
		open = p.found.mouse(m)
	default:
		p.json.wheel(m)
	}
	if open {
		p.open(c)
	}
}

// FilterText is the filter of the active tab.
func (p *clusterPage) FilterText() string {
	switch p.tabs.Active {
	case tabJSON:
		return p.json.filter
	case tabFindings:
		return p.found.filter.text
	default:
		return ""
	}
}

// FilterStatus says how many lines of the active tab match.
func (p *clusterPage) FilterStatus() (status string, wrong bool) {
	switch p.tabs.Active {
	case tabJSON:
		return p.json.status(), false
	case tabFindings:
		return p.found.status()
	default:
		return "go to the findings or the JSON to filter", false
	}
}

// FilterHelp lists the words that the filter of the active tab knows.
func (p *clusterPage) FilterHelp() string {
	if p.tabs.Active == tabFindings {
		return p.found.filter.help()
	}
	return "any text"
}

// Export returns what the active tab lists.
func (p *clusterPage) Export(*Context) *Listing {
	name := " of " + p.at.ID.Name()
	switch p.tabs.Active {
	case tabSettings:
		return settingsListing("settings"+name, p.sheet)
	case tabPools:
		return listing("node pools"+name, &p.pools.table)
	case tabInside:
		return p.inside.export("kinds read inside" + name)
	case tabFindings:
		return listing("findings"+name, &p.found.table)
	case tabJSON:
		return jsonListing("document"+name, &p.json)
	default:
		return nil
	}
}

// Offers lists what works here.
func (p *clusterPage) Offers(*Context) []action.Offer {
	var offers []action.Offer
	rule, _, judged := p.chosen()
	switch {
	case p.versionLine():
		offers = append(offers, action.Offer{ID: action.Open, Says: "version"})
	case p.tabs.Active == tabInside:
		offers = append(offers, p.inside.offers()...)
	case rule != nil || p.tabs.Active == tabPools:
		offers = append(offers, action.Offer{ID: action.Open})
	}
	offers = append(offers, action.Offer{ID: action.Explain})
	failing := rule != nil && judged.Verdict == model.Fail
	if failing {
		offers = append(offers, action.Offer{ID: action.Fix})
	}
	offers = append(offers, action.Offer{ID: action.Ask})
	if failing {
		offers = append(offers, waiveOffer(judged))
	}
	offers = append(offers, action.Offer{ID: action.NextTab}, action.Offer{ID: action.PrevTab}, action.Offer{ID: action.Number})
	switch p.tabs.Active {
	case tabSettings:
		offers = append(offers, action.Offer{ID: action.Copy, Says: "copy value"})
	case tabFindings:
		offers = append(offers, action.Offers(action.Filter, action.Copy, action.Sort, action.Reverse)...)
	case tabInside:
	case tabJSON:
		offers = append(offers, action.Offer{ID: action.Filter, Says: "search"}, action.Offer{ID: action.Copy, Says: "copy value"}, action.Offer{ID: action.CopyAll})
	default:
		offers = append(offers, action.Offer{ID: action.Copy, Says: "copy ID"})
	}
	return append(offers, action.Offer{ID: action.Findings}, action.Offer{ID: action.Verify, Says: "read again"}, action.Offer{ID: action.Refresh},
		action.Offer{ID: action.Capture})
}

// Draw draws the tabs and what is in the active one.
func (p *clusterPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	p.setTabs(c)
	top, body := area.Top(2)
	p.tabArea = top.Inset(2, 0)
	p.tabs.Draw(canvas, p.tabArea)
	if p.loaded == nil {
		p.notLoaded(c, canvas, body)
		return
	}
	if p.err != nil {
		text := newProse(body.W-4, canvas.Glyphs)
		text.paragraph(p.err.Error(), themes.Danger)
		(&scroll{}).draw(canvas, body.Inset(2, 0), text.lines)
		return
	}
	p.body = body
	p.pools.table.Arrange(c.Choice(columnsOfPools))
	p.found.table.Arrange(c.Choice(columnsOfFound))
	switch p.tabs.Active {
	case tabSettings:
		p.settings(c, canvas, body)
	case tabPools:
		p.pools.draw(c, canvas, body)
		p.poolFindings(canvas, body)
	case tabInside:
		p.inside.draw(canvas, body)
	case tabFindings:
		p.found.draw(canvas, body)
	default:
		p.json.draw(canvas, body)
	}
}

func (p *clusterPage) setTabs(c *Context) {
	pools, failures, mark := -1, -1, widget.NoMark
	if cluster := c.Snapshot.Cluster(p.at.ID); cluster != nil {
		pools, failures = len(cluster.Summary.Pools), cluster.Counts.Failures()
		if worst, failing := worstOf(&cluster.Counts); failing {
			mark = SeverityMark(worst)
		}
	}
	p.tabs.Tabs = append(p.tabs.Tabs[:0],
		widget.Tab{Title: "Settings", Count: -1}, widget.Tab{Title: "Pools", Count: pools},
		p.inside.tab(),
		widget.Tab{Title: "Findings", Count: failures, Mark: mark}, widget.Tab{Title: "JSON", Count: -1})
}

func worstOf(counts *model.Counts) (worst model.Severity, failing bool) {
	for _, severity := range model.Severities {
		if counts.Failed[severity] > 0 {
			return severity, true
		}
	}
	return 0, false
}

func (p *clusterPage) notLoaded(c *Context, canvas *widget.Canvas, body widget.Rect) {
	pen := canvas.Line(body, 0)
	pen.Skip(2)
	style := themes.Muted
	if p.cluster == nil && c.Snapshot.Estate.State == model.ReadDone {
		style = themes.Unread
	}
	pen.Write(p.absence(c), style)
}

// absence says why there is nothing to show of the cluster.
func (p *clusterPage) absence(c *Context) string {
	switch {
	case p.cluster != nil:
		return "reading…"
	case c.Snapshot.Estate.State == model.ReadDone:
		return p.at.ID.Name() + " is not there any more, or you may not read it: press esc to go back"
	default:
		return p.at.ID.Name() + " is " + notReadYet
	}
}

// settings draws the sheet, and what was found on the selected line: beside it
// where there is room, below it otherwise.
func (p *clusterPage) settings(c *Context, canvas *widget.Canvas, body widget.Rect) {
	areas := splitArea(body)
	if areas.side.W == 0 {
		strip, rest := body.Bottom(4)
		p.body = rest
		p.lines.Draw(canvas, rest)
		p.sheet.strip(canvas, strip, p.lines.Selected())
		return
	}
	p.body = areas.list
	p.lines.Draw(canvas, areas.list)
	areas.divide(canvas)
	side := areas.side.Inset(2, 0)
	y := clusterHead(c, canvas, side, p.loaded)
	_, side = side.Top(y + 1)
	explainBeside(canvas, side, p.sheet, p.lines.Selected())
}

// explainBeside says beside a sheet why the selected line matters.
func explainBeside(canvas *widget.Canvas, area widget.Rect, s *sheet, selected int) {
	text := newProse(area.W, canvas.Glyphs)
	if selected < 0 || s.lines[selected].finding < 0 {
		text.paragraph(unjudged, themes.Faint)
		if selected >= 0 && s.lines[selected].about != nil {
			text.gap()
			layTerm(text, s.lines[selected].about)
		}
		(&scroll{}).draw(canvas, area, text.lines)
		return
	}
	finding := &s.findings[s.lines[selected].finding]
	explainShort(text, finding)
	(&scroll{}).draw(canvas, area, text.lines)
}
