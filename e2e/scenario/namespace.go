package scenario

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// kind is how carefully a namespace is kept.
type kind int

const (
	// exemplary namespaces enforce the restricted Pod Security Standard and deny
	// traffic that no policy allows.
	exemplary kind = iota
	// ordinary namespaces enforce the baseline and have no network policy.
	ordinary
	// careless namespaces enforce nothing and run privileged containers.
	careless
)

// kindOf is the kind of a namespace: of ten, three are exemplary and two careless.
func kindOf(i int) kind {
	switch i % 10 {
	case 0, 3, 6:
		return exemplary
	case 4, 9:
		return careless
	default:
		return ordinary
	}
}

// NamespaceName is the name of a namespace by its number.
func NamespaceName(i int) string {
	return fmt.Sprintf("team-%03d-%s", i/3, []string{"dev", "test", "prod"}[i%3])
}

func (k kind) labels() map[string]string {
	const prefix = "pod-security.kubernetes.io/"
	switch k {
	case exemplary:
		return map[string]string{prefix + "enforce": "restricted", prefix + "enforce-version": "latest", prefix + "audit": "restricted"}
	case ordinary:
		return map[string]string{prefix + "enforce": "baseline", prefix + "warn": "restricted"}
	case careless:
	}
	return nil
}

// namespace fills a namespace.
func (l *loader) namespace(i int) {
	k, name := kindOf(i), NamespaceName(i)
	l.create(core+"namespaces", "kubectl", &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: k.labels(), Annotations: map[string]string{"fabrikam.example/owner": fmt.Sprintf("team-%03d", i/3)},
	}})
	for _, account := range []string{"default", "app", "deployer"} {
		l.create(in(core, name, "serviceaccounts"), "kube-controller-manager", &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: account}})
	}
	l.configuration(name)
	l.workloads(i, k, name)
	l.traffic(i, k, name)
	l.access(i, name)
}

// configuration is what applications are told.
func (l *loader) configuration(namespace string) {
	l.create(in(core, namespace, "configmaps"), "helm", &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "app"},
		Data:       map[string]string{"envoy.yaml": "static_resources: {listeners: [], clusters: []}\n", "app.properties": "cache.size=256\nqueue.depth=64\n"},
	})
	l.create(in(core, namespace, "configmaps"), "kube-controller-manager", &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "kube-root-ca.crt"}, Data: map[string]string{"ca.crt": "-----BEGIN CERTIFICATE-----\n"},
	})
	for _, secret := range []string{"app", "registry"} {
		l.create(in(core, namespace, "secrets"), "helm", &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Name: secret}, StringData: map[string]string{"url": planted(namespace + "/" + secret)},
		})
	}
	l.create(in(core, namespace, "resourcequotas"), "kubectl", &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "compute"}, Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{}},
	})
}

// traffic is how applications are reached.
func (l *loader) traffic(i int, k kind, namespace string) {
	for j, app := range []string{"web", "api"} {
		service := &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Name: app, Labels: map[string]string{"app.kubernetes.io/name": app}},
			Spec: corev1.ServiceSpec{
				Selector: map[string]string{"app.kubernetes.io/name": app},
				Ports:    []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromString("http")}},
			},
		}
		if k == careless && j == 0 {
			service.Spec.Type = corev1.ServiceTypeLoadBalancer
		}
		l.create(in(core, namespace, "services"), "helm", service)
	}
	if i%2 == 0 {
		l.create(in(networking, namespace, "ingresses"), "helm", ingress(namespace, k == exemplary))
	}
	l.create(in(policy, namespace, "poddisruptionbudgets"), "helm", &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: policyv1.PodDisruptionBudgetSpec{
			MaxUnavailable: new(intstr.FromInt32(1)),
			Selector:       &metav1.LabelSelector{MatchLabels: map[string]string{"app.kubernetes.io/name": "web"}},
		},
	})
	if k != exemplary {
		return
	}
	l.create(in(networking, namespace, "networkpolicies"), "kubectl", &networkingv1.NetworkPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: "default-deny"},
		Spec:       networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}},
	})
	l.create(in(networking, namespace, "networkpolicies"), "kubectl", &networkingv1.NetworkPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: "web-to-api"},
		Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: map[string]string{"app.kubernetes.io/name": "api"}},
			Ingress: []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{{
				PodSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app.kubernetes.io/name": "web"}},
			}}}},
		},
	})
}

func ingress(namespace string, encrypted bool) *networkingv1.Ingress {
	host := namespace + ".fabrikam.example"
	made := &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: networkingv1.IngressSpec{
			IngressClassName: new("nginx"),
			Rules: []networkingv1.IngressRule{{Host: host, IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
				Paths: []networkingv1.HTTPIngressPath{{
					Path: "/", PathType: new(networkingv1.PathTypePrefix),
					Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
						Name: "web", Port: networkingv1.ServiceBackendPort{Name: "http"},
					}},
				}},
			}}}},
		},
	}
	if encrypted {
		made.Spec.TLS = []networkingv1.IngressTLS{{Hosts: []string{host}, SecretName: "web-tls"}}
	}
	return made
}
