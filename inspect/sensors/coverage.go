package sensors

import (
	"cmp"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// State says how an agent stands on a node.
type State uint8

// The states.
const (
	// NoSuch: the agent is not made for the node's operating system, or the node runs
	// no pods of its own (virtual nodes).
	NoSuch State = iota
	Present
	// NotReady: its pod is there and does not run, or not all of it.
	NotReady
	// Missing: it should be there, and no pod of it is.
	Missing
	// KeptOut: a taint of the node keeps it away.
	KeptOut
	// NotSelected: its node selector or affinity leaves the node out.
	NotSelected
)

var stateWords = [...]string{"not for this node", "present", "not ready", "missing", "kept out by a taint", "not selected"}

// String says the state in a word or two.
func (s State) String() string { return stateWords[s] }

// Cell is how an agent stands on one node.
type Cell struct {
	State State
	// Taint keeps the agent out, such as sku=gpu:NoSchedule, where State is KeptOut.
	Taint string
	// Pod is the agent's pod on the node, or nil.
	Pod *model.Object
	// By is the DaemonSet that is responsible, or nil.
	By *model.Object
}

// Presence is an agent in a cluster.
type Presence struct {
	*Agent
	// Sets are the DaemonSets that bring it to nodes, Support the Deployments beside them.
	Sets    []*model.Object
	Support []*model.Object
	// Cells are by node, in the order of Coverage.Nodes; nil where nothing of it runs on
	// each node.
	Cells []Cell
}

// Installed reports whether anything of the agent is in the cluster.
func (p *Presence) Installed() bool { return len(p.Sets)+len(p.Support) > 0 }

// Count returns the number of nodes in a state.
func (p *Presence) Count(state State) int {
	n := 0
	for _, cell := range p.Cells {
		if cell.State == state {
			n++
		}
	}
	return n
}

// Node is a node as sensors see it.
type Node struct {
	*model.Object
	OS   string // linux, windows
	Pool string // the AKS node pool, or empty
	// Virtual is set for a virtual node: no DaemonSet of the cluster runs there.
	Virtual bool
	Taints  []corev1.Taint
}

// Coverage tells where each known agent stands.
type Coverage struct {
	Nodes  []Node
	Agents []Presence // in the order of Agents
}

// Agent returns an agent's presence by its key, or nil.
func (c *Coverage) Agent(key string) *Presence {
	for i := range c.Agents {
		if c.Agents[i].Key == key {
			return &c.Agents[i]
		}
	}
	return nil
}

// Watched reports whether a sensor that watches for attacks is installed.
func (c *Coverage) Watched() bool {
	return slices.ContainsFunc(c.Agents, func(p Presence) bool { return p.Watches && p.Installed() })
}

type coverageKey struct{}

// Of returns the coverage of a cluster. It needs DaemonSets, Deployments, pods and
// nodes: what of these was not read is taken for absent, so ask View.Unread first.
func Of(view *object.View) *Coverage { return object.Derived(view, coverageKey{}, cover) }

// Kinds are what Of needs to have been read.
var Kinds = []model.Kind{model.KindNode, model.KindDaemonSet, model.KindDeployment, model.KindPod}

func cover(view *object.View) *Coverage {
	c := &Coverage{Nodes: nodesOf(view)}
	pods := podsOf(view)
	sets := object.List[appsv1.DaemonSet](view, model.KindDaemonSet)
	nodes := object.List[corev1.Node](view, model.KindNode)
	known := Agents()
	for i := range known {
		presence := Presence{Agent: &known[i]}
		for _, deployment := range view.Objects[model.KindDeployment] {
			if known[i].Supports(deployment) {
				presence.Support = append(presence.Support, deployment)
			}
		}
		var templates []*appsv1.DaemonSet
		for at, set := range view.Objects[model.KindDaemonSet] {
			if sets[at] != nil && known[i].PerNode(set) {
				presence.Sets = append(presence.Sets, set)
				templates = append(templates, sets[at])
			}
		}
		if len(known[i].OS) > 0 {
			presence.Cells = make([]Cell, len(c.Nodes))
			for n := range c.Nodes {
				presence.Cells[n] = presence.on(&c.Nodes[n], nodes[n], templates, pods)
			}
		}
		c.Agents = append(c.Agents, presence)
	}
	return c
}

// on tells how an agent stands on a node: the best of its DaemonSets, one for each
// operating system or part, counts for those that are meant for the node; a part that
// is missing makes the agent not whole.
func (p *Presence) on(node *Node, typed *corev1.Node, templates []*appsv1.DaemonSet, pods map[place]*model.Object) Cell {
	if node.Virtual || typed == nil || !slices.Contains(p.OS, node.OS) {
		return Cell{}
	}
	var wanted, left []Cell
	for i, set := range p.Sets {
		cell := stands(set, templates[i], node, typed, pods)
		if cell.State == NotSelected {
			left = append(left, cell)
		} else {
			wanted = append(wanted, cell)
		}
	}
	worst := func(a, b Cell) int { return cmp.Compare(b.State, a.State) }
	switch {
	case len(wanted) > 0:
		return slices.MinFunc(wanted, worst)
	case len(left) > 0:
		return left[0]
	default:
		return Cell{State: Missing}
	}
}

// stands tells how one DaemonSet stands on a node.
func stands(set *model.Object, typed *appsv1.DaemonSet, node *Node, target *corev1.Node, pods map[place]*model.Object) Cell {
	cell := Cell{By: set, Pod: pods[place{set.Ref, node.Name}]}
	spec := &typed.Spec.Template.Spec
	if cell.Pod != nil {
		cell.State = Present
		if !cell.Pod.Pod.Whole() {
			cell.State = NotReady
		}
		return cell
	}
	// A selector that does not parse selects nothing, as with the scheduler.
	if fits, err := nodeaffinity.NewRequiredNodeAffinity(spec.NodeSelector, spec.Affinity).Match(target); err != nil || !fits {
		cell.State = NotSelected
		return cell
	}
	if taint, kept := keptOut(spec, target.Spec.Taints); kept {
		cell.State, cell.Taint = KeptOut, taint
		return cell
	}
	cell.State = Missing
	return cell
}

// keptOut finds a taint that the pods of a DaemonSet do not tolerate. Those that the
// controller tolerates by itself do not count.
func keptOut(spec *corev1.PodSpec, taints []corev1.Taint) (string, bool) {
	for i := range taints {
		taint := &taints[i]
		if taint.Effect == corev1.TaintEffectPreferNoSchedule || slices.Contains(alwaysTolerated, taint.Key) ||
			taint.Key == corev1.TaintNodeNetworkUnavailable && spec.HostNetwork {
			continue
		}
		if !slices.ContainsFunc(spec.Tolerations, func(t corev1.Toleration) bool { return t.ToleratesTaint(klog.Background(), taint, true) }) {
			return taint.ToString(), true
		}
	}
	return "", false
}

// alwaysTolerated are the taints that the DaemonSet controller has each of its pods
// tolerate (Kubernetes documentation, DaemonSet, taints and tolerations).
var alwaysTolerated = []string{
	corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable, corev1.TaintNodeDiskPressure,
	corev1.TaintNodeMemoryPressure, corev1.TaintNodePIDPressure, corev1.TaintNodeUnschedulable,
}

// place is where a pod of a DaemonSet runs.
type place struct {
	set  model.Ref
	node string
}

func podsOf(view *object.View) map[place]*model.Object {
	pods := map[place]*model.Object{}
	for _, pod := range view.Objects[model.KindPod] {
		if pod.Owner.Kind != model.KindDaemonSet || pod.Pod == nil {
			continue
		}
		// While a pod is replaced there are two: the one that is more ready counts.
		at := place{pod.Owner, pod.Pod.Node}
		if before := pods[at]; before == nil || before.Pod.Ready < pod.Pod.Ready {
			pods[at] = pod
		}
	}
	return pods
}

func nodesOf(view *object.View) []Node {
	typed := object.List[corev1.Node](view, model.KindNode)
	nodes := make([]Node, 0, len(typed))
	for i, o := range view.Objects[model.KindNode] {
		node := Node{
			Object: o, OS: cmp.Or(o.Labels[corev1.LabelOSStable], "linux"),
			Pool:    cmp.Or(o.Labels["kubernetes.azure.com/agentpool"], o.Labels["agentpool"]),
			Virtual: o.Labels["type"] == "virtual-kubelet" || strings.HasPrefix(o.Name, "virtual-node-"),
		}
		if typed[i] != nil {
			node.Taints = typed[i].Spec.Taints
		}
		nodes = append(nodes, node)
	}
	return nodes
}
