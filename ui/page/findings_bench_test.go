package page

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// The findings of 20,000 clusters, of which a page of 100 has changed since they were
// last added up: as while they are read.
func BenchmarkFindings(b *testing.B) {
	const clusters, rules, page = 20_000, 100, 100
	all := make([]*model.Rule, rules)
	for i := range all {
		all[i] = &model.Rule{ID: fmt.Sprintf("AKS-X-%03d", i), Title: "A rule", Subject: model.KindCluster}
	}
	made := make([]*store.Cluster, clusters)
	for i := range made {
		made[i] = judgedCluster(fmt.Sprint("cluster", i), passed, passed)
		made[i].Judged = slices.Repeat([]model.Judged{passed, passed, failHigh, passed, failLow}, rules/5)
	}
	for _, tab := range []struct {
		name string
		tab  int
	}{{"rules", byRule}, {"clusters", byCluster}, {"all", flat}} {
		b.Run(tab.name, func(b *testing.B) {
			b.ReportAllocs()
			w := findingsWork{tab: tab.tab, verdicts: setOf(model.Fail), sort: sorting{0, true}, rules: func() []*model.Rule { return all }}
			now, at := slices.Clone(made), 0
			w.previous = w.run(context.Background(), &store.Snapshot{Clusters: now}).(*estateFindings).index
			for b.Loop() {
				now = slices.Clone(now)
				for range page {
					changed := *now[at]
					now[at] = &changed
					at = (at + 1) % clusters
				}
				r := w.run(context.Background(), &store.Snapshot{Clusters: now}).(*estateFindings)
				w.previous = r.index
			}
		})
	}
}
