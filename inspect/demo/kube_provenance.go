package demo

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// provenance notes who wrote an object: the managed fields, and the labels and
// annotations that deployment tools leave. By is such as `helm payments`: the tool, and
// the release or application where it is not named as the namespace.
func (b *worldBuilder) provenance(k *served, m *metav1.ObjectMeta, by, wrote string) {
	tool, name, _ := strings.Cut(by, " ")
	if name == "" {
		name = m.Namespace
	}
	label := func(key, value string) {
		if m.Labels == nil {
			m.Labels = map[string]string{}
		}
		m.Labels[key] = value
	}
	annotate := func(key, value string) {
		if m.Annotations == nil {
			m.Annotations = map[string]string{}
		}
		m.Annotations[key] = value
	}
	manager, operation := "kubectl-client-side-apply", metav1.ManagedFieldsOperationUpdate
	switch tool {
	case "helm":
		manager = "helm"
		label("app.kubernetes.io/managed-by", "Helm")
		annotate("meta.helm.sh/release-name", name)
		annotate("meta.helm.sh/release-namespace", m.Namespace)
	case "flux":
		manager, operation = "kustomize-controller", metav1.ManagedFieldsOperationApply
		label("kustomize.toolkit.fluxcd.io/name", name)
		label("kustomize.toolkit.fluxcd.io/namespace", "flux-system")
	case "argo":
		manager = "argocd-controller"
		annotate("argocd.argoproj.io/tracking-id", name+":"+k.Group+"/"+k.Kind+":"+m.Namespace+"/"+m.Name)
	case "edit":
		manager = "kubectl-edit"
	case "aks":
		manager = "addon-manager"
		if k.Kind != "Namespace" {
			label("addonmanager.kubernetes.io/mode", "Reconcile")
			label("kubernetes.io/cluster-service", "true")
		}
	case "server":
		manager = "kube-apiserver"
	case "controller":
		manager = "kube-controller-manager"
	}
	if wrote == "" {
		wrote = k.GroupVersion().String()
	}
	m.ManagedFields = []metav1.ManagedFieldsEntry{managed(m, manager, operation, wrote, "")}
}

// managed is one entry of an object's managed fields.
func managed(m *metav1.ObjectMeta, manager string, operation metav1.ManagedFieldsOperationType, version, subresource string) metav1.ManagedFieldsEntry {
	at := m.CreationTimestamp
	return metav1.ManagedFieldsEntry{
		Manager: manager, Operation: operation, APIVersion: version, Time: &at, FieldsType: "FieldsV1",
		FieldsV1: metav1.NewFieldsV1(fieldsOf(m, subresource)), Subresource: subresource,
	}
}

// fieldsOf is the set of fields that a manager owns: labels and annotations by name,
// the rest as a whole.
func fieldsOf(m *metav1.ObjectMeta, subresource string) string {
	if subresource != "" {
		return `{"f:` + subresource + `":{}}`
	}
	fields := map[string]any{}
	for key, names := range map[string]map[string]string{"f:labels": m.Labels, "f:annotations": m.Annotations} {
		if len(names) == 0 {
			continue
		}
		owned := map[string]any{".": map[string]any{}}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			owned["f:"+name] = map[string]any{}
		}
		fields[key] = owned
	}
	set := map[string]any{"f:spec": map[string]any{}}
	if len(fields) > 0 {
		set["f:metadata"] = fields
	}
	encoded, err := json.Marshal(set)
	if err != nil {
		return "{}"
	}
	return string(encoded)
}
