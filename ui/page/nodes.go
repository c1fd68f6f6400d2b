package page

import (
	"cmp"
	"context"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/sensors"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// nodeRow is a node of a cluster.
type nodeRow struct {
	sensors.Node
	typed *corev1.Node // nil where it cannot be decoded
	pods  int
	// watching are the runtime sensors that are ready on it, lacking those that are
	// installed in the cluster and are not.
	watching, lacking []string
	counts            model.Counts
}

// ready says whether the node is ready, in a word.
func (r *nodeRow) ready() string {
	if r.typed == nil {
		return "not told"
	}
	word := "not told"
	for _, condition := range r.typed.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			word = map[corev1.ConditionStatus]string{corev1.ConditionTrue: "ready", corev1.ConditionFalse: "not ready"}[condition.Status]
			word = cmp.Or(word, "unknown")
		}
	}
	if r.typed.Spec.Unschedulable {
		word += ", cordoned"
	}
	return word
}

// version is that of the node's kubelet.
func (r *nodeRow) version() string {
	if r.typed == nil {
		return ""
	}
	return strings.TrimPrefix(r.typed.Status.NodeInfo.KubeletVersion, "v")
}

func (r *nodeRow) taints() string {
	all := make([]string, len(r.Taints))
	for i := range r.Taints {
		all[i] = r.Taints[i].ToString()
	}
	return strings.Join(all, ", ")
}

// watchers says the runtime sensors on the node.
func (r *nodeRow) watchers() string {
	switch {
	case r.Virtual:
		return "virtual node"
	case len(r.watching) == 0 && len(r.lacking) == 0:
		return "none"
	case len(r.lacking) == 0:
		return strings.Join(r.watching, ", ")
	}
	return joinWords("; ", strings.Join(r.watching, ", "), "no "+strings.Join(r.lacking, ", "))
}

