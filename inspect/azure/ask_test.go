package azure

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// throttle answers 429 for the first n requests, and then a list with one cluster.
func throttle(n int, header http.Header, status int) http.HandlerFunc {
	var asked atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		if int(asked.Add(1)) > n {
			reply(w, http.StatusOK, list(clusterJSON(subA, "one")))
			return
		}
		maps.Copy(w.Header(), header)
		replyError(w, status, "SubscriptionRequestsThrottled", "Number of requests exceeded the limit.")
	}
}

func TestThrottlingIsSeenAndObeyed(t *testing.T) {
	for _, test := range []struct {
		name   string
		header http.Header
		status int
		wait   time.Duration
		why    string
	}{
		{"seconds", http.Header{"Retry-After": {"12"}}, 429, 12 * time.Second, "throttled by Azure"},
		{"over a minute", http.Header{"Retry-After": {"300"}}, 429, 5 * time.Minute, "throttled by Azure"},
		{"milliseconds", http.Header{"X-Ms-Retry-After-Ms": {"1500"}}, 429, 1500 * time.Millisecond, "throttled by Azure"},
		{"a date", http.Header{"Retry-After": {"Tue, 24 Nov 2026 04:00:30 GMT"}}, 429, 30 * time.Second, "throttled by Azure"},
		{"busy", http.Header{"Retry-After": {"7"}}, 503, 7 * time.Second, "Azure is busy, trying again"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := serve(t, throttle(1, test.header, test.status))
			start := f.clock.now()
			events := f.read(t, subscriptionA)
			requireComplete(t, events, subscriptionA)
			require.Len(t, waits(events), 1)
			assert.Equal(t, source.Wait{Scope: subscriptionA, Until: start.Add(test.wait), Why: test.why}, waits(events)[0])
			assert.Equal(t, []time.Duration{test.wait}, f.clock.waited())
			assert.Equal(t, []string{"one"}, names(upserts(events)))
		})
	}
}

func TestThrottlingWithoutADelayBacksOff(t *testing.T) {
	f := serve(t, throttle(3, nil, http.StatusTooManyRequests))
	requireComplete(t, f.read(t, subscriptionA), subscriptionA)
	waited := f.clock.waited()
	require.Len(t, waited, 3)
	for i, wait := range waited {
		assert.InDelta(t, (800 * time.Millisecond << i).Seconds(), wait.Seconds(), 0.21*(800*time.Millisecond<<i).Seconds())
	}
}

func TestThrottlingEndsInAFailure(t *testing.T) {
	t.Run("tried often enough", func(t *testing.T) {
		f := serve(t, throttle(1000, http.Header{"Retry-After": {"1"}}, http.StatusTooManyRequests))
		problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
		assert.Contains(t, problem.What, "keeps throttling")
		assert.Len(t, f.asked(), throttledRetries+1)
		assert.False(t, problem.Refused)
	})
	t.Run("the delay is too long", func(t *testing.T) {
		f := serve(t, throttle(1000, http.Header{"Retry-After": {"3600"}}, http.StatusTooManyRequests))
		problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
		assert.Contains(t, problem.What, "asks to wait 1h0m0s")
		assert.Len(t, f.asked(), 1)
		assert.Empty(t, f.clock.waited())
	})
}

func TestCancelEndsAWaitAtOnce(t *testing.T) {
	f := serve(t, throttle(1000, http.Header{"Retry-After": {"600"}}, http.StatusTooManyRequests))
	f.sleep = sleep // real time
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	start := time.Now()
	var after []source.Event
	for event := range f.Read(ctx, subscriptionA) {
		if _, is := event.(source.Wait); is {
			cancel()
			continue
		}
		after = append(after, event)
	}
	assert.Less(t, time.Since(start), 5*time.Second)
	assert.Empty(t, after, "a cancelled read says nothing more")
}

func TestCancelEndsARequestAtOnce(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	f := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-release
	})
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-arrived
		cancel()
	}()
	start := time.Now()
	for event := range f.Read(ctx, subscriptionA) {
		assert.Failf(t, "an event after the end", "%T", event)
	}
	assert.Less(t, time.Since(start), 5*time.Second)
}

func TestStoppingEarly(t *testing.T) {
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, list(clusterJSON(subA, "one"), clusterJSON(subA, "two")))
	})
	for event := range f.Read(t.Context(), subscriptionA) {
		require.IsType(t, source.Upsert{}, event)
		break
	}
	events := f.read(t, subscriptionA)
	requireComplete(t, events, subscriptionA)
}

