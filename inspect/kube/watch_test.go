package kube

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// following reads a cluster and keeps it current until the test ends.
type following struct {
	*told
	t      *testing.T
	events chan source.Event
}

func follow(t *testing.T, s *apiServer) *following {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	f := &following{told: newTold(), t: t, events: make(chan source.Event)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for event := range newSource(s).Inside(ctx, kubeCluster(), true) {
			select {
			case f.events <- event:
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return f
}

// until takes events until it holds.
func (f *following) until(holds func() bool) {
	f.t.Helper()
	for !holds() {
		select {
		case event := <-f.events:
			f.fold(event)
		case <-f.t.Context().Done():
			require.Fail(f.t, "it never came")
		}
	}
}

func changeOf(kind, object string) string {
	return fmt.Sprintf(`{"type":%q,"object":%s}`, kind, object)
}

func podAt(name, version string) string {
	return fmt.Sprintf(`{"metadata":{"name":%q,"namespace":"a","resourceVersion":%q},"spec":{"containers":[]}}`, name, version)
}

func ref(name string) model.Ref { return model.Ref{Kind: model.KindPod, Namespace: "a", Name: name} }

func TestAWatchBringsChangesAndResumesWhereItWasCut(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/pods", podAt("one", "50"))
	pods := make(chan string, 10)
	s.watches["/api/v1/pods"] = pods
	f := follow(t, s)
	pods <- changeOf("ADDED", podAt("two", "101"))
	pods <- changeOf("BOOKMARK", `{"metadata":{"resourceVersion":"110"}}`)
	f.until(func() bool { return f.objects[model.KindPod][ref("two")] != nil })
	pods <- "cut"
	pods <- changeOf("DELETED", podAt("one", "111"))
	pods <- changeOf("ADDED", podAt("three", "112"))
	f.until(func() bool { return f.objects[model.KindPod][ref("three")] != nil })
	assert.NotContains(t, f.objects[model.KindPod], ref("one"))
	asked := s.asked("/api/v1/pods")
	require.Len(t, asked, 3)
	assert.Contains(t, asked[1], "resourceVersion=100&")
	assert.Contains(t, asked[2], "resourceVersion=110&", "the bookmark's")
	assert.Empty(t, f.listings)
}

func TestAVersionThatIsGoneIsListedAnew(t *testing.T) {
	for name, gone := range map[string]func(s *apiServer, pods chan string){
		"as an answer": func(s *apiServer, _ chan string) {
			s.once("/api/v1/pods?watch", func(w http.ResponseWriter, _ *http.Request) { status(w, http.StatusGone, "Expired", "too old") })
		},
		"within a watch": func(_ *apiServer, pods chan string) {
			pods <- changeOf("ERROR", `{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newAPIServer(t)
			s.add("/api/v1/pods", podAt("one", "50"))
			pods := make(chan string, 10)
			s.watches["/api/v1/pods"] = pods
			gone(s, pods)
			f := follow(t, s)
			f.until(func() bool { return f.complete[model.KindPod] == 2 })
			assert.Equal(t, []model.Kind{model.KindPod}, f.listings)
			pods <- changeOf("ADDED", podAt("two", "101"))
			f.until(func() bool { return f.objects[model.KindPod][ref("two")] != nil })
		})
	}
}

func TestALoginThatExpiresWhileWatchingIsTold(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/pods", podAt("one", "50"))
	pods := make(chan string, 10)
	s.watches["/api/v1/pods"] = pods
	refuse := func(w http.ResponseWriter, _ *http.Request) {
		status(w, http.StatusUnauthorized, "Unauthorized", "Unauthorized")
	}
	s.once("/api/v1/pods?watch", refuse)
	s.once("/api/v1/pods?watch", refuse)
	f := follow(t, s)
	f.until(func() bool { return f.failed[""] != nil })
	assert.Contains(t, f.failed[""].What, "does not accept the login")
	assert.NotContains(t, f.failed, model.KindPod, "what was read of a kind stays read")
	connected := f.connected
	f.connected = source.Connected{}
	pods <- changeOf("MODIFIED", podAt("one", "101"))
	f.until(func() bool { return f.connected == connected })
}

// TestAnAPIServerThatStartsIsWatchedAgain: until it has read the roles, it refuses what
// it allows a moment later.
func TestAnAPIServerThatStartsIsWatchedAgain(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/pods", podAt("one", "50"))
	pods := make(chan string, 10)
	s.watches["/api/v1/pods"] = pods
	refuse := func(w http.ResponseWriter, _ *http.Request) {
		status(w, http.StatusForbidden, "Forbidden", "RBAC: clusterrole not found")
	}
	s.once("/api/v1/pods?watch", refuse)
	s.once("/api/v1/pods?watch", refuse)
	f := follow(t, s)
	pods <- changeOf("ADDED", podAt("two", "101"))
	f.until(func() bool { return f.objects[model.KindPod][ref("two")] != nil })
	assert.Equal(t, 1, f.complete[model.KindPod], "it is not listed anew")
}

func TestSecretsAreNeverWatched(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/namespaces", `{"metadata":{"name":"a"}}`)
	s.add("/api/v1/secrets", `{"metadata":{"name":"s","namespace":"a"},"type":"Opaque"}`)
	s.add("/api/v1/configmaps", `{"metadata":{"name":"c","namespace":"a"}}`)
	configMaps := make(chan string, 1)
	s.watches["/api/v1/configmaps"] = configMaps
	f := follow(t, s)
	configMaps <- changeOf("ADDED", `{"metadata":{"name":"d","namespace":"a","resourceVersion":"101"}}`)
	f.until(func() bool { return len(f.objects[model.KindConfigMap]) == 2 && len(f.objects[model.KindSecret]) == 1 })
	for _, path := range []string{"/api/v1/secrets", "/api/v1/namespaces/a/secrets"} {
		for _, request := range s.asked(path) {
			assert.NotContains(t, request, "watch")
		}
	}
}
