package page

import (
	"fmt"
	"strings"
)

// Linear tells a waiver that is to be written, or the one that holds.
func (p *waivePage) Linear(c *Context) Linear {
	switch {
	case p.err != nil:
		return Linear{Intro: []string{p.err.Error()}}
	case p.finding == nil:
		return Linear{Intro: []string{notReadYet}}
	}
	result := Linear{Intro: []string{
		severityWord(p.finding.Judged()) + ": " + p.finding.Rule.Title + " (" + findingTitle(p.at.ID.Name(), p.at.on()) + ")",
	}}
	switch {
	case p.open():
		result.Intro = append(result.Intro, waiveMeans)
		for at, name := range waiveNames {
			text := name + ": " + p.inputs[at].Value()
			if p.inputs[at].Value() == "" {
				text = name + ": not filled in: " + p.inputs[at].Hint
			}
			result.Rows = append(result.Rows, LinearRow{Under: "Fill in", Text: text, Choose: func() { p.cursor = at }})
		}
		write := "write it"
		if _, _, reason := p.waiver(c); reason != "" {
			write += ": " + reason
		}
		if c.Waivers != nil {
			write += " (to the end of " + c.Waivers.File() + ")"
		}
		result.Rows = append(result.Rows, LinearRow{Text: write, Choose: func() { p.cursor = waiveWrite }})
	case p.finding.Waived:
		result.Intro = append(result.Intro, waiverText(p.finding.Waiver))
		text := "take it out of " + p.finding.Waiver.File + ": the finding then counts again"
		if p.armed {
			text = "take it out: open this line again"
		}
		result.Rows = []LinearRow{{Text: text, Choose: func() {}}}
	default:
		result.Intro = append(result.Intro, "There is nothing to waive.")
	}
	if p.failed != nil {
		result.Outro = []string{sentence(p.failed.Error())}
	}
	return result
}

// Fill takes the value of a field by its name.
func (p *waivePage) Fill(_ *Context, name, value string) error {
	if !p.open() {
		return errNoField
	}
	for at, known := range waiveNames {
		if strings.EqualFold(known, name) {
			p.inputs[at].SetValue(value)
			p.failed = nil
			return nil
		}
	}
	return fmt.Errorf("there is no field %q: use %s", name, strings.Join(waiveNames[:], " or "))
}
