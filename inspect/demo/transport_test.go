package demo

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func newRequest(ctx context.Context, t testing.TB, target string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, host+target, http.NoBody)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer demo")
	return r
}

func TestTransportAnswers(t *testing.T) {
	response, err := Transport(newTestHandler(Options{PageSize: 2})).Do(newRequest(t.Context(), t, "/subscriptions/"+payments+aks+atNewest))
	require.NoError(t, err)
	assert.Equal(t, "200 OK", response.Status)
	page := decode(t, response)
	assert.Len(t, page["value"], 2)
	assert.Equal(t, host+"/subscriptions/"+payments+aks+"?%24skiptoken=2&api-version=2026-06-01", page["nextLink"])
}

func TestTransportStreams(t *testing.T) {
	wrote := make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "first ")
		<-wrote
		_, _ = io.WriteString(w, "second")
	})
	response, err := Transport(h).Do(newRequest(t.Context(), t, "/"))
	require.NoError(t, err)
	first := make([]byte, 6)
	_, err = io.ReadFull(response.Body, first)
	require.NoError(t, err)
	assert.Equal(t, "first ", string(first))
	close(wrote)
	assert.Equal(t, "second", string(readAll(t, response)))
}

func TestTransportEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		for {
			if _, err := io.WriteString(w, strings.Repeat("x", 1000)); err != nil {
				return
			}
		}
	})
	response, err := Transport(h).Do(newRequest(ctx, t, "/"))
	require.NoError(t, err)
	cancel()
	_, err = io.ReadAll(response.Body)
	require.ErrorIs(t, err, context.Canceled)
	waitFor(t, ended)
	require.NoError(t, response.Body.Close())
}

func TestTransportGivesUpBeforeTheAnswer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	response, err := Transport(newTestHandler(Options{Delay: time.Hour})).Do(newRequest(ctx, t, "/subscriptions?api-version=2022-12-01"))
	if err == nil { // both ended at once
		err = response.Body.Close()
	}
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestAClosedBodyEndsTheHandler(t *testing.T) {
	ended := make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		_, _ = io.WriteString(w, "x")
		<-r.Context().Done()
	})
	response, err := Transport(h).Do(newRequest(t.Context(), t, "/"))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	waitFor(t, ended)
}

func TestTransportOutlivesAHandlerThatPanics(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic("broken")
	})
	response, err := Transport(h).Do(newRequest(t.Context(), t, "/"))
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	assert.Equal(t, "half", string(text))
	require.ErrorContains(t, err, "broken")
}

func TestAnEmptyAnswerIsOne(t *testing.T) {
	response, err := Transport(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).Do(newRequest(t.Context(), t, "/"))
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, response.StatusCode)
	assert.Empty(t, readAll(t, response))
}

func waitFor(t testing.TB, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the handler goes on")
	}
}
