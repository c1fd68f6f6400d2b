package access

import (
	"slices"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Path is a way from one place to another, step by step.
type Path []Hop

// What steps say that follow from what the places are.
const (
	belongs = "Belongs to the group"
	isOne   = "Is one of them"
)

// Graph tells who gets where in a cluster, by rights in Kubernetes RBAC and by what
// runs. It is immutable.
type Graph struct {
	from map[Place][]Hop
	// subjects are those of bindings and of pods, in order.
	subjects []Subject
}

type graphKey struct{}

// GraphKinds are what a graph needs to have been read beside Kinds.
var GraphKinds = []model.Kind{model.KindServiceAccount, model.KindPod}

// GraphOf returns the graph of a cluster. What was not read is taken for absent.
func GraphOf(view *object.View) *Graph {
	return object.Derived(view, graphKey{}, func(view *object.View) *Graph { return buildGraph(view, powersOf(view)) })
}

// newGraph returns the graph of a cluster with what Azure adds to it.
func newGraph(w *World) *Graph { return buildGraph(w.View, w.powers()) }

func buildGraph(view *object.View, powers *powers) *Graph {
	g := &Graph{from: map[Place][]Hop{}}
	known := map[Subject]bool{}
	add := func(s Subject) {
		if !known[s] {
			known[s] = true
			g.subjects = append(g.subjects, s)
		}
	}
	for _, s := range powers.index.Subjects() {
		add(s)
	}
	for _, o := range view.Objects[model.KindServiceAccount] {
		s := Subject{Kind: ServiceAccount, Namespace: o.Namespace, Name: o.Name}
		add(s)
		g.scoped(AtAccounts, s, nil)
	}
	runs := map[Subject]bool{}
	for _, pod := range view.Objects[model.KindPod] {
		if pod.Pod == nil {
			continue
		}
		s := Subject{Kind: ServiceAccount, Namespace: pod.Namespace, Name: pod.Pod.ServiceAccount}
		add(s)
		if !runs[s] { // one pod of each is enough to tell
			runs[s] = true
			g.scoped(AtPods, s, pod)
		}
	}
	g.hop(Hop{From: NodeRoot, To: Place{Kind: AtPods}, How: "Pods run on nodes"})
	for _, s := range g.subjects {
		for _, held := range powers.heldAlone(s) {
			if to, leads := held.leadsTo(); leads {
				g.hop(Hop{From: At(s), To: to, By: &held, Eligible: held.Eligible, Narrowed: held.Narrowed})
			}
		}
		for _, group := range s.Identity().Groups {
			if of := (Subject{Kind: Group, Name: group}); of != s && known[of] {
				g.hop(Hop{From: At(s), To: At(of), How: belongs})
			}
		}
	}
	return g
}

func (g *Graph) hop(h Hop) { g.from[h.From] = append(g.from[h.From], h) }

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

// heldAlone are the powers of a subject itself, without those of its groups: these have
// a place of their own.
func (p *powers) heldAlone(s Subject) []Held {
	who := s.Identity()
	if s.Kind == Group {
		return p.held(Identity{Groups: []string{s.Name}})
	}
	return p.held(Identity{User: who.User})
}

// leadsTo is where a power leads.
func (h *Held) leadsTo() (Place, bool) {
	switch h.Leads {
	case "everything":
		if h.Namespace == "" || h.ID == "R22" && h.Namespace == systemNamespace {
			return Everything, true
		}
		return Place{Kind: AtAccounts, Namespace: h.Namespace}, true
	case "node":
		return NodeRoot, true
	case "accounts":
		return Place{Kind: AtAccounts, Namespace: h.Namespace}, true
	case "running":
		return Place{Kind: AtPods, Namespace: h.Namespace}, true
	case "secrets":
		return Place{Kind: AtSecrets, Namespace: h.Namespace}, true
	case "azure":
		return Place{Kind: AtAzure}, true
	default:
		return Place{}, false
	}
}

// Subjects returns the identities of the graph.
func (g *Graph) Subjects() []Subject { return g.subjects }

// Path returns a shortest way from a place to another, and whether there is one.
func (g *Graph) Path(from, to Place) (Path, bool) {
	came := map[Place]*Hop{from: nil}
	queue := []Place{from}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if at == to {
			return trace(came, to), true
		}
		hops := g.from[at]
		for i := range hops {
			if _, seen := came[hops[i].To]; !seen {
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
// shortest way.
func (g *Graph) WhoReaches(to Place) []Reach {
	back := map[Place][]*Hop{}
	for _, hops := range g.from {
		for i := range hops {
			back[hops[i].To] = append(back[hops[i].To], &hops[i])
		}
	}
	next := map[Place]*Hop{to: nil}
	distance := map[Place]int{to: 0}
	queue := []Place{to}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, hop := range back[at] {
			if _, seen := distance[hop.From]; !seen {
				next[hop.From], distance[hop.From] = hop, distance[at]+1
				queue = append(queue, hop.From)
			}
		}
	}
	var all []Reach
	for _, s := range g.subjects {
		if distance[At(s)] == 0 {
			continue
		}
		var path Path
		for hop := next[At(s)]; hop != nil; hop = next[hop.To] {
			path = append(path, *hop)
		}
		all = append(all, Reach{s, path})
	}
	slices.SortStableFunc(all, func(a, b Reach) int { return len(a.Path) - len(b.Path) })
	return all
}
