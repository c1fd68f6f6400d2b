package page

import (
	"cmp"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// estateFindings are the findings of one snapshot as one tab shows them. Its rows
// are rules, clusters or the index's entries.
type estateFindings struct {
	tab    int
	rules  []*model.Rule
	index  *index
	subs   []string // the subscription's name of each cluster
	groups []ruleGroup
	counts []model.Counts // by cluster
	order  []int32
	// matched is how many entries the filter lets through; failures are theirs.
	matched int
	sums    model.Counts
	exact   bool
	// inside is set where some are on what runs in a cluster.
	inside bool
	all    *model.Counts // of the whole scope, for what is left out
}

// Len is the number of rows.
func (r *estateFindings) Len() int {
	switch r.tab {
	case byRule:
		return len(r.groups)
	case byCluster:
		return len(r.index.clusters)
	default:
		return r.index.len()
	}
}

// Key names a row.
func (r *estateFindings) Key(row int) findingKey {
	switch r.tab {
	case byRule:
		return findingKey{rule: int32(r.groups[row].rule), pool: -1}
	case byCluster:
		return findingKey{cluster: r.index.clusters[row].Resource.ID, pool: -1, rule: -1}
	default:
		e := r.index.at(int32(row))
		return findingKey{cluster: r.index.clusters[e.cluster].Resource.ID, pool: int16(max(-1, e.part)), object: r.object(e), rule: int32(e.rule)}
	}
}

// Cell writes a cell.
func (r *estateFindings) Cell(row, column int, pen *widget.Pen) {
	id := tabColumns[r.tab][column]
	switch r.tab {
	case byRule:
		r.ruleCell(&r.groups[row], id, pen)
	case byCluster:
		r.clusterCell(row, id, pen)
	default:
		r.entryCell(r.index.at(int32(row)), id, pen)
	}
}

func (r *estateFindings) ruleCell(g *ruleGroup, column int, pen *widget.Pen) {
	rule := r.rules[g.rule]
	switch column {
	case columnSeverity:
		severityCell(pen, g.judged())
	case columnTitle:
		pen.Write(rule.Title, themes.Text)
	case columnRule:
		pen.Write(rule.ID, themes.Muted)
	case columnClusters:
		countOf(pen, g.clusters, themes.Text)
	case columnFindings:
		countOf(pen, g.counts.Failures(), themes.Text)
	case columnUnread:
		countOf(pen, g.counts.CouldNotRead, themes.Unread)
	}
}

func countOf(pen *widget.Pen, n int, style themes.Style) {
	if n == 0 {
		pen.Write(pen.Glyphs().None, themes.Faint)
		return
	}
	pen.Write(thousands(n), style)
}

func (r *estateFindings) clusterCell(row, column int, pen *widget.Pen) {
	cluster := r.index.clusters[row]
	switch column {
	case columnCluster:
		pen.Write(cluster.Summary.Name, themes.Text)
	case columnSubscription:
		pen.Write(r.subs[row], themes.Muted)
	case columnRegion:
		pen.Write(cluster.Summary.Location, themes.Muted)
	case columnUnread:
		countOf(pen, r.counts[row].CouldNotRead, themes.Unread)
	default:
		severity := shownSeverities[column-columnCritical]
		countCell(pen, r.counts[row].Failed[severity], true, severity)
	}
}

func (r *estateFindings) entryCell(e entry, column int, pen *widget.Pen) {
	switch column {
	case columnSeverity:
		severityCell(pen, e.judged())
	case columnTitle:
		pen.Write(r.rules[e.rule].Title, themes.Text)
	case columnCluster:
		pen.Write(r.index.clusters[e.cluster].Summary.Name, themes.Text)
	case columnPart:
		if part := r.part(e); part != "" {
			pen.Write(part, themes.Text)
		} else {
			pen.Write("cluster", themes.Faint)
		}
	case columnSubscription:
		pen.Write(r.subs[e.cluster], themes.Muted)
	case columnRule:
		pen.Write(r.rules[e.rule].ID, themes.Muted)
	case columnRegion:
		pen.Write(r.index.clusters[e.cluster].Summary.Location, themes.Muted)
	}
}

// object is what runs in a cluster that the entry is about, or zero.
func (r *estateFindings) object(e entry) model.Ref {
	at, inside := e.object(), r.index.clusters[e.cluster].Inside
	if at < 0 || inside == nil || at >= len(inside.Judgements) {
		return model.Ref{}
	}
	return inside.Judgements[at].Ref
}

// part names the node pool or the object inside, or is "" for the cluster itself.
func (r *estateFindings) part(e entry) string {
	if ref := r.object(e); ref != (model.Ref{}) {
		if ref.Kind == model.KindInside {
			return ""
		}
		return ref.String()
	}
	pools := r.index.clusters[e.cluster].Summary.Pools
	if e.part < 0 || int(e.part) >= len(pools) {
		return ""
	}
	return pools[e.part].Name
}

func (r *estateFindings) address(e entry) Address {
	at := Address{Kind: Finding, ID: r.index.clusters[e.cluster].Resource.ID, Rule: r.rules[e.rule].ID}
	if at.Object = r.object(e); !at.inside() {
		at.Part = r.part(e)
	}
	return at
}

// line says a row on one line, for the clipboard.
func (r *estateFindings) line(row int) string {
	switch r.tab {
	case byRule:
		g := &r.groups[row]
		rule := r.rules[g.rule]
		return rule.ID + " " + rule.Title + ": " + plural(g.counts.Failures(), "finding", "findings") + " in " + plural(g.clusters, "cluster", "clusters")
	case byCluster:
		return r.index.clusters[row].Summary.Name + ": " + severityLine(&r.counts[row])
	default:
		e := r.index.at(int32(row))
		f := found{rule: r.rules[e.rule], part: r.part(e), judged: e.judged()}
		return f.line(r.index.clusters[e.cluster].Summary.Name)
	}
}

// judged is the worst judgement of a rule: a failure's severity, or that it could
// not be read.
func (g *ruleGroup) judged() model.Judged {
	switch {
	case g.counts.Failures() > 0:
		return model.Judged{Verdict: model.Fail, Severity: g.worst}
	case g.counts.CouldNotRead > 0:
		return model.Judged{Verdict: model.CouldNotRead}
	case g.counts.Pending > 0:
		return model.Judged{Verdict: model.Pending}
	case g.counts.Waived > 0:
		return model.Judged{Verdict: model.Fail, Severity: g.worst, Waived: true}
	case g.counts.Passed > 0:
		return model.Judged{Verdict: model.Pass}
	default:
		return model.Judged{Verdict: model.NotApplicable}
	}
}

func (r *estateFindings) compareRules(s sorting) func(a, b int) int {
	column := columnAt(byRule, s.column)
	return func(a, b int) int {
		x, y := &r.groups[a], &r.groups[b]
		var order int
		switch column {
		case columnSeverity:
			order = cmp.Or(weight(x.judged())-weight(y.judged()), cmp.Compare(x.clusters, y.clusters))
		case columnTitle:
			order = foldCompare(r.rules[x.rule].Title, r.rules[y.rule].Title)
		case columnClusters:
			order = cmp.Compare(x.clusters, y.clusters)
		case columnFindings:
			order = cmp.Compare(x.counts.Failures(), y.counts.Failures())
		case columnUnread:
			order = cmp.Compare(x.counts.CouldNotRead, y.counts.CouldNotRead)
		case columnRule:
			order = cmp.Compare(x.rule, y.rule)
		}
		if s.descending {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(x.rule, y.rule))
	}
}

func (r *estateFindings) compareClusters(s sorting) func(a, b int) int {
	column := columnAt(byCluster, s.column)
	return func(a, b int) int {
		x, y := r.index.clusters[a], r.index.clusters[b]
		var order int
		switch column {
		case columnCluster:
			order = foldCompare(x.Summary.Name, y.Summary.Name)
		case columnSubscription:
			order = foldCompare(r.subs[a], r.subs[b])
		case columnRegion:
			order = foldCompare(x.Summary.Location, y.Summary.Location)
		case columnUnread:
			order = cmp.Compare(r.counts[a].CouldNotRead, r.counts[b].CouldNotRead)
		case columnCritical:
			order = cmp.Compare(worstKey(&r.counts[a]), worstKey(&r.counts[b]))
		default:
			severity := shownSeverities[column-columnCritical]
			order = cmp.Compare(r.counts[a].Failed[severity], r.counts[b].Failed[severity])
		}
		if s.descending {
			order = -order
		}
		return cmp.Or(order, foldCompare(x.Summary.Name, y.Summary.Name))
	}
}

func columnAt(tab, column int) int {
	if column < 0 || column >= len(tabColumns[tab]) {
		return tabColumns[tab][0]
	}
	return tabColumns[tab][column]
}

// sortEntries orders entries by a column, then the worst first, then by rule.
func (r *estateFindings) sortEntries(entries []int32, tab int, s sorting) {
	var first func(entry) uint64
	clusterRank := func(compare func(a, b int) int) func(entry) uint64 {
		ranked := ranks(len(r.index.clusters), compare)
		return func(e entry) uint64 { return uint64(ranked[e.cluster]) }
	}
	switch columnAt(tab, s.column) {
	case columnTitle:
		ranked := ranks(len(r.rules), func(a, b int) int { return foldCompare(r.rules[a].Title, r.rules[b].Title) })
		first = func(e entry) uint64 { return uint64(ranked[e.rule]) }
	case columnCluster:
		first = clusterRank(func(a, b int) int {
			return foldCompare(r.index.clusters[a].Summary.Name, r.index.clusters[b].Summary.Name)
		})
	case columnSubscription:
		first = clusterRank(func(a, b int) int { return foldCompare(r.subs[a], r.subs[b]) })
	case columnRegion:
		first = clusterRank(func(a, b int) int {
			return foldCompare(r.index.clusters[a].Summary.Location, r.index.clusters[b].Summary.Location)
		})
	case columnPart:
		first = r.partRank()
	case columnRule:
		first = func(e entry) uint64 { return uint64(e.rule) }
	default:
		first = func(e entry) uint64 { return uint64(weight(e.judged())) }
	}
	const most = 1<<24 - 1
	r.index.sortBy(entries, false, func(e entry) uint64 {
		key := first(e)
		if s.descending {
			key = most - key
		}
		return key<<32 | uint64(31-weight(e.judged()))<<16 | uint64(e.rule)
	})
}

// partRank orders entries by the names of their node pools, the clusters themselves first.
func (r *estateFindings) partRank() func(entry) uint64 {
	places := map[string]int32{}
	var names []string
	for _, cluster := range r.index.clusters {
		for i := range cluster.Summary.Pools {
			if _, known := places[cluster.Summary.Pools[i].Name]; !known {
				places[cluster.Summary.Pools[i].Name] = int32(len(names))
				names = append(names, cluster.Summary.Pools[i].Name)
			}
		}
	}
	ranked := ranks(len(names), func(a, b int) int { return foldCompare(names[a], names[b]) })
	return func(e entry) uint64 {
		if object := e.object(); object >= 0 { // they come in the order of their names
			if r.object(e).Kind == model.KindInside {
				return 0
			}
			return uint64(len(names) + 1 + object)
		}
		part := r.part(e)
		if part == "" {
			return 0
		}
		return uint64(ranked[places[part]]) + 1
	}
}
