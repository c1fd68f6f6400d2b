package access

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/model"
)

// What steps to identities in Azure say.
const (
	takenFor   = "Is taken for the identity by Entra ID"
	oneOfRoles = "Is one of its roles"
)

// identities leads from service accounts to the managed identities that take their
// tokens, and from the identities of workloads, nodes and the cluster to what they may do
// in Azure.
func (g *Graph) identities(podOf map[Subject]*model.Object) {
	w := g.world
	if w.Azure == nil {
		return
	}
	concerned := []string{w.Cluster.Kubelet}
	concerned = append(concerned, w.Cluster.OnNodes...)
	for _, name := range w.Cluster.Control {
		if named := w.Azure.Named(name); len(named) == 1 {
			name = named[0].ID // a service principal stands there by its client ID
		}
		concerned = append(concerned, name)
	}
	for _, credential := range w.Azure.Credentials {
		namespace, name, is := credential.ServiceAccount()
		identity := w.Azure.Identity(string(credential.Identity))
		if !is || identity == nil || !credential.From(w.Cluster.Issuer) {
			continue
		}
		concerned = append(concerned, identity.Principal)
		account := Subject{Kind: ServiceAccount, Namespace: namespace, Name: name}
		g.trusted(account, Hop{To: g.identity(identity.Principal), Credential: credential, How: takenFor}, podOf[account])
	}
	concerned = append(concerned, g.identityBindings(podOf)...)
	slices.Sort(concerned)
	concerned = slices.Compact(concerned)
	for _, id := range concerned {
		if id != "" {
			g.inAzure(id)
		}
	}
	g.takenOver(concerned)
}

// identity is the place of a managed identity.
func (g *Graph) identity(principal string) Place {
	s := g.world.index.Canonical(Subject{Kind: User, Name: strings.ToLower(principal)})
	g.add(s)
	return At(s)
}

// trusted leads from whoever holds a token of an account to where it is taken: the
// account itself, who makes tokens in its namespace, and who is in a pod that runs as it.
// Whoever only acts in the account's name has no token.
func (g *Graph) trusted(account Subject, h Hop, pod *model.Object) {
	h.From = At(account)
	if !g.accounts[account] && g.world.View.Reads[model.KindServiceAccount].State == model.ReadDone {
		g.absent = append(g.absent, h)
		h.From = Everything // which makes the account
		g.hop(h)
		return
	}
	g.add(account)
	g.own[account] = append(g.own[account], h)
	here := Place{Kind: AtAccounts, Namespace: account.Namespace}
	if len(g.from[here]) == 0 {
		g.hop(Hop{From: Place{Kind: AtAccounts}, To: here, How: isOne})
	}
	h.From = here
	g.hop(h)
	if pod != nil {
		h.From, h.Pod = Place{Kind: AtPods, Namespace: account.Namespace}, pod
		g.hop(h)
	}
}

// makesAbsent leads from a subject to the identities that trust an account which is not
// there, where it may make the account and get a token of it.
func (g *Graph) makesAbsent(s Subject, held []Held) []Hop {
	var hops []Hop
	for _, absent := range g.absent {
		namespace := absent.From.Subject.Namespace
		makes := g.world.Can(s, Question{Verb: "create", Resource: "serviceaccounts", Namespace: namespace})
		for i := range held {
			h := &held[i]
			if len(makes) == 0 || h.Namespace != "" && h.Namespace != namespace || !slices.Contains(h.Leads, "accounts") {
				continue
			}
			hop := absent
			hop.From, hop.How, hop.Why = At(s), "Makes the service account that the identity trusts", absent.From.Subject.String()+" is not there, and who makes it has its tokens"
			hop.Eligible, hop.Narrowed = h.Eligible, h.Narrowed
			hops = append(hops, hop)
			break
		}
	}
	return hops
}

// identityBindings leads from service accounts to the identities that a right alone gives
// them, and returns the object IDs of these. A right on everything is left out: it leads
// to all else as well.
func (g *Graph) identityBindings(podOf map[Subject]*model.Object) []string {
	var found []string
	power := powerByID("R64")
	for _, role := range g.world.index.Roles {
		for _, identity := range g.world.Azure.Identities {
			rule := slices.IndexFunc(role.Rules, func(r rbacv1.PolicyRule) bool { return usesIdentity(&r, identity) })
			if rule < 0 {
				continue
			}
			for _, b := range role.Bindings {
				if !b.ClusterWide() {
					continue
				}
				for _, s := range b.Subjects {
					held := &Held{Power: power, Severity: model.High, By: []Reason{{Grant{Binding: b, As: s}, rule}}}
					for _, account := range g.accountsOf(s) {
						found = append(found, identity.Principal)
						g.trusted(account, Hop{To: g.identity(identity.Principal), By: held}, podOf[account])
					}
				}
			}
		}
	}
	return found
}