func TestAPageThatBreaks(t *testing.T) {
	whole := list(clusterJSON(subA, "one"), clusterJSON(subA, "two"), clusterJSON(subA, "three"))
	before, _, _ := strings.Cut(whole, "three")
	t.Run("the connection breaks", func(t *testing.T) {
		f := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
			_, _ = w.Write([]byte(before))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		})
		events := f.read(t, subscriptionA)
		problem := requireFailed(t, events, subscriptionA)
		assert.Contains(t, problem.What, "broke off after")
		assert.Equal(t, []string{"one", "two"}, names(upserts(events)))
		assert.Len(t, f.asked(), transientRetries+1)
		assert.Len(t, waits(events), transientRetries)
		assert.Contains(t, f.calls.Latest()[0].Err, "unexpected EOF")
	})
	t.Run("the JSON breaks", func(t *testing.T) {
		f := serve(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, before) })
		events := f.read(t, subscriptionA)
		problem := requireFailed(t, events, subscriptionA)
		assert.Contains(t, problem.What, "broken at byte")
		assert.Equal(t, []string{"one", "two"}, names(upserts(events)))
		assert.Len(t, f.asked(), 1, "the same answer would come again")
	})
	t.Run("no answer at all", func(t *testing.T) {
		f := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
		assert.Contains(t, problem.What, "closed the connection without an answer")
		assert.Len(t, f.clock.waited(), transientRetries)
	})
	t.Run("a passing break", func(t *testing.T) {
		var asked atomic.Int32
		f := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) == 1 {
				w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
				_, _ = w.Write([]byte(before))
				w.(http.Flusher).Flush()
				panic(http.ErrAbortHandler)
			}
			reply(w, http.StatusOK, whole)
		})
		events := f.read(t, subscriptionA)
		requireComplete(t, events, subscriptionA)
		assert.Equal(t, []string{"one", "two", "three"}, names(upserts(events)))
	})
	t.Run("one odd row", func(t *testing.T) {
		f := serve(t, func(w http.ResponseWriter, r *http.Request) {
			reply(w, http.StatusOK, list(clusterJSON(subA, "one"), `{"id":7}`, `"x"`, clusterJSON(subA, "two")))
		})
		events := f.read(t, subscriptionA)
		problem := requireFailed(t, events, subscriptionA)
		assert.Contains(t, problem.Error(), "no resource")
		assert.Equal(t, []string{"one", "two"}, names(upserts(events)))
	})
	t.Run("no list at all", func(t *testing.T) {
		for _, body := range []string{`{}`, ``, `null`, `[]`, `<html>sign in</html>`, `{"value":{}}`, `{"value":"x"}`} {
			f := serve(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, body) })
			problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
			assert.Contains(t, problem.What, "broken at byte", body)
		}
	})
}

func TestNextLinks(t *testing.T) {
	for name, test := range map[string]struct{ link, what string }{
		"another host":     {"https://evil.example/subscriptions", "leads to evil.example"},
		"plain http":       {"http://127.0.0.1/subscriptions", "leads to"},
		"no address":       {"::", "cannot be read"},
		"an unlisted read": {"/subscriptions/x/secrets", "was not sent"},
		"back again":       {"", "leads back"},
	} {
		t.Run(name, func(t *testing.T) {
			var f *fixture
			f = serve(t, func(w http.ResponseWriter, r *http.Request) {
				link := test.link
				if link == "" || link[0] == '/' {
					if link = f.server.URL + link; test.link == "" {
						link = f.server.URL + r.URL.RequestURI()
					}
				}
				reply(w, http.StatusOK, `{"value":[`+clusterJSON(subA, "one")+`],"nextLink":"`+link+`"}`)
			})
			events := f.read(t, subscriptionA)
			problem := requireFailed(t, events, subscriptionA)
			assert.Contains(t, problem.What, test.what)
			assert.Equal(t, []string{"one"}, names(upserts(events)))
			assert.Len(t, f.asked(), 1)
		})
	}
}

func TestUntrustedCertificate(t *testing.T) {
	plain := func(t *testing.T, caFile string) *fixture {
		t.Helper()
		return serve(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, list()) },
			func(opts *Options) { opts.Transport, opts.CAFile = nil, caFile })
	}
	f := plain(t, "")
	events := f.read(t, subscriptionA)
	assert.Empty(t, waits(events), "trying again does not help")
	problem := requireFailed(t, events, subscriptionA)
	assert.Contains(t, problem.What, "is not trusted")
	assert.Contains(t, problem.Do, "--ca-file")
	assert.Empty(t, f.clock.waited())

	file := filepath.Join(t.TempDir(), "ca.pem")
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, list()) })
	writePEM(t, file, server.server.Certificate())
	trusted := serve(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, list()) },
		func(opts *Options) { opts.Transport, opts.CAFile = nil, file })
	requireComplete(t, trusted.read(t, subscriptionA), subscriptionA)
}

func TestConnectionFailures(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	for name, test := range map[string]struct {
		endpoint string
		what     string
		tries    int
	}{
		"refused":      {"https://" + address, "refuses connections", transientRetries},
		"unknown name": {"https://no-such-host.invalid", "cannot be resolved", -1},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, nil, func(opts *Options) { opts.Transport, opts.ARMEndpoint = nil, test.endpoint })
			problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
			assert.Contains(t, problem.What, test.what)
			assert.NotEmpty(t, problem.Do)
			if test.tries >= 0 {
				assert.Len(t, f.clock.waited(), test.tries)
			}
		})
	}
}

