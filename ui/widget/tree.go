package widget

import (
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
)

// Branches is what a tree shows. Children are asked for when a node is unfolded.
type Branches[K comparable] interface {
	Roots() []K
	Children(node K) []K
	// Leaf reports whether a node cannot be unfolded.
	Leaf(node K) bool
	// Line writes a node's line.
	Line(node K, pen *Pen)
}

// Tree shows nodes that fold and unfold. Its cost is that of the nodes in sight.
type Tree[K comparable] struct {
	branches Branches[K]
	nodes    []node[K] // those in unfolded branches, from top to bottom
	open     map[K]bool
	view     view
}

type node[K comparable] struct {
	key   K
	depth int
}

// Set shows branches. What was unfolded stays so, and the cursor stays on its node.
func (t *Tree[K]) Set(branches Branches[K]) {
	selected, had := t.Selected()
	t.branches = branches
	t.nodes = t.nodes[:0]
	t.append(branches.Roots(), 0)
	t.view.length = len(t.nodes)
	if had {
		t.Select(selected)
	}
	t.view.clamp()
}

// deepest bounds a tree that leads back to itself.
const deepest = 64

func (t *Tree[K]) append(keys []K, depth int) {
	for _, key := range keys {
		t.nodes = append(t.nodes, node[K]{key, depth})
		if t.open[key] && depth < deepest {
			t.append(t.branches.Children(key), depth+1)
		}
	}
}

// Selected returns the node that the cursor is on.
func (t *Tree[K]) Selected() (key K, ok bool) {
	if t.view.cursor >= len(t.nodes) {
		return key, false
	}
	return t.nodes[t.view.cursor].key, true
}

// Select puts the cursor on a node in sight; it reports whether it is.
func (t *Tree[K]) Select(key K) bool {
	for i := range t.nodes {
		if t.nodes[i].key == key {
			t.view.cursor = i
			return true
		}
	}
	return false
}

// IsOpen reports whether a node is unfolded.
func (t *Tree[K]) IsOpen(key K) bool { return t.open[key] }

// Fold folds or unfolds a node in sight.
func (t *Tree[K]) Fold(key K, open bool) {
	if t.branches == nil || open == t.open[key] || open && t.branches.Leaf(key) {
		return
	}
	if t.open == nil {
		t.open = map[K]bool{}
	}
	t.open[key] = open
	t.Set(t.branches)
}

// Do moves the cursor, folds and unfolds; it reports whether the action is one of
// a tree's.
func (t *Tree[K]) Do(id action.ID) bool {
	switch id {
	case action.Left:
		t.left()
	case action.Right:
		if key, ok := t.Selected(); ok {
			t.Fold(key, true)
		}
	default:
		return t.view.do(id)
	}
	return true
}

// left folds the selected branch, or goes to the one it is on.
func (t *Tree[K]) left() {
	key, ok := t.Selected()
	if !ok {
		return
	}
	if t.open[key] {
		t.Fold(key, false)
		return
	}
	depth := t.nodes[t.view.cursor].depth
	for i := t.view.cursor; i >= 0; i-- {
		if t.nodes[i].depth < depth {
			t.view.cursor = i
			return
		}
	}
}

// Mouse takes a click or a turn of the wheel; a second click folds or unfolds, and
// it reports a second click on a leaf.
func (t *Tree[K]) Mouse(m Mouse) (open bool) {
	if m.Wheel != 0 {
		t.view.wheel(m.Wheel)
		return false
	}
	at := t.view.top + m.Y
	if m.Y < 0 || m.Y >= t.view.height || at >= len(t.nodes) {
		return false
	}
	t.view.cursor = at
	key := t.nodes[at].key
	if !m.Twice {
		return false
	}
	if t.branches.Leaf(key) {
		return true
	}
	t.Fold(key, !t.open[key])
	return false
}

// Draw draws the nodes around the cursor.
func (t *Tree[K]) Draw(c *Canvas, area Rect) {
	t.view.show(area.H)
	for y := range min(t.view.height, len(t.nodes)-t.view.top) {
		at := t.view.top + y
		n := t.nodes[at]
		pen := c.Line(area, y)
		pen.Skip(2 + min(2*n.depth, area.W/2))
		switch {
		case t.branches.Leaf(n.key):
			pen.Mark(NoMark)
		case t.open[n.key]:
			pen.Mark(UnfoldedMark)
		default:
			pen.Mark(FoldedMark)
		}
		pen.Skip(1)
		t.branches.Line(n.key, &pen)
		if at == t.view.cursor {
			cursor := c.Line(area, y)
			cursor.Write(c.Glyphs.Cursor, themes.Accent)
			c.Tint(Rect{area.X, area.Y + y, area.W, 1}, themes.Selected)
		}
	}
}
