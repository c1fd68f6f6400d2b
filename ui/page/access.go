package page

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
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
	// name and kind say who it is, as far as Entra ID tells; scope where the binding counts.
	name, kind, scope string
	// size says how many a group stands for; empty where that was not read.
	size string
	// own is set for an identity that the cluster itself acts as.
	own bool
	// findings are what rules say against what is held.
	findings marked
}

// who is the name, with how many a group stands for.
func (r *accessRow) who() string {
	if r.size == "" {
		return r.name
	}
	return r.name + " (" + r.size + ")"
}

// how says how it is held.
func (r *accessRow) how() string {
	switch {
	case r.binding.Eligible():
		return "eligible"
	case r.binding.Condition() != "":
		return "with a condition"
	case r.binding.Assignment != nil:
		return "Azure role"
	default:
		return "Kubernetes"
	}
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
	if r.own || r.binding.Labels["kubernetes.io/bootstrapping"] == "rbac-defaults" || r.binding.Labels["kubernetes.azure.com/managedby"] == "aks" ||
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

// takings are what might be taken away: the binding, and local accounts where its power
// needs them.
func (r *accessRow) takings() []taking {
	takings := []taking{{takeableBinding(r.binding)}}
	if r.worst != nil && slices.Contains(localAccountPowers, r.worst.ID) {
		takings = append(takings, taking{takeLocal})
	}
	return takings
}

// detail tells what the binding is worth and why, and what rules say against it.
func (r *accessRow) detail() []string {
	lines := r.findings.lines()
	if r.worst != nil {
		lines = append(lines, r.worst.Title+": "+r.worst.Why)
	}
	return lines
}

// newAccessPage makes the page of everybody who holds a role in a cluster or on it, and
// of what rules say against that.
func newAccessPage(at Address) Page {
	const holders = "holders"
	return newTabbedPage(at, func(*Context) string { return "access" },
		tabPart{name: holders, title: "Holders", page: newHoldersPage(partAt(at, holders, true), func(*access.Binding) bool { return true })},
		tabPart{name: findingsTab, title: "Findings", page: newAccessFindings(partAt(at, findingsTab, false))},
	)
}

// newNamespaceAccess makes the list of who holds a role that counts in a namespace: by its
// own bindings, and by those of the whole cluster.
func newNamespaceAccess(at Address) Page {
	return newHoldersPage(at, func(b *access.Binding) bool { return b.ClusterWide() || b.Namespace == at.Object.Name })
}

// newHoldersPage makes the list of who holds a role by some bindings.
func newHoldersPage(at Address, by func(*access.Binding) bool) Page {
	against := func(r *accessRow) *marked { return &r.findings }
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
				cell:    func(r *accessRow, pen *widget.Pen) { pen.Write(r.who(), themes.Text) },
				compare: func(a, b *accessRow) int { return cmp.Compare(a.name, b.name) },
			},
			findingColumn(against),
			{
				Column:  widget.Column{Title: "Kind", Min: 15, Priority: 3},
				cell:    func(r *accessRow, pen *widget.Pen) { pen.Write(r.kind, themes.Muted) },
				compare: func(a, b *accessRow) int { return cmp.Compare(a.kind, b.kind) },
			},
			{
				Column:  widget.Column{Title: "Role", Min: 14, Weight: 1, Max: 36},
				cell:    func(r *accessRow, pen *widget.Pen) { pen.Write(r.role(), themes.Text) },
				compare: func(a, b *accessRow) int { return cmp.Compare(a.role(), b.role()) },
			},
			{
				Column:  widget.Column{Title: "Where", Min: 13, Weight: 1, Max: 24, Priority: 1},
				cell:    func(r *accessRow, pen *widget.Pen) { pen.Write(r.scope, themes.Muted) },
				compare: func(a, b *accessRow) int { return cmp.Compare(a.scope, b.scope) },
			},
			{
				Column:  widget.Column{Title: "How", Min: 10, Max: 16, Priority: 3},
				cell:    func(r *accessRow, pen *widget.Pen) { pen.Write(r.how(), themes.Muted) },
				compare: func(a, b *accessRow) int { return cmp.Compare(a.how(), b.how()) },
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
			{Field: filter.Field{Name: "kind"}, of: func(r *accessRow) string { return r.kind }},
			{Field: filter.Field{Name: "role"}, of: (*accessRow).role},
			{Field: filter.Field{Name: "ns"}, of: func(r *accessRow) string { return r.scope }},
			{Field: filter.Field{Name: "how"}, of: (*accessRow).how},
			{Field: filter.Field{Name: "whose"}, of: (*accessRow).whose},
			{Field: filter.Field{Name: "power"}, of: (*accessRow).power},
			findingField(against),
		},
		key: func(r *accessRow) string { return r.subject.String() + " by " + r.binding.String() },
		say: func(r *accessRow) string {
			return joinWords(", ", r.kind+" "+r.who()+" has "+r.role()+" in "+r.scope, "by "+r.binding.Label(), orEmpty(r.how() != "Kubernetes", r.how()),
				orEmpty(!r.binding.Created.IsZero(), "since "+sinceText(r.binding.Created)), r.power(), r.whose(), r.findings.ids())
		},
		detail: (*accessRow).detail,
		open: func(r *accessRow) (Address, bool) {
			return Address{Kind: Holder, ID: at.ID, Part: subjectPart(r.subject)}, true
		},
		act: func(c *Context, r *accessRow, id action.ID) bool {
			switch {
			case r == nil:
				return false
			case id == action.Preview:
				openWhatIf(c, at.ID, r.takings()...)
			default:
				return opensRole(c, at.ID, r.binding.RoleRef, id) || r.findings.opensFindings(c, at.ID, r.subject, id)
			}
			return true
		},
		offers: func(r *accessRow) []action.Offer {
			if r == nil {
				return nil
			}
			return r.findings.offer([]action.Offer{{ID: action.Role}, whatIfOffer()})
		},
		load: func(_ context.Context, s *store.Snapshot) recordRows[accessRow] { return accessRows(s, at.ID, by) },
		judge: func(in *inspect.Inspection, s *store.Snapshot, rows *recordRows[accessRow]) {
			markRows(in, s, at.ID, rows.rows, func(found *inspect.AccessFindings, _ *access.World, r *accessRow) []*inspect.AccessFinding {
				return found.About(r.subject, r.binding)
			}, against)
		},
	})
}

