package page

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// reachRow is a line of a tree that tells who gets where, or what somebody gets.
type reachRow struct {
	// order is its place in the tree, depth how far in it stands.
	order, depth int
	text, why    string
	severity     model.Severity
	// marked is set where the severity says something.
	marked bool
	to     Address
}

func (r *reachRow) mark() widget.Mark {
	if !r.marked {
		return widget.NotMark
	}
	return SeverityMark(r.severity)
}

// newReachPage makes a page that is such a tree.
func newReachPage(at Address, title, one, many string, load func(*store.Snapshot) recordRows[reachRow]) Page {
	return newRecordsPage(at, records[reachRow]{
		title: title, one: one, many: many, list: title, live: at.ID, terms: accessTerms,
		columns: []recordColumn[reachRow]{
			{
				Column: widget.Column{Title: "Reach", Min: 40, Weight: 3, Max: 100},
				cell: func(r *reachRow, pen *widget.Pen) {
					pen.Skip(2 * r.depth)
					style := themes.Text
					if r.marked {
						pen.Mark(r.mark())
						pen.Skip(1)
						style = r.mark().Style() &^ themes.Bold
					}
					pen.Write(r.text, style)
				},
				compare: func(a, b *reachRow) int { return cmp.Compare(a.order, b.order) },
			},
			{
				Column:  widget.Column{Title: "Why", Min: 20, Weight: 2, Priority: 1},
				cell:    func(r *reachRow, pen *widget.Pen) { pen.Write(r.why, themes.Muted) },
				compare: func(a, b *reachRow) int { return cmp.Compare(a.why, b.why) },
			},
		},
		fields: []recordField[reachRow]{
			{Field: severityField(), of: func(r *reachRow) string { return orEmpty(r.marked, r.severity.String()) }},
		},
		key: func(r *reachRow) string { return strings.Repeat(" ", r.depth) + r.text + r.why },
		say: func(r *reachRow) string {
			return strings.Repeat("  ", r.depth) + joinWords(": ", orEmpty(r.marked, r.severity.String()), r.text, r.why)
		},
		open: func(r *reachRow) (Address, bool) { return r.to, r.to.Kind != "" },
		load: func(_ context.Context, s *store.Snapshot) recordRows[reachRow] { return load(s) },
	})
}

// newBlastPage makes the page of what somebody who is in a pod has in reach.
func newBlastPage(at Address) Page {
	return newReachPage(at, "in reach", "line", "lines", func(s *store.Snapshot) recordRows[reachRow] {
		if inside, why := insideOf(s, at.ID); inside == nil {
			return recordRows[reachRow]{empty: why}
		}
		w := world.Of(s, at.ID)
		if w == nil {
			return recordRows[reachRow]{empty: "the cluster is not there any more"}
		}
		tree := w.Blast(at.Object)
		if tree == nil {
			return recordRows[reachRow]{empty: "the pod is not there any more"}
		}
		kinds := slices.Concat(access.Kinds, access.GraphKinds, network.Kinds)
		slices.Sort(kinds)
		result := recordRows[reachRow]{
			head: []string{"What somebody who is in this pod has in reach."}, foot: coverageOf(w, slices.Compact(kinds)...),
		}
		result.rows = appendReach(nil, tree, at.ID, 0)
		return result
	})
}

func appendReach(rows []reachRow, n *access.Node, cluster model.ID, depth int) []reachRow {
	row := reachRow{order: len(rows), depth: depth, text: n.Text, why: n.Why, severity: n.Severity, marked: n.Severity > model.Info}
	if n.Ref != (model.Ref{}) && depth > 0 {
		row.to = objectAt(cluster, n.Ref)
		if n.Ref.Kind == model.KindServiceAccount {
			subject := access.Subject{Kind: access.ServiceAccount, Namespace: n.Ref.Namespace, Name: n.Ref.Name}
			row.to = Address{Kind: Holder, ID: cluster, Part: subjectPart(subject)}
		}
		if known, is := model.FindObjectKind(n.Ref.Kind); !is || known.Kind == model.KindEvent {
			row.to = Address{}
		}
	}
	rows = append(rows, row)
	for i := range n.Children {
		rows = appendReach(rows, &n.Children[i], cluster, depth+1)
	}
	return rows
}

