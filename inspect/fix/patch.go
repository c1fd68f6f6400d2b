package fix

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// patchKind is how a patch is read, in the words of kubectl.
type patchKind string

const (
	strategicPatch patchKind = "strategic"
	mergePatch     patchKind = "merge"
)

// builtIn are the kinds whose lists the API server merges by their keys.
var builtIn = map[model.Kind]any{
	model.KindPod: corev1.Pod{}, model.KindDeployment: appsv1.Deployment{}, model.KindDaemonSet: appsv1.DaemonSet{},
	model.KindStatefulSet: appsv1.StatefulSet{}, model.KindReplicaSet: appsv1.ReplicaSet{}, model.KindJob: batchv1.Job{},
	model.KindCronJob: batchv1.CronJob{}, model.KindReplicationController: corev1.ReplicationController{},
	model.KindNamespace: corev1.Namespace{}, model.KindNode: corev1.Node{}, model.KindService: corev1.Service{},
	model.KindServiceAccount: corev1.ServiceAccount{}, model.KindIngress: networkingv1.Ingress{},
	model.KindNetworkPolicy: networkingv1.NetworkPolicy{}, model.KindPodDisruptionBudget: policyv1.PodDisruptionBudget{},
	model.KindRole: rbacv1.Role{}, model.KindClusterRole: rbacv1.ClusterRole{}, model.KindRoleBinding: rbacv1.RoleBinding{},
	model.KindClusterRoleBinding: rbacv1.ClusterRoleBinding{},
	model.KindValidatingWebhook:  admissionv1.ValidatingWebhookConfiguration{},
	model.KindMutatingWebhook:    admissionv1.MutatingWebhookConfiguration{},
}

func patchKindOf(kind model.Kind) patchKind {
	if _, known := builtIn[kind]; known {
		return strategicPatch
	}
	return mergePatch
}

// apply returns what the API server would make of a document and a patch.
func apply(kind model.Kind, tree, patch map[string]any, how patchKind) (map[string]any, error) {
	tree = document.Clone(tree)
	if how == mergePatch {
		document.Merge(tree, patch)
		return tree, nil
	}
	after, err := strategicpatch.StrategicMergeMapPatch(tree, document.Clone(patch), builtIn[kind])
	if err != nil {
		return nil, fmt.Errorf("the patch does not fit the document: %w", err)
	}
	return after, nil
}

// back returns the patch that undoes another, or nil where a secret stands in it: what
// is hidden cannot be put back.
func back(kind model.Kind, before, after map[string]any, how patchKind) map[string]any {
	if how == mergePatch {
		patch := difference(after, before)
		if hides(patch) {
			return nil
		}
		return patch
	}
	from, errFrom := json.Marshal(after)
	to, errTo := json.Marshal(before)
	if errFrom != nil || errTo != nil {
		return nil
	}
	text, err := strategicpatch.CreateTwoWayMergePatch(from, to, builtIn[kind])
	var patch map[string]any
	if err != nil || json.Unmarshal(text, &patch) != nil || hides(patch) {
		return nil
	}
	return patch
}

// difference is the merge patch that leads from one document to another.
func difference(from, to map[string]any) map[string]any {
	patch := map[string]any{}
	for key := range from {
		if _, stays := to[key]; !stays {
			patch[key] = nil
		}
	}
	for key, value := range to {
		before, was := from[key].(map[string]any)
		after, is := value.(map[string]any)
		switch {
		case was && is:
			if inner := difference(before, after); len(inner) > 0 {
				patch[key] = inner
			}
		case asJSON(from[key]) != asJSON(value):
			patch[key] = value
		}
	}
	return patch
}

func hides(patch map[string]any) bool { return strings.Contains(asJSON(patch), document.Hidden) }

// asJSON writes a value on one line.
func asJSON(value any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return ""
	}
	return strings.TrimSuffix(text.String(), "\n")
}

func asYAML(patch map[string]any) (string, error) {
	text, err := yaml.Marshal(patch)
	if err != nil {
		return "", fmt.Errorf("write the patch: %w", err)
	}
	return string(text), nil
}

// targetOf names the object that a step patches.
func targetOf(step model.Step, s *object.Subject, turn values) (model.Ref, error) {
	if step.Target == nil {
		if s.Object == nil {
			return model.Ref{}, fmt.Errorf("the patch names no object")
		}
		return s.Object.Ref, nil
	}
	ref := model.Ref{Kind: step.Target.Kind}
	name, err := fillText(step.Target.Name, turn)
	if err != nil {
		return ref, err
	}
	ref.Name = expr.Text(name)
	if kind, _ := model.FindObjectKind(ref.Kind); kind.Namespaced {
		namespace := step.Target.Namespace
		if namespace == "" {
			namespace = "{{namespace}}"
		}
		filled, err := fillText(namespace, turn)
		if err != nil {
			return ref, err
		}
		ref.Namespace = expr.Text(filled)
	}
	return ref, nil
}

