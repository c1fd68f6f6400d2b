package access

import (
	"fmt"
	"slices"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/model"
)

// Node is a line of a tree that tells what somebody gets from a place: what it is, how
// bad that is, and what makes it so.
type Node struct {
	Text     string
	Severity model.Severity
	// Why says what makes it possible, or why it matters; empty where the text says it.
	Why string
	// Ref is the object that it is about; zero where it is about none in the cluster.
	Ref      model.Ref
	Children []Node
}

// Blast tells what somebody who is in a pod has in reach, or nil where there is no such
// pod: what its service account may and leads to, its Secrets, its node and the
// identities of that, its own identity in Azure, and its network.
func (w *World) Blast(ref model.Ref) *Node {
	at := slices.IndexFunc(w.View.Objects[model.KindPod], func(o *model.Object) bool { return o.Ref == ref && o.Pod != nil })
	if at < 0 {
		return nil
	}
	pod := w.View.Objects[model.KindPod][at]
	root := &Node{Text: "pod " + pod.Namespace + "/" + pod.Name, Ref: pod.Ref}
	root.Children = append(root.Children, w.blastAccount(pod))
	if secrets := blastSecrets(pod); len(secrets.Children) > 0 {
		root.Children = append(root.Children, secrets)
	}
	standing := network.Of(w.View).Pod(pod.Ref)
	root.Children = append(root.Children, w.blastNode(pod, standing))
	if standing != nil {
		root.Children = append(root.Children, blastNetwork(standing))
	}
	root.raise()
	return root
}

// raise gives every line the worst severity of those below it.
func (n *Node) raise() {
	for i := range n.Children {
		n.Children[i].raise()
		n.Severity = max(n.Severity, n.Children[i].Severity)
	}
}

// blastAccount tells what the pod's service account may, and who it is in Azure.
func (w *World) blastAccount(pod *model.Object) Node {
	s := Subject{Kind: ServiceAccount, Namespace: pod.Namespace, Name: pod.Pod.ServiceAccount}
	node := Node{Text: s.String(), Ref: model.Ref{Kind: model.KindServiceAccount, Namespace: s.Namespace, Name: s.Name}}
	for _, held := range Telling(w.HeldBy(s)) {
		power := Node{Text: held.Title + " in " + held.Where(), Severity: held.Severity, Why: held.Why}
		for _, reason := range held.By {
			if !reason.Masters() {
				power.Ref = reason.Ref
				power.Children = append(power.Children, Node{Text: "by " + reason.Label() + ", role " + reason.RoleRef.Name, Ref: reason.Ref})
			}
		}
		for _, to := range held.leadTo() {
			power.Children = append(power.Children, Node{Text: "leads to " + w.PlaceName(to)})
		}
		if held.Refused != "" {
			power.Severity, power.Why = model.Info, held.Refused
		}
		node.Children = append(node.Children, power)
	}
	graph := w.Graph()
	if path, is := graph.Path(At(s), Everything); is && len(path) > 1 {
		way := Node{Text: fmt.Sprintf("gets to cluster-admin in %d steps", len(path)), Severity: model.Critical}
		for i := range path {
			way.Children = append(way.Children, Node{Text: w.Explain(&path[i])})
		}
		node.Children = append(node.Children, way)
	}
	for _, own := range graph.own[s] {
		identity := w.blastIdentity(own.To.Subject)
		identity.Why = own.Ground()
		node.Children = append(node.Children, identity)
	}
	if len(node.Children) == 0 {
		node.Children = append(node.Children, Node{Text: "holds nothing that is worth something"})
	}
	return node
}

// blastIdentity tells the roles of an identity in Azure, and what they are worth in the
// cluster.
func (w *World) blastIdentity(s Subject) Node {
	node := Node{Text: "is " + w.PlaceName(At(s)) + " in Azure"}
	for _, held := range Telling(w.HeldBy(s)) {
		node.Children = append(node.Children, Node{Text: held.Title + " in " + held.Where(), Severity: held.Severity, Why: held.Why})
	}
	for _, assignment := range w.assignmentsOf(s) {
		role := Node{Text: assignment.RoleName() + " on " + azurerbac.ScopeWords(assignment.Scope, w.Cluster.ID)}
		if beyondPulling(assignment.Role) {
			role.Severity = model.Medium
		}
		node.Children = append(node.Children, role)
	}
	if len(node.Children) == 0 {
		node.Children = append(node.Children, Node{Text: "no role assignment that was read"})
	}
	return node
}

func blastSecrets(pod *model.Object) Node {
	node := Node{Text: "Secrets that it is given"}
	seen := map[string]bool{}
	for _, use := range pod.Pod.Secrets {
		if !seen[use.Name] {
			seen[use.Name] = true
			node.Children = append(node.Children, Node{Text: "Secret " + use.Name, Ref: model.Ref{Kind: model.KindSecret, Namespace: pod.Namespace, Name: use.Name}})
		}
	}
	return node
}

// blastNode tells the node that the pod is on, and whether it gets at the identities that
// the node hands out.
func (w *World) blastNode(pod *model.Object, standing *network.Standing) Node {
	node := Node{Text: "no node yet"}
	if pod.Pod.Node != "" {
		node = Node{Text: "node " + pod.Pod.Node, Ref: model.Ref{Kind: model.KindNode, Name: pod.Pod.Node}}
	}
	if w.Cluster.ID == "" || standing == nil {
		return node
	}
	if !standing.Metadata {
		node.Children = append(node.Children, Node{Text: "does not reach the metadata service of the node"})
		return node
	}
	service := Node{Text: "reaches the metadata service of the node", Why: "it hands out tokens of every identity that the node has"}
	for _, hop := range w.Graph().from[metadata] {
		service.Children = append(service.Children, w.blastIdentity(hop.To.Subject))
	}
	node.Children = append(node.Children, service)
	return node
}

// blastNetwork tells what the pod may talk to.
func blastNetwork(standing *network.Standing) Node {
	node := Node{Text: "network"}
	if standing.HostNetwork {
		node.Children = append(node.Children, Node{Text: "is in the network of its node, which policies for pods do not concern", Severity: model.Medium})
	}
	reach := map[network.Extent]string{network.All: "reaches the whole internet", network.Some: "reaches part of the internet", network.None: "does not reach the internet"}
	if text := reach[standing.Internet]; text != "" {
		node.Children = append(node.Children, Node{Text: text})
	}
	text := "no network policy narrows what it reaches inside the cluster"
	if standing.Sides[network.Egress].Narrowed {
		text = "network policies narrow what it reaches inside the cluster"
	}
	node.Children = append(node.Children, Node{Text: text})
	return node
}
