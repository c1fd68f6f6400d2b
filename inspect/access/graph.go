package access

import (
	"slices"

	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Path is a way from one place to another, step by step.
type Path []Hop

// What steps say that follow from what the places are.
const (
	belongs = "Belongs to the group"
	mayJoin = "May join the group"
	areOf   = "Are some of them"
	isOne   = "Is one of them"
)

// Graph tells who gets where in a cluster, by rights in Kubernetes RBAC and by what
// runs. It is immutable.
type Graph struct {
	world *World
	from  map[Place][]Hop
	// places are the keys of from, in the order in which they came.
	places []Place
	// subjects are those of bindings and of pods, and the members of groups, in order.
	subjects []Subject
	known    map[Subject]bool
	// accounts are the service accounts that are there.
	accounts map[Subject]bool
	// own are the steps of service accounts that take a token of theirs: acting in their
	// name is not enough, so that no path comes upon them on its way.
	own map[Subject][]Hop
	// absent are steps from service accounts that are not there.
	absent []Hop
	// alone are the powers of each subject without its groups, while the graph is made.
	alone map[Subject][]Held
}

type graphKey struct{}

// GraphKinds are what a graph needs to have been read beside Kinds.
var GraphKinds = append([]model.Kind{model.KindServiceAccount, model.KindPod, model.KindNamespace}, network.PolicyKinds...)

// GraphOf returns the graph of a cluster, without what Azure adds to it. What was not
// read is taken for absent.
func GraphOf(view *object.View) *Graph {
	return object.Derived(view, graphKey{}, func(view *object.View) *Graph {
		return newGraph(&World{View: view, index: Of(view), powers: func() *powers { return powersOf(view) }})
	})
}

// newGraph returns the graph of what a world holds.
func newGraph(w *World) *Graph {
	g := &Graph{world: w, from: map[Place][]Hop{}, known: map[Subject]bool{}, alone: map[Subject][]Held{}, own: map[Subject][]Hop{}, accounts: map[Subject]bool{}}
	for _, s := range w.Subjects() {
		g.add(s)
	}
	for _, o := range w.View.Objects[model.KindServiceAccount] {
		s := Subject{Kind: ServiceAccount, Namespace: o.Namespace, Name: o.Name}
		g.add(s)
		g.accounts[s] = true
		g.scoped(AtAccounts, s, nil)
		g.scoped(AtNames, s, nil)
	}
	podOf := map[Subject]*model.Object{} // one pod of each is enough to tell
	for _, pod := range w.View.Objects[model.KindPod] {
		if pod.Pod == nil {
			continue
		}
		s := Subject{Kind: ServiceAccount, Namespace: pod.Namespace, Name: pod.Pod.ServiceAccount}
		g.add(s)
		if podOf[s] == nil {
			podOf[s] = pod
			g.scoped(AtPods, s, pod)
		}
	}
	g.nodes()
	g.identities(podOf)
	g.afterEverything()
	for _, s := range g.subjects {
		for _, hop := range g.hopsOf(s) {
			g.hop(hop)
		}
	}
	g.alone = nil
	return g
}

// add has a subject in the graph, once.
func (g *Graph) add(s Subject) {
	if !g.known[s] {
		g.known[s] = true
		g.subjects = append(g.subjects, s)
	}
}

// afterEverything leads from cluster-admin to what it holds.
func (g *Graph) afterEverything() {
	g.hop(Hop{From: Everything, To: NodeRoot, How: "Runs pods on the nodes as root"})
	g.hop(Hop{From: Everything, To: AllSecrets, How: "Reads every Secret"})
	g.hop(Hop{From: Everything, To: Place{Kind: AtAccounts}, How: "Makes tokens for every service account"})
	g.hop(Hop{From: Everything, To: Place{Kind: AtPods}, How: "Runs commands in every pod"})
	seen := map[string]bool{}
	of := func(namespace string) {
		if namespace != "" && !seen[namespace] {
			seen[namespace] = true
			g.hop(Hop{From: AllSecrets, To: SecretsOf(namespace), How: areOf})
		}
	}
	for _, o := range g.world.View.Objects[model.KindNamespace] {
		of(o.Name)
	}
	for _, s := range g.subjects {
		of(s.Namespace)
	}
	for _, b := range g.world.index.Bindings {
		of(b.Namespace)
	}
}

// hopsOf are the steps that a subject takes by itself: by its own rights, by those that
// only it and its groups have together, and to its groups.
func (g *Graph) hopsOf(s Subject) []Hop {
	var hops []Hop
	lead := func(held *Held) {
		for _, to := range held.leadTo() {
			hops = append(hops, Hop{From: At(s), To: to, By: held, Eligible: held.Eligible, Narrowed: held.Narrowed})
		}
	}
	alone := g.heldAlone(s)
	for i := range alone {
		lead(&alone[i])
	}
	who := g.world.Identity(s)
	parts := [][]Held{alone}
	for _, name := range slices.Concat(who.Groups, who.MayJoin) {
		if group := g.world.index.Canonical(Subject{Kind: Group, Name: name}); group != s && g.known[group] {
			parts = append(parts, g.heldAlone(group))
		}
	}
	if len(parts) == 1 {
		hops = append(hops, g.makesAbsent(s, alone)...)
	} else {
		held := g.world.powers().held(who)
		hops = append(hops, g.makesAbsent(s, held)...)
		for _, held := range held {
			if len(held.leadTo()) > 0 && !held.givenBy(parts) {
				lead(&held)
			}
		}
	}
	for _, name := range g.groupsOf(s) {
		if group := g.world.index.Canonical(Subject{Kind: Group, Name: name}); group != s && g.known[group] {
			hops = append(hops, Hop{From: At(s), To: At(group), How: belongs})
		}
	}
	return append(hops, g.joins(s)...)
}

// joins leads to the groups that a subject may join in Privileged Identity Management.
func (g *Graph) joins(s Subject) []Hop {
	if g.world.Azure == nil || s.Kind == ServiceAccount {
		return nil
	}
	var hops []Hop
	for _, each := range g.world.Azure.EligibleGroups(s.Name) {
		if group := g.world.index.Canonical(Subject{Kind: Group, Name: each.Group}); group != s && g.known[group] {
			hops = append(hops, Hop{From: At(s), To: At(group), How: mayJoin, Joins: &each, Eligible: true})
		}
	}
	return hops
}

// groupsOf are the groups that a subject has by itself, and those of Entra ID that it
// belongs to directly.
func (g *Graph) groupsOf(s Subject) []string {
	groups := s.Identity().Groups
	if g.world.Azure != nil && s.Kind != ServiceAccount {
		groups = append(groups, g.world.Azure.GroupsOf(s.Name)...)
	}
	return groups
}

// givenBy reports whether one of several parts has the power already, there or
// everywhere, with no more in its way.
func (h *Held) givenBy(parts [][]Held) bool {
	for _, part := range parts {
		for i := range part {
			p := &part[i]
			if p.Power == h.Power && (p.Namespace == h.Namespace || p.Namespace == "") &&
				rank(p.Eligible, p.Narrowed) <= rank(h.Eligible, h.Narrowed) {
				return true
			}
		}
	}
	return false
}

func (g *Graph) hop(h Hop) {
	if len(g.from[h.From]) == 0 {
		g.places = append(g.places, h.From)
	}
	g.from[h.From] = append(g.from[h.From], h)
}

// scoped leads from the accounts or pods of a namespace, and of all, to one of them.
func (g *Graph) scoped(kind PlaceKind, s Subject, pod *model.Object) {
	all, here := Place{Kind: kind}, Place{Kind: kind, Namespace: s.Namespace}
	if len(g.from[here]) == 0 {
		g.hop(Hop{From: all, To: here, How: isOne})
	}
	how := isOne
	if pod != nil {
		how = "A pod runs as it"
	}
	g.hop(Hop{From: here, To: At(s), Pod: pod, How: how})
}

// heldAlone are the powers of a subject itself, weighed once while the graph is made.
func (g *Graph) heldAlone(s Subject) []Held {
	held, known := g.alone[s]
	if !known {
		held = g.world.powers().heldAlone(s)
		if g.alone != nil {
			g.alone[s] = held
		}
	}
	return held
}

// heldAlone are the powers of a subject itself, without those of its groups: these have
// a place of their own.
func (p *powers) heldAlone(s Subject) []Held {
	who := s.Identity()
	if s.Kind == Group {
		return p.held(Identity{Groups: []string{s.Name}})
	}
	return p.held(Identity{User: who.User})
}

// leadTo is where a power leads; nowhere where the cluster refuses it.
func (h *Held) leadTo() []Place {
	if h.Refused != "" {
		return nil
	}
	var to []Place
	for _, leads := range h.Leads {
		to = append(to, h.leadsTo(leads)...)
	}
	return to
}

func (h *Held) leadsTo(place string) []Place {
	here := func(kind PlaceKind) Place { return Place{Kind: kind, Namespace: h.Namespace} }
	switch place {
	case "everything":
		if h.wide() || h.ID == "R22" && h.Namespace == systemNamespace {
			return []Place{Everything}
		}
		return []Place{here(AtAccounts), here(AtPods), here(AtSecrets), here(AtMade)}
	case "node":
		return []Place{NodeRoot}
	case "accounts":
		return []Place{here(AtAccounts)}
	case "running":
		return []Place{here(AtPods)}
	case "secrets":
		return []Place{here(AtSecrets)}
	case "names":
		return []Place{here(AtNames)}
	case "made":
		return []Place{here(AtMade)}
	case "nodes":
		return []Place{At(Subject{Kind: Group, Name: Nodes})}
	case "metadata":
		return []Place{metadata}
	default:
		panic("the embedded lists of powers lead to " + place) // a test asks them all
	}
}

// Subjects returns the identities of the graph.
func (g *Graph) Subjects() []Subject { return g.subjects }

// burdens are what may stand in the way of a step, least first: nothing, a condition, a
// role that has to be taken first, or both.
const burdens = 4

// burden ranks what stands in the way of a step.
func (h *Hop) burden() int { return rank(h.Eligible, h.Narrowed) }

// Path returns a shortest way from a place to another, and whether there is one. A way
// that holds now is told before one that needs a role to be taken or a condition met.
func (g *Graph) Path(from, to Place) (Path, bool) {
	for most := range burdens {
		if path, is := g.path(from, to, most); is {
			return path, true
		}
	}
	return nil, false
}

func (g *Graph) path(from, to Place, most int) (Path, bool) {
	came := map[Place]*Hop{from: nil}
	queue := []Place{from}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if at == to {
			return trace(came, to), true
		}
		hops := g.from[at]
		if at == from && at.Kind == AtSubject && !g.known[at.Subject] {
			hops = g.hopsOf(at.Subject) // somebody whom nothing names, but everybody's groups hold
		}
		if own := g.own[at.Subject]; at == from && at.Kind == AtSubject && len(own) > 0 {
			hops = slices.Concat(own, hops)
		}
		for i := range hops {
			if _, seen := came[hops[i].To]; !seen && hops[i].burden() <= most {
				came[hops[i].To] = &hops[i]
				queue = append(queue, hops[i].To)
			}
		}
	}
	return nil, false
}

