package azure

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkPage decodes a page of a thousand clusters of 5 KB each.
func BenchmarkPage(b *testing.B) {
	rows := make([]string, 1000)
	for i := range rows {
		name := fmt.Sprintf("cluster-%04d", i)
		rows[i] = strings.Replace(clusterJSON(subA, name), `"enableRBAC":true`,
			`"enableRBAC":true,"filler":[`+strings.TrimSuffix(strings.Repeat(`{"name":"pool","count":3,"enableNodePublicIP":false},`, 90), ",")+`]`, 1)
	}
	body := []byte(list(rows...))
	s, err := New(Options{Cloud: "AzureCloud", Credential: stubCredential{}})
	require.NoError(b, err)
	r := &reader{Source: s, ctx: b.Context()}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		resources, _, err := r.decode(body, r.graphRow)
		require.NoError(b, err)
		require.Len(b, resources, len(rows))
	}
}
