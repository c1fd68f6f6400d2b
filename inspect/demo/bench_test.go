package demo

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func BenchmarkScalePage(b *testing.B) {
	h := NewHandler(Options{Scale: 20_000})
	documents := 0
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "https://management.azure.com/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01",
			strings.NewReader(`{"query":"resources | where type =~ 'microsoft.containerservice/managedclusters' | project id, name, type, location, kind, subscriptionId, resourceGroup, tags, sku, identity, properties | order by id asc"}`))
		r.Header.Set("Authorization", "Bearer demo")
		w := &counter{header: http.Header{}}
		h.ServeHTTP(w, r)
		b.SetBytes(w.n)
		documents += 1000
	}
	b.ReportMetric(float64(documents)/b.Elapsed().Seconds(), "documents/s")
}

type counter struct {
	io.Writer
	header http.Header
	n      int64
}

func (c *counter) Header() http.Header { return c.header }
func (c *counter) WriteHeader(int)     {}
func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

func BenchmarkStory(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := loadEstate(0); err != nil {
			b.Fatal(err)
		}
	}
}