// destinations are the places that ways lead to, by the part of the page's address.
var destinations = []struct {
	name, says string
	place      access.Place
}{
	{"cluster-admin", "everybody who gets to cluster-admin, and by which steps", access.Everything},
	{"the nodes", "everybody who gets to root on the nodes", access.NodeRoot},
	{"all Secrets", "everybody who gets to every Secret", access.AllSecrets},
	{"rights in Azure", "everybody who gets out of the cluster into Azure", access.AzureRights},
}

// newWaysPage makes the page of the ways to a place, as a tree: at its root the place,
// under each line those who get to it by one step more.
func newWaysPage(at Address) Page {
	return newReachPage(at, "ways to "+at.Part, "step", "steps", func(s *store.Snapshot) recordRows[reachRow] {
		w := world.Of(s, at.ID)
		if w == nil {
			return recordRows[reachRow]{empty: "the cluster is not there any more"}
		}
		for _, destination := range destinations {
			if destination.name == at.Part {
				return waysTo(w, destination.place, at.ID)
			}
		}
		return recordRows[reachRow]{empty: "no ways lead to " + at.Part}
	})
}

// waysTo makes a tree of the shortest ways to a place.
func waysTo(w *access.World, to access.Place, cluster model.ID) recordRows[reachRow] {
	reaches := w.Graph().WhoReaches(to)
	result := recordRows[reachRow]{
		head: []string{plural(len(reaches), "identity gets", "identities get") + " to " + w.PlaceName(to) + "."}, empty: "nobody that was read gets there",
		foot: coverageOf(w, slices.Concat(access.Kinds, access.GraphKinds)...),
	}
	// Every place on the way stands under the next one; the ways are shortest ones, so that
	// each has but one.
	before := map[access.Place][]*access.Hop{}
	known := map[access.Place]bool{}
	for i := range reaches {
		for j := range reaches[i].Path {
			hop := &reaches[i].Path[j]
			if !known[hop.From] {
				known[hop.From] = true
				before[hop.To] = append(before[hop.To], hop)
			}
		}
	}
	var add func(place access.Place, depth int)
	add = func(place access.Place, depth int) {
		for _, hop := range before[place] {
			row := reachRow{order: len(result.rows), depth: depth, text: w.PlaceName(hop.From), why: stepWhy(w, hop)}
			if hop.From.Kind == access.AtSubject {
				row.to = Address{Kind: Holder, ID: cluster, Part: subjectPart(hop.From.Subject)}
			}
			result.rows = append(result.rows, row)
			add(hop.From, depth+1)
		}
	}
	add(to, 0)
	return result
}

// stepWhy says a step, what makes it possible and since when.
func stepWhy(w *access.World, hop *access.Hop) string {
	return joinWords(", ", hop.Says(), hop.Ground(), w.HopScope(hop), orEmpty(hop.Eligible, "eligible"), orEmpty(hop.Narrowed, "with a condition"),
		orEmpty(!hop.Since().IsZero(), "since "+sinceText(hop.Since())))
}

// Reaches lists the pages that tell of ways in a cluster: to the places that matter, and
// from the pod that a page is about.
func Reaches(at Address, yield func(name, says string, to Address)) {
	if at.Object.Kind == model.KindPod {
		yield("be reached from this pod", "what somebody who is in it has in reach", Address{Kind: Blast, ID: at.ID, Object: at.Object})
	}
	yield("get access lately", "the timeline of who got which rights, and by whom", Address{Kind: Timeline, ID: at.ID})
	for _, destination := range destinations {
		yield("get to "+destination.name, destination.says, Address{Kind: Ways, ID: at.ID, Part: destination.name})
	}
}
