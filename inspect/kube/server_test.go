package kube

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// apiServer answers in the wire format of the Kubernetes API.
type apiServer struct {
	*httptest.Server
	t testing.TB

	mu sync.Mutex
	// lists are the items in JSON by path of the cluster-wide list.
	lists map[string][]string
	// answers replace what a path answers, once each.
	answers map[string][]http.HandlerFunc
	// watches feed what follows on a path.
	watches  map[string]chan string
	requests []string
	pageMost int
}

func newAPIServer(t testing.TB) *apiServer {
	t.Helper()
	s := &apiServer{
		t: t, lists: map[string][]string{}, answers: map[string][]http.HandlerFunc{}, watches: map[string]chan string{}, pageMost: 500,
	}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.CloseClientConnections)
	return s
}

// Connect tells the way to the server.
func (s *apiServer) Connect(context.Context, *model.Resource) (*rest.Config, *source.Problem) {
	config := &rest.Config{Host: s.URL, BearerToken: "good"}
	config.CAData = pemOf(s.Certificate())
	return config, nil
}

func (s *apiServer) add(path string, items ...string) {
	s.lists[path] = append(s.lists[path], items...)
}

// once has the next request for a path answered by a handler.
func (s *apiServer) once(path string, handler http.HandlerFunc) {
	s.answers[path] = append(s.answers[path], handler)
}

func (s *apiServer) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+r.URL.RequestURI())
	var answer http.HandlerFunc
	key := r.URL.Path
	if r.URL.Query().Has("watch") {
		key += "?watch"
	}
	if waiting := s.answers[key]; len(waiting) > 0 {
		answer, s.answers[key] = waiting[0], waiting[1:]
	}
	watch := s.watches[r.URL.Path]
	s.mu.Unlock()
	switch {
	case answer != nil:
		answer(w, r)
	case r.Header.Get("Authorization") != "Bearer good":
		status(w, http.StatusUnauthorized, "Unauthorized", "Unauthorized")
	case r.URL.Query().Has("watch"):
		serveWatch(w, r, watch)
	case r.URL.Path == "/version":
		fmt.Fprint(w, `{"major":"1","minor":"34","gitVersion":"v1.34.2"}`)
	case r.URL.Path == "/apis":
		s.serveGroups(w)
	case r.Method == http.MethodPost:
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"kind":"SelfSubjectReview","status":{"userInfo":{"username":"ana"}}}`)
	default:
		s.serveList(w, r)
	}
}

func status(w http.ResponseWriter, code int, reason, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message, "code": code,
	})
}

func serveWatch(w http.ResponseWriter, r *http.Request, events <-chan string) {
	w.Header().Set("Content-Type", "application/json;stream=watch")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	for {
		select {
		case event, more := <-events:
			if !more || event == "cut" {
				return
			}
			fmt.Fprintln(w, event)
			w.(http.Flusher).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

// serveGroups tells the groups of all that is listed.
func (s *apiServer) serveGroups(w http.ResponseWriter) {
	type resources = []map[string]any
	groups := map[string]map[string]resources{}
	for path := range s.lists {
		parts := strings.Split(strings.TrimPrefix(path, "/apis/"), "/")
		if len(parts) != 3 {
			continue
		}
		if groups[parts[0]] == nil {
			groups[parts[0]] = map[string]resources{}
		}
		groups[parts[0]][parts[1]] = append(groups[parts[0]][parts[1]], map[string]any{"resource": parts[2], "verbs": []string{"get", "list", "watch"}})
	}
	items := []any{}
	for group, versions := range groups {
		list := []any{}
		for version, served := range versions {
			list = append(list, map[string]any{"version": version, "resources": served})
		}
		items = append(items, map[string]any{"metadata": map[string]any{"name": group}, "versions": list})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"kind": "APIGroupDiscoveryList", "items": items})
}

// serveList answers a page of a list in the form that is asked for.
func (s *apiServer) serveList(w http.ResponseWriter, r *http.Request) {
	path, namespace := r.URL.Path, ""
	if before, below, found := strings.Cut(path, "/namespaces/"); found {
		name, resource, deeper := strings.Cut(below, "/")
		if deeper {
			path, namespace = before+"/"+resource, name
		}
	}
	s.mu.Lock()
	items, known := s.lists[path]
	s.mu.Unlock()
	if !known && !strings.HasPrefix(path, "/api/v1/") {
		http.NotFound(w, r)
		return
	}
	if namespace != "" {
		items = slices.DeleteFunc(slices.Clone(items), func(item string) bool {
			return !strings.Contains(item, fmt.Sprintf(`"namespace":%q`, namespace))
		})
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	limit, _ := strconv.Atoi(cmp.Or(r.URL.Query().Get("limit"), "500"))
	to := min(from+min(limit, s.pageMost), len(items))
	next := ""
	if to < len(items) {
		next = strconv.Itoa(to)
	}
	items = items[from:to]
	switch accept := r.Header.Get("Accept"); {
	case strings.Contains(accept, "as=Table"):
		rows := []string{}
		for _, item := range items {
			var secret struct {
				Metadata struct{ Name string }
				Type     string
				Data     map[string]string
			}
			_ = json.Unmarshal([]byte(item), &secret)
			cells, _ := json.Marshal([]any{secret.Metadata.Name, secret.Type, len(secret.Data), "3d4h"})
			rows = append(rows, fmt.Sprintf(`{"cells":%s,"object":null}`, cells))
		}
		fmt.Fprintf(w, `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"100","continue":%q},`+
			`"columnDefinitions":[{"name":"Name"},{"name":"Type"},{"name":"Data"},{"name":"Age"}],"rows":[%s]}`, next, strings.Join(rows, ","))
	case strings.HasPrefix(accept, asProtobuf) && path == "/apis/rbac.authorization.k8s.io/v1/rolebindings":
		w.Header().Set("Content-Type", asProtobuf)
		list := rbacv1.RoleBindingList{ListMeta: metav1.ListMeta{ResourceVersion: "100", Continue: next}}
		for _, item := range items {
			var binding rbacv1.RoleBinding
			_ = json.Unmarshal([]byte(item), &binding)
			list.Items = append(list.Items, binding)
		}
		_, _ = w.Write(inProtobuf(s.t, "RoleBindingList", &list))
	default:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"100","continue":%q},"items":[%s]}`, next, strings.Join(items, ","))
	}
}

