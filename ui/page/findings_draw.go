package page

import (
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// Draw draws the tabs, the lines and, where there is room, what the selected one is
// about.
func (p *findingsPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	p.tabArea = widget.Rect{}
	if len(p.tabs.Tabs) > 0 {
		var top widget.Rect
		top, area = area.Top(2)
		p.tabArea = top.Inset(2, 0)
		p.tabs.Draw(canvas, p.tabArea)
	}
	p.split = splitArea(area)
	foot, list := p.split.list.Bottom(2)
	p.split.list = list
	p.table.Columns = p.columns(c)
	p.table.Arrange(c.Choice(p.columnsName()))
	p.table.Draw(canvas, list)
	emptyText(canvas, list, p.table.Len(), p.empty(c))
	p.sums(canvas, foot)
	if p.split.side.W > 0 {
		p.split.divide(canvas)
		p.beside(c, canvas, p.split.side.Inset(2, 0))
	}
}

func (p *findingsPage) columns(c *Context) []widget.Column {
	all := [...]widget.Column{
		columnSeverity:     {Title: "Severity", Min: 11, Max: 16, Weight: 1},
		columnTitle:        {Title: "Finding", Min: 38, Max: 90, Weight: 6},
		columnCluster:      {Title: "Cluster", Min: 16, Max: 32, Weight: 2},
		columnPart:         {Title: "On", Min: 9, Max: 12, Weight: 1, Priority: 2},
		columnSubscription: {Title: "Subscription", Min: 13, Max: 22, Weight: 1, Priority: 3},
		columnRule:         {Title: "Rule", Min: 12, Priority: 4},
		columnClusters:     {Title: "Clusters", Min: 8, Right: true},
		columnFindings:     {Title: "Findings", Min: 8, Right: true},
		columnUnread:       {Title: "Unread", Min: 6, Right: true, Priority: 1},
		columnRegion:       {Title: "Region", Min: 12, Max: 18, Weight: 1, Priority: 3},
	}
	if p.rows != nil && p.rows.inside { // objects have long names
		all[columnTitle].Min, all[columnCluster].Min = 26, 13
		all[columnPart].Min, all[columnPart].Max, all[columnPart].Weight, all[columnPart].Priority = 20, 44, 2, 0
	}
	columns := make([]widget.Column, 0, 8)
	severities := severityColumns(c.Glyphs, shownSeverities)
	for _, id := range tabColumns[p.tab] {
		if id >= columnCritical {
			columns = append(columns, severities[id-columnCritical])
			continue
		}
		columns = append(columns, all[id]) //nolint:gosec // the columns before columnCritical are all there
	}
	return columns
}

func (p *findingsPage) empty(c *Context) string {
	switch {
	case p.rows == nil:
		return "adding up…"
	case p.filter.text != "" && p.rows.index.len() > 0:
		return "nothing matches the filter: esc clears it"
	case c.Snapshot.Problem != nil && len(c.Snapshot.Clusters) == 0:
		return couldNotRead(c.Snapshot.Problem)
	case c.Snapshot.Estate.State != model.ReadDone:
		return "findings " + notReadYet
	case !p.rows.exact:
		return "no findings in what could be read"
	default:
		return "no findings"
	}
}

// sums says what the lines add up to, and what that does not cover.
func (p *findingsPage) sums(canvas *widget.Canvas, area widget.Rect) {
	if p.rows == nil {
		return
	}
	pen := canvas.Line(area, 1)
	pen.Skip(2)
	left := uncovered(p.rows.all)
	if left == "" && !p.rows.exact {
		left = "not everything is read"
	}
	switch {
	case p.rows.sums.Failures()+p.rows.sums.Waived == 0 && p.rows.exact:
		pen.Write("no findings", themes.Muted)
	case p.rows.sums.Failures()+p.rows.sums.Waived == 0:
		pen.Write("no findings in what was read", themes.Muted)
	default:
		if !p.rows.exact {
			pen.Write("at least ", themes.Unread)
		}
		marks(&pen, &p.rows.sums)
	}
	pen.Skip(2)
	pen.Write(left, themes.Unread)
}

// beside says what the selected line is about.
func (p *findingsPage) beside(c *Context, canvas *widget.Canvas, area widget.Rect) {
	at := p.table.Selected()
	if at < 0 || p.rows == nil {
		return
	}
	text := newProse(area.W, canvas.Glyphs)
	switch p.rows.tab {
	case byRule:
		g := &p.rows.groups[at]
		judged := g.judged()
		explainShort(text, &model.Finding{Rule: p.rows.rules[g.rule], Verdict: judged.Verdict, Severity: judged.Severity})
	case byCluster:
		y := clusterHead(c, canvas, area, p.rows.index.clusters[at])
		_, area = area.Top(y + 1)
		p.worstOf(text, at)
	default:
		e := p.rows.index.at(int32(at))
		cluster := p.rows.index.clusters[e.cluster]
		text.add(span{findingTitle(cluster.Summary.Name, p.rows.part(e)), themes.Strong}, span{"  " + p.rows.subs[e.cluster], themes.Muted})
		text.gap()
		explainShort(text, &model.Finding{Rule: p.rows.rules[e.rule], Verdict: e.verdict, Severity: e.severity()})
	}
	(&scroll{}).draw(canvas, area, text.lines)
}

// worstOf lists a cluster's findings, worst first.
func (p *findingsPage) worstOf(text *prose, cluster int) {
	entries := p.rows.index.of(cluster)
	order := make([]int32, len(entries))
	for i := range order {
		order[i] = int32(i)
	}
	sortByKey(order, true, func(at int32) uint64 { return uint64(weight(entries[at].judged())) })
	for _, at := range order {
		e := entries[at]
		mark := VerdictMark(e.judged())
		part := ""
		if name := p.rows.part(e); name != "" {
			part = "  " + name
		}
		text.marked(mark, span{p.rows.rules[e.rule].Title, themes.Text}, span{part, themes.Muted})
	}
}
