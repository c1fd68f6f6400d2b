package access

import (
	"cmp"
	"slices"
	"time"
)

// Drawing is some paths as a graph of nodes and edges, each once, in the order in which
// they are drawn: by layer, and in it by how they come.
type Drawing struct {
	Nodes []DrawnNode
	Edges []DrawnEdge
}

// DrawnNode is a place.
type DrawnNode struct {
	Place Place
	// Label names it for people.
	Label string
	// Layer counts from the left: paths lead from lower layers to higher ones.
	Layer int
	// Start is set where a path begins, End where one ends.
	Start, End bool
}

// DrawnEdge is a step. From and To are places in Drawing.Nodes.
type DrawnEdge struct {
	From, To int
	// Hop is the step itself.
	Hop *Hop
	// Label says the step, Ground what makes it possible, Scope where that counts and
	// Since when it was made; zero where nothing tells.
	Label  string
	Ground string
	Scope  string
	Since  time.Time
	// Eligible is set for a step that takes a role which is not active now: it is drawn
	// dashed. Narrowed is set where a condition could stand in the way.
	Eligible bool
	Narrowed bool
	// Says is the step as a sentence.
	Says string
}

// Draw returns the union of some paths; the paths are not to be changed after.
func (w *World) Draw(paths ...Path) *Drawing {
	d := &drawing{world: w, at: map[Place]int{}, known: map[edgeKey]bool{}, Drawing: &Drawing{}}
	for _, path := range paths {
		if len(path) == 0 {
			continue
		}
		for i := range path {
			d.edge(&path[i])
		}
		d.Nodes[d.at[path[0].From]].Start = true
		d.Nodes[d.at[path[len(path)-1].To]].End = true
	}
	d.layers()
	d.sort()
	return d.Drawing
}

// DrawWays draws how everybody who gets to a place gets there.
func (w *World) DrawWays(to Place) *Drawing {
	var paths []Path
	for _, reach := range w.Graph().WhoReaches(to) {
		paths = append(paths, reach.Path)
	}
	return w.Draw(paths...)
}

type edgeKey struct {
	from, to int
	label    string
}

type drawing struct {
	*Drawing
	world *World
	at    map[Place]int
	known map[edgeKey]bool
}

func (d *drawing) node(p Place) int {
	at, known := d.at[p]
	if !known {
		at = len(d.Nodes)
		d.at[p] = at
		d.Nodes = append(d.Nodes, DrawnNode{Place: p, Label: d.world.PlaceName(p)})
	}
	return at
}

func (d *drawing) edge(h *Hop) {
	edge := DrawnEdge{
		From: d.node(h.From), To: d.node(h.To), Hop: h, Label: h.Says(), Ground: h.Ground(), Scope: d.world.HopScope(h),
		Since: h.Since(), Eligible: h.Eligible, Narrowed: h.Narrowed,
	}
	key := edgeKey{edge.From, edge.To, edge.Label}
	if d.known[key] {
		return
	}
	d.known[key] = true
	edge.Says = d.world.Explain(h)
	d.Edges = append(d.Edges, edge)
}

// layers puts every place as far to the left as its longest way to the end of a path
// takes, so that what paths lead to stands at the right edge. Where paths together go
// in a circle, some of its steps lead back.
func (d *drawing) layers() {
	left := make([]int, len(d.Nodes)) // steps to the end
	for range len(d.Nodes) {
		changed := false
		for i := len(d.Edges) - 1; i >= 0; i-- {
			edge := &d.Edges[i]
			if want := left[edge.To] + 1; left[edge.From] < want && want < len(d.Nodes) {
				left[edge.From], changed = want, true
			}
		}
		if !changed {
			break
		}
	}
	most := 0
	for _, steps := range left {
		most = max(most, steps)
	}
	for i := range d.Nodes {
		d.Nodes[i].Layer = most - left[i]
	}
}

// sort puts the nodes into the order of their layers, and the edges into that of their
// nodes.
func (d *drawing) sort() {
	order := make([]int, len(d.Nodes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.Nodes[a].Layer, d.Nodes[b].Layer) })
	to := make([]int, len(order))
	nodes := make([]DrawnNode, len(order))
	for i, old := range order {
		to[old], nodes[i] = i, d.Nodes[old]
	}
	d.Nodes = nodes
	for i := range d.Edges {
		d.Edges[i].From, d.Edges[i].To = to[d.Edges[i].From], to[d.Edges[i].To]
	}
	slices.SortStableFunc(d.Edges, func(a, b DrawnEdge) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
}
