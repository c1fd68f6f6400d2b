package demo

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// testWorld is the inside of a cluster of the company as it is at first.
func testWorld(t testing.TB, name string) (*world, *armCluster) {
	t.Helper()
	h := newTestKubernetes(t, Options{}).(*apiServers)
	require.NoError(t, h.load())
	site, err := h.site(server(t, name))
	require.NoError(t, err)
	w, err := newWorld(&site.facts, site.arm, site.plan, h.story.kits)
	require.NoError(t, err)
	return w, site.arm
}

// all returns the objects of a kind.
func all[T any](w *world, kind string) []*T {
	var list []*T
	for _, e := range w.lists[builtInKind(kind).path()] {
		list = append(list, e.object.(any).(*T))
	}
	return list
}

func (w *world) has(kind, namespace, name string) bool {
	for _, e := range w.lists[builtInKind(kind).path()] {
		if e.namespace == namespace && e.name == name {
			return true
		}
	}
	return false
}

func TestNodesAreThoseOfThePools(t *testing.T) {
	for _, name := range readable {
		w, arm := testWorld(t, name)
		byPool := map[string]int{}
		for _, node := range all[corev1.Node](w, "Node") {
			pool := node.Labels["kubernetes.azure.com/agentpool"]
			byPool[pool]++
			for i := range arm.Properties.Pools {
				p := &arm.Properties.Pools[i]
				if p.Name != pool {
					continue
				}
				assert.Equal(t, "v"+p.Version, node.Status.NodeInfo.KubeletVersion)
				assert.Equal(t, strings.ToLower(p.OSType), node.Labels[corev1.LabelOSStable])
				assert.Len(t, node.Spec.Taints, len(p.Taints))
			}
		}
		for i := range arm.Properties.Pools {
			p := &arm.Properties.Pools[i]
			assert.Equal(t, p.Count, byPool[p.Name], "%s %s", name, p.Name)
		}
	}
}

func TestWhatControllersMakeFitsThem(t *testing.T) {
	for _, name := range readable {
		w, _ := testWorld(t, name)
		nodes := map[string]*corev1.Node{}
		for _, node := range all[corev1.Node](w, "Node") {
			nodes[node.Name] = node
		}
		owned := map[string]int32{}
		for _, pod := range all[corev1.Pod](w, "Pod") {
			for _, owner := range pod.OwnerReferences {
				assert.True(t, w.has(owner.Kind, pod.Namespace, owner.Name), "%s of %s", owner.Name, pod.Name)
				owned[owner.Kind+pod.Namespace+owner.Name]++
			}
			if pod.Spec.ServiceAccountName == "soak" { // deleted since
				continue
			}
			assert.True(t, w.has("ServiceAccount", pod.Namespace, pod.Spec.ServiceAccountName), "%s: %s/%s has no account %s", name, pod.Namespace, pod.Name, pod.Spec.ServiceAccountName)
			if pod.Status.Phase == corev1.PodPending && pod.Spec.NodeName == "" {
				continue
			}
			node := nodes[pod.Spec.NodeName]
			require.NotNil(t, node, pod.Name)
			assert.True(t, tolerated(&pod.Spec, node), pod.Name)
			for _, volume := range pod.Spec.Volumes {
				if volume.Secret != nil {
					assert.True(t, w.has("Secret", pod.Namespace, volume.Secret.SecretName), volume.Secret.SecretName)
				}
			}
		}
		for _, set := range all[appsv1.ReplicaSet](w, "ReplicaSet") {
			assert.Equal(t, *set.Spec.Replicas, owned["ReplicaSet"+set.Namespace+set.Name], set.Name)
			assert.True(t, w.has("Deployment", set.Namespace, set.OwnerReferences[0].Name))
		}
		for _, set := range all[appsv1.DaemonSet](w, "DaemonSet") {
			assert.Equal(t, set.Status.DesiredNumberScheduled, owned["DaemonSet"+set.Namespace+set.Name], set.Name)
		}
		for _, set := range all[appsv1.StatefulSet](w, "StatefulSet") {
			assert.Equal(t, *set.Spec.Replicas, owned["StatefulSet"+set.Namespace+set.Name], set.Name)
		}
	}
}

