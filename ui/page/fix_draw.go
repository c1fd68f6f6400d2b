package page

import (
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// fixColumn is how wide the first words of a line are.
const fixColumn = 11

// Draw draws the plan, and beside it, where there is room, what it changes.
func (p *fixPage) Draw(_ *Context, canvas *widget.Canvas, area widget.Rect) {
	if p.err != nil || p.rule == nil {
		text := newProse(area.W-4, canvas.Glyphs)
		if p.err != nil {
			text.paragraph(p.err.Error(), themes.Danger)
		} else {
			text.paragraph("reading…", themes.Muted)
		}
		(&scroll{}).draw(canvas, area.Inset(2, 0), text.lines)
		return
	}
	head, body := area.Top(2)
	p.head(canvas, head.Inset(2, 0))
	p.tabs = widget.Rect{}
	if len(p.plans) > 1 {
		var tabs widget.Rect
		tabs, body = body.Top(2)
		p.tabs = tabs.Inset(2, 0)
		p.options.Draw(canvas, p.tabs)
	}
	areas := splitArea(body)
	p.body = areas.list
	text := newProse(areas.list.W-4, canvas.Glyphs)
	text.indent = 2
	text.width += 2
	p.lay(text, areas.side.W == 0)
	p.lines = text.lines
	p.scroll.height, p.scroll.total = areas.list.H, len(p.lines)
	if p.toPreview && areas.side.W == 0 {
		p.scroll.reveal(len(p.lines)-1-2*len(p.preview), len(p.lines)-1)
	}
	p.toPreview = false
	p.scroll.draw(canvas, areas.list, p.lines)
	p.overlay(canvas, areas.list)
	if areas.side.W > 0 {
		areas.divide(canvas)
		beside := newProse(areas.side.W-4, canvas.Glyphs)
		p.layPreview(beside)
		beside.heading("What the fix changes")
		beside.body(p.rule.Change)
		(&scroll{}).draw(canvas, areas.side.Inset(2, 0), beside.lines)
	}
}

// head says what is to be mended, and how it stands now.
func (p *fixPage) head(canvas *widget.Canvas, area widget.Rect) {
	pen := canvas.Line(area, 0)
	mark := VerdictMark(p.judged)
	pen.Mark(mark)
	pen.Skip(1)
	pen.Write(severityWord(p.judged), mark.Style())
	pen.Write("  "+p.rule.Title, themes.Strong)
	pen.Skip(2)
	pen.Right(findingTitle(p.at.ID.Name(), p.at.on()), themes.Muted)
}

// lay lays the plan out.
func (p *fixPage) lay(text *prose, withPreview bool) {
	plan := p.plan()
	if plan == nil {
		p.layNone(text)
		return
	}
	if len(p.plans) == 1 {
		text.paragraph(plan.Title, themes.Text)
		text.gap()
	}
	p.layNeeds(text, plan)
	p.layFacts(text, plan)
	if len(plan.Steps) == 0 {
		text.gap()
		text.marked(widget.UnreadMark, span{"No command is shown before what it needs holds.", themes.Unread})
		return
	}
	p.layFields(text, plan)
	for i := range plan.Steps {
		p.layStep(text, plan, i)
	}
	p.layAfter(text, plan)
	if withPreview {
		p.layPreview(text)
	}
}

// layAfter says what comes after the last step.
func (p *fixPage) layAfter(text *prose, plan *model.Plan) {
	text.gap()
	if plan.Verify != "" {
		then := sentence(plan.Verify)
		if !strings.HasSuffix(then, ".") { // it begins with a command, and may be one
			then += ";"
		}
		text.pair("Then", fixColumn, then+" v reads the cluster again.", themes.Text)
	} else {
		text.pair("Then", fixColumn, "v reads the cluster again.", themes.Text)
	}
	if len(plan.Reveals) > 0 {
		text.pair("Look next", fixColumn, strings.Join(plan.Reveals, ", "), themes.Text)
	}
}

func (p *fixPage) layNone(text *prose) {
	switch {
	case p.judged.Verdict != model.Fail:
		text.paragraph("There is nothing to mend: "+severityWord(p.judged)+".", themes.Text)
	case p.rule.NoFix != "":
		text.heading("Why no command mends it")
		text.paragraph(sentence(p.rule.NoFix), themes.Text)
	default:
		text.paragraph("No way to mend it applies to this cluster as it is.", themes.Text)
	}
	text.gap()
	text.body(p.rule.Change)
}

// item lays a part out that the cursor stops at.
func (p *fixPage) item(text *prose, kind fixItemKind, at int, lay func()) {
	before := text.item
	for i, item := range p.items {
		if item.kind == kind && item.at == at {
			text.item = i
		}
	}
	lay()
	text.item = before
}

func (p *fixPage) layNeeds(text *prose, plan *model.Plan) {
	label := "Before"
	first := func() string {
		now := label
		label = ""
		return now + strings.Repeat(" ", fixColumn-len(now))
	}
	for i := range plan.Needs {
		need := &plan.Needs[i]
		p.item(text, needItem, i, func() {
			mark, says, style := widget.PassMark, need.Says, themes.Text
			switch need.State {
			case model.CheckFails:
				mark, style = widget.CriticalMark, themes.Danger
				if need.Else != "" {
					says += ": " + need.Else
				}
			case model.CheckUnknown:
				mark, style = widget.UnreadMark, themes.Unread
				says += ": cannot be told from what was read"
			}
			if need.State != model.CheckHolds && need.Rule != "" {
				says += " (enter: " + need.Rule + ")"
			}
			p.markedLine(text, first(), mark, says, style)
		})
	}
	if len(plan.Steps) == 0 {
		return
	}
	for i, confirm := range plan.Confirm {
		p.item(text, confirmItem, i, func() {
			box := "[ ] "
			if p.ticked[confirm] {
				box = "[x] "
			}
			text.hanging2(span{first(), themes.Muted}, span{box, themes.Accent}, confirm, themes.Text)
		})
	}
}

// markedLine lays a label, a mark and words out.
func (p *fixPage) markedLine(text *prose, label string, mark widget.Mark, says string, style themes.Style) {
	sign := widget.Unicode().Marks[mark]
	if text.ascii {
		sign = strings.TrimSpace(widget.ASCII().Marks[mark])
	}
	if mark == widget.CriticalMark {
		sign = map[bool]string{true: "no", false: "✗"}[text.ascii]
	}
	text.hanging2(span{label, themes.Muted}, span{sign + " ", mark.Style()}, says, style)
}

func (p *fixPage) layFacts(text *prose, plan *model.Plan) {
	text.gap()
	var natures []string
	for _, nature := range plan.Natures {
		natures = append(natures, nature.Words())
	}
	impact := plan.Impact
	if impact == "" {
		impact = strings.Join(natures, ", ")
	}
	for _, fact := range []struct {
		label, says string
		style       themes.Style
	}{
		{"Kept by", plan.Keeper, themes.Warning}, {"Impact", impact, themes.Text}, {"Lock-out", plan.Lockout, themes.Warning}, {"Cost", plan.Cost, themes.Text},
	} {
		if fact.says != "" {
			text.pair(fact.label, fixColumn, sentence(fact.says), fact.style)
		}
	}
}

// layPatch lays a change out that is made by hand.
func layPatch(text *prose, patch string) {
	for l := range strings.Lines(patch) {
		text.add(span{strings.TrimRight(l, "\n"), themes.Link})
	}
}

func (p *fixPage) layFields(text *prose, plan *model.Plan) {
	if len(plan.Asks) == 0 {
		return
	}
	text.gap()
	for i := range plan.Asks {
		ask := &plan.Asks[i]
		p.item(text, askItem, i, func() {
			text.add(span{ask.Name + "  ", themes.Accent})
			indent := text.indent
			text.indent += 2
			switch {
			case ask.Problem != "":
				text.paragraph(sentence(ask.Problem), themes.Danger)
			default:
				text.paragraph(ask.Says, themes.Muted)
			}
			text.indent = indent
		})
	}
}

// more is the sign with which a line of a command goes on.
func (p *fixPage) more() string {
	if p.shell == fix.PowerShell {
		return "`"
	}
	return `\`
}

func (p *fixPage) layStep(text *prose, plan *model.Plan, at int) {
	step := &plan.Steps[at]
	text.gap()
	number := strconv.Itoa(at+1) + "  "
	indent := text.indent
	p.item(text, stepItem, at, func() {
		first := len(text.lines)
		text.indent = indent + len(number)
		if step.Says != "" {
			text.paragraph(sentence(step.Says), themes.Text)
		}
		if step.Command != "" {
			text.code(step.Command, p.more(), themes.Link)
		} else {
			layPatch(text, step.Patch)
		}
		text.lines[first].indent = indent
		text.lines[first].spans = append([]span{{number, themes.Muted}}, text.lines[first].spans...)
		facts := step.Nature.Words()
		if step.OneWay {
			facts += ", no way back"
		}
		if step.Extension != "" {
			facts += ", needs the extension " + step.Extension
		}
		if facts != "" {
			text.paragraph(facts, themes.Muted)
		}
		if step.Wait != "" {
			text.paragraph("wait: "+step.Wait, themes.Warning)
		}
	})
	if step.Undo != "" {
		p.item(text, undoItem, at, func() {
			says := "undo"
			if step.UndoSays != "" {
				says += ": " + step.UndoSays
			}
			text.paragraph(says, themes.Muted)
			text.code(step.Undo, p.more(), themes.Muted)
		})
	}
	text.indent = indent
}

// layPreview lists the verdicts that the fix would change.
func (p *fixPage) layPreview(text *prose) {
	text.heading("After this fix")
	switch {
	case !p.previewed:
		text.paragraph("= shows every verdict that it changes", themes.Faint)
	case p.previewNo != nil:
		text.paragraph(sentence(p.previewNo.Error()), themes.Danger)
	case len(p.preview) == 0:
		text.paragraph("No verdict changes.", themes.Text)
	}
	if !p.previewed {
		return
	}
	for i := range p.preview {
		change := &p.preview[i]
		part := ""
		switch {
		case change.Part != "":
			part = " on " + change.Part
		case change.Object != (model.Ref{}) && change.Object != p.at.Object:
			part = " on " + change.Object.String()
		}
		before := severityWord(change.Before)
		if change.Before.Verdict == model.NotJudged {
			before = "new"
		}
		mark := VerdictMark(change.After)
		text.marked(mark, span{severityWord(change.After), mark.Style()}, span{"  was " + before + "  ", themes.Muted}, span{change.Rule.ID, themes.Muted})
		indent := text.indent
		text.indent += 2
		text.paragraph(change.Rule.Title+part, themes.Text)
		text.indent = indent
	}
}

// overlay draws what stands on the lines: the cursor and the fields.
func (p *fixPage) overlay(canvas *widget.Canvas, area widget.Rect) {
	seen := map[int]bool{}
	for y := 0; y < area.H && p.scroll.top+y < len(p.lines); y++ {
		l := &p.lines[p.scroll.top+y]
		if l.item < 0 || l.item >= len(p.items) {
			continue
		}
		row := widget.Rect{X: area.X, Y: area.Y + y, W: area.W, H: 1}
		if item := p.items[l.item]; item.kind == askItem && !seen[l.item] && len(l.spans) > 0 && l.spans[0].style == themes.Accent {
			p.field(canvas, row, l, item)
		}
		seen[l.item] = true
		if l.item == p.cursor {
			pen := canvas.Line(row, 0)
			pen.Write(canvas.Glyphs.Cursor, themes.Accent)
			canvas.Tint(row, themes.Selected)
		}
	}
}

func (p *fixPage) field(canvas *widget.Canvas, row widget.Rect, l *textLine, item fixItem) {
	ask := &p.plan().Asks[item.at]
	pen := canvas.Line(row, 0)
	pen.Skip(l.indent + max(20, widget.Width(l.spans[0].text, canvas.Glyphs.ASCII)))
	input := p.input(ask.Name)
	input.Hint = ask.Example
	style := themes.Strong
	if ask.Problem != "" {
		style = themes.Danger
	}
	input.Draw(canvas, &pen, style, p.typing && l.item == p.cursor)
}
