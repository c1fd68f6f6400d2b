package azurerbac

import (
	"maps"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// RoundKinds are the kinds of rights that rules on a cluster may read.
var RoundKinds = []model.Kind{model.KindRoleAssignment, model.KindPrincipal}

// Round puts what was read of rights beside a cluster's other documents, for rules: the
// role assignments and eligible roles that concern it, and the principals that it acts as. Kinds that the subject
// already has stay as they are. A nil view leaves the subject as it is.
//
// A role assignment's document is Azure's own with more in it: role (name, custom, aks
// and grants), holder (kind, name, id, kubelet), at (root, management group,
// subscription, resource group, cluster, namespace, node resource group, registry,
// elsewhere), registries (the attached ones that it counts on) and eligible.
func Round(s model.Subject, v *View) model.Subject {
	if v == nil || s.Cluster == nil {
		return s
	}
	children := make(map[model.Kind][]*model.Document, len(s.Children)+len(RoundKinds))
	reads := make(map[model.Kind]model.Read, len(s.Reads)+len(RoundKinds))
	maps.Copy(children, s.Children)
	maps.Copy(reads, s.Reads)
	c := v.concern(s.Cluster)
	if _, given := s.Children[model.KindRoleAssignment]; !given {
		reads[model.KindRoleAssignment] = v.worst(model.KindRoleAssignment, model.KindRoleDefinition, model.KindRoleEligibility, model.KindPrincipal)
		children[model.KindRoleAssignment] = c.assignments()
	}
	if _, given := s.Children[model.KindPrincipal]; !given {
		reads[model.KindPrincipal] = v.worst(model.KindPrincipal)
		children[model.KindPrincipal] = c.applications()
	}
	s.Children, s.Reads = children, reads
	return s
}

// worst tells how reading some kinds stands together.
func (v *View) worst(kinds ...model.Kind) model.Read {
	worst := v.Reads[kinds[0]]
	for _, kind := range kinds[1:] {
		read := v.Reads[kind]
		if worst.State == model.ReadFailed || read.State == model.ReadDone {
			continue
		}
		if read.State == model.ReadFailed || worst.State == model.ReadDone {
			worst = read
		}
	}
	return worst
}

// concern is what of a subscription's rights concerns one cluster.
type concern struct {
	index     *Index
	cluster   model.ID
	nodeGroup model.ID
	kubelet   string
	// registries are those that the nodes' identity holds a role on.
	registries []model.ID
	client     string
}

func (v *View) concern(cluster *model.Document) *concern {
	c := &concern{
		index: v.Index(), cluster: cluster.ID,
		kubelet: strings.ToLower(document.Text(cluster.Tree, "properties.identityProfile.kubeletidentity.objectId")),
		client:  strings.ToLower(document.Text(cluster.Tree, "properties.servicePrincipalProfile.clientId")),
	}
	if group := document.Text(cluster.Tree, "properties.nodeResourceGroup"); group != "" {
		c.nodeGroup = model.SubscriptionID(cluster.ID.Subscription()) + model.ID("/resourceGroups/"+group)
	}
	if c.kubelet == "" {
		return c
	}
	for _, assignment := range c.index.Of(c.kubelet) {
		if registryOf(assignment.Scope) != "" && !slices.ContainsFunc(c.registries, assignment.Scope.Equal) {
			c.registries = append(c.registries, assignment.Scope)
		}
	}
	return c
}

// registryOf is the name of the registry that a scope is, or "".
func registryOf(scope model.ID) string {
	const registries = "/providers/microsoft.containerregistry/registries/"
	_, name, is := strings.Cut(strings.ToLower(string(scope)), registries)
	if !is || strings.Contains(name, "/") {
		return ""
	}
	return scope.Name()
}

// assignments are the documents of the role assignments that concern the cluster.
func (c *concern) assignments() []*model.Document {
	documents := []*model.Document{}
	for _, a := range c.index.Assignments {
		registries := c.on(a)
		kubelet := c.kubelet != "" && a.Principal == c.kubelet
		if !kubelet && len(registries) == 0 && !a.Covers(c.cluster) && !a.Within(c.cluster) &&
			(c.nodeGroup == "" || !a.Covers(c.nodeGroup) && !a.Within(c.nodeGroup)) {
			continue
		}
		tree, err := document.Parse(a.Raw.Bytes())
		if err != nil {
			continue // it was counted among those that cannot be used
		}
		grants := []any{}
		for _, grant := range a.Role.Grants() {
			grants = append(grants, grant)
		}
		tree["role"] = map[string]any{"name": a.RoleName(), "custom": a.Role != nil && a.Role.Custom, "aks": a.Role.aks(), "grants": grants}
		kind, name := c.index.holder(a)
		tree["holder"] = map[string]any{"kind": kind, "name": name, "id": a.Principal, "kubelet": kubelet}
		tree["at"] = c.at(a.Scope)
		tree["registries"] = registries
		tree["eligible"] = a.Eligible
		documents = append(documents, &model.Document{Resource: a.Resource, Tree: tree})
	}
	return documents
}

// on are the attached registries on which an assignment counts.
func (c *concern) on(a *Assignment) []any {
	names := []any{}
	for _, registry := range c.registries {
		if a.Covers(registry) {
			names = append(names, registry.Name())
		}
	}
	return names
}

func (c *concern) at(scope model.ID) string {
	folded := strings.ToLower(string(scope))
	switch {
	case scope == "/" || scope == "":
		return "root"
	case strings.HasPrefix(folded, "/providers/microsoft.management/managementgroups/"):
		return "management group"
	case scope.Equal(c.cluster):
		return "cluster"
	case scope.Within(c.cluster):
		return "namespace"
	case scope.ResourceGroup() == "":
		return "subscription"
	case c.nodeGroup != "" && scope.Within(c.nodeGroup):
		return "node resource group"
	case registryOf(scope) != "":
		return "registry"
	case c.cluster.Within(scope):
		return "resource group"
	default:
		return "elsewhere"
	}
}

// holder says who holds an assignment, as far as it can be told.
func (x *Index) holder(a *Assignment) (kind, name string) {
	if p := x.Principal(a.Principal); p != nil && p.Kind != Unresolved {
		return p.Kind.String(), p.Label()
	}
	switch strings.ToLower(a.PrincipalType) {
	case "user":
		kind = User.String()
	case "group", "foreigngroup":
		kind = Group.String()
	case "serviceprincipal":
		kind = ServicePrincipal.String()
	default:
		kind = Unresolved.String()
	}
	return kind, a.Principal
}

// applications are the documents of the service principal and application that the
// cluster acts as.
func (c *concern) applications() []*model.Document {
	documents := []*model.Document{}
	if c.client == "" || c.client == "msi" {
		return documents
	}
	for _, view := range c.index.views {
		for _, resource := range view.Resources[model.KindPrincipal] {
			tree, err := document.Parse(resource.Raw.Bytes())
			if err == nil && strings.EqualFold(document.Text(tree, "appId"), c.client) {
				documents = append(documents, &model.Document{Resource: resource, Tree: tree})
			}
		}
	}
	return documents
}
