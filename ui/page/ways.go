package page

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
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
	// hop is the step that the line tells, or nil.
	hop *access.Hop
	// under is whose line it is, where others have the same; or empty.
	under string
	// findings are what rules say against the identity that the line leads to.
	findings marked
}

// against returns what rules say against the identity that a line leads to.
func (r *reachRow) against(found *inspect.AccessFindings, w *access.World) []*inspect.AccessFinding {
	subject, err := access.Parse(r.to.Part)
	if r.to.Kind != Holder || err != nil {
		return nil
	}
	subject = w.Index().Canonical(subject)
	return found.OnAll(subject, w.Index().BindingsOf(subject))
}

func (r *reachRow) mark() widget.Mark {
	if !r.marked {
		return widget.NotMark
	}
	return SeverityMark(r.severity)
}

// newReachPage makes a page that is such a tree.
func newReachPage(at Address, title, one, many string, load func(*store.Snapshot) recordRows[reachRow]) *recordsPage[reachRow] {
	against := func(r *reachRow) *marked { return &r.findings }
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
					if len(r.findings) > 0 {
						pen.Skip(2)
						r.findings.write(pen)
					}
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
			findingField(against),
		},
		key: func(r *reachRow) string { return strings.Repeat(" ", r.depth) + r.text + r.why + r.under },
		say: func(r *reachRow) string {
			return strings.Repeat("  ", r.depth) + joinWords(": ", orEmpty(r.marked, r.severity.String()), r.text, joinWords(", ", r.why, r.findings.ids()))
		},
		detail: func(r *reachRow) []string { return r.findings.lines() },
		open:   func(r *reachRow) (Address, bool) { return r.to, r.to.Kind != "" },
		load:   func(_ context.Context, s *store.Snapshot) recordRows[reachRow] { return load(s) },
		judge: func(in *inspect.Inspection, s *store.Snapshot, rows *recordRows[reachRow]) {
			markRows(in, s, at.ID, rows.rows, func(found *inspect.AccessFindings, w *access.World, r *reachRow) []*inspect.AccessFinding {
				return r.against(found, w)
			}, against)
		},
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

// waysTitle is what a page of ways is called: after the place that they lead to, or after
// who takes them.
func waysTitle(part string) string {
	if _, err := access.Parse(part); err == nil {
		return "ways of " + part
	}
	return "ways to " + part
}

// waysPage tells of ways, as a tree and as a drawing.
type waysPage struct{ *tabbedPage }

// The tabs of the page.
const (
	treeTab  = "tree"
	drawnTab = "drawing"
)

func newWaysPage(at Address) Page {
	return &waysPage{newTabbedPage(at, func(*Context) string { return waysTitle(at.Part) },
		tabPart{name: treeTab, title: "Tree", page: newWaysTree(partAt(at, treeTab, true))},
		tabPart{name: drawnTab, title: "Drawing", page: newDrawnPage(partAt(at, drawnTab, false))},
	)}
}

// Update takes a message.
func (p *waysPage) Update(c *Context, msg Msg) {
	if intent, is := msg.(action.Intent); is && intent.ID == action.Draw {
		msg = action.Intent{ID: action.NextTab} // there are two
	}
	p.tabbedPage.Update(c, msg)
}

// Offers lists what works here.
func (p *waysPage) Offers(c *Context) []action.Offer {
	offers := p.tabbedPage.Offers(c)
	draw := action.Offer{ID: action.Draw}
	if p.parts[p.tabs.Active].name == drawnTab {
		draw.Says = "tree"
	}
	return slices.Insert(offers, min(1, len(offers)), draw)
}

// holderOffers are what works on the page of an identity.
func holderOffers(held *access.Held) []action.Offer {
	offers := []action.Offer{{ID: action.Draw, Says: "ways"}}
	if held != nil {
		if roleOf(held) != (model.Ref{}) {
			offers = append(offers, action.Offer{ID: action.Role})
		}
		offers = append(offers, whatIfOffer())
	}
	return offers
}

// roleOf is the first role that brings a power; zero for none.
func roleOf(held *access.Held) model.Ref {
	for i := range held.By {
		if !held.By[i].Masters() {
			return held.By[i].RoleRef
		}
	}
	return model.Ref{}
}

// takesAway opens what would change if what gives a power went.
func takesAway(c *Context, at Address, held *access.Held, id action.ID) bool {
	if id != action.Preview || held == nil {
		return false
	}
	who, err := access.Parse(at.Part)
	if err != nil {
		return false
	}
	openWhatIf(c, at.ID, takingsOf(held, who)...)
	return true
}

// drawsWays opens the drawing of an identity's own ways from its page.
func drawsWays(c *Context, at Address, id action.ID) bool {
	if id != action.Draw {
		return false
	}
	c.Open(Address{Kind: Ways, ID: at.ID, Part: at.Part, Tab: drawnTab})
	return true
}

