package network

// Namespace is how far policies cover a namespace.
type Namespace struct {
	Name string
	// Pods counts those that policies can concern, HostNetwork those in their node's
	// network, which they cannot. Workloads without a running pod count as one pod each
	// where the namespace has none that runs.
	Pods, HostNetwork int
	// Selected counts by direction the pods for which only what a policy allows is let
	// through, Narrowed those for which at least something is cut off.
	Selected, Narrowed [2]int
	// Default tells by direction whether what no policy speaks of is denied to every pod,
	// also to those to come.
	Default [2]bool
	// Unsure says why it cannot be told whether there is one; empty where it can.
	Unsure string
}

// Percent is the share of pods that are selected in a direction, rounded down; 100 only
// where all are. It is -1 where there are no pods.
func (n *Namespace) Percent(direction Direction) int {
	if n.Pods == 0 {
		return -1
	}
	return n.Selected[direction] * 100 / n.Pods
}

// Namespace returns how far a namespace is covered, or nil.
func (a *Analysis) Namespace(name string) *Namespace {
	if at := a.world.namespace(name); at >= 0 {
		return &a.Namespaces[at]
	}
	return nil
}

// cover counts the pods of each namespace.
func (a *Analysis) cover(parts []*part) []Namespace {
	all := make([]Namespace, len(a.world.namespaces))
	running := make([]bool, len(all))
	for _, one := range a.world.classes {
		running[one.namespace] = running[one.namespace] || one.count > 0
	}
	for i, name := range a.world.namespaces {
		all[i].Name = name
	}
	for _, one := range a.world.classes {
		n := &all[one.namespace]
		count := one.count
		if !running[one.namespace] {
			count = 1
		}
		if one.host {
			n.HostNetwork += count
			continue
		}
		n.Pods += count
		for direction := range one.sides {
			side := &one.sides[direction]
			if side.isolated {
				n.Selected[direction] += count
			}
			if side.isolated || side.denies() {
				n.Narrowed[direction] += count
			}
		}
	}
	for _, p := range parts {
		if !p.subject.whole() || !p.policy.Enforced && a.Engine != NoEngine {
			continue
		}
		if p.unsure != "" {
			for i := range all {
				if a.world.inNamespace(p.subject, i) {
					all[i].Unsure = p.unsure
				}
			}
			continue
		}
		for _, direction := range bothWays {
			if !p.sides[direction].deniesTheRest(p.tier) {
				continue
			}
			for i := range all {
				if a.world.inNamespace(p.subject, i) {
					all[i].Default[direction] = true
				}
			}
		}
	}
	return all
}

// deniesTheRest reports whether the side denies what nothing allows: by isolating
// without letting everything through, or by a rule that denies everything.
func (s *parsedSide) deniesTheRest(tier tier) bool {
	if tier == calicoTiers {
		return s.calicoDeniesTheRest()
	}
	if tier == policyTier {
		for _, rule := range s.rules {
			for _, peer := range rule.peers {
				if rule.action == allow && rule.anyPort && (peer.kind == peerEverything || peer.kind == peerUnclear) {
					return false
				}
			}
		}
		return s.isolates
	}
	for _, rule := range s.rules {
		for _, peer := range rule.peers {
			if rule.action == deny && rule.anyPort && peer.kind == peerPods && peer.pods.everywhere() {
				return true
			}
		}
	}
	return false
}