func accessRows(s *store.Snapshot, id model.ID, by func(*access.Binding) bool) recordRows[accessRow] {
	w := world.Of(s, id)
	if w == nil {
		return recordRows[accessRow]{empty: "the cluster is not there any more"}
	}
	result := recordRows[accessRow]{empty: "nobody who holds a role was read", foot: coverageOf(w, access.Kinds...)}
	takeovers, unresolved := 0, 0
	for _, binding := range w.Index().Bindings {
		if !by(binding) {
			continue
		}
		worst := w.Worst(binding)
		if worst != nil && worst.Takeover() {
			takeovers++
		}
		for _, subject := range binding.Subjects {
			row := accessRow{
				subject: subject, binding: binding, worst: worst, size: w.Size(subject),
				name: w.Name(subject), kind: w.Kind(subject), scope: w.Scope(binding), own: slices.Contains(w.Cluster.Control, subject.Name),
			}
			if w.Unresolved(subject) {
				row.kind = "unresolved " + row.kind
				unresolved++
			}
			result.rows = append(result.rows, row)
		}
	}
	result.head = []string{plural(takeovers, "binding or role assignment takes", "bindings and role assignments take") + " the cluster over in one step." +
		orEmpty(unresolved > 0, " "+plural(unresolved, "holder was deleted or is", "holders were deleted or are")+" not readable in Entra ID.")}
	return result
}

// coverageOf says in a line what answers about access do not cover.
func coverageOf(w *access.World, kinds ...model.Kind) []string {
	gaps := w.Coverage(kinds...)
	if len(gaps) == 0 {
		return nil
	}
	inside := w.View.Server != "" || len(w.View.Reads) > 0
	var what []string
	for _, gap := range gaps {
		if inside || !strings.HasSuffix(gap.What, " objects") {
			what = append(what, gap.What)
		}
	}
	var lines []string
	if !inside {
		lines = append(lines, "What Kubernetes itself grants is not read: enter on the cluster's tab Inside looks there.")
	}
	if len(what) > 0 {
		lines = append(lines, "Not covered: "+strings.Join(what, ", ")+": "+gaps[len(gaps)-1].Why)
	}
	return lines
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
