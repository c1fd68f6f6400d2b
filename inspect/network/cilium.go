package network

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ciliumPolicy is a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy of cilium.io/v2.
type ciliumPolicy struct {
	Spec  *ciliumSpec   `json:"spec"`
	Specs []*ciliumSpec `json:"specs"`
}

type ciliumSpec struct {
	EndpointSelector  *metav1.LabelSelector `json:"endpointSelector"`
	NodeSelector      *metav1.LabelSelector `json:"nodeSelector"`
	Ingress           []*ciliumRule         `json:"ingress"`
	IngressDeny       []*ciliumRule         `json:"ingressDeny"`
	Egress            []*ciliumRule         `json:"egress"`
	EgressDeny        []*ciliumRule         `json:"egressDeny"`
	EnableDefaultDeny struct {
		Ingress *bool `json:"ingress"`
		Egress  *bool `json:"egress"`
	} `json:"enableDefaultDeny"`
	unknown []string
}

var ciliumSpecFields = []string{
	"endpointSelector", "nodeSelector", "ingress", "ingressDeny", "egress", "egressDeny", "enableDefaultDeny", "labels",
	"description", "log",
}

// UnmarshalJSON notes the fields that are not understood.
func (s *ciliumSpec) UnmarshalJSON(text []byte) (err error) {
	type plain ciliumSpec
	if err := json.Unmarshal(text, (*plain)(s)); err != nil {
		return fmt.Errorf("a specification of Cilium's: %w", err)
	}
	s.unknown, err = strangers(text, ciliumSpecFields)
	return err
}

// ciliumRule is a rule of either direction. A list that is there and empty allows
// nobody, other than one that is not there.
type ciliumRule struct {
	FromEndpoints, ToEndpoints *[]metav1.LabelSelector
	FromCIDR, ToCIDR           *[]string
	FromCIDRSet, ToCIDRSet     *[]ciliumRange
	FromEntities, ToEntities   *[]string
	FromNodes, ToNodes         *[]metav1.LabelSelector
	FromGroups, ToGroups       *[]json.RawMessage
	ToServices                 *[]json.RawMessage
	ToFQDNs                    *[]json.RawMessage
	ToPorts                    *[]ciliumPorts
	ICMPs                      *[]json.RawMessage
	unknown                    []string
}

type ciliumRange struct {
	CIDR   string   `json:"cidr"`
	Except []string `json:"except"`
}

type ciliumPorts struct {
	Ports []struct {
		Port     string `json:"port"`
		EndPort  int32  `json:"endPort"`
		Protocol string `json:"protocol"`
	} `json:"ports"`
}

var ciliumRuleFields = []string{
	"fromEndpoints", "toEndpoints", "fromCIDR", "toCIDR", "fromCIDRSet", "toCIDRSet", "fromEntities", "toEntities",
	"fromNodes", "toNodes", "fromGroups", "toGroups", "toServices", "toFQDNs", "toPorts", "icmps",
	// These narrow what the rest allows.
	"authentication", "fromRequires", "toRequires",
}

// UnmarshalJSON notes the fields that are not understood.
func (r *ciliumRule) UnmarshalJSON(text []byte) (err error) {
	type plain ciliumRule
	if err := json.Unmarshal(text, (*plain)(r)); err != nil {
		return fmt.Errorf("a rule of Cilium's: %w", err)
	}
	r.unknown, err = strangers(text, ciliumRuleFields)
	return err
}

// strangers are the fields of an object that are not among the known ones.
func strangers(text []byte, known []string) ([]string, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, fmt.Errorf("an object was expected: %w", err)
	}
	var unknown []string
	for field := range fields {
		if !slices.Contains(known, field) {
			unknown = append(unknown, field)
		}
	}
	slices.Sort(unknown)
	return unknown, nil
}

// parseCilium reads a policy of Cilium's.
func parseCilium(policy *Policy, typed *ciliumPolicy) []*part {
	var parts []*part
	add := func(path string, spec *ciliumSpec) {
		if spec == nil {
			return
		}
		p := &part{policy: policy, tier: policyTier}
		if p.cilium(path, spec) {
			parts = append(parts, p)
		}
	}
	add("spec", typed.Spec)
	for i, spec := range typed.Specs {
		add(fmt.Sprintf("specs[%d]", i), spec)
	}
	return parts
}

