package widget

import (
	"slices"

	"github.com/aksight/aksight/themes"
)

// graphCell is what of lines there is in a cell: its arms, to which sides a line goes
// on, and whose they are.
type graphCell struct {
	arms  uint8
	looks uint8
	// net is the track that passes here, or -1; lines that have no part in it pass below.
	net int
}

const (
	armUp uint8 = 1 << iota
	armDown
	armLeft
	armRight
)

const (
	litLine uint8 = 1 << iota
	dashedLine
	solidLine
	headOfLine
	boxFrame
	selectedFrame
)

// joints are the signs of arms, by their bits.
var joints = [16]string{
	armUp: "╵", armDown: "╷", armLeft: "╴", armRight: "╶",
	armUp | armDown: "│", armLeft | armRight: "─",
	armDown | armRight: "┌", armDown | armLeft: "┐", armUp | armRight: "└", armUp | armLeft: "┘",
	armUp | armDown | armRight: "├", armUp | armDown | armLeft: "┤",
	armLeft | armRight | armDown: "┬", armLeft | armRight | armUp: "┴",
	armUp | armDown | armLeft | armRight: "┼",
}

// doubled are those of the selected box, whose lines leave it as the others do.
var doubled = map[string]string{"┌": "╔", "┐": "╗", "└": "╚", "┘": "╝", "│": "║", "─": "═", "├": "╟", "┤": "╢"}

// sign is what to draw in a cell.
func (c *graphCell) sign(ascii bool) string {
	dashed := c.looks&dashedLine != 0 && c.looks&solidLine == 0
	if ascii {
		return c.plain(dashed)
	}
	sign := joints[c.arms]
	switch {
	case c.looks&headOfLine != 0:
		return "→"
	case c.looks&selectedFrame != 0 && doubled[sign] != "":
		return doubled[sign]
	case dashed && sign == "│":
		return "╎"
	case dashed && sign == "─":
		return "╌"
	default:
		return sign
	}
}

// plain is the sign in plain ASCII.
func (c *graphCell) plain(dashed bool) string {
	switch {
	case c.looks&headOfLine != 0:
		return ">"
	case c.looks&selectedFrame != 0:
		return "#"
	case c.arms&(armLeft|armRight) == 0 && dashed:
		return ":"
	case c.arms&(armLeft|armRight) == 0:
		return "|"
	case c.arms&(armUp|armDown) == 0 && dashed:
		return "."
	case c.arms&(armUp|armDown) == 0:
		return "-"
	default:
		return "+"
	}
}

func (c *graphCell) style() themes.Style {
	switch {
	case c.looks&selectedFrame != 0:
		return themes.Accent | themes.Bold
	case c.looks&litLine != 0:
		return themes.Accent
	case c.looks&boxFrame != 0:
		return themes.Muted
	default:
		return themes.Border
	}
}

// Draw draws what is in sight of the graph, and at the edges where there is more.
func (g *Graph) Draw(c *Canvas, area Rect) {
	if len(g.nodes) == 0 || area.W < 3 || area.H < 1 {
		g.area = area
		return
	}
	first := g.layout == nil && g.area == Rect{}
	g.area = area
	g.lay(c.Glyphs.ASCII)
	if g.lit == nil {
		g.lit = g.layout.along(g.selected)
	}
	if first {
		g.left, g.top = g.layout.width, g.layout.boxes[g.selected].Y-area.H/2
	}
	if !g.loose {
		g.reveal()
	}
	g.clamp()
	g.lines()
	for y := range area.H {
		pen := c.Line(area, y)
		for x := range area.W {
			if cell := &g.cells[y*area.W+x]; cell.arms != 0 {
				pen.To(x)
				pen.Repeat(cell.sign(c.Glyphs.ASCII), 1, cell.style())
			}
		}
	}
	for i := range g.nodes {
		g.text(c, i)
	}
	g.hints(c)
}

// text writes what stands in a box.
func (g *Graph) text(c *Canvas, node int) {
	box, n := g.layout.boxes[node], &g.nodes[node]
	inner := Rect{box.X + 2 - g.left, box.Y + 1 - g.top, box.W - boxExtra, boxLines}
	if inner.X+inner.W <= 0 || inner.X >= g.area.W || inner.Y+inner.H <= 0 || inner.Y >= g.area.H {
		return
	}
	// A box that is only partly in sight is cut, and its text with it: it is drawn beside
	// the screen, as it were, and what is in sight of it taken over.
	beside := NewCanvas(inner.W, boxLines, c.Glyphs)
	for y, line := range n.Lines {
		pen, style := beside.Line(beside.Area(), y), themes.Muted
		if y == 0 {
			style = n.Style
			if n.Mark != NoMark {
				pen.Mark(n.Mark)
				pen.Skip(1)
			}
		}
		pen.Write(line, style)
	}
	if node == g.selected {
		beside.Tint(beside.Area(), themes.Selected)
	}
	c.paste(beside, Rect{g.area.X + inner.X, g.area.Y + inner.Y, inner.W, inner.H}, g.area)
}

