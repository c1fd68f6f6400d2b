package page

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// rightsRow is what an identity may do with a resource, with the reasons in words.
type rightsRow struct {
	access.MatrixRow
	why []string
}

// newRightsPage makes the tab of what an identity may do with each resource, verb by
// verb, and why.
func newRightsPage(at Address) Page {
	columns := []recordColumn[rightsRow]{{
		Column: widget.Column{Title: "Resource", Min: 19, Weight: 1, Max: 48},
		cell: func(r *rightsRow, pen *widget.Pen) {
			mark := widget.NoMark
			if r.Severity != nil {
				mark = SeverityMark(*r.Severity)
			}
			pen.Mark(mark)
			pen.Skip(1)
			pen.Write(r.name(), themes.Text)
			for _, other := range r.Others {
				pen.Write(" "+other.Verb, themes.Muted)
			}
		},
		compare: func(a, b *rightsRow) int {
			return cmp.Or(cmp.Compare(a.danger(), b.danger()), strings.Compare(a.Resource, b.Resource))
		},
	}}
	for i, verb := range access.MatrixVerbs {
		title, order := verb, 0
		if verb == "deletecollection" {
			title, order = "delall", 1
		}
		columns = append(columns, recordColumn[rightsRow]{
			Column: widget.Column{Title: title, Name: verb, Min: 6, Max: 8, Priority: order},
			cell: func(r *rightsRow, pen *widget.Pen) {
				sign, style := cellSign(&r.Cells[i], pen.Glyphs())
				pen.Write(sign, style)
			},
			compare: func(a, b *rightsRow) int { return cmp.Compare(a.Cells[i].Extent, b.Cells[i].Extent) }, down: true,
		})
	}
	p := newRecordsPage(at, records[rightsRow]{
		title: at.Part, one: "resource", many: "resources", list: "rights of an identity", live: at.ID, terms: accessTerms,
		columns: columns,
		fields: []recordField[rightsRow]{
			{Field: severityField(), of: func(r *rightsRow) string {
				if r.Severity == nil {
					return ""
				}
				return r.Severity.String()
			}},
			{Field: filter.Field{Name: "verb"}, of: func(r *rightsRow) string { return strings.Join(r.verbs(), " ") }},
		},
		key:    func(r *rightsRow) string { return r.Resource },
		say:    func(r *rightsRow) string { return r.name() + ": " + strings.Join(r.why, "; ") },
		detail: func(r *rightsRow) []string { return r.why },
		legend: rightsLegend,
		open: func(r *rightsRow) (Address, bool) {
			return Address{Kind: WhoCan, ID: at.ID, Part: r.verbs()[0] + " " + r.Resource + " " + everyNamespace}, true
		},
		load: func(_ context.Context, s *store.Snapshot) recordRows[rightsRow] { return rightsRows(s, at) },
	})
	p.feed.name += " rights" // its title is that of the tab beside it
	return p
}

func rightsRows(s *store.Snapshot, at Address) recordRows[rightsRow] {
	w := world.Of(s, at.ID)
	if w == nil {
		return recordRows[rightsRow]{empty: "the cluster is not there any more"}
	}
	subject, err := access.Parse(at.Part)
	if err != nil {
		return recordRows[rightsRow]{empty: err.Error()}
	}
	subject = w.Index().Canonical(subject)
	result := recordRows[rightsRow]{
		empty: "it may do nothing in the cluster, as far as was read",
		head:  who(w, subject)[:1], foot: coverageOf(w, access.Kinds...),
	}
	for _, row := range w.Matrix(subject) {
		result.rows = append(result.rows, rightsRow{row, whyOf(w, &row)})
	}
	return result
}