// accountsOf are the service accounts that a subject is, or that are in it as a group.
func (g *Graph) accountsOf(s Subject) []Subject {
	if s.Kind == ServiceAccount {
		return []Subject{s}
	}
	if s.Kind != Group || s.Name != serviceAccounts && !strings.HasPrefix(s.Name, serviceAccountGroup) {
		return nil
	}
	var all []Subject
	for _, each := range g.subjects {
		if each.Kind == ServiceAccount && slices.Contains(each.Identity().Groups, s.Name) {
			all = append(all, each)
		}
	}
	return all
}

// usesIdentity reports whether a rule names the identity among those that may be taken.
func usesIdentity(rule *rbacv1.PolicyRule, identity *azurerbac.Identity) bool {
	is := func(name string) bool { return strings.EqualFold(name, identity.Client) }
	return slices.Contains(rule.Verbs, "use-managed-identity") && holds(rule.APIGroups, "cid.wi.aks.azure.com") && identity.Client != "" &&
		(len(rule.ResourceNames) == 0 && (slices.ContainsFunc(rule.Resources, is) || slices.Contains(rule.Resources, All)) ||
			slices.ContainsFunc(rule.ResourceNames, is))
}

// inAzure leads from an identity to the roles that it has in Azure beyond pulling images.
func (g *Graph) inAzure(principal string) {
	from := g.identity(principal)
	for _, assignment := range g.world.assignmentsOf(from.Subject) {
		if !beyondPulling(assignment.Role) {
			continue
		}
		to := Place{Kind: AtAzure, Name: assignment.RoleName() + " on " + azurerbac.ScopeWords(assignment.Scope, g.world.Cluster.ID)}
		g.hop(Hop{
			From: from, To: to, Assignment: assignment, How: "Has a role in Azure",
			Eligible: assignment.Eligible, Narrowed: assignment.Condition != "",
		})
		if len(g.from[to]) == 0 {
			g.hop(Hop{From: to, To: AzureRights, How: oneOfRoles})
		}
	}
}

// assignmentsOf are the role assignments of a subject and of its groups in Entra ID.
func (w *World) assignmentsOf(s Subject) []*azurerbac.Assignment {
	if w.Azure == nil || s.Kind == ServiceAccount {
		return nil
	}
	all := slices.Clone(w.Azure.Of(s.Name))
	for _, membership := range w.Azure.GroupChain(s.Name) {
		all = append(all, w.Azure.Of(membership.Group)...)
	}
	return all
}

// beyondPulling reports whether a role allows more than to pull images. One whose
// definition was not read may.
func beyondPulling(r *azurerbac.Role) bool {
	if r == nil {
		return true
	}
	const registries = "microsoft.containerregistry/registries/"
	more := func(action string) bool {
		action = strings.ToLower(action)
		return action != registries+"pull/read" && action != registries+"read" &&
			(!strings.HasPrefix(action, registries+"repositories/") || !strings.HasSuffix(action, "/read"))
	}
	return slices.ContainsFunc(r.Permissions, func(p azurerbac.Permission) bool {
		return slices.ContainsFunc(p.Actions, more) || slices.ContainsFunc(p.DataActions, more)
	})
}

// becomes are the actions by which somebody has an identity trust what it runs.
var becomes = []string{
	"Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
	"Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
}

// takenOver leads to identities from whoever may have them trust what it runs.
func (g *Graph) takenOver(principals []string) {
	azure := g.world.Azure
	allows := map[*azurerbac.Role]bool{}
	for _, assignment := range azure.Assignments {
		role := assignment.Role
		if _, known := allows[role]; !known {
			allows[role] = role != nil && slices.ContainsFunc(becomes, role.Allows)
		}
		if !allows[role] {
			continue
		}
		for _, principal := range principals {
			identity := azure.Identity(principal)
			if principal == "" || identity == nil || !assignment.Covers(identity.ID) {
				continue
			}
			ids := []string{assignment.Principal}
			for _, membership := range azure.GroupChain(assignment.Principal) {
				ids = append(ids, membership.Group)
			}
			denies := azure.DeniesFor(ids, identity.ID)
			if !slices.ContainsFunc(becomes, func(action string) bool {
				return role.Allows(action) && !azurerbac.AnyDenies(denies, action, false)
			}) {
				continue
			}
			from := g.world.index.Canonical(assignee(assignment))
			to := g.identity(principal)
			g.add(from)
			if At(from) != to {
				g.hop(Hop{
					From: At(from), To: to, Assignment: assignment, How: "Has the identity trust what it runs",
					Why:      "whoever assigns an identity, or writes its federated credentials, gets its tokens",
					Eligible: assignment.Eligible, Narrowed: assignment.Condition != "",
				})
			}
		}
	}
}
