package page

import (
	"cmp"
	"context"
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// newHolderPage makes the page of one identity: what its rights are worth, and the
// shortest way from them to the whole cluster.
func newHolderPage(at Address) Page {
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
				cell:    func(r *access.Held, pen *widget.Pen) { pen.Write(r.Where(), themes.Muted) },
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
		load: func(_ context.Context, s *store.Snapshot) recordRows[access.Held] { return holderRows(s, at) },
	})
}

// grantsOf names the bindings that bring a power.
func grantsOf(h *access.Held) string {
	var names []string
	for _, reason := range h.By {
		name := "system:masters"
		if !reason.Masters() {
			name = reason.Name + " (" + reason.RoleRef.Name + ")"
		}
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func holderRows(s *store.Snapshot, at Address) recordRows[access.Held] {
	inside, why := insideOf(s, at.ID)
	if inside == nil {
		return recordRows[access.Held]{empty: why}
	}
	subject, err := access.Parse(at.Part)
	if err != nil {
		return recordRows[access.Held]{empty: err.Error()}
	}
	view := inside.View
	result := recordRows[access.Held]{
		rows: access.Telling(access.HeldBy(view, subject.Identity())), empty: "none of its rights in Kubernetes RBAC is dangerous by itself",
		foot: unreadOf(view, append(append([]model.Kind{}, access.Kinds...), access.GraphKinds...)...),
	}
	path, is := access.GraphOf(view).Path(access.At(subject), access.Everything)
	if !is {
		result.head = []string{"no way leads from it to cluster-admin by Kubernetes RBAC"}
		return result
	}
	result.head = []string{"to cluster-admin in " + plural(len(path), "step", "steps") + ":"}
	for i := range path {
		hop := &path[i]
		result.head = append(result.head, strings.Repeat("  ", i)+hop.Says()+": "+hop.To.String())
	}
	return result
}
