package network

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aksight/aksight/model"
)

// calicoRule is a rule of either direction.
type calicoRule struct {
	Action      string          `json:"action"`
	IPVersion   int             `json:"ipVersion"`
	Protocol    any             `json:"protocol"`
	NotProtocol any             `json:"notProtocol"`
	ICMP        json.RawMessage `json:"icmp"`
	NotICMP     json.RawMessage `json:"notICMP"`
	HTTP        json.RawMessage `json:"http"`
	Source      calicoEntity    `json:"source"`
	Destination calicoEntity    `json:"destination"`
}

// calicoEntity is one end of a rule: all that it says has to hold.
type calicoEntity struct {
	Nets              []string `json:"nets"`
	NotNets           []string `json:"notNets"`
	Selector          string   `json:"selector"`
	NotSelector       string   `json:"notSelector"`
	NamespaceSelector string   `json:"namespaceSelector"`
	Ports             []any    `json:"ports"`
	NotPorts          []any    `json:"notPorts"`
	ServiceAccounts   *struct {
		Names    []string `json:"names"`
		Selector string   `json:"selector"`
	} `json:"serviceAccounts"`
	Services *json.RawMessage `json:"services"`
	Domains  []string         `json:"domains"`
}

// selects reports whether the end is told by labels or accounts; addressed whether by
// addresses.
func (e *calicoEntity) selects() bool {
	return e.Selector != "" || e.NotSelector != "" || e.NamespaceSelector != "" || e.ServiceAccounts != nil
}

func (e *calicoEntity) addressed() bool { return len(e.Nets)+len(e.NotNets) > 0 }

// says reports whether the end is narrowed at all, its ports aside.
func (e *calicoEntity) says() bool {
	return e.selects() || e.addressed() || e.Services != nil || len(e.Domains) > 0
}

// rule reads a rule; decides is false for one that decides nothing.
func (c *calicoReader) rule(p *part, path string, direction Direction, rule *calicoRule) (made parsedRule, decides bool) {
	made = parsedRule{path: path}
	switch strings.ToLower(rule.Action) {
	case "allow":
	case "deny":
		made.action = deny
	case "pass":
		made.action = pass
	case "log":
		return made, false
	default:
		p.unclear(path + ".action: " + rule.Action)
		return made, false
	}
	key, other, own := "source", &rule.Source, &rule.Destination
	if direction == Egress {
		key, other, own = "destination", &rule.Destination, &rule.Source
	}
	// What narrows the rule by more than the analysis asks about.
	narrow := own.says() || len(rule.Source.Ports)+len(rule.Source.NotPorts) > 0 || rule.IPVersion == 6 || len(rule.HTTP) > 0
	if !c.ports(p, &made, rule) {
		narrow = true
	}
	made.peers = c.peers(p, path+"."+key, other)
	for i := range made.peers {
		made.peers[i].partly = made.peers[i].partly || narrow
	}
	return made, true
}

// ports reads the protocols and ports of a rule; it reports whether they are all that
// narrows its traffic.
func (c *calicoReader) ports(p *part, made *parsedRule, rule *calicoRule) bool {
	exact := len(rule.ICMP)+len(rule.NotICMP) == 0
	destination := &rule.Destination
	if rule.Protocol == nil && rule.NotProtocol == nil && len(destination.Ports)+len(destination.NotPorts) == 0 {
		made.anyPort = exact
		return exact
	}
	of := slices.Clone(protocols[:])
	if rule.Protocol != nil {
		of = protocolOf(rule.Protocol)
	}
	if rule.NotProtocol != nil {
		not := protocolOf(rule.NotProtocol)
		of = slices.DeleteFunc(of, func(protocol string) bool { return slices.Contains(not, protocol) })
	}
	for _, protocol := range of {
		spans, is := calicoPorts(protocol, destination.Ports)
		if !is {
			p.unclear(made.path + ".destination.ports")
			exact = false
		}
		not, is := calicoPorts(protocol, destination.NotPorts)
		if !is {
			p.unclear(made.path + ".destination.notPorts")
			exact = false
		}
		if len(destination.Ports) == 0 {
			spans = []port{{protocol: protocol, to: portsOfOne - 1}}
		}
		for _, each := range spans {
			if each.name != "" || len(not) == 0 {
				made.ports = append(made.ports, each)
				exact = exact && len(not) == 0
				continue
			}
			rest := NewPorts(protocol, each.from, each.to)
			for _, cut := range not {
				if cut.name != "" {
					exact = false
					continue
				}
				rest = rest.without(NewPorts(protocol, cut.from, cut.to))
			}
			base := protocolPorts(protocol)[0].from
			for _, s := range rest {
				made.ports = append(made.ports, port{protocol: protocol, from: s.from - base, to: s.to - base})
			}
		}
	}
	return exact
}

