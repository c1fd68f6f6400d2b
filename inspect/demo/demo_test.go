package demo

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSmoke(t *testing.T) {
	start := time.Now()
	h := NewHandler(Options{})
	get := func(method, url, body string) string {
		r := httptest.NewRequest(method, url, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer x")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		data, _ := io.ReadAll(w.Body)
		if w.Code != http.StatusOK {
			fmt.Println(url, w.Code, string(data))
		}
		require.True(t, json.Valid(data), string(data))
		return string(data)
	}
	fmt.Println(len(get("GET", "https://management.azure.com/subscriptions?api-version=2022-12-01", "")), time.Since(start))
	for _, s := range h.(*handler).estate.told {
		list := get("GET", "https://management.azure.com/subscriptions/"+s.id+"/providers/Microsoft.ContainerService/managedClusters?api-version=2026-06-01", "")
		fmt.Println(s.name, len(list), s.clusters.count())
		_ = os.WriteFile("/tmp/demo-"+s.name+".json", []byte(list), 0o600)
	}
	rg := get("POST", "https://management.azure.com/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", `{"query":"resources\n| where type =~ 'microsoft.containerservice/managedclusters'\n| project id, name, type, location, kind, subscriptionId, resourceGroup, tags, sku, identity, properties\n| union (resourcecontainers\n  | where type =~ 'microsoft.resources/subscriptions'\n  | project id, name, type, location, kind, subscriptionId, resourceGroup, tags, sku, identity, properties)\n| order by id asc","options":{"resultFormat":"objectArray","$top":1000}}`)
	fmt.Println(len(rg))
	_ = os.WriteFile("/tmp/demo-rg.json", []byte(rg), 0o600)
}
