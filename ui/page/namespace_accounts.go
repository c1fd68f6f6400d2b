package page

import (
	"cmp"
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// accountRow is a service account of a namespace.
type accountRow struct {
	*model.Object
	usedBy []string // the workloads that run as it
	roles  []string // that bindings give it by its own name
	wide   bool     // one of them counts in the whole cluster
	token  string   // whether pods get one without asking
	azure  string   // the client ID of the managed identity it may become
	counts model.Counts
}

// The annotation by which workload identity finds the managed identity.
const clientIDAnnotation = "azure.workload.identity/client-id"

func (r *accountRow) used() string {
	if len(r.usedBy) == 0 {
		return "nothing"
	}
	return strings.Join(r.usedBy, ", ")
}

func (r *accountRow) rights() string {
	if len(r.roles) == 0 {
		return "none of its own"
	}
	return strings.Join(r.roles, ", ")
}

func newAccountsTab(at Address) Page {
	kinds := append([]model.Kind{model.KindServiceAccount}, access.Kinds...)
	columns := []recordColumn[accountRow]{
		{
			Column:  widget.Column{Title: "Service account", Min: 18, Weight: 1, Max: 36},
			cell:    func(r *accountRow, pen *widget.Pen) { pen.Write(r.Name, themes.Text) },
			compare: func(a, b *accountRow) int { return cmp.Compare(a.Name, b.Name) },
		},
		{
			Column: widget.Column{Title: "Roles", Min: 18, Weight: 2, Max: 60},
			cell: func(r *accountRow, pen *widget.Pen) {
				style := themes.Muted
				if r.wide {
					style = themes.Medium
				} else if len(r.roles) > 0 {
					style = themes.Text
				}
				pen.Write(r.rights(), style)
			},
			compare: func(a, b *accountRow) int { return cmp.Compare(len(a.roles), len(b.roles)) }, down: true,
		},
		{
			Column:  widget.Column{Title: "Token", Min: 11, Priority: 2},
			cell:    func(r *accountRow, pen *widget.Pen) { pen.Write(r.token, themes.Muted) },
			compare: func(a, b *accountRow) int { return cmp.Compare(a.token, b.token) },
		},
		{
			Column: widget.Column{Title: "Azure identity", Min: 14, Weight: 1, Max: 38, Priority: 3},
			cell: func(r *accountRow, pen *widget.Pen) {
				pen.Write(cmp.Or(r.azure, pen.Glyphs().None), themes.Text)
			},
			compare: func(a, b *accountRow) int { return cmp.Compare(a.azure, b.azure) },
		},
		{
			Column:  widget.Column{Title: "Used by", Min: 14, Weight: 2, Max: 60, Priority: 1},
			cell:    func(r *accountRow, pen *widget.Pen) { pen.Write(r.used(), themes.Muted) },
			compare: func(a, b *accountRow) int { return cmp.Compare(len(a.usedBy), len(b.usedBy)) }, down: true,
		},
		findingsColumn(func(r *accountRow) *model.Counts { return &r.counts }),
	}
	return newRecordsPage(at, records[accountRow]{
		title: "accounts", one: "service account", many: "service accounts", list: "service accounts", live: at.ID,
		terms:   []string{"service-account", "workload-identity", "namespace"},
		columns: columns,
		fields: []recordField[accountRow]{
			{Field: filter.Field{Name: "role"}, of: (*accountRow).rights},
			{Field: filter.Field{Name: "by"}, of: (*accountRow).used},
			{Field: filter.Field{Name: "token"}, of: func(r *accountRow) string { return r.token }},
			{Field: severityField(), of: func(r *accountRow) string { return worstWord(&r.counts) }},
		},
		key: func(r *accountRow) string { return r.Name },
		say: func(r *accountRow) string {
			return joinWords(", ", "service account "+r.Name, "roles: "+r.rights(), "token "+r.token, said("Azure identity", r.azure), "used by: "+r.used()) +
				"; " + severityLine(&r.counts)
		},
		open: func(r *accountRow) (Address, bool) { return objectAt(at.ID, r.Ref), true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[accountRow] {
			return namespaceParts(s, at, kinds, "no service accounts in this namespace", func(inside *store.Inside) []accountRow {
				return accountRows(inside, at.Object.Name)
			})
		},
	})
}

func accountRows(inside *store.Inside, namespace string) []accountRow {
	usedBy := map[string][]string{}
	for _, o := range workloadsIn(inside.View, namespace) {
		if o.Pod != nil {
			usedBy[o.Pod.ServiceAccount] = append(usedBy[o.Pod.ServiceAccount], o.Name)
		}
	}
	counts, rbac := countsByRef(inside), access.Of(inside.View)
	var rows []accountRow
	decoded(inside.View, model.KindServiceAccount, namespace, func(o *model.Object, account *corev1.ServiceAccount) {
		row := accountRow{Object: o, usedBy: usedBy[o.Name], azure: account.Annotations[clientIDAnnotation], token: "mounted", counts: counts[o.Ref]}
		if mount := account.AutomountServiceAccountToken; mount != nil && !*mount {
			row.token = "not mounted"
		}
		for _, binding := range rbac.BindingsOf(access.Subject{Kind: access.ServiceAccount, Namespace: namespace, Name: o.Name}) {
			words := binding.RoleRef.Name
			switch {
			case binding.ClusterWide():
				words, row.wide = words+" everywhere", true
			case binding.Namespace != namespace:
				words += " in " + binding.Namespace
			}
			if !slices.Contains(row.roles, words) {
				row.roles = append(row.roles, words)
			}
		}
		rows = append(rows, row)
	})
	return rows
}
