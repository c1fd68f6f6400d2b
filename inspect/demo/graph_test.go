package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// estateQuery is how an explorer asks for everything at once.
const estateQuery = `resources
| where type =~ 'microsoft.containerservice/managedclusters'
| project id, name, type, location, kind, subscriptionId, resourceGroup, tags, sku, identity, properties
| union (resourcecontainers
  | where type =~ 'microsoft.resources/subscriptions'
  | project id, name, type, location, kind, subscriptionId, resourceGroup, tags, sku, identity, properties)
| order by id asc`

// query sends one query and returns its page.
func query(t testing.TB, h http.Handler, text string, options map[string]any) map[string]any {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": text, "options": options})
	require.NoError(t, err)
	return decode(t, ask(t, h, http.MethodPost, host+graphEndpoint, string(body)))
}

// queryAll follows the skip tokens and returns the IDs.
func queryAll(t testing.TB, h http.Handler, text string, top int) (ids []string, pages int) {
	t.Helper()
	options := map[string]any{"resultFormat": "objectArray", "$top": top}
	for {
		page := query(t, h, text, options)
		pages++
		rows := page["data"].([]any)
		assert.InDelta(t, len(rows), page["count"], 0)
		for _, row := range rows {
			ids = append(ids, row.(map[string]any)["id"].(string))
		}
		token, more := page["$skipToken"]
		assert.Equal(t, fmt.Sprint(more), page["resultTruncated"])
		if !more {
			assert.InDelta(t, len(ids), page["totalRecords"], 0)
			return ids, pages
		}
		options["$skipToken"] = token
	}
}

func TestResourceGraphLeavesOutWhatIsRefused(t *testing.T) {
	ids, _ := queryAll(t, newTestHandler(Options{}), estateQuery, 1000)
	assert.Len(t, ids, 3+14)
	for _, id := range ids {
		assert.NotContains(t, id, partners)
	}
}

func TestResourceGraphRowsTellTheSameAsTheDocuments(t *testing.T) {
	h := newTestHandler(Options{})
	documents := company(t, h)
	seen := 0
	for _, item := range query(t, h, estateQuery, nil)["data"].([]any) {
		row := item.(map[string]any)
		if row["type"] == "microsoft.resources/subscriptions" {
			assert.Equal(t, "/subscriptions/"+row["subscriptionId"].(string), row["id"])
			continue
		}
		seen++
		document := documents[row["name"].(string)]
		require.NotNil(t, document)
		assert.Contains(t, row["id"], "/resourceGroups/", "Resource Graph spells it in its own way")
		assert.True(t, strings.EqualFold(row["id"].(string), document["id"].(string)))
		for _, column := range []string{"name", "location", "tags", "sku", "identity", "kind"} {
			assert.Equal(t, document[column], row[column], "%s %s", row["name"], column)
		}
		properties := row["properties"].(map[string]any)
		for key, value := range document["properties"].(map[string]any) {
			if !slices.Contains(lagging(), key) {
				assert.Equal(t, value, properties[key], "%s %s", row["name"], key)
			}
		}
	}
	assert.Equal(t, 14, seen)
}

func TestResourceGraphPagesHoldEachRowOnce(t *testing.T) {
	for _, c := range []struct{ top, capped, pages int }{{1000, 0, 1}, {4, 0, 5}, {1000, 3, 6}, {17, 0, 1}, {1, 0, 17}} {
		ids, pages := queryAll(t, newTestHandler(Options{ResourceGraphPage: c.capped}), estateQuery, c.top)
		assert.Equal(t, c.pages, pages)
		assert.True(t, slices.IsSorted(ids), "ordered by id")
		assert.Len(t, slices.Compact(ids), 17)
	}
}

func TestResourceGraphUnderstands(t *testing.T) {
	h := newTestHandler(Options{})
	for text, rows := range map[string]int{
		clusterQuery:         14,
		estateQuery:          17,
		"resources":          14,
		"resourcecontainers": 3,
		"Resources | where type == 'Microsoft.ContainerService/ManagedClusters'":                                                                                    14,
		"resources | where type in~ ('microsoft.containerservice/managedclusters', 'microsoft.compute/disks') | order by id":                                        14,
		"resources | where type =~ 'microsoft.compute/disks'":                                                                                                       0,
		"resources | where type =~ 'microsoft.containerservice/managedclusters' and subscriptionId =~ '" + web + "' | project id":                                   5,
		"union resources, resourcecontainers | where type in~ ('microsoft.containerservice/managedclusters','microsoft.resources/subscriptions') | order by id asc": 17,
		`resources | where (type =~ "microsoft.containerservice/managedclusters" or type =~ "microsoft.compute/disks") | sort by id desc`:                           14,
	} {
		page := query(t, h, text, nil)
		assert.Len(t, page["data"], rows, text)
	}
}

func TestResourceGraphOrdersAsAsked(t *testing.T) {
	h := newTestHandler(Options{})
	up, _ := queryAll(t, h, "resources | project id | order by id asc", 5)
	down, _ := queryAll(t, h, "resources | project id | order by id", 5)
	slices.Reverse(down)
	assert.Equal(t, up, down, "Kusto orders downwards unasked")
}

func TestResourceGraphSaysWhatItDoesNotUnderstand(t *testing.T) {
	h := newTestHandler(Options{})
	for body, says := range map[string]string{
		`{"query":""}`:                                               "it is empty",
		`{"query":"securityresources"}`:                              "securityresources",
		`{"query":"resources | summarize count()"}`:                  "summarize",
		`{"query":"resources | where name =~ 'x'"}`:                  "name =~ 'x'",
		`{"query":"resources | where type contains 'x'"}`:            "contains",
		`{"query":"resources | project id, tolower(name)"}`:          "tolower(name)",
		`{"query":"resources | order by name asc"}`:                  "name asc",
		`{"query":"resources where type"}`:                           "not a table",
		`{"query":"resources","options":{"$top":1001}}`:              "1000",
		`{"query":"resources","options":{"$skip":-1}}`:               "negative",
		`{"query":"resources","options":{"$skipToken":"x!"}}`:        "skip token",
		`{"query":"resources","options":{"resultFormat":"table"}}`:   "objectArray",
		`{"query":"resources","subscriptions":["` + partners + `"]}`: "at least one subscription",
		`{"query":`: "deserialized",
	} {
		response := ask(t, h, http.MethodPost, host+graphEndpoint, body)
		var answer struct {
			Error struct {
				Code    string
				Details []struct{ Code, Message string }
			}
		}
		require.NoError(t, json.Unmarshal(readAll(t, response), &answer))
		assert.Equal(t, http.StatusBadRequest, response.StatusCode, body)
		assert.Equal(t, "BadRequest", answer.Error.Code)
		require.Len(t, answer.Error.Details, 1)
		assert.Contains(t, answer.Error.Details[0].Message, says)
	}
}

func TestResourceGraphTellsTheQuota(t *testing.T) {
	response := ask(t, newTestHandler(Options{}), http.MethodPost, host+graphEndpoint, `{"query":"resources"}`)
	assert.Equal(t, "14", response.Header.Get("x-ms-user-quota-remaining"))
	assert.Equal(t, "00:00:05", response.Header.Get("x-ms-user-quota-resets-after"))
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{estateQuery, "union a, b | where type in~ ('x", "resources | union (", "| | |", "resources | where type =~ '", "resources | union (resources | union (resources))"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := parseQuery(text)
		if err == nil {
			for _, b := range parsed.branches {
				assert.NotEmpty(t, b.columns)
			}
		}
	})
}
