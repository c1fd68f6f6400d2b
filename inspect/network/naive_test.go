package network_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

// small is a small cluster with random policies.
type small struct {
	namespaces []corev1.Namespace
	pods       []corev1.Pod
	policies   []networkingv1.NetworkPolicy
}

func one[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func randomCluster(r *rand.Rand) *small {
	c := &small{}
	for _, name := range []string{"a", "b", "c"} {
		c.namespaces = append(c.namespaces, corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: randomLabels(r)}})
		for i := range 1 + r.IntN(3) {
			p := corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s%d", name, i), Namespace: name, Labels: randomLabels(r)}}
			p.Spec.HostNetwork = r.IntN(8) == 0
			p.Spec.Containers = []corev1.Container{{Name: "x", Image: "x", Ports: []corev1.ContainerPort{
				{Name: one(r, "web", "dns"), ContainerPort: one[int32](r, 80, 53), Protocol: one(r, corev1.ProtocolTCP, corev1.ProtocolUDP)},
			}}}
			p.Status.PodIP = fmt.Sprintf("10.0.%d.%d", r.IntN(3), 1+r.IntN(4))
			c.pods = append(c.pods, p)
		}
	}
	for i := range r.IntN(5) {
		p := networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("p%d", i), Namespace: one(r, "a", "b", "c")}}
		p.Spec.PodSelector = *randomSelector(r)
		p.Spec.PolicyTypes = one(r, nil, []networkingv1.PolicyType{"Ingress"}, []networkingv1.PolicyType{"Egress"}, []networkingv1.PolicyType{"Ingress", "Egress"})
		for range r.IntN(3) {
			p.Spec.Ingress = append(p.Spec.Ingress, networkingv1.NetworkPolicyIngressRule{From: randomPeers(r), Ports: randomPorts(r)})
		}
		for range r.IntN(3) {
			p.Spec.Egress = append(p.Spec.Egress, networkingv1.NetworkPolicyEgressRule{To: randomPeers(r), Ports: randomPorts(r)})
		}
		c.policies = append(c.policies, p)
	}
	return c
}

func randomLabels(r *rand.Rand) map[string]string {
	labels := map[string]string{}
	for _, key := range []string{"x", "y"} {
		if value := one(r, "", "1", "2"); value != "" {
			labels[key] = value
		}
	}
	return labels
}

func randomSelector(r *rand.Rand) *metav1.LabelSelector {
	s := &metav1.LabelSelector{}
	if r.IntN(3) == 0 {
		s.MatchLabels = map[string]string{one(r, "x", "y"): one(r, "1", "2")}
	}
	if r.IntN(4) == 0 {
		e := metav1.LabelSelectorRequirement{Key: one(r, "x", "y"), Operator: one(r, metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn, metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist)}
		if e.Operator == metav1.LabelSelectorOpIn || e.Operator == metav1.LabelSelectorOpNotIn {
			e.Values = one(r, []string{"1"}, []string{"1", "2"})
		}
		s.MatchExpressions = append(s.MatchExpressions, e)
	}
	return s
}

func randomPeers(r *rand.Rand) []networkingv1.NetworkPolicyPeer {
	var peers []networkingv1.NetworkPolicyPeer
	for range r.IntN(3) {
		switch r.IntN(4) {
		case 0:
			peers = append(peers, networkingv1.NetworkPolicyPeer{PodSelector: randomSelector(r)})
		case 1:
			peers = append(peers, networkingv1.NetworkPolicyPeer{NamespaceSelector: randomSelector(r)})
		case 2:
			peers = append(peers, networkingv1.NetworkPolicyPeer{NamespaceSelector: randomSelector(r), PodSelector: randomSelector(r)})
		default:
			peers = append(peers, networkingv1.NetworkPolicyPeer{IPBlock: &networkingv1.IPBlock{
				CIDR: one(r, "0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24"), Except: one(r, nil, []string{"10.0.1.0/30"}, []string{"169.254.169.254/32", "10.0.2.0/24"}),
			}})
		}
	}
	return peers
}

func randomPorts(r *rand.Rand) []networkingv1.NetworkPolicyPort {
	var ports []networkingv1.NetworkPolicyPort
	for range r.IntN(3) {
		p := networkingv1.NetworkPolicyPort{}
		if r.IntN(2) == 0 {
			protocol := one(r, corev1.ProtocolTCP, corev1.ProtocolUDP)
			p.Protocol = &protocol
		}
		switch r.IntN(4) {
		case 0:
			p.Port = new(intstr.FromInt32(80))
		case 1:
			p.Port = new(intstr.FromInt32(50))
			p.EndPort = new(int32(80))
		case 2:
			p.Port = new(intstr.FromString(one(r, "web", "dns")))
		}
		ports = append(ports, p)
	}
	return ports
}

// The naive evaluation: one pod, one other end, one port, policy by policy.

type end struct {
	pod  *corev1.Pod
	addr netip.Addr
}

func naiveMatch(s *metav1.LabelSelector, labels map[string]string) bool {
	for key, value := range s.MatchLabels {
		if have, has := labels[key]; !has || have != value {
			return false
		}
	}
	for _, e := range s.MatchExpressions {
		have, has := labels[e.Key]
		in := false
		for _, value := range e.Values {
			in = in || has && have == value
		}
		switch e.Operator {
		case metav1.LabelSelectorOpIn:
			if !in {
				return false
			}
		case metav1.LabelSelectorOpNotIn:
			if in {
				return false
			}
		case metav1.LabelSelectorOpExists:
			if !has {
				return false
			}
		case metav1.LabelSelectorOpDoesNotExist:
			if has {
				return false
			}
		}
	}
	return true
}

