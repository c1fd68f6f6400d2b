package page

import (
	"slices"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// An entry is one judgement of the estate, kept small: there are hundreds of
// thousands in a large one.
type entry struct {
	cluster  int32 // place in the index's clusters
	pool     int16 // place in the cluster's pools, or -1
	rule     uint16
	verdict  model.Verdict
	severity model.Severity
	waived   bool
}

func (e entry) judged() model.Judged {
	return model.Judged{Verdict: e.verdict, Severity: e.severity, Waived: e.waived}
}

// verdictSet says which verdicts an index holds.
type verdictSet uint8

func setOf(verdicts ...model.Verdict) verdictSet {
	var set verdictSet
	for _, v := range verdicts {
		set |= 1 << v
	}
	return set
}

func (s verdictSet) has(v model.Verdict) bool { return s&(1<<v) != 0 }

// An index lists the judgements of one snapshot's clusters, cluster by cluster. It
// is immutable.
type index struct {
	clusters []*store.Cluster
	verdicts verdictSet
	entries  []entry
	// ends holds where each cluster's entries end.
	ends []int32
}

// newIndex lists the judgements of the clusters that have one of the verdicts. What
// a previous index lists of clusters that did not change is taken from it.
func newIndex(clusters []*store.Cluster, verdicts verdictSet, previous *index) *index {
	x := &index{clusters: clusters, verdicts: verdicts, ends: make([]int32, len(clusters))}
	reuse := previous != nil && previous.verdicts == verdicts
	if reuse {
		x.entries = make([]entry, 0, len(previous.entries)+len(previous.entries)/8)
	}
	for at, cluster := range clusters {
		if reuse && at < len(previous.clusters) && previous.clusters[at] == cluster {
			x.entries = append(x.entries, previous.of(at)...)
		} else {
			x.add(at, cluster)
		}
		x.ends[at] = int32(len(x.entries))
	}
	return x
}

func (x *index) add(at int, cluster *store.Cluster) {
	cluster.Each(func(pool, rule int, judged model.Judged) {
		if x.verdicts.has(judged.Verdict) {
			x.entries = append(x.entries, entry{
				cluster: int32(at), pool: int16(pool), rule: uint16(rule),
				verdict: judged.Verdict, severity: judged.Severity, waived: judged.Waived,
			})
		}
	})
}

// of returns the entries of the cluster at that place.
func (x *index) of(cluster int) []entry {
	start := int32(0)
	if cluster > 0 {
		start = x.ends[cluster-1]
	}
	return x.entries[start:x.ends[cluster]]
}

// sortBy orders a permutation of the entries by a key of each, lowest first; equal
// keys keep their order.
func (x *index) sortBy(order []int32, descending bool, key func(entry) uint64) {
	sortByKey(order, descending, func(at int32) uint64 { return key(x.entries[at]) })
}

// sortByKey sorts numbers by a key, which is cheap to compute and is computed again and
// again: keeping half a million of them takes more memory than the rows. It is a radix
// sort of the key's bytes that differ: many times faster than comparing.
func sortByKey(order []int32, descending bool, key func(int32) uint64) {
	if len(order) < 2 {
		return
	}
	turn := uint64(0)
	if descending {
		turn = ^turn
	}
	first, differ := key(order[0]), uint64(0)
	for _, at := range order {
		differ |= key(at) ^ first
	}
	from, to := order, make([]int32, len(order))
	for shift := 0; shift < 64; shift += 8 {
		if differ>>shift&0xff == 0 {
			continue
		}
		var starts [256]int
		for _, at := range from {
			starts[(key(at)^turn)>>shift&0xff]++
		}
		next := 0
		for digit, n := range starts {
			starts[digit] = next
			next += n
		}
		for _, at := range from {
			digit := (key(at) ^ turn) >> shift & 0xff
			to[starts[digit]] = at
			starts[digit]++
		}
		from, to = to, from
	}
	copy(order, from)
}

// ranks gives each of n things its place when sorted by name, equal names the same.
func ranks(n int, compare func(a, b int) int) []int32 {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, compare)
	ranked := make([]int32, n)
	rank := int32(0)
	for i, at := range order {
		if i > 0 && compare(order[i-1], at) != 0 {
			rank++
		}
		ranked[at] = rank
	}
	return ranked
}
