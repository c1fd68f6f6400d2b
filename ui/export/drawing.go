package export

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/aksight/aksight/inspect/access"
)

// Drawings are the writers of paths as graphs, by the name of their form.
var Drawings = map[string]func(io.Writer, *access.Drawing) error{
	"mermaid": DrawingMermaid, "dot": DrawingDOT, "json": DrawingJSON,
}

// DrawingMermaid writes paths as a flowchart of Mermaid, as Markdown on GitHub and Azure
// DevOps shows them. Steps that take a role which is not active are dashed.
func DrawingMermaid(w io.Writer, d *access.Drawing) error {
	var out strings.Builder
	out.WriteString("flowchart LR\n")
	for i := range d.Nodes {
		open, shut := "[", "]"
		switch {
		case d.Nodes[i].End:
			open, shut = "{{", "}}"
		case d.Nodes[i].Start:
			open, shut = "([", "])"
		}
		fmt.Fprintf(&out, "    n%d%s\"%s\"%s\n", i, open, mermaidText(d.Nodes[i].Label), shut)
	}
	for i := range d.Edges {
		edge := &d.Edges[i]
		arrow := "-->"
		if edge.Eligible {
			arrow = "-.->"
		}
		fmt.Fprintf(&out, "    n%d %s|\"%s\"| n%d\n", edge.From, arrow, mermaidText(edgeText(edge, "<br/>")), edge.To)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// edgeText is what stands at an edge: the step, and below it what makes it possible.
func edgeText(edge *access.DrawnEdge, newline string) string {
	text := edge.Label
	if edge.Eligible {
		text += " (eligible)"
	}
	if edge.Narrowed {
		text += " (a condition could limit it)"
	}
	if edge.Ground != "" {
		text += newline + edge.Ground
		if edge.Scope != "" {
			text += ", " + edge.Scope
		}
	}
	return text
}

// mermaidText escapes a label: Mermaid reads entities of its own in quoted text, and
// takes much else for markup.
func mermaidText(text string) string {
	const lineBreak = "<br/>"
	parts := strings.Split(text, lineBreak)
	for i, part := range parts {
		var out strings.Builder
		for _, r := range clean(part) {
			if strings.ContainsRune("\"#<>&`;\\[]{}()|*_~$%", r) {
				fmt.Fprintf(&out, "#%d;", r)
			} else {
				out.WriteRune(r)
			}
		}
		parts[i] = out.String()
	}
	return strings.Join(parts, lineBreak)
}

// DrawingDOT writes paths in the language of Graphviz.
func DrawingDOT(w io.Writer, d *access.Drawing) error {
	var out strings.Builder
	out.WriteString("digraph paths {\n    rankdir=LR;\n    node [shape=box];\n")
	for i := range d.Nodes {
		more := ""
		switch {
		case d.Nodes[i].End:
			more = ", shape=doubleoctagon"
		case d.Nodes[i].Start:
			more = ", style=rounded"
		}
		fmt.Fprintf(&out, "    n%d [label=\"%s\"%s];\n", i, dotText(d.Nodes[i].Label), more)
	}
	for i := range d.Edges {
		edge := &d.Edges[i]
		more := ""
		if edge.Eligible {
			more = ", style=dashed"
		}
		fmt.Fprintf(&out, "    n%d -> n%d [label=\"%s\"%s];\n", edge.From, edge.To, dotText(edgeText(edge, "\n")), more)
	}
	out.WriteString("}\n")
	_, err := io.WriteString(w, out.String())
	return err
}

func dotText(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(clean(line))
	}
	return strings.Join(lines, `\n`)
}

// PathsSchema names the form of paths as a graph in JSON.
const PathsSchema = "aksight.paths/1"

type drawnGraph struct {
	Schema string      `json:"schema"`
	Nodes  []drawnNode `json:"nodes"`
	Edges  []drawnEdge `json:"edges"`
}

type drawnNode struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Layer int    `json:"layer"`
	Start bool   `json:"start,omitempty"`
	End   bool   `json:"end,omitempty"`
}

type drawnEdge struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Label    string `json:"label"`
	By       string `json:"by,omitempty"`
	Scope    string `json:"scope,omitempty"`
	Since    string `json:"since,omitempty"`
	Eligible bool   `json:"eligible,omitempty"`
	Narrowed bool   `json:"narrowed,omitempty"`
	Says     string `json:"says"`
}

// DrawingJSON writes paths as nodes and edges.
func DrawingJSON(w io.Writer, d *access.Drawing) error {
	graph := drawnGraph{Schema: PathsSchema, Nodes: []drawnNode{}, Edges: []drawnEdge{}}
	for i, node := range d.Nodes {
		graph.Nodes = append(graph.Nodes, drawnNode{ID: fmt.Sprintf("n%d", i), Label: node.Label, Layer: node.Layer, Start: node.Start, End: node.End})
	}
	for i := range d.Edges {
		edge := &d.Edges[i]
		drawn := drawnEdge{
			From: fmt.Sprintf("n%d", edge.From), To: fmt.Sprintf("n%d", edge.To), Label: edge.Label, By: edge.Ground, Scope: edge.Scope,
			Eligible: edge.Eligible, Narrowed: edge.Narrowed, Says: edge.Says,
		}
		if !edge.Since.IsZero() {
			drawn.Since = edge.Since.UTC().Format("2006-01-02T15:04:05Z")
		}
		graph.Edges = append(graph.Edges, drawn)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(graph)
}
