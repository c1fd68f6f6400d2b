package inspect

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// judgeInside weighs every rule on what runs in a cluster, and marks what is waived.
func (i *Inspection) judgeInside(view, before *object.View, judgements []store.Judgement, pause func()) []store.Judgement {
	env := i.envOf(view.Inside.Cluster)
	env.Pause = pause
	return i.markInside(view.Inside.Cluster, i.Rules().JudgeInside(view, before, judgements, env))
}

// markInside returns the judgements with marks on those that a waiver covers now, and on
// no others. The list is copied where that changes one.
func (i *Inspection) markInside(cluster model.ID, judgements []store.Judgement) []store.Judgement {
	rules, waivers := i.Rules().Rules(), len(i.Waivers().All()) > 0
	copied := false
	for n := range judgements {
		own := false
		for at, by := range judgements[n].Judged {
			if by.Verdict != model.Fail {
				continue
			}
			waived := false
			if waivers {
				_, waived = i.Waiver(rules[at].ID, cluster, judgements[n].Ref.String())
			}
			if waived == by.Waived {
				continue
			}
			if !copied {
				judgements, copied = slices.Clone(judgements), true
			}
			on := &judgements[n]
			if !own {
				on.Judged, own = slices.Clone(on.Judged), true
			}
			on.Counts.Subtract(countOf(by))
			on.Judged[at].Waived = waived
			on.Counts.Add(on.Judged[at])
		}
	}
	return judgements
}

func countOf(judged model.Judged) model.Counts {
	var counts model.Counts
	counts.Add(judged)
	return counts
}

// ExplainInside says why a rule judges an object inside a cluster as it does, or the
// inside as a whole, and who waived it.
func (i *Inspection) ExplainInside(cluster *store.Cluster, ref model.Ref, rule int) (model.Finding, error) {
	view, err := viewOf(cluster)
	if err != nil {
		return model.Finding{}, err
	}
	finding, err := i.Rules().ExplainInside(rule, view, ref, i.envOf(cluster.Resource.ID))
	if err == nil && finding.Verdict == model.Fail {
		finding.Waiver, finding.Waived = i.Waiver(finding.Rule.ID, finding.Cluster, ref.String())
	}
	return finding, err
}

// PlansInside returns the ways to mend a rule's failure on an object inside a cluster.
func (i *Inspection) PlansInside(cluster *store.Cluster, ref model.Ref, rule int, shell fix.Shell, answers map[string]string) ([]model.Plan, error) {
	s, facts, err := i.factsInside(cluster, ref, rule)
	if err != nil {
		return nil, err
	}
	return fix.PlansInside(i.Rules().Rules()[rule], s, facts, i.fixOptions(shell, answers)), nil
}

// PreviewInside returns every verdict inside the cluster that the plan at that place in
// PlansInside would change.
func (i *Inspection) PreviewInside(cluster *store.Cluster, ref model.Ref, rule, option int, answers map[string]string) ([]Change, error) {
	s, facts, err := i.factsInside(cluster, ref, rule)
	if err != nil {
		return nil, err
	}
	after, err := fix.PreviewInside(i.Rules().Rules()[rule], option, s, facts, i.fixOptions(fix.POSIX, answers))
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	before := i.judgeInside(s.View, nil, nil, nil)
	return i.compareInside(before, i.judgeInside(after, s.View, before, nil)), nil
}

func (i *Inspection) factsInside(cluster *store.Cluster, ref model.Ref, rule int) (*object.Subject, expr.Facts, error) {
	view, err := viewOf(cluster)
	if err != nil {
		return nil, expr.Facts{}, err
	}
	return i.Rules().FactsInside(rule, view, ref, i.envOf(cluster.Resource.ID))
}

func viewOf(cluster *store.Cluster) (*object.View, error) {
	if cluster == nil || cluster.Inside == nil {
		return nil, fmt.Errorf("nobody has looked into the cluster yet")
	}
	return cluster.Inside.View, nil
}

// compareInside lists the verdicts that differ. Both lists are in the order of their
// references; what is in one alone was made or taken away.
func (i *Inspection) compareInside(before, after []model.Judgement) []Change {
	var changes []Change
	none := make([]model.Judged, len(i.Rules().Rules()))
	add := func(ref model.Ref, from, to []model.Judged) {
		for _, change := range compare(i.Rules().Rules(), "", from, to) {
			change.Object = ref
			changes = append(changes, change)
		}
	}
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(after) == 0 || len(before) > 0 && inOrder(before[0].Ref, after[0].Ref) < 0:
			add(before[0].Ref, before[0].Judged, none)
			before = before[1:]
		case len(before) == 0 || inOrder(before[0].Ref, after[0].Ref) > 0:
			add(after[0].Ref, none, after[0].Judged)
			after = after[1:]
		default:
			add(before[0].Ref, before[0].Judged, after[0].Judged)
			before, after = before[1:], after[1:]
		}
	}
	return changes
}

// inOrder compares references as judgements are ordered: the inside as a whole first.
func inOrder(a, b model.Ref) int {
	whole := func(ref model.Ref) int {
		if ref.Kind == model.KindInside {
			return 0
		}
		return 1
	}
	return cmp.Or(whole(a)-whole(b), a.Compare(b))
}
