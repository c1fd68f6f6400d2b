package model

import (
	"slices"
	"strings"
)

// Form says how a kind of Kubernetes object is read.
type Form uint8

// The forms.
const (
	// AsDocument keeps the whole document as JSON: rules judge it.
	AsDocument Form = iota
	// AsNames keeps the metadata alone.
	AsNames
	// AsKeys keeps the metadata, and the names of the keys whose values look like
	// secrets: for ConfigMaps.
	AsKeys
	// AsTyped reads protobuf and keeps the typed object: for kinds that no rule judges
	// as documents.
	AsTyped
	// AsTable keeps the columns that the API server prints: for Secrets, whose
	// metadata may carry values.
	AsTable
)

// ObjectKind is a kind of Kubernetes object that is read from inside a cluster.
type ObjectKind struct {
	// Kind is the name in the API, such as Deployment; it is also what a rule's reads name.
	Kind Kind
	// Group and Versions are where the API serves it; the newest version that a cluster
	// serves is read. Group is empty for the core API.
	Group    string
	Versions []string
	// Elsewhere are further versions, with their groups, in which the same objects are
	// served: read where the group does not serve them.
	Elsewhere []string
	// As is the kind's name in the API where Kind is not, since another kind goes by it.
	As string
	// Resource is the name in the API's paths, such as deployments.
	Resource   string
	Namespaced bool
	Form       Form
	// Optional is set where a cluster may not serve the kind: there are none of it then.
	Optional bool
}

// The kinds of Kubernetes objects.
const (
	KindNamespace             Kind = "Namespace"
	KindNode                  Kind = "Node"
	KindPod                   Kind = "Pod"
	KindDeployment            Kind = "Deployment"
	KindReplicaSet            Kind = "ReplicaSet"
	KindReplicationController Kind = "ReplicationController"
	KindStatefulSet           Kind = "StatefulSet"
	KindDaemonSet             Kind = "DaemonSet"
	KindJob                   Kind = "Job"
	KindCronJob               Kind = "CronJob"
	KindServiceAccount        Kind = "ServiceAccount"
	KindService               Kind = "Service"
	KindEndpointSlice         Kind = "EndpointSlice"
	KindIngress               Kind = "Ingress"
	KindIngressClass          Kind = "IngressClass"
	KindGateway               Kind = "Gateway"
	KindHTTPRoute             Kind = "HTTPRoute"
	// KindFirewallPolicy is one of Application Gateway for Containers.
	KindFirewallPolicy          Kind = "WebApplicationFirewallPolicy"
	KindNetworkPolicy           Kind = "NetworkPolicy"
	KindCiliumNetworkPolicy     Kind = "CiliumNetworkPolicy"
	KindCiliumClusterwidePolicy Kind = "CiliumClusterwideNetworkPolicy"
	KindAdminNetworkPolicy      Kind = "AdminNetworkPolicy"
	KindBaselineNetworkPolicy   Kind = "BaselineAdminNetworkPolicy"
	KindClusterNetworkPolicy    Kind = "ClusterNetworkPolicy"
	// KindCalicoNetworkPolicy is Calico's own NetworkPolicy.
	KindCalicoNetworkPolicy    Kind = "CalicoNetworkPolicy"
	KindGlobalNetworkPolicy    Kind = "GlobalNetworkPolicy"
	KindCalicoTier             Kind = "Tier"
	KindNetworkSet             Kind = "NetworkSet"
	KindGlobalNetworkSet       Kind = "GlobalNetworkSet"
	KindRole                   Kind = "Role"
	KindClusterRole            Kind = "ClusterRole"
	KindRoleBinding            Kind = "RoleBinding"
	KindClusterRoleBinding     Kind = "ClusterRoleBinding"
	KindResourceQuota          Kind = "ResourceQuota"
	KindLimitRange             Kind = "LimitRange"
	KindPodDisruptionBudget    Kind = "PodDisruptionBudget"
	KindValidatingWebhook      Kind = "ValidatingWebhookConfiguration"
	KindMutatingWebhook        Kind = "MutatingWebhookConfiguration"
	KindAdmissionPolicy        Kind = "ValidatingAdmissionPolicy"
	KindAdmissionPolicyBinding Kind = "ValidatingAdmissionPolicyBinding"
	KindConstraintTemplate     Kind = "ConstraintTemplate"
	// KindConstraint stands for every kind of the Gatekeeper constraints' group.
	KindConstraint               Kind = "Constraint"
	KindKyvernoClusterPolicy     Kind = "ClusterPolicy"
	KindKyvernoPolicy            Kind = "Policy"
	KindSecretProviderClass      Kind = "SecretProviderClass"
	KindExternalSecret           Kind = "ExternalSecret"
	KindAzureIdentityBinding     Kind = "AzureIdentityBinding"
	KindCertificateRequest       Kind = "CertificateSigningRequest"
	KindCustomResourceDefinition Kind = "CustomResourceDefinition"
	KindConfigMap                Kind = "ConfigMap"
	KindSecret                   Kind = "Secret"
	KindPersistentVolume         Kind = "PersistentVolume"
	KindPersistentVolumeClaim    Kind = "PersistentVolumeClaim"
	KindStorageClass             Kind = "StorageClass"
	KindEvent                    Kind = "Event"
)

