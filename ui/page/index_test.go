package page

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

var indexRules = []*model.Rule{
	{ID: "AKS-A-001", Subject: model.KindCluster, Topic: model.TopicNetwork, Title: "A"},
	{ID: "AKS-B-001", Subject: model.KindPool, Topic: model.TopicNodes, Title: "B"},
	{ID: "AKS-C-001", Subject: model.KindCluster, Topic: model.TopicNetwork, Title: "C"},
}

func judgedCluster(name string, a, c model.Judged, pools ...model.Judged) *store.Cluster {
	cluster := &store.Cluster{
		Resource: &model.Resource{ID: model.ID("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/" + name)},
		Summary:  model.ClusterSummary{Name: name},
		Judged:   []model.Judged{a, {}, c},
	}
	for range pools {
		cluster.Summary.Pools = append(cluster.Summary.Pools, model.PoolSummary{Name: "pool"})
	}
	for _, pool := range pools {
		cluster.Pools = append(cluster.Pools, []model.Judged{{}, pool, {}})
	}
	return cluster
}

var (
	failHigh     = model.Judged{Verdict: model.Fail, Severity: model.High}
	failCritical = model.Judged{Verdict: model.Fail, Severity: model.Critical}
	failLow      = model.Judged{Verdict: model.Fail, Severity: model.Low}
	passed       = model.Judged{Verdict: model.Pass}
	unread       = model.Judged{Verdict: model.CouldNotRead}
)

func TestIndexHoldsTheVerdictsAskedFor(t *testing.T) {
	clusters := []*store.Cluster{
		judgedCluster("one", failHigh, passed, failLow, passed),
		judgedCluster("two", passed, unread),
		judgedCluster("three", failCritical, failHigh, failLow, failLow),
	}
	failures := newIndex(clusters, setOf(model.Fail), nil)
	assert.Equal(t, 6, failures.len())
	assert.Equal(t, []entry{
		newEntry(0, -1, 0, failHigh),
		newEntry(0, 0, 1, failLow),
	}, failures.of(0))
	assert.Empty(t, failures.of(1), "what could not be read is no failure")
	everything := newIndex(clusters, setOf(model.Pass, model.Fail, model.CouldNotRead, model.NotApplicable, model.Pending), nil)
	assert.Equal(t, 10, everything.len(), "each subject has each of its rules once")
}

func TestIndexTakesUnchangedClustersOver(t *testing.T) {
	clusters := []*store.Cluster{judgedCluster("one", failHigh, passed), judgedCluster("two", failHigh, failLow)}
	first := newIndex(clusters, setOf(model.Fail), nil)
	changed := []*store.Cluster{clusters[0], judgedCluster("two", passed, passed), judgedCluster("three", failLow, failLow)}
	second := newIndex(changed, setOf(model.Fail), first)
	require.Equal(t, newIndex(changed, setOf(model.Fail), nil), second)
	assert.Equal(t, 3, first.len(), "the first index is as it was")
	other := newIndex(changed, setOf(model.Fail, model.Pass), second)
	require.Equal(t, newIndex(changed, setOf(model.Fail, model.Pass), nil), other)
}

// An index that is made step by step, as while an estate is read, lists the same as one
// that is made at once; and what did not change stays the same block.
func TestIndexGrows(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	verdicts := []model.Judged{failHigh, passed, failLow, unread, failCritical, {}}
	pick := func() model.Judged { return verdicts[random.IntN(len(verdicts))] }
	set := setOf(model.Fail, model.CouldNotRead)
	var clusters []*store.Cluster
	var x *index
	for len(clusters) < 9*blockOf {
		before := clusters
		clusters = slices.Clone(clusters)
		for range random.IntN(2 * blockOf) {
			clusters = append(clusters, judgedCluster("c", pick(), pick(), slices.Repeat([]model.Judged{pick()}, random.IntN(20))...))
		}
		if len(before) > 0 {
			clusters[random.IntN(len(before))] = judgedCluster("changed", pick(), pick())
		}
		shared := 0
		last := x
		x = newIndex(clusters, set, last)
		require.Equal(t, newIndex(clusters, set, nil), x)
		for i, block := range x.blocks {
			if last != nil && i < len(last.blocks) && last.blocks[i] == block {
				shared++
			}
		}
		require.GreaterOrEqual(t, shared, len(before)/blockOf-1)
		var entries []entry
		for at := range clusters {
			entries = append(entries, x.of(at)...)
		}
		require.Equal(t, len(entries), x.len())
		for place, e := range entries {
			require.Equal(t, e, x.at(int32(place)))
		}
	}
	assert.Greater(t, x.len(), 2*hintEvery)
	fewer := newIndex(clusters[:blockOf+3], set, x)
	require.Equal(t, newIndex(clusters[:blockOf+3], set, nil), fewer)
	assert.Zero(t, newIndex(nil, set, x).len())
}

func TestSortByKey(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	keys := make([]uint64, 1000)
	for i := range keys {
		keys[i] = random.Uint64N(300) << random.IntN(50)
	}
	for _, descending := range []bool{false, true} {
		order := make([]int32, len(keys))
		for i := range order {
			order[i] = int32(i)
		}
		want := slices.Clone(order)
		slices.SortStableFunc(want, func(a, b int32) int {
			if descending {
				a, b = b, a
			}
			return cmp.Compare(keys[a], keys[b])
		})
		sortByKey(order, descending, func(at int32) uint64 { return keys[at] })
		if !descending {
			require.Equal(t, want, order)
			continue
		}
		for i := 1; i < len(order); i++ {
			require.GreaterOrEqual(t, keys[order[i-1]], keys[order[i]])
			if keys[order[i-1]] == keys[order[i]] {
				require.Less(t, order[i-1], order[i], "equal keys keep their order")
			}
		}
	}
}

func TestGroupByRule(t *testing.T) {
	clusters := []*store.Cluster{
		judgedCluster("one", failHigh, passed, failLow, failHigh, failLow),
		judgedCluster("two", failCritical, unread, failLow),
	}
	groups := groupByRule(clusters, indexRules)
	assert.Equal(t, 2, groups[0].clusters)
	assert.Equal(t, model.Critical, groups[0].worst)
	assert.Equal(t, 2, groups[1].clusters, "a cluster with several failing pools counts once")
	assert.Equal(t, 4, groups[1].counts.Failures())
	assert.Equal(t, 1, groups[2].counts.CouldNotRead)
	topics := groupByTopic(groups, indexRules)
	assert.Equal(t, 2, topics[slices.Index(model.Topics, model.TopicNetwork)].counts.Failures())
	assert.Equal(t, 4, topics[slices.Index(model.Topics, model.TopicNodes)].counts.Failures())
}

func TestRanks(t *testing.T) {
	names := []string{"b", "a", "c", "a"}
	got := ranks(len(names), func(a, b int) int { return cmp.Compare(names[a], names[b]) })
	assert.Equal(t, []int32{1, 0, 2, 0}, got)
}