func newNodesPage(at Address) Page {
	return newRecordsPage(at, records[nodeRow]{
		title: "nodes", one: "node", many: "nodes", list: "nodes", live: at.ID, terms: []string{"node-pool", "node-image"},
		columns: []recordColumn[nodeRow]{
			{
				Column:  widget.Column{Title: "Node", Min: 18, Weight: 2, Max: 36},
				cell:    func(r *nodeRow, pen *widget.Pen) { pen.Write(r.Name, themes.Text) },
				compare: func(a, b *nodeRow) int { return cmp.Compare(a.Name, b.Name) },
			},
			{
				Column:  widget.Column{Title: "Pool", Min: 8},
				cell:    func(r *nodeRow, pen *widget.Pen) { writeKnown(pen, r.Pool, themes.Muted) },
				compare: func(a, b *nodeRow) int { return cmp.Compare(a.Pool, b.Pool) },
			},
			{
				Column:  widget.Column{Title: "OS", Min: 7, Priority: 2},
				cell:    func(r *nodeRow, pen *widget.Pen) { pen.Write(r.OS, themes.Muted) },
				compare: func(a, b *nodeRow) int { return cmp.Compare(a.OS, b.OS) },
			},
			{
				Column:  widget.Column{Title: "Kubelet", Min: 8, Priority: 1},
				cell:    func(r *nodeRow, pen *widget.Pen) { writeKnown(pen, r.version(), themes.Text) },
				compare: func(a, b *nodeRow) int { return filter.Natural(a.version(), b.version()) },
			},
			{
				Column: widget.Column{Title: "State", Min: 9},
				cell: func(r *nodeRow, pen *widget.Pen) {
					style := themes.Text
					if r.ready() != "ready" {
						style = themes.Medium
					}
					pen.Write(r.ready(), style)
				},
				compare: func(a, b *nodeRow) int { return cmp.Compare(a.ready(), b.ready()) },
			},
			{
				Column:  widget.Column{Title: "Pods", Min: 5, Right: true, Priority: 2},
				cell:    func(r *nodeRow, pen *widget.Pen) { countOf(pen, r.pods, themes.Text) },
				compare: func(a, b *nodeRow) int { return cmp.Compare(a.pods, b.pods) }, down: true,
			},
			{
				Column: widget.Column{Title: "Watched by", Min: 14, Weight: 2},
				cell: func(r *nodeRow, pen *widget.Pen) {
					style := themes.Muted
					if len(r.lacking) > 0 || len(r.watching) == 0 && !r.Virtual {
						style = themes.High
					}
					pen.Write(r.watchers(), style)
				},
				compare: func(a, b *nodeRow) int { return cmp.Compare(len(a.lacking), len(b.lacking)) }, down: true,
			},
			{
				Column:  widget.Column{Title: "Taints", Min: 12, Weight: 1, Priority: 3},
				cell:    func(r *nodeRow, pen *widget.Pen) { writeKnown(pen, cmp.Or(r.taints(), "none"), themes.Muted) },
				compare: func(a, b *nodeRow) int { return cmp.Compare(a.taints(), b.taints()) },
			},
			{
				Column:  widget.Column{Title: "Findings", Min: 9, Right: true, Priority: 1},
				cell:    func(r *nodeRow, pen *widget.Pen) { countOf(pen, r.counts.Failures(), themes.Text) },
				compare: func(a, b *nodeRow) int { return -a.counts.Compare(&b.counts) }, down: true,
			},
		},
		fields: []recordField[nodeRow]{
			{Field: filter.Field{Name: "pool"}, of: func(r *nodeRow) string { return r.Pool }},
			{Field: filter.Field{Name: "os"}, of: func(r *nodeRow) string { return r.OS }},
			{Field: filter.Field{Name: "state"}, of: (*nodeRow).ready},
			{Field: filter.Field{Name: "taint"}, of: (*nodeRow).taints},
			{Field: filter.Field{Name: "sensor"}, of: (*nodeRow).watchers},
		},
		key:  func(r *nodeRow) string { return r.Name },
		say:  (*nodeRow).say,
		open: func(r *nodeRow) (Address, bool) { return Address{Kind: Node, ID: at.ID, Part: r.Name}, true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[nodeRow] { return nodeRows(s, at.ID) },
	})
}

// say tells a node in words.
func (r *nodeRow) say() string {
	words := joinWords(", ", r.Name, "pool "+cmp.Or(r.Pool, "not told"), r.OS, orNotRead("kubelet", r.version()), r.ready(), plural(r.pods, "pod", "pods"))
	words += "; watched by: " + r.watchers()
	if taints := r.taints(); taints != "" {
		words += "; taints: " + taints
	}
	return words
}

func nodeRows(s *store.Snapshot, id model.ID) recordRows[nodeRow] {
	inside, why := insideOf(s, id)
	if inside == nil {
		return recordRows[nodeRow]{empty: why}
	}
	view := inside.View
	result := recordRows[nodeRow]{empty: "no nodes", exact: inside.View.Exact()}
	result.foot = unreadOf(view, sensors.Kinds...)
	coverage := sensors.Of(view)
	typed := object.List[corev1.Node](view, model.KindNode)
	pods := map[string]int{}
	for _, pod := range view.Objects[model.KindPod] {
		if pod.Pod != nil {
			pods[pod.Pod.Node]++
		}
	}
	for i := range coverage.Nodes {
		row := nodeRow{Node: coverage.Nodes[i], typed: typed[i], pods: pods[coverage.Nodes[i].Name]}
		for _, agent := range coverage.Agents {
			switch {
			case !agent.Watches || !agent.Installed() || agent.Cells[i].State == sensors.NoSuch:
			case agent.Cells[i].State == sensors.Present:
				row.watching = append(row.watching, agent.Name)
			default:
				row.lacking = append(row.lacking, agent.Name)
			}
		}
		if judged := judgementOf(inside, row.Ref); judged != nil {
			row.counts = judged.Counts
		}
		result.rows = append(result.rows, row)
	}
	if read := view.Reads[model.KindNode]; read.State == model.ReadDone && !read.At.IsZero() {
		result.head = []string{"read " + read.At.Format(time.TimeOnly)}
	}
	return result
}
