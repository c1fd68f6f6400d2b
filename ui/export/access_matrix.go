package export

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/model"
)

// AccessRow is what somebody may do with a resource.
type AccessRow struct {
	// Resource is written as kubectl takes it; * is every resource.
	Resource string `json:"resource"`
	// Severity is how bad the worst is that anybody may do with it in the whole cluster.
	Severity *model.Severity `json:"severity,omitempty"`
	// Verbs are those that may be used at all.
	Verbs []AccessVerb `json:"verbs"`
}

// AccessVerb is a verb that somebody may use on a resource.
type AccessVerb struct {
	Verb string `json:"verb"`
	// Everywhere is set where it holds in the whole cluster; else Namespaces are where.
	Everywhere bool     `json:"everywhere,omitempty"`
	Namespaces []string `json:"namespaces,omitempty"`
	// Names are the objects that it holds for, where it does for those alone.
	Names []string `json:"names,omitempty"`
	// Eligible is set where a role has to be taken first, Conditional where a condition
	// may stand in the way.
	Eligible    bool `json:"eligible,omitempty"`
	Conditional bool `json:"conditional,omitempty"`
	// By are the bindings and role assignments.
	By []string `json:"by"`
}

// AddMatrix adds what somebody may do with each resource.
func (a *Access) AddMatrix(w *access.World, s access.Subject) {
	a.Matrix = []AccessRow{}
	for _, row := range w.Matrix(s) {
		added := AccessRow{Resource: row.Resource, Severity: row.Severity}
		for i, verb := range access.MatrixVerbs {
			added.add(w, verb, &row.Cells[i])
		}
		for i := range row.Others {
			added.add(w, row.Others[i].Verb, &row.Others[i].MatrixCell)
		}
		a.Matrix = append(a.Matrix, added)
	}
}

func (r *AccessRow) add(w *access.World, verb string, cell *access.MatrixCell) {
	if cell.Extent == access.Nowhere {
		return
	}
	added := AccessVerb{Verb: verb, Everywhere: cell.Extent == access.Everywhere, Eligible: cell.Eligible, Conditional: cell.Narrowed}
	for i := range cell.Reasons {
		reason := &cell.Reasons[i]
		by := "system:masters"
		if !reason.Masters() {
			by = reason.Label()
			if reason.Assignment != nil {
				by = "role assignment " + reason.RoleRef.Name + ", " + w.Scope(reason.Binding)
			}
			if !added.Everywhere && !slices.Contains(added.Namespaces, reason.Namespace) {
				added.Namespaces = append(added.Namespaces, reason.Namespace)
			}
		}
		if cell.Named {
			added.Names = append(added.Names, reason.Names()...)
		}
		if !slices.Contains(added.By, by) {
			added.By = append(added.By, by)
		}
	}
	r.Verbs = append(r.Verbs, added)
}

// accessMatrix writes a matrix for people: yes is the whole cluster, ns some namespaces,
// named single objects, and ? what is not active or has a condition.
func accessMatrix(w io.Writer, rows []AccessRow) {
	fmt.Fprintf(w, "RESOURCE\t%s\tOTHERS\tBY\n", strings.ToUpper(strings.Join(access.MatrixVerbs, "\t")))
	for i := range rows {
		row := &rows[i]
		cells := make([]string, len(access.MatrixVerbs))
		for i := range cells {
			cells[i] = "-"
		}
		var others, by []string
		for k := range row.Verbs {
			verb := &row.Verbs[k]
			if at := slices.Index(access.MatrixVerbs, verb.Verb); at >= 0 {
				cells[at] = verb.says()
			} else {
				others = append(others, verb.Verb+" "+verb.says())
			}
			for _, each := range verb.By {
				if !slices.Contains(by, each) {
					by = append(by, each)
				}
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", clean(row.Resource), strings.Join(cells, "\t"), strings.Join(others, ", "), clean(strings.Join(by, "; ")))
	}
	if len(rows) == 0 {
		fmt.Fprintln(w, "nothing that was read")
	}
}

func (v *AccessVerb) says() string {
	says := "yes"
	switch {
	case len(v.Names) > 0:
		says = "named"
	case !v.Everywhere:
		says = "ns"
	}
	if v.Eligible || v.Conditional {
		says += "?"
	}
	return says
}
