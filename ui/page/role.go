package page

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// roleRow is a rule of a role.
type roleRow struct {
	access.RoleRule
	number int
}

// powers say what the rule is part of that is dangerous.
func (r *roleRow) powers() string {
	var titles []string
	for _, power := range r.Powers {
		titles = append(titles, power.Title)
	}
	return strings.Join(titles, "; ")
}

func (r *roleRow) rank() int {
	if r.Severity == nil {
		return -1
	}
	return int(*r.Severity)
}

func (r *roleRow) mark() widget.Mark {
	if r.Severity == nil {
		return widget.NotMark
	}
	return SeverityMark(*r.Severity)
}

// newRolePage makes the page of a role: what it allows and where that came from, and who
// holds it where.
func newRolePage(at Address) Page {
	const rules, holders = "rules", "holders"
	return newTabbedPage(at, func(*Context) string { return roleName(at.Object) },
		tabPart{name: rules, title: "Rules", page: newRoleRulesPage(partAt(at, rules, true))},
		tabPart{name: holders, title: "Holders", page: newHoldersPage(partAt(at, holders, false), func(b *access.Binding) bool { return b.RoleRef == at.Object })},
	)
}

// roleName names a role: with its kind, or as one of Azure.
func roleName(ref model.Ref) string {
	if ref.Kind == model.KindRoleDefinition {
		return "Azure role " + ref.Name
	}
	return ref.String()
}

func newRoleRulesPage(at Address) Page {
	return newRecordsPage(at, records[roleRow]{
		title: "role", one: "rule", many: "rules", list: "rules of a role", live: at.ID, terms: accessTerms,
		columns: []recordColumn[roleRow]{
			{
				Column: widget.Column{Title: "Rule", Min: 30, Weight: 3},
				cell: func(r *roleRow, pen *widget.Pen) {
					pen.Mark(r.mark())
					pen.Skip(1)
					pen.Write(r.Text, themes.Text)
				},
				compare: func(a, b *roleRow) int {
					return cmp.Or(cmp.Compare(b.rank(), a.rank()), cmp.Compare(a.number, b.number))
				},
			},
			{
				Column:  widget.Column{Title: "Part of what", Min: 24, Weight: 2, Max: 70},
				cell:    func(r *roleRow, pen *widget.Pen) { pen.Write(cmp.Or(r.powers(), "nothing dangerous"), themes.Muted) },
				compare: func(a, b *roleRow) int { return cmp.Compare(a.powers(), b.powers()) },
			},
			{
				Column:  widget.Column{Title: "From", Min: 14, Weight: 1, Max: 36, Priority: 1},
				cell:    func(r *roleRow, pen *widget.Pen) { pen.Write(strings.Join(r.From, ", "), themes.Muted) },
				compare: func(a, b *roleRow) int { return cmp.Compare(strings.Join(a.From, ", "), strings.Join(b.From, ", ")) },
			},
		},
		fields: []recordField[roleRow]{
			{Field: severityField(), of: func(r *roleRow) string {
				if r.Severity == nil {
					return ""
				}
				return r.Severity.String()
			}},
		},
		key: func(r *roleRow) string { return strconv.Itoa(r.number) },
		say: func(r *roleRow) string {
			return joinWords(": ", r.Text, joinWords(", ", cmp.Or(r.powers(), "nothing dangerous"), orEmpty(len(r.From) > 0, "from "+strings.Join(r.From, ", "))))
		},
		detail: func(r *roleRow) []string {
			lines := []string{r.Text}
			for _, power := range r.Powers {
				lines = append(lines, power.Title+": "+power.Why)
			}
			if len(r.From) > 0 {
				lines = append(lines, "brought by the ClusterRole "+strings.Join(r.From, ", "))
			}
			return lines
		},
		load: func(_ context.Context, s *store.Snapshot) recordRows[roleRow] { return roleRows(s, at) },
	})
}

func roleRows(s *store.Snapshot, at Address) recordRows[roleRow] {
	w := world.Of(s, at.ID)
	if w == nil {
		return recordRows[roleRow]{empty: "the cluster is not there any more"}
	}
	role := w.Role(at.Object)
	if role == nil {
		return recordRows[roleRow]{empty: "no such role was read: bindings to it give nothing", foot: coverageOf(w, access.Kinds...)}
	}
	result := recordRows[roleRow]{empty: "it allows nothing", foot: coverageOf(w, access.Kinds...)}
	holders := 0
	held := w.Held(at.Object)
	for _, binding := range held {
		holders += len(binding.Subjects)
	}
	line := "nobody that was read holds it"
	if len(held) > 0 {
		line = "held by " + plural(holders, "identity", "identities") + ", by " + plural(len(held), "binding", "bindings")
	}
	if role.Aggregated != nil {
		line += "; a controller puts it together from the ClusterRoles that its selectors pick"
	}
	if role.Azure != nil {
		line += "; " + orEmpty(role.Azure.Custom, "a custom role of Azure") + orEmpty(!role.Azure.Custom, "a built-in role of Azure") +
			orEmpty(role.Azure.Description != "", ": "+role.Azure.Description)
	}
	result.head = []string{line}
	for i, rule := range w.RulesOf(role) {
		result.rows = append(result.rows, roleRow{rule, i})
	}
	return result
}

// opensRole opens the page of a role, where the action asks for it.
func opensRole(c *Context, cluster model.ID, ref model.Ref, id action.ID) bool {
	if id != action.Role || ref == (model.Ref{}) {
		return false
	}
	c.Open(Address{Kind: Role, ID: cluster, Object: ref})
	return true
}
