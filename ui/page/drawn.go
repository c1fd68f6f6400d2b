package page

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/export"
	"github.com/aksight/aksight/ui/widget"
)

// drawnPage shows ways as a graph: boxes for identities and places, and for the steps
// between them.
type drawnPage struct {
	at    Address
	graph widget.Graph
	shown *drawnWays
	feed  feed
	area  widget.Rect
	row   string // the box to start at
}

// drawnWays is the ways of one snapshot, laid out as boxes.
type drawnWays struct {
	drawing *access.Drawing
	nodes   []widget.GraphNode
	edges   []widget.GraphEdge
	boxes   []drawnBox // what the nodes stand for, in their order
	// ends is set where the ways end in one place; otherwise they begin in one.
	ends  bool
	foot  []string
	empty string
}

// drawnBox is what a box stands for.
type drawnBox struct {
	// says names it, and tells the steps that it is about in sentences.
	says  string
	steps []string
	to    Address
	hop   *access.Hop
}

func newDrawnPage(at Address) *drawnPage {
	return &drawnPage{at: at.Base(), row: at.Row, feed: feed{name: "drawing"}}
}

// Title names the page in the breadcrumb.
func (p *drawnPage) Title(*Context) string { return "ways" }

// Place is where the drawing was left.
func (p *drawnPage) Place() Address {
	at := p.at
	at.Row = p.graph.Selected()
	return at
}

// Settling reports whether the drawing is still to come.
func (p *drawnPage) Settling() bool { return p.feed.settling() }

// Update takes a message.
func (p *drawnPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		p.feed.follow(c, p.work())
	case Hidden:
		p.feed.stop()
	case fed:
		if p.feed.done(msg) {
			p.take(msg.value.(*drawnWays))
			p.feed.follow(c, p.work())
		}
	case widget.Mouse:
		if in, is := msg.In(p.area); is && p.graph.Mouse(in) {
			p.open(c)
		}
	case action.Intent:
		p.intent(c, msg.ID)
	}
}

func (p *drawnPage) work() func(context.Context, *store.Snapshot) any {
	at := p.at
	return func(_ context.Context, s *store.Snapshot) any {
		w := world.Of(s, at.ID)
		if w == nil {
			return &drawnWays{empty: "the cluster is not there any more"}
		}
		return drawWays(w, at)
	}
}

// take shows what was drawn. The cursor begins at the box where the ways meet.
func (p *drawnPage) take(ways *drawnWays) {
	first := p.shown == nil
	p.shown = ways
	p.graph.Set(ways.nodes, ways.edges)
	if !first || p.row != "" && p.graph.Select(p.row) {
		return
	}
	for i := range ways.nodes {
		if ways.boxes[i].hop != nil {
			break // the boxes of places are the first
		}
		if n := &ways.drawing.Nodes[i]; ways.ends && n.End || !ways.ends && n.Start {
			p.graph.Select(ways.nodes[i].Key)
		}
	}
}

func (p *drawnPage) intent(c *Context, id action.ID) {
	if p.graph.Do(id) {
		return
	}
	switch id {
	case action.Open:
		p.open(c)
	case action.Copy:
		if box := p.selected(); box != nil {
			c.Copy(strings.Join(append([]string{box.says}, box.steps...), "; "), "the box")
		}
	case action.Preview:
		if box := p.selected(); box != nil && box.hop != nil {
			openWhatIf(c, p.at.ID, takingsOfHop(box.hop)...)
		}
	case action.Explain:
		openTerms(c, accessTerms...)
	case action.Refresh, action.Verify:
		if c.Inspection != nil {
			readInside(c, p.at.ID)
		}
	}
}

func (p *drawnPage) open(c *Context) {
	if box := p.selected(); box != nil && box.to.Kind != "" {
		c.Open(box.to)
	}
}

func (p *drawnPage) selected() *drawnBox {
	if p.shown == nil {
		return nil
	}
	at := slices.IndexFunc(p.shown.nodes, func(n widget.GraphNode) bool { return n.Key == p.graph.Selected() })
	if at < 0 {
		return nil
	}
	return &p.shown.boxes[at]
}

// Offers lists what works here.
func (p *drawnPage) Offers(*Context) []action.Offer {
	var offers []action.Offer
	if box := p.selected(); box != nil {
		if box.to.Kind != "" {
			offers = append(offers, action.Offer{ID: action.Open})
		}
		offers = append(offers, action.Offer{ID: action.Copy})
		preview := whatIfOffer()
		if box.hop == nil {
			preview.Not = "choose a step: a binding, a role assignment or a membership might go"
		}
		offers = append(offers, preview)
	}
	return append(offers, action.Offers(action.Explain, action.Ask, action.Refresh)...)
}

// The room that the words on the selected box have below the drawing.
const drawnWords = 5