// The kinds that rules judge and that are no kind of the API.
const (
	// KindWorkload is whatever runs pods: a controller that no other controls, or a
	// pod that none does.
	KindWorkload Kind = "workload"
	// KindInside is the inside of a cluster as a whole.
	KindInside Kind = "inside"
)

const (
	networkPolicyAPI = "policy.networking.k8s.io"
	gatewayAPI       = "gateway.networking.k8s.io"
	admissionAPI     = "admissionregistration.k8s.io"
	rbacAPI          = "rbac.authorization.k8s.io"
	calicoAPI        = "projectcalico.org"
)

var v1 = []string{"v1"}

// calicoObjects are what Calico's own API server keeps its objects as: all there is where
// it does not run.
var calicoObjects = []string{"crd.projectcalico.org/v1"}

// ObjectKinds lists what is read from inside a cluster, in the order in which it is
// worth having. Events are read on request alone.
var ObjectKinds = []ObjectKind{
	{Kind: KindNamespace, Versions: v1, Resource: "namespaces"},
	{Kind: KindPod, Versions: v1, Resource: "pods", Namespaced: true},
	{Kind: KindDeployment, Group: "apps", Versions: v1, Resource: "deployments", Namespaced: true},
	{Kind: KindDaemonSet, Group: "apps", Versions: v1, Resource: "daemonsets", Namespaced: true},
	{Kind: KindStatefulSet, Group: "apps", Versions: v1, Resource: "statefulsets", Namespaced: true},
	{Kind: KindCronJob, Group: "batch", Versions: v1, Resource: "cronjobs", Namespaced: true},
	{Kind: KindJob, Group: "batch", Versions: v1, Resource: "jobs", Namespaced: true},
	{Kind: KindReplicaSet, Group: "apps", Versions: v1, Resource: "replicasets", Namespaced: true, Form: AsTyped},
	{Kind: KindReplicationController, Versions: v1, Resource: "replicationcontrollers", Namespaced: true},
	{Kind: KindNode, Versions: v1, Resource: "nodes"},
	{Kind: KindService, Versions: v1, Resource: "services", Namespaced: true},
	{Kind: KindNetworkPolicy, Group: "networking.k8s.io", Versions: v1, Resource: "networkpolicies", Namespaced: true},
	{Kind: KindServiceAccount, Versions: v1, Resource: "serviceaccounts", Namespaced: true},
	{Kind: KindSecret, Versions: v1, Resource: "secrets", Namespaced: true, Form: AsTable},
	{Kind: KindIngress, Group: "networking.k8s.io", Versions: v1, Resource: "ingresses", Namespaced: true},
	{Kind: KindIngressClass, Group: "networking.k8s.io", Versions: v1, Resource: "ingressclasses"},
	{Kind: KindEndpointSlice, Group: "discovery.k8s.io", Versions: v1, Resource: "endpointslices", Namespaced: true, Form: AsTyped},
	{Kind: KindGateway, Group: gatewayAPI, Versions: []string{"v1", "v1beta1"}, Resource: "gateways", Namespaced: true, Optional: true},
	{Kind: KindHTTPRoute, Group: gatewayAPI, Versions: []string{"v1", "v1beta1"}, Resource: "httproutes", Namespaced: true, Optional: true},
	{Kind: KindFirewallPolicy, Group: "alb.networking.azure.io", Versions: v1, Resource: "webapplicationfirewallpolicies", Namespaced: true, Optional: true},
	{Kind: KindCiliumNetworkPolicy, Group: "cilium.io", Versions: []string{"v2"}, Resource: "ciliumnetworkpolicies", Namespaced: true, Optional: true},
	{Kind: KindCiliumClusterwidePolicy, Group: "cilium.io", Versions: []string{"v2"}, Resource: "ciliumclusterwidenetworkpolicies", Optional: true},
	{Kind: KindAdminNetworkPolicy, Group: networkPolicyAPI, Versions: []string{"v1alpha1"}, Resource: "adminnetworkpolicies", Optional: true},
	{Kind: KindBaselineNetworkPolicy, Group: networkPolicyAPI, Versions: []string{"v1alpha1"}, Resource: "baselineadminnetworkpolicies", Optional: true},
	{Kind: KindClusterNetworkPolicy, Group: networkPolicyAPI, Versions: []string{"v1alpha2"}, Resource: "clusternetworkpolicies", Optional: true},
	{Kind: KindCalicoNetworkPolicy, Group: calicoAPI, Versions: []string{"v3"}, Elsewhere: calicoObjects, Resource: "networkpolicies", As: "NetworkPolicy", Namespaced: true, Optional: true},
	{Kind: KindGlobalNetworkPolicy, Group: calicoAPI, Versions: []string{"v3"}, Elsewhere: calicoObjects, Resource: "globalnetworkpolicies", Optional: true},
	{Kind: KindCalicoTier, Group: calicoAPI, Versions: []string{"v3"}, Elsewhere: calicoObjects, Resource: "tiers", Optional: true},
	{Kind: KindNetworkSet, Group: calicoAPI, Versions: []string{"v3"}, Elsewhere: calicoObjects, Resource: "networksets", Namespaced: true, Optional: true},
	{Kind: KindGlobalNetworkSet, Group: calicoAPI, Versions: []string{"v3"}, Elsewhere: calicoObjects, Resource: "globalnetworksets", Optional: true},
	{Kind: KindPodDisruptionBudget, Group: "policy", Versions: v1, Resource: "poddisruptionbudgets", Namespaced: true},
	{Kind: KindRole, Group: rbacAPI, Versions: v1, Resource: "roles", Namespaced: true, Form: AsTyped},
	{Kind: KindClusterRole, Group: rbacAPI, Versions: v1, Resource: "clusterroles", Form: AsTyped},
	{Kind: KindRoleBinding, Group: rbacAPI, Versions: v1, Resource: "rolebindings", Namespaced: true, Form: AsTyped},
	{Kind: KindClusterRoleBinding, Group: rbacAPI, Versions: v1, Resource: "clusterrolebindings", Form: AsTyped},
	{Kind: KindValidatingWebhook, Group: admissionAPI, Versions: v1, Resource: "validatingwebhookconfigurations"},
	{Kind: KindMutatingWebhook, Group: admissionAPI, Versions: v1, Resource: "mutatingwebhookconfigurations"},
	{Kind: KindAdmissionPolicy, Group: admissionAPI, Versions: []string{"v1", "v1beta1"}, Resource: "validatingadmissionpolicies", Optional: true},
	{Kind: KindAdmissionPolicyBinding, Group: admissionAPI, Versions: []string{"v1", "v1beta1"}, Resource: "validatingadmissionpolicybindings", Optional: true},
	{Kind: KindConstraintTemplate, Group: "templates.gatekeeper.sh", Versions: []string{"v1", "v1beta1"}, Resource: "constrainttemplates", Form: AsNames, Optional: true},
	{Kind: KindConstraint, Group: "constraints.gatekeeper.sh", Versions: []string{"v1beta1"}, Resource: "*", Optional: true},
	{Kind: KindKyvernoClusterPolicy, Group: "kyverno.io", Versions: []string{"v1"}, Resource: "clusterpolicies", Optional: true},
	{Kind: KindKyvernoPolicy, Group: "kyverno.io", Versions: []string{"v1"}, Resource: "policies", Namespaced: true, Optional: true},
	{Kind: KindSecretProviderClass, Group: "secrets-store.csi.x-k8s.io", Versions: v1, Resource: "secretproviderclasses", Namespaced: true, Optional: true},
	{Kind: KindExternalSecret, Group: "external-secrets.io", Versions: []string{"v1", "v1beta1"}, Resource: "externalsecrets", Namespaced: true, Optional: true},
	{Kind: KindAzureIdentityBinding, Group: "aadpodidentity.k8s.io", Versions: v1, Resource: "azureidentitybindings", Namespaced: true, Optional: true},
	{Kind: KindResourceQuota, Versions: v1, Resource: "resourcequotas", Namespaced: true},
	{Kind: KindLimitRange, Versions: v1, Resource: "limitranges", Namespaced: true},
	{Kind: KindConfigMap, Versions: v1, Resource: "configmaps", Namespaced: true, Form: AsKeys},
	{Kind: KindPersistentVolume, Versions: v1, Resource: "persistentvolumes"},
	{Kind: KindPersistentVolumeClaim, Versions: v1, Resource: "persistentvolumeclaims", Namespaced: true},
	{Kind: KindStorageClass, Group: "storage.k8s.io", Versions: v1, Resource: "storageclasses"},
	{Kind: KindCertificateRequest, Group: "certificates.k8s.io", Versions: v1, Resource: "certificatesigningrequests"},
	{Kind: KindCustomResourceDefinition, Group: "apiextensions.k8s.io", Versions: v1, Resource: "customresourcedefinitions", Form: AsNames},
}

