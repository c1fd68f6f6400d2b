package page

import (
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// Draw draws the list, what it adds up to, and the topics as bars.
func (p *estate) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	p.table.Columns = append([]widget.Column{
		estateName:     {Title: "Subscription", Min: 16, Max: 30, Weight: 2},
		estateClusters: {Title: "Clusters", Min: 8, Right: true},
	}, append(severityColumns(c.Glyphs, shownSeverities), widget.Column{Title: "Worst", Min: 16, Weight: 5})...)
	wide := area.W >= wideEnough
	sums := 3
	switch {
	case p.rows == nil || p.rows.clusters == 0:
	case wide:
		sums = 5 + len(p.rows.topics)
	default:
		sums = 4 + (len(p.rows.topics)+1)/2
	}
	_, list := area.Bottom(min(sums, area.H/2))
	if p.rows != nil {
		// The sums follow the list where it is short.
		list.H = min(list.H, max(2, p.table.Len()+1))
	}
	if p.table.Len() == 0 {
		list = area
	}
	_, foot := area.Top(list.H)
	p.list = list
	p.table.Arrange(c.Choice(p.columnsName()))
	p.table.Draw(canvas, list)
	emptyText(canvas, list, p.table.Len(), p.empty(c))
	_, foot = foot.Top(1)
	p.sums(c, canvas, foot.Inset(2, 0), wide)
}

func (p *estate) empty(c *Context) string {
	switch {
	case p.filter.text != "" && p.rows != nil && len(p.rows.list) > 0:
		return "no subscription matches the filter: esc clears it"
	case c.Snapshot.Problem != nil:
		return couldNotRead(c.Snapshot.Problem) + elsewhere(c)
	case c.Snapshot.Estate.State == model.ReadDone:
		return "no subscriptions that you may read: ask for the Reader role on one." + elsewhere(c)
	default:
		return "subscriptions " + notReadYet
	}
}

// elsewhere tells who cannot get into Azure yet what there is to see without it.
func elsewhere(c *Context) string {
	if c.Inspection.Source.Identity().Mode != source.Live {
		return ""
	}
	return " Until then, aksight demo explores a made-up company."
}

// sums says what the estate adds up to and what that does not cover.
func (p *estate) sums(c *Context, canvas *widget.Canvas, area widget.Rect, wide bool) {
	r := p.rows
	if r == nil || len(r.list) == 0 {
		return
	}
	y := 0
	pen := canvas.Line(area, y)
	if !r.exact {
		pen.Write("at least ", themes.Unread)
	}
	dot := " " + canvas.Glyphs.Dot + " "
	pen.Write(plural(r.clusters, "cluster", "clusters"), themes.Strong)
	pen.Write(dot+plural(r.pools, "node pool", "node pools")+dot, themes.Muted)
	if wide {
		pen.Write(plural(len(r.list), "subscription", "subscriptions")+dot, themes.Muted)
	}
	if r.clusters > 0 {
		if pen.Left() < marksWidth(&r.counts, canvas.Glyphs) {
			y++
			pen = canvas.Line(area, y)
		}
		marks(&pen, &r.counts)
	}
	if left := p.leftOut(); left != "" {
		y++
		pen = canvas.Line(area, y)
		pen.Write(left, themes.Unread)
	}
	if c.Snapshot.Problem != nil {
		y++
		pen = canvas.Line(area, y)
		text := newProse(area.W, canvas.Glyphs)
		text.paragraph(c.Snapshot.Problem.Error(), themes.Danger)
		for _, l := range text.lines {
			l.draw(canvas, area, y)
			y++
		}
		y--
	}
	_, area = area.Top(y + 1)
	if wide {
		_, area = area.Top(1)
		bars, beside := area.Left(area.W * 3 / 5)
		p.tallBars(canvas, bars)
		p.detail(canvas, beside)
		return
	}
	p.shortBars(canvas, area)
	_, area = area.Top((len(r.topics)+1)/2 + 1)
	p.detail(canvas, area)
}

