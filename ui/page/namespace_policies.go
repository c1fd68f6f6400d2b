package page

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/podsecurity"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// policyRow is something that bounds what a namespace's pods may do.
type policyRow struct {
	*model.Object
	on, says string
	counts   model.Counts
}

var policyKinds = []model.Kind{
	model.KindNetworkPolicy, model.KindCiliumNetworkPolicy, model.KindCalicoNetworkPolicy, model.KindResourceQuota, model.KindLimitRange,
	model.KindPodDisruptionBudget, model.KindKyvernoPolicy,
}

func newPoliciesTab(at Address) Page {
	columns := []recordColumn[policyRow]{
		{
			Column:  widget.Column{Title: "Policy", Min: 18, Weight: 2, Max: 40},
			cell:    func(r *policyRow, pen *widget.Pen) { pen.Write(r.Name, themes.Text) },
			compare: func(a, b *policyRow) int { return cmp.Compare(a.Name, b.Name) },
		},
		{
			Column:  widget.Column{Title: "Kind", Min: 13, Max: 20},
			cell:    func(r *policyRow, pen *widget.Pen) { pen.Write(string(r.Kind), themes.Muted) },
			compare: func(a, b *policyRow) int { return cmp.Compare(a.Kind, b.Kind) },
		},
		{
			Column:  widget.Column{Title: "On", Min: 14, Weight: 1, Max: 40, Priority: 1},
			cell:    func(r *policyRow, pen *widget.Pen) { pen.Write(r.on, themes.Muted) },
			compare: func(a, b *policyRow) int { return cmp.Compare(a.on, b.on) },
		},
		{
			Column:  widget.Column{Title: "Says", Min: 24, Weight: 3, Max: 90},
			cell:    func(r *policyRow, pen *widget.Pen) { pen.Write(r.says, themes.Text) },
			compare: func(a, b *policyRow) int { return cmp.Compare(a.says, b.says) },
		},
		findingsColumn(func(r *policyRow) *model.Counts { return &r.counts }),
	}
	return newRecordsPage(at, records[policyRow]{
		title: "policies", one: "policy", many: "policies", list: "policies", live: at.ID,
		terms:   []string{"network-policy", "pod-security-standards", "pod-disruption-budget", "namespace"},
		columns: columns, sort: 1,
		fields: []recordField[policyRow]{
			{Field: filter.Field{Name: "kind"}, of: func(r *policyRow) string { return string(r.Kind) }},
			{Field: filter.Field{Name: "on"}, of: func(r *policyRow) string { return r.on }},
		},
		key: func(r *policyRow) string { return string(r.Kind) + "/" + r.Name },
		say: func(r *policyRow) string {
			return joinWords(", ", string(r.Kind)+" "+r.Name, said("on", r.on), r.says) + "; " + severityLine(&r.counts)
		},
		open: func(r *policyRow) (Address, bool) { return objectAt(at.ID, r.Ref), true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[policyRow] {
			kinds := append([]model.Kind{model.KindNamespace}, policyKinds...)
			result := namespaceParts(s, at, kinds, "no policies in this namespace: its pods may talk to all others, and take all that a node has", func(inside *store.Inside) []policyRow {
				return policyRows(inside, at.Object.Name)
			})
			if inside, _ := insideOf(s, at.ID); inside != nil {
				result.head = podSecurityWords(inside.View, at.Object.Name)
			}
			return result
		},
	})
}

// podSecurityWords says which levels of the pod security standards a namespace has, what
// its pods meet, and what stands between that and the next level.
func podSecurityWords(view *object.View, namespace string) []string {
	o := view.Find(model.Ref{Kind: model.KindNamespace, Name: namespace})
	if o == nil {
		return []string{"pod security: " + notReadYet}
	}
	level := func(label string) string { return cmp.Or(o.Labels[label], "none") }
	lines := []string{"pod security: enforced " + level(enforceLabel) + ", audited " + level(auditLabel) + ", warned " + level(warnLabel)}
	if _, _, unread := view.Unread(podsecurity.Kinds...); unread {
		return lines
	}
	standing := podsecurity.Of(view).Namespace(namespace)
	if standing == nil || standing.Pods == 0 {
		return lines
	}
	lines[0] += "; its pods meet " + string(standing.Meets)
	next, more := standing.Next()
	if !more {
		return lines
	}
	for i, block := range standing.Blocks {
		if i == mostBlocks {
			lines = append(lines, "  and "+plural(len(standing.Blocks)-i, "more workload", "more workloads"))
			break
		}
		lines = append(lines, "  to "+string(next)+": "+onWords(block.Workload)+": "+strings.Join(block.Says, ", "))
	}
	return lines
}

// mostBlocks bounds how many workloads are named that keep a namespace from a level.
const mostBlocks = 4

func policyRows(inside *store.Inside, namespace string) []policyRow {
	var rows []policyRow
	counts, view := countsByRef(inside), inside.View
	add := func(o *model.Object, on, says string) {
		rows = append(rows, policyRow{o, on, says, counts[o.Ref]})
	}
	decoded(view, model.KindNetworkPolicy, namespace, func(o *model.Object, policy *networkingv1.NetworkPolicy) {
		add(o, selectorWords(&policy.Spec.PodSelector), networkPolicyWords(policy))
	})
	for _, o := range view.InNamespace(model.KindCiliumNetworkPolicy, namespace) {
		if tree, err := object.Tree(o); err == nil {
			add(o, cmp.Or(plainLabels(tree, "spec.endpointSelector.matchLabels"), "all pods"), ciliumWords(tree))
		}
	}
	for _, o := range view.InNamespace(model.KindCalicoNetworkPolicy, namespace) {
		if tree, err := object.Tree(o); err == nil {
			add(o, cmp.Or(textAt(tree, "spec.selector"), "all pods"), calicoWords(tree))
		}
	}
	decoded(view, model.KindResourceQuota, namespace, func(o *model.Object, quota *corev1.ResourceQuota) {
		add(o, "the namespace", "at most "+resourceWords(quota.Spec.Hard))
	})
	decoded(view, model.KindLimitRange, namespace, func(o *model.Object, limits *corev1.LimitRange) {
		var words []string
		for _, limit := range limits.Spec.Limits {
			words = append(words, joinWords(", ", strings.ToLower(string(limit.Type)), said("default", resourceWords(limit.Default)),
				said("request", resourceWords(limit.DefaultRequest)), said("at most", resourceWords(limit.Max)), said("at least", resourceWords(limit.Min))))
		}
		add(o, "the namespace", strings.Join(words, "; "))
	})
	decoded(view, model.KindPodDisruptionBudget, namespace, func(o *model.Object, budget *policyv1.PodDisruptionBudget) {
		add(o, selectorWords(budget.Spec.Selector), budgetWords(budget))
	})
	for _, o := range view.InNamespace(model.KindKyvernoPolicy, namespace) {
		if tree, err := object.Tree(o); err == nil {
			add(o, "the namespace", strings.ToLower(cmp.Or(textAt(tree, "spec.validationFailureAction"), "Audit"))+"s "+
				count(len(listAt(tree, "spec.rules")), "rule", "rules", "nothing"))
		}
	}
	return rows
}

// selectorWords says which pods a selector picks.
func selectorWords(selector *metav1.LabelSelector) string {
	if selector == nil {
		return "no pods"
	}
	if words := metav1.FormatLabelSelector(selector); words != "<none>" && words != "" {
		return words
	}
	return "all pods"
}

func networkPolicyWords(policy *networkingv1.NetworkPolicy) string {
	way := func(kind networkingv1.PolicyType, rules int) string {
		word := strings.ToLower(string(kind))
		if rules == 0 {
			return "no " + word
		}
		return word + " by " + plural(rules, "rule", "rules")
	}
	types := policy.Spec.PolicyTypes
	if len(types) == 0 { // as the API server takes it
		types = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
		if len(policy.Spec.Egress) > 0 {
			types = append(types, networkingv1.PolicyTypeEgress)
		}
	}
	var words []string
	for _, kind := range types {
		n := len(policy.Spec.Ingress)
		if kind == networkingv1.PolicyTypeEgress {
			n = len(policy.Spec.Egress)
		}
		words = append(words, way(kind, n))
	}
	return strings.Join(words, ", ")
}

func ciliumWords(tree map[string]any) string {
	var words []string
	for _, way := range []string{"ingress", "ingressDeny", "egress", "egressDeny"} {
		if n := len(listAt(tree, "spec."+way)); n > 0 {
			words = append(words, labelOf(way)+" by "+plural(n, "rule", "rules"))
		}
	}
	return cmp.Or(strings.Join(words, ", "), "nothing")
}

// verbOf is what a rule of Calico's does.
func verbOf(action string) string {
	switch action {
	case "deny":
		return "denies"
	case "pass":
		return "passes on"
	default:
		return action + "s"
	}
}

// calicoWords counts the rules of a policy of Calico's by what they do.
func calicoWords(tree map[string]any) string {
	var words []string
	for _, way := range []string{"ingress", "egress"} {
		counts, order := map[string]int{}, []string{}
		for _, rule := range listAt(tree, "spec."+way) {
			action := strings.ToLower(textAt(rule, "action"))
			if counts[action]++; counts[action] == 1 {
				order = append(order, action)
			}
		}
		for _, action := range order {
			words = append(words, verbOf(action)+" "+way+" by "+plural(counts[action], "rule", "rules"))
		}
	}
	if tier := textAt(tree, "spec.tier"); tier != "" && tier != "default" {
		words = append(words, "in the tier "+tier)
	}
	return cmp.Or(strings.Join(words, ", "), "denies what nothing else allows")
}

func plainLabels(tree map[string]any, path string) string {
	labels := map[string]string{}
	for key, value := range mapAt(tree, path) {
		labels[key] = plain(value)
	}
	return labelWords(labels)
}

func resourceWords(resources corev1.ResourceList) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(resources)) {
		quantity := resources[name]
		words = append(words, string(name)+" "+quantity.String())
	}
	return strings.Join(words, ", ")
}

func budgetWords(budget *policyv1.PodDisruptionBudget) string {
	var words string
	switch {
	case budget.Spec.MinAvailable != nil:
		words = "at least " + budget.Spec.MinAvailable.String() + " stay up"
	case budget.Spec.MaxUnavailable != nil:
		words = "at most " + budget.Spec.MaxUnavailable.String() + " down"
	default:
		return "nothing"
	}
	return words + ", " + plural(int(budget.Status.DisruptionsAllowed), "disruption", "disruptions") + " allowed now"
}
