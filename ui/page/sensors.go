package page

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/sensors"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// sensorRow is a sensor or platform agent of a cluster.
type sensorRow struct {
	sensors.Presence
	// nodes are those that it should stand on.
	nodes int
}

// gaps counts the nodes on which it should stand and does not, or not whole.
func (r *sensorRow) gaps() int {
	return r.Count(sensors.NotReady) + r.Count(sensors.Missing) + r.Count(sensors.KeptOut) + r.Count(sensors.NotSelected)
}

// mark says how it stands as a whole.
func (r *sensorRow) mark() widget.Mark {
	switch {
	case !r.Installed():
		return widget.NotMark
	case r.gaps() > 0:
		return widget.HighMark
	default:
		return widget.PassMark
	}
}

// words says how it stands as a whole.
func (r *sensorRow) words() string {
	if !r.Installed() {
		return "not installed"
	}
	if r.Cells == nil {
		return "installed"
	}
	parts := []string{"on " + thousands(r.Count(sensors.Present)) + " of " + plural(r.nodes, "node", "nodes")}
	for _, state := range []sensors.State{sensors.NotReady, sensors.Missing, sensors.KeptOut, sensors.NotSelected} {
		if n := r.Count(state); n > 0 {
			parts = append(parts, thousands(n)+" "+state.String())
		}
	}
	return strings.Join(parts, ", ")
}

func (r *sensorRow) what() string {
	switch {
	case r.Platform:
		return "platform agent"
	case r.Watches:
		return "runtime sensor"
	default:
		return "agent"
	}
}

func countColumn(title string, priority int, state sensors.State) recordColumn[sensorRow] {
	return recordColumn[sensorRow]{
		Column: widget.Column{Title: title, Min: len(title) + 1, Right: true, Priority: priority}, down: true,
		cell: func(r *sensorRow, pen *widget.Pen) {
			style := themes.Text
			if state != sensors.Present && r.Installed() && r.Count(state) > 0 {
				style = themes.High
			}
			if !r.Installed() || r.Cells == nil {
				countOf(pen, 0, style)
				return
			}
			countOf(pen, r.Count(state), style)
		},
		compare: func(a, b *sensorRow) int { return cmp.Compare(a.Count(state), b.Count(state)) },
	}
}

// sensorTerms are explained on these pages.
var sensorTerms = []string{"defender-sensor"}

func newSensorsPage(at Address) Page {
	return newRecordsPage(at, records[sensorRow]{
		title: "sensors", one: "sensor", many: "sensors", list: "sensors", live: at.ID, terms: sensorTerms,
		columns: []recordColumn[sensorRow]{
			{
				Column: widget.Column{Title: "Sensor", Min: 22, Weight: 1, Max: 30},
				cell: func(r *sensorRow, pen *widget.Pen) {
					pen.Mark(r.mark())
					pen.Skip(1)
					pen.Write(r.Name, themes.Text)
				},
				compare: func(a, b *sensorRow) int { return cmp.Compare(a.Name, b.Name) },
			},
			{
				Column:  widget.Column{Title: "What", Min: 14, Priority: 2},
				cell:    func(r *sensorRow, pen *widget.Pen) { pen.Write(r.what(), themes.Muted) },
				compare: func(a, b *sensorRow) int { return cmp.Compare(a.what(), b.what()) },
			},
			{
				Column: widget.Column{Title: "In", Min: 14, Weight: 1, Max: 24, Priority: 3},
				cell: func(r *sensorRow, pen *widget.Pen) {
					pen.Write(cmp.Or(r.namespaces(), pen.Glyphs().None), themes.Muted)
				},
				compare: func(a, b *sensorRow) int { return cmp.Compare(a.namespaces(), b.namespaces()) },
			},
			countColumn("Present", 0, sensors.Present),
			countColumn("Not ready", 1, sensors.NotReady),
			countColumn("Missing", 0, sensors.Missing),
			countColumn("Kept out", 0, sensors.KeptOut),
			{
				Column: widget.Column{Title: "Installed", Min: 10, Off: true},
				cell: func(r *sensorRow, pen *widget.Pen) {
					if r.Installed() {
						pen.Write("yes", themes.Text)
					} else {
						pen.Write("no", themes.Muted)
					}
				},
				compare: func(a, b *sensorRow) int { return cmp.Compare(a.rank(), b.rank()) },
				down:    true,
			},
		},
		sort: 7,
		fields: []recordField[sensorRow]{
			{Field: filter.Field{Name: "what"}, of: (*sensorRow).what},
			{Field: filter.Field{Name: "state"}, of: (*sensorRow).words},
		},
		key: func(r *sensorRow) string { return r.Key },
		say: func(r *sensorRow) string { return r.Name + ", " + r.what() + ": " + r.words() },
		open: func(r *sensorRow) (Address, bool) {
			return Address{Kind: Sensor, ID: at.ID, Part: r.Key}, r.Cells != nil
		},
		load: func(_ context.Context, s *store.Snapshot) recordRows[sensorRow] { return sensorRows(s, at.ID) },
	})
}

// rank orders sensors: those with gaps first, then the others that are installed.
func (r *sensorRow) rank() int {
	switch {
	case r.Installed() && r.gaps() > 0:
		return 2
	case r.Installed():
		return 1
	default:
		return 0
	}
}

// namespaces are where the sensor runs.
func (r *sensorRow) namespaces() string {
	var all []string
	for _, o := range append(slices.Clone(r.Sets), r.Support...) {
		if !slices.Contains(all, o.Namespace) {
			all = append(all, o.Namespace)
		}
	}
	return strings.Join(all, ", ")
}

// sensorRows are the agents of a cluster; those that are not installed are told as well,
// since that is what one looks for.
func sensorRows(s *store.Snapshot, id model.ID) recordRows[sensorRow] {
	inside, why := insideOf(s, id)
	if inside == nil {
		return recordRows[sensorRow]{empty: why}
	}
	coverage := sensors.Of(inside.View)
	result := recordRows[sensorRow]{foot: unreadOf(inside.View, sensors.Kinds...), exact: inside.View.Exact()}
	for _, presence := range coverage.Agents {
		row := sensorRow{Presence: presence}
		for _, cell := range presence.Cells {
			if cell.State != sensors.NoSuch {
				row.nodes++
			}
		}
		result.rows = append(result.rows, row)
	}
	head := plural(len(coverage.Nodes), "node", "nodes")
	if len(result.foot) == 0 && !coverage.Watched() {
		head += ": nothing that is known here watches them for attacks"
	}
	result.head = []string{head}
	return result
}
