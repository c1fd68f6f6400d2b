package demo

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"
)

// fits reports whether a pod may run on a node.
func fits(pod *corev1.PodSpec, node *corev1.Node) bool {
	if pod.NodeName != "" {
		return pod.NodeName == node.Name
	}
	if node.Labels[corev1.LabelOSStable] == "windows" && pod.NodeSelector[corev1.LabelOSStable] != "windows" {
		return false // it would not start there; the demo's people know
	}
	matches, err := nodeaffinity.GetRequiredNodeAffinity(&corev1.Pod{Spec: *pod}).Match(node)
	return err == nil && matches && tolerated(pod, node)
}

// tolerated reports whether a pod tolerates all that keeps pods from a node.
func tolerated(pod *corev1.PodSpec, node *corev1.Node) bool {
	for i := range node.Spec.Taints {
		t := &node.Spec.Taints[i]
		if t.Effect == corev1.TaintEffectPreferNoSchedule {
			continue
		}
		if !slices.ContainsFunc(pod.Tolerations, func(each corev1.Toleration) bool {
			return each.ToleratesTaint(klog.Background(), t, false)
		}) {
			return false
		}
	}
	return true
}

// place finds the node for a pod: of those that fit the one with the fewest, and user
// pools first. It is nil where none fits.
func (b *worldBuilder) place(pod *corev1.PodSpec) *corev1.Node {
	var fitting []*corev1.Node
	for _, node := range b.nodes {
		if fits(pod, node) {
			fitting = append(fitting, node)
		}
	}
	if len(fitting) == 0 {
		return nil
	}
	best := slices.MinFunc(fitting, func(a, c *corev1.Node) int {
		if order := cmp.Compare(systemNode(a), systemNode(c)); order != 0 && pod.PriorityClassName == "" {
			return order
		}
		return cmp.Compare(b.placed[a.Name], b.placed[c.Name])
	})
	b.placed[best.Name]++
	return best
}

func systemNode(n *corev1.Node) int {
	if n.Labels["kubernetes.azure.com/mode"] == "system" {
		return 1
	}
	return 0
}
