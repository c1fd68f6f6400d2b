package page

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// WaiverKeeper changes the user's own waiver files. Its methods do I/O: they are for
// work, not for Update.
type WaiverKeeper interface {
	// File is where a new waiver goes.
	File() string
	// Add writes a waiver, Remove takes one out; both return all waivers as they are then.
	Add(*model.Waiver) (*waive.Set, error)
	Remove(*model.Waiver) (*waive.Set, error)
}

// waivePage writes a waiver of one finding, or takes the one that holds out again.
type waivePage struct {
	at      Address
	loaded  *store.Cluster
	busy    bool
	err     error
	finding *model.Finding

	inputs [waiveFields]widget.Input
	filled bool // with what is proposed
	cursor int  // a field, or waiveWrite
	typing bool
	armed  bool // enter removes now

	writing bool
	failed  error // why the file could not be changed

	scroll scroll
	lines  []textLine
	body   widget.Rect
}

// The fields, and what comes after them.
const (
	waiveOwner = iota
	waiveReason
	waiveUntil
	waiveWrite
	waiveFields = waiveWrite
)

var waiveNames = [waiveFields]string{"owner", "reason", "until"}

// waiveDays is how long a waiver holds where nobody says otherwise.
const waiveDays = 90

// waiverChanged is the answer of the keeper.
type waiverChanged struct {
	says string
	err  error
}

func newWaivePage(at Address) Page { return &waivePage{at: at} }

// Title names the page in the breadcrumb.
func (p *waivePage) Title(*Context) string { return "waive " + p.at.Rule }

// Typing reports whether a field is being filled in.
func (p *waivePage) Typing() bool { return p.typing }

// Update takes a message.
func (p *waivePage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		p.follow(c)
	case Hidden:
		p.busy, p.armed = false, false
	case explained:
		p.take(c, msg)
	case waiverChanged:
		p.writing, p.failed = false, msg.err
		if msg.err == nil {
			c.Say(widget.PassMark, msg.says)
			c.Back()
		}
	case tea.KeyPressMsg, tea.PasteMsg:
		if p.typing && p.inputs[p.cursor].Update(msg) {
			p.failed = nil
		}
	case widget.Mouse:
		p.mouse(c, msg)
	case action.Intent:
		p.intent(c, msg.ID)
	}
}

