package page

import (
	"strings"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// Linear tells the cluster: its settings with the findings where they stand, its
// node pools, its findings, or its document.
func (p *clusterPage) Linear(c *Context) Linear {
	p.setTabs(c)
	told := Linear{}
	for tab, name := range []string{tabSettings: "settings", tabPools: "pools", tabInside: "inside", tabFindings: "findings", tabJSON: "json"} {
		told.Views = append(told.Views, LinearView{Name: name, Active: p.tabs.Active == tab, Choose: func(*Context) { p.tabs.Active = tab }})
	}
	switch {
	case p.err != nil:
		told.Intro = []string{p.err.Error()}
		return told
	case p.loaded == nil:
		told.Intro = []string{p.absence(c)}
		return told
	}
	told.Intro = clusterIntro(c, p.loaded)
	switch p.tabs.Active {
	case tabSettings:
		told.Rows = p.sheet.rows(func(key string) { p.lines.Select(key) })
	case tabPools:
		told.Rows = p.pools.linear()
	case tabInside:
		told.Rows, told.Outro = p.inside.linear(c)
	case tabFindings:
		told.Rows, told.Outro = p.found.linear()
	default:
		told.Rows = p.json.linear()
	}
	return told
}

// clusterIntro says what a cluster is.
func clusterIntro(c *Context, cluster *store.Cluster) []string {
	s := &cluster.Summary
	read := "read " + ago(c.Now, cluster.Resource.ReadAt)
	if cluster.Resource.Partial {
		read += " from an index: not confirmed yet"
	}
	return []string{
		joinWords(", ", "resource group "+s.ResourceGroup, s.Location, stateWords(s), plural(len(s.Pools), "pool", "pools"), plural(s.Nodes, "node", "nodes"), read),
		countsWords(&cluster.Counts, cluster.Counts.Complete()),
	}
}

// Linear tells a node pool's settings.
func (p *poolPage) Linear(c *Context) Linear {
	switch {
	case p.err != nil:
		return Linear{Intro: []string{p.err.Error()}}
	case p.sheet == nil:
		return Linear{Intro: []string{notReadYet}}
	}
	return Linear{
		Intro: []string{"node pool of " + p.at.ID.Name() + ", read " + ago(c.Now, p.loaded.Resource.ReadAt), countsWords(&p.sheet.counts, p.sheet.counts.Complete())},
		Rows:  p.sheet.rows(func(key string) { p.lines.Select(key) }),
	}
}

// rows tells a sheet's lines under their headings.
func (s *sheet) rows(choose func(key string)) []LinearRow {
	var rows []LinearRow
	heading, label := "", ""
	for at := range s.lines {
		l := &s.lines[at]
		if l.heading != "" {
			heading = l.heading
			continue
		}
		text := l.label + ": " + l.value
		if l.label == "" {
			text = label + ", also"
		} else {
			label = l.label
		}
		if said := s.verdictWords(l); said != "" {
			text += "; " + said
		}
		key := s.entry(at).Key
		rows = append(rows, LinearRow{Under: heading, Text: text, Choose: func() { choose(key) }})
	}
	return rows
}

// verdictWords says a line's verdict, with what was found.
func (s *sheet) verdictWords(l *line) string {
	if l.finding < 0 {
		return ""
	}
	finding := &s.findings[l.finding]
	words := severityWord(s.judged(l.finding))
	switch finding.Verdict {
	case model.Fail:
		said := finding.Says
		if said == "" {
			said = finding.Rule.Title
		}
		return words + ": " + said
	case model.CouldNotRead:
		return joinWords(": ", words, finding.Reason)
	default:
		return words
	}
}

func (t *poolTable) linear() []LinearRow {
	if t.rows == nil {
		return nil
	}
	var rows []LinearRow
	for at := range t.rows.pools {
		pool := &t.rows.pools[at]
		spot := ""
		if pool.Spot {
			spot = "spot"
		}
		rows = append(rows, LinearRow{
			Text: pool.Name + ": " + countsWords(&t.rows.counts[at], t.rows.counts[at].Complete()) + "; " + joinWords(", ",
				pool.Mode, spot, poolOSWord(pool), pool.VMSize, plural(pool.Nodes, "node", "nodes"),
				orNotRead("version", pool.Version), orNotRead("node image", pool.Image)),
			Choose: func() { t.table.Select(t.rows.Key(at)) },
		})
	}
	return rows
}

func (t *findingTable) linear() (rows []LinearRow, outro []string) {
	if t.rows == nil {
		return nil, []string{notReadYet}
	}
	for _, row := range t.rows.order {
		f := &t.rows.list[row]
		text := severityWord(f.judged) + ": " + joinWords(": ", f.rule.Title, f.says) + " (" + joinWords(", ", f.rule.ID, f.on()) + ")"
		rows = append(rows, LinearRow{Text: text, Choose: func() { t.table.Select(t.rows.Key(int(row))) }})
	}
	if left := t.left(); left != "" {
		outro = append(outro, left+"; filter verdict:pass lists them")
	}
	return rows, outro
}

func (v *jsonView) linear() []LinearRow {
	if v.doc == nil {
		return nil
	}
	var rows []LinearRow
	for place, at := range v.shown {
		l := &v.doc.lines[at]
		text := strings.Repeat(" ", l.indent) + joinWords(": ", l.key, l.text+l.tail)
		if l.found >= 0 {
			f := &v.doc.findings[l.found]
			text += "   " + severityWord(model.Judged{Verdict: f.Verdict, Severity: f.Severity}) + ": " + joinWords(": ", f.Rule.ID, f.Says)
		}
		rows = append(rows, LinearRow{Text: text, Choose: func() { v.cursor = place }})
	}
	return rows
}
