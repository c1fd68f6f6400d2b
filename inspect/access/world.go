package access

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// World is all that answers about access to one cluster are drawn from: what runs in it,
// its own document, and what Azure tells of rights and identities. It is immutable and
// safe for concurrent use.
type World struct {
	Cluster Cluster
	// View is what was read inside the cluster; of an empty inside where nobody looked.
	View *object.View
	// Azure is nil where nothing was read of Azure's rights, as for a kubeconfig's cluster.
	Azure *azurerbac.Index
	// Children are the documents read beside the cluster's own, such as trusted access
	// bindings.
	Children map[model.Kind][]*model.Resource

	index  *Index
	powers func() *powers
	graph  func() *Graph
}

// NewWorld joins what was read. View may be nil where nobody looked into the cluster,
// and azure where no rights of Azure were read.
func NewWorld(cluster *model.Document, view *object.View, azure *azurerbac.Index, children map[model.Kind][]*model.Resource) *World {
	if view == nil {
		inside := &model.Inside{}
		if cluster != nil {
			inside.Cluster = cluster.ID
		}
		view = object.NewView(inside, cluster, nil)
	}
	w := &World{Cluster: ClusterOf(cluster), View: view, Azure: azure, Children: children}
	w.ready(nil)
	return w
}

// ready makes what answers are drawn from, without some bindings.
func (w *World) ready(gone []model.Ref) {
	switch {
	case w.Azure != nil:
		w.index = build(w.View, w.Azure, gone)
		w.index.addAzure(&w.Cluster)
	case len(gone) > 0:
		w.index = build(w.View, nil, gone)
	default:
		w.index = Of(w.View)
	}
	w.powers = sync.OnceValue(func() *powers { return weigh(w.index, &w.Cluster, w.View, w.version()) })
	w.graph = sync.OnceValue(func() *Graph { return newGraph(w) })
}

// version is that of the API server, or what the cluster's document says of it.
func (w *World) version() string {
	if w.View.Server != "" || w.View.Cluster == nil {
		return w.View.Server
	}
	tree := w.View.Cluster.Tree
	return cmp.Or(text(tree, "properties", "currentKubernetesVersion"), text(tree, "properties", "kubernetesVersion"))
}

// Index returns the bindings, role assignments and roles of the cluster.
func (w *World) Index() *Index { return w.index }

// Graph tells who gets where, step by step.
func (w *World) Graph() *Graph { return w.graph() }

// HeldBy returns the powers that a subject has, by its groups too, the worst first.
func (w *World) HeldBy(s Subject) []Held { return w.powers().held(w.Identity(s)) }

// Worst returns the worst power that a binding gives by itself, or nil.
func (w *World) Worst(b *Binding) *Held { return w.powers().worst(b) }

// Can returns every reason why a subject may do what is asked.
func (w *World) Can(s Subject, q Question) []Reason { return w.index.Can(w.Identity(s), q) }

// Identity returns a subject as the cluster sees it, with the groups that Entra ID tells
// of beside those that it has by itself.
func (w *World) Identity(s Subject) Identity {
	s = w.index.Canonical(s)
	who := s.Identity()
	if w.Azure != nil && s.Kind != ServiceAccount {
		for _, membership := range w.Azure.GroupChain(s.Name) {
			who.Groups = append(who.Groups, membership.Group)
		}
		for _, membership := range w.Azure.EligibleChain(s.Name) {
			who.MayJoin = append(who.MayJoin, membership.Group)
		}
	}
	return who
}

// Principal returns whom Entra ID knows as the subject, or nil.
func (w *World) Principal(s Subject) *azurerbac.Principal {
	if w.Azure == nil || s.Kind == ServiceAccount {
		return nil
	}
	return w.Azure.Principal(s.Name)
}

// Name names a subject for people: a user principal name or a group's name where Entra
// ID tells one, namespace/name for a service account.
func (w *World) Name(s Subject) string {
	if s.Kind == ServiceAccount {
		return s.Namespace + "/" + s.Name
	}
	if p := w.Principal(s); p != nil {
		return p.Label()
	}
	return s.Name
}

// Kind says what a subject is: group, guest, managed identity, service account, ...
func (w *World) Kind(s Subject) string {
	if p := w.Principal(s); p != nil && p.Kind != azurerbac.Unresolved {
		return p.Kind.String()
	}
	return s.Kind.String()
}

