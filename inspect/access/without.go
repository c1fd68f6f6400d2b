package access

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Change is what might be taken away.
type Change struct {
	// Bindings are RoleBindings, ClusterRoleBindings and groups of the cluster's admins
	// that would go, Assignments role assignments of Azure, eligible ones too.
	Bindings    []model.Ref
	Assignments []model.ID
	// Members would be taken out of groups: each names a group and, as By, who is in it.
	Members []azurerbac.Membership
	// LocalAccounts is set where local accounts would be disabled.
	LocalAccounts bool
}

// Without returns the world as it would be after a change. The world itself stays as it
// is. Certificates that were handed out before stay good until they are rotated.
func (w *World) Without(change Change) *World {
	after := &World{Cluster: w.Cluster, View: w.View, Azure: w.Azure, Children: w.Children}
	if change.LocalAccounts {
		after.Cluster.LocalAccounts = false
	}
	after.Cluster.AdminGroups = slices.DeleteFunc(slices.Clone(w.Cluster.AdminGroups), func(group string) bool {
		return slices.ContainsFunc(change.Bindings, func(ref model.Ref) bool {
			return ref.Kind == kindAdminGroup && strings.EqualFold(ref.Name, group)
		})
	})
	if w.Azure != nil {
		after.Azure = w.Azure.Without(change.Assignments, change.Members)
	}
	after.ready(change.Bindings)
	return after
}

// Loss is what somebody would no longer have.
type Loss struct {
	Subject
	// Powers are those that go, Places those that no path leads to any more.
	Powers []Held
	Places []Place
	// Workloads are what runs as a service account, and so loses with it.
	Workloads []model.Ref
}

// LossesTo compares with the world after a change: who loses what by it, in the order of
// Subjects. Whoever loses nothing is left out.
func (w *World) LossesTo(after *World) []Loss {
	before, then := w.Graph(), after.Graph()
	var losses []Loss
	reach := func(g *Graph) map[Place]map[Subject]bool {
		all := map[Place]map[Subject]bool{}
		for _, to := range []Place{Everything, NodeRoot, AllSecrets, AzureRights} {
			all[to] = map[Subject]bool{}
			for _, r := range g.WhoReaches(to) {
				all[to][r.Subject] = true
			}
		}
		return all
	}
	had, has := reach(before), reach(then)
	for _, s := range before.Subjects() {
		loss := Loss{Subject: s}
		left := map[string]bool{}
		for _, held := range after.HeldBy(s) {
			left[held.key()] = true
		}
		for _, held := range w.HeldBy(s) {
			if !left[held.key()] {
				loss.Powers = append(loss.Powers, held)
			}
		}
		for _, to := range []Place{Everything, NodeRoot, AllSecrets, AzureRights} {
			if had[to][s] && !has[to][s] {
				loss.Places = append(loss.Places, to)
			}
		}
		if len(loss.Powers)+len(loss.Places) > 0 {
			loss.Workloads = runsAs(w.View, s)
			losses = append(losses, loss)
		}
	}
	return losses
}

// runsAs are the workloads whose pods run as a service account.
func runsAs(view *object.View, s Subject) []model.Ref {
	var all []model.Ref
	if s.Kind != ServiceAccount {
		return nil
	}
	for _, pod := range view.Objects[model.KindPod] {
		if pod.Pod == nil || pod.Namespace != s.Namespace || pod.Pod.ServiceAccount != s.Name {
			continue
		}
		if owner := view.TopOwner(pod).Ref; !slices.Contains(all, owner) {
			all = append(all, owner)
		}
	}
	return all
}
