package page

import (
	"context"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// poolPage shows one node pool's settings.
type poolPage struct {
	at     Address
	loaded *store.Cluster
	busy   bool
	err    error
	sheet  *sheet
	lines  widget.Sheet
	body   widget.Rect
}

type poolLoaded struct {
	cluster *store.Cluster
	sheet   *sheet
	err     error
}

func newPoolPage(at Address) Page { return &poolPage{at: at} }

// Title names the page in the breadcrumb.
func (p *poolPage) Title(*Context) string { return p.at.Part }

// Update takes a message.
func (p *poolPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown:
		c.Inspection.Schedule.Focus(p.at.ID)
		p.follow(c)
	case Changed:
		p.follow(c)
	case Hidden:
		p.busy = false
	case poolLoaded:
		p.take(msg)
		p.follow(c)
	case widget.Mouse:
		if m, inside := msg.In(p.body); inside && p.lines.Mouse(m) {
			p.open(c)
		}
	case action.Intent:
		p.intent(c, msg)
	}
}

func (p *poolPage) follow(c *Context) {
	cluster := c.Snapshot.Cluster(p.at.ID)
	if cluster == nil || cluster == p.loaded || p.busy {
		return
	}
	p.busy = true
	in, part := c.Inspection, p.at.Part
	c.Run("pool", func(context.Context) any {
		pool, known := poolIndex(cluster, part)
		if !known {
			return poolLoaded{cluster: cluster, err: errGone}
		}
		sheet, err := poolSheet(in, cluster, pool)
		return poolLoaded{cluster, sheet, err}
	})
}

// Settling reports whether what the page shows is still being made.
func (p *poolPage) Settling() bool { return p.busy && p.loaded == nil }

func (p *poolPage) take(loaded poolLoaded) {
	p.busy = false
	p.loaded, p.err = loaded.cluster, loaded.err
	if loaded.err != nil {
		return
	}
	first := p.sheet == nil
	p.sheet = loaded.sheet
	p.lines.Set(loaded.sheet.entries())
	if first {
		if !p.lines.Select(p.at.Row) {
			p.lines.Select(p.sheet.firstWrong())
		}
	}
}

func (p *poolPage) intent(c *Context, intent action.Intent) {
	if p.lines.Do(intent.ID) {
		return
	}
	switch intent.ID {
	case action.Open:
		p.open(c)
	case action.Explain:
		p.explain(c)
	case action.Fix:
		p.to(c, Fix)
	case action.Waive:
		if finding := p.chosen(); finding != nil {
			openWaive(c, Address{ID: p.at.ID, Part: p.at.Part, Rule: finding.Rule.ID}, finding.Judged())
		}
	case action.Copy:
		if at := p.lines.Selected(); at >= 0 && p.lines.Entries()[at].Value != "" {
			c.Copy(p.lines.Entries()[at].Value, p.lines.Entries()[at].Label)
		}
	case action.Findings:
		c.Open(Address{Kind: Cluster, ID: p.at.ID, Tab: "findings"})
	case action.Verify, action.Refresh:
		verify(c, p.at.ID)
	}
}

// versionLine reports whether the selected line is the Kubernetes version's own.
func (p *poolPage) versionLine() bool {
	at := p.lines.Selected()
	return p.sheet != nil && at >= 0 && p.sheet.lines[at].path == poolVersionPath && p.sheet.lines[at].label != ""
}

func (p *poolPage) open(c *Context) {
	if p.versionLine() {
		if pool, known := poolIndex(p.loaded, p.at.Part); known {
			openVersion(c, p.at.ID, p.loaded.Summary.Pools[pool].Version)
			return
		}
	}
	p.to(c, Finding)
}

// chosen is the finding on the selected line, or nil.
func (p *poolPage) chosen() *model.Finding {
	at := p.lines.Selected()
	if p.sheet == nil || at < 0 || p.sheet.lines[at].finding < 0 {
		return nil
	}
	return &p.sheet.findings[p.sheet.lines[at].finding]
}

// explain says why a judged line matters, and what any other one is.
func (p *poolPage) explain(c *Context) {
	if p.chosen() != nil {
		p.to(c, Finding)
		return
	}
	if at := p.lines.Selected(); p.sheet != nil && at >= 0 {
		openTerms(c, p.sheet.lines[at].term)
	}
}

func (p *poolPage) to(c *Context, kind Kind) {
	finding := p.chosen()
	switch {
	case finding == nil:
		c.Say(widget.NotMark, "no rule judges this line by itself")
	case kind == Fix && finding.Verdict != model.Fail:
		c.Say(VerdictMark(model.Judged{Verdict: finding.Verdict}), "nothing to mend here: "+severityWord(model.Judged{Verdict: finding.Verdict}))
	default:
		c.Open(Address{Kind: kind, ID: p.at.ID, Part: p.at.Part, Rule: finding.Rule.ID})
	}
}

// Export returns the settings.
func (p *poolPage) Export(*Context) *Listing {
	return settingsListing("settings of "+p.at.ID.Name()+" "+p.at.Part, p.sheet)
}

// Offers lists what works here.
func (p *poolPage) Offers(*Context) []action.Offer {
	var offers []action.Offer
	if finding := p.chosen(); finding != nil {
		offers = action.Offers(action.Open, action.Explain)
		if p.versionLine() {
			offers[0].Says = "version"
		}
		if finding.Verdict == model.Fail {
			offers = append(offers, action.Offer{ID: action.Fix}, waiveOffer(finding.Judged()))
		}
	} else {
		offers = action.Offers(action.Explain)
	}
	return append(offers, action.Offer{ID: action.Copy, Says: "copy value"}, action.Offer{ID: action.Findings},
		action.Offer{ID: action.Verify, Says: "read again"}, action.Offer{ID: action.Refresh}, action.Offer{ID: action.Capture})
}

// Draw draws the sheet and what was found on the selected line.
func (p *poolPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	switch {
	case p.err != nil:
		text := newProse(area.W-4, canvas.Glyphs)
		text.paragraph(p.err.Error(), themes.Danger)
		(&scroll{}).draw(canvas, area.Inset(2, 0), text.lines)
		return
	case p.sheet == nil:
		pen := canvas.Line(area, 0)
		pen.Skip(2)
		pen.Write("reading…", themes.Muted)
		return
	}
	areas := splitArea(area)
	if areas.side.W == 0 {
		strip, rest := area.Bottom(4)
		p.body = rest
		p.lines.Draw(canvas, rest)
		p.sheet.strip(canvas, strip, p.lines.Selected())
		return
	}
	p.body = areas.list
	p.lines.Draw(canvas, areas.list)
	areas.divide(canvas)
	side := areas.side.Inset(2, 0)
	pen := canvas.Line(side, 0)
	pen.Write(p.at.Part, themes.Strong)
	pen.Write(" of "+p.at.ID.Name(), themes.Muted)
	pen = canvas.Line(side, 1)
	pen.Write("read "+ago(c.Now, p.loaded.Resource.ReadAt), themes.Muted)
	pen = canvas.Line(side, 2)
	marks(&pen, &p.sheet.counts)
	_, side = side.Top(4)
	explainBeside(canvas, side, p.sheet, p.lines.Selected())
}
