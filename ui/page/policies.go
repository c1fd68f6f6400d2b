package page

import (
	"cmp"
	"context"
	"strconv"

	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// coverRow is how far network policies cover a namespace.
type coverRow struct {
	network.Namespace
	number int
	// metadata and internet count the workloads that reach these; all are Workloads.
	metadata, internet, workloads int
	// to is how far its pods reach those of each namespace, in their order.
	to []network.Extent
}

// matrixPage shows who may talk to whom, and how far policies cover each namespace.
type matrixPage struct {
	*recordsPage[coverRow]
}

func newPoliciesPage(at Address) Page {
	return &matrixPage{newRecordsPage(at, records[coverRow]{
		title: "network policies", one: "namespace", many: "namespaces", list: "coverage by policies", live: at.ID, terms: exposureTerms,
		columns: []recordColumn[coverRow]{
			{
				Column:  widget.Column{Title: "#", Name: "Number", Min: 3, Right: true},
				cell:    func(r *coverRow, pen *widget.Pen) { pen.Int(r.number, themes.Muted) },
				compare: func(a, b *coverRow) int { return cmp.Compare(a.number, b.number) },
			},
			{
				Column:  widget.Column{Title: "Namespace", Min: 16, Weight: 2, Max: 36},
				cell:    func(r *coverRow, pen *widget.Pen) { pen.Write(r.Name, themes.Text) },
				compare: func(a, b *coverRow) int { return cmp.Compare(a.Name, b.Name) },
			},
			coverColumn("In", "Ingress", network.Ingress),
			coverColumn("Out", "Egress", network.Egress),
			{
				Column: widget.Column{Title: "Default deny", Min: 12, Priority: 2},
				cell: func(r *coverRow, pen *widget.Pen) {
					style := themes.Muted
					if !r.Default[network.Ingress] && !r.Default[network.Egress] {
						style = themes.Medium
					}
					pen.Write(r.denies(), style)
				},
				compare: func(a, b *coverRow) int { return cmp.Compare(a.denies(), b.denies()) },
			},
			{
				Column:  widget.Column{Title: "Pods", Min: 5, Right: true, Priority: 3},
				cell:    func(r *coverRow, pen *widget.Pen) { countOf(pen, r.Pods, themes.Text) },
				compare: func(a, b *coverRow) int { return cmp.Compare(a.Pods, b.Pods) }, down: true,
			},
			reachColumn("Metadata", func(r *coverRow) int { return r.metadata }),
			reachColumn("Internet", func(r *coverRow) int { return r.internet }),
		},
		fields: []recordField[coverRow]{
			{Field: filter.Field{Name: "denies"}, of: (*coverRow).denies},
		},
		key:  func(r *coverRow) string { return r.Name },
		say:  (*coverRow).say,
		open: func(r *coverRow) (Address, bool) { return namespaceAt(at.ID, r.Name), true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[coverRow] { return coverRows(s, at) },
	})}
}

// coverColumn is the share of pods that a policy selects in a direction.
func coverColumn(title, name string, direction network.Direction) recordColumn[coverRow] {
	return recordColumn[coverRow]{
		Column: widget.Column{Title: title, Name: name, Min: 5, Right: true},
		cell: func(r *coverRow, pen *widget.Pen) {
			percent := r.Percent(direction)
			switch {
			case percent < 0:
				pen.Write(pen.Glyphs().None, themes.Faint)
			case percent < 100:
				pen.Write(strconv.Itoa(percent)+"%", themes.Medium)
			default:
				pen.Write("100%", themes.Pass)
			}
		},
		compare: func(a, b *coverRow) int { return cmp.Compare(a.Percent(direction), b.Percent(direction)) },
	}
}

// reachColumn counts the workloads that reach somewhere.
func reachColumn(title string, of func(*coverRow) int) recordColumn[coverRow] {
	return recordColumn[coverRow]{
		Column: widget.Column{Title: title, Min: 9, Right: true, Priority: 1},
		cell: func(r *coverRow, pen *widget.Pen) {
			if r.workloads == 0 {
				pen.Write(pen.Glyphs().None, themes.Faint)
				return
			}
			style := themes.Muted
			if of(r) > 0 {
				style = themes.Medium
			}
			pen.Write(strconv.Itoa(of(r))+"/"+strconv.Itoa(r.workloads), style)
		},
		compare: func(a, b *coverRow) int { return cmp.Compare(of(a), of(b)) }, down: true,
	}
}

// denies says in which directions everything is denied that no policy allows.
func (r *coverRow) denies() string {
	switch in, out := r.Default[network.Ingress], r.Default[network.Egress]; {
	case in && out:
		return "in and out"
	case in:
		return "in"
	case out:
		return "out"
	default:
		return "nothing"
	}
}

func (r *coverRow) say() string {
	share := func(direction network.Direction) string {
		if percent := r.Percent(direction); percent >= 0 {
			return strconv.Itoa(percent) + "% of pods"
		}
		return "no pods"
	}
	return r.Name + ": a policy for what comes in selects " + share(network.Ingress) + ", for what goes out " + share(network.Egress) +
		"; denies by default: " + r.denies() + "; " + strconv.Itoa(r.metadata) + " of " + plural(r.workloads, "workload", "workloads") +
		" may reach the metadata service, " + strconv.Itoa(r.internet) + " the internet"
}

func coverRows(s *store.Snapshot, at Address) recordRows[coverRow] {
	inside, why := insideOf(s, at.ID)
	if inside == nil {
		return recordRows[coverRow]{empty: why}
	}
	analysis := network.Of(inside.View)
	result := recordRows[coverRow]{empty: "no namespaces", foot: unreadOf(inside.View, network.Kinds[:2]...)}
	result.foot = append(result.foot, unreadOf(inside.View, network.PolicyKinds[0])...)
	for i, namespace := range analysis.Namespaces {
		row := coverRow{Namespace: namespace, number: i + 1}
		for _, workload := range analysis.InNamespace(namespace.Name) {
			row.workloads++
			if workload.Any(func(s *network.Standing) bool { return s.Metadata }) {
				row.metadata++
			}
			if workload.Any(func(s *network.Standing) bool { return s.Internet != network.None && s.Internet != network.NoPods }) {
				row.internet++
			}
		}
		for _, to := range analysis.Namespaces {
			row.to = append(row.to, analysis.Between(namespace.Name, to.Name).Extent)
		}
		result.rows = append(result.rows, row)
	}
	switch analysis.Engine {
	case network.NoEngine:
		result.head = []string{"Nothing enforces network policies in this cluster: what follows is what they say, and every pod reaches every other."}
	case network.UnknownEngine:
		result.head = []string{"Nothing tells whether anything enforces network policies in this cluster."}
	default:
		result.head = []string{plural(len(analysis.Policies), "policy", "policies") + ", enforced by " + analysis.Engine.String()}
	}
	return result
}

// Draw draws the matrix above the list, where there is room for it.
func (p *matrixPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	area = p.drawHead(canvas, area) // whether anything enforces this comes first
	if p.shown != nil && len(p.shown.rows) > 1 {
		if n := p.fits(area); n > 0 {
			top, rest := area.Top(n + 3)
			p.matrix(canvas, top, n)
			canvas.Rule(rest, 0, themes.Border)
			_, area = rest.Top(1)
		}
	}
	p.drawList(c, canvas, area)
}

// The matrix takes a column of names and two cells for each namespace.
const (
	matrixNames = 22
	matrixCell  = 3
	leastList   = 9
)

// fits is how many namespaces the matrix has room for, or 0 where it has none.
func (p *matrixPage) fits(area widget.Rect) int {
	n := min(len(p.shown.rows), (area.W-matrixNames-4)/matrixCell, area.H-leastList-4)
	if n < 2 {
		return 0
	}
	return n
}

// matrix draws who may open connections to whom: the row's pods to the column's.
func (p *matrixPage) matrix(canvas *widget.Canvas, area widget.Rect, n int) {
	pen := canvas.Line(area, 0)
	pen.Skip(2)
	pen.Write("Who may talk to whom", themes.Muted)
	rows := p.shown.rows
	head := canvas.Line(area, 1)
	head.To(matrixNames)
	for i := range n {
		head.To(matrixNames + matrixCell*i)
		head.Write(strconv.Itoa(rows[i].number), themes.Muted)
	}
	for i := range n {
		line := canvas.Line(area, 2+i)
		line.Skip(2)
		name := line.Cut(matrixNames - 6)
		name.Write(rows[i].Name, themes.Text)
		line.To(matrixNames - 4)
		line.Write(strconv.Itoa(rows[i].number), themes.Muted)
		for j := range n {
			line.To(matrixNames + matrixCell*j)
			sign, style := extentSign(rows[i].to[rows[j].number-1], canvas.Glyphs)
			line.Write(sign, style)
		}
	}
	legend := canvas.Line(area, 2+n)
	legend.Skip(2)
	for _, extent := range []network.Extent{network.All, network.Some, network.None, network.NoPods} {
		sign, style := extentSign(extent, canvas.Glyphs)
		legend.Write(sign, style)
		legend.Write(" "+extent.String()+"   ", themes.Muted)
	}
	if n < len(rows) {
		legend.Write("the first "+strconv.Itoa(n)+" of "+strconv.Itoa(len(rows)), themes.Muted)
	}
}

func extentSign(extent network.Extent, glyphs *widget.Glyphs) (string, themes.Style) {
	signs := [...]string{network.NoPods: " ", network.None: "·", network.Some: "▒", network.All: "█"}
	if glyphs.ASCII {
		signs = [...]string{network.NoPods: " ", network.None: ".", network.Some: "+", network.All: "#"}
	}
	styles := [...]themes.Style{network.NoPods: themes.Faint, network.None: themes.Pass, network.Some: themes.Text, network.All: themes.Medium}
	return signs[extent], styles[extent]
}
