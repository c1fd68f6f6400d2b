package access

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Role is a Role or ClusterRole with what it allows.
type Role struct {
	*model.Object
	Rules []rbacv1.PolicyRule
	// Aggregated is set for a ClusterRole that a controller fills from others.
	Aggregated *rbacv1.AggregationRule
	// Bindings are those that refer to it.
	Bindings []*Binding
	// Azure is the role definition where it is a role of Azure; Rules is empty then.
	Azure *azurerbac.Role

	// counts says where an assignment of the Azure role counts.
	counts coverage
	// denies are the deny assignments that count for its holder in the cluster,
	// nodeDenies those in the resource group of its nodes.
	denies, nodeDenies []*azurerbac.Deny
}

// Binding is what gives a role to somebody: a RoleBinding, a ClusterRoleBinding, a role
// assignment of Azure, or that a group of Entra ID is named as the cluster's admins.
type Binding struct {
	*model.Object
	// Assignment is the role assignment of Azure; nil for bindings of Kubernetes.
	Assignment *azurerbac.Assignment
	// Role is what it refers to; nil where that is gone. RoleRef names it in any case.
	Role     *Role
	RoleRef  model.Ref
	Subjects []Subject
}

// ClusterWide reports whether the binding counts in every namespace and outside them.
func (b *Binding) ClusterWide() bool { return b.Namespace == "" }

// Eligible reports whether it counts only once its holder has taken the role in
// Privileged Identity Management.
func (b *Binding) Eligible() bool { return b.Assignment != nil && b.Assignment.Eligible }

// Condition is the expression that may narrow it; empty for most.
func (b *Binding) Condition() string {
	if b.Assignment == nil {
		return ""
	}
	return b.Assignment.Condition
}

// Covers reports whether the binding counts for what is asked.
func (b *Binding) Covers(q *Question) bool {
	return b.ClusterWide() || q.Path == "" && q.Namespace != "" && q.Namespace == b.Namespace
}

// Index is the RBAC of a cluster, ready to be asked: that of Kubernetes, and what Azure
// adds to it where it is told. It is immutable.
type Index struct {
	Roles    []*Role
	Bindings []*Binding

	// azure is nil where Azure tells nothing.
	azure *azurerbac.Index

	byRole    map[model.Ref]*Role
	bySubject map[Subject][]*Binding
	subjects  []Subject
}

// Kinds are what an index needs to have been read.
var Kinds = []model.Kind{
	model.KindRole, model.KindClusterRole, model.KindRoleBinding, model.KindClusterRoleBinding,
}

type indexKey struct{}

// Of returns the index of a cluster. What of Kinds was not read is taken for absent, so
// ask View.Unread first.
func Of(view *object.View) *Index {
	return object.Derived(view, indexKey{}, func(view *object.View) *Index { return build(view, nil, nil) })
}

// build indexes what runs in a cluster, with the identities that Azure tells of, and
// without some bindings.
func build(view *object.View, azure *azurerbac.Index, gone []model.Ref) *Index {
	x := &Index{azure: azure, byRole: map[model.Ref]*Role{}, bySubject: map[Subject][]*Binding{}}
	for i, typed := range object.List[rbacv1.ClusterRole](view, model.KindClusterRole) {
		if typed != nil {
			x.addRole(&Role{Object: view.Objects[model.KindClusterRole][i], Rules: typed.Rules, Aggregated: typed.AggregationRule})
		}
	}
	for i, typed := range object.List[rbacv1.Role](view, model.KindRole) {
		if typed != nil {
			x.addRole(&Role{Object: view.Objects[model.KindRole][i], Rules: typed.Rules})
		}
	}
	for i, typed := range object.List[rbacv1.ClusterRoleBinding](view, model.KindClusterRoleBinding) {
		if o := view.Objects[model.KindClusterRoleBinding][i]; typed != nil && !slices.Contains(gone, o.Ref) {
			x.addBinding(o, typed.RoleRef, typed.Subjects)
		}
	}
	for i, typed := range object.List[rbacv1.RoleBinding](view, model.KindRoleBinding) {
		if o := view.Objects[model.KindRoleBinding][i]; typed != nil && !slices.Contains(gone, o.Ref) {
			x.addBinding(o, typed.RoleRef, typed.Subjects)
		}
	}
	return x
}

func (x *Index) addRole(role *Role) {
	x.Roles = append(x.Roles, role)
	x.byRole[role.Ref] = role
}

func (x *Index) addBinding(o *model.Object, ref rbacv1.RoleRef, subjects []rbacv1.Subject) {
	b := &Binding{Object: o, RoleRef: model.Ref{Kind: model.Kind(ref.Kind), Name: ref.Name}}
	if ref.Kind == string(model.KindRole) {
		b.RoleRef.Namespace = o.Namespace
	}
	b.Role = x.byRole[b.RoleRef]
	var named []Subject
	for _, subject := range subjects {
		if s, is := subjectOf(subject, o.Namespace); is {
			named = append(named, s)
		}
	}
	x.bind(b, named)
}

// bind adds a binding and whom it names.
func (x *Index) bind(b *Binding, subjects []Subject) {
	if b.Role != nil {
		b.Role.Bindings = append(b.Role.Bindings, b)
	}
	for _, subject := range subjects {
		subject = x.Canonical(subject)
		if slices.Contains(b.Subjects, subject) {
			continue
		}
		b.Subjects = append(b.Subjects, subject)
		if _, known := x.bySubject[subject]; !known {
			x.subjects = append(x.subjects, subject)
		}
		x.bySubject[subject] = append(x.bySubject[subject], b)
	}
	x.Bindings = append(x.Bindings, b)
}

