package page

import (
	"slices"
	"sync"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// An entry is one judgement of the estate, kept small: there are hundreds of
// thousands in a large one.
type entry struct {
	cluster int32 // place in the index's clusters
	// part is a place in the cluster's pools, -1 for the cluster itself, and less for what
	// runs in it: see object.
	part    int32
	rule    uint16
	verdict model.Verdict
	grade   uint8 // the severity, and whether it is waived
}

const waivedGrade = 1 << 7

func newEntry(cluster, part, rule int, judged model.Judged) entry {
	e := entry{cluster: int32(cluster), part: int32(part), rule: uint16(rule), verdict: judged.Verdict, grade: uint8(judged.Severity)}
	if judged.Waived {
		e.grade |= waivedGrade
	}
	return e
}

// objectPart is the part of an entry on what runs in a cluster, by its place among the
// judgements inside.
func objectPart(judgement int) int { return -2 - judgement }

// object is the place among the judgements inside the cluster, or -1.
func (e entry) object() int { return max(-1, -2-int(e.part)) }

func (e entry) severity() model.Severity { return model.Severity(e.grade &^ waivedGrade) }

func (e entry) judged() model.Judged {
	return model.Judged{Verdict: e.verdict, Severity: e.severity(), Waived: e.grade&waivedGrade != 0}
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
// is immutable, and shares its blocks of clusters that did not change with the one
// before: while an estate is read, hundreds are made of a list that grows.
type index struct {
	clusters []*store.Cluster
	verdicts verdictSet
	blocks   []*block
	// starts holds the place of each block's first entry, and the number of entries.
	starts []int32
	// hints holds the block of every hintEvery-th entry.
	hints []int32
}

// block lists the judgements of blockOf clusters.
type block struct {
	entries []entry
	// ends holds where each cluster's entries end.
	ends []int32
}

const (
	blockOf   = 64
	hintEvery = 1024
)

// newIndex lists the judgements of the clusters that have one of the verdicts. What
// a previous index lists of clusters that did not change is taken from it.
func newIndex(clusters []*store.Cluster, verdicts verdictSet, previous *index) *index {
	count := (len(clusters) + blockOf - 1) / blockOf
	x := &index{clusters: clusters, verdicts: verdicts, blocks: make([]*block, 0, count), starts: make([]int32, 1, count+1)}
	var scratch []entry
	for from := 0; from < len(clusters); from += blockOf {
		to := min(from+blockOf, len(clusters))
		made := previous.same(x, from, to)
		if made == nil {
			made, scratch = newBlock(clusters[from:to], from, verdicts, scratch[:0])
		}
		x.blocks = append(x.blocks, made)
		x.starts = append(x.starts, int32(x.len()+len(made.entries)))
	}
	x.hints = make([]int32, 0, x.len()/hintEvery+1)
	at := int32(0)
	for entry := 0; entry < x.len(); entry += hintEvery {
		for int(x.starts[at+1]) <= entry {
			at++
		}
		x.hints = append(x.hints, at)
	}
	return x
}

// same returns the block of another index's clusters where it would be the same here.
func (x *index) same(other *index, from, to int) *block {
	if x == nil || x.verdicts != other.verdicts || len(x.clusters) < to || to < from+blockOf && len(x.clusters) > to ||
		!slices.Equal(x.clusters[from:to], other.clusters[from:to]) {
		return nil
	}
	return x.blocks[from/blockOf]
}

// newBlock lists the judgements of clusters, of which the first has that place. It
// lends scratch.
func newBlock(clusters []*store.Cluster, first int, verdicts verdictSet, scratch []entry) (made *block, lent []entry) {
	made = &block{ends: make([]int32, len(clusters))}
	for i, cluster := range clusters {
		cluster.Each(func(pool, rule int, judged model.Judged) {
			if verdicts.has(judged.Verdict) {
				scratch = append(scratch, newEntry(first+i, pool, rule, judged))
			}
		})
		if cluster.Inside != nil {
			for at := range cluster.Inside.Judgements {
				for rule, judged := range cluster.Inside.Judgements[at].Judged {
					if judged.Verdict != model.NotJudged && verdicts.has(judged.Verdict) {
						scratch = append(scratch, newEntry(first+i, objectPart(at), rule, judged))
					}
				}
			}
		}
		made.ends[i] = int32(len(scratch))
	}
	made.entries = slices.Clone(scratch)
	return made, scratch
}

// len is the number of entries.
func (x *index) len() int { return int(x.starts[len(x.starts)-1]) }

// at returns the entry at that place.
func (x *index) at(place int32) entry {
	in := x.hints[place/hintEvery]
	for x.starts[in+1] <= place {
		in++
	}
	return x.blocks[in].entries[place-x.starts[in]]
}

// of returns the entries of the cluster at that place.
func (x *index) of(cluster int) []entry {
	in, at := x.blocks[cluster/blockOf], cluster%blockOf
	start := int32(0)
	if at > 0 {
		start = in.ends[at-1]
	}
	return in.entries[start:in.ends[at]]
}

// flatEntries are lists of entries that nobody uses now.
var flatEntries = sync.Pool{New: func() any { return new([]entry) }}

// sortBy orders a permutation of the entries by a key of each, lowest first; equal
// keys keep their order.
func (x *index) sortBy(order []int32, descending bool, key func(entry) uint64) {
	lent := flatEntries.Get().(*[]entry)
	defer flatEntries.Put(lent)
	// They are looked up many times: faster in one list.
	entries := slices.Grow((*lent)[:0], x.len())
	for _, block := range x.blocks {
		entries = append(entries, block.entries...)
	}
	*lent = entries
	sortByKey(order, descending, func(at int32) uint64 { return key(entries[at]) })
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
