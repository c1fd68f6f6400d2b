package access

import (
	"strings"

	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/model"
)

// metadata is the place of the metadata service of the nodes.
var metadata = Place{Kind: AtMetadata}

// nodes leads from the nodes, from the pods that run and from pods that somebody makes to
// the nodes' metadata service, and from there to the identities that it hands out.
func (g *Graph) nodes() {
	view := g.world.View
	g.hop(Hop{From: NodeRoot, To: Place{Kind: AtPods}, How: "Pods run on nodes"})
	if kubelets := (Subject{Kind: Group, Name: Nodes}); g.known[kubelets] {
		g.hop(Hop{From: NodeRoot, To: At(kubelets), How: "Has the credentials of a kubelet"})
	}
	if g.world.Cluster.ID == "" {
		g.made(nil)
		return
	}
	for _, id := range append([]string{g.world.Cluster.Kubelet}, g.world.Cluster.OnNodes...) {
		if id != "" {
			g.hop(Hop{From: metadata, To: g.identity(id), How: "Asks for a token of an identity of the nodes"})
		}
	}
	g.hop(Hop{From: NodeRoot, To: metadata, How: "Every node reaches it"})
	analysis := network.Of(view)
	seen := map[string]bool{}
	for _, pod := range view.Objects[model.KindPod] {
		if standing := analysis.Pod(pod.Ref); standing != nil && standing.Metadata && !seen[pod.Namespace] {
			seen[pod.Namespace] = true
			g.hop(Hop{From: Place{Kind: AtPods, Namespace: pod.Namespace}, To: metadata, Pod: pod, How: "Nothing keeps a pod from it"})
		}
	}
	g.made(analysis)
}

// made leads on from a pod that somebody makes in a namespace: to the node, where pod
// security does not stop it, and to the metadata service. What other admission refuses
// is not known here.
func (g *Graph) made(analysis *network.Analysis) {
	closed := map[string]bool{}
	if analysis != nil {
		for i := range analysis.Namespaces {
			closed[analysis.Namespaces[i].Name] = analysis.Namespaces[i].Default[network.Egress]
		}
	}
	for _, namespace := range g.world.View.Objects[model.KindNamespace] {
		here := Place{Kind: AtMade, Namespace: namespace.Name}
		g.hop(Hop{From: Place{Kind: AtMade}, To: here, How: isOne})
		if unguarded(namespace) {
			g.hop(Hop{From: here, To: NodeRoot, How: "Takes the node, which no pod security keeps it from"})
		}
		if analysis != nil && !g.world.Cluster.MetadataRestricted && !closed[namespace.Name] {
			g.hop(Hop{From: here, To: metadata, How: "Nothing keeps a pod from it"})
		}
	}
}

// unguarded reports whether the standards of pod security let a namespace run pods that
// take their node. A label that says no level counts as the strictest.
func unguarded(namespace *model.Object) bool {
	level := namespace.Labels["pod-security.kubernetes.io/enforce"]
	return level == "" || strings.EqualFold(level, "privileged")
}