func TestATransportThatNeverAnswers(t *testing.T) {
	f := serve(t, nil, func(opts *Options) { opts.Transport = failing{errTryTimeout} })
	problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
	assert.Contains(t, problem.What, "did not answer in time")
	assert.Len(t, f.clock.waited(), transientRetries)
}

type failing struct{ err error }

func (f failing) Do(*http.Request) (*http.Response, error) { return nil, f.err }

func TestCallsAreLogged(t *testing.T) {
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "aksight/1.2.3", r.Header.Get("User-Agent"))
		w.Header().Set("X-Ms-Correlation-Request-Id", "corr-1")
		reply(w, http.StatusOK, list(clusterJSON(subA, "one")))
	})
	requireComplete(t, f.read(t, subscriptionA), subscriptionA)
	require.Equal(t, 1, f.calls.Total())
	call := f.calls.Latest()[0]
	assert.Equal(t, "GET", call.Method)
	assert.True(t, strings.HasSuffix(call.URL, "/managedClusters?api-version=2026-06-01"), call.URL)
	assert.Equal(t, 200, call.Status)
	assert.Equal(t, int64(len(list(clusterJSON(subA, "one")))), call.Bytes)
	assert.Equal(t, "corr-1", call.RequestID)
	assert.Positive(t, call.Took)
	assert.Empty(t, call.Err)
}

func TestLoggedAddressesHideTokens(t *testing.T) {
	u := (&Source{arm: testGuard.arm}).armURL("/subscriptions", "2022-12-01")
	u.RawQuery += "&$skiptoken=very-secret&sig=abc"
	assert.Equal(t, "https://management.azure.com/subscriptions?api-version=2022-12-01&$skiptoken=...&sig=...", loggable(u))
}

func TestAddressesKeepIDsInOneSegment(t *testing.T) {
	s := &Source{arm: testGuard.arm}
	u := s.armURL("/subscriptions/a?x=1/resourceGroups/g#y/%2e%2e/ü (1)", "v")
	assert.Equal(t, "https://management.azure.com/subscriptions/a%3Fx=1/resourceGroups/g%23y/%252e%252e/%C3%BC%20%281%29?api-version=v", u.String())
}

func TestBudget(t *testing.T) {
	var b budgets
	now := time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	for range budgetBurst - budgetReserve {
		require.Zero(t, b.take("s", now, true))
	}
	assert.Equal(t, time.Second, b.take("s", now, true), "the background leaves the reserve")
	for range budgetReserve {
		require.Zero(t, b.take("S", now, false), "the reserve is for what somebody waits for")
	}
	assert.Equal(t, time.Second, b.take("s", now, false))
	assert.Zero(t, b.take("other", now, true), "each subscription has its own limit")
	now = now.Add(time.Second)
	assert.Zero(t, b.take("s", now, false))
	now = now.Add(time.Hour)
	for range budgetBurst {
		require.Zero(t, b.take("s", now, false))
	}
	assert.NotZero(t, b.take("s", now, false), "no more than the burst is saved up")
}

func TestLimitedCallsWaitVisibly(t *testing.T) {
	f := serve(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, list()) })
	scope := source.Scope{Breadth: source.Children, ID: model.ID(clusterID(subA, "c")), Kind: model.KindMaintenanceConfiguration}
	for range budgetBurst {
		requireComplete(t, f.read(t, scope), scope)
	}
	require.Empty(t, f.clock.waited())
	events := f.read(t, scope)
	requireComplete(t, events, scope)
	require.Len(t, waits(events), 1)
	assert.Equal(t, "within AKS's limit of calls", waits(events)[0].Why)
	assert.Equal(t, []time.Duration{time.Second}, f.clock.waited())
	// Diagnostic settings are not AKS's.
	scope.Kind = model.KindDiagnosticSetting
	requireComplete(t, f.read(t, scope), scope)
	assert.Len(t, f.clock.waited(), 1)
}

func TestResourceGraphQuota(t *testing.T) {
	var asked atomic.Int32
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/subscriptions" {
			reply(w, http.StatusOK, twoSubscriptions)
			return
		}
		w.Header().Set("x-ms-user-quota-remaining", "0")
		w.Header().Set("x-ms-user-quota-resets-after", "00:00:05")
		next := ""
		if asked.Add(1) == 1 {
			next = `,"$skipToken":"2"`
		}
		reply(w, http.StatusOK, `{"data":[]`+next+`}`)
	})
	events := f.read(t, estate)
	requireComplete(t, events, estate)
	require.Len(t, waits(events), 1, "after the last page nothing needs to be waited for")
	assert.Equal(t, []time.Duration{5 * time.Second}, f.clock.waited())
}

func writePEM(t *testing.T, file string, certificate *x509.Certificate) {
	t.Helper()
	require.NoError(t, os.WriteFile(file, pemOf(certificate), 0o600))
}

func pemOf(certificate *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
}
