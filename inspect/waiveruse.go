package inspect

import (
	"strings"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
)

// WaiverUse says what a waiver does in the estate.
type WaiverUse struct {
	Waiver *model.Waiver
	State  waive.State
	// Rule is nil where there is none with that ID.
	Rule *model.Rule
	// Judged is how many judgements of the rule it matches, Failures how many of them
	// are failures, Unread how many could not be made.
	Judged   int
	Failures int
	Unread   int
}

// WaiverUses returns what each waiver does, the first to end first.
func (i *Inspection) WaiverUses() []WaiverUse {
	snapshot := i.Store.Snapshot()
	var uses []WaiverUse
	for _, waiver := range waive.ByEnd(i.Waivers().All()) {
		use := WaiverUse{Waiver: waiver, State: waive.StateOf(waiver, i.now())}
		rule, at := i.Rules().Find(waiver.Rule)
		use.Rule = rule
		if rule != nil {
			for _, cluster := range candidates(snapshot, waiver) {
				use.add(cluster, at)
			}
		}
		uses = append(uses, use)
	}
	return uses
}

// candidates are the clusters that a waiver may match: the one that it names, or all.
func candidates(snapshot *store.Snapshot, waiver *model.Waiver) []*store.Cluster {
	if strings.Contains(waiver.Resource, "*") {
		return snapshot.Clusters
	}
	if cluster := snapshot.Cluster(model.ID(waiver.Resource)); cluster != nil {
		return []*store.Cluster{cluster}
	}
	return nil
}

func (u *WaiverUse) add(cluster *store.Cluster, rule int) {
	count := func(judged model.Judged, part string) {
		if judged.Verdict == model.NotJudged || !waive.Covers(u.Waiver, cluster.Resource.ID, part) {
			return
		}
		u.Judged++
		switch judged.Verdict {
		case model.Fail:
			u.Failures++
		case model.CouldNotRead, model.Pending:
			u.Unread++
		}
	}
	if rule < len(cluster.Judged) {
		count(cluster.Judged[rule], "")
	}
	cluster.EachInside(func(on *store.Judgement, at int, judged model.Judged) {
		if at == rule {
			count(judged, on.Ref.String())
		}
	})
	for pool := range cluster.Pools {
		if pool < len(cluster.Summary.Pools) && rules.Judges(u.Rule, pool) {
			count(cluster.Pools[pool][rule], cluster.Summary.Pools[pool].Name)
		}
	}
}