// Size says how many members a group of Entra ID has and how many more may join it for a
// while; empty where that was not read, or where it is no group.
func (w *World) Size(s Subject) string {
	if w.Azure == nil || s.Kind != Group {
		return ""
	}
	var says []string
	if members, read := w.Azure.Members(s.Name); read {
		word := " members"
		if len(members) == 1 {
			word = " member"
		}
		says = append(says, strconv.Itoa(len(members))+word)
	}
	if eligible, _ := w.Azure.MayJoin(s.Name); len(eligible) > 0 {
		says = append(says, strconv.Itoa(len(eligible))+" eligible")
	}
	return strings.Join(says, ", ")
}

// Unresolved reports whether a subject is an object ID that Entra ID did not tell of: a
// principal that was deleted, or one that this account may not read.
func (w *World) Unresolved(s Subject) bool {
	return s.Kind != ServiceAccount && guid(s.Name) && w.Principal(s) == nil
}

// Resolve finds the subjects that a person may mean by a subject: by its name in the
// cluster, a user principal name, a display name or an object ID. Several where a
// display name is not unique; the subject itself where nobody is known by it.
func (w *World) Resolve(s Subject) []Subject {
	if w.Azure == nil || s.Kind == ServiceAccount {
		return []Subject{s}
	}
	var all []Subject
	for _, p := range w.Azure.Named(s.Name) {
		kind := User
		if p.Kind == azurerbac.Group {
			kind = Group
		}
		if kind == s.Kind || guid(s.Name) {
			all = append(all, Subject{Kind: kind, Name: p.ID})
		}
	}
	if len(all) == 0 {
		return []Subject{s}
	}
	return all
}

// Subjects returns everybody whom a binding or role assignment names, the members of the
// groups among them and who may join these, in the order in which they come.
func (w *World) Subjects() []Subject {
	all := slices.Clone(w.index.Subjects())
	if w.Azure == nil {
		return all
	}
	known := map[Subject]bool{}
	for _, s := range all {
		known[s] = true
	}
	for i := 0; i < len(all); i++ { // it grows: groups hold groups
		if all[i].Kind != Group {
			continue
		}
		members, _ := w.Azure.Members(all[i].Name)
		eligible, _ := w.Azure.MayJoin(all[i].Name)
		for _, each := range eligible {
			members = append(slices.Clip(members), each.Principal)
		}
		for _, id := range members {
			s := Subject{Kind: User, Name: id}
			if p := w.Azure.Principal(id); p != nil && p.Kind == azurerbac.Group {
				s.Kind = Group
			}
			if !known[s] {
				known[s] = true
				all = append(all, s)
			}
		}
	}
	return all
}

// Since is when a binding or role assignment was made; zero where nothing tells.
func (b *Binding) Since() time.Time { return b.Created }

// Scope says where a binding counts, in the words of the place it was made at.
func (w *World) Scope(b *Binding) string {
	switch {
	case b.Assignment != nil:
		return azurerbac.ScopeWords(b.Assignment.Scope, w.Cluster.ID)
	case b.ClusterWide():
		return "whole cluster"
	default:
		return "namespace " + b.Namespace
	}
}

// Gap is something that an answer does not cover, and why.
type Gap struct{ What, Why string }

// Coverage tells what answers about the cluster do not cover, where they need those kinds
// of objects inside it; Kinds, and GraphKinds for paths.
func (w *World) Coverage(kinds ...model.Kind) []Gap {
	var gaps []Gap
	for _, kind := range kinds {
		if read := w.View.Reads[kind]; read.State != model.ReadDone {
			gaps = append(gaps, Gap{What: string(kind) + " objects", Why: cmp.Or(read.Why, "they were not read to the end")})
		}
	}
	if w.Cluster.ID == "" {
		return gaps
	}
	for _, kind := range model.RightsKinds {
		if w.Azure == nil {
			return append(gaps, Gap{What: "Azure's role assignments and Entra ID", Why: "they were not read"})
		}
		if read := w.Azure.Read(kind); read.State != model.ReadDone {
			gaps = append(gaps, Gap{What: rightsWords[kind], Why: cmp.Or(read.Why, "they were not read to the end")})
		}
	}
	return gaps
}

var rightsWords = map[model.Kind]string{
	model.KindRoleDefinition: "roles of Azure", model.KindRoleAssignment: "role assignments",
	model.KindDenyAssignment: "deny assignments", model.KindRoleEligibility: "eligible roles",
	model.KindManagedIdentity: "managed identities", model.KindFederatedCredential: "federated credentials",
	model.KindPrincipal: "names in Entra ID", model.KindGroupMembers: "members of groups",
	model.KindGroupEligibility: "eligible members of groups",
}

// guid reports whether a name has the form of an object ID.
func guid(name string) bool {
	return len(name) == 36 && strings.Count(name, "-") == 4 && strings.Trim(strings.ToLower(name), "0123456789abcdef-") == ""
}
