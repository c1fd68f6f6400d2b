package page

import (
	"maps"
	"slices"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// findInside lists the findings on what runs in the cluster too, where they are others
// than before.
func (p *clusterPage) findInside(in *inspect.Inspection) {
	var judged []store.Judgement
	if p.loaded.Inside != nil {
		judged = p.loaded.Inside.Judgements
	}
	if len(judged) == len(p.judged) && (len(judged) == 0 || &judged[0] == &p.judged[0]) {
		return
	}
	p.judged = judged
	p.found.set(p.own.with(p.loaded.Inside, in.Rules().Rules()))
}

// sameOutside reports whether two states of a cluster differ in what runs in it alone.
func sameOutside(a, b *store.Cluster) bool {
	return a != nil && b != nil && a.Resource == b.Resource && a.Problem == b.Problem &&
		slices.Equal(a.Judged, b.Judged) && slices.EqualFunc(a.Pools, b.Pools, slices.Equal[[]model.Judged]) &&
		maps.Equal(a.Reads, b.Reads) && maps.EqualFunc(a.Children, b.Children, slices.Equal[[]*model.Resource])
}

// chosen is the finding that is selected on the active tab: its rule, and the address of
// its own page.
func (p *clusterPage) chosen() (rule *model.Rule, at Address, judged model.Judged) {
	at = Address{Kind: Finding, ID: p.at.ID}
	switch p.tabs.Active {
	case tabSettings:
		line := p.lines.Selected()
		if p.sheet == nil || line < 0 || p.sheet.lines[line].finding < 0 {
			return nil, at, judged
		}
		rule, judged = p.sheet.findings[p.sheet.lines[line].finding].Rule, p.sheet.judged(p.sheet.lines[line].finding)
	case tabFindings:
		if finding := p.found.selected(); finding != nil {
			rule, judged, at.Part, at.Object = finding.rule, finding.judged, finding.part, finding.object
		}
	case tabJSON:
		rule, at.Part, judged = p.json.chosen()
	}
	if rule != nil {
		at.Rule = rule.ID
	}
	return rule, at, judged
}

func (p *clusterPage) toFinding(c *Context, kind Kind) {
	rule, at, judged := p.chosen()
	if rule == nil {
		c.Say(widget.NotMark, "no rule judges this line by itself")
		return
	}
	if kind == Fix && judged.Verdict != model.Fail {
		c.Say(VerdictMark(judged), "nothing to mend here: "+severityWord(judged))
		return
	}
	c.Open(at.to(kind))
}

// explain says why a judged line matters, and what any other one is.
func (p *clusterPage) explain(c *Context) {
	if rule, _, _ := p.chosen(); rule != nil {
		p.toFinding(c, Finding)
		return
	}
	switch p.tabs.Active {
	case tabSettings:
		if at := p.lines.Selected(); p.sheet != nil && at >= 0 {
			openTerms(c, p.sheet.lines[at].term)
		}
	case tabPools:
		openTerms(c, poolTerms...)
	case tabInside:
		openTerms(c, insideTerms...)
	case tabFindings:
		openTerms(c, foundTerms...)
	case tabJSON:
		openTerms(c, p.json.term())
	}
}

// poolFindings lists below the node pools what was found on the selected one.
func (p *clusterPage) poolFindings(canvas *widget.Canvas, body widget.Rect) {
	name := p.pools.selected()
	_, rest := body.Top(p.pools.table.Len() + 2)
	if name == "" || p.found.rows == nil || rest.H < 3 {
		return
	}
	text := newProse(rest.W-4, canvas.Glyphs)
	text.add(span{"Found on ", themes.Muted}, span{name, themes.Strong})
	var list []*found
	for i := range p.found.rows.list {
		if f := &p.found.rows.list[i]; f.part == name && wrong(f.judged) {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b *found) int { return weight(b.judged) - weight(a.judged) })
	for _, f := range list {
		mark := VerdictMark(f.judged)
		text.marked(mark, span{f.rule.Title, themes.Text}, span{"  " + f.says, themes.Muted})
	}
	if len(list) == 0 {
		text.paragraph("nothing", themes.Muted)
	}
	(&scroll{}).draw(canvas, rest.Inset(2, 0), text.lines)
}
