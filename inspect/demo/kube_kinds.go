package demo

import (
	"strings"
	"sync"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	batchv1 "k8s.io/api/batch/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// served is a kind of objects that an API server answers for.
type served struct {
	schema.GroupVersionKind
	resource, singular string
	short              []string
	namespaced         bool
	since              int  // the minor version that brought it
	custom             bool // defined by a CustomResourceDefinition: JSON alone
}

func (k *served) groupResource() schema.GroupResource {
	return schema.GroupResource{Group: k.Group, Resource: k.resource}
}

// path is the kind's collection in the API, the same for every namespace.
func (k *served) path() string { return k.Group + "/" + k.Version + "/" + k.resource }

// builtIn are the kinds that every API server of the demo answers for.
var builtIn = []served{
	core("Namespace", "namespaces", false, "ns"),
	core("Node", "nodes", false, "no"),
	core("Pod", "pods", true, "po"),
	core("Service", "services", true, "svc"),
	core("ServiceAccount", "serviceaccounts", true, "sa"),
	core("Secret", "secrets", true),
	core("ConfigMap", "configmaps", true, "cm"),
	core("ReplicationController", "replicationcontrollers", true, "rc"),
	core("ResourceQuota", "resourcequotas", true, "quota"),
	core("LimitRange", "limitranges", true, "limits"),
	core("PersistentVolume", "persistentvolumes", false, "pv"),
	core("PersistentVolumeClaim", "persistentvolumeclaims", true, "pvc"),
	core("Event", "events", true, "ev"),
	grouped("apps", "Deployment", "deployments", true, "deploy"),
	grouped("apps", "ReplicaSet", "replicasets", true, "rs"),
	grouped("apps", "StatefulSet", "statefulsets", true, "sts"),
	grouped("apps", "DaemonSet", "daemonsets", true, "ds"),
	grouped("batch", "Job", "jobs", true),
	grouped("batch", "CronJob", "cronjobs", true, "cj"),
	grouped("networking.k8s.io", "NetworkPolicy", "networkpolicies", true, "netpol"),
	grouped("networking.k8s.io", "Ingress", "ingresses", true, "ing"),
	grouped("networking.k8s.io", "IngressClass", "ingressclasses", false),
	grouped("discovery.k8s.io", "EndpointSlice", "endpointslices", true),
	grouped("policy", "PodDisruptionBudget", "poddisruptionbudgets", true, "pdb"),
	grouped("rbac.authorization.k8s.io", "Role", "roles", true),
	grouped("rbac.authorization.k8s.io", "ClusterRole", "clusterroles", false),
	grouped("rbac.authorization.k8s.io", "RoleBinding", "rolebindings", true),
	grouped("rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", false),
	grouped("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false),
	grouped("admissionregistration.k8s.io", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", false),
	grouped("admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", false).from(30),
	grouped("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", false).from(30),
	grouped("storage.k8s.io", "StorageClass", "storageclasses", false, "sc"),
	grouped("certificates.k8s.io", "CertificateSigningRequest", "certificatesigningrequests", false, "csr"),
	definitions,
}

// definitions are CustomResourceDefinitions, whose types are not among k8s.io/api's.
var definitions = served{
	GroupVersionKind: schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"},
	resource:         "customresourcedefinitions", singular: "customresourcedefinition", short: []string{"crd", "crds"}, custom: true,
}

func core(kind, resource string, namespaced bool, short ...string) served {
	return grouped("", kind, resource, namespaced, short...)
}

func grouped(group, kind, resource string, namespaced bool, short ...string) served {
	return served{
		GroupVersionKind: schema.GroupVersionKind{Group: group, Version: "v1", Kind: kind},
		resource:         resource, singular: strings.ToLower(kind), short: short, namespaced: namespaced,
	}
}

func (k served) from(minor int) served {
	k.since = minor
	return k
}

// builtInKind finds a kind of the API by its name.
func builtInKind(kind string) *served {
	for i := range builtIn {
		if builtIn[i].Kind == kind {
			return &builtIn[i]
		}
	}
	return nil
}

// apiScheme knows the types of the kinds above. It is made with the first request.
var apiScheme = sync.OnceValues(func() (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, networkingv1.AddToScheme, discoveryv1.AddToScheme,
		policyv1.AddToScheme, rbacv1.AddToScheme, admissionregistrationv1.AddToScheme, storagev1.AddToScheme,
		certificatesv1.AddToScheme, authenticationv1.AddToScheme, authorizationv1.AddToScheme, metav1.AddMetaToScheme,
	} {
		if err := add(s); err != nil {
			return nil, err
		}
	}
	metav1.AddToGroupVersion(s, schema.GroupVersion{Version: "v1"})
	return s, nil
})

func authentication(kind string) schema.GroupVersionKind {
	return authenticationv1.SchemeGroupVersion.WithKind(kind)
}

func authorization(kind string) schema.GroupVersionKind {
	return authorizationv1.SchemeGroupVersion.WithKind(kind)
}
