package azure

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// answers plays the list of subscriptions, and gives the rest to a handler.
func answers(subscriptions string, rest http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/subscriptions" {
			reply(w, http.StatusOK, subscriptions)
			return
		}
		rest(w, r)
	}
}

func TestEstateWithoutResourceGraph(t *testing.T) {
	f := serve(t, answers(twoSubscriptions, func(w http.ResponseWriter, r *http.Request) {
		replyError(w, http.StatusForbidden, "AccessDenied", "no")
	}))
	events := f.read(t, estate)
	problem := requireFailed(t, events, estate)
	assert.True(t, problem.Refused)
	assert.Equal(t, []string{subA, subB}, names(upserts(events)), "the subscriptions come all the same")
}

func TestEstateLimitedToSubscriptions(t *testing.T) {
	for _, wanted := range []string{subB, strings.ToUpper(subB), "partner-hub", "Partner-Hub"} {
		var query string
		f := serve(t, answers(twoSubscriptions, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			query = string(body)
			reply(w, http.StatusOK, `{"data":[]}`)
		}), func(opts *Options) { opts.Subscriptions = []string{wanted} })
		events := f.read(t, estate)
		requireComplete(t, events, estate)
		assert.Equal(t, []string{subB}, names(upserts(events)))
		var sent struct{ Subscriptions []string }
		require.NoError(t, json.Unmarshal([]byte(query), &sent))
		assert.Equal(t, []string{subB}, sent.Subscriptions)
	}
	f := serve(t, answers(twoSubscriptions, nil), func(opts *Options) { opts.Subscriptions = []string{"partner-hub", "no-such"} })
	problem := requireFailed(t, f.read(t, estate), estate)
	assert.Contains(t, problem.What, "no subscription named no-such")
}

func TestEstateWithNothingInIt(t *testing.T) {
	f := serve(t, answers(list(), nil))
	problem := requireFailed(t, f.read(t, estate), estate)
	assert.Equal(t, "ana@contoso.example sees no subscription in the tenant tenant-1", problem.What)
	assert.Contains(t, problem.Do, "Reader")
}

func TestResourceGraphThatLeavesRowsOut(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"truncated": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, `{"resultTruncated":"true","data":[`+clusterJSON(subA, "one")+`]}`)
		},
		"too many subscriptions": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("x-ms-tenant-subscription-limit-hit", "true")
			reply(w, http.StatusOK, `{"data":[`+clusterJSON(subA, "one")+`]}`)
		},
	} {
		f := serve(t, answers(twoSubscriptions, handler))
		events := f.read(t, estate)
		assert.Contains(t, requireFailed(t, events, estate).What, "left part of the estate out", name)
		assert.Contains(t, names(upserts(events)), "one")
	}
	f := serve(t, answers(twoSubscriptions, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, `{"data":[],"$skipToken":"same"}`)
	}))
	assert.Contains(t, requireFailed(t, f.read(t, estate), estate).What, "same page twice")
	assert.Len(t, f.asked(), 3)
}

func TestSecretsAreMasked(t *testing.T) {
	secret := `{"id":"` + clusterID(subA, "one") + `","type":"microsoft.containerservice/managedclusters",
		"properties":{"httpProxyConfig":{"httpProxy":"http://ana:hunter2@proxy.example:3128"}}}`
	f := serve(t, answers(twoSubscriptions, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			reply(w, http.StatusOK, `{"data":[`+secret+`]}`)
			return
		}
		if strings.HasSuffix(r.URL.Path, "/one") {
			reply(w, http.StatusOK, secret)
			return
		}
		reply(w, http.StatusOK, list(secret))
	}))
	for _, scope := range []source.Scope{estate, subscriptionA, {Breadth: source.Cluster, ID: model.ID(clusterID(subA, "one"))}} {
		events := f.read(t, scope)
		requireComplete(t, events, scope)
		for _, resource := range upserts(events) {
			assert.NotContains(t, resource.Raw.String(), "hunter2")
		}
	}
}

