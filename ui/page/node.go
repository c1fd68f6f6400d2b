package page

import (
	"cmp"
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// nodePodRow is a pod on a node.
type nodePodRow struct {
	*model.Object
	owner model.Ref
}

// newNodePage makes the page of one node: what it is, and the pods on it.
func newNodePage(at Address) Page {
	return newRecordsPage(at, records[nodePodRow]{
		title: at.Part, one: "pod", many: "pods", list: "pods of a node", live: at.ID, terms: []string{"node-pool", "node-image"},
		columns: []recordColumn[nodePodRow]{
			{
				Column:  widget.Column{Title: "Namespace", Min: 12, Weight: 1, Max: 24},
				cell:    func(r *nodePodRow, pen *widget.Pen) { pen.Write(r.Namespace, themes.Muted) },
				compare: func(a, b *nodePodRow) int { return cmp.Compare(a.Namespace, b.Namespace) },
			},
			{
				Column:  widget.Column{Title: "Pod", Min: 20, Weight: 2, Max: 44},
				cell:    func(r *nodePodRow, pen *widget.Pen) { pen.Write(r.Name, themes.Text) },
				compare: func(a, b *nodePodRow) int { return cmp.Compare(a.Name, b.Name) },
			},
			{
				Column:  widget.Column{Title: "Owner", Min: 14, Weight: 1, Max: 34, Priority: 2},
				cell:    func(r *nodePodRow, pen *widget.Pen) { pen.Write(r.ownerWords(), themes.Muted) },
				compare: func(a, b *nodePodRow) int { return cmp.Compare(a.ownerWords(), b.ownerWords()) },
			},
			{
				Column:  widget.Column{Title: "State", Min: 10},
				cell:    func(r *nodePodRow, pen *widget.Pen) { writeKnown(pen, r.Pod.Phase, themes.Text) },
				compare: func(a, b *nodePodRow) int { return cmp.Compare(a.Pod.Phase, b.Pod.Phase) },
			},
			{
				Column:  widget.Column{Title: "Service account", Min: 14, Weight: 1, Max: 28, Priority: 1},
				cell:    func(r *nodePodRow, pen *widget.Pen) { pen.Write(r.Pod.ServiceAccount, themes.Muted) },
				compare: func(a, b *nodePodRow) int { return cmp.Compare(a.Pod.ServiceAccount, b.Pod.ServiceAccount) },
			},
			{
				Column: widget.Column{Title: "Network", Min: 8, Priority: 3},
				cell: func(r *nodePodRow, pen *widget.Pen) {
					if r.Pod.HostNetwork {
						pen.Write("host", themes.Medium)
					} else {
						pen.Write("own", themes.Muted)
					}
				},
				compare: func(a, b *nodePodRow) int { return cmp.Compare(networkWord(a), networkWord(b)) },
			},
		},
		fields: []recordField[nodePodRow]{
			{Field: filter.Field{Name: "ns"}, of: func(r *nodePodRow) string { return r.Namespace }},
			{Field: filter.Field{Name: "state"}, of: func(r *nodePodRow) string { return r.Pod.Phase }},
			{Field: filter.Field{Name: "sa"}, of: func(r *nodePodRow) string { return r.Pod.ServiceAccount }},
			{Field: filter.Field{Name: "network"}, of: networkWord},
		},
		key: func(r *nodePodRow) string { return r.Namespace + "/" + r.Name },
		say: func(r *nodePodRow) string {
			return joinWords(", ", "pod "+r.Namespace+"/"+r.Name, "of "+r.ownerWords(), r.Pod.Phase, "service account "+r.Pod.ServiceAccount, networkWord(r)+" network")
		},
		act: func(c *Context, _ *nodePodRow, id action.ID) bool {
			if id == action.Events {
				c.Open(eventsAt(at.ID, model.Ref{Kind: model.KindNode, Name: at.Part}))
			}
			return id == action.Events
		},
		offers: func(*nodePodRow) []action.Offer { return action.Offers(action.Events) },
		load:   func(_ context.Context, s *store.Snapshot) recordRows[nodePodRow] { return nodePods(s, at) },
	})
}

func networkWord(r *nodePodRow) string {
	if r.Pod.HostNetwork {
		return "host"
	}
	return "own"
}

func (r *nodePodRow) ownerWords() string {
	if r.owner == r.Ref {
		return "nothing"
	}
	return string(r.owner.Kind) + " " + r.owner.Name
}

func nodePods(s *store.Snapshot, at Address) recordRows[nodePodRow] {
	inside, why := insideOf(s, at.ID)
	if inside == nil {
		return recordRows[nodePodRow]{empty: why}
	}
	view := inside.View
	result := recordRows[nodePodRow]{empty: "no pods on this node", foot: unreadOf(view, model.KindNode, model.KindPod)}
	for _, pod := range view.Objects[model.KindPod] {
		if pod.Pod != nil && pod.Pod.Node == at.Part {
			result.rows = append(result.rows, nodePodRow{pod, view.TopOwner(pod).Ref})
		}
	}
	nodes := object.List[corev1.Node](view, model.KindNode)
	for i, o := range view.Objects[model.KindNode] {
		if o.Name == at.Part && nodes[i] != nil {
			result.head = nodeFacts(nodes[i])
		}
	}
	return result
}

// nodeFacts tells what a node is, a line each.
func nodeFacts(node *corev1.Node) []string {
	info := node.Status.NodeInfo
	lines := []string{joinWords(", ", info.OSImage, "kubelet "+info.KubeletVersion, info.ContainerRuntimeVersion, "kernel "+info.KernelVersion)}
	pool := joinWords(", ", "pool "+cmp.Or(node.Labels["kubernetes.azure.com/agentpool"], "not told"),
		node.Labels["kubernetes.azure.com/mode"], node.Labels[corev1.LabelInstanceTypeStable], node.Labels["kubernetes.azure.com/node-image-version"])
	lines = append(lines, pool)
	var taints []string
	for i := range node.Spec.Taints {
		taints = append(taints, node.Spec.Taints[i].ToString())
	}
	lines = append(lines, "taints: "+cmp.Or(strings.Join(taints, ", "), "none"))
	var troubles []string
	for _, condition := range node.Status.Conditions {
		wanted := corev1.ConditionFalse
		if condition.Type == corev1.NodeReady {
			wanted = corev1.ConditionTrue
		}
		if condition.Status != wanted {
			troubles = append(troubles, string(condition.Type)+" is "+string(condition.Status))
		}
	}
	slices.Sort(troubles)
	return append(lines, "conditions: "+cmp.Or(strings.Join(troubles, ", "), "all as they should be"))
}
