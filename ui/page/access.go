package page

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// accessTerms are explained on the pages on access.
var accessTerms = []string{"kubernetes-rbac", "namespace"}

// accessRow is somebody who holds a role by a binding.
type accessRow struct {
	subject access.Subject
	binding *access.Binding
	// worst is the worst power that the binding gives by itself, or nil.
	worst *access.Held
}

// name is the subject without its kind.
func (r *accessRow) name() string {
	if r.subject.Kind == access.ServiceAccount {
		return r.subject.Namespace + "/" + r.subject.Name
	}
	return r.subject.Name
}

func (r *accessRow) scope() string {
	if r.binding.ClusterWide() {
		return "whole cluster"
	}
	return r.binding.Namespace
}

// role is what the binding gives.
func (r *accessRow) role() string {
	if r.binding.Role == nil {
		return r.binding.RoleRef.Name + " (gone)"
	}
	return r.binding.RoleRef.Name
}

func (r *accessRow) power() string {
	if r.worst == nil {
		return ""
	}
	return r.worst.Title
}

func (r *accessRow) mark() widget.Mark {
	if r.worst == nil {
		return widget.NotMark
	}
	return SeverityMark(r.worst.Severity)
}

// rank orders by how much a subject may do.
func (r *accessRow) rank() int {
	if r.worst == nil {
		return -1
	}
	return int(r.worst.Severity)
}

// whose tells what Kubernetes and AKS bring from what somebody made.
func (r *accessRow) whose() string {
	if r.binding.Labels["kubernetes.io/bootstrapping"] == "rbac-defaults" || r.binding.Labels["kubernetes.azure.com/managedby"] == "aks" ||
		r.binding.Labels["addonmanager.kubernetes.io/mode"] != "" || strings.HasPrefix(r.binding.Name, "system:") {
		return "platform"
	}
	return "yours"
}

func sinceText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.DateOnly)
}

func newAccessPage(at Address) Page {
	return newRecordsPage(at, records[accessRow]{
		title: "access", one: "holder", many: "holders", list: "holders of roles", live: at.ID, terms: accessTerms,
		columns: []recordColumn[accessRow]{
			{
				Column: widget.Column{Title: "Worth", Min: 24, Weight: 1, Max: 40},
				cell: func(r *accessRow, pen *widget.Pen) {
					pen.Mark(r.mark())
					pen.Skip(1)
					pen.Write(cmp.Or(r.power(), "nothing dangerous"), r.mark().Style()&^themes.Bold)
				},
				compare: func(a, b *accessRow) int { return cmp.Compare(a.rank(), b.rank()) }, down: true,
			},
			{
				Column:  widget.Column{Title: "Who", Min: 20, Weight: 2, Max: 48},
				cell:    func(r *accessRow, pen *widget.Pen) { pen.Write(r.name(), themes.Text) },
				compare: func(a, b *accessRow) int { return cmp.Compare(a.name(), b.name()) },
			},
			{
				Column:  widget.Column{Title: "Kind", Min: 15, Priority: 3},
				cell:    func(r *accessRow, pen *widget.Pen) { pen.Write(r.subject.Kind.String(), themes.Muted) },
				compare: func(a, b *accessRow) int { return cmp.Compare(a.subject.Kind, b.subject.Kind) },
			},
			{
				Column:  widget.Column{Title: "Role", Min: 14, Weight: 1, Max: 36},
				cell:    func(r *accessRow, pen *widget.Pen) { pen.Write(r.role(), themes.Text) },
				compare: func(a, b *accessRow) int { return cmp.Compare(a.role(), b.role()) },
			},
			{
				Column:  widget.Column{Title: "Where", Min: 13, Weight: 1, Max: 24, Priority: 1},
				cell:    func(r *accessRow, pen *widget.Pen) { pen.Write(r.scope(), themes.Muted) },
				compare: func(a, b *accessRow) int { return cmp.Compare(a.scope(), b.scope()) },
			},
			{
				Column:  widget.Column{Title: "Whose", Min: 8, Priority: 4},
				cell:    func(r *accessRow, pen *widget.Pen) { pen.Write(r.whose(), themes.Muted) },
				compare: func(a, b *accessRow) int { return cmp.Compare(a.whose(), b.whose()) },
			},
			{
				Column:  widget.Column{Title: "Since", Min: 10, Priority: 2},
				cell:    func(r *accessRow, pen *widget.Pen) { writeKnown(pen, sinceText(r.binding.Created), themes.Muted) },
				compare: func(a, b *accessRow) int { return a.binding.Created.Compare(b.binding.Created) }, down: true,
			},
		},
		fields: []recordField[accessRow]{
			{Field: severityField(), of: func(r *accessRow) string {
				if r.worst == nil {
					return ""
				}
				return r.worst.Severity.String()
			}},
			{Field: filter.Field{Name: "kind"}, of: func(r *accessRow) string { return r.subject.Kind.String() }},
			{Field: filter.Field{Name: "role"}, of: (*accessRow).role},
			{Field: filter.Field{Name: "ns"}, of: (*accessRow).scope},
			{Field: filter.Field{Name: "whose"}, of: (*accessRow).whose},
			{Field: filter.Field{Name: "power"}, of: (*accessRow).power},
		},
		key: func(r *accessRow) string { return r.subject.String() + " by " + r.binding.String() },
		say: func(r *accessRow) string {
			return joinWords(", ", r.subject.String()+" has "+r.role()+" in "+r.scope(), "by "+r.binding.String(),
				orEmpty(!r.binding.Created.IsZero(), "since "+sinceText(r.binding.Created)), r.power(), r.whose())
		},
		open: func(r *accessRow) (Address, bool) {
			return Address{Kind: Holder, ID: at.ID, Part: subjectPart(r.subject)}, true
		},
		load: func(_ context.Context, s *store.Snapshot) recordRows[accessRow] { return accessRows(s, at.ID) },
	})
}

func accessRows(s *store.Snapshot, id model.ID) recordRows[accessRow] {
	inside, why := insideOf(s, id)
	if inside == nil {
		return recordRows[accessRow]{empty: why}
	}
	view := inside.View
	result := recordRows[accessRow]{empty: "no bindings", foot: unreadOf(view, access.Kinds...)}
	takeovers := 0
	for _, binding := range access.Of(view).Bindings {
		worst := access.Worst(view, binding)
		if worst != nil && worst.Takeover() {
			takeovers++
		}
		for _, subject := range binding.Subjects {
			result.rows = append(result.rows, accessRow{subject, binding, worst})
		}
	}
	result.head = []string{plural(takeovers, "binding takes", "bindings take") + " the cluster over in one step. Azure roles and members of groups are not read."}
	return result
}

// subjectPart is a subject in an address.
func subjectPart(s access.Subject) string {
	switch s.Kind {
	case access.ServiceAccount:
		return "sa:" + s.Namespace + "/" + s.Name
	case access.Group:
		return "group:" + s.Name
	default:
		return "user:" + s.Name
	}
}
