package widget

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// someGraph is a graph of that many layers, different for every seed.
func someGraph(seed uint64) (nodes []GraphNode, edges []GraphEdge) {
	random := rand.New(rand.NewPCG(seed, 1))
	layers := 2 + random.IntN(4)
	for layer := range layers {
		for range 1 + random.IntN(5) {
			key := fmt.Sprintf("%d.%d", layer, len(nodes))
			nodes = append(nodes, GraphNode{Key: key, Lines: [2]string{key, "x"}, Layer: layer})
		}
	}
	known := map[GraphEdge]bool{}
	for from := range nodes {
		for range random.IntN(4) {
			edge := GraphEdge{From: from, To: random.IntN(len(nodes))}
			if nodes[edge.From].Layer < nodes[edge.To].Layer && !known[edge] {
				known[edge] = true
				edges = append(edges, edge)
			}
		}
	}
	return nodes, edges
}

// A reader who follows the lines of a drawing from a box, never to the left, and on the
// line that ends in a head straight to it, comes to the boxes that its edges lead to, and
// to no other.
func TestADrawingSaysItsEdges(t *testing.T) {
	for seed := range uint64(400) {
		nodes, edges := someGraph(seed)
		g := &Graph{Most: 12}
		g.Set(nodes, edges)
		canvas := NewCanvas(600, 400, Unicode())
		g.Draw(canvas, canvas.Area())
		require.LessOrEqual(t, g.layout.width, 600)
		for i, box := range g.layout.boxes {
			for _, other := range g.layout.boxes[:i] {
				require.False(t, box.X < other.X+other.W && other.X < box.X+box.W && box.Y < other.Y+other.H && other.Y < box.Y+box.H,
					"%d: two boxes at one place", seed)
			}
		}
		for from := range nodes {
			want := map[int]bool{}
			for _, edge := range edges {
				if edge.From == from {
					want[edge.To] = true
				}
			}
			require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(follow(g, from))), "seed %d from %s\n%s", seed, nodes[from].Key, strings.TrimSpace(canvas.String()))
		}
	}
}

// follow goes along the lines from a box, and returns the boxes that it comes to.
func follow(g *Graph, from int) map[int]bool {
	box := g.layout.boxes[from]
	found := map[int]bool{}
	seen := map[Point]bool{}
	heads := map[Point]bool{} // the cells before a head, in its row
	for _, k := range g.layout.links {
		if to := &g.layout.vertices[k.to]; to.node < 0 || k.track < 0 && len(to.ins) == 1 {
			continue
		}
		begin := k.track
		if begin < 0 {
			begin = k.x
		}
		for x := begin; x < k.last; x++ {
			heads[Point{x, k.end}] = true
		}
	}
	cell := func(p Point) graphCell {
		if c := g.at(p.X, p.Y); c != nil {
			return *c
		}
		return graphCell{}
	}
	queue := []Point{}
	right := func(p Point) {
		for next := (Point{p.X + 1, p.Y}); next.X < g.layout.width; next.X++ {
			if cell(next).arms&armLeft != 0 {
				queue = append(queue, next)
				return
			}
		}
	}
	if start := (Point{box.X + box.W - 1, box.Y + outRow}); cell(start).arms&armRight != 0 {
		right(start)
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		here := cell(at)
		if here.looks&headOfLine != 0 {
			found[slices.IndexFunc(g.layout.boxes, func(b Rect) bool { return b.Contains(at.X+1, at.Y) })] = true
			continue
		}
		if here.arms&armRight != 0 {
			right(at)
		}
		if heads[at] && here.arms&armRight != 0 {
			continue
		}
		if up := (Point{at.X, at.Y - 1}); here.arms&armUp != 0 && cell(up).arms&armDown != 0 {
			queue = append(queue, up)
		}
		if down := (Point{at.X, at.Y + 1}); here.arms&armDown != 0 && cell(down).arms&armUp != 0 {
			queue = append(queue, down)
		}
	}
	return found
}

// The same graph always looks the same.
func TestALayoutIsTheSameEveryTime(t *testing.T) {
	for seed := range uint64(20) {
		nodes, edges := someGraph(seed)
		widths := make([]int, len(nodes))
		first := layOut(nodes, edges, widths)
		assert.Equal(t, first, layOut(nodes, edges, widths))
	}
}

func TestAGraphOfThousandsIsLaidOut(t *testing.T) {
	nodes := []GraphNode{{Key: "end", Layer: 2}, {Key: "step", Layer: 1}}
	edges := []GraphEdge{{From: 1, To: 0}}
	for i := range 5000 {
		nodes = append(nodes, GraphNode{Key: fmt.Sprint(i)})
		edges = append(edges, GraphEdge{From: len(nodes) - 1, To: 1})
	}
	l := layOut(nodes, edges, make([]int, len(nodes)))
	assert.Equal(t, 5000*slotHeight, l.height)
	assert.InDelta(t, l.height/2, l.boxes[0].Y, slotHeight)
}