// Canonical returns the subject that answers name somebody by: users and groups that
// Entra ID knows by their object ID, whichever name a binding has for them.
func (x *Index) Canonical(s Subject) Subject {
	if x.azure == nil || s.Kind == ServiceAccount {
		return s
	}
	p := x.azure.Principal(s.Name)
	if p == nil || (p.Kind == azurerbac.Group) != (s.Kind == Group) {
		return s
	}
	return Subject{Kind: s.Kind, Name: p.ID}
}

// Role returns a Role or ClusterRole, or nil.
func (x *Index) Role(ref model.Ref) *Role { return x.byRole[ref] }

// Subjects returns whom bindings name, in the order in which they come.
func (x *Index) Subjects() []Subject { return x.subjects }

// BindingsOf returns the bindings that name a subject itself, without those of its groups.
func (x *Index) BindingsOf(s Subject) []*Binding { return x.bySubject[s] }

// Grant is a binding that reaches an identity, and as which subject it names it: a
// group's name where the identity has it by that group.
type Grant struct {
	*Binding
	As Subject
	// Joining is set where the identity is no member of the group now, and may join it for
	// a while in Privileged Identity Management.
	Joining bool
}

// Eligible reports whether the grant counts only once a role or a membership was taken in
// Privileged Identity Management.
func (g Grant) Eligible() bool { return g.Joining || g.Binding != nil && g.Binding.Eligible() }

// GrantsOf returns the bindings that reach an identity, also by its groups.
func (x *Index) GrantsOf(who Identity) []Grant {
	var grants []Grant
	joining := false
	add := func(as Subject) {
		for _, b := range x.bySubject[as] {
			grants = append(grants, Grant{Binding: b, As: as, Joining: joining})
		}
	}
	if account, is := accountOf(who.User); is {
		add(account)
	} else if who.User != "" {
		add(x.Canonical(Subject{Kind: User, Name: who.User}))
	}
	for i, group := range who.Groups {
		if !slices.Contains(who.Groups[:i], group) {
			add(x.Canonical(Subject{Kind: Group, Name: group}))
		}
	}
	joining = true
	for _, group := range who.MayJoin {
		add(x.Canonical(Subject{Kind: Group, Name: group}))
	}
	return grants
}

// Reason is why somebody may do what was asked.
type Reason struct {
	// Grant names the binding; it is zero where the identity is of system:masters, which
	// needs none.
	Grant
	// Rule is the place in the role's rules of the first that allows it.
	Rule int
}

// Masters reports whether it needs no binding.
func (r Reason) Masters() bool { return r.Binding == nil }

// Names are the objects that it is allowed on, where the rule names them.
func (r Reason) Names() []string {
	if r.Masters() || r.Role.Azure != nil {
		return nil
	}
	return r.Role.Rules[r.Rule].ResourceNames
}

// RuleText says on one line what of the role allows it.
func (r Reason) RuleText() string {
	switch {
	case r.Masters():
		return ""
	case r.Role.Azure != nil:
		return "role " + r.Role.Azure.Name + " of Azure"
	default:
		return RuleText(&r.Role.Rules[r.Rule])
	}
}

// Can returns every reason why an identity may do what is asked; none where RBAC does
// not allow it.
func (x *Index) Can(who Identity, q Question) []Reason {
	var reasons []Reason
	if slices.Contains(who.Groups, Masters) {
		reasons = append(reasons, Reason{Grant: Grant{As: Subject{Kind: Group, Name: Masters}}})
	}
	for _, grant := range x.GrantsOf(who) {
		if grant.Role == nil || !grant.Covers(&q) {
			continue
		}
		if rule := grant.Role.allows(&q); rule >= 0 {
			reasons = append(reasons, Reason{grant, rule})
		}
	}
	return reasons
}

// allows returns the place of the first rule that allows what is asked, or -1; for a
// role of Azure 0 stands for its permissions.
func (r *Role) allows(q *Question) int {
	if r.Azure != nil {
		if r.counts&inCluster != 0 && azureAllows(r.Azure, r.denies, q) {
			return 0
		}
		return -1
	}
	return slices.IndexFunc(r.Rules, func(rule rbacv1.PolicyRule) bool { return Allows(&rule, q) })
}

// Holder is a subject that may do what was asked, and why.
type Holder struct {
	Subject
	Reasons []Reason
}

// WhoCan returns the subjects that bindings let do what is asked, in the order in which
// they are first named, and system:masters before them. With anywhere set a binding in
// any namespace counts, whatever the question's.
func (x *Index) WhoCan(q Question, anywhere bool) []Holder {
	masters := Subject{Kind: Group, Name: Masters}
	holders := []Holder{{masters, []Reason{{Grant: Grant{As: masters}}}}}
	at := map[Subject]int{masters: 0}
	for _, role := range x.Roles {
		rule := role.allows(&q)
		if rule < 0 {
			continue
		}
		for _, b := range role.Bindings {
			if !b.Covers(&q) && (!anywhere || q.Path != "") {
				continue
			}
			for _, subject := range b.Subjects {
				if _, known := at[subject]; !known {
					at[subject] = len(holders)
					holders = append(holders, Holder{Subject: subject})
				}
				holder := &holders[at[subject]]
				holder.Reasons = append(holder.Reasons, Reason{Grant{Binding: b, As: subject}, rule})
			}
		}
	}
	return holders
}