// protocolOf are those of the protocols that policies tell apart by ports which a name or
// number means.
func protocolOf(value any) []string {
	name := strings.ToUpper(fmt.Sprint(value))
	switch name {
	case "6":
		name = "TCP"
	case "17":
		name = "UDP"
	case "132":
		name = "SCTP"
	}
	if slices.Contains(protocols[:], name) {
		return []string{name}
	}
	return nil
}

// calicoPorts reads ports: numbers, stretches such as 8000:8080, and names.
func calicoPorts(protocol string, list []any) (ports []port, understood bool) {
	understood = true
	for _, each := range list {
		text := fmt.Sprint(each)
		if number, is := each.(float64); is {
			text = strconv.Itoa(int(number))
		}
		from, to, stretch := strings.Cut(text, ":")
		first, err := strconv.ParseUint(from, 10, 16)
		last := first
		if err == nil && stretch {
			last, err = strconv.ParseUint(to, 10, 16)
		}
		switch {
		case err == nil:
			ports = append(ports, port{protocol: protocol, from: int32(first), to: int32(last)})
		case stretch || text == "":
			understood = false
		default:
			ports = append(ports, port{protocol: protocol, name: text})
		}
	}
	return ports, understood
}

// peers are the other ends that a rule names.
func (c *calicoReader) peers(p *part, path string, e *calicoEntity) []peer {
	switch {
	case e.Services != nil:
		p.unclear(path + ".services")
		return []peer{{kind: peerUnclear, partly: true, path: path}}
	case len(e.Domains) > 0:
		return []peer{{kind: peerNames, partly: true, path: path}}
	case e.selects():
		return c.selected(p, path, e)
	case e.addressed():
		return c.addressed(p, path, e)
	}
	return []peer{{kind: peerEverything, path: path}}
}

func (c *calicoReader) addressed(p *part, path string, e *calicoEntity) []peer {
	nets := e.Nets
	if len(nets) == 0 {
		nets = []string{"0.0.0.0/0", "::/0"}
	}
	made := make([]peer, len(nets))
	for i, net := range nets {
		at := path
		if len(e.Nets) > 0 {
			at = fmt.Sprintf("%s.nets[%d]", path, i)
		}
		made[i] = p.block(at, net, e.NotNets)
	}
	return made
}

// selected are the pods, and the sets of addresses, that an end selects.
func (c *calicoReader) selected(p *part, path string, e *calicoEntity) []peer {
	unclear := func(field string, err error) []peer {
		p.unclear(path + "." + field + ": " + err.Error())
		return []peer{{kind: peerUnclear, path: path}}
	}
	pods, err := parseSelector(e.Selector)
	if err != nil {
		return unclear("selector", err)
	}
	partly := e.addressed()
	if accounts := e.ServiceAccounts; accounts != nil {
		of, err := parseSelector(accounts.Selector)
		if err != nil {
			return unclear("serviceAccounts.selector", err)
		}
		pods = andTerm(pods, prefixed(of, calicoAccountPrefix))
		if len(accounts.Names) > 0 {
			pods = andTerm(pods, labelTerm{calicoAccount, "in", accounts.Names})
		}
	}
	not, err := parseSelector(e.NotSelector)
	if err != nil {
		return unclear("notSelector", err)
	}
	if e.NotSelector != "" {
		pods = andTerm(pods, notTerm{not})
	}
	selector := podSelector{namespace: p.policy.Namespace, pods: calicoSelector{pods}}
	var namespaces term
	if e.NamespaceSelector != "" {
		if namespaces, err = parseSelector(e.NamespaceSelector); err != nil {
			return unclear("namespaceSelector", err)
		}
		selector.namespace, selector.namespaces = "", calicoSelector{namespaces}
	}
	made := []peer{{kind: peerPods, pods: selector, partly: partly, path: path}}
	if e.Selector == "" && e.NamespaceSelector == "" && e.ServiceAccounts == nil && p.policy.Namespace == "" {
		// Whatever the selector does not select, pods or not.
		partly = partly || slices.ContainsFunc(c.sets, func(s networkSet) bool { return not.matches(s.labels, s.namespace == "") })
		return append(made, peer{kind: peerNodes, partly: partly, path: path}, peer{kind: peerWorld, partly: partly, path: path})
	}
	for _, set := range c.sets {
		if !set.selected(p.policy.Namespace, namespaces, pods) {
			continue
		}
		for _, net := range set.nets {
			block := p.block(path, net, nil)
			block.partly = partly
			made = append(made, block)
		}
	}
	return made
}

// selected reports whether a selector of a policy means the set; namespaces is nil where
// the selector names none.
func (s *networkSet) selected(own string, namespaces, pods term) bool {
	global := s.namespace == ""
	switch {
	case namespaces != nil && !namespaced(namespaces).matches(s.within, global):
		return false
	case namespaces == nil && own != "" && s.namespace != own:
		return false
	}
	return pods.matches(s.labels, global)
}

// calicoKinds are the kinds of Calico's own policies.
var calicoKinds = []model.Kind{model.KindCalicoNetworkPolicy, model.KindGlobalNetworkPolicy}