// patchIn evaluates a step's patch. Placeholders in its texts are filled in.
func patchIn(step model.Step, s *object.Subject, ref model.Ref, turn values, vars *expr.Vars) (map[string]any, error) {
	program, err := expr.Compile(step.Patch)
	if err != nil {
		return nil, fmt.Errorf("patch: %w", err)
	}
	if item, is := turn[eachItem]; is {
		vars.OnElement(item)
		defer vars.OnElement(nil)
	}
	value, err := program.Value(vars)
	if err != nil {
		return nil, fmt.Errorf("the patch cannot be told from what was read: %w", err)
	}
	patch, is := value.(map[string]any)
	if !is || len(patch) == 0 {
		return nil, fmt.Errorf("the patch %q gives no object", step.Patch)
	}
	if o := s.View.Find(ref); o != nil && o.Kind == model.KindPod && o.Pod != nil &&
		slices.ContainsFunc(o.Pod.Containers, func(c model.ContainerSummary) bool { return c.Ephemeral }) {
		// A pod is made anew, and no pod is made with a container to debug it.
		overlay(patch, map[string]any{"spec": map[string]any{"ephemeralContainers": nil}})
	}
	if hides(patch) {
		return nil, fmt.Errorf("the change would write a value that is hidden here: make it in the manifest")
	}
	return fillPatch(patch, turn)
}

// patchSteps are the commands that patch an object: first as a trial, then for good.
func patchSteps(k *kubectl, step model.Step, planned model.PlannedStep, s *object.Subject, turn values, vars *expr.Vars) ([]model.PlannedStep, error) {
	ref, err := targetOf(step, s, turn)
	if err != nil {
		return nil, err
	}
	patch, err := patchIn(step, s, ref, turn, vars)
	if err != nil {
		return nil, err
	}
	o := s.View.Find(ref)
	if o == nil {
		return nil, fmt.Errorf("there is no %s", ref)
	}
	if err := legalNames(ref); err != nil {
		return nil, err
	}
	tree, err := object.Tree(o)
	if err != nil {
		return nil, err
	}
	if planned.Patch, err = asYAML(patch); err != nil {
		return nil, err
	}
	if isFixed(ref.Kind) {
		return remakeSteps(k, planned, ref, tree, patch)
	}
	how := patchKindOf(ref.Kind)
	command := k.patch(ref, tree, patch, how)
	trial := planned
	trial.Says, trial.Nature, trial.OneWay, trial.UndoSays, trial.Wait = tryFirst, "", false, "", ""
	if trial.Command, err = k.line(append(slices.Clip(command), plain("--dry-run=server"))); err != nil {
		return nil, err
	}
	if planned.Command, err = k.line(command); err != nil {
		return nil, err
	}
	after, err := apply(ref.Kind, tree, patch, how)
	if err != nil {
		return nil, err
	}
	if !planned.OneWay && planned.UndoSays == "" {
		if undo := back(ref.Kind, tree, after, how); undo != nil {
			if planned.Undo, err = k.line(k.patch(ref, tree, undo, how)); err != nil {
				return nil, err
			}
		} else {
			planned.UndoSays = "apply the manifest as it was: a part of it is hidden here"
		}
	}
	return []model.PlannedStep{trial, planned}, nil
}

// isFixed tells the kinds whose pods' specification cannot be changed: they are made
// anew.
func isFixed(kind model.Kind) bool { return kind == model.KindPod || kind == model.KindJob }

// remakeSteps delete an object and make it anew with the change.
func remakeSteps(k *kubectl, planned model.PlannedStep, ref model.Ref, tree, patch map[string]any) ([]model.PlannedStep, error) {
	if ref.Kind == model.KindJob {
		// The API server fills these in for a Job and refuses them from anybody else.
		patch = document.Clone(patch)
		labels := map[string]any{"controller-uid": nil, "job-name": nil, "batch.kubernetes.io/controller-uid": nil, "batch.kubernetes.io/job-name": nil}
		overlay(patch, map[string]any{"metadata": map[string]any{"labels": labels}})
		overlay(patch, map[string]any{"spec": map[string]any{"selector": nil, "template": map[string]any{"metadata": map[string]any{"labels": labels}}}})
	}
	get := []token{plain("kubectl"), plain("get"), value(resourceName(ref.Kind, tree)), value(ref.Name), plain("-n"), value(ref.Namespace), plain("-o"), plain("json")}
	local := []token{{text: "|", operator: true}, plain("kubectl"), plain("patch"), plain("--local"), plain("-f"), plain("-"), plain("--type=strategic"), plain("-p"), {text: k.document(patch), filled: true}, plain("-o")}
	look := append(append(append([]token{}, get...), local...), plain("yaml"))
	remake := append(append(append([]token{}, get...), local...), plain("json"),
		token{text: "|", operator: true}, plain("kubectl"), plain("replace"), plain("--force"), plain("-f"), plain("-"))
	trial := model.PlannedStep{Says: "Look first at what will be made: this changes nothing", Patch: planned.Patch}
	var err error
	if trial.Command, err = k.line(k.inContext(look)); err != nil {
		return nil, err
	}
	if planned.Command, err = k.line(k.inContext(remake)); err != nil {
		return nil, err
	}
	if planned.Says == "" {
		planned.Says = "Delete it and make it anew: what it runs cannot be changed in place"
	}
	if planned.UndoSays == "" {
		planned.UndoSays, planned.OneWay = "apply its manifest as it was", false
	}
	return []model.PlannedStep{trial, planned}, nil
}

// overlay adds to a patch what another changes. Nulls stay: they take fields away.
func overlay(patch, more map[string]any) {
	for key, value := range more {
		inner, is := value.(map[string]any)
		into, has := patch[key].(map[string]any)
		if is && has {
			overlay(into, inner)
			continue
		}
		patch[key] = value
	}
}
