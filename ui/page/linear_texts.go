package page

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/glossary"
)

// Linear tells a finding, and what proves it.
func (p *findingPage) Linear(c *Context) Linear {
	switch {
	case p.err != nil:
		return Linear{Intro: []string{p.err.Error()}}
	case p.finding == nil:
		return Linear{Intro: []string{notReadYet}}
	}
	return Linear{Intro: told(c, func(text *prose) {
		storyOf(text, p.finding)
		layTerms(text, p.terms)
		text.gap()
		proofOf(text, c, p.finding)
	})}
}

// Linear tells a rule.
func (p *rulePage) Linear(c *Context) Linear {
	if p.rule == nil {
		return Linear{Intro: []string{errNoRule.Error()}}
	}
	return Linear{Intro: told(c, func(text *prose) {
		layRule(text, p.rule)
		layTerms(text, p.terms)
	})}
}

// Linear tells an entry of the glossary.
func (p *termPage) Linear(c *Context) Linear {
	if p.loaded == nil || p.loaded.term == nil {
		return Linear{Intro: []string{"the glossary has no such entry"}}
	}
	result := Linear{Intro: told(c, func(text *prose) { layTerm(text, p.loaded.term) })}
	for n, link := range p.links {
		row := LinearRow{Under: "See also", Choose: func() { p.cursor = n }}
		if link.Kind == Rule {
			rule := p.loaded.rules[n-len(p.loaded.term.See)]
			row.Under, row.Text = "Rules on it", rule.ID+" "+rule.Title
		} else {
			row.Text = glossary.Get(link.Term).Name
		}
		result.Rows = append(result.Rows, row)
	}
	return result
}

// Linear tells what mends a failure: what has to hold, what it does, and the
// commands.
func (p *fixPage) Linear(c *Context) Linear {
	switch {
	case p.err != nil:
		return Linear{Intro: []string{p.err.Error()}}
	case p.rule == nil:
		return Linear{Intro: []string{notReadYet}}
	}
	result := Linear{Intro: []string{severityWord(p.judged) + ": " + p.rule.Title + " (" + findingTitle(p.at.ID.Name(), p.at.on()) + ")"}}
	plan := p.plan()
	if plan == nil {
		result.Intro = append(result.Intro, told(c, p.layNone)...)
		return result
	}
	if len(p.plans) > 1 {
		for n := range p.plans {
			result.Views = append(result.Views, LinearView{Name: "way " + strconv.Itoa(n+1), Active: n == p.options.Active, Choose: func(*Context) {
				p.options.Active, p.previewed, p.cursor = n, false, 0
				p.collect()
			}})
		}
		result.Intro = append(result.Intro, fmt.Sprintf("way %d of %d: %s", p.options.Active+1, len(p.plans), plan.Title))
	} else {
		result.Intro = append(result.Intro, plan.Title)
	}
	for i := range plan.Needs {
		result.Intro = append(result.Intro, needWords(&plan.Needs[i]))
	}
	result.Intro = append(result.Intro, told(c, func(text *prose) { p.layFacts(text, plan) })...)
	for n, item := range p.items {
		row := p.itemRow(plan, item)
		row.Choose = func() { p.cursor = n }
		result.Rows = append(result.Rows, row)
	}
	if len(plan.Steps) == 0 {
		result.Outro = []string{"No command is shown before what it needs holds."}
		return result
	}
	result.Outro = told(c, func(text *prose) {
		p.layAfter(text, plan)
		p.layPreview(text)
	})
	return result
}

func needWords(need *model.CheckedNeed) string {
	switch need.State {
	case model.CheckHolds:
		return "needed, and holds: " + need.Says
	case model.CheckFails:
		return "needed, and does not hold: " + joinWords(": ", need.Says, need.Else)
	default:
		return "needed, and cannot be told from what was read: " + need.Says
	}
}

// itemRow tells a part of the plan that can be chosen.
func (p *fixPage) itemRow(plan *model.Plan, item fixItem) LinearRow {
	switch item.kind {
	case needItem:
		return LinearRow{Under: "First", Text: "open the fix of " + plan.Needs[item.at].Rule + ": " + plan.Needs[item.at].Says}
	case confirmItem:
		sign := "not ticked: "
		if p.ticked[plan.Confirm[item.at]] {
			sign = "ticked: "
		}
		return LinearRow{Under: "Make sure", Text: sign + plan.Confirm[item.at]}
	case askItem:
		ask := &plan.Asks[item.at]
		state := "not filled in"
		switch {
		case ask.Problem != "":
			state = ask.Value + ": " + ask.Problem
		case ask.Value != "":
			state = ask.Value
		}
		return LinearRow{Under: "Fill in", Text: ask.Name + ": " + ask.Says + ", such as " + ask.Example + "; now: " + state}
	case undoItem:
		step := &plan.Steps[item.at]
		return LinearRow{Under: "Commands", Text: joinWords(": ", "undo of step "+strconv.Itoa(item.at+1), step.UndoSays), Code: step.Undo}
	default:
		step := &plan.Steps[item.at]
		facts := step.Nature.Words()
		if step.OneWay {
			facts += ", no way back"
		}
		if step.Extension != "" {
			facts += ", needs the extension " + step.Extension
		}
		if step.Wait != "" {
			facts += ", then wait: " + step.Wait
		}
		return LinearRow{Under: "Commands", Text: joinWords(": ", "step "+strconv.Itoa(item.at+1), joinWords("; ", step.Says, facts)), Code: cmp.Or(step.Command, step.Patch)}
	}
}

var errNoField = errors.New("there is nothing to fill in")

// Fill takes the value of a field by its name.
func (p *fixPage) Fill(c *Context, name, value string) error {
	plan := p.plan()
	if plan == nil || p.loaded == nil {
		return errNoField
	}
	var names []string
	for i := range plan.Asks {
		if strings.EqualFold(plan.Asks[i].Name, name) {
			name = plan.Asks[i].Name
			p.input(name).SetValue(value)
			p.answers[name] = value
			p.previewed = false
			p.planAgain(c, p.loaded)
			return nil
		}
		names = append(names, plan.Asks[i].Name)
	}
	if len(names) == 0 {
		return errNoField
	}
	return fmt.Errorf("there is no field %q: use %s", name, strings.Join(names, " or "))
}
