package inspect

import (
	"fmt"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/model"
)

// Change is one verdict that a fix would change.
type Change struct {
	Rule *model.Rule
	// Part names the node pool, or is empty for the cluster itself.
	Part string
	// Object is the Kubernetes object, or zero for the cluster's own documents.
	Object model.Ref
	Before model.Judged
	After  model.Judged
}

// Preview returns every verdict that the plan at that place in Plans would change.
func (i *Inspection) Preview(s model.Subject, rule, plan int, answers map[string]string) ([]Change, error) {
	catalogue := i.Rules()
	after, err := fix.Preview(catalogue.Rules()[rule], plan, s, i.fixOptions(fix.POSIX, answers))
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	azure := i.envOf(s.Cluster.ID).Azure
	clusterBefore, poolsBefore := i.judge(s, azure)
	clusterAfter, poolsAfter := i.judge(after, azure)
	changes := compare(catalogue.Rules(), "", clusterBefore, clusterAfter)
	for n, profile := range after.Cluster.PoolTrees() {
		name, _ := profile["name"].(string)
		before := make([]model.Judged, len(catalogue.Rules())) // a pool that the fix adds
		if n < len(poolsBefore) {
			before = poolsBefore[n]
		}
		changes = append(changes, compare(catalogue.Rules(), name, before, poolsAfter[n])...)
	}
	return changes, nil
}

func compare(rules []*model.Rule, part string, before, after []model.Judged) []Change {
	var changes []Change
	for i, rule := range rules {
		if before[i] != after[i] {
			changes = append(changes, Change{Rule: rule, Part: part, Before: before[i], After: after[i]})
		}
	}
	return changes
}
