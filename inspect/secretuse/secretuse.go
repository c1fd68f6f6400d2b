// Package secretuse tells who in a cluster uses which Secret, and how. It knows names
// alone: values are never read.
package secretuse

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Use is one way in which an object uses a Secret.
type Use struct {
	By  model.Ref
	How string // such as "environment", "file", "image pull", "TLS"
}

// Kinds are what Of needs to have been read.
var Kinds = append([]model.Kind{model.KindPod, model.KindIngress, model.KindServiceAccount}, model.ControllerKinds...)

// ways names the ways of a pod.
var ways = map[model.SecretHow]string{
	model.SecretAsEnvironment: "environment", model.SecretAsFile: "file", model.SecretToPull: "image pull",
}

type usesKey struct{}

// Of returns the uses of each Secret that something names, whether it is there or not.
func Of(view *object.View) map[model.Ref][]Use { return object.Derived(view, usesKey{}, uses) }

func uses(view *object.View) map[model.Ref][]Use {
	all := map[model.Ref][]Use{}
	add := func(namespace, name string, use Use) {
		ref := model.Ref{Kind: model.KindSecret, Namespace: namespace, Name: name}
		if name != "" && !slices.Contains(all[ref], use) {
			all[ref] = append(all[ref], use)
		}
	}
	for _, kind := range append([]model.Kind{model.KindPod}, model.ControllerKinds...) {
		for _, o := range view.Objects[kind] {
			if o.Pod == nil {
				continue
			}
			by := view.TopOwner(o).Ref
			for _, use := range o.Pod.Secrets {
				add(o.Namespace, use.Name, Use{by, ways[use.How]})
			}
		}
	}
	for i, ingress := range object.List[networkingv1.Ingress](view, model.KindIngress) {
		if ingress == nil {
			continue
		}
		for _, tls := range ingress.Spec.TLS {
			add(ingress.Namespace, tls.SecretName, Use{view.Objects[model.KindIngress][i].Ref, "TLS"})
		}
	}
	for i, account := range object.List[corev1.ServiceAccount](view, model.KindServiceAccount) {
		if account == nil {
			continue
		}
		by := view.Objects[model.KindServiceAccount][i].Ref
		for _, pull := range account.ImagePullSecrets {
			add(account.Namespace, pull.Name, Use{by, "image pull"})
		}
		for _, token := range account.Secrets {
			add(account.Namespace, token.Name, Use{by, "token"})
		}
	}
	for _, o := range view.Objects[model.KindGateway] {
		gateway(o, add)
	}
	return all
}

// gateway adds the certificates of a gateway's listeners.
func gateway(o *model.Object, add func(namespace, name string, use Use)) {
	tree, err := object.Tree(o)
	if err != nil {
		return
	}
	listeners, _ := document.Lookup(tree, "spec.listeners")
	for _, listener := range items(listeners) {
		certificates, _ := document.Lookup(listener, "tls.certificateRefs")
		for _, ref := range items(certificates) {
			namespace := document.Text(ref, "namespace")
			if namespace == "" {
				namespace = o.Namespace
			}
			add(namespace, document.Text(ref, "name"), Use{o.Ref, "TLS"})
		}
	}
}

func items(value any) []map[string]any {
	list, _ := value.([]any)
	found := make([]map[string]any, 0, len(list))
	for _, each := range list {
		if tree, is := each.(map[string]any); is {
			found = append(found, tree)
		}
	}
	return found
}
