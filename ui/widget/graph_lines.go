package widget

import (
	"cmp"
	"slices"
)

// leastGutter is the room between two layers for a line and its head.
const leastGutter = 4

// draw finds the columns of the layers, and the way of each line between them.
func (l *graphLayout) draw(nodes []GraphNode, widths []int, dashed map[[2]int]bool) {
	l.boxes = make([]Rect, len(nodes))
	wide := make([]int, len(l.layers))
	for i := range nodes {
		wide[nodes[i].Layer] = max(wide[nodes[i].Layer], widths[i]+boxExtra)
	}
	starts, x := make([]int, len(l.layers)), 0
	for layer := range l.layers {
		starts[layer] = x
		for _, v := range l.layers[layer] {
			l.height = max(l.height, (l.vertices[v].slot+1)*slotHeight)
			if node := l.vertices[v].node; node >= 0 {
				l.boxes[node] = Rect{x, l.vertices[v].slot * slotHeight, wide[layer], slotHeight}
			}
		}
		x += max(1, wide[layer])
		l.width = x
		if layer+1 < len(l.layers) {
			x += l.gutter(layer+1, x)
		}
	}
	for i := range l.links {
		k := &l.links[i]
		from, to := &l.vertices[k.from], &l.vertices[k.to]
		k.x, k.last = starts[from.layer], starts[to.layer]
		if from.node >= 0 {
			k.x += wide[from.layer] - 1 // in its frame
		}
		if to.node >= 0 {
			k.last-- // where its head stands
		}
		k.dashed = dashed[[2]int{k.from, k.to}]
	}
}

// run is the vertical part of some lines, and the rows that it is between.
type run struct{ net, low, high int }

// gutter makes the links that come into a layer, whose gutter begins at a column, and
// returns how wide that is. Lines to one box share a track, but for those from a box that
// has others too: on a shared one they would seem to come from everywhere it begins.
func (l *graphLayout) gutter(layer, x int) int {
	standing := map[int]bool{}
	for _, v := range l.layers[layer-1] {
		standing[l.vertices[v].slot] = true
	}
	var runs []run
	begin, net := len(l.links), l.nets
	for _, to := range l.layers[layer] {
		v := &l.vertices[to]
		end, straight := v.slot*slotHeight+outRow, -1
		for _, from := range v.ins {
			if l.vertices[from].slot == v.slot && (len(v.ins) == 1 || len(l.vertices[from].outs) == 1) {
				straight = from
			}
		}
		if straight < 0 && standing[v.slot] {
			end = v.slot*slotHeight + lowRow
		}
		shared := run{net: net, low: end, high: end}
		net++
		for _, from := range v.ins {
			k := link{from: from, to: to, y: l.vertices[from].slot*slotHeight + outRow, end: end, track: -1, net: -1}
			switch {
			case from == straight:
			case len(v.ins) > 1 && len(l.vertices[from].outs) > 1:
				k.net = net
				runs = append(runs, run{net, min(k.y, end), max(k.y, end)})
				net++
			default:
				k.net = shared.net
				shared.low, shared.high = min(shared.low, k.y), max(shared.high, k.y)
			}
			l.links = append(l.links, k)
		}
		if shared.low < shared.high {
			runs = append(runs, shared)
		}
	}
	l.nets = net
	tracks, count := assign(runs)
	for i := begin; i < len(l.links); i++ {
		if k := &l.links[i]; k.net >= 0 {
			k.track = x + 1 + tracks[k.net]
			add(&l.vertices[k.from].outNets, k.net)
			add(&l.vertices[k.to].inNets, k.net)
		}
	}
	return max(leastGutter, count+3)
}

func add(nets *[]int, net int) {
	if !slices.Contains(*nets, net) {
		*nets = append(*nets, net)
	}
}

// assign gives every run a track, so that no two on one touch each other.
func assign(runs []run) (tracks map[int]int, count int) {
	slices.SortStableFunc(runs, func(a, b run) int { return cmp.Compare(a.low, b.low) })
	tracks = map[int]int{}
	var ends []int // the lowest row of each track so far
	for _, r := range runs {
		at := slices.IndexFunc(ends, func(end int) bool { return end < r.low })
		if at < 0 {
			at = len(ends)
			ends = append(ends, 0)
		}
		ends[at], tracks[r.net] = r.high, at
	}
	return tracks, len(ends)
}

// near are the boxes that a box's lines lead to, or come from: past all bends.
func (l *graphLayout) near(v int, beside func(*vertex) []int) []int {
	var found []int
	for _, other := range beside(&l.vertices[v]) {
		if node := l.vertices[other].node; node >= 0 {
			found = append(found, node)
		} else {
			found = append(found, l.near(other, beside)...)
		}
	}
	return found
}

// along are the vertices that ways through one lead over, in both directions.
func (l *graphLayout) along(v int) map[int]bool {
	seen := map[int]bool{v: true}
	for _, beside := range []func(*vertex) []int{func(v *vertex) []int { return v.ins }, func(v *vertex) []int { return v.outs }} {
		queue := []int{v}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			for _, other := range beside(&l.vertices[at]) {
				if !seen[other] {
					seen[other] = true
					queue = append(queue, other)
				}
			}
		}
	}
	return seen
}
