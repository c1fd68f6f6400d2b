package page

import (
	"context"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/glossary"
	"github.com/aksight/aksight/ui/widget"
)

// rulePage tells what a rule checks, without a cluster.
type rulePage struct {
	at     Address
	rule   *model.Rule
	terms  []*glossary.Term
	loaded bool
	scroll scroll
}

type ruleLoaded struct {
	rule  *model.Rule
	terms []*glossary.Term
}

func newRulePage(at Address) Page { return &rulePage{at: at} }

// Title names the page in the breadcrumb.
func (p *rulePage) Title(*Context) string { return p.at.Rule }

// Update takes a message.
func (p *rulePage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown:
		in, id := c.Inspection, p.at.Rule
		c.Run("rule", func(context.Context) any {
			rule, _ := in.Rules().Find(id)
			if rule == nil {
				return ruleLoaded{}
			}
			return ruleLoaded{rule, ruleTerms(rule)}
		})
	case ruleLoaded:
		p.rule, p.terms, p.loaded = msg.rule, msg.terms, true
	case widget.Mouse:
		p.scroll.top += msg.Wheel
		p.scroll.clamp()
	case action.Intent:
		if p.scroll.move(msg.ID) {
			return
		}
		switch msg.ID {
		case action.Findings, action.Open:
			c.Open(Address{Kind: Findings, Rule: p.at.Rule})
		case action.Explain:
			openTerms(c, termIDs(p.terms)...)
		case action.Copy:
			c.Copy(p.at.Rule, "the rule's ID")
		}
	}
}

// Offers lists what works here.
func (p *rulePage) Offers(*Context) []action.Offer {
	return []action.Offer{{ID: action.Open, Says: "its findings"}, {ID: action.Findings}, {ID: action.Explain, Says: "its words"}, {ID: action.Copy, Says: "copy ID"}}
}

// Draw draws the text.
func (p *rulePage) Draw(_ *Context, canvas *widget.Canvas, area widget.Rect) {
	area = area.Inset(2, 0)
	text := newProse(min(area.W, 100), canvas.Glyphs)
	switch {
	case !p.loaded:
		text.paragraph("reading…", themes.Muted)
	case p.rule == nil:
		text.paragraph(errNoRule.Error(), themes.Danger)
	default:
		layRule(text, p.rule)
		layTerms(text, p.terms)
	}
	p.scroll.draw(canvas, area, text.lines)
}

func layRule(text *prose, rule *model.Rule) {
	mark := SeverityMark(rule.Severity)
	text.marked(mark, span{rule.Severity.String(), mark.Style()}, span{"  " + rule.ID + "  " + topicNames[rule.Topic] + ", judges each " + rule.Judges(), themes.Muted})
	text.paragraph(rule.Title, themes.Strong)
	for _, worse := range rule.Worse {
		mark := SeverityMark(worse.Severity)
		text.hanging(span{worse.Severity.String() + " ", mark.Style()}, "where "+worse.Because, themes.Text)
	}
	for _, part := range []struct{ title, body string }{
		{"Why it matters", rule.Why}, {"What an attacker does", rule.Attack}, {"What the fix changes", rule.Change},
	} {
		if part.body != "" {
			text.heading(part.title)
			text.body(part.body)
		}
	}
	text.heading("Fails where")
	text.paragraph(rule.Condition(), themes.Link)
	for n, applies := range rule.Applies {
		if n == 0 {
			text.heading("Does not apply where")
		}
		text.hanging(span{"- ", themes.Faint}, applies.Unless, themes.Text)
	}
	for n, unknown := range rule.Unknown {
		if n == 0 {
			text.heading("Cannot tell where")
		}
		text.hanging(span{"- ", themes.Faint}, unknown.Why, themes.Text)
	}
	text.heading("Reads")
	for _, path := range rule.Evidence {
		text.paragraph(path, themes.Key)
	}
	text.heading("Who mends it")
	text.paragraph(whoMends(rule), themes.Text)
	references(text, rule)
}
