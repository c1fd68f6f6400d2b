package page

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// networkRow is a workload as network policies see it.
type networkRow struct {
	*network.Workload
	analysis *network.Analysis
	doors    []*network.Door
}

// way says how free traffic in a direction is: for the freest of the workload's pods.
func (r *networkRow) way(direction network.Direction) string {
	word := "isolated"
	for _, standing := range r.Standings {
		switch side := &standing.Sides[direction]; {
		case standing.HostNetwork:
			return "the node's"
		case !side.Narrowed || r.paper():
			word = "open"
		case !side.Isolated && word == "isolated":
			word = "narrowed"
		}
	}
	return word
}

// paper reports whether nothing enforces policies, so that what they say does not hold.
func (r *networkRow) paper() bool { return r.analysis.Engine == network.NoEngine }

// ways orders how free traffic is.
var ways = []string{"isolated", "narrowed", "open", "the node's"}

func wayStyle(way string) themes.Style {
	switch way {
	case "isolated":
		return themes.Pass
	case "narrowed":
		return themes.Text
	default:
		return themes.Medium
	}
}

func (r *networkRow) metadata() bool {
	if r.paper() {
		return !r.analysis.Restricted
	}
	return r.Any(func(standing *network.Standing) bool { return standing.Metadata })
}

func (r *networkRow) internet() network.Extent {
	most := network.NoPods
	for _, standing := range r.Standings {
		most = max(most, standing.Internet)
		if r.paper() && standing.Internet != network.NoPods {
			most = network.All
		}
	}
	return most
}

func (r *networkRow) reached() string { return reachOf(r.doors) }

// by names the policies that speak of the workload.
func (r *networkRow) by() string {
	var names []string
	for _, standing := range r.Standings {
		for direction := range standing.Sides {
			for _, policy := range standing.Sides[direction].By {
				if !slices.Contains(names, policy.Name) {
					names = append(names, policy.Name)
				}
			}
		}
	}
	if len(names) > 0 && r.paper() {
		return strings.Join(names, ", ") + " (not enforced)"
	}
	return cmp.Or(strings.Join(names, ", "), "none")
}

func newNetworkTab(at Address) Page {
	way := func(title string, direction network.Direction) recordColumn[networkRow] {
		return recordColumn[networkRow]{
			Column: widget.Column{Title: title, Min: 10},
			cell:   func(r *networkRow, pen *widget.Pen) { pen.Write(r.way(direction), wayStyle(r.way(direction))) },
			compare: func(a, b *networkRow) int {
				return slices.Index(ways, a.way(direction)) - slices.Index(ways, b.way(direction))
			}, down: true,
		}
	}
	columns := []recordColumn[networkRow]{
		{
			Column:  widget.Column{Title: "Workload", Min: 20, Weight: 2, Max: 44},
			cell:    func(r *networkRow, pen *widget.Pen) { pen.Write(r.Name, themes.Text) },
			compare: func(a, b *networkRow) int { return cmp.Compare(a.Name, b.Name) },
		},
		way("Let in", network.Ingress),
		way("Let out", network.Egress),
		{
			Column: widget.Column{Title: "To internet", Min: 11},
			cell: func(r *networkRow, pen *widget.Pen) {
				style := themes.Text
				if r.internet() == network.All {
					style = themes.Medium
				}
				pen.Write(r.internet().String(), style)
			},
			compare: func(a, b *networkRow) int { return cmp.Compare(a.internet(), b.internet()) }, down: true,
		},
		{
			Column: widget.Column{Title: "To metadata", Min: 11},
			cell: func(r *networkRow, pen *widget.Pen) {
				if r.metadata() {
					pen.Write("reaches it", themes.Medium)
				} else {
					pen.Write("kept away", themes.Pass)
				}
			},
			compare: func(a, b *networkRow) int { return boolRank(a.metadata()) - boolRank(b.metadata()) }, down: true,
		},
		{
			Column: widget.Column{Title: "Reached from", Min: 14, Priority: 1},
			cell:   func(r *networkRow, pen *widget.Pen) { pen.Write(r.reached(), reachStyle(r.reached())) },
			compare: func(a, b *networkRow) int {
				return slices.Index(reaches, a.reached()) - slices.Index(reaches, b.reached())
			}, down: true,
		},
		{
			Column:  widget.Column{Title: "By policies", Min: 16, Weight: 2, Max: 60, Priority: 2},
			cell:    func(r *networkRow, pen *widget.Pen) { pen.Write(r.by(), themes.Muted) },
			compare: func(a, b *networkRow) int { return cmp.Compare(a.by(), b.by()) },
		},
	}
	return newRecordsPage(at, records[networkRow]{
		title: "network of workloads", one: "workload", many: "workloads", list: "network of workloads", live: at.ID,
		terms:   []string{"network-policy", "imds", "namespace", "service"},
		columns: columns, sort: 2,
		fields: []recordField[networkRow]{
			{Field: filter.Field{Name: "in"}, of: func(r *networkRow) string { return r.way(network.Ingress) }},
			{Field: filter.Field{Name: "out"}, of: func(r *networkRow) string { return r.way(network.Egress) }},
			{Field: filter.Field{Name: "internet"}, of: func(r *networkRow) string { return r.internet().String() }},
			{Field: filter.Field{Name: "from"}, of: (*networkRow).reached},
			{Field: filter.Field{Name: "by"}, of: (*networkRow).by},
		},
		key: func(r *networkRow) string { return string(r.Kind) + "/" + r.Name },
		say: func(r *networkRow) string {
			metadata := "kept away from the metadata service"
			if r.metadata() {
				metadata = "reaches the metadata service"
			}
			return joinWords(", ", string(r.Kind)+" "+r.Name, "let in: "+r.way(network.Ingress), "let out: "+r.way(network.Egress),
				"internet: "+r.internet().String(), metadata, "reached from: "+r.reached(), "policies: "+r.by())
		},
		open: func(r *networkRow) (Address, bool) { return objectAt(at.ID, r.Ref), true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[networkRow] {
			result := namespaceParts(s, at, append(slices.Clone(network.Kinds), network.ExposureKinds...), "no workloads in this namespace", func(inside *store.Inside) []networkRow {
				analysis, exposure := network.Of(inside.View), network.Exposed(inside.View)
				var rows []networkRow
				for _, workload := range analysis.InNamespace(at.Object.Name) {
					rows = append(rows, networkRow{workload, analysis, exposure.Leading(workload.Ref)})
				}
				return rows
			})
			if inside, _ := insideOf(s, at.ID); inside != nil {
				result.head = []string{networkHead(network.Of(inside.View), at.Object.Name)}
			}
			return result
		},
	})
}

// networkHead says how far policies cover a namespace, and what enforces them.
func networkHead(analysis *network.Analysis, namespace string) string {
	row := namespaceRow{cover: analysis.Namespace(namespace), engine: analysis.Engine}
	words := "covered by policies: " + row.coverWords() + "; engine: " + analysis.Engine.String()
	if analysis.Engine == network.NoEngine {
		words = "no network policy engine: every pod reaches every other, whatever policies say"
	}
	return words
}

func boolRank(is bool) int {
	if is {
		return 1
	}
	return 0
}
