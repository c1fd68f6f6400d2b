package page

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// fixPage shows the commands that mend a failure, and copies them.
type fixPage struct {
	at Address

	loaded  *store.Cluster
	subject model.Subject
	rule    *model.Rule
	place   int
	judged  model.Judged
	busy    bool
	err     error

	plans   []model.Plan
	options widget.Tabs
	shell   fix.Shell
	answers map[string]string
	inputs  map[string]*widget.Input
	ticked  map[string]bool

	items  []fixItem
	cursor int
	typing bool

	preview   []inspect.Change
	previewed bool // the preview is of what is on the screen
	previewNo error
	toPreview bool // scroll to it at the next drawing

	scroll scroll
	lines  []textLine
	tabs   widget.Rect
	body   widget.Rect
}

// fixItem is a part of the page that the cursor stops at.
type fixItem struct {
	kind fixItemKind
	at   int // in the plan's list of that kind
}

type fixItemKind uint8

const (
	needItem fixItemKind = iota
	confirmItem
	askItem
	stepItem
	undoItem
)

func newFixPage(at Address) Page {
	return &fixPage{at: at, answers: map[string]string{}, inputs: map[string]*widget.Input{}, ticked: map[string]bool{}}
}

// planned are the ways to mend a failure, made in the background.
type planned struct {
	cluster *store.Cluster
	subject model.Subject
	rule    *model.Rule
	place   int
	judged  model.Judged
	plans   []model.Plan
	shell   fix.Shell
	err     error
}

// previewOf is what a fix would change.
type previewOf struct {
	changes []inspect.Change
	err     error
}

// Title names the page in the breadcrumb.
func (p *fixPage) Title(*Context) string { return "fix " + p.at.Rule }

// Typing reports whether a field is being filled in.
func (p *fixPage) Typing() bool { return p.typing }

// Update takes a message.
func (p *fixPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown:
		c.Inspection.Schedule.Focus(p.at.ID)
		if c.Shell != p.shell {
			p.loaded = nil
		}
		p.follow(c)
	case Changed:
		p.follow(c)
	case Hidden:
		p.busy = false
	case planned:
		p.take(c, msg)
	case previewOf:
		p.preview, p.previewNo, p.previewed, p.toPreview = msg.changes, msg.err, true, true
	case tea.KeyPressMsg, tea.PasteMsg:
		p.typed(c, msg)
	case widget.Mouse:
		p.mouse(c, msg)
	case action.Intent:
		p.intent(c, msg)
	}
}

func (p *fixPage) follow(c *Context) {
	cluster := c.Snapshot.Cluster(p.at.ID)
	if cluster == nil || p.busy {
		return
	}
	if p.loaded != nil && sameFor(p.at, cluster, p.loaded) {
		p.loaded = cluster
		return
	}
	p.planAgain(c, cluster)
}

// planAgain fills the plans in with what is known and given now.
func (p *fixPage) planAgain(c *Context, cluster *store.Cluster) {
	p.busy = true
	in, at, shell := c.Inspection, p.at, c.Shell
	given := make(map[string]string, len(p.answers))
	maps.Copy(given, p.answers)
	c.Run("plans", func(context.Context) any { return planFix(in, cluster, at, shell, given) })
}

// Settling reports whether what the page shows is still being made.
func (p *fixPage) Settling() bool { return p.busy && p.rule == nil }

