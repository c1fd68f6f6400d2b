package inspect_test

import (
	"context"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/rules"
)

// Reading and judging large estates, index and confirming lists, through the real
// collectors. What it allocates, and what of that stays, depends little on the machine.
func BenchmarkEstate(b *testing.B) {
	for _, clusters := range []int{2_000, 20_000} {
		b.Run(strconv.Itoa(clusters), func(b *testing.B) { benchmarkEstate(b, clusters) })
	}
}

func benchmarkEstate(b *testing.B, clusters int) {
	b.Helper()
	catalogue, err := rules.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.Context(), 10*time.Minute)
	defer cancel()
	readScaled(ctx, b, catalogue, 0) // which compiles the rules
	b.ReportAllocs()
	for b.Loop() {
		before := memory()
		i := readScaled(ctx, b, catalogue, clusters)
		after := memory()
		snapshot := i.Store.Snapshot()
		if len(snapshot.Clusters) != clusters {
			b.Fatalf("%d clusters were read, not %d", len(snapshot.Clusters), clusters)
		}
		b.ReportMetric(float64(snapshot.Counts.Failures()), "findings")
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB-live")
		b.ReportMetric(float64(after.HeapObjects-before.HeapObjects), "objects-live")
		runtime.KeepAlive(i)
	}
}

// readScaled reads the demo grown to that many clusters.
func readScaled(ctx context.Context, b *testing.B, catalogue *rules.Catalogue, clusters int) *inspect.Inspection {
	b.Helper()
	source, err := azure.New(azure.Options{
		Transport:  demo.Transport(demo.NewHandler(demo.Options{Scale: clusters})),
		Credential: demo.Credential(), Cloud: "public",
	})
	if err != nil {
		b.Fatal(err)
	}
	i := inspect.New(inspect.Options{Source: source, Rules: func() *rules.Catalogue { return catalogue }, NoChildren: true})
	i.Start(ctx)
	if err := i.Wait(ctx); err != nil {
		b.Fatal(err)
	}
	return i
}

// memory is what is in use after a collection.
func memory() (stats runtime.MemStats) {
	runtime.GC()
	runtime.GC() // what pools keep, they keep over one collection
	runtime.ReadMemStats(&stats)
	return stats
}
