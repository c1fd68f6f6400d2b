package page

import (
	"context"
	"errors"
	"strings"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/glossary"
	"github.com/aksight/aksight/ui/widget"
)

var (
	errGone   = errors.New("it is not there any more, or you may not read it: press esc to go back")
	errNoRule = errors.New("this version has no such rule: press esc to go back")
)

// findingPage says of one judgement why it matters and what proves it.
type findingPage struct {
	at      Address
	loaded  *store.Cluster
	busy    bool
	finding *model.Finding
	terms   []*glossary.Term
	err     error
	text    []textLine // for width
	width   int
	scroll  scroll
}

// explained is a judgement that was explained.
type explained struct {
	cluster *store.Cluster
	finding model.Finding
	terms   []*glossary.Term // that the finding speaks of
	err     error
}

func newFindingPage(at Address) Page { return &findingPage{at: at} }

// Title names the page in the breadcrumb.
func (p *findingPage) Title(*Context) string { return p.at.Rule }

// Update takes a message.
func (p *findingPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown:
		c.Inspection.Schedule.Focus(p.at.ID)
		p.follow(c)
	case Changed:
		p.follow(c)
	case Hidden:
		p.busy = false
	case explained:
		p.busy = false
		p.loaded, p.err, p.width = msg.cluster, msg.err, 0
		if msg.err == nil {
			p.finding, p.terms = &msg.finding, msg.terms
		}
		p.follow(c)
	case widget.Mouse:
		p.scroll.top += msg.Wheel
		p.scroll.clamp()
	case action.Intent:
		p.intent(c, msg)
	}
}

func (p *findingPage) follow(c *Context) {
	cluster := c.Snapshot.Cluster(p.at.ID)
	if cluster == nil || p.busy {
		return
	}
	if p.loaded != nil && sameFor(p.at, cluster, p.loaded) {
		p.loaded = cluster
		return
	}
	p.busy = true
	in, at := c.Inspection, p.at
	c.Run("explain", func(context.Context) any { return explain(in, cluster, at) })
}

// Settling reports whether what the page shows is still being made.
func (p *findingPage) Settling() bool { return p.busy && p.loaded == nil }

func explain(in *inspect.Inspection, cluster *store.Cluster, at Address) explained {
	result := explained{cluster: cluster}
	rule, place := in.Rules().Find(at.Rule)
	pool, known := poolIndex(cluster, at.Part)
	switch {
	case rule == nil:
		result.err = errNoRule
		return result
	case at.inside():
		result.finding, result.err = in.ExplainInside(cluster, at.Object, place)
		result.terms = ruleTerms(rule)
		if judged := judgedFor(cluster, at, place); result.err == nil && judged.Verdict == model.Pending {
			result.finding.Verdict = model.Pending
		}
		return result
	case !known:
		result.err = errGone
		return result
	}
	subject, err := in.Subject(cluster, pool)
	if err != nil {
		result.err = err
		return result
	}
	result.finding, result.terms = in.Explain(subject, place), ruleTerms(rule)
	if judged := judgedAt(cluster, pool, place); judged.Verdict == model.Pending {
		result.finding.Verdict = model.Pending
	}
	return result
}

func (p *findingPage) intent(c *Context, intent action.Intent) {
	if p.scroll.move(intent.ID) {
		return
	}
	switch {
	case intent.ID == action.Open && p.ofVersion():
		p.openVersion(c)
		return
	case intent.ID == action.Open && p.at.inside() && p.at.Object.Kind != model.KindInside:
		c.Open(objectAt(p.at.ID, p.at.Object))
		return
	}
	switch intent.ID {
	case action.Fix, action.Open:
		if p.finding != nil && p.finding.Verdict == model.Fail {
			c.Open(p.at.to(Fix))
			return
		}
		c.Say(widget.NotMark, "nothing to mend here")
	case action.Waive:
		if p.finding != nil {
			openWaive(c, p.at, p.finding.Judged())
		}
	case action.Explain:
		openTerms(c, termIDs(p.terms)...)
	case action.Findings:
		c.Open(Address{Kind: Findings, Rule: p.at.Rule})
	case action.Verify, action.Refresh:
		again(c, p.at)
	case action.Copy:
		if p.finding != nil {
			c.Copy(p.finding.Rule.ID+" "+string(p.finding.Cluster)+" "+p.at.on()+" "+p.finding.Says, "the finding")
		}
	case action.CopyAll:
		if p.finding != nil {
			c.CopyText(findingText(p.finding), "all of the finding")
		}
	}
}

// Offers lists what works here.
func (p *findingPage) Offers(*Context) []action.Offer {
	var offers []action.Offer
	if p.finding != nil && p.finding.Verdict == model.Fail {
		offers = append(offers, action.Offer{ID: action.Fix}, waiveOffer(p.finding.Judged()))
	}
	offers = append(offers, action.Offer{ID: action.Explain, Says: "its words"}, action.Offer{ID: action.Findings, Says: "all with this rule"}, action.Offer{ID: action.Verify},
		action.Offer{ID: action.CopyAll, Says: "copy text"}, action.Offer{ID: action.Copy}, action.Offer{ID: action.Refresh},
		action.Offer{ID: action.Capture})
	if p.ofVersion() {
		return append([]action.Offer{{ID: action.Open, Says: "version"}}, offers...)
	}
	if p.at.inside() && p.at.Object.Kind != model.KindInside {
		return append([]action.Offer{{ID: action.Open, Says: "the " + strings.ToLower(string(p.at.Object.Kind))}}, offers...)
	}
	return append(offers, action.Offer{ID: action.Open, Says: "fix"})
}

// ofVersion reports whether the finding leads to the page of a Kubernetes version.
func (p *findingPage) ofVersion() bool {
	return p.finding != nil && p.loaded != nil && !p.at.inside() && onVersion(p.finding.Rule)
}

func (p *findingPage) openVersion(c *Context) {
	version := p.loaded.Summary.Version
	if pool, known := poolIndex(p.loaded, p.at.Part); known && pool >= 0 {
		version = p.loaded.Summary.Pools[pool].Version
	}
	openVersion(c, p.at.ID, version)
}

// Draw draws the text: beside it, where there is room, the evidence.
func (p *findingPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	area = area.Inset(2, 0)
	if p.err != nil || p.finding == nil {
		text := newProse(area.W, canvas.Glyphs)
		if p.err != nil {
			text.paragraph(p.err.Error(), themes.Danger)
		} else {
			text.paragraph("reading…", themes.Muted)
		}
		p.scroll.draw(canvas, area, text.lines)
		return
	}
	if area.W+4 >= wideEnough {
		left, right := area.Left(area.W * 11 / 20)
		story := newProse(left.W-3, canvas.Glyphs)
		storyOf(story, p.finding)
		layTerms(story, p.terms)
		p.scroll.draw(canvas, left, story.lines)
		_, right = right.Left(1)
		split{side: right}.divide(canvas)
		proof := newProse(right.W-3, canvas.Glyphs)
		proofOf(proof, c, p.finding)
		right = right.Inset(2, 0)
		right.W++
		beside := scroll{top: p.scroll.top}
		beside.draw(canvas, right, proof.lines)
		return
	}
	if p.width != area.W {
		text := newProse(area.W, canvas.Glyphs)
		storyOf(text, p.finding)
		layTerms(text, p.terms)
		text.gap()
		proofOf(text, c, p.finding)
		p.text, p.width = text.lines, area.W
	}
	p.scroll.draw(canvas, area, p.text)
}
