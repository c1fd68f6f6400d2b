package network

import (
	"fmt"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// parseKubernetes reads a NetworkPolicy of networking.k8s.io/v1.
func parseKubernetes(policy *Policy, typed *networkingv1.NetworkPolicy) []*part {
	p := &part{policy: policy, tier: policyTier}
	spec := &typed.Spec
	pods, err := metav1.LabelSelectorAsSelector(&spec.PodSelector)
	if err != nil {
		p.unclear("spec.podSelector: " + err.Error())
		return nil
	}
	p.subject = podSelector{namespace: policy.Namespace, pods: pods}
	types := spec.PolicyTypes
	if len(types) == 0 { // the API server's default
		types = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
		if len(spec.Egress) > 0 {
			types = append(types, networkingv1.PolicyTypeEgress)
		}
	}
	if slices.Contains(types, networkingv1.PolicyTypeIngress) {
		side := &p.sides[Ingress]
		side.applies, side.isolates = true, true
		for i, rule := range spec.Ingress {
			path := fmt.Sprintf("spec.ingress[%d]", i)
			side.rules = append(side.rules, p.kubernetesRule(path, "from", rule.From, rule.Ports))
		}
	}
	if slices.Contains(types, networkingv1.PolicyTypeEgress) {
		side := &p.sides[Egress]
		side.applies, side.isolates = true, true
		for i, rule := range spec.Egress {
			path := fmt.Sprintf("spec.egress[%d]", i)
			side.rules = append(side.rules, p.kubernetesRule(path, "to", rule.To, rule.Ports))
		}
	}
	return []*part{p}
}

func (p *part) kubernetesRule(path, key string, peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort) parsedRule {
	rule := parsedRule{path: path, anyPort: len(ports) == 0}
	if len(peers) == 0 {
		rule.peers = []peer{{kind: peerEverything, path: path}}
	}
	for i, each := range peers {
		rule.peers = append(rule.peers, p.kubernetesPeer(fmt.Sprintf("%s.%s[%d]", path, key, i), each))
	}
	for _, each := range ports {
		rule.ports = append(rule.ports, kubernetesPort(each))
	}
	return rule
}

func (p *part) kubernetesPeer(path string, each networkingv1.NetworkPolicyPeer) peer {
	if block := each.IPBlock; block != nil {
		return p.block(path, block.CIDR, block.Except)
	}
	if each.PodSelector == nil && each.NamespaceSelector == nil {
		p.unclear(path)
		return peer{kind: peerUnclear, path: path}
	}
	selector := podSelector{namespace: p.policy.Namespace, pods: everything}
	var err error
	if each.NamespaceSelector != nil {
		selector.namespace = ""
		if selector.namespaces, err = metav1.LabelSelectorAsSelector(each.NamespaceSelector); err != nil {
			p.unclear(path + ".namespaceSelector: " + err.Error())
			return peer{kind: peerUnclear, path: path}
		}
	}
	if each.PodSelector != nil {
		if selector.pods, err = metav1.LabelSelectorAsSelector(each.PodSelector); err != nil {
			p.unclear(path + ".podSelector: " + err.Error())
			return peer{kind: peerUnclear, path: path}
		}
	}
	return peer{kind: peerPods, pods: selector, path: path}
}

// block is a peer by addresses.
func (p *part) block(path, cidr string, except []string) peer {
	block, is := parseRange(cidr)
	if !is {
		p.unclear(path + ": " + cidr)
		return peer{kind: peerUnclear, path: path}
	}
	made := peer{kind: peerBlock, block: block, path: path}
	for _, text := range except {
		if cut, is := parseRange(text); is {
			made.except = append(made.except, cut)
		} else {
			p.unclear(path + ".except: " + text)
		}
	}
	return made
}

func kubernetesPort(each networkingv1.NetworkPolicyPort) port {
	made := port{protocol: "TCP", from: 0, to: portsOfOne - 1}
	if each.Protocol != nil {
		made.protocol = string(*each.Protocol)
	}
	switch {
	case each.Port == nil:
	case each.Port.Type == intstr.String:
		made.name = each.Port.StrVal
	default:
		made.from, made.to = each.Port.IntVal, each.Port.IntVal
		if each.EndPort != nil {
			made.to = *each.EndPort
		}
	}
	return made
}

// selectorOf is a label selector; no selector selects nothing, as in the API.
func selectorOf(selector *metav1.LabelSelector) (labels.Selector, error) {
	made, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil, fmt.Errorf("the selector: %w", err)
	}
	return made, nil
}
