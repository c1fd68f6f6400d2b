package page

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// drawWays lays the ways that a page tells of out as boxes.
func drawWays(w *access.World, at Address) *drawnWays {
	found := waysOf(w, at.Part)
	ways := &drawnWays{ends: found.ends, empty: found.empty, foot: coverageOf(w, slices.Concat(access.Kinds, access.GraphKinds)...)}
	if len(found.paths) == 0 {
		return ways
	}
	ways.drawing = w.Draw(found.paths...)
	for i := range ways.drawing.Nodes {
		ways.place(w, at.ID, &ways.drawing.Nodes[i])
	}
	ways.steps(at.ID)
	for i := range ways.drawing.Nodes {
		if len(ways.boxes[i].steps) == 0 {
			ways.boxes[i].steps = found.head
		}
	}
	ways.compact()
	return ways
}

// leastSplit is how long the name of a place is that takes two lines.
const leastSplit = 16

// place adds the box of an identity or of what is reached. Between the layers of places
// there is room for those of steps.
func (d *drawnWays) place(w *access.World, cluster model.ID, n *access.DrawnNode) {
	node := widget.GraphNode{Key: keyOf(n.Place), Layer: 2 * n.Layer, Style: themes.Strong}
	node.Lines[0], node.Lines[1] = n.Label, ""
	if s := n.Place.Subject; n.Place.Kind == access.AtSubject {
		node.Lines = [2]string{w.Name(s), w.Kind(s)}
	} else if len(n.Label) > leastSplit {
		for _, between := range []string{" in ", " on ", " of "} {
			if before, after, is := strings.Cut(n.Label, between); is {
				node.Lines = [2]string{before, between[1:] + after}
				break
			}
		}
	}
	d.nodes = append(d.nodes, node)
	d.boxes = append(d.boxes, drawnBox{says: n.Label, to: placeAt(cluster, n.Place)})
}

// stepKey is what makes steps one: the same thing by the same means to the same place,
// whoever takes it.
type stepKey struct {
	label, ground, scope string
	eligible, narrowed   bool
	to                   int
}

// steps adds the boxes of the steps, and the lines. What one binding gives to several is
// one box.
func (d *drawnWays) steps(cluster model.ID) {
	known := map[stepKey]int{}
	for i := range d.drawing.Edges {
		edge := &d.drawing.Edges[i]
		d.boxes[edge.From].steps = append(d.boxes[edge.From].steps, edge.Says)
		key := stepKey{edge.Label, edge.Ground, edge.Scope, edge.Eligible, edge.Narrowed, edge.To}
		leadsBack := d.nodes[edge.To].Layer <= d.nodes[edge.From].Layer
		at, is := known[key]
		if !is || leadsBack {
			at = len(d.nodes)
			d.step(cluster, edge, leadsBack)
			if !leadsBack {
				known[key] = at
				d.edges = append(d.edges, widget.GraphEdge{From: at, To: edge.To, Dashed: edge.Eligible})
			}
		}
		d.nodes[at].Layer = max(d.nodes[at].Layer, d.nodes[edge.From].Layer+1)
		d.edges = append(d.edges, widget.GraphEdge{From: edge.From, To: at, Dashed: edge.Eligible})
		d.boxes[at].steps = append(d.boxes[at].steps, edge.Says)
	}
}

// step adds the box of a step, which stands just after those who take it. One that leads
// back ends in its box.
func (d *drawnWays) step(cluster model.ID, edge *access.DrawnEdge, leadsBack bool) {
	node := widget.GraphNode{
		Key: "step " + edge.Label + " by " + edge.Ground + " " + edge.Scope + " to " + d.nodes[edge.To].Key, Style: themes.Text,
		Lines: [2]string{edge.Label, edge.Ground},
	}
	var state string
	switch {
	case edge.Eligible:
		state = "eligible"
	case edge.Narrowed:
		state = "with a condition"
	}
	if leadsBack {
		node.Key += " back from " + d.nodes[edge.From].Key
		node.Lines[1] = "back to " + d.boxes[edge.To].says
	} else if state != "" {
		node.Lines[1] = joinWords(": ", state, edge.Ground)
		node.Key += " " + state
	}
	d.nodes = append(d.nodes, node)
	d.boxes = append(d.boxes, drawnBox{
		says: joinWords(", ", edge.Label, edge.Ground, edge.Scope, state, orEmpty(!edge.Since.IsZero(), "since "+sinceText(edge.Since))),
		to:   stepAt(cluster, edge.Hop), hop: edge.Hop,
	})
}

// compact leaves out layers that nothing stands in.
func (d *drawnWays) compact() {
	used := map[int]bool{}
	most := 0
	for i := range d.nodes {
		used[d.nodes[i].Layer] = true
		most = max(most, d.nodes[i].Layer)
	}
	to := make([]int, most+1)
	next := 0
	for layer := range to {
		to[layer] = next
		if used[layer] {
			next++
		}
	}
	for i := range d.nodes {
		d.nodes[i].Layer = to[d.nodes[i].Layer]
	}
}
