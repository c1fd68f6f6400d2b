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
		about := found.About(subject, nil)
		for _, binding := range w.Index().Bindings {
			if !slices.Contains(binding.Subjects, subject) {
				continue
			}
			for _, f := range found.About(subject, binding) {
				if !slices.Contains(about, f) {
					about = append(about, f)
				}
			}
		}
		return about
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

// markRows adds to each row what rules say against what is held.
func markRows(in *inspect.Inspection, s *store.Snapshot, id model.ID, rows []accessRow) {
	cluster := s.Cluster(id)
	if cluster == nil {
		return
	}
	found := in.OnAccess(cluster)
	for i := range rows {
		rows[i].findings = markedWith(found.About(rows[i].subject, rows[i].binding))
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
