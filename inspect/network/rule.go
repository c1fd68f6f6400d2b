package network

import "strings"

// rule is a rule whose other ends are known by number.
type rule struct {
	action  action
	peers   bitset
	anyPort bool
	fixed   Ports // the ports that are numbers
	named   []port
	names   bool // it allows what the DNS gives for names
	policy  *Policy
}

// on are the ports that the rule is about at a destination; nil where that is no pod.
func (r *rule) on(destination *class) Ports {
	if r.anyPort {
		return EveryPort
	}
	ports := r.fixed
	if destination == nil {
		return ports
	}
	for _, named := range r.named {
		found := destination.named[strings.ToLower(named.name)]
		if named.protocol != "" {
			found = found.and(protocolPorts(named.protocol))
		}
		ports = ports.or(found)
	}
	return ports
}

// compile resolves the ends of a parsed rule.
func (w *world) compile(p *part, parsed *parsedRule) *rule {
	r := &rule{action: parsed.action, anyPort: parsed.anyPort, policy: p.policy, peers: newBitset(w.size)}
	for _, each := range parsed.ports {
		switch {
		case each.name != "":
			r.named = append(r.named, each)
		case each.protocol == "":
			for _, protocol := range protocols {
				r.fixed = r.fixed.or(NewPorts(protocol, each.from, each.to))
			}
		default:
			r.fixed = r.fixed.or(NewPorts(each.protocol, each.from, each.to))
		}
	}
	for _, each := range parsed.peers {
		if parsed.action != allow && (each.partly || each.kind == peerUnclear || each.kind == peerNames) {
			continue // nobody is taken for cut off on a guess
		}
		switch each.kind {
		case peerEverything, peerUnclear:
			r.peers.addAll(w.every)
		case peerPods:
			r.peers.addAll(w.selected(each.pods))
		case peerBlock:
			r.peers.addAll(w.block(each))
		case peerWorld:
			r.peers.addAll(w.outside)
		case peerCluster:
			r.peers.addAll(w.pods)
			r.peers.addAll(w.hosts)
		case peerNodes:
			r.peers.addAll(w.hosts)
		case peerNames:
			r.names = true
		}
	}
	return r
}

// classSide is what applies to the pods of a class in one direction.
type classSide struct {
	isolated bool
	// closed is set where Kubernetes' policies, or Cilium's, isolate.
	closed   bool
	by       []*Policy // that speak of the direction for these pods
	allowed  []*rule
	denied   []*rule
	admin    []*rule // in the order of evaluation
	baseline []*rule
	// calico are the rules of Calico's own policies, in the order of evaluation; stages is
	// what they and the others come to.
	calico []calicoRules
	stages []stage
	// unsure says why it cannot be told what is let through.
	unsure string
}

// free reports whether nothing narrows the direction.
func (s *classSide) free() bool {
	return !s.isolated && len(s.calico) == 0 && len(s.denied) == 0 && len(s.admin) == 0 && len(s.baseline) == 0
}

// ports are those on which traffic with the other end is let through. Destination is
// where the traffic goes, nil where that is no pod.
func (s *classSide) ports(other int, destination *class) Ports {
	if s.free() {
		return EveryPort
	}
	if len(s.stages) > 0 {
		return s.staged(other, destination)
	}
	rest := EveryPort
	var through, passed Ports
	for _, r := range s.admin {
		if rest.None() || !r.peers.has(other) {
			continue
		}
		hit := r.on(destination).and(rest)
		rest = rest.without(hit)
		switch r.action {
		case allow:
			through = through.or(hit)
		case pass:
			passed = passed.or(hit)
		}
	}
	rest = rest.or(passed)
	for _, r := range s.denied {
		if r.peers.has(other) {
			rest = rest.without(r.on(destination))
		}
	}
	if s.isolated {
		var wanted Ports
		for _, r := range s.allowed {
			if !wanted.Every() && r.peers.has(other) {
				wanted = wanted.or(r.on(destination))
			}
		}
		return through.or(rest.and(wanted))
	}
	for _, r := range s.baseline {
		if rest.None() || !r.peers.has(other) {
			continue
		}
		hit := r.on(destination).and(rest)
		rest = rest.without(hit)
		if r.action != deny {
			through = through.or(hit)
		}
	}
	return through.or(rest)
}

// denies reports whether a rule of the direction cuts anything off.
func (s *classSide) denies() bool {
	lists := [][]*rule{s.denied, s.admin, s.baseline}
	for _, each := range s.calico {
		lists = append(lists, each.rules)
	}
	for _, list := range lists {
		for _, r := range list {
			if r.action == deny && !r.peers.empty() {
				return true
			}
		}
	}
	return false
}
