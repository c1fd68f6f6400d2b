package page

import (
	"context"
	"maps"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

func (p *fixPage) intent(c *Context, intent action.Intent) {
	if p.typing {
		p.whileTyping(intent.ID)
		return
	}
	switch intent.ID {
	case action.Up, action.Down:
		p.step(intent.ID)
		return
	case action.NextTab, action.PrevTab, action.Number:
		p.tab(intent)
		return
	}
	if p.scroll.move(intent.ID) {
		return
	}
	switch intent.ID {
	case action.Open, action.Mark:
		p.use(c)
	case action.Copy:
		p.copy(c)
	case action.CopyAll:
		p.copyAll(c)
	case action.Preview:
		p.ask(c)
	case action.Shell:
		p.otherShell(c)
	case action.Verify, action.Refresh:
		again(c, p.at)
	case action.Waive:
		openWaive(c, p.at, p.judged)
	case action.Explain:
		c.Open(p.at.to(Finding))
	case action.Findings:
		c.Open(Address{Kind: Findings, Rule: p.at.Rule})
	}
}

// whileTyping takes the keys that leave a field.
func (p *fixPage) whileTyping(id action.ID) {
	switch id {
	case action.Back:
		p.typing = false
	case action.Open, action.NextTab:
		p.typing = false
		p.nextField(1)
	case action.PrevTab:
		p.typing = false
		p.nextField(-1)
	}
}

// nextField goes to the next thing that a command waits for, or to its first step.
func (p *fixPage) nextField(direction int) {
	for at := p.cursor + direction; at >= 0 && at < len(p.items); at += direction {
		switch p.items[at].kind {
		case askItem:
			p.cursor, p.typing = at, true
			return
		case stepItem:
			p.cursor = at
			return
		}
	}
}

// step moves the cursor to the next item, or scrolls where there is none.
func (p *fixPage) step(id action.ID) {
	direction := 1
	if id == action.Up {
		direction = -1
	}
	next := p.cursor + direction
	if next < 0 || next >= len(p.items) {
		p.scroll.move(id)
		return
	}
	p.cursor = next
	p.reveal()
}

// reveal scrolls to the item under the cursor.
func (p *fixPage) reveal() {
	first, last := -1, -1
	for at := range p.lines {
		if p.lines[at].item == p.cursor {
			if first < 0 {
				first = at
			}
			last = at
		}
	}
	if first >= 0 {
		p.scroll.reveal(max(0, first-1), last)
	}
}

// tab goes to another way to mend it, where there are several.
func (p *fixPage) tab(intent action.Intent) {
	if len(p.plans) > 1 {
		if p.options.Do(intent) {
			p.previewed, p.cursor = false, 0
			p.collect()
			p.toFirst()
		}
		return
	}
	switch intent.ID {
	case action.PrevTab:
		p.nextField(-1)
	case action.NextTab:
		p.nextField(1)
	}
}

// use does what enter does on the selected item.
func (p *fixPage) use(c *Context) {
	plan := p.plan()
	if plan == nil || len(p.items) == 0 {
		return
	}
	item := p.items[p.cursor]
	switch item.kind {
	case needItem:
		c.Open(p.fixOf(c, plan.Needs[item.at].Rule))
	case confirmItem:
		text := plan.Confirm[item.at]
		p.ticked[text] = !p.ticked[text]
		if p.ticked[text] {
			p.step(action.Down)
		}
	case askItem:
		p.typing = true
	case stepItem, undoItem:
		p.copy(c)
	}
}

// fixOf is the address of the fix of another rule, on this object where that rule
// judges objects.
func (p *fixPage) fixOf(c *Context, id string) Address {
	to := Address{Kind: Fix, ID: p.at.ID, Part: p.partFor(c, id), Rule: id}
	if rule, _ := c.Inspection.Rules().Find(id); rule != nil && rule.Inside() {
		to.Object = p.at.Object
	}
	return to
}

// partFor is the node pool that another rule's fix is about: this one's where that
// rule judges pools, the first pool that fails it otherwise.
func (p *fixPage) partFor(c *Context, id string) string {
	rule, place := c.Inspection.Rules().Find(id)
	if rule == nil || rule.Subject != model.KindPool {
		return ""
	}
	if p.at.Part != "" {
		return p.at.Part
	}
	for pool := range p.loaded.Pools {
		if judgedAt(p.loaded, pool, place).Failing() {
			return p.loaded.Summary.Pools[pool].Name
		}
	}
	return ""
}

// ready reports whether a command may be copied; where not, it says why and goes to
// what is missing.
func (p *fixPage) ready(c *Context, missing []string) bool {
	plan := p.plan()
	if plan == nil {
		return false
	}
	if len(plan.Steps) == 0 {
		c.Say(widget.UnreadMark, "no command before what it needs holds")
		return false
	}
	for at, item := range p.items {
		if item.kind == confirmItem && !p.ticked[plan.Confirm[item.at]] {
			p.cursor = at
			p.reveal()
			c.Say(widget.MediumMark, "first make sure, and tick it: "+plan.Confirm[item.at])
			return false
		}
	}
	if len(missing) == 0 {
		return true
	}
	if at := p.leftToDo(missing); at >= 0 {
		p.cursor, p.typing = at, true
		p.reveal()
	}
	c.Say(widget.MediumMark, "not copied: fill in "+strings.Join(missing, ", ")+" first")
	return false
}

// copy copies the selected step or undo; elsewhere the first step.
func (p *fixPage) copy(c *Context) {
	plan := p.plan()
	if plan == nil {
		return
	}
	item := fixItem{stepItem, 0}
	if len(p.items) > 0 && (p.items[p.cursor].kind == stepItem || p.items[p.cursor].kind == undoItem) {
		item = p.items[p.cursor]
	}
	if item.at >= len(plan.Steps) {
		p.ready(c, nil)
		return
	}
	step := &plan.Steps[item.at]
	if item.kind == undoItem {
		if p.ready(c, p.lackedBy(step.Undo)) {
			c.Copy(step.Undo, "the undo of step "+strconv.Itoa(item.at+1))
		}
		return
	}
	if p.ready(c, step.Missing) {
		if step.Command == "" {
			c.CopyText(step.Patch, "the change of step "+strconv.Itoa(item.at+1))
			return
		}
		c.Copy(step.Command, "step "+strconv.Itoa(item.at+1))
	}
}

// lackedBy names the asked values that a command still shows as placeholders.
func (p *fixPage) lackedBy(command string) []string {
	var names []string
	for i := range p.plan().Asks {
		if ask := &p.plan().Asks[i]; strings.Contains(command, "<"+ask.Name+">") {
			names = append(names, ask.Name)
		}
	}
	return names
}

// copyAll copies every step, with what has to happen between them as remarks, which
// both shells start with a number sign.
func (p *fixPage) copyAll(c *Context) {
	plan := p.plan()
	if plan == nil {
		return
	}
	var missing []string
	for i := range plan.Steps {
		for _, name := range plan.Steps[i].Missing {
			if !contains(missing, name) {
				missing = append(missing, name)
			}
		}
	}
	if !p.ready(c, missing) {
		return
	}
	c.CopyText(planText(plan), plural(len(plan.Steps), "step", "steps"))
}

func planText(plan *model.Plan) string {
	var b strings.Builder
	for i := range plan.Steps {
		step := &plan.Steps[i]
		if step.Says != "" {
			b.WriteString("# " + step.Says + "\n")
		}
		if step.Command != "" {
			b.WriteString(step.Command + "\n")
		}
		for l := range strings.Lines(step.Patch) {
			if step.Command == "" { // a change made by hand is no command
				b.WriteString("#   " + strings.TrimRight(l, "\n") + "\n")
			}
		}
		if step.Wait != "" {
			b.WriteString("# wait: " + step.Wait + "\n")
		}
	}
	return b.String()
}

// ask has the verdicts after the fix worked out.
func (p *fixPage) ask(c *Context) {
	if p.plan() == nil {
		return
	}
	if p.previewed {
		p.previewed, p.preview = false, nil
		return
	}
	in, subject, place, option := c.Inspection, p.subject, p.place, p.options.Active
	cluster, at := p.loaded, p.at
	given := make(map[string]string, len(p.answers))
	maps.Copy(given, p.answers)
	c.Run("preview", func(context.Context) any {
		if at.inside() {
			changes, err := in.PreviewInside(cluster, at.Object, place, option, given)
			return previewOf{changes, err}
		}
		changes, err := in.Preview(subject, place, option, given)
		return previewOf{changes, err}
	})
}

func (p *fixPage) otherShell(c *Context) {
	other, name := fix.PowerShell, "PowerShell"
	if c.Shell == fix.PowerShell {
		other, name = fix.POSIX, "POSIX shells"
	}
	c.SetShell(other)
	c.Say(widget.PassMark, "commands are quoted for "+name)
	if p.loaded != nil {
		p.planAgain(c, p.loaded)
	}
}

func (p *fixPage) mouse(c *Context, m widget.Mouse) {
	if m.Wheel != 0 {
		p.scroll.top += m.Wheel
		p.scroll.clamp()
		return
	}
	if tab, inside := m.In(p.tabs); inside && len(p.plans) > 1 && p.options.Mouse(tab) {
		p.previewed, p.cursor = false, 0
		p.collect()
		return
	}
	m, inside := m.In(p.body)
	at := p.scroll.top + m.Y
	if !inside || at >= len(p.lines) || p.lines[at].item < 0 {
		return
	}
	again := p.cursor == p.lines[at].item
	p.cursor, p.typing = p.lines[at].item, false
	if again || m.Twice || p.items[p.cursor].kind == askItem {
		p.use(c)
	}
}

// Offers lists what works here.
func (p *fixPage) Offers(*Context) []action.Offer {
	if p.typing {
		return []action.Offer{{ID: action.Open, Says: "take it"}, {ID: action.NextTab, Says: "next field"}, {ID: action.PrevTab}}
	}
	plan := p.plan()
	if plan == nil {
		return action.Offers(action.Explain, action.Verify, action.Refresh)
	}
	var offers []action.Offer
	if len(p.items) > 0 {
		switch p.items[p.cursor].kind {
		case needItem:
			offers = append(offers, action.Offer{ID: action.Open, Says: "fix that first"})
		case confirmItem:
			offers = append(offers, action.Offer{ID: action.Open, Says: "tick"}, action.Offer{ID: action.Mark})
		case askItem:
			offers = append(offers, action.Offer{ID: action.Open, Says: "fill in"})
		case stepItem, undoItem:
			offers = append(offers, action.Offer{ID: action.Open, Says: "copy"})
		}
	}
	if len(plan.Steps) > 0 {
		offers = append(offers, action.Offer{ID: action.Copy, Says: "copy step"}, action.Offer{ID: action.CopyAll})
	}
	offers = append(offers, action.Offers(action.Preview, action.Verify, action.Shell)...)
	if len(p.plans) > 1 {
		offers = append(offers, action.Offer{ID: action.NextTab, Says: "another way"}, action.Offer{ID: action.Number})
	} else {
		offers = append(offers, action.Offer{ID: action.NextTab, Says: "next field"})
	}
	return append(offers, action.Offers(action.PrevTab, action.Explain, action.Waive, action.Findings, action.Refresh)...)
}