// hints shows at the edges that there is more.
func (g *Graph) hints(c *Canvas) {
	left, right := "‹", "›"
	if c.Glyphs.ASCII {
		left, right = "<", ">"
	}
	hint := func(is bool, x, y int, sign string) {
		if is {
			pen := c.Line(Rect{g.area.X + x, g.area.Y, 1, g.area.H}, y)
			pen.Repeat(sign, 1, themes.Accent)
		}
	}
	middle := g.area.H / 2
	hint(g.left > 0, 0, middle, left)
	hint(g.left+g.area.W < g.layout.width, g.area.W-1, middle, right)
	hint(g.top > 0, g.area.W-1, 0, c.Glyphs.Up)
	hint(g.top+g.area.H < g.layout.height, g.area.W-1, g.area.H-1, c.Glyphs.Down)
}

// lines fills the cells in sight with the arms of boxes and lines.
func (g *Graph) lines() {
	size := g.area.W * g.area.H
	if cap(g.cells) < size {
		g.cells = make([]graphCell, size)
	}
	g.cells = g.cells[:size]
	for i := range g.cells {
		g.cells[i] = graphCell{net: -1}
	}
	for i := range g.layout.links {
		g.track(&g.layout.links[i])
	}
	for i := range g.layout.links {
		g.row(&g.layout.links[i])
	}
	for i, box := range g.layout.boxes {
		g.frame(box, i == g.selected)
	}
}

// at is the cell at a place of the graph, or nil where it is out of sight.
func (g *Graph) at(x, y int) *graphCell {
	x, y = x-g.left, y-g.top
	if x < 0 || x >= g.area.W || y < 0 || y >= g.area.H {
		return nil
	}
	return &g.cells[y*g.area.W+x]
}

func (g *Graph) arm(x, y int, arms, looks uint8) {
	if cell := g.at(x, y); cell != nil {
		cell.arms |= arms
		cell.looks |= looks
	}
}

// looks are those of a link: lit where it is on a way through the selected box.
func (g *Graph) looks(k *link) uint8 {
	looks := solidLine
	if k.dashed {
		looks = dashedLine
	}
	if g.lit[k.from] && g.lit[k.to] {
		looks |= litLine
	}
	return looks
}

// track draws the vertical part of a link, and that of a bend which it comes to in the
// lower row.
func (g *Graph) track(k *link) {
	looks := g.looks(k)
	if k.track >= 0 {
		g.column(k.track, min(k.y, k.end), max(k.y, k.end), looks, k.net)
	}
	to := &g.layout.vertices[k.to]
	if out := to.slot*slotHeight + outRow; to.node < 0 && k.end != out {
		g.column(k.last, out, k.end, looks, -1)
	}
}

func (g *Graph) column(x, low, high int, looks uint8, net int) {
	if x < g.left || x >= g.left+g.area.W {
		return
	}
	for y := max(low, g.top); y <= min(high, g.top+g.area.H-1); y++ {
		arms := armUp | armDown
		switch y {
		case low:
			arms = armDown
		case high:
			arms = armUp
		}
		g.arm(x, y, arms, looks)
		g.at(x, y).net = net
	}
}

// row draws the horizontal parts of a link. They meet the tracks that begin or end at
// the same box.
func (g *Graph) row(k *link) {
	looks := g.looks(k)
	from, to := &g.layout.vertices[k.from], &g.layout.vertices[k.to]
	if k.track < 0 {
		g.run(k.x, k.last, k.y, looks, func(net int) bool {
			return slices.Contains(from.outNets, net) || slices.Contains(to.inNets, net)
		})
	} else {
		g.run(k.x, k.track, k.y, looks, func(net int) bool { return slices.Contains(from.outNets, net) })
		g.run(k.track, k.last, k.end, looks, func(net int) bool { return slices.Contains(to.inNets, net) })
	}
	if to.node >= 0 {
		g.arm(k.last, k.end, armLeft|armRight, looks|headOfLine)
	}
}

// run draws a horizontal line. Where a track that it does not meet is in its way, it
// passes below.
func (g *Graph) run(from, to, y int, looks uint8, meets func(net int) bool) {
	if y < g.top || y >= g.top+g.area.H {
		return
	}
	for x := max(from, g.left); x <= min(to, g.left+g.area.W-1); x++ {
		arms := armLeft | armRight
		switch x {
		case from:
			arms = armRight
		case to:
			arms = armLeft
		}
		if net := g.at(x, y).net; net < 0 || meets(net) {
			g.arm(x, y, arms, looks)
		}
	}
}

// frame draws round a box.
func (g *Graph) frame(box Rect, selected bool) {
	looks := boxFrame
	if selected {
		looks |= selectedFrame
	}
	right, bottom := box.X+box.W-1, box.Y+box.H-1
	if right < g.left || box.X >= g.left+g.area.W || bottom < g.top || box.Y >= g.top+g.area.H {
		return
	}
	for x := box.X + 1; x < right; x++ {
		g.arm(x, box.Y, armLeft|armRight, looks)
		g.arm(x, bottom, armLeft|armRight, looks)
	}
	for y := box.Y + 1; y < bottom; y++ {
		g.arm(box.X, y, armUp|armDown, looks)
		g.arm(right, y, armUp|armDown, looks)
	}
	g.arm(box.X, box.Y, armDown|armRight, looks)
	g.arm(right, box.Y, armDown|armLeft, looks)
	g.arm(box.X, bottom, armUp|armRight, looks)
	g.arm(right, bottom, armUp|armLeft, looks)
}
