package network

import (
	"cmp"
	"slices"
)

// calicoRules are the rules of one policy of Calico's.
type calicoRules struct {
	place calicoPlace
	rules []*rule
}

// stage is one step of the evaluation: the first rule that is about the traffic decides.
type stage struct {
	order float64
	rules []*rule
	// denies is set where what no rule decides is denied, and does not go on.
	denies bool
}

// arrange sorts what applies into stages, where Calico's own policies are among it.
func (s *classSide) arrange() {
	if len(s.calico) == 0 {
		return
	}
	main := stage{order: defaultOrder, denies: s.closed}
	var others []stage
	tier := defaultTier
	kubernetes := s.allowed
	for _, each := range s.calico { // in the order of evaluation
		if each.place.tier != defaultTier {
			if each.place.tier != tier {
				tier = each.place.tier
				others = append(others, stage{order: each.place.tierOrder, denies: !each.place.passes})
			}
			last := &others[len(others)-1]
			last.rules = append(last.rules, each.rules...)
			continue
		}
		if each.place.order > kubernetesOrder {
			main.rules, kubernetes = append(main.rules, kubernetes...), nil
		}
		main.rules = append(main.rules, each.rules...)
		main.denies = main.denies || !each.place.passes
	}
	main.rules = append(main.rules, kubernetes...)
	s.stages = append(s.stages, stage{order: adminOrder, rules: s.admin}, main, stage{order: baselineOrder, rules: s.baseline})
	s.stages = append(s.stages, others...)
	slices.SortStableFunc(s.stages, func(a, b stage) int { return cmp.Compare(a.order, b.order) })
}

// staged are the ports on which traffic with the other end is let through.
func (s *classSide) staged(other int, destination *class) Ports {
	rest := EveryPort
	var through Ports
	for i := range s.stages {
		var passed Ports
		for _, r := range s.stages[i].rules {
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
		if s.stages[i].denies {
			rest = nil
		}
		rest = rest.or(passed)
	}
	return through.or(rest)
}

// calicoDeniesTheRest reports whether a policy of Calico's denies what none of its rules
// is about, or all that is left by a rule, and lets not everything through before.
func (s *parsedSide) calicoDeniesTheRest() bool {
	for _, rule := range s.rules {
		for _, peer := range rule.peers {
			if !rule.anyPort || peer.kind != peerEverything && peer.kind != peerUnclear || peer.partly && rule.action == deny {
				continue
			}
			return rule.action == deny
		}
	}
	return s.isolates
}
