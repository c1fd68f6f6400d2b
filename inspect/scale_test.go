package inspect_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/rules"
)

// Reading and judging 20,000 clusters, index and confirming lists, through the real
// collectors.
func BenchmarkEstate20000(b *testing.B) {
	catalogue, err := rules.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		source, err := azure.New(azure.Options{
			Transport:  demo.Transport(demo.NewHandler(demo.Options{Scale: 20_000})),
			Credential: demo.Credential(), Cloud: "public",
		})
		if err != nil {
			b.Fatal(err)
		}
		i := inspect.New(inspect.Options{Source: source, Rules: func() *rules.Catalogue { return catalogue }, NoChildren: true})
		ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
		i.Start(ctx)
		if err := i.Wait(ctx); err != nil {
			b.Fatal(err)
		}
		snapshot := i.Store.Snapshot()
		b.ReportMetric(float64(len(snapshot.Clusters)), "clusters")
		b.ReportMetric(float64(snapshot.Counts.Failures()), "findings")
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		b.ReportMetric(float64(memory.HeapAlloc)/(1<<20), "MiB-live")
		cancel()
		runtime.KeepAlive(i)
	}
}
