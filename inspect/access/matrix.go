package access

import (
	"cmp"
	"slices"
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/model"
)

// MatrixVerbs are the columns of a matrix.
var MatrixVerbs = []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"}

// otherVerbs are verbs on few resources, which have no column of their own.
var otherVerbs = map[string][]string{
	"users": {"impersonate"}, "groups": {"impersonate"}, "serviceaccounts": {"impersonate"}, "uids": {"impersonate"}, "userextras": {"impersonate"},
	"roles": {"bind", "escalate"}, "clusterroles": {"bind", "escalate"}, "signers": {"approve", "sign", "attest"},
}

// Extent says where somebody may do something.
type Extent uint8

// The extents.
const (
	Nowhere Extent = iota
	InNamespaces
	Everywhere
)

// MatrixCell is what somebody may do with one verb on one resource.
type MatrixCell struct {
	Extent Extent
	// Named is set where it holds for single objects alone, which rules name.
	Named bool
	// Eligible is set where a role has to be taken first, Narrowed where a condition may
	// stand in the way.
	Eligible, Narrowed bool
	// Reasons are all that let it, those in the whole cluster first.
	Reasons []Reason
}

// MatrixRow is what somebody may do with one resource.
type MatrixRow struct {
	// Resource is written as people do: pods/exec, deployments.apps, * for every one.
	Resource string
	// Cells are in the order of MatrixVerbs.
	Cells []MatrixCell
	// Others are the other verbs, such as impersonate, by their names in order.
	Others []OtherVerb
	// Severity is how bad the worst may be that anybody does with the resource, over the
	// whole cluster; nil where that is no danger.
	Severity *model.Severity
}

// OtherVerb is a cell of a verb that few resources have.
type OtherVerb struct {
	Verb string
	MatrixCell
}

// Matrix returns what a subject may do with each resource that the cluster serves, as far
// as is known: every resource at once first, then the most dangerous. Resources of which
// it may do nothing are left out.
func (w *World) Matrix(s Subject) []MatrixRow {
	who := w.Identity(s)
	m := &matrix{masters: slices.Contains(who.Groups, Masters)}
	for _, grant := range w.index.GrantsOf(who) {
		if grant.Role != nil {
			m.grants = append(m.grants, grant)
		}
	}
	slices.SortStableFunc(m.grants, func(a, b Grant) int { return cmp.Compare(a.Namespace, b.Namespace) })
	var rows []MatrixRow
	for _, resource := range append([]string{All}, Resources(w.View)...) {
		if row, is := m.row(resource); is {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b MatrixRow) int { return cmp.Compare(a.place(), b.place()) })
	return rows
}

// place orders rows: every resource at once, then the most dangerous.
func (r *MatrixRow) place() int {
	switch {
	case r.Resource == All:
		return -1
	case r.Severity == nil:
		return len(model.Severities)
	default:
		return int(model.Critical - *r.Severity)
	}
}

type matrix struct {
	grants  []Grant // of the whole cluster first
	masters bool
}

// row is what may be done with a resource; is is false where that is nothing.
func (m *matrix) row(resource string) (row MatrixRow, is bool) {
	row = MatrixRow{Resource: resource, Cells: make([]MatrixCell, len(MatrixVerbs))}
	q, err := Ask("get", resource)
	if err != nil {
		return row, false
	}
	row.Severity = dangerOf(&q)
	for i, verb := range MatrixVerbs {
		q.Verb = verb
		row.Cells[i] = m.cell(q)
		is = is || row.Cells[i].Extent != Nowhere
	}
	for _, verb := range otherVerbs[q.Resource] {
		q.Verb = verb
		if cell := m.cell(q); cell.Extent != Nowhere {
			row.Others = append(row.Others, OtherVerb{verb, cell})
			is = true
		}
	}
	return row, is
}

func (m *matrix) cell(q Question) MatrixCell {
	cell := MatrixCell{Named: true, Eligible: true, Narrowed: true}
	add := func(reason Reason, named bool) {
		extent := Everywhere
		if !reason.Masters() && !reason.ClusterWide() {
			extent = InNamespaces
		}
		cell.Extent = max(cell.Extent, extent)
		cell.Named = cell.Named && named
		cell.Eligible = cell.Eligible && !reason.Masters() && reason.Eligible()
		cell.Narrowed = cell.Narrowed && !reason.Masters() && reason.Condition() != ""
		cell.Reasons = append(cell.Reasons, reason)
	}
	if m.masters {
		add(Reason{Grant: Grant{As: Subject{Kind: Group, Name: Masters}}}, false)
	}
	for _, grant := range m.grants {
		if !grant.ClusterWide() && q.wideOnly() {
			continue
		}
		q.Namespace = grant.Namespace
		if rule := grant.Role.allows(&q); rule >= 0 {
			add(Reason{grant, rule}, false)
			continue
		}
		if rule := grant.Role.allowsNamed(&q); rule >= 0 {
			add(Reason{grant, rule}, true)
		}
	}
	if len(cell.Reasons) == 0 {
		return MatrixCell{}
	}
	return cell
}

// allowsNamed returns the place of the first rule that allows what is asked on objects
// that it names, or -1. What is made has no name yet when that is asked.
func (r *Role) allowsNamed(q *Question) int {
	if r.Azure != nil || q.Verb == "create" && q.Subresource == "" {
		return -1
	}
	return slices.IndexFunc(r.Rules, func(rule rbacv1.PolicyRule) bool {
		rule.ResourceNames = nil
		return Allows(&rule, q)
	})
}

// dangers are how bad the worst power is that takes a resource, as its first need.
var dangers = sync.OnceValue(func() map[string]model.Severity {
	all := map[string]model.Severity{}
	var note func(need *Need, severity model.Severity)
	note = func(need *Need, severity model.Severity) {
		for _, resource := range need.Resources {
			if before, known := all[resource]; !known || severity > before {
				all[resource] = severity
			}
		}
		for i := range need.Or {
			note(&need.Or[i], severity)
		}
	}
	for i := range Powers() {
		if power := &Powers()[i]; power.Severity != nil && len(power.Needs) > 0 {
			note(&power.Needs[0], *power.Severity)
		}
	}
	return all
})

func dangerOf(q *Question) *model.Severity {
	group := cmp.Or(q.Group, "core")
	if severity, is := dangers()[group+"/"+q.full()]; is {
		return &severity
	}
	return nil
}
