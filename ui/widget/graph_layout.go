package widget

import (
	"cmp"
	"slices"
)

// A graph is laid out in layers from left to right. Lines that pass over a layer go
// through a bend in it, and those that lead to the same box share their bends. Every
// layer's boxes and bends stand in slots, each as high as a box, so that a line that
// leaves a box keeps to a row that no other line has.

// What a box takes, with its frame.
const (
	slotHeight = 4
	boxLines   = 2
	boxExtra   = 4 // frame and blanks beside the text
	// outRow is the row of its slot in which a line leaves a box; lines come in there, or
	// a row lower where another box stands at the same height before it.
	outRow, lowRow = 1, 2
	// sweeps is how often the order within layers is bettered.
	sweeps = 4
)

// vertex is a box or a bend.
type vertex struct {
	node  int // -1 for a bend
	layer int
	slot  int
	// ins and outs are the vertices of the layers beside it that lines lead to.
	ins, outs []int
	// inNets and outNets are the tracks that lines come and leave by.
	inNets, outNets []int
}

// link is a line from a vertex to one of the next layer: along the row y to the track,
// up or down it, and along the row end. A straight one has no track.
type link struct {
	from, to int
	track    int // column of its vertical part, or -1
	net      int // names the track; lines that share one have the same
	y, end   int
	x, last  int // columns of its first and last cell
	dashed   bool
}

// graphLayout says where everything of a graph stands.
type graphLayout struct {
	vertices      []vertex
	boxes         []Rect // of the nodes
	layers        [][]int
	links         []link
	nets          int // how many tracks have a name
	width, height int
}

// layOut lays a graph out. widths are those of the nodes' texts.
func layOut(nodes []GraphNode, edges []GraphEdge, widths []int) *graphLayout {
	l := &graphLayout{}
	dashed := l.connect(nodes, edges)
	l.order()
	l.place()
	l.draw(nodes, widths, dashed)
	return l
}

// bend names the bend in a layer of the lines that lead to a node; or of the one that
// does from another node, where more than that one line leave it: on a shared one all of
// them would seem to lead on.
type bend struct{ from, to, layer int }

// connect makes the vertices and their neighbours; it returns the pairs of neighbours
// between which every step is a dashed one.
func (l *graphLayout) connect(nodes []GraphNode, edges []GraphEdge) map[[2]int]bool {
	layers := 0
	for i := range nodes {
		l.vertices = append(l.vertices, vertex{node: i, layer: nodes[i].Layer})
		layers = max(layers, nodes[i].Layer+1)
	}
	bends := map[bend]int{}
	dashed := map[[2]int]bool{}
	join := func(from, to int, dash bool) {
		pair := [2]int{from, to}
		if before, known := dashed[pair]; known {
			dashed[pair] = before && dash
			return
		}
		dashed[pair] = dash
		l.vertices[from].outs = append(l.vertices[from].outs, to)
		l.vertices[to].ins = append(l.vertices[to].ins, from)
	}
	leave := make([]int, len(nodes))
	for _, edge := range edges {
		leave[edge.From]++
	}
	for _, edge := range edges {
		at, own := edge.From, -1
		if leave[edge.From] > 1 {
			own = edge.From
		}
		for layer := nodes[edge.From].Layer + 1; layer < nodes[edge.To].Layer; layer++ {
			key := bend{own, edge.To, layer}
			next, known := bends[key]
			if !known {
				next = len(l.vertices)
				bends[key] = next
				l.vertices = append(l.vertices, vertex{node: -1, layer: layer})
			}
			join(at, next, edge.Dashed)
			at = next
		}
		if nodes[edge.From].Layer < nodes[edge.To].Layer {
			join(at, edge.To, edge.Dashed)
		}
	}
	l.layers = make([][]int, layers)
	for i := range l.vertices {
		l.layers[l.vertices[i].layer] = append(l.layers[l.vertices[i].layer], i)
	}
	return dashed
}

// order puts the vertices of each layer into an order in which few lines cross: each
// near the middle of those that it is joined with, first seen from the right, where all
// lines end.
func (l *graphLayout) order() {
	l.number()
	for range sweeps {
		for layer := len(l.layers) - 2; layer >= 0; layer-- {
			l.arrange(layer, func(v *vertex) []int { return v.outs })
		}
		for layer := 1; layer < len(l.layers); layer++ {
			l.arrange(layer, func(v *vertex) []int { return v.ins })
		}
	}
	for layer := len(l.layers) - 2; layer >= 0; layer-- {
		l.arrange(layer, func(v *vertex) []int { return v.outs })
	}
}

// number has each vertex in the slot of its place in its layer.
func (l *graphLayout) number() {
	for _, layer := range l.layers {
		for slot, v := range layer {
			l.vertices[v].slot = slot
		}
	}
}

func (l *graphLayout) arrange(layer int, beside func(*vertex) []int) {
	middle := map[int]int{}
	for _, v := range l.layers[layer] {
		middle[v] = l.middle(v, beside)
	}
	slices.SortStableFunc(l.layers[layer], func(a, b int) int { return cmp.Compare(middle[a], middle[b]) })
	for slot, v := range l.layers[layer] {
		l.vertices[v].slot = slot
	}
}

// middle is the slot in the middle of those that a vertex is joined with; its own where
// there are none.
func (l *graphLayout) middle(v int, beside func(*vertex) []int) int {
	joined := beside(&l.vertices[v])
	if len(joined) == 0 {
		return l.vertices[v].slot
	}
	slots := make([]int, len(joined))
	for i, other := range joined {
		slots[i] = l.vertices[other].slot
	}
	slices.Sort(slots)
	return slots[(len(slots)-1)/2]
}

// place gives slots: each vertex as near as it can come to the middle of those that it is
// joined with, in the order of its layer.
func (l *graphLayout) place() {
	l.number()
	for range 2 {
		for layer := 1; layer < len(l.layers); layer++ {
			l.settle(layer, func(v *vertex) []int { return v.ins })
		}
		for layer := len(l.layers) - 2; layer >= 0; layer-- {
			l.settle(layer, func(v *vertex) []int { return v.outs })
		}
	}
	least := 0
	for i := range l.vertices {
		least = min(least, l.vertices[i].slot)
	}
	for i := range l.vertices {
		l.vertices[i].slot -= least
	}
}

// settle moves the vertices of a layer. Wished-for slots that would collide are spread
// round their mean: the nearest that keeps the order.
func (l *graphLayout) settle(layer int, beside func(*vertex) []int) {
	type block struct{ sum, count int }
	var blocks []block
	for i, v := range l.layers[layer] {
		blocks = append(blocks, block{l.middle(v, beside) - i, 1})
		for n := len(blocks); n > 1 && blocks[n-2].sum*blocks[n-1].count > blocks[n-1].sum*blocks[n-2].count; n = len(blocks) {
			blocks[n-2].sum += blocks[n-1].sum
			blocks[n-2].count += blocks[n-1].count
			blocks = blocks[:n-1]
		}
	}
	at := 0
	for _, b := range blocks {
		mean := floor(b.sum, b.count)
		for range b.count {
			l.vertices[l.layers[layer][at]].slot = mean + at
			at++
		}
	}
}

func floor(a, b int) int {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}