// newWaysTree makes the tree of the ways to a place: at its root the place, under each
// line those who get to it by one step more. Of an identity's ways the root is itself.
func newWaysTree(at Address) Page {
	p := newReachPage(at, waysTitle(at.Part), "step", "steps", func(s *store.Snapshot) recordRows[reachRow] {
		w := world.Of(s, at.ID)
		if w == nil {
			return recordRows[reachRow]{empty: "the cluster is not there any more"}
		}
		found := waysOf(w, at.Part)
		result := recordRows[reachRow]{
			head: found.head, empty: found.empty, foot: coverageOf(w, slices.Concat(access.Kinds, access.GraphKinds)...),
			texts: drawingTexts(func() *access.Drawing { return w.Draw(found.paths...) }),
		}
		if found.ends {
			result.rows = waysTo(w, found.paths, at.ID)
		} else {
			result.rows = waysFrom(w, found.paths, at.ID)
		}
		return result
	})
	p.act = func(c *Context, r *reachRow, id action.ID) bool {
		if id != action.Preview || r == nil {
			return false
		}
		openWhatIf(c, at.ID, takingsOfHop(r.hop)...)
		return true
	}
	p.offers = func(r *reachRow) []action.Offer {
		if r == nil {
			return nil
		}
		return []action.Offer{whatIfOffer()}
	}
	return p
}

// foundWays are the ways that a page tells of.
type foundWays struct {
	paths []access.Path
	// ends is set where they all end in one place; otherwise they all begin in one.
	ends  bool
	head  []string
	empty string
}

// waysOf finds the ways to the place that the part of an address names, or those of an
// identity to all such places.
func waysOf(w *access.World, part string) foundWays {
	for _, destination := range destinations {
		if destination.name != part {
			continue
		}
		reaches := w.Graph().WhoReaches(destination.place)
		found := foundWays{ends: true, empty: "nobody that was read gets there"}
		found.head = []string{plural(len(reaches), "identity gets", "identities get") + " to " + w.PlaceName(destination.place) + "."}
		for i := range reaches {
			found.paths = append(found.paths, reaches[i].Path)
		}
		return found
	}
	subject, err := access.Parse(part)
	if err != nil {
		return foundWays{empty: "no ways lead to " + part}
	}
	subject = w.Index().Canonical(subject)
	found := foundWays{empty: "no way that was found leads from it to " + destinationNames()}
	found.head = []string{"The shortest ways of " + w.PlaceName(access.At(subject)) + "."}
	for _, destination := range destinations {
		if path, is := w.Graph().Path(access.At(subject), destination.place); is {
			found.paths = append(found.paths, path)
		}
	}
	return found
}

func destinationNames() string {
	names := make([]string, len(destinations))
	for i := range destinations {
		names[i] = destinations[i].name
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// waysTo makes a tree of the shortest ways to a place. Every place on the way stands under
// the next one; the ways are shortest ones, so that each has but one.
func waysTo(w *access.World, paths []access.Path, cluster model.ID) []reachRow {
	if len(paths) == 0 {
		return nil
	}
	before := map[access.Place][]*access.Hop{}
	known := map[access.Place]bool{}
	for _, path := range paths {
		for j := range path {
			hop := &path[j]
			if !known[hop.From] {
				known[hop.From] = true
				before[hop.To] = append(before[hop.To], hop)
			}
		}
	}
	var rows []reachRow
	var add func(place access.Place, depth int)
	add = func(place access.Place, depth int) {
		for _, hop := range before[place] {
			row := reachRow{order: len(rows), depth: depth, text: w.PlaceName(hop.From), why: stepWhy(w, hop), hop: hop}
			if hop.From.Kind == access.AtSubject {
				row.to = placeAt(cluster, hop.From)
			}
			rows = append(rows, row)
			add(hop.From, depth+1)
		}
	}
	add(paths[0][len(paths[0])-1].To, 0)
	return rows
}

// waysFrom makes a tree of the ways of an identity: every place stands under the one
// before it.
func waysFrom(w *access.World, paths []access.Path, cluster model.ID) []reachRow {
	var rows []reachRow
	var add func(paths []access.Path, depth int)
	add = func(paths []access.Path, depth int) {
		var order []access.Place
		next := map[access.Place][]access.Path{}
		for _, path := range paths {
			if len(path) == 0 {
				continue
			}
			if next[path[0].To] == nil {
				order = append(order, path[0].To)
			}
			next[path[0].To] = append(next[path[0].To], path)
		}
		for _, to := range order {
			hop := &next[to][0][0]
			rows = append(rows, reachRow{order: len(rows), depth: depth, text: w.PlaceName(to), why: stepWhy(w, hop), to: placeAt(cluster, to), hop: hop})
			rest := make([]access.Path, len(next[to]))
			for i, path := range next[to] {
				rest[i] = path[1:]
			}
			add(rest, depth+1)
		}
	}
	add(paths, 0)
	return rows
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
	yield("not get in without local accounts", "what would change if they were disabled", Address{Kind: WhatIf, ID: at.ID, Part: takeLocal})
	yield("get access lately", "the timeline of who got which rights, and by whom", Address{Kind: Timeline, ID: at.ID})
	for _, destination := range destinations {
		yield("get to "+destination.name, destination.says, Address{Kind: Ways, ID: at.ID, Part: destination.name})
	}
}
