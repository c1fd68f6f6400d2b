package azure

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

const (
	subA = "aaaaaaaa-0000-0000-0000-000000000001"
	subB = "bbbbbbbb-0000-0000-0000-000000000002"
)

// stubCredential gives a token that says who ana is.
type stubCredential struct{ err error }

func (c stubCredential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if c.err != nil {
		return azcore.AccessToken{}, c.err
	}
	payload := base64.RawURLEncoding.EncodeToString([]byte(`{"upn":"ana@contoso.example","tid":"tenant-1"}`))
	return azcore.AccessToken{Token: "h." + payload + ".s", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// clock is a time that passes only while a source sleeps.
type clock struct {
	mu    sync.Mutex
	at    time.Time
	slept []time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	c.slept = append(c.slept, d)
	return nil
}

func (c *clock) waited() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.slept)
}

// fixture is a source that asks a server of the test over TLS.
type fixture struct {
	*Source
	server *httptest.Server
	clock  *clock
	calls  *source.Calls

	mu       sync.Mutex
	requests []string
}

// serve starts a server and a source that asks it.
func serve(t *testing.T, handler http.HandlerFunc, change ...func(*Options)) *fixture {
	t.Helper()
	t.Setenv("AZURE_CONFIG_DIR", t.TempDir())
	f := &fixture{
		clock: &clock{at: time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)},
		calls: &source.Calls{},
	}
	f.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.requests = append(f.requests, r.Method+" "+r.URL.RequestURI())
		f.mu.Unlock()
		if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer h.") {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		handler(w, r)
	}))
	f.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	f.server.StartTLS()
	t.Cleanup(f.server.Close)
	opts := Options{
		ARMEndpoint: f.server.URL,
		Calls:       f.calls,
		Transport:   f.server.Client(),
		Credential:  stubCredential{},
		Now:         f.clock.now,
		Version:     "1.2.3",
	}
	for _, change := range change {
		change(&opts)
	}
	s, err := New(opts)
	require.NoError(t, err)
	s.sleep = f.clock.sleep
	f.Source = s
	return f
}

func (f *fixture) asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.requests)
}

// read collects a scope's events.
func (f *fixture) read(t *testing.T, scope source.Scope) []source.Event {
	t.Helper()
	return slices.Collect(f.Read(t.Context(), scope))
}

func upserts(events []source.Event) []*model.Resource {
	var resources []*model.Resource
	for _, event := range events {
		if upsert, is := event.(source.Upsert); is {
			resources = append(resources, upsert.Resource)
		}
	}
	return resources
}

func names(resources []*model.Resource) []string {
	var names []string
	for _, resource := range resources {
		names = append(names, resource.ID.Name())
	}
	return names
}

func waits(events []source.Event) []source.Wait {
	var waits []source.Wait
	for _, event := range events {
		if wait, is := event.(source.Wait); is {
			waits = append(waits, wait)
		}
	}
	return waits
}

// requireComplete wants the scope read to its end.
func requireComplete(t *testing.T, events []source.Event, scope source.Scope) {
	t.Helper()
	require.NotEmpty(t, events)
	last := events[len(events)-1]
	if failed, is := last.(source.Failed); is {
		require.Failf(t, "the read failed", "%v (%v)", failed.Why, failed.Why.Err)
	}
	complete, is := last.(source.Complete)
	require.True(t, is, "the last event is %T", last)
	require.Equal(t, scope, complete.Scope)
}

// requireFailed wants the scope's read to fail, and returns why.
func requireFailed(t *testing.T, events []source.Event, scope source.Scope) *source.Problem {
	t.Helper()
	require.NotEmpty(t, events)
	failed, is := events[len(events)-1].(source.Failed)
	require.True(t, is, "the last event is %T", events[len(events)-1])
	require.Equal(t, scope, failed.Scope)
	require.NotNil(t, failed.Why)
	return failed.Why
}

func clusterID(subscription, name string) string {
	return "/subscriptions/" + subscription + "/resourceGroups/rg-" + name + "/providers/Microsoft.ContainerService/managedClusters/" + name
}

