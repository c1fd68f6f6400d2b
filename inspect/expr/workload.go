package expr

import (
	"slices"

	"github.com/aksight/aksight/inspect/images"
)

// ownNamespaces are filled by AKS and its add-ons alone; sharedNamespaces by whoever
// may, and there a label tells what is AKS's. Labels count nowhere else.
var (
	ownNamespaces = []string{
		"kube-public", "kube-node-lease", "aks-istio-system", "app-routing-system", "aks-command",
		"azure-extensions-usage-system", "mdc",
	}
	sharedNamespaces = []string{
		"kube-system", "gatekeeper-system", "aks-istio-ingress", "aks-istio-egress", "calico-system", "tigera-operator",
		"azure-alb-system", "dataprotection-microsoft", "azure-arc",
	}
)

// IsSystemNamespace reports whether AKS and its add-ons fill a namespace.
func IsSystemNamespace(name string) bool {
	return slices.Contains(ownNamespaces, name) || slices.Contains(sharedNamespaces, name)
}

// isManaged tells what AKS itself keeps as it is, so that a change by hand does not
// last.
func isManaged(r map[string]any) bool {
	metadata, _ := r["metadata"].(map[string]any)
	if r["kind"] == "Namespace" {
		name, _ := metadata["name"].(string)
		return IsSystemNamespace(name)
	}
	namespace, _ := metadata["namespace"].(string)
	if !slices.Contains(sharedNamespaces, namespace) {
		return slices.Contains(ownNamespaces, namespace)
	}
	labels, _ := metadata["labels"].(map[string]any)
	return labels["kubernetes.azure.com/managedby"] == "aks" || labels["addonmanager.kubernetes.io/mode"] != nil
}

// registryOf returns the registry's host that an image comes from, or "" where the
// name cannot be taken apart.
func registryOf(image string) string {
	parsed, err := images.Parse(image)
	if err != nil {
		return ""
	}
	return parsed.Registry
}

func tagOf(image string) string {
	parsed, err := images.Parse(image)
	if err != nil {
		return ""
	}
	return parsed.Tag
}

func digestOf(image string) string {
	parsed, err := images.Parse(image)
	if err != nil {
		return ""
	}
	return parsed.Digest
}
