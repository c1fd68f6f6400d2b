package demo

import (
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// internalLoadBalancer is the annotation that keeps a load balancer off the internet.
const internalLoadBalancer = "service.beta.kubernetes.io/azure-load-balancer-internal"

// service makes a Service. Short forms: port (or ports: ["80:8080", ...]), and selects,
// the workload where it is not the Service's namesake. The rest is a ServiceSpec.
func (b *worldBuilder) service(m metav1.ObjectMeta, spec map[string]any) error {
	s := &corev1.Service{ObjectMeta: m}
	told := take[[]string](spec, "ports")
	if port, ok := spec["port"]; ok {
		told = append(told, strings.TrimSuffix(fmt.Sprint(port), ".0"))
		delete(spec, "port")
	}
	selects := take[string](spec, "selects")
	if err := into(spec, &s.Spec); err != nil {
		return err
	}
	for i, each := range told {
		port, target, _ := strings.Cut(each, ":")
		number, err := strconv.ParseInt(port, 10, 32)
		if err != nil {
			return fmt.Errorf("port %q: %w", each, err)
		}
		if target == "" {
			target = port
		}
		p := corev1.ServicePort{Port: int32(number), Protocol: corev1.ProtocolTCP, TargetPort: intstr.Parse(target)}
		if len(told) > 1 {
			p.Name = fmt.Sprintf("port-%d", i)
		}
		s.Spec.Ports = append(s.Spec.Ports, p)
	}
	if s.Spec.Selector == nil && selects != "none" && s.Spec.Type != corev1.ServiceTypeExternalName {
		if selects == "" {
			selects = m.Name
		}
		s.Spec.Selector = map[string]string{"app.kubernetes.io/name": selects}
	}
	b.defaultService(s)
	b.services = append(b.services, s)
	return b.add(b.byKind["Service"], &s.ObjectMeta, s)
}

func (b *worldBuilder) defaultService(s *corev1.Service) {
	setDefault(&s.Spec.Type, corev1.ServiceTypeClusterIP)
	setDefault(&s.Spec.SessionAffinity, corev1.ServiceAffinityNone)
	if s.Spec.Type == corev1.ServiceTypeExternalName {
		return
	}
	s.Spec.IPFamilies, s.Spec.IPFamilyPolicy = []corev1.IPFamily{corev1.IPv4Protocol}, new(corev1.IPFamilyPolicySingleStack)
	s.Spec.InternalTrafficPolicy = new(corev1.ServiceInternalTrafficPolicyCluster)
	hash := b.f.hash(fingerprint("address" + s.Namespace + s.Name))
	setDefault(&s.Spec.ClusterIP, fmt.Sprintf("10.0.%d.%d", 1+hash%250, 1+hash>>8%250))
	s.Spec.ClusterIPs = []string{s.Spec.ClusterIP}
	if s.Spec.Type == corev1.ServiceTypeClusterIP {
		return
	}
	setDefault(&s.Spec.ExternalTrafficPolicy, corev1.ServiceExternalTrafficPolicyCluster)
	for i := range s.Spec.Ports {
		setDefault(&s.Spec.Ports[i].NodePort, 30000+int32((hash>>16+uint64(i))%2767))
	}
	if s.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return
	}
	s.Spec.AllocateLoadBalancerNodePorts = new(true)
	s.Finalizers = []string{"service.kubernetes.io/load-balancer-cleanup"}
	address := b.publicAddress()
	if s.Annotations[internalLoadBalancer] == "true" {
		address = fmt.Sprintf("10.224.250.%d", 10+hash%200)
	}
	s.ManagedFields = append(s.ManagedFields, managed(&s.ObjectMeta, "cloud-controller-manager", metav1.ManagedFieldsOperationUpdate, "v1", "status"))
	s.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: address, IPMode: new(corev1.LoadBalancerIPModeVIP)}}
}

// publicAddress is the next public address that Azure gives to the cluster.
func (b *worldBuilder) publicAddress() string {
	b.addresses++
	return fmt.Sprintf("198.51.100.%d", 1+(b.f.hash(fingerprint("public"))+uint64(b.addresses)*3)%254)
}

// servicesFollow makes the endpoint slices of the services that select pods.
func (b *worldBuilder) servicesFollow() error {
	for _, s := range b.services {
		if len(s.Spec.Selector) == 0 {
			continue
		}
		slice := b.slice(s)
		for _, pod := range b.pods {
			if pod.Namespace != s.Namespace || pod.Status.PodIP == "" || pod.Status.Phase != corev1.PodRunning ||
				!labels.SelectorFromSet(s.Spec.Selector).Matches(labels.Set(pod.Labels)) {
				continue
			}
			ready := isReady(pod)
			slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
				Addresses:  []string{pod.Status.PodIP},
				Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &ready, Terminating: new(false)},
				NodeName:   &pod.Spec.NodeName,
				TargetRef:  &corev1.ObjectReference{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID},
			})
			slice.Ports = slicePorts(s, pod)
		}
		if err := b.add(b.byKind["EndpointSlice"], &slice.ObjectMeta, slice); err != nil {
			return err
		}
	}
	return nil
}

