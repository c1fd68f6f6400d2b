package network

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/model"
)

// adminPolicy has what is used of AdminNetworkPolicy, BaselineAdminNetworkPolicy (both
// v1alpha1) and ClusterNetworkPolicy (v1alpha2).
type adminPolicy struct {
	Spec struct {
		Tier     string      `json:"tier"`
		Priority int32       `json:"priority"`
		Subject  adminPeer   `json:"subject"`
		Ingress  []adminRule `json:"ingress"`
		Egress   []adminRule `json:"egress"`
	} `json:"spec"`
}

type adminRule struct {
	Action    string          `json:"action"`
	From      []adminPeer     `json:"from"`
	To        []adminPeer     `json:"to"`
	Ports     []adminPort     `json:"ports"`
	Protocols []adminProtocol `json:"protocols"`
}

type adminPeer struct {
	Namespaces *metav1.LabelSelector `json:"namespaces"`
	Pods       *struct {
		NamespaceSelector metav1.LabelSelector `json:"namespaceSelector"`
		PodSelector       metav1.LabelSelector `json:"podSelector"`
	} `json:"pods"`
	Nodes       *metav1.LabelSelector `json:"nodes"`
	Networks    []string              `json:"networks"`
	DomainNames []string              `json:"domainNames"`
}

type adminPort struct {
	PortNumber *struct {
		Protocol string `json:"protocol"`
		Port     int32  `json:"port"`
	} `json:"portNumber"`
	PortRange *struct {
		Protocol string `json:"protocol"`
		Start    int32  `json:"start"`
		End      int32  `json:"end"`
	} `json:"portRange"`
	NamedPort *string `json:"namedPort"`
}

type adminProtocol struct {
	TCP       *adminDestination `json:"tcp"`
	UDP       *adminDestination `json:"udp"`
	SCTP      *adminDestination `json:"sctp"`
	NamedPort *string           `json:"destinationNamedPort"`
}

type adminDestination struct {
	Port *struct {
		Number *int32 `json:"number"`
		Range  *struct {
			Start int32 `json:"start"`
			End   int32 `json:"end"`
		} `json:"range"`
	} `json:"destinationPort"`
}

// parseAdmin reads a policy for the whole cluster.
func parseAdmin(policy *Policy, typed *adminPolicy) []*part {
	spec := &typed.Spec
	p := &part{policy: policy, tier: adminTier, priority: spec.Priority}
	if policy.Kind == model.KindBaselineNetworkPolicy || strings.EqualFold(spec.Tier, "Baseline") {
		p.tier = baselineTier
	}
	subject, is := p.adminPods("spec.subject", spec.Subject)
	if !is {
		return nil
	}
	p.subject = subject
	for _, direction := range bothWays {
		rules := spec.Ingress
		if direction == Egress {
			rules = spec.Egress
		}
		side := &p.sides[direction]
		side.applies = len(rules) > 0
		for i, rule := range rules {
			if parsed, is := p.adminRule(fmt.Sprintf("spec.%s[%d]", direction, i), rule); is {
				side.rules = append(side.rules, parsed)
			}
		}
	}
	return []*part{p}
}

func (p *part) adminRule(path string, rule adminRule) (parsedRule, bool) {
	made := parsedRule{path: path, anyPort: len(rule.Ports) == 0 && len(rule.Protocols) == 0}
	switch rule.Action {
	case "Allow", "Accept":
	case "Deny":
		made.action = deny
	case "Pass":
		made.action = pass
	default:
		p.unclear(path + ".action: " + rule.Action)
		return made, false
	}
	key, peers := "from", rule.From
	if len(rule.To) > 0 {
		key, peers = "to", rule.To
	}
	for i, each := range peers {
		made.peers = append(made.peers, p.adminPeer(fmt.Sprintf("%s.%s[%d]", path, key, i), each)...)
	}
	for _, each := range rule.Ports {
		switch {
		case each.PortNumber != nil:
			made.ports = append(made.ports, port{protocol: orTCP(each.PortNumber.Protocol), from: each.PortNumber.Port, to: each.PortNumber.Port})
		case each.PortRange != nil:
			made.ports = append(made.ports, port{protocol: orTCP(each.PortRange.Protocol), from: each.PortRange.Start, to: each.PortRange.End})
		case each.NamedPort != nil:
			made.ports = append(made.ports, port{name: *each.NamedPort})
		default:
			p.unclear(path + ".ports")
		}
	}
	for _, each := range rule.Protocols {
		switch {
		case each.TCP != nil:
			made.ports = append(made.ports, each.TCP.port("TCP"))
		case each.UDP != nil:
			made.ports = append(made.ports, each.UDP.port("UDP"))
		case each.SCTP != nil:
			made.ports = append(made.ports, each.SCTP.port("SCTP"))
		case each.NamedPort != nil:
			made.ports = append(made.ports, port{name: *each.NamedPort})
		default:
			p.unclear(path + ".protocols")
		}
	}
	return made, true
}

func (d *adminDestination) port(protocol string) port {
	made := port{protocol: protocol, to: portsOfOne - 1}
	switch {
	case d.Port == nil:
	case d.Port.Number != nil:
		made.from, made.to = *d.Port.Number, *d.Port.Number
	case d.Port.Range != nil:
		made.from, made.to = d.Port.Range.Start, d.Port.Range.End
	}
	return made
}

func (p *part) adminPeer(path string, each adminPeer) []peer {
	switch {
	case each.Namespaces != nil, each.Pods != nil:
		if selector, is := p.adminPods(path, each); is {
			return []peer{{kind: peerPods, pods: selector, path: path}}
		}
		return []peer{{kind: peerUnclear, path: path}}
	case each.Nodes != nil:
		return []peer{{kind: peerNodes, partly: len(each.Nodes.MatchLabels)+len(each.Nodes.MatchExpressions) > 0, path: path}}
	case len(each.Networks) > 0:
		all := make([]peer, 0, len(each.Networks))
		for i, network := range each.Networks {
			all = append(all, p.block(fmt.Sprintf("%s.networks[%d]", path, i), network, nil))
		}
		return all
	case len(each.DomainNames) > 0:
		return []peer{{kind: peerNames, path: path}}
	}
	p.unclear(path)
	return []peer{{kind: peerUnclear, path: path}}
}

// adminPods is the selector of pods that a subject or peer is.
func (p *part) adminPods(path string, each adminPeer) (podSelector, bool) {
	selector := podSelector{pods: everything}
	namespaces := each.Namespaces
	var err error
	if each.Pods != nil {
		namespaces = &each.Pods.NamespaceSelector
		if selector.pods, err = selectorOf(&each.Pods.PodSelector); err != nil {
			p.unclear(path + ".pods.podSelector: " + err.Error())
			return selector, false
		}
	}
	if namespaces == nil {
		p.unclear(path)
		return selector, false
	}
	if selector.namespaces, err = selectorOf(namespaces); err != nil {
		p.unclear(path + ": " + err.Error())
		return selector, false
	}
	return selector, true
}

func orTCP(protocol string) string {
	if protocol == "" {
		return "TCP"
	}
	return protocol
}
