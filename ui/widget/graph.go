package widget

import (
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
)

// GraphNode is a box of a graph.
type GraphNode struct {
	// Key names it; it stays the same while the graph changes.
	Key string
	// Lines are what stands in it; what does not fit ends in an ellipsis.
	Lines [boxLines]string
	// Layer counts from the left.
	Layer int
	// Style is that of the first line, Mark stands before it where it is set.
	Style themes.Style
	Mark  Mark
}

// GraphEdge is a line from a box to one of a layer further right, by their places among
// the nodes. One that leads back is not drawn.
type GraphEdge struct {
	From, To int
	Dashed   bool
}

// Graph shows boxes in layers, with lines between them, of which one box is selected. It
// is laid out once for each width of boxes; its cost is that of its lines.
type Graph struct {
	// Most is how wide the text of a box may get.
	Most int

	nodes  []GraphNode
	edges  []GraphEdge
	layout *graphLayout
	most   int // what it was laid out for
	ascii  bool

	selected int
	lit      map[int]bool // the vertices on ways through the selected box
	left     int          // the column and the row in the corner of the area
	top      int
	area     Rect
	loose    bool // the wheel has scrolled: the selected box may be out of sight
	cells    []graphCell
}

// Set shows a graph. The cursor stays on its box.
func (g *Graph) Set(nodes []GraphNode, edges []GraphEdge) {
	selected := g.Selected()
	g.nodes, g.edges, g.layout, g.lit = nodes, edges, nil, nil
	g.selected = 0
	g.Select(selected)
}

// Len is the number of boxes.
func (g *Graph) Len() int { return len(g.nodes) }

// Selected returns the key of the box that the cursor is on; empty where there is none.
func (g *Graph) Selected() string {
	if g.selected >= len(g.nodes) {
		return ""
	}
	return g.nodes[g.selected].Key
}

// Select puts the cursor on a box; it reports whether there is one of that key.
func (g *Graph) Select(key string) bool {
	for i := range g.nodes {
		if g.nodes[i].Key == key {
			g.pick(i)
			return true
		}
	}
	return false
}

func (g *Graph) pick(node int) { g.selected, g.lit, g.loose = node, nil, false }

// Do moves the cursor: up and down within a layer, left and right along a line. It
// reports whether the action is one that moves.
func (g *Graph) Do(id action.ID) bool {
	if !id.IsMove() {
		return false
	}
	if len(g.nodes) == 0 {
		return true
	}
	g.lay(g.ascii)
	page := max(1, g.area.H/slotHeight)
	switch id {
	case action.Up:
		g.within(-1)
	case action.Down:
		g.within(1)
	case action.PageUp:
		g.within(-page)
	case action.PageDown:
		g.within(page)
	case action.HalfUp:
		g.within(-max(1, page/2))
	case action.HalfDown:
		g.within(max(1, page/2))
	case action.Top:
		g.within(-len(g.nodes))
	case action.Bottom:
		g.within(len(g.nodes))
	case action.Left:
		g.along(func(v *vertex) []int { return v.ins })
	case action.Right:
		g.along(func(v *vertex) []int { return v.outs })
	}
	return true
}

// within moves the cursor by some boxes of its layer.
func (g *Graph) within(by int) {
	var boxes []int
	at := 0
	for _, v := range g.layout.layers[g.nodes[g.selected].Layer] {
		if node := g.layout.vertices[v].node; node >= 0 {
			if node == g.selected {
				at = len(boxes)
			}
			boxes = append(boxes, node)
		}
	}
	g.pick(boxes[max(0, min(at+by, len(boxes)-1))])
}

// along moves the cursor over a line to the box that stands nearest.
func (g *Graph) along(beside func(*vertex) []int) {
	here, best := g.layout.vertices[g.selected].slot, -1
	away := func(node int) int { return abs(g.layout.vertices[node].slot - here) }
	for _, node := range g.layout.near(g.selected, beside) {
		if best < 0 || away(node) < away(best) {
			best = node
		}
	}
	if best >= 0 {
		g.pick(best)
	}
}

func abs(n int) int { return max(n, -n) }

// Mouse takes a click, which selects a box, or a turn of the wheel; it reports a second
// click on a box.
func (g *Graph) Mouse(m Mouse) (open bool) {
	if g.layout == nil {
		return false
	}
	if m.Wheel != 0 {
		g.top += m.Wheel
		g.loose = true
		g.clamp()
		return false
	}
	for i, box := range g.layout.boxes {
		if box.Contains(m.X+g.left, m.Y+g.top) {
			g.pick(i)
			return m.Twice
		}
	}
	return false
}

// lay lays the graph out, if it is not yet.
func (g *Graph) lay(ascii bool) {
	if g.layout != nil && g.most == g.Most && g.ascii == ascii {
		return
	}
	g.most, g.ascii, g.lit = g.Most, ascii, nil
	widths := make([]int, len(g.nodes))
	for i := range g.nodes {
		for _, line := range g.nodes[i].Lines {
			widths[i] = max(widths[i], Width(line, ascii)+g.nodes[i].markWidth(ascii))
		}
		widths[i] = min(widths[i], max(1, g.Most))
	}
	g.layout = layOut(g.nodes, g.edges, widths)
}

// markWidth is what the mark and the blank after it take.
func (n *GraphNode) markWidth(ascii bool) int {
	switch {
	case n.Mark == NoMark:
		return 0
	case ascii:
		return ASCII().MarkWidth + 1
	default:
		return Unicode().MarkWidth + 1
	}
}

// clamp keeps the area on the graph.
func (g *Graph) clamp() {
	g.left = max(0, min(g.left, g.layout.width-g.area.W))
	g.top = max(0, min(g.top, g.layout.height-g.area.H))
}

// reveal moves the area as little as it takes to have the selected box within; to its
// middle where the box was far away.
func (g *Graph) reveal() {
	box := g.layout.boxes[g.selected]
	follow := func(at *int, from, size, room int) {
		switch {
		case from+size < *at-room/2 || from > *at+room+room/2:
			*at = from + size/2 - room/2
		case from < *at:
			*at = from
		case from+size > *at+room:
			*at = from + size - room
		}
	}
	follow(&g.left, box.X, box.W, g.area.W)
	follow(&g.top, box.Y, box.H, g.area.H)
	g.clamp()
}