func clusterJSON(subscription, name string) string {
	return fmt.Sprintf(`{"id":%q,"name":%q,"type":"Microsoft.ContainerService/ManagedClusters","location":"westeurope","properties":{"enableRBAC":true}}`,
		clusterID(subscription, name), name)
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func replyError(w http.ResponseWriter, status int, code, message string) {
	body, _ := json.Marshal(map[string]any{"error": map[string]string{"code": code, "message": message}})
	reply(w, status, string(body))
}

func list(rows ...string) string { return `{"value":[` + strings.Join(rows, ",") + `]}` }

var twoSubscriptions = list(
	`{"id":"/subscriptions/`+subA+`","subscriptionId":"`+subA+`","displayName":"prod-payments","state":"Enabled"}`,
	`{"id":"/subscriptions/`+subB+`","subscriptionId":"`+subB+`","displayName":"partner-hub","state":"Enabled"}`,
)

var (
	estate        = source.Scope{Breadth: source.Estate}
	subscriptionA = source.Scope{Breadth: source.Subscription, ID: model.SubscriptionID(subA)}
)

func TestEstate(t *testing.T) {
	var queries []map[string]any
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/subscriptions" {
			reply(w, http.StatusOK, twoSubscriptions)
			return
		}
		var query map[string]any
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&query))
		queries = append(queries, query)
		if len(queries) == 1 {
			reply(w, http.StatusOK, `{"totalRecords":3,"count":2,"resultTruncated":"false","$skipToken":"more","data":[`+
				`{"id":"/subscriptions/`+subA+`","name":"prod-payments","type":"microsoft.resources/subscriptions"},`+clusterJSON(subA, "pay-1")+`]}`)
			return
		}
		reply(w, http.StatusOK, `{"data":[`+clusterJSON(subA, "pay-2")+`],"resultTruncated":"false"}`)
	})
	events := f.read(t, estate)
	requireComplete(t, events, estate)

	resources := upserts(events)
	assert.Equal(t, []string{subA, subB, "pay-1", "pay-2"}, names(resources))
	assert.Equal(t, model.KindSubscription, resources[0].Kind)
	assert.Contains(t, resources[1].Raw.String(), "partner-hub")
	pay := resources[2]
	assert.Equal(t, model.KindCluster, pay.Kind)
	assert.Equal(t, model.SubscriptionID(subA), pay.Parent)
	assert.True(t, pay.Partial)
	assert.Equal(t, "Resource Graph", pay.Via)
	assert.Empty(t, pay.APIVersion)
	assert.JSONEq(t, clusterJSON(subA, "pay-1"), pay.Raw.String())
	assert.Equal(t, f.clock.now(), pay.ReadAt)

	require.Len(t, queries, 2)
	options, _ := queries[1]["options"].(map[string]any)
	assert.Equal(t, map[string]any{"resultFormat": "objectArray", "$top": float64(1000), "$skipToken": "more"}, options)
	assert.NotContains(t, queries[0], "subscriptions")
	assert.Equal(t, "ana@contoso.example", f.Identity().User)
	assert.Equal(t, "tenant-1", f.Identity().Tenant)
	assert.Equal(t, "AzureCloud", f.Identity().Cloud)
}

func TestSubscriptionPages(t *testing.T) {
	var f *fixture
	f = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("$skiptoken") == "" {
			reply(w, http.StatusOK, `{"value":[`+clusterJSON(subA, "one")+`],"nextLink":"`+f.server.URL+r.URL.Path+`?api-version=2026-06-01&$skiptoken=2"}`)
			return
		}
		reply(w, http.StatusOK, list(clusterJSON(subA, "two")))
	})
	events := f.read(t, subscriptionA)
	requireComplete(t, events, subscriptionA)
	resources := upserts(events)
	require.Equal(t, []string{"one", "two"}, names(resources))
	assert.Equal(t, "2026-06-01", resources[0].APIVersion)
	assert.False(t, resources[0].Partial)
	assert.Equal(t, "Azure Resource Manager", resources[0].Via)
}

func TestCluster(t *testing.T) {
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/gone") {
			replyError(w, http.StatusNotFound, "ResourceNotFound", "The Resource was not found.")
			return
		}
		reply(w, http.StatusOK, clusterJSON(subA, "one"))
	})
	scope := source.Scope{Breadth: source.Cluster, ID: model.ID(clusterID(subA, "one"))}
	events := f.read(t, scope)
	requireComplete(t, events, scope)
	require.Equal(t, []string{"one"}, names(upserts(events)))
	assert.JSONEq(t, clusterJSON(subA, "one"), upserts(events)[0].Raw.String())

	scope.ID = model.ID(clusterID(subA, "gone"))
	events = f.read(t, scope)
	requireComplete(t, events, scope)
	assert.Contains(t, events, source.Delete{ID: scope.ID})
}
