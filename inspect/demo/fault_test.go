package demo

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFaultsHappenAsOftenAsAsked(t *testing.T) {
	list := "/subscriptions/" + payments + aks + atNewest
	for name, c := range map[string]struct {
		fault    Fault
		statuses []int
		code     string
	}{
		"throttled twice":  {Fault{Kind: Throttle, Path: payments, Times: 2, RetryAfter: 2 * time.Second}, []int{429, 429, 200, 200}, "SubscriptionRequestsThrottled"},
		"refused for ever": {Fault{Kind: Refuse, Path: "MANAGEDCLUSTERS"}, []int{403, 403, 403, 403}, "AuthorizationFailed"},
		"the third one":    {Fault{Kind: Fail, Skip: 2, Times: 1, Status: 502}, []int{200, 200, 502, 200}, ""},
		"busy":             {Fault{Kind: Fail, Times: 1}, []int{503, 200, 200, 200}, "ServiceUnavailable"},
		"somewhere else":   {Fault{Kind: Fail, Path: web}, []int{200, 200, 200, 200}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newTestHandler(Options{Faults: []Fault{c.fault}})
			for i, status := range c.statuses {
				response := ask(t, h, http.MethodGet, host+list, "")
				text := readAll(t, response)
				require.Equal(t, status, response.StatusCode, i)
				require.NoError(t, checkJSON(text))
				if status == http.StatusTooManyRequests {
					assert.Equal(t, "2", response.Header.Get("Retry-After"))
				}
				if i == 0 && c.code != "" {
					var answer struct{ Error struct{ Code string } }
					require.NoError(t, json.Unmarshal(text, &answer))
					assert.Equal(t, c.code, answer.Error.Code)
				}
			}
		})
	}
}

func TestATruncatedPageIsHalf(t *testing.T) {
	target := host + "/subscriptions/" + payments + aks + atNewest
	whole := readAll(t, ask(t, newTestHandler(Options{}), http.MethodGet, target, ""))
	h := newTestHandler(Options{Faults: []Fault{{Kind: Truncate, Times: 1}}})
	half := readAll(t, ask(t, h, http.MethodGet, target, ""))
	assert.Equal(t, whole[:len(whole)/2], half)
	assert.Equal(t, whole, readAll(t, ask(t, h, http.MethodGet, target, "")))
}

func TestABrokenConnectionShows(t *testing.T) {
	fault := []Fault{{Kind: Break, Path: "managedClusters"}}
	t.Run("in process", func(t *testing.T) {
		response, err := Transport(newTestHandler(Options{Faults: fault})).Do(newRequest(t.Context(), t, "/subscriptions/"+payments+aks+atNewest))
		require.NoError(t, err)
		text, err := io.ReadAll(response.Body)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.NotEmpty(t, text)
	})
	t.Run("over a socket", func(t *testing.T) {
		server := httptest.NewTLSServer(newTestHandler(Options{Faults: fault}))
		defer server.Close()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/subscriptions/"+payments+aks+atNewest, http.NoBody)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer demo")
		response, err := server.Client().Do(r)
		require.NoError(t, err)
		text, err := io.ReadAll(response.Body)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.NotEmpty(t, text)
		require.NoError(t, response.Body.Close())
	})
}
