package network

import (
	"slices"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Analysis tells who may talk to whom. Where Engine is NoEngine it tells what the
// policies say, and nothing enforces them.
type Analysis struct {
	Engine Engine
	// Restricted is set where AKS itself keeps pods from the metadata service.
	Restricted bool
	// Policies are all policies, by kind and then in order.
	Policies []*Policy
	// Workloads are what runs pods, in order, Namespaces those of the cluster.
	Workloads  []*Workload
	Namespaces []Namespace

	world      *world
	byPolicy   map[model.Ref]*Policy
	byWorkload map[model.Ref]*Workload
	byPod      map[model.Ref]*Standing
}

// Workload is what runs pods, as policies see it.
type Workload struct {
	*model.Object
	// Pods are those that run; it may have none.
	Pods []*model.Object
	// Standings are how its pods stand: one for each sort of pods that policies tell apart.
	Standings []*Standing
}

// Standing is how pods stand that no policy tells apart.
type Standing struct {
	// HostNetwork is set for pods in their node's network: policies for pods do not
	// concern them.
	HostNetwork bool
	// Sides are by direction.
	Sides [2]Side
	// Metadata is set where the pods may reach the instance metadata service.
	Metadata bool
	// Internet is how much of the internet the pods may reach.
	Internet Extent
	// Named is set where the pods may reach what the DNS gives for certain names.
	Named bool

	class *class
}

// Side is one direction of a standing.
type Side struct {
	// Isolated is set where only what a policy allows is let through.
	Isolated bool
	// Narrowed is set where at least something is cut off, whether or not isolated.
	Narrowed bool
	// By are the policies that speak of the direction for these pods.
	By []*Policy
	// Unsure says why it cannot be told what is let through; empty where it can.
	Unsure string
}

// Extent says how much.
type Extent uint8

// How much.
const (
	// NoPods: there is nobody at one of the ends.
	NoPods Extent = iota
	None
	Some
	All
)

var extentWords = [...]string{"no pods", "none", "some", "all"}

// String says how much in a word.
func (e Extent) String() string { return extentWords[e] }

type analysisKey struct{}

// Kinds are what Of needs to have been read: what was not is taken for absent.
var Kinds = append([]model.Kind{
	model.KindNamespace, model.KindPod, model.KindDeployment, model.KindDaemonSet, model.KindStatefulSet, model.KindCronJob,
	model.KindJob, model.KindReplicaSet, model.KindReplicationController, model.KindCalicoTier, model.KindNetworkSet, model.KindGlobalNetworkSet,
}, PolicyKinds...)

// Of returns the analysis of a cluster.
func Of(view *object.View) *Analysis { return object.Derived(view, analysisKey{}, analyze) }

func analyze(view *object.View) *Analysis {
	a := &Analysis{
		Engine: EngineOf(view), byPolicy: map[model.Ref]*Policy{},
		byWorkload: map[model.Ref]*Workload{}, byPod: map[model.Ref]*Standing{},
	}
	if view.Cluster != nil {
		a.Restricted = document.Text(view.Cluster.Tree, "properties.networkProfile.podLinkLocalAccess") == "None"
	}
	policies, parts := parseAll(view, a.Engine)
	a.Policies = policies
	for _, p := range policies {
		a.byPolicy[p.Ref] = p
	}
	all := members(view)
	var of []*class
	a.world, of = newWorld(view, parts, all, a.Engine)
	for _, p := range parts {
		a.world.weigh(p, p.policy.Enforced || a.Engine == NoEngine)
	}
	for _, one := range a.world.classes {
		for direction := range one.sides {
			one.sides[direction].arrange()
		}
	}
	standings := make([]*Standing, len(a.world.classes))
	for i, one := range a.world.classes {
		standings[i] = a.standing(one)
	}
	for i, m := range all {
		standing := standings[of[i].number]
		w := a.byWorkload[m.workload.Ref]
		if w == nil {
			w = &Workload{Object: m.workload}
			a.byWorkload[m.workload.Ref] = w
			a.Workloads = append(a.Workloads, w)
		}
		if m.pod != nil {
			w.Pods = append(w.Pods, m.pod)
			a.byPod[m.pod.Ref] = standing
		}
		if !slices.Contains(w.Standings, standing) {
			w.Standings = append(w.Standings, standing)
		}
	}
	slices.SortFunc(a.Workloads, func(x, y *Workload) int { return x.Compare(y.Ref) })
	a.Namespaces = a.cover(parts)
	return a
}

// standing tells how the pods of a class stand.
func (a *Analysis) standing(one *class) *Standing {
	s := &Standing{HostNetwork: one.host, class: one}
	if one.host {
		s.Metadata, s.Internet = true, All
		return s
	}
	for direction := range s.Sides {
		side := &one.sides[direction]
		s.Sides[direction] = Side{Isolated: side.isolated, Narrowed: side.isolated || side.denies(), By: side.by, Unsure: side.unsure}
	}
	egress := &one.sides[Egress]
	first := len(a.world.classes)
	s.Metadata = !a.Restricted && egress.ports(first+a.world.blocks.meta, nil).Has("TCP", metadataPort)
	s.Internet = All
	if !egress.free() {
		var tally tally
		a.world.blocks.public.each(func(piece int) { tally.add(egress.ports(first+piece, nil)) })
		s.Internet = tally.extent()
	}
	s.Named = slices.ContainsFunc(egress.allowed, func(r *rule) bool { return r.names }) || slices.ContainsFunc(egress.admin, func(r *rule) bool { return r.names })
	return s
}

// tally counts how many ends let traffic through on which ports.
type tally struct {
	every, some, none bool
	ports             Ports
}

func (t *tally) add(ports Ports) {
	switch {
	case ports.Every():
		t.every = true
	case ports.None():
		t.none = true
	default:
		t.some = true
	}
	t.ports = t.ports.or(ports)
}

func (t *tally) extent() Extent {
	switch {
	case !t.every && !t.some && !t.none:
		return NoPods
	case t.every && !t.some && !t.none:
		return All
	case t.none && !t.every && !t.some:
		return None
	default:
		return Some
	}
}

// Policy returns a policy, or nil.
func (a *Analysis) Policy(ref model.Ref) *Policy { return a.byPolicy[ref] }

// Workload returns a workload, or nil where it is none or runs no pods.
func (a *Analysis) Workload(ref model.Ref) *Workload { return a.byWorkload[ref] }

// Pod returns how a running pod stands, or nil.
func (a *Analysis) Pod(ref model.Ref) *Standing { return a.byPod[ref] }

// Any reports whether something holds of any sort of the workload's pods.
func (w *Workload) Any(holds func(*Standing) bool) bool {
	return slices.ContainsFunc(w.Standings, holds)
}
