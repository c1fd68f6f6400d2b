package page

import (
	"cmp"
	"context"
	"strings"

	"github.com/aksight/aksight/inspect/sensors"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// standRow is how a sensor stands on one node.
type standRow struct {
	node *sensors.Node
	cell sensors.Cell
}

func (r *standRow) mark() widget.Mark {
	switch r.cell.State {
	case sensors.Present:
		return widget.PassMark
	case sensors.NoSuch:
		return widget.NotMark
	default:
		return widget.HighMark
	}
}

// why tells what keeps the sensor away, or which pod it is.
func (r *standRow) why() string {
	switch r.cell.State {
	case sensors.KeptOut:
		return "taint " + r.cell.Taint
	case sensors.NotSelected:
		return "left out by the selector of " + r.cell.By.Name
	case sensors.Missing:
		if r.cell.By == nil {
			return "nothing of it is in the cluster"
		}
		return "no pod of " + r.cell.By.Name
	case sensors.NoSuch:
		return "not made for such a node"
	default:
		return "pod " + r.cell.Pod.Namespace + "/" + r.cell.Pod.Name
	}
}

func newSensorPage(at Address) Page {
	title := at.Part
	for _, agent := range sensors.Agents() {
		if agent.Key == at.Part {
			title = agent.Name
		}
	}
	return newRecordsPage(at, records[standRow]{
		title: title, one: "node", many: "nodes", list: "nodes of a sensor", live: at.ID, terms: sensorTerms,
		columns: []recordColumn[standRow]{
			{
				Column: widget.Column{Title: "State", Min: 21},
				cell: func(r *standRow, pen *widget.Pen) {
					pen.Mark(r.mark())
					pen.Skip(1)
					pen.Write(r.cell.State.String(), r.mark().Style()&^themes.Bold)
				},
				compare: func(a, b *standRow) int { return cmp.Compare(a.cell.State, b.cell.State) }, down: true,
			},
			{
				Column:  widget.Column{Title: "Node", Min: 20, Weight: 1, Max: 36},
				cell:    func(r *standRow, pen *widget.Pen) { pen.Write(r.node.Name, themes.Text) },
				compare: func(a, b *standRow) int { return cmp.Compare(a.node.Name, b.node.Name) },
			},
			{
				Column:  widget.Column{Title: "Pool", Min: 8, Priority: 1},
				cell:    func(r *standRow, pen *widget.Pen) { writeKnown(pen, r.node.Pool, themes.Muted) },
				compare: func(a, b *standRow) int { return cmp.Compare(a.node.Pool, b.node.Pool) },
			},
			{
				Column:  widget.Column{Title: "OS", Min: 8, Priority: 2},
				cell:    func(r *standRow, pen *widget.Pen) { pen.Write(r.node.OS, themes.Muted) },
				compare: func(a, b *standRow) int { return cmp.Compare(a.node.OS, b.node.OS) },
			},
			{
				Column:  widget.Column{Title: "Why", Min: 16, Weight: 2},
				cell:    func(r *standRow, pen *widget.Pen) { pen.Write(r.why(), themes.Muted) },
				compare: func(a, b *standRow) int { return cmp.Compare(a.why(), b.why()) },
			},
		},
		fields: []recordField[standRow]{
			{Field: filter.Field{Name: "state"}, of: func(r *standRow) string { return r.cell.State.String() }},
			{Field: filter.Field{Name: "pool"}, of: func(r *standRow) string { return r.node.Pool }},
			{Field: filter.Field{Name: "os"}, of: func(r *standRow) string { return r.node.OS }},
		},
		key: func(r *standRow) string { return r.node.Name },
		say: func(r *standRow) string {
			return joinWords(", ", r.node.Name, r.node.Pool, r.node.OS) + ": " + r.cell.State.String() + ", " + r.why()
		},
		open: func(r *standRow) (Address, bool) { return Address{Kind: Node, ID: at.ID, Part: r.node.Name}, true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[standRow] { return standRows(s, at) },
	})
}

func standRows(s *store.Snapshot, at Address) recordRows[standRow] {
	inside, why := insideOf(s, at.ID)
	if inside == nil {
		return recordRows[standRow]{empty: why}
	}
	coverage := sensors.Of(inside.View)
	result := recordRows[standRow]{empty: "no nodes", foot: unreadOf(inside.View, sensors.Kinds...)}
	presence := coverage.Agent(at.Part)
	if presence == nil || presence.Cells == nil {
		return result
	}
	for i := range coverage.Nodes {
		result.rows = append(result.rows, standRow{&coverage.Nodes[i], presence.Cells[i]})
	}
	var sets []string
	for _, set := range presence.Sets {
		sets = append(sets, set.Namespace+"/"+set.Name)
	}
	if len(sets) > 0 {
		result.head = []string{"DaemonSets: " + strings.Join(sets, ", ")}
	}
	if presence.Count(sensors.KeptOut) > 0 {
		result.foot = append(result.foot, "A pod goes to a tainted node only where it tolerates the taint: add the toleration to the DaemonSet, in the chart's values where Helm installed it.")
	}
	return result
}