func (b *worldBuilder) slice(s *corev1.Service) *discoveryv1.EndpointSlice {
	k := b.byKind["EndpointSlice"]
	m := metav1.ObjectMeta{
		Name: s.Name + "-" + b.suffix("slice"+s.Namespace+s.Name), GenerateName: s.Name + "-", Namespace: s.Namespace,
		Labels: map[string]string{discoveryv1.LabelServiceName: s.Name, discoveryv1.LabelManagedBy: "endpointslice-controller.k8s.io"},
		OwnerReferences: []metav1.OwnerReference{{
			APIVersion: "v1", Kind: "Service", Name: s.Name, UID: s.UID, Controller: new(true), BlockOwnerDeletion: new(true),
		}},
	}
	b.age(k, &m, "")
	m.CreationTimestamp = s.CreationTimestamp
	b.provenance(k, &m, "controller", "")
	return &discoveryv1.EndpointSlice{ObjectMeta: m, AddressType: discoveryv1.AddressTypeIPv4}
}

// slicePorts are a service's ports as a pod has them.
func slicePorts(s *corev1.Service, pod *corev1.Pod) []discoveryv1.EndpointPort {
	var ports []discoveryv1.EndpointPort
	for _, p := range s.Spec.Ports {
		number := p.TargetPort.IntVal
		for _, c := range pod.Spec.Containers {
			for _, port := range c.Ports {
				if p.TargetPort.Type == intstr.String && port.Name == p.TargetPort.StrVal {
					number = port.ContainerPort
				}
			}
		}
		ports = append(ports, discoveryv1.EndpointPort{Name: new(p.Name), Port: new(number), Protocol: new(p.Protocol)})
	}
	return ports
}

// budget makes a PodDisruptionBudget: a spec, or selects with min or max.
func (b *worldBuilder) budget(m metav1.ObjectMeta, spec map[string]any) error {
	p := &policyv1.PodDisruptionBudget{ObjectMeta: m}
	if selects := take[string](spec, "selects"); selects != "" {
		p.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"app.kubernetes.io/name": selects}}
	}
	for key, field := range map[string]**intstr.IntOrString{"min": &p.Spec.MinAvailable, "max": &p.Spec.MaxUnavailable} {
		if value, ok := spec[key]; ok {
			*field = new(intstr.Parse(fmt.Sprint(value)))
			delete(spec, key)
		}
	}
	if err := into(spec, p); err != nil {
		return err
	}
	p.ObjectMeta = m
	b.budgets = append(b.budgets, p)
	return b.add(b.byKind["PodDisruptionBudget"], &p.ObjectMeta, p)
}

// budgetsFollow says how many disruptions each budget allows now.
func (b *worldBuilder) budgetsFollow() {
	for _, p := range b.budgets {
		selector, err := metav1.LabelSelectorAsSelector(p.Spec.Selector)
		if err != nil {
			continue
		}
		var expected, healthy int
		for _, pod := range b.pods {
			if pod.Namespace == p.Namespace && selector.Matches(labels.Set(pod.Labels)) {
				expected++
				if isReady(pod) {
					healthy++
				}
			}
		}
		desired := expected
		switch {
		case p.Spec.MinAvailable != nil:
			desired, _ = intstr.GetScaledValueFromIntOrPercent(p.Spec.MinAvailable, expected, true)
		case p.Spec.MaxUnavailable != nil:
			most, _ := intstr.GetScaledValueFromIntOrPercent(p.Spec.MaxUnavailable, expected, true)
			desired = max(0, expected-most)
		}
		allowed := max(0, healthy-desired)
		condition := metav1.Condition{Type: policyv1.DisruptionAllowedCondition, Status: metav1.ConditionTrue, Reason: policyv1.SufficientPodsReason, LastTransitionTime: p.CreationTimestamp}
		if allowed == 0 {
			condition.Status, condition.Reason = metav1.ConditionFalse, policyv1.InsufficientPodsReason
		}
		p.Generation = 1
		p.Status = policyv1.PodDisruptionBudgetStatus{
			ObservedGeneration: 1, ExpectedPods: int32(expected), CurrentHealthy: int32(healthy), DesiredHealthy: int32(desired),
			DisruptionsAllowed: int32(allowed), Conditions: []metav1.Condition{condition},
		}
	}
}