// Draw draws the graph, and below it what the selected box stands for.
func (p *drawnPage) Draw(_ *Context, canvas *widget.Canvas, area widget.Rect) {
	if p.shown == nil || len(p.shown.nodes) == 0 {
		why := notReadYet
		if p.shown != nil {
			why = p.shown.empty
		}
		emptyText(canvas, area, 0, why)
		return
	}
	below, above := area.Bottom(min(drawnWords+1, area.H/3))
	p.area = above
	p.graph.Most = max(16, min(24, (area.W-8)/3-4))
	p.graph.Draw(canvas, above)
	canvas.Rule(below, 0, themes.Border)
	_, below = below.Top(1)
	text := newProse(below.W-4, canvas.Glyphs)
	if box := p.selected(); box != nil {
		text.paragraph(box.says, themes.Strong)
		for _, step := range box.steps {
			text.hanging(span{canvas.Glyphs.Dot + " ", themes.Faint}, step, themes.Text)
		}
	}
	for _, line := range p.shown.foot {
		text.paragraph(line, themes.Faint)
	}
	(&scroll{}).draw(canvas, below.Inset(2, 0), text.lines)
}

// Linear tells the boxes, from the left to the right.
func (p *drawnPage) Linear(*Context) Linear {
	if p.shown == nil || len(p.shown.nodes) == 0 {
		if p.shown == nil {
			return Linear{Intro: []string{notReadYet}}
		}
		return Linear{Intro: []string{p.shown.empty}}
	}
	result := Linear{Outro: p.shown.foot}
	for i := range p.shown.boxes {
		key, box := p.shown.nodes[i].Key, &p.shown.boxes[i]
		result.Rows = append(result.Rows, LinearRow{Text: joinWords(": ", box.says, strings.Join(box.steps, "; ")), Choose: func() { p.graph.Select(key) }})
	}
	return result
}

// Export returns the steps as a list, and the graph for other tools.
func (p *drawnPage) Export(*Context) *Listing {
	if p.shown == nil || p.shown.drawing == nil {
		return nil
	}
	d := p.shown.drawing
	var rows [][]string
	for i := range d.Edges {
		edge := &d.Edges[i]
		state := "active"
		if edge.Eligible {
			state = "eligible"
		} else if edge.Narrowed {
			state = "with a condition"
		}
		rows = append(rows, []string{d.Nodes[edge.From].Label, edge.Label, d.Nodes[edge.To].Label, edge.Ground, edge.Scope, sinceText(edge.Since), state})
	}
	list := rowsListing(waysTitle(p.at.Part), []string{"From", "Step", "To", "By", "Where", "Since", "State"}, rows)
	if list != nil {
		list.Texts = drawingTexts(func() *access.Drawing { return d })
	}
	return list
}

// drawingTexts are the forms of a drawing that other tools read.
func drawingTexts(drawing func() *access.Drawing) []ListingText {
	write := func(form string) func(io.Writer) error {
		return func(w io.Writer) error { return export.Drawings[form](w, drawing()) }
	}
	return []ListingText{
		{Name: "Mermaid", For: "Markdown: a flowchart that GitHub and Azure DevOps draw", End: ".mmd", Write: write("mermaid")},
		{Name: "DOT", For: "Graphviz", End: ".dot", Write: write("dot")},
		{Name: "Paths", For: "scripts: nodes and edges as JSON", End: ".json", Write: write("json")},
	}
}

// keyOf names a place; it stays the same from one snapshot to the next.
func keyOf(place access.Place) string {
	return fmt.Sprintf("%d %s %s %s", place.Kind, place.Subject, place.Namespace, place.Name)
}

// placeAt is the page of a place, if it has one.
func placeAt(cluster model.ID, place access.Place) Address {
	switch place.Kind {
	case access.AtSubject:
		return Address{Kind: Holder, ID: cluster, Part: subjectPart(place.Subject)}
	case access.AtNodes, access.AtMetadata:
		return Address{Kind: Nodes, ID: cluster}
	case access.AtEverything:
		return Address{Kind: WhoCan, ID: cluster, Part: "become cluster-admin"}
	case access.AtSecrets, access.AtPods, access.AtAccounts, access.AtNames, access.AtMade:
		if place.Namespace == "" {
			return Address{Kind: Namespaces, ID: cluster}
		}
		return namespaceAt(cluster, place.Namespace)
	default:
		return Address{}
	}
}

// stepAt is the page of what makes a step possible: the binding, or the pod.
func stepAt(cluster model.ID, hop *access.Hop) Address {
	switch binding := hop.Binding(); {
	case binding != nil && binding.Assignment == nil && (binding.Kind == model.KindRoleBinding || binding.Kind == model.KindClusterRoleBinding):
		return objectAt(cluster, binding.Ref)
	case binding != nil:
		return Address{Kind: Access, ID: cluster, Filter: binding.RoleRef.Name}
	case hop.Assignment != nil:
		return Address{Kind: Access, ID: cluster, Filter: hop.Assignment.RoleName()}
	case hop.Pod != nil:
		return objectAt(cluster, hop.Pod.Ref)
	default:
		return Address{}
	}
}