func TestServicesLeadToPods(t *testing.T) {
	for _, name := range readable {
		w, _ := testWorld(t, name)
		slices := map[string]*discoveryv1.EndpointSlice{}
		for _, slice := range all[discoveryv1.EndpointSlice](w, "EndpointSlice") {
			slices[slice.Namespace+"/"+slice.Labels[discoveryv1.LabelServiceName]] = slice
		}
		for _, service := range all[corev1.Service](w, "Service") {
			if len(service.Spec.Selector) == 0 {
				continue
			}
			slice := slices[service.Namespace+"/"+service.Name]
			require.NotNil(t, slice, "%s: %s/%s", name, service.Namespace, service.Name)
			if service.Name != "preview-4732" { // its image was never built
				assert.NotEmpty(t, slice.Endpoints, "%s: %s/%s", name, service.Namespace, service.Name)
			}
			for _, port := range slice.Ports {
				assert.NotZero(t, *port.Port, "%s: %s/%s", name, service.Namespace, service.Name)
			}
			if service.Spec.Type == corev1.ServiceTypeLoadBalancer {
				assert.Len(t, service.Status.LoadBalancer.Ingress, 1)
			}
		}
		for _, ingress := range all[networkingv1.Ingress](w, "Ingress") {
			assert.True(t, w.has("IngressClass", "", *ingress.Spec.IngressClassName), ingress.Name)
			assert.True(t, w.has("Service", ingress.Namespace, ingress.Spec.Rules[0].HTTP.Paths[0].Backend.Service.Name), ingress.Name)
		}
	}
}

func TestBindingsNameRolesThatAre(t *testing.T) {
	for _, name := range readable {
		if name == "ds-lab-01" { // it knows no RBAC
			continue
		}
		w, _ := testWorld(t, name)
		check := func(namespace string, role rbacv1.RoleRef, subjects []rbacv1.Subject) {
			if role.Kind == "ClusterRole" {
				namespace = ""
			}
			assert.True(t, w.has(role.Kind, namespace, role.Name), "%s: %s %s", name, role.Kind, role.Name)
			for _, subject := range subjects {
				if subject.Kind == "ServiceAccount" {
					assert.True(t, w.has("ServiceAccount", subject.Namespace, subject.Name), "%s: %s/%s", name, subject.Namespace, subject.Name)
				}
			}
		}
		for _, binding := range all[rbacv1.RoleBinding](w, "RoleBinding") {
			check(binding.Namespace, binding.RoleRef, binding.Subjects)
		}
		for _, binding := range all[rbacv1.ClusterRoleBinding](w, "ClusterRoleBinding") {
			check("", binding.RoleRef, binding.Subjects)
		}
	}
}

func TestWhatRunsIsWhatAzureSays(t *testing.T) {
	for condition, set := range map[string]string{
		"properties.addonProfiles.omsagent.enabled":                      "ama-logs",
		"properties.azureMonitorProfile.metrics.enabled":                 "ama-metrics-node",
		"properties.securityProfile.defender.securityMonitoring.enabled": "microsoft-defender-collector-ds",
		"properties.networkProfile.networkPolicy=cilium":                 "cilium",
		"properties.networkProfile.networkPolicy=azure":                  "azure-npm",
		"properties.addonProfiles.azureKeyvaultSecretsProvider.enabled":  "aks-secrets-store-csi-driver",
		"properties.podIdentityProfile.enabled":                          "nmi",
		"properties.networkProfile.networkPlugin=azure":                  "azure-cns",
		"!properties.networkProfile.networkDataplane=cilium":             "kube-proxy",
	} {
		seen := 0
		for _, name := range readable {
			w, arm := testWorld(t, name)
			is := holds(condition, arm.raw)
			assert.Equal(t, is, w.has("DaemonSet", "kube-system", set), "%s: %s", name, set)
			if is {
				seen++
			}
		}
		assert.Positive(t, seen, condition)
	}
}

// TestTheSameTwice: what is built follows from the cluster and the time alone.
func TestTheSameTwice(t *testing.T) {
	one, _ := testWorld(t, "web-neu-01")
	other, _ := testWorld(t, "web-neu-01")
	assert.Equal(t, one.lists, other.lists)
	one.advance(monday.Add(10 * changePeriod))
	other.advance(monday.Add(4 * changePeriod))
	other.advance(monday.Add(10 * changePeriod))
	assert.Equal(t, one.lists, other.lists)
	assert.Equal(t, one.version, other.version)
}

func TestManagedFieldsTellWhoWrote(t *testing.T) {
	w, _ := testWorld(t, "pay-weu-02")
	managers := map[string]bool{}
	for _, d := range all[appsv1.Deployment](w, "Deployment") {
		for _, field := range d.ManagedFields {
			managers[field.Manager] = true
			assert.NotNil(t, field.Time)
			assert.NotEmpty(t, field.Operation)
			assert.NotEmpty(t, field.APIVersion)
		}
		if d.Namespace == "payments" {
			assert.Equal(t, metav1.ManagedFieldsOperationApply, d.ManagedFields[0].Operation)
			assert.Equal(t, "apps", d.Labels["kustomize.toolkit.fluxcd.io/name"])
		}
	}
	for _, manager := range []string{"addon-manager", "kustomize-controller", "kube-controller-manager"} {
		assert.True(t, managers[manager], manager)
	}
}