// EventKind is what tells what happened to an object lately.
var EventKind = ObjectKind{Kind: KindEvent, Versions: v1, Resource: "events", Namespaced: true}

// ControllerKinds are the kinds of the API that run pods from a template.
var ControllerKinds = []Kind{
	KindDeployment, KindDaemonSet, KindStatefulSet, KindCronJob, KindJob, KindReplicaSet, KindReplicationController,
}

// Place is where the API serves a kind.
type Place struct{ Group, Version string }

// String is the place as objects name it, such as apps/v1.
func (p Place) String() string { return strings.TrimPrefix(p.Group+"/"+p.Version, "/") }

// Places lists where the kind may be served, the place to read it from first.
func (k *ObjectKind) Places() []Place {
	places := make([]Place, 0, len(k.Versions)+len(k.Elsewhere))
	for _, version := range k.Versions {
		places = append(places, Place{k.Group, version})
	}
	for _, other := range k.Elsewhere {
		group, version, _ := strings.Cut(other, "/")
		places = append(places, Place{group, version})
	}
	return places
}

// Name is the kind's name in the API.
func (k *ObjectKind) Name() string {
	if k.As != "" {
		return k.As
	}
	return string(k.Kind)
}

// KindOf returns what an object is read as that the API names so, and whether it is read.
func KindOf(apiVersion, name string) (Kind, bool) {
	group, _, has := strings.Cut(apiVersion, "/")
	if !has {
		group = ""
	}
	if group == "constraints.gatekeeper.sh" {
		return KindConstraint, true
	}
	for i := range ObjectKinds {
		known := &ObjectKinds[i]
		if known.Name() == name && slices.ContainsFunc(known.Places(), func(p Place) bool { return p.Group == group }) {
			return known.Kind, true
		}
	}
	return KindEvent, name == string(KindEvent) && group == ""
}

// FindObjectKind returns a kind by its name, and whether it is one that is read.
func FindObjectKind(kind Kind) (ObjectKind, bool) {
	for _, known := range ObjectKinds {
		if known.Kind == kind {
			return known, true
		}
	}
	return EventKind, kind == KindEvent
}