func inProtobuf(t testing.TB, kind string, message interface{ Marshal() ([]byte, error) }) []byte {
	t.Helper()
	raw, err := message.Marshal()
	if err != nil {
		t.Error(err)
	}
	envelope := runtime.Unknown{TypeMeta: runtime.TypeMeta{APIVersion: "rbac.authorization.k8s.io/v1", Kind: kind}, Raw: raw}
	wrapped, err := envelope.Marshal()
	if err != nil {
		t.Error(err)
	}
	return append([]byte("k8s\x00"), wrapped...)
}

// asked returns the requests that were made for a path, without their query.
func (s *apiServer) asked(path string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.requests), func(request string) bool {
		_, uri, _ := strings.Cut(request, " ")
		at, _, _ := strings.Cut(uri, "?")
		return at != path
	})
}

var readAt = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// told is what a read brought.
type told struct {
	connected source.Connected
	objects   map[model.Kind]map[model.Ref]*model.Object
	complete  map[model.Kind]int
	failed    map[model.Kind]*source.Problem
	waits     []source.Wait
	listings  []model.Kind
}

func (t *told) fold(event source.Event) {
	switch event := event.(type) {
	case source.Connected:
		t.connected = event
	case source.Objects:
		if t.objects[event.Kind] == nil {
			t.objects[event.Kind] = map[model.Ref]*model.Object{}
		}
		for _, o := range event.List {
			t.objects[event.Kind][o.Ref] = o
		}
	case source.Gone:
		delete(t.objects[event.Ref.Kind], event.Ref)
	case source.Complete:
		t.complete[event.Scope.Kind]++
	case source.Failed:
		t.failed[event.Scope.Kind] = event.Why
	case source.Wait:
		t.waits = append(t.waits, event)
	case source.Listing:
		t.listings = append(t.listings, event.Kind)
	}
}

func newTold() *told {
	return &told{
		objects: map[model.Kind]map[model.Ref]*model.Object{}, complete: map[model.Kind]int{}, failed: map[model.Kind]*source.Problem{},
	}
}

// kubeCluster is a cluster that is known by a kubeconfig's context alone.
func kubeCluster() *model.Resource {
	return &model.Resource{ID: model.KubeconfigID("test"), Kind: model.KindCluster, Raw: model.NewJSON([]byte(`{}`))}
}

func newSource(connector Connector) *Source {
	s := New(Options{Connector: connector, Calls: &source.Calls{}, Now: func() time.Time { return readAt }, Version: "1"})
	s.sleep = func(ctx context.Context, d time.Duration) error {
		if d >= pollEvery { // no test waits for the next round
			<-ctx.Done()
		}
		return ctx.Err()
	}
	return s
}

// readAll reads everything once.
func readAll(t testing.TB, connector Connector, cluster *model.Resource) *told {
	t.Helper()
	all := newTold()
	for event := range newSource(connector).Inside(t.Context(), cluster, false) {
		all.fold(event)
	}
	return all
}

// connector counts how often the way to a server is asked for.
func connector(asked func(), s *apiServer) Connector { return countingConnector{asked, s} }

type countingConnector struct {
	asked func()
	*apiServer
}

func (c countingConnector) Connect(ctx context.Context, cluster *model.Resource) (*rest.Config, *source.Problem) {
	c.asked()
	return c.apiServer.Connect(ctx, cluster)
}
