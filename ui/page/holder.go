package page

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// newHolderPage makes the page of one identity: what its rights are worth, with the
// shortest way from them to the whole cluster, all that it may do, and what rules say
// against that.
func newHolderPage(at Address) Page {
	const powers, rights = "powers", "rights"
	return newTabbedPage(at, func(*Context) string { return at.Part },
		tabPart{name: powers, title: "Powers", page: newPowersPage(partAt(at, powers, true))},
		tabPart{name: rights, title: "Rights", page: newRightsPage(partAt(at, rights, false))},
		tabPart{name: findingsTab, title: "Findings", page: newHolderFindings(partAt(at, findingsTab, false))},
	)
}

func newPowersPage(at Address) Page {
	return newRecordsPage(at, records[access.Held]{
		title: at.Part, one: "power", many: "powers", list: "powers of an identity", live: at.ID, terms: accessTerms,
		columns: []recordColumn[access.Held]{
			{
				Column: widget.Column{Title: "Power", Min: 28, Weight: 2, Max: 52},
				cell: func(r *access.Held, pen *widget.Pen) {
					mark := SeverityMark(r.Severity)
					pen.Mark(mark)
					pen.Skip(1)
					pen.Write(r.Title, mark.Style()&^themes.Bold)
				},
				compare: func(a, b *access.Held) int { return cmp.Compare(a.Severity, b.Severity) }, down: true,
			},
			{
				Column:  widget.Column{Title: "Where", Min: 17, Weight: 1, Max: 28},
				cell:    func(r *access.Held, pen *widget.Pen) { pen.Write(heldWhere(r), themes.Muted) },
				compare: func(a, b *access.Held) int { return cmp.Compare(a.Namespace, b.Namespace) },
			},
			{
				Column:  widget.Column{Title: "By", Min: 20, Weight: 2, Max: 48, Priority: 1},
				cell:    func(r *access.Held, pen *widget.Pen) { pen.Write(grantsOf(r), themes.Muted) },
				compare: func(a, b *access.Held) int { return cmp.Compare(grantsOf(a), grantsOf(b)) },
			},
			{
				Column:  widget.Column{Title: "Why", Min: 24, Weight: 3, Priority: 2},
				cell:    func(r *access.Held, pen *widget.Pen) { pen.Write(r.Why, themes.Muted) },
				compare: func(a, b *access.Held) int { return cmp.Compare(a.Why, b.Why) },
			},
		},
		fields: []recordField[access.Held]{
			{Field: severityField(), of: func(r *access.Held) string { return r.Severity.String() }},
			{Field: filter.Field{Name: "ns"}, of: func(r *access.Held) string { return r.Namespace }},
		},
		key: func(r *access.Held) string { return r.ID + " " + r.Namespace },
		say: func(r *access.Held) string {
			return r.Severity.String() + ": " + r.Title + " in " + r.Where() + " by " + grantsOf(r) + ": " + r.Why
		},
		act: func(c *Context, r *access.Held, id action.ID) bool {
			return drawsWays(c, at, id) || r != nil && opensRole(c, at.ID, roleOf(r), id) || takesAway(c, at, r, id)
		},
		offers: holderOffers,
		load:   func(_ context.Context, s *store.Snapshot) recordRows[access.Held] { return holderRows(s, at) },
	})
}

// heldWhere says where a power is held, and whether only once a role was taken.
func heldWhere(h *access.Held) string {
	where := h.Where()
	switch {
	case h.Eligible:
		return where + ", eligible"
	case h.Narrowed:
		return where + ", with a condition"
	default:
		return where
	}
}

// grantsOf names the bindings that bring a power.
func grantsOf(h *access.Held) string {
	var names []string
	for _, reason := range h.By {
		name := "system:masters"
		switch {
		case reason.Masters():
		case reason.Assignment != nil:
			name = "role " + reason.RoleRef.Name
		case reason.Kind != model.KindRoleBinding && reason.Kind != model.KindClusterRoleBinding:
			name = reason.Label()
		default:
			name = reason.Name + " (" + reason.RoleRef.Name + ")"
		}
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func holderRows(s *store.Snapshot, at Address) recordRows[access.Held] {
	w := world.Of(s, at.ID)
	if w == nil {
		return recordRows[access.Held]{empty: "the cluster is not there any more"}
	}
	subject, err := access.Parse(at.Part)
	if err != nil {
		return recordRows[access.Held]{empty: err.Error()}
	}
	subject = w.Index().Canonical(subject)
	result := recordRows[access.Held]{
		rows: access.Telling(w.HeldBy(subject)), empty: "none of its rights is dangerous by itself",
		head: who(w, subject), foot: coverageOf(w, slices.Concat(access.Kinds, access.GraphKinds)...),
	}
	path, is := w.Graph().Path(access.At(subject), access.Everything)
	if !is {
		result.head = append(result.head, "no way that was found leads from it to cluster-admin")
		return result
	}
	result.head = append(result.head, "to cluster-admin in "+plural(len(path), "step", "steps")+":")
	for i := range path {
		hop := &path[i]
		result.head = append(result.head, strings.Repeat("  ", i)+joinWords(", ", hop.Says()+": "+w.PlaceName(hop.To), hop.Ground()))
	}
	return result
}

// who says in some lines who a subject is: its name and kind, its groups, and its roles
// in Azure outside this cluster.
func who(w *access.World, s access.Subject) []string {
	line := w.Kind(s) + " " + w.Name(s)
	if w.Unresolved(s) {
		line += ", which was deleted or is not readable in Entra ID"
	}
	if name := w.Name(s); name != s.Name && s.Kind != access.ServiceAccount {
		line += " (" + s.Name + ")"
	}
	lines := []string{line}
	if w.Azure == nil || s.Kind == access.ServiceAccount {
		return lines
	}
	var groups []string
	for _, membership := range w.Azure.GroupChain(s.Name) {
		groups = append(groups, w.Name(access.Subject{Kind: access.Group, Name: membership.Group}))
	}
	if len(groups) > 0 {
		lines = append(lines, "in the groups "+strings.Join(groups, ", "))
	}
	var joins []string
	for _, membership := range w.Azure.EligibleChain(s.Name) {
		joins = append(joins, w.Name(access.Subject{Kind: access.Group, Name: membership.Group}))
	}
	if len(joins) > 0 {
		lines = append(lines, "may join (eligible) the groups "+strings.Join(joins, ", "))
	}
	var roles []string
	for _, assignment := range w.Azure.Of(s.Name) {
		roles = append(roles, assignment.RoleName()+" on "+azurerbac.ScopeWords(assignment.Scope, w.Cluster.ID))
	}
	if len(roles) > 0 {
		lines = append(lines, "roles in Azure: "+strings.Join(roles, ", "))
	}
	return lines
}
