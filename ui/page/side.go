package page

import (
	"context"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// A sidePane shows the selected cluster beside a list: what it is, and the settings
// with findings.
type sidePane struct {
	cluster *store.Cluster // that the sheet is of
	wanted  *store.Cluster
	sheet   *sheet
	err     error
}

// sided is a sheet that was made for a side pane.
type sided struct {
	cluster *store.Cluster
	sheet   *sheet
	err     error
}

// follow has the sheet of the selected cluster made, where there is room for it.
func (p *sidePane) follow(c *Context, cluster *store.Cluster) {
	if cluster == nil || cluster == p.wanted || c.Width < wideEnough {
		return
	}
	p.wanted = cluster
	in := c.Inspection
	c.Run("side", func(context.Context) any {
		sheet, err := clusterSheet(in, cluster)
		return sided{cluster, sheet, err}
	})
}

func (p *sidePane) stop() { p.wanted = p.cluster }

func (p *sidePane) take(s sided) { p.cluster, p.sheet, p.err = s.cluster, s.sheet, s.err }

func (p *sidePane) draw(c *Context, canvas *widget.Canvas, area widget.Rect, cluster *store.Cluster) {
	if area.W == 0 || cluster == nil {
		return
	}
	split{side: area}.divide(canvas)
	area = area.Inset(1, 0)
	y := clusterHead(c, canvas, area, cluster)
	_, area = area.Top(y + 1)
	// The sheet of the row before stays for the moment that the new one takes, so
	// that the pane does not flicker; one of another cluster says so by its name.
	if p.cluster == nil || p.sheet == nil && p.err == nil || !p.cluster.Resource.ID.Equal(cluster.Resource.ID) {
		return
	}
	if p.err != nil {
		text := newProse(area.W, canvas.Glyphs)
		text.paragraph(p.err.Error(), themes.Danger)
		(&scroll{}).draw(canvas, area, text.lines)
		return
	}
	p.findings(canvas, area)
}

// findings draws the lines of the sheet that need a reader's eye, under their
// headings.
func (p *sidePane) findings(canvas *widget.Canvas, area widget.Rect) {
	entries := p.sheet.wrongEntries()
	if len(entries) == 0 {
		pen := canvas.Line(area, 0)
		pen.Write("nothing found in its settings", themes.Muted)
		return
	}
	cut := 0
	for _, entry := range entries[min(len(entries), max(0, area.H-1)):] {
		if !entry.Head {
			cut++
		}
	}
	y := 0
	for _, entry := range entries {
		if y == area.H-1 && cut > 0 {
			break
		}
		entryLine(canvas, area, y, entry)
		y++
	}
	if cut > 0 {
		pen := canvas.Line(area, area.H-1)
		pen.Write(canvas.Glyphs.Ellipsis+" "+plural(cut, "more line", "more lines")+" in its settings", themes.Faint)
	}
}

// sideLabels is the width from which a side pane has room for the settings' names
// beside what was found on them.
const sideLabels = 58

// entryLine draws a line of a sheet that is not to be walked through.
func entryLine(canvas *widget.Canvas, area widget.Rect, y int, entry widget.Entry) {
	pen := canvas.Line(area, y)
	if entry.Head {
		pen.Write(entry.Label, themes.Strong)
		return
	}
	pen.Mark(entry.Mark)
	pen.Skip(1)
	if area.W >= sideLabels {
		label := pen.Cut(24)
		label.Write(entry.Label, themes.Muted)
		pen.Skip(1)
	}
	said := entry.Remark
	style := entry.Mark.Style() &^ themes.Bold
	if said == "" {
		said, style = entry.Value, entry.Style
	}
	pen.Write(said, style)
}

// clusterHead says what a cluster is in a few lines, and returns how many it took.
func clusterHead(c *Context, canvas *widget.Canvas, area widget.Rect, cluster *store.Cluster) int {
	s := &cluster.Summary
	pen := canvas.Line(area, 0)
	pen.Write(s.Name, themes.Strong)
	pen = canvas.Line(area, 1)
	pen.Write(s.ResourceGroup+" "+canvas.Glyphs.Dot+" "+s.Location, themes.Muted)
	pen = canvas.Line(area, 2)
	pen.Write(stateWords(s), stateStyle(s))
	pen = canvas.Line(area, 3)
	dot := " " + canvas.Glyphs.Dot + " "
	pen.Write(plural(len(s.Pools), "pool", "pools")+dot+plural(s.Nodes, "node", "nodes")+dot+"read "+ago(c.Now, cluster.Resource.ReadAt), themes.Muted)
	if cluster.Resource.Partial {
		pen.Write(" from an index: not confirmed yet", themes.Unread)
	}
	pen = canvas.Line(area, 5)
	marks(&pen, &cluster.Counts)
	if left := uncovered(&cluster.Counts); left != "" {
		pen = canvas.Line(area, 6)
		pen.Write(left, themes.Unread)
		return 7
	}
	return 6
}

// stateWords says how a cluster is: its SKU, its power and whether changes to it go
// through.
func stateWords(s *model.ClusterSummary) string {
	words := "Kubernetes " + s.Version
	if s.Version == "" {
		words = "version " + notReadYet
	}
	if s.Automatic {
		words = "AKS Automatic, " + words
	} else if s.Tier != "" {
		words = s.Tier + " tier, " + words
	}
	if stopped(s) {
		words += ", stopped"
	}
	if s.Provisioning != "" && s.Provisioning != "Succeeded" {
		words += ", " + s.Provisioning
	}
	return words
}

func stateStyle(s *model.ClusterSummary) themes.Style {
	if s.Provisioning == "Failed" {
		return themes.Danger
	}
	return themes.Text
}