func TestVersionFallsBack(t *testing.T) {
	for name, test := range map[string]struct {
		status        int
		code, message string
		takes         string
	}{
		"the service names its versions": {
			http.StatusBadRequest, "InvalidApiVersionParameter",
			"The api-version '2026-06-01' is invalid. The supported versions are '2025-02-01,2025-05-01,2026-07-01,2025-08-02-preview,2024-09-01'.", "2025-05-01",
		},
		"no provider": {
			http.StatusNotFound, "NoRegisteredProviderFound",
			"No registered resource provider found for location 'chinaeast2' and API version '2026-06-01' for type 'managedClusters'.", "2025-10-01",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if version := r.URL.Query().Get("api-version"); version != test.takes {
					message := strings.ReplaceAll(test.message, "2026-06-01", version)
					replyError(w, test.status, test.code, message)
					return
				}
				reply(w, http.StatusOK, list(clusterJSON(subA, "one")))
			})
			events := f.read(t, subscriptionA)
			requireComplete(t, events, subscriptionA)
			require.Len(t, upserts(events), 1)
			assert.Equal(t, test.takes, upserts(events)[0].APIVersion)
			before := len(f.asked())
			requireComplete(t, f.read(t, subscriptionA), subscriptionA)
			assert.Len(t, f.asked(), before+1, "the version is remembered")
		})
	}
	t.Run("none works", func(t *testing.T) {
		f := serve(t, func(w http.ResponseWriter, r *http.Request) {
			replyError(w, http.StatusBadRequest, "InvalidApiVersionParameter", "no version works")
		})
		problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
		assert.Contains(t, problem.What, "InvalidApiVersionParameter")
		assert.Len(t, f.asked(), len(aksVersions()))
	})
}

func TestASubscriptionWithoutAKS(t *testing.T) {
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		replyError(w, http.StatusConflict, "MissingSubscriptionRegistration", "The subscription is not registered to use namespace 'Microsoft.ContainerService'.")
	})
	events := f.read(t, subscriptionA)
	requireComplete(t, events, subscriptionA)
	assert.Empty(t, upserts(events))
}

func TestAConfirmedDocumentIsKeptForChildren(t *testing.T) {
	f := serve(t, answers(twoSubscriptions, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			reply(w, http.StatusOK, `{"data":[`+clusterJSON(subA, "one")+`]}`)
			return
		}
		reply(w, http.StatusOK, list(clusterJSON(subA, "one")))
	}))
	requireComplete(t, f.read(t, subscriptionA), subscriptionA)
	events := f.read(t, estate)
	requireComplete(t, events, estate)
	assert.False(t, f.known(model.ID(strings.ToUpper(clusterID(subA, "one")))).Partial)
	assert.True(t, upserts(events)[2].Partial)
}

func TestRowsKeepNothingOfTheirPage(t *testing.T) {
	body := []byte(list(clusterJSON(subA, "one"), clusterJSON(subA, "two")))
	s, err := New(Options{Cloud: "AzureCloud", Credential: stubCredential{}})
	require.NoError(t, err)
	rows, _, err := (&reader{Source: s, ctx: t.Context()}).decode(body, (&reader{Source: s}).graphRow)
	require.NoError(t, err)
	clear(body)
	require.Len(t, rows, 2)
	assert.JSONEq(t, clusterJSON(subA, "two"), rows[1].Raw.String())
}

func FuzzDecodePage(f *testing.F) {
	f.Add([]byte(list(clusterJSON(subA, "one"))))
	f.Add([]byte(`{"data":[{"id":"/x"}],"$skipToken":null,"resultTruncated":true}`))
	f.Add([]byte(`{"value":null,"nextLink":""}`))
	f.Add([]byte(`{"value":[1,"x",{"id":{}}],"nextLink":`))
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := decodePage(body, func(raw json.RawMessage) error {
			if !json.Valid(raw) {
				t.Errorf("a row that is no JSON: %q", raw)
			}
			if h, err := readHeader(raw); err == nil && !strings.HasPrefix(h.ID, "/") {
				t.Errorf("a row without an ID: %q", raw)
			}
			return nil
		})
		if err == nil && !json.Valid(body) && !json.Valid(firstValue(body)) {
			t.Errorf("a broken page passed: %q", body)
		}
	})
}

// firstValue is the JSON value that a body begins with; what follows it is ignored.
func firstValue(body []byte) []byte {
	var raw json.RawMessage
	if json.NewDecoder(strings.NewReader(string(body))).Decode(&raw) != nil {
		return nil
	}
	return raw
}