// cilium reads one specification; it reports whether it is about pods and clear enough
// to count.
func (p *part) cilium(path string, spec *ciliumSpec) bool {
	for _, field := range spec.unknown {
		p.unclear(path + "." + field)
	}
	switch {
	case spec.EndpointSelector == nil && spec.NodeSelector != nil:
		p.policy.Hosts = true
		return false
	case spec.EndpointSelector == nil, len(spec.unknown) > 0:
		return false
	}
	subject, kind := p.endpoints(path+".endpointSelector", *spec.EndpointSelector)
	if kind != peerPods {
		return false
	}
	p.subject = subject
	for _, direction := range bothWays {
		allowed, denied, isolates := spec.Ingress, spec.IngressDeny, spec.EnableDefaultDeny.Ingress
		if direction == Egress {
			allowed, denied, isolates = spec.Egress, spec.EgressDeny, spec.EnableDefaultDeny.Egress
		}
		side := &p.sides[direction]
		side.applies = len(allowed)+len(denied) > 0
		side.isolates = side.applies && (isolates == nil || *isolates)
		for i, rule := range allowed {
			side.rules = append(side.rules, p.ciliumRule(fmt.Sprintf("%s.%s[%d]", path, direction, i), rule, allow))
		}
		for i, rule := range denied {
			side.rules = append(side.rules, p.ciliumRule(fmt.Sprintf("%s.%sDeny[%d]", path, direction, i), rule, deny))
		}
	}
	return true
}

func (p *part) ciliumRule(path string, rule *ciliumRule, action action) parsedRule {
	made := parsedRule{action: action, path: path, anyPort: rule == nil || rule.ToPorts == nil && rule.ICMPs == nil}
	if rule == nil {
		return made // it names nobody
	}
	made.peers = p.ciliumPeers(path, rule)
	if made.peers == nil && !made.anyPort {
		made.peers = []peer{{kind: peerEverything, path: path}}
	}
	for _, field := range rule.unknown {
		p.unclear(path + "." + field)
		made.peers = append(made.peers, peer{kind: peerUnclear, path: path})
	}
	if action == deny && len(rule.unknown) > 0 {
		made.peers = nil
	}
	if rule.ToPorts != nil {
		for _, each := range *rule.ToPorts {
			made.anyPort = made.anyPort || len(each.Ports) == 0
			for _, one := range each.Ports {
				made.ports = append(made.ports, ciliumPort(one.Port, one.EndPort, one.Protocol))
			}
		}
	}
	return made
}

func ciliumPort(text string, end int32, protocol string) port {
	if strings.EqualFold(protocol, "ANY") {
		protocol = ""
	}
	number, err := strconv.ParseUint(text, 0, 16)
	if err != nil {
		return port{protocol: protocol, name: strings.ToLower(text)}
	}
	from := int32(number)
	switch {
	case from == 0 && end == 0:
		return port{protocol: protocol, to: portsOfOne - 1}
	default:
		return port{protocol: protocol, from: from, to: max(from, end)}
	}
}

// ciliumPeers are the other ends that a rule names: nil where it names none, empty where
// its lists are.
func (p *part) ciliumPeers(path string, rule *ciliumRule) []peer {
	var peers []peer
	named := func(key string, kind peerKind, partly bool) {
		peers = append(peers, peer{kind: kind, partly: partly, path: path + "." + key})
	}
	for key, list := range map[string]*[]metav1.LabelSelector{"fromEndpoints": rule.FromEndpoints, "toEndpoints": rule.ToEndpoints} {
		peers = seen(peers, list)
		for i, each := range deref(list) {
			at := fmt.Sprintf("%s.%s[%d]", path, key, i)
			selector, kind := p.endpoints(at, each)
			peers = append(peers, peer{kind: kind, pods: selector, path: at})
		}
	}
	for key, list := range map[string]*[]string{"fromCIDR": rule.FromCIDR, "toCIDR": rule.ToCIDR} {
		peers = seen(peers, list)
		for i, each := range deref(list) {
			peers = append(peers, p.block(fmt.Sprintf("%s.%s[%d]", path, key, i), each, nil))
		}
	}
	for key, list := range map[string]*[]ciliumRange{"fromCIDRSet": rule.FromCIDRSet, "toCIDRSet": rule.ToCIDRSet} {
		peers = seen(peers, list)
		for i, each := range deref(list) {
			peers = append(peers, p.block(fmt.Sprintf("%s.%s[%d]", path, key, i), each.CIDR, each.Except))
		}
	}
	for key, list := range map[string]*[]string{"fromEntities": rule.FromEntities, "toEntities": rule.ToEntities} {
		peers = seen(peers, list)
		for _, each := range deref(list) {
			if kind, is := entities[strings.ToLower(each)]; is {
				named(key, kind, false)
			} else if !slices.Contains(otherEntities, strings.ToLower(each)) {
				p.unclear(path + "." + key + ": " + each)
				named(key, peerUnclear, true)
			}
		}
	}
	for key, list := range map[string]*[]metav1.LabelSelector{"fromNodes": rule.FromNodes, "toNodes": rule.ToNodes} {
		if peers = seen(peers, list); len(deref(list)) > 0 {
			named(key, peerNodes, true)
		}
	}
	if peers = seen(peers, rule.ToFQDNs); len(deref(rule.ToFQDNs)) > 0 {
		named("toFQDNs", peerNames, true)
	}
	for key, list := range map[string]*[]json.RawMessage{"fromGroups": rule.FromGroups, "toGroups": rule.ToGroups, "toServices": rule.ToServices} {
		if peers = seen(peers, list); len(deref(list)) > 0 {
			p.unclear(path + "." + key)
			named(key, peerUnclear, true)
		}
	}
	return peers
}