// whyOf tells what brings the rights on a resource: a line for each binding, with the
// verbs that it brings.
func whyOf(w *access.World, row *access.MatrixRow) []string {
	type ground struct {
		says  string
		verbs []string
	}
	var grounds []ground
	note := func(verb string, cell *access.MatrixCell) {
		for i := range cell.Reasons {
			says := reasonWords(w, &cell.Reasons[i])
			at := slices.IndexFunc(grounds, func(g ground) bool { return g.says == says })
			if at < 0 {
				at, grounds = len(grounds), append(grounds, ground{says: says})
			}
			grounds[at].verbs = append(grounds[at].verbs, verb)
		}
	}
	for i, verb := range access.MatrixVerbs {
		note(verb, &row.Cells[i])
	}
	for i := range row.Others {
		note(row.Others[i].Verb, &row.Others[i].MatrixCell)
	}
	lines := make([]string, len(grounds))
	for i, g := range grounds {
		verbs := strings.Join(g.verbs, ", ")
		if len(g.verbs) >= len(access.MatrixVerbs) {
			verbs = "every verb"
		}
		lines[i] = verbs + ": " + g.says
	}
	return lines
}

// reasonWords says what lets somebody: the binding and role, where, by which group and
// since when.
func reasonWords(w *access.World, reason *access.Reason) string {
	if reason.Masters() {
		return "the group system:masters, which may do everything"
	}
	says := reason.Label() + " of " + reason.RoleRef.String()
	if reason.Assignment != nil {
		says = "role assignment " + reason.RoleRef.Name
	}
	says += ", " + w.Scope(reason.Binding)
	if names := reason.Names(); len(names) > 0 {
		says += ", only " + strings.Join(names, ", ")
	}
	if reason.As.Kind == access.Group {
		says += ", by group " + w.Name(reason.As)
	}
	switch {
	case reason.Eligible():
		says += ", eligible"
	case reason.Condition() != "":
		says += ", with a condition"
	}
	if !reason.Since().IsZero() {
		says += ", since " + sinceText(reason.Since())
	}
	return says
}

func (r *rightsRow) name() string {
	if r.Resource == access.All {
		return "every resource"
	}
	return r.Resource
}

func (r *rightsRow) danger() int {
	switch {
	case r.Resource == access.All:
		return -1000
	case r.Severity == nil:
		return 1
	default:
		return -int(*r.Severity)
	}
}

// verbs are those that it may use at all.
func (r *rightsRow) verbs() []string {
	var verbs []string
	for i, verb := range access.MatrixVerbs {
		if r.Cells[i].Extent != access.Nowhere {
			verbs = append(verbs, verb)
		}
	}
	for _, other := range r.Others {
		verbs = append(verbs, other.Verb)
	}
	return verbs
}

// rightsLegend says the signs of the matrix.
func rightsLegend(glyphs *widget.Glyphs) string {
	var parts []string
	for _, each := range []struct {
		cell access.MatrixCell
		says string
	}{
		{access.MatrixCell{Extent: access.Everywhere}, "whole cluster"},
		{access.MatrixCell{Extent: access.InNamespaces}, "some namespaces"},
		{access.MatrixCell{Extent: access.Everywhere, Named: true}, "named objects"},
		{access.MatrixCell{Extent: access.Everywhere, Eligible: true}, "eligible or conditional"},
	} {
		sign, _ := cellSign(&each.cell, glyphs)
		parts = append(parts, sign+" "+each.says)
	}
	return strings.Join(parts, "   ")
}

func cellSign(cell *access.MatrixCell, glyphs *widget.Glyphs) (string, themes.Style) {
	signs := [...]string{"·", "○", "▪", "▒", "█"}
	if glyphs.ASCII {
		signs = [...]string{".", "o", "=", "+", "#"}
	}
	switch {
	case cell.Extent == access.Nowhere:
		return signs[0], themes.Faint
	case cell.Eligible || cell.Narrowed:
		return signs[1], themes.Muted
	case cell.Named:
		return signs[2], themes.Text
	case cell.Extent == access.InNamespaces:
		return signs[3], themes.Text
	default:
		return signs[4], themes.Medium
	}
}
