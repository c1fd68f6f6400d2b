// Package upgrading tells what in a cluster stands in the way of an upgrade: budgets
// that let no node be drained, and API versions that the next release no longer serves.
package upgrading

import (
	"math"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Budget is a PodDisruptionBudget and what it lets happen.
type Budget struct {
	*model.Object
	// Pods are those that it covers, Healthy those of them that are ready, Desired those
	// that must stay so; Allowed is how many may go at once.
	Pods, Healthy, Desired, Allowed int
	// Always is set where it lets none go even while all its pods are ready: every drain
	// waits until it is changed.
	Always bool
	// Counted is set where the numbers were counted here, since the object carries no
	// status.
	Counted bool
}

// Blocks reports whether a drain of a node with such a pod waits now.
func (b *Budget) Blocks() bool { return b.Pods > 0 && b.Allowed == 0 }

type budgetsKey struct{}

// BudgetKinds are what Budgets needs to have been read.
var BudgetKinds = []model.Kind{model.KindPodDisruptionBudget, model.KindPod}

// Budgets returns the PodDisruptionBudgets of a cluster, in order.
func Budgets(view *object.View) []Budget { return object.Derived(view, budgetsKey{}, budgets) }

func budgets(view *object.View) []Budget {
	typed := object.List[policyv1.PodDisruptionBudget](view, model.KindPodDisruptionBudget)
	all := make([]Budget, 0, len(typed))
	for i, o := range view.Objects[model.KindPodDisruptionBudget] {
		if typed[i] != nil {
			all = append(all, budget(view, o, typed[i]))
		}
	}
	return all
}

func budget(view *object.View, o *model.Object, typed *policyv1.PodDisruptionBudget) Budget {
	b := Budget{Object: o}
	pods, healthy := covered(view, typed)
	if status := typed.Status; status.ObservedGeneration > 0 || status.ExpectedPods > 0 {
		b.Pods, b.Healthy = int(status.ExpectedPods), int(status.CurrentHealthy)
		b.Desired, b.Allowed = int(status.DesiredHealthy), int(status.DisruptionsAllowed)
	} else {
		b.Counted, b.Pods, b.Healthy = true, pods, healthy
		b.Desired = desired(&typed.Spec, pods)
		b.Allowed = max(0, healthy-b.Desired)
	}
	b.Always = b.Pods > 0 && b.Desired >= b.Pods
	return b
}

// covered counts the pods that a budget covers, and those of them that are ready.
func covered(view *object.View, typed *policyv1.PodDisruptionBudget) (pods, healthy int) {
	selector, err := metav1.LabelSelectorAsSelector(typed.Spec.Selector)
	if err != nil {
		return 0, 0
	}
	for _, pod := range view.InNamespace(model.KindPod, typed.Namespace) {
		if pod.Pod == nil || !selector.Matches(labels.Set(pod.Labels)) || finished(pod.Pod.Phase) {
			continue
		}
		pods++
		if pod.Pod.Whole() {
			healthy++
		}
	}
	return pods, healthy
}

func finished(phase string) bool {
	return phase == string(corev1.PodSucceeded) || phase == string(corev1.PodFailed)
}

// desired is how many of so many pods must stay ready; percentages are rounded up, as
// the disruption controller does.
func desired(spec *policyv1.PodDisruptionBudgetSpec, pods int) int {
	share := func(value *intstr.IntOrString) int {
		n, err := intstr.GetScaledValueFromIntOrPercent(value, pods, true)
		if err != nil {
			return math.MaxInt32 // what it says is no number: it lets none go
		}
		return n
	}
	switch {
	case spec.MaxUnavailable != nil:
		return max(0, pods-share(spec.MaxUnavailable))
	case spec.MinAvailable != nil:
		return share(spec.MinAvailable)
	default:
		return 1 // the API's default
	}
}
