package export

import (
	"fmt"
	"io"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/model"
)

// AccessNode is a line of a tree that tells what somebody has in reach.
type AccessNode struct {
	Text     string         `json:"text"`
	Severity model.Severity `json:"severity"`
	Why      string         `json:"why,omitempty"`
	// Object is what it is about, as KIND NAMESPACE/NAME.
	Object   string       `json:"object,omitempty"`
	Children []AccessNode `json:"children,omitempty"`
}

// AddTree makes a tree the answer.
func (a *Access) AddTree(n *access.Node) {
	tree := accessNode(n)
	a.Tree = &tree
}

func accessNode(n *access.Node) AccessNode {
	node := AccessNode{Text: n.Text, Severity: n.Severity, Why: n.Why}
	if n.Ref != (model.Ref{}) {
		node.Object = n.Ref.String()
	}
	for i := range n.Children {
		node.Children = append(node.Children, accessNode(&n.Children[i]))
	}
	return node
}

// accessTree writes a tree for people, with the severity where there is one.
func accessTree(w io.Writer, n *AccessNode, indent string) {
	line := clean(n.Text)
	if n.Severity > model.Info {
		line = "[" + n.Severity.String() + "] " + line
	}
	if n.Why != "" {
		line += ": " + clean(n.Why)
	}
	fmt.Fprintln(w, indent+line)
	for i := range n.Children {
		accessTree(w, &n.Children[i], indent+"  ")
	}
}
