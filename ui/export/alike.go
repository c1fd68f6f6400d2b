package export

import (
	"fmt"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// childGaps are the reads of what hangs under clusters that did not end well.
type childGaps struct {
	list []childGap
	// count is on how many clusters a kind failed for one reason.
	count map[kindWhy]int
}

type childGap struct {
	kindWhy
	cluster string
}

// kindWhy is a kind that failed, and why.
type kindWhy struct {
	kind model.Kind
	why  string
}

// manyAlike is from how many clusters on a reason that all of them share is told once:
// saved files that lack a kind lack it for every cluster.
const manyAlike = 4

// namesOfAlike is how many of those clusters are named.
const namesOfAlike = 3

func (g *childGaps) add(cluster *store.Cluster, kind model.Kind) {
	why := whyUnread(cluster.Reads[kind], nil)
	if why == "" {
		return
	}
	if g.count == nil {
		g.count = map[kindWhy]int{}
	}
	gap := childGap{kindWhy{kind, why}, cluster.Resource.ID.Name()}
	g.count[gap.kindWhy]++
	g.list = append(g.list, gap)
}

// tell adds the gaps to the coverage, in their order.
func (g *childGaps) tell(coverage *Coverage) {
	places := map[kindWhy]int{}
	named := map[kindWhy]int{}
	for _, gap := range g.list {
		count := g.count[gap.kindWhy]
		if count < manyAlike {
			coverage.add(KindWords(gap.kind)+" of cluster "+gap.cluster, gap.why)
			continue
		}
		named[gap.kindWhy]++
		switch n := named[gap.kindWhy]; {
		case n == 1:
			places[gap.kindWhy] = len(coverage.CouldNotRead)
			coverage.add(fmt.Sprintf("%s of %d clusters: %s", KindWords(gap.kind), count, gap.cluster), gap.why)
		case n <= namesOfAlike:
			coverage.CouldNotRead[places[gap.kindWhy]].What += ", " + gap.cluster
		case n == count:
			coverage.CouldNotRead[places[gap.kindWhy]].What += fmt.Sprintf(" and %d more", count-namesOfAlike)
		}
	}
}