func (p *waivePage) follow(c *Context) {
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

func (p *waivePage) take(c *Context, msg explained) {
	p.busy = false
	p.loaded, p.err = msg.cluster, msg.err
	if msg.err == nil {
		p.finding = &msg.finding
		p.propose(c)
	}
	p.follow(c)
}

// propose fills in what is known: who asks, and a day some months ahead.
func (p *waivePage) propose(c *Context) {
	if p.filled {
		return
	}
	p.filled = true
	p.inputs[waiveOwner].SetValue(c.Inspection.Source.Identity().User)
	p.inputs[waiveOwner].Hint = "who answers for it, such as ana@contoso.example"
	p.inputs[waiveReason].Hint = "why it is accepted"
	p.inputs[waiveUntil].SetValue(c.Now.UTC().AddDate(0, 0, waiveDays).Format("2006-01-02"))
	p.inputs[waiveUntil].Hint = "its last day, such as 2027-02-28"
	if p.open() {
		p.cursor = waiveReason
		if p.inputs[waiveOwner].Value() == "" {
			p.cursor = waiveOwner
		}
		p.typing = true
	}
}

// open reports whether the finding is one to waive.
func (p *waivePage) open() bool { return p.finding != nil && p.finding.Judged().Failing() }

// waiver is what the fields say, and what is wrong with it by field.
func (p *waivePage) waiver(c *Context) (waiver model.Waiver, field, reason string) {
	value := func(at int) string { return strings.TrimSpace(p.inputs[at].Value()) }
	waiver = model.Waiver{
		Rule: p.at.Rule, Resource: string(p.at.ID), Part: p.at.on(),
		Owner: value(waiveOwner), Reason: value(waiveReason),
	}
	day, field, reason := waive.Check(&waiver, value(waiveUntil))
	if early, err := time.Parse(time.DateOnly, value(waiveUntil)); err == nil {
		day = early // shown whatever else is missing
	}
	waiver.Until = day
	if reason == "" && !waiver.Holds(c.Now) {
		field, reason = "until", "that day has passed: the waiver would not hold"
	}
	return waiver, field, reason
}

func (p *waivePage) intent(c *Context, id action.ID) {
	if p.typing {
		switch id {
		case action.Back:
			p.typing = false
		case action.Open, action.NextTab:
			p.to(p.cursor + 1)
		case action.PrevTab:
			p.to(p.cursor - 1)
		}
		return
	}
	if p.open() {
		switch id {
		case action.Up, action.PrevTab:
			p.cursor = max(0, p.cursor-1)
			return
		case action.Down, action.NextTab:
			p.cursor = min(waiveWrite, p.cursor+1)
			return
		}
	}
	if p.scroll.move(id) {
		return
	}
	switch id {
	case action.Open:
		p.use(c)
	case action.Copy:
		p.copy(c)
	case action.Explain:
		c.Open(p.at.to(Finding))
	}
}

// to goes to a field and lets it be typed in.
func (p *waivePage) to(at int) {
	p.cursor = max(0, min(waiveWrite, at))
	p.typing = p.cursor < waiveWrite
}

// use does what enter does.
func (p *waivePage) use(c *Context) {
	switch {
	case p.finding == nil || p.writing:
	case p.open() && p.cursor < waiveWrite:
		p.typing = true
	case p.open():
		p.write(c)
	case p.finding.Waived && !p.armed:
		p.armed = true
		c.Say(widget.MediumMark, "enter again takes the waiver out of the file")
	case p.finding.Waived:
		p.remove(c)
	}
}

func (p *waivePage) write(c *Context) {
	waiver, field, reason := p.waiver(c)
	if reason != "" {
		for at, name := range waiveNames {
			if name == field {
				p.to(at)
			}
		}
		c.Say(widget.MediumMark, "not written: "+reason)
		return
	}
	keeper, in := c.Waivers, c.Inspection
	if keeper == nil {
		return
	}
	p.writing, p.failed = true, nil
	says := p.at.Rule + " on " + findingTitle(p.at.ID.Name(), p.at.on()) + " is waived until " + waiver.UntilText()
	c.Run("waive", func(context.Context) any {
		set, err := keeper.Add(&waiver)
		if err == nil {
			in.SetWaivers(set)
		}
		return waiverChanged{says, err}
	})
}

func (p *waivePage) remove(c *Context) {
	keeper, in, waiver := c.Waivers, c.Inspection, p.finding.Waiver
	if keeper == nil {
		return
	}
	p.writing, p.failed, p.armed = true, nil, false
	c.Run("waive", func(context.Context) any {
		set, err := keeper.Remove(waiver)
		if err == nil {
			in.SetWaivers(set)
		}
		return waiverChanged{"the waiver of " + waiver.Rule + " is taken out of " + waiver.File, err}
	})
}

func (p *waivePage) copy(c *Context) {
	switch {
	case p.open():
		if waiver, _, reason := p.waiver(c); reason == "" {
			c.Copy(waive.Item(&waiver), "the waiver")
		} else {
			c.Say(widget.MediumMark, "not copied: "+reason)
		}
	case p.finding != nil && p.finding.Waiver != nil:
		c.Copy(waive.Item(p.finding.Waiver), "the waiver")
	}
}

func (p *waivePage) mouse(c *Context, m widget.Mouse) {
	if m.Wheel != 0 {
		p.scroll.top += m.Wheel
		p.scroll.clamp()
		return
	}
	m, inside := m.In(p.body)
	at := p.scroll.top + m.Y
	if !inside || at >= len(p.lines) || p.lines[at].item < 0 || !p.open() {
		return
	}
	again := p.cursor == p.lines[at].item
	p.to(p.lines[at].item)
	if p.cursor == waiveWrite && (again || m.Twice) {
		p.use(c)
	}
}

// Offers lists what works here.
func (p *waivePage) Offers(*Context) []action.Offer {
	switch {
	case p.typing:
		return []action.Offer{{ID: action.Open, Says: "next"}, {ID: action.NextTab, Says: "next field"}, {ID: action.PrevTab}}
	case p.open() && p.cursor == waiveWrite:
		return []action.Offer{
			{ID: action.Open, Says: "write it"}, {ID: action.Copy, Says: "copy YAML"}, {ID: action.PrevTab, Says: "back to the fields"},
			{ID: action.NextTab}, {ID: action.Explain},
		}
	case p.open():
		return []action.Offer{{ID: action.Open, Says: "fill in"}, {ID: action.NextTab, Says: "next field"}, {ID: action.PrevTab}, {ID: action.Copy}, {ID: action.Explain}}
	case p.finding != nil && p.finding.Waived:
		return []action.Offer{{ID: action.Open, Says: "remove the waiver"}, {ID: action.Copy, Says: "copy YAML"}, {ID: action.Explain}}
	default:
		return action.Offers(action.Explain)
	}
}

// openWaive opens the page that waives a finding, or says why there is nothing to waive.
func openWaive(c *Context, at Address, judged model.Judged) {
	if judged.Verdict != model.Fail {
		c.Say(VerdictMark(judged), "nothing to waive here: "+severityWord(judged))
		return
	}
	at.Kind = Waive
	c.Open(at)
}

// waiveOffer is the offer of w on a failure.
func waiveOffer(judged model.Judged) action.Offer {
	if judged.Waived {
		return action.Offer{ID: action.Waive, Says: "its waiver"}
	}
	return action.Offer{ID: action.Waive}
}
