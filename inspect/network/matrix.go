package network

import (
	"slices"

	"github.com/aksight/aksight/model"
)

// Reach is how far one side may open connections to another.
type Reach struct {
	Extent Extent
	// Ports are those on which any pod of the one may reach any of the other.
	Ports Ports
}

// between is what both sides let through.
func (a *Analysis) between(from, to *class) Ports {
	ports := EveryPort
	if !from.host {
		ports = from.sides[Egress].ports(to.number, to)
	}
	if !to.host && !ports.None() {
		ports = ports.and(to.sides[Ingress].ports(from.number, to))
	}
	return ports
}

func (a *Analysis) reach(from, to []*class) Reach {
	var t tally
	for _, one := range from {
		for _, other := range to {
			t.add(a.between(one, other))
		}
	}
	return Reach{t.extent(), t.ports}
}

// Between tells how far the pods of one namespace may reach those of another, or of the
// same. Pods in the nodes' network are left out: they stand outside of policies.
func (a *Analysis) Between(from, to string) Reach {
	return a.reach(a.inNamespace(from), a.inNamespace(to))
}

func (a *Analysis) inNamespace(name string) []*class {
	at := a.world.namespace(name)
	if at < 0 {
		return nil
	}
	var all []*class
	a.world.ofNamespace[at].each(func(i int) { all = append(all, a.world.classes[i]) })
	return all
}

// Reaches tells how far the pods of one workload may reach those of another.
func (a *Analysis) Reaches(from, to *Workload) Reach {
	return a.reach(from.classes(), to.classes())
}

func (w *Workload) classes() []*class {
	all := make([]*class, len(w.Standings))
	for i, standing := range w.Standings {
		all[i] = standing.class
	}
	return all
}

// InNamespace returns the workloads of a namespace, in order.
func (a *Analysis) InNamespace(name string) []*Workload {
	from, _ := slices.BinarySearchFunc(a.Workloads, name, func(w *Workload, name string) int {
		if w.Namespace < name {
			return -1
		}
		return 1
	})
	to := from
	for to < len(a.Workloads) && a.Workloads[to].Namespace == name {
		to++
	}
	return a.Workloads[from:to]
}

// Neighbour is a namespace that may reach a workload, or that it may reach.
type Neighbour struct {
	Namespace string
	Reach
}

// Callers are the namespaces whose pods may open connections to a workload, in order.
func (a *Analysis) Callers(w *Workload) []Neighbour {
	return a.neighbours(func(others []*class) Reach { return a.reach(others, w.classes()) })
}

// Callees are the namespaces to whose pods a workload may open connections, in order.
func (a *Analysis) Callees(w *Workload) []Neighbour {
	return a.neighbours(func(others []*class) Reach { return a.reach(w.classes(), others) })
}

func (a *Analysis) neighbours(reach func([]*class) Reach) []Neighbour {
	var found []Neighbour
	for _, name := range a.world.namespaces {
		if r := reach(a.inNamespace(name)); r.Extent > None {
			found = append(found, Neighbour{name, r})
		}
	}
	return found
}

// Elsewhere tells how far a workload may reach the pods of other namespaces.
func (a *Analysis) Elsewhere(w *Workload) Extent {
	own := a.world.namespace(w.Namespace)
	var t tally
	for _, one := range w.classes() {
		for _, other := range a.world.classes {
			if other.host || other.namespace == own {
				continue
			}
			t.add(a.between(one, other))
			if t.some || t.every && t.none {
				return Some
			}
		}
	}
	return t.extent()
}

// FromOutside are the ports on which a workload lets an address of the internet in, as
// far as policies decide: any public address, or all of them.
func (a *Analysis) FromOutside(w *Workload) Reach {
	var t tally
	first := len(a.world.classes)
	for _, one := range w.classes() {
		if one.host {
			t.add(EveryPort)
			continue
		}
		a.world.blocks.public.each(func(piece int) { t.add(one.sides[Ingress].ports(first+piece, one)) })
	}
	return Reach{t.extent(), t.ports}
}

// PolicyRefs names policies for evidence.
func PolicyRefs(policies []*Policy) []model.Ref {
	refs := make([]model.Ref, len(policies))
	for i, p := range policies {
		refs[i] = p.Ref
	}
	return refs
}
