package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// newAccessFindings lists the failures on who has access to a cluster.
func newAccessFindings(at Address) Page {
	return newFindingsOnAccess(at, func(_ *store.Snapshot, found *inspect.AccessFindings) []*inspect.AccessFinding {
		all := make([]*inspect.AccessFinding, len(found.All))
		for i := range found.All {
			all[i] = &found.All[i]
		}
		return all
	})
}

// newHolderFindings lists the failures that are about what an identity holds, or about
// what runs as it.
func newHolderFindings(at Address) Page {
	return newFindingsOnAccess(at, func(s *store.Snapshot, found *inspect.AccessFindings) []*inspect.AccessFinding {
		w := world.Of(s, at.ID)
		subject, err := access.Parse(at.Part)
		if w == nil || err != nil { // the other tabs say so
			return nil
		}
		subject = w.Index().Canonical(subject)
		return found.OnAll(subject, w.Index().BindingsOf(subject))
	})
}

func newFindingsOnAccess(at Address, which func(*store.Snapshot, *inspect.AccessFindings) []*inspect.AccessFinding) Page {
	return newRecordsPage(at, objectFindings(at, true, func(in *inspect.Inspection, s *store.Snapshot, rows *recordRows[objectFinding]) {
		cluster := s.Cluster(at.ID)
		if cluster == nil {
			rows.empty = "the cluster is not there any more"
			return
		}
		rows.empty = "no findings"
		for _, f := range which(s, in.OnAccess(cluster)) {
			rows.rows = append(rows.rows, objectFinding{ref: f.Object, part: f.Part, rule: f.Rule, judged: f.Judged})
		}
		if cluster.Inside == nil {
			rows.foot = []string{"Nobody has looked into the cluster yet: findings on what runs in it are not listed."}
		}
	}))
}

// markRows tells for each row what rules say against it.
func markRows[R any](in *inspect.Inspection, s *store.Snapshot, id model.ID, rows []R,
	about func(*inspect.AccessFindings, *access.World, *R) []*inspect.AccessFinding, of func(*R) *marked,
) {
	cluster, w := s.Cluster(id), world.Of(s, id)
	if cluster == nil || w == nil {
		return
	}
	found := in.OnAccess(cluster)
	for i := range rows {
		*of(&rows[i]) = markedWith(about(found, w, &rows[i]))
	}
}

// marked is what rules say against a row: each rule once, the worst first.
type marked []markedBy

type markedBy struct {
	rule   *model.Rule
	judged model.Judged
	times  int
}

// markedWith gathers findings by their rules.
func markedWith(found []*inspect.AccessFinding) marked {
	var m marked
	for _, f := range found {
		at := slices.IndexFunc(m, func(by markedBy) bool { return by.rule == f.Rule })
		switch {
		case at < 0:
			m = append(m, markedBy{f.Rule, f.Judged, 1})
			continue
		case weight(f.Judged) > weight(m[at].judged):
			m[at].judged = f.Judged
		}
		m[at].times++
	}
	slices.SortFunc(m, func(a, b markedBy) int {
		return cmp.Or(weight(b.judged)-weight(a.judged), cmp.Compare(a.rule.ID, b.rule.ID))
	})
	return m
}

// findingColumn shows what rules say against rows.
func findingColumn[R any](of func(*R) *marked) recordColumn[R] {
	return recordColumn[R]{
		Column:  widget.Column{Title: "Finding", Min: 16, Priority: 2},
		cell:    func(r *R, pen *widget.Pen) { of(r).write(pen) },
		compare: func(a, b *R) int { return cmp.Compare(of(a).rank(), of(b).rank()) }, down: true,
	}
}

// findingField filters rows by the rules that speak against them.
func findingField[R any](of func(*R) *marked) recordField[R] {
	return recordField[R]{Field: filter.Field{Name: "rule"}, of: func(r *R) string { return of(r).ids() }}
}

// opensFindings opens an identity's findings, where the action asks for them and there are
// some.
func (m marked) opensFindings(c *Context, cluster model.ID, s access.Subject, id action.ID) bool {
	if id != action.Findings || len(m) == 0 {
		return false
	}
	c.Open(Address{Kind: Holder, ID: cluster, Part: subjectPart(s), Tab: findingsTab})
	return true
}

// offer tells of the findings, where there are some.
func (m marked) offer(offers []action.Offer) []action.Offer {
	if len(m) == 0 {
		return offers
	}
	return append(offers, action.Offer{ID: action.Findings})
}

// rank orders rows by the worst that rules say against them.
func (m marked) rank() int {
	if len(m) == 0 {
		return -1
	}
	return weight(m[0].judged)
}

// write names the worst finding, and says how many more there are.
func (m marked) write(pen *widget.Pen) {
	if len(m) == 0 {
		return
	}
	mark := VerdictMark(m[0].judged)
	pen.Mark(mark)
	pen.Skip(1)
	pen.Write(m.words(), mark.Style())
}

// words names the worst finding, and says how many more there are.
func (m marked) words() string {
	switch len(m) {
	case 0:
		return ""
	case 1:
		return m[0].rule.ID
	default:
		return m[0].rule.ID + " +" + thousands(len(m)-1)
	}
}

// ids names the rules, for a filter.
func (m marked) ids() string {
	ids := make([]string, len(m))
	for i := range m {
		ids[i] = m[i].rule.ID
	}
	return strings.Join(ids, " ")
}

// lines say each finding on a line.
func (m marked) lines() []string {
	lines := make([]string, len(m))
	for i, by := range m {
		lines[i] = severityWord(by.judged) + ": " + by.rule.Title + " (" + by.rule.ID + orEmpty(by.times > 1, ", "+thousands(by.times)+" times") + ")"
	}
	return lines
}