// detail says of the selected subscription what its row has no room for.
func (p *estate) detail(canvas *widget.Canvas, area widget.Rect) {
	s := p.selected()
	if s == nil {
		return
	}
	text := newProse(area.W, canvas.Glyphs)
	switch {
	case s.Problem != nil:
		text.add(span{s.Name, themes.Strong}, span{" could not be read", themes.Unread})
		text.paragraph(sentence(s.Problem.What), themes.Text)
		if s.Problem.Do != "" {
			text.paragraph(sentence(s.Problem.Do), themes.Text)
		}
	case s.Worst != nil:
		text.add(span{"worst in ", themes.Muted}, span{s.Name, themes.Strong}, span{": " + s.Worst.Summary.Name, themes.Text})
		text.paragraph(p.rows.worst[p.table.Selected()], themes.Text)
	}
	for y := 0; y < area.H && y < len(text.lines); y++ {
		text.lines[y].draw(canvas, area, y)
	}
}

// leftOut says what the sums do not cover.
func (p *estate) leftOut() string {
	left := uncovered(&p.rows.counts)
	if p.rows.unread > 0 {
		if left != "" {
			left += ", "
		}
		left += plural(p.rows.unread, "subscription", "subscriptions") + " not read"
	}
	if files := p.rows.damaged; files > 0 {
		if left != "" {
			left += ", "
		}
		left += plural(files, "file", "files") + " not used whole (: errors)"
	}
	return left
}

// topicNames are the topics in words.
var topicNames = map[model.Topic]string{
	model.TopicIdentity: "identity and sign-in", model.TopicNetwork: "API server and network",
	model.TopicNodes: "nodes", model.TopicUpgrades: "upgrades", model.TopicData: "secrets and data",
	model.TopicGovernance: "policy", model.TopicMonitoring: "monitoring", model.TopicRegistry: "registry and images",
	model.TopicAddons: "add-ons", model.TopicReliability: "reliability",
	model.TopicWorkloads: "workloads",
}

// topicSegments divide a topic's bar: the failures by severity.
func topicSegments(t *topicGroup) (segments []widget.Segment, whole int) {
	for _, severity := range model.Severities {
		segments = append(segments, widget.Segment{Value: t.counts.Failed[severity], Style: SeverityMark(severity).Style()})
	}
	return segments, t.counts.Failures() + t.counts.Passed
}

// shortBars draws the topics in two columns.
func (p *estate) shortBars(canvas *widget.Canvas, area widget.Rect) {
	half := (len(p.rows.topics) + 1) / 2
	for i := range p.rows.topics {
		row, column := i%half, i/half
		if row >= area.H {
			continue
		}
		pen := canvas.Line(area, row)
		pen.To(column * (area.W + 2) / 2)
		part := pen.Cut(area.W/2 - 1)
		topicBar(&part, &p.rows.topics[i], 12)
	}
}

// tallBars draws the topics one below the other.
func (p *estate) tallBars(canvas *widget.Canvas, area widget.Rect) {
	pen := canvas.Line(area, 0)
	pen.Write("Checks that fail, by topic", themes.Muted)
	for i := range p.rows.topics {
		pen := canvas.Line(area, i+1)
		topicBar(&pen, &p.rows.topics[i], 24)
	}
}

// topicBar draws how much of a topic's checks fail, and says it in numbers.
func topicBar(pen *widget.Pen, t *topicGroup, width int) {
	segments, whole := topicSegments(t)
	widget.Bar(pen, width, whole, segments...)
	pen.Skip(1)
	name := pen.Cut(min(22, pen.Left()))
	name.Write(topicNames[t.topic], themes.Text)
	if pen.Left() > 10 {
		pen.Write(" "+thousands(t.counts.Failures())+" of "+thousands(whole), themes.Muted)
	}
}
