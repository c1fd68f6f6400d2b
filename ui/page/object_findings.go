package page

import (
	"cmp"
	"context"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// objectFinding is a judgement of an object inside a cluster, or of the cluster or a node
// pool where no object is named, as lists show it.
type objectFinding struct {
	ref    model.Ref
	part   string
	rule   *model.Rule
	judged model.Judged
}

// address is that of the finding's own page.
func (f *objectFinding) address(kind Kind, cluster model.ID) Address {
	return Address{Kind: kind, ID: cluster, Part: f.part, Object: f.ref, Rule: f.rule.ID}
}

// act opens what an action leads to from a finding.
func (f *objectFinding) act(c *Context, cluster model.ID, id action.ID) bool {
	switch {
	case f == nil:
		return false
	case id == action.Explain:
		c.Open(f.address(Finding, cluster))
	case id == action.Waive:
		openWaive(c, f.address(Waive, cluster), f.judged)
	case id == action.Fix && f.judged.Verdict == model.Fail:
		c.Open(f.address(Fix, cluster))
	case id == action.Fix:
		c.Say(VerdictMark(f.judged), "nothing to mend here: "+severityWord(f.judged))
	default:
		return false
	}
	return true
}

func (f *objectFinding) offers() []action.Offer {
	if f == nil {
		return nil
	}
	offers := action.Offers(action.Explain)
	if f.judged.Verdict == model.Fail {
		offers = append(offers, action.Offer{ID: action.Fix}, waiveOffer(f.judged))
	}
	return offers
}

// objectFindings describes a list of the judgements of some objects, which judge lists.
// Which of the objects they are stands in a column where there may be several.
func objectFindings(at Address, several bool, judge func(*inspect.Inspection, *store.Snapshot, *recordRows[objectFinding])) records[objectFinding] {
	columns := []recordColumn[objectFinding]{
		{
			Column:  widget.Column{Title: "Severity", Min: 11, Max: 16, Weight: 1},
			cell:    func(f *objectFinding, pen *widget.Pen) { severityCell(pen, f.judged) },
			compare: func(a, b *objectFinding) int { return weight(a.judged) - weight(b.judged) }, down: true,
		},
		{
			Column:  widget.Column{Title: "Finding", Min: 36, Max: 90, Weight: 6},
			cell:    func(f *objectFinding, pen *widget.Pen) { pen.Write(f.rule.Title, themes.Text) },
			compare: func(a, b *objectFinding) int { return foldCompare(a.rule.Title, b.rule.Title) },
		},
		{
			Column:  widget.Column{Title: "On", Min: 18, Max: 44, Weight: 3, Priority: 1},
			cell:    func(f *objectFinding, pen *widget.Pen) { pen.Write(f.on(), themes.Text) },
			compare: func(a, b *objectFinding) int { return cmp.Or(a.ref.Compare(b.ref), cmp.Compare(a.part, b.part)) },
		},
		{
			Column:  widget.Column{Title: "Rule", Min: 12, Priority: 2},
			cell:    func(f *objectFinding, pen *widget.Pen) { pen.Write(f.rule.ID, themes.Muted) },
			compare: func(a, b *objectFinding) int { return cmp.Compare(a.rule.ID, b.rule.ID) },
		},
	}
	if !several {
		columns[2].Off = true
	}
	return records[objectFinding]{
		title: findingsTab, one: "finding", many: "findings", list: "findings of objects", live: at.ID, terms: foundTerms,
		columns: columns,
		fields: []recordField[objectFinding]{
			{Field: severityField(), of: func(f *objectFinding) string {
				if f.judged.Verdict == model.Fail {
					return f.judged.Severity.String()
				}
				return ""
			}},
			{Field: filter.Field{Name: "rule"}, of: func(f *objectFinding) string { return f.rule.ID }},
			{Field: filter.Field{Name: "topic"}, of: func(f *objectFinding) string { return string(f.rule.Topic) }},
			{Field: filter.Field{Name: "kind"}, of: func(f *objectFinding) string { return string(f.ref.Kind) }},
			{Field: filter.Field{Name: "on"}, of: func(f *objectFinding) string { return f.ref.Name }},
			{Field: filter.Field{Name: "verdict"}, of: func(f *objectFinding) string { return f.judged.Verdict.String() }},
			{Field: filter.Field{Name: "is"}, of: func(f *objectFinding) string { return isWords(f.judged) }},
		},
		key: func(f *objectFinding) string { return f.rule.ID + " " + f.part + f.ref.String() },
		say: func(f *objectFinding) string {
			return severityWord(f.judged) + ": " + f.rule.Title + " (" + f.rule.ID + ", " + f.whole() + ")"
		},
		open:   func(f *objectFinding) (Address, bool) { return f.address(Finding, at.ID), true },
		act:    func(c *Context, f *objectFinding, id action.ID) bool { return f.act(c, at.ID, id) },
		offers: (*objectFinding).offers,
		load:   func(context.Context, *store.Snapshot) recordRows[objectFinding] { return recordRows[objectFinding]{} },
		judge:  judge,
	}
}

// on says what the finding is on, in its column.
func (f *objectFinding) on() string {
	switch {
	case f.part != "":
		return "pool " + f.part
	case f.ref == (model.Ref{}):
		return "cluster"
	default:
		return onWords(f.ref)
	}
}

// whole says what the finding is on, with its namespace.
func (f *objectFinding) whole() string {
	if f.ref == (model.Ref{}) {
		return f.on()
	}
	return f.ref.String()
}

// onWords says an object in the column of what a finding is on.
func onWords(ref model.Ref) string {
	if ref.Kind == model.KindInside {
		return "cluster"
	}
	return string(ref.Kind) + " " + ref.Name
}

// findingsOn lists what rules say of some objects: what fails and what is not known.
func findingsOn(inside *store.Inside, rules []*model.Rule, keep func(model.Ref) bool) recordRows[objectFinding] {
	result := recordRows[objectFinding]{empty: "no findings"}
	if inside.Judgements == nil {
		result.empty = "not judged yet"
	}
	var all model.Counts
	for i := range inside.Judgements {
		on := &inside.Judgements[i]
		if !keep(on.Ref) {
			continue
		}
		all.Merge(on.Counts)
		for rule, judged := range on.Judged {
			if rule < len(rules) && needsEye(judged.Verdict) {
				result.rows = append(result.rows, objectFinding{ref: on.Ref, rule: rules[rule], judged: judged})
			}
		}
	}
	if inside.Judgements != nil {
		words := plural(all.Passed, "check passes", "checks pass") + ", " + thousands(all.NotApplied) + " not applicable"
		result.foot = []string{joinWords(", ", words, uncovered(&all))}
	}
	result.exact = all.Complete() && inside.View.Exact()
	return result
}

func newFindingsList(at Address, several bool, keep func(model.Ref) bool) Page {
	return newRecordsPage(at, objectFindings(at, several, func(in *inspect.Inspection, s *store.Snapshot, rows *recordRows[objectFinding]) {
		inside, why := insideOf(s, at.ID)
		if inside == nil {
			rows.empty = why
			return
		}
		*rows = findingsOn(inside, in.Rules().Rules(), keep)
	}))
}

func newNamespaceFindings(at Address) Page {
	namespace := at.Object.Name
	return newFindingsList(at, true, func(ref model.Ref) bool { return namespaceOf(ref) == namespace })
}