// trace goes back from a place to where the search began.
func trace(came map[Place]*Hop, to Place) Path {
	var path Path
	for hop := came[to]; hop != nil; hop = came[hop.From] {
		path = append(path, *hop)
	}
	slices.Reverse(path)
	return path
}

// Reach is an identity that gets to a place, and how.
type Reach struct {
	Subject
	Path Path
}

// WhoReaches returns the identities that get to a place, nearest first, each by a
// shortest way, and by one that holds now where there is one.
func (g *Graph) WhoReaches(to Place) []Reach {
	back := map[Place][]*Hop{}
	burdened := [burdens]bool{0: true}
	for _, place := range g.places {
		hops := g.from[place]
		for i := range hops {
			back[hops[i].To] = append(back[hops[i].To], &hops[i])
			burdened[hops[i].burden()] = true
		}
	}
	paths := map[Subject]Path{}
	for most := range burdens {
		if !burdened[most] {
			continue
		}
		next := nearest(back, to, most)
		for _, s := range g.subjects {
			if _, known := paths[s]; known || At(s) == to {
				continue
			}
			path := follow(next, At(s))
			for i, own := range g.own[s] {
				if own.burden() > most || own.To != to && next[own.To] == nil {
					continue
				}
				if by := append(Path{g.own[s][i]}, follow(next, own.To)...); path == nil || len(by) < len(path) {
					path = by
				}
			}
			if path != nil {
				paths[s] = path
			}
		}
	}
	var all []Reach
	for _, s := range g.subjects {
		if path, reaches := paths[s]; reaches {
			all = append(all, Reach{s, path})
		}
	}
	slices.SortStableFunc(all, func(a, b Reach) int { return len(a.Path) - len(b.Path) })
	return all
}

// nearest tells of every place the first step of a shortest way to another.
func nearest(back map[Place][]*Hop, to Place, most int) map[Place]*Hop {
	next := map[Place]*Hop{to: nil}
	queue := []Place{to}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, hop := range back[at] {
			if _, seen := next[hop.From]; !seen && hop.burden() <= most {
				next[hop.From] = hop
				queue = append(queue, hop.From)
			}
		}
	}
	return next
}

// follow goes from a place step by step to where next leads; nil where it leads nowhere.
func follow(next map[Place]*Hop, from Place) Path {
	var path Path
	for hop := next[from]; hop != nil; hop = next[hop.To] {
		path = append(path, *hop)
	}
	return path
}