func (c *small) peer(p networkingv1.NetworkPolicyPeer, home string, other end) bool {
	if p.IPBlock != nil {
		if !netip.MustParsePrefix(p.IPBlock.CIDR).Contains(other.addr) {
			return false
		}
		for _, except := range p.IPBlock.Except {
			if netip.MustParsePrefix(except).Contains(other.addr) {
				return false
			}
		}
		return true
	}
	if other.pod == nil || other.pod.Spec.HostNetwork {
		return false
	}
	if p.NamespaceSelector == nil {
		if other.pod.Namespace != home {
			return false
		}
	} else {
		for _, namespace := range c.namespaces {
			if namespace.Name == other.pod.Namespace && !naiveMatch(p.NamespaceSelector, namespace.Labels) {
				return false
			}
		}
	}
	return p.PodSelector == nil || naiveMatch(p.PodSelector, other.pod.Labels)
}

func naivePort(ports []networkingv1.NetworkPolicyPort, protocol corev1.Protocol, number int32, destination *corev1.Pod) bool {
	if len(ports) == 0 {
		return true
	}
	for _, p := range ports {
		want := corev1.ProtocolTCP
		if p.Protocol != nil {
			want = *p.Protocol
		}
		if want != protocol {
			continue
		}
		switch {
		case p.Port == nil:
			return true
		case p.Port.Type == intstr.String:
			if destination != nil {
				for _, named := range destination.Spec.Containers[0].Ports {
					if named.Name == p.Port.StrVal && named.Protocol == protocol && named.ContainerPort == number {
						return true
					}
				}
			}
		case p.EndPort != nil:
			if number >= p.Port.IntVal && number <= *p.EndPort {
				return true
			}
		case p.Port.IntVal == number:
			return true
		}
	}
	return false
}

func (c *small) lets(pod *corev1.Pod, way networkingv1.PolicyType, other end, protocol corev1.Protocol, number int32, destination *corev1.Pod) bool {
	if pod.Spec.HostNetwork {
		return true
	}
	isolated := false
	for _, p := range c.policies {
		types := p.Spec.PolicyTypes
		if types == nil {
			types = []networkingv1.PolicyType{"Ingress"}
			if len(p.Spec.Egress) > 0 {
				types = append(types, "Egress")
			}
		}
		speaks := false
		for _, each := range types {
			speaks = speaks || each == way
		}
		if !speaks || p.Namespace != pod.Namespace || !naiveMatch(&p.Spec.PodSelector, pod.Labels) {
			continue
		}
		isolated = true
		lets := func(peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort) bool {
			hit := len(peers) == 0
			for _, peer := range peers {
				hit = hit || c.peer(peer, p.Namespace, other)
			}
			return hit && naivePort(ports, protocol, number, destination)
		}
		if way == "Ingress" {
			for _, rule := range p.Spec.Ingress {
				if lets(rule.From, rule.Ports) {
					return true
				}
			}
		} else {
			for _, rule := range p.Spec.Egress {
				if lets(rule.To, rule.Ports) {
					return true
				}
			}
		}
	}
	return !isolated
}

func (c *small) view(t testing.TB) *object.View {
	t.Helper()
	in := &model.Inside{Objects: map[model.Kind][]*model.Object{}, Reads: map[model.Kind]model.Read{}}
	add := func(kind model.Kind, version string, o any) {
		text, err := json.Marshal(o)
		require.NoError(t, err)
		kept, err := object.Keep(kind, version, text, objecttest.ReadAt)
		require.NoError(t, err)
		in.Objects[kind] = append(in.Objects[kind], kept)
	}
	for _, namespace := range c.namespaces {
		add(model.KindNamespace, "v1", namespace)
	}
	for _, pod := range c.pods {
		add(model.KindPod, "v1", pod)
	}
	for _, policy := range c.policies {
		add(model.KindNetworkPolicy, "networking.k8s.io/v1", policy)
	}
	return object.NewView(in, nil, nil)
}

// What the analysis says of every pair of pods and of the metadata service is what
// going through the policies one by one says, on each port that tells policies apart.
func TestTheAnalysisAgreesWithANaiveOne(t *testing.T) {
	for seed := range uint64(400) {
		agrees(t, seed)
	}
}

func FuzzTheAnalysisAgainstANaiveOne(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { agrees(t, seed) })
}

func agrees(t *testing.T, seed uint64) {
	t.Helper()
	c := randomCluster(rand.New(rand.NewPCG(seed, 7)))
	a := network.Of(c.view(t))
	of := func(pod *corev1.Pod) *network.Workload {
		return a.Workload(model.Ref{Kind: model.KindPod, Namespace: pod.Namespace, Name: pod.Name})
	}
	for i := range c.pods {
		from := &c.pods[i]
		metadata := end{addr: netip.MustParseAddr("169.254.169.254")}
		require.Equal(t, c.lets(from, "Egress", metadata, corev1.ProtocolTCP, 80, nil), of(from).Standings[0].Metadata,
			"seed %d: %s to the metadata service", seed, from.Name)
		for j := range c.pods {
			to := &c.pods[j]
			got := a.Reaches(of(from), of(to)).Ports
			for _, protocol := range []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP} {
				for _, number := range []int32{0, 49, 50, 53, 54, 80, 81, 65535} {
					want := c.lets(from, "Egress", end{to, netip.MustParseAddr(to.Status.PodIP)}, protocol, number, to) &&
						c.lets(to, "Ingress", end{from, netip.MustParseAddr(from.Status.PodIP)}, protocol, number, to)
					require.Equal(t, want, got.Has(string(protocol), number), "seed %d: %s to %s on %s %d: %s", seed, from.Name, to.Name, protocol, number, got)
				}
			}
		}
	}
}
