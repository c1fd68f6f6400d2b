package network

import (
	"cmp"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Policy is a network policy of any kind, and what it comes to.
type Policy struct {
	*model.Object
	// Enforced is set where the cluster's engine acts on policies of this kind.
	Enforced bool
	// Speaks tells by direction whether the policy has anything to say about it.
	Speaks [2]bool
	// Pods is the number of running pods that it selects, Templates that of workloads
	// without a running pod whose pods it would select.
	Pods, Templates int
	// Whole is set where it is meant for all pods of its namespaces, whatever they are.
	Whole bool
	// Hosts is set where a part of it is about nodes, not pods.
	Hosts bool
	// Dangling are the selectors of its rules that select no pod.
	Dangling []string
	// Open are the rules that let everybody through.
	Open []Opening
	// Unclear are the paths of what could not be understood.
	Unclear []string
}

// Idle reports whether the policy selects nothing, and does not stand ready for all
// pods of a namespace.
func (p *Policy) Idle() bool { return p.Pods+p.Templates == 0 && !p.Whole && !p.Hosts }

// Opening is a rule that lets traffic with everybody through.
type Opening struct {
	Direction Direction
	// Path is where it stands, such as spec.ingress[0].from[1].
	Path string
	To   Openness
	// AnyPort is set where it is about all traffic, not that of some ports.
	AnyPort bool
	// Cut is set where some addresses are excepted.
	Cut bool
}

// Openness says whom an open rule lets through.
type Openness uint8

// Whom.
const (
	ToEverything Openness = iota // pods, nodes and addresses
	ToAddresses                  // every address of a family
	ToWorld                      // everything that is not in the cluster
	ToPods                       // all pods of all namespaces
)

var opennessWords = [...]string{"everything", "every address", "everything outside the cluster", "every pod"}

// String says whom in a few words.
func (o Openness) String() string { return opennessWords[o] }

// parseAll reads the policies of a cluster; parts come in the order of evaluation.
func parseAll(view *object.View, engine Engine) (policies []*Policy, parts []*part) {
	parsed := func(kind model.Kind, read func(i int, p *Policy) []*part) {
		for i, o := range view.Objects[kind] {
			p := &Policy{Object: o, Enforced: engine.Enforces(kind)}
			policies = append(policies, p)
			parts = append(parts, read(i, p)...)
		}
	}
	list := object.List[networkingv1.NetworkPolicy](view, model.KindNetworkPolicy)
	parsed(model.KindNetworkPolicy, func(i int, p *Policy) []*part { return orUnclear(p, list[i], parseKubernetes) })
	for _, kind := range []model.Kind{model.KindCiliumNetworkPolicy, model.KindCiliumClusterwidePolicy} {
		list := object.List[ciliumPolicy](view, kind)
		parsed(kind, func(i int, p *Policy) []*part { return orUnclear(p, list[i], parseCilium) })
	}
	for _, kind := range []model.Kind{model.KindAdminNetworkPolicy, model.KindBaselineNetworkPolicy, model.KindClusterNetworkPolicy} {
		list := object.List[adminPolicy](view, kind)
		parsed(kind, func(i int, p *Policy) []*part { return orUnclear(p, list[i], parseAdmin) })
	}
	calico := newCalicoReader(view)
	for _, kind := range calicoKinds {
		list := object.List[calicoPolicy](view, kind)
		parsed(kind, func(i int, p *Policy) []*part { return orUnclear(p, list[i], calico.parse) })
	}
	slices.SortStableFunc(parts, func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.tier, b.tier), cmp.Compare(a.priority, b.priority), a.place.compare(b.place), cmp.Compare(a.policy.Name, b.policy.Name))
	})
	return policies, parts
}

func orUnclear[T any](p *Policy, typed *T, parse func(*Policy, *T) []*part) []*part {
	if typed == nil {
		p.Unclear = append(p.Unclear, "the document does not decode")
		return nil
	}
	return parse(p, typed)
}

// weigh notes what a part comes to for its policy, and for the classes that it selects.
// Parts that nothing enforces count only for themselves, unless there is no engine at
// all: then what the policies say is all there is to show.
func (w *world) weigh(p *part, counts bool) {
	p.pods = w.selected(p.subject)
	p.pods.each(func(i int) {
		if n := w.classes[i].count; n > 0 {
			p.policy.Pods += n
		} else {
			p.policy.Templates++
		}
	})
	p.policy.Whole = p.policy.Whole || p.subject.whole()
	for _, direction := range bothWays {
		side := &p.sides[direction]
		if !side.applies {
			continue
		}
		p.policy.Speaks[direction] = true
		rules := make([]*rule, len(side.rules))
		for i := range side.rules {
			rules[i] = w.compile(p, &side.rules[i])
			w.note(p, direction, &side.rules[i])
		}
		if counts {
			p.pods.each(func(i int) { w.classes[i].sides[direction].take(p, side.isolates, rules) })
		}
	}
}

// take adds what a part says of a direction.
func (s *classSide) take(p *part, isolates bool, rules []*rule) {
	if !slices.Contains(s.by, p.policy) {
		s.by = append(s.by, p.policy)
	}
	if p.unsure != "" {
		s.unsure = p.unsure
		return
	}
	s.isolated = s.isolated || isolates
	switch p.tier {
	case calicoTiers:
		s.calico = append(s.calico, calicoRules{p.place, rules})
	case adminTier:
		s.admin = append(s.admin, rules...)
	case baselineTier:
		s.baseline = append(s.baseline, rules...)
	case policyTier:
		s.closed = s.closed || isolates
		for _, r := range rules {
			if r.action == deny {
				s.denied = append(s.denied, r)
			} else {
				s.allowed = append(s.allowed, r)
			}
		}
	}
}

// note lists what is odd about a rule: selectors that select nobody, and open doors.
func (w *world) note(p *part, direction Direction, rule *parsedRule) {
	for _, each := range rule.peers {
		if each.kind == peerPods && w.selected(each.pods).empty() && (!each.pods.pods.Empty() || !w.anyNamespace(each.pods)) {
			p.policy.Dangling = append(p.policy.Dangling, each.path)
		}
		if rule.action != allow {
			continue
		}
		opening := Opening{Direction: direction, Path: each.path, AnyPort: rule.anyPort, Cut: len(each.except) > 0}
		switch {
		case each.kind == peerEverything:
			opening.To = ToEverything
		case each.kind == peerBlock && each.block.Bits() == 0:
			opening.To = ToAddresses
		case each.kind == peerWorld:
			opening.To = ToWorld
		case each.kind == peerPods && each.pods.everywhere():
			opening.To = ToPods
		default:
			continue
		}
		p.policy.Open = append(p.policy.Open, opening)
	}
	slices.Sort(p.policy.Dangling)
	slices.SortStableFunc(p.policy.Open, func(a, b Opening) int {
		return cmp.Or(cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.Path, b.Path))
	})
}

// everywhere reports whether all pods of all namespaces are selected.
func (s podSelector) everywhere() bool {
	return s.namespace == "" && (s.namespaces == nil || s.namespaces.Empty()) && s.pods.Empty()
}

func (w *world) anyNamespace(s podSelector) bool {
	for at := range w.namespaces {
		if w.inNamespace(s, at) {
			return true
		}
	}
	return false
}
