package page

import (
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// Draw draws the finding, the fields, and what would be written.
func (p *waivePage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	if p.err != nil || p.finding == nil {
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
	p.body = body
	text := newProse(min(body.W-4, 100), canvas.Glyphs)
	text.indent = 2
	text.width += 2
	switch {
	case p.open():
		p.layForm(c, text)
	case p.finding.Waived:
		p.layWaived(c, text)
	default:
		text.paragraph("There is nothing to waive: "+severityWord(p.finding.Judged())+".", themes.Text)
	}
	p.lines = text.lines
	p.scroll.height, p.scroll.total = body.H, len(p.lines)
	p.reveal()
	p.scroll.draw(canvas, body, p.lines)
	p.overlay(c, canvas, body)
}

// head says what is waived.
func (p *waivePage) head(canvas *widget.Canvas, area widget.Rect) {
	pen := canvas.Line(area, 0)
	judged := p.finding.Judged()
	mark := VerdictMark(judged)
	pen.Mark(mark)
	pen.Skip(1)
	pen.Write(severityWord(judged), mark.Style())
	pen.Write("  "+p.finding.Rule.Title, themes.Strong)
	pen.Skip(2)
	pen.Right(findingTitle(p.at.ID.Name(), p.at.on()), themes.Muted)
}

// waiveColumn is how wide the fields' names are.
const waiveColumn = 9

const waiveMeans = "A waiver accepts this finding until a day. It is marked and counted apart, never hidden, and comes back the day after."

func (p *waivePage) layForm(c *Context, text *prose) {
	text.paragraph(waiveMeans, themes.Muted)
	layWaiver(text, p.finding)
	text.gap()
	waiver, field, reason := p.waiver(c)
	for at, name := range waiveNames {
		text.item = at
		text.add(span{name + strings.Repeat(" ", waiveColumn-len(name)), themes.Accent})
		text.item = -1
		if name == field && p.inputs[at].Value() != "" {
			text.indent += waiveColumn
			text.paragraph(sentence(reason), themes.Danger)
			text.indent -= waiveColumn
		}
	}
	text.gap()
	file := ""
	if c.Waivers != nil {
		file = c.Waivers.File()
	}
	text.hanging(span{"This goes to the end of ", themes.Muted}, file, themes.Text)
	layYAML(text, waive.Item(&waiver))
	text.gap()
	text.item = waiveWrite
	switch {
	case p.writing:
		text.add(span{"writing…", themes.Muted})
	case reason != "":
		text.add(span{"Write it: ", themes.Muted}, span{reason, themes.Warning})
	default:
		text.add(span{"Write it", themes.Strong})
	}
	text.item = -1
	p.layFailed(text)
}

func (p *waivePage) layWaived(c *Context, text *prose) {
	waiver := p.finding.Waiver
	layWaiver(text, p.finding)
	text.gap()
	text.hanging(span{"It stands in ", themes.Muted}, waiver.File+", line "+strconv.Itoa(waiver.Line), themes.Text)
	layYAML(text, waive.Item(waiver))
	if n := p.covered(c, waiver); n > 1 {
		text.gap()
		text.paragraph("It covers other findings too: "+plural(n, "failure", "failures")+" in all.", themes.Warning)
	}
	text.gap()
	text.item = waiveWrite
	switch {
	case p.writing:
		text.add(span{"writing…", themes.Muted})
	case p.armed:
		text.add(span{"Take it out of the file: enter again", themes.Warning})
	default:
		text.add(span{"Take it out of the file", themes.Strong}, span{"  the finding then counts again", themes.Muted})
	}
	text.item = -1
	p.layFailed(text)
}

// covered is how many failures of the estate a waiver covers.
func (p *waivePage) covered(c *Context, waiver *model.Waiver) int {
	_, rule := c.Inspection.Rules().Find(waiver.Rule)
	n := 0
	for _, cluster := range c.Snapshot.Clusters {
		if cluster.Counts.Waived == 0 {
			continue
		}
		for pool := -1; pool < len(cluster.Pools); pool++ {
			part := ""
			if pool >= 0 && pool < len(cluster.Summary.Pools) {
				part = cluster.Summary.Pools[pool].Name
			}
			if judgedAt(cluster, pool, rule).Waived && waive.Covers(waiver, cluster.Resource.ID, part) {
				n++
			}
		}
		cluster.EachInside(func(on *store.Judgement, at int, judged model.Judged) {
			if at == rule && judged.Waived && waive.Covers(waiver, cluster.Resource.ID, on.Ref.String()) {
				n++
			}
		})
	}
	return n
}

func (p *waivePage) layFailed(text *prose) {
	if p.failed == nil {
		return
	}
	text.gap()
	text.paragraph(sentence(p.failed.Error()), themes.Danger)
}

// layYAML lays what is written out as it is; what is wider than the page goes on below.
func layYAML(text *prose, yaml string) {
	text.indent += 2
	for line := range strings.Lines(yaml) {
		line = strings.TrimRight(line, "\n")
		indent := text.indent
		for widget.Width(line, text.ascii) > text.width-indent {
			head, tail := cutText(line, text.width-indent, text.ascii)
			if blank := strings.LastIndexByte(head, ' '); blank > len(head)/2 {
				head, tail = line[:blank], line[blank+1:]
			}
			text.lines = append(text.lines, textLine{indent: indent, spans: []span{{head, themes.String}}, item: -1})
			line, indent = tail, text.indent+4
		}
		text.lines = append(text.lines, textLine{indent: indent, spans: []span{{line, themes.String}}, item: -1})
	}
	text.indent -= 2
}

// reveal scrolls to the line under the cursor.
func (p *waivePage) reveal() {
	for at := range p.lines {
		if p.lines[at].item == p.cursor || !p.open() && p.lines[at].item == waiveWrite && p.armed {
			p.scroll.reveal(max(0, at-1), at)
			return
		}
	}
}

// overlay draws what stands on the lines: the cursor and the fields.
func (p *waivePage) overlay(c *Context, canvas *widget.Canvas, area widget.Rect) {
	for y := 0; y < area.H && p.scroll.top+y < len(p.lines); y++ {
		item := p.lines[p.scroll.top+y].item
		if item < 0 {
			continue
		}
		row := widget.Rect{X: area.X, Y: area.Y + y, W: area.W, H: 1}
		if item < waiveFields {
			p.field(c, canvas, row, item)
		}
		if item == p.cursor || !p.open() {
			pen := canvas.Line(row, 0)
			pen.Write(canvas.Glyphs.Cursor, themes.Accent)
			canvas.Tint(row, themes.Selected)
		}
	}
}

func (p *waivePage) field(c *Context, canvas *widget.Canvas, row widget.Rect, at int) {
	pen := canvas.Line(row, 0)
	pen.Skip(2 + waiveColumn)
	if at == waiveUntil {
		if waiver, field, _ := p.waiver(c); field != "until" && !waiver.Until.IsZero() {
			remark := canvas.Line(row, 0)
			remark.Skip(2 + waiveColumn + 14)
			remark.Write(plural(waive.Days(&waiver, c.Now), "day", "days")+" from today", themes.Muted)
			pen = pen.Cut(12)
		}
	}
	p.inputs[at].Draw(canvas, &pen, themes.Strong, p.typing && at == p.cursor)
}