// seen makes a list of peers that is not nil once one of its sources is there.
func seen[T any](peers []peer, list *[]T) []peer {
	if list != nil && peers == nil {
		return []peer{}
	}
	return peers
}

func deref[T any](list *[]T) []T {
	if list == nil {
		return nil
	}
	return *list
}

var entities = map[string]peerKind{
	"all": peerEverything, "world": peerWorld, "world-ipv4": peerWorld, "cluster": peerCluster, "host": peerNodes, "remote-node": peerNodes,
}

// otherEntities are neither pods, nodes nor addresses that the analysis asks about.
var otherEntities = []string{"init", "ingress", "unmanaged", "health", "none", "kube-apiserver", "world-ipv6"}

// What Cilium's selectors say beside the pod's own labels.
const (
	ciliumNamespace       = "io.kubernetes.pod.namespace"
	ciliumNamespaceLabels = "io.cilium.k8s.namespace.labels."
	ciliumAccount         = "io.cilium.k8s.policy.serviceaccount"
	ciliumCluster         = "io.cilium.k8s.policy.cluster"
	ciliumReserved        = "reserved:"
)

// endpoints reads a selector of endpoints, and what kind of peer it makes.
func (p *part) endpoints(path string, selector metav1.LabelSelector) (podSelector, peerKind) {
	made := podSelector{namespace: p.policy.Namespace}
	var pods, namespaces metav1.LabelSelector
	kind := peerPods
	sort := func(key string, add func(to *metav1.LabelSelector, key string)) {
		if reserved, is := strings.CutPrefix(key, ciliumReserved); is {
			var known bool
			if kind, known = entities[reserved]; !known {
				p.unclear(path + ": " + key)
				kind = peerUnclear
			}
			return
		}
		key = strings.TrimPrefix(strings.TrimPrefix(key, "any:"), "k8s:")
		switch label, ofNamespace := strings.CutPrefix(key, ciliumNamespaceLabels); {
		case ofNamespace:
			made.namespace = ""
			add(&namespaces, label)
		case key == ciliumNamespace:
			made.namespace = ""
			add(&namespaces, namespaceByName)
		case key == ciliumCluster: // there is no other
		default:
			add(&pods, key)
		}
	}
	for key, value := range selector.MatchLabels {
		sort(key, func(to *metav1.LabelSelector, key string) {
			to.MatchExpressions = append(to.MatchExpressions, metav1.LabelSelectorRequirement{
				Key: key, Operator: metav1.LabelSelectorOpIn, Values: []string{value},
			})
		})
	}
	for _, each := range selector.MatchExpressions {
		if strings.HasPrefix(each.Key, ciliumReserved) && each.Operator != metav1.LabelSelectorOpIn && each.Operator != metav1.LabelSelectorOpExists {
			p.unclear(path + ": " + each.Key)
			return made, peerUnclear
		}
		sort(each.Key, func(to *metav1.LabelSelector, key string) {
			each.Key = key
			to.MatchExpressions = append(to.MatchExpressions, each)
		})
	}
	var err, ofNamespaces error
	made.pods, err = selectorOf(&pods)
	made.namespaces, ofNamespaces = selectorOf(&namespaces)
	if err != nil || ofNamespaces != nil {
		p.unclear(path)
		return made, peerUnclear
	}
	return made, kind
}