func planFix(in *inspect.Inspection, cluster *store.Cluster, at Address, shell fix.Shell, given map[string]string) planned {
	result := planned{cluster: cluster, shell: shell}
	rule, place := in.Rules().Find(at.Rule)
	pool, known := poolIndex(cluster, at.Part)
	switch {
	case rule == nil:
		result.err = errNoRule
		return result
	case at.inside():
		result.rule, result.place, result.judged = rule, place, judgedFor(cluster, at, place)
		result.plans, result.err = in.PlansInside(cluster, at.Object, place, shell, given)
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
	result.rule, result.place, result.subject = rule, place, subject
	result.judged = judgedAt(cluster, pool, place)
	result.plans = in.Plans(subject, place, shell, given)
	return result
}

func (p *fixPage) take(c *Context, result planned) {
	p.busy = false
	mended := p.judged.Verdict == model.Fail && result.judged.Verdict != model.Fail && result.err == nil
	first := p.rule == nil
	selected, typed := p.nameOf(p.cursor), p.typing
	p.loaded, p.err, p.shell = result.cluster, result.err, result.shell
	p.rule, p.place, p.subject, p.judged, p.plans = result.rule, result.place, result.subject, result.judged, result.plans
	p.options.Tabs = p.options.Tabs[:0]
	for i := range p.plans {
		p.options.Tabs = append(p.options.Tabs, widget.Tab{Title: p.plans[i].Title, Count: -1})
	}
	p.options.Active = max(0, min(p.options.Active, len(p.plans)-1))
	p.collect()
	if first {
		p.toFirst()
	} else if found := p.selectNamed(selected); found {
		p.typing = typed
	} else if typed {
		p.typing = false
		p.toFirst()
		c.Say(widget.InfoMark, strings.TrimPrefix(selected, "ask ")+" need not be typed any more: it was read from Azure")
	}
	if mended {
		c.Say(VerdictMark(p.judged), p.rule.ID+" on "+findingTitle(p.at.ID.Name(), p.at.on())+": "+severityWord(p.judged)+" now")
	}
	p.follow(c)
}

// plan is the plan on the screen, or nil.
func (p *fixPage) plan() *model.Plan {
	if p.options.Active >= len(p.plans) {
		return nil
	}
	return &p.plans[p.options.Active]
}

// collect lists the parts of the plan that the cursor stops at.
func (p *fixPage) collect() {
	p.items = p.items[:0]
	plan := p.plan()
	if plan == nil {
		return
	}
	for i, need := range plan.Needs {
		if need.State != model.CheckHolds && need.Rule != "" {
			p.items = append(p.items, fixItem{needItem, i})
		}
	}
	if len(plan.Steps) > 0 {
		for i := range plan.Confirm {
			p.items = append(p.items, fixItem{confirmItem, i})
		}
		for i := range plan.Asks {
			p.items = append(p.items, fixItem{askItem, i})
		}
		for i := range plan.Steps {
			p.items = append(p.items, fixItem{stepItem, i})
			if plan.Steps[i].Undo != "" {
				p.items = append(p.items, fixItem{undoItem, i})
			}
		}
	}
	p.cursor = max(0, min(p.cursor, len(p.items)-1))
	if p.typing && (len(p.items) == 0 || p.items[p.cursor].kind != askItem) {
		p.typing = false
	}
}

// nameOf names an item, whatever its place: plans change while details are read.
func (p *fixPage) nameOf(at int) string {
	plan := p.plan()
	if plan == nil || at >= len(p.items) {
		return ""
	}
	item := p.items[at]
	switch item.kind {
	case needItem:
		return "need " + plan.Needs[item.at].Says
	case confirmItem:
		return "confirm " + plan.Confirm[item.at]
	case askItem:
		return "ask " + plan.Asks[item.at].Name
	case undoItem:
		return fmt.Sprintf("undo %d", item.at)
	default:
		return fmt.Sprintf("step %d", item.at)
	}
}

// selectNamed puts the cursor on the item of that name; it reports whether there is one.
func (p *fixPage) selectNamed(name string) bool {
	for at := range p.items {
		if p.nameOf(at) == name {
			p.cursor = at
			return true
		}
	}
	return false
}

// toFirst puts the cursor on the first thing that is left to do.
func (p *fixPage) toFirst() {
	if at := p.leftToDo(nil); at >= 0 {
		p.cursor = at
		return
	}
	for at, item := range p.items {
		if item.kind == stepItem {
			p.cursor = at
			return
		}
	}
}

// leftToDo is the first item that a command waits for: an unticked confirmation, or
// one of the fields, all where names is nil; -1 where there is none.
func (p *fixPage) leftToDo(names []string) int {
	plan := p.plan()
	for at, item := range p.items {
		switch item.kind {
		case confirmItem:
			if !p.ticked[plan.Confirm[item.at]] {
				return at
			}
		case askItem:
			ask := &plan.Asks[item.at]
			if lacks(ask) && (names == nil || contains(names, ask.Name)) {
				return at
			}
		}
	}
	return -1
}

func lacks(ask *model.AskedValue) bool {
	return strings.TrimSpace(ask.Value) == "" || ask.Problem != ""
}

func contains(names []string, name string) bool {
	return slices.Contains(names, name)
}

// input is the line that a value is typed in.
func (p *fixPage) input(name string) *widget.Input {
	input := p.inputs[name]
	if input == nil {
		input = &widget.Input{}
		p.inputs[name] = input
	}
	return input
}

func (p *fixPage) typed(c *Context, msg tea.Msg) {
	plan := p.plan()
	if !p.typing || plan == nil {
		return
	}
	name := plan.Asks[p.items[p.cursor].at].Name
	if p.input(name).Update(msg) {
		p.answers[name] = p.input(name).Value()
		p.previewed = false
		p.planAgain(c, p.loaded)
	}
}
