package demo

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// question is one request to an API server.
type question struct {
	w     http.ResponseWriter
	r     *http.Request
	media media
	world *world
	now   func() time.Time
}

// target is what a path of the API names.
type target struct {
	group, version, namespace, resource, name, subresource string
}

// parseTarget reads /api/v1/... and /apis/GROUP/VERSION/....
func parseTarget(path string) (t target, ok bool) {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case segments[0] == "api" && len(segments) >= 3:
		t.version, segments = segments[1], segments[2:]
	case segments[0] == "apis" && len(segments) >= 4:
		t.group, t.version, segments = segments[1], segments[2], segments[3:]
	default:
		return t, false
	}
	if segments[0] == "namespaces" && len(segments) >= 3 {
		t.namespace, segments = segments[1], segments[2:]
	}
	t.resource = segments[0]
	if len(segments) > 1 {
		t.name = segments[1]
	}
	if len(segments) > 2 {
		t.subresource = strings.Join(segments[2:], "/")
	}
	return t, true
}

func groupResourceOf(path string) schema.GroupResource {
	t, _ := parseTarget(path)
	return schema.GroupResource{Group: t.group, Resource: t.resource}
}

// route finds who answers a path.
func (q *question) route(path string) {
	q.world.advance(q.now())
	if q.r.Method == http.MethodPost && q.review(path) {
		return
	}
	if q.r.Method != http.MethodGet {
		q.w.Header().Set("Allow", http.MethodGet)
		q.fail(apierrors.NewMethodNotSupported(groupResourceOf(path), strings.ToLower(q.r.Method)))
		return
	}
	switch strings.Trim(path, "/") {
	case "version":
		q.version()
		return
	case "healthz", "livez", "readyz":
		q.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = q.w.Write([]byte("ok")) // the caller went away; there is nobody left to tell
		return
	}
	if q.discovery(path) {
		return
	}
	t, ok := parseTarget(path)
	if !ok {
		q.fail(notFoundPath())
		return
	}
	kind := q.world.kind(t.group, t.version, t.resource)
	switch {
	case kind == nil, t.namespace != "" && !kind.namespaced && t.resource != "namespaces":
		q.fail(notFoundPath())
	case t.subresource != "" && t.subresource != "status":
		// Logs are reads too, but nobody asks the demo for them; the others are none.
		q.fail(apierrors.NewMethodNotSupported(kind.groupResource(), "get of "+t.subresource))
	case !q.world.mayRead(t.group, t.resource):
		q.forbid(kind, &t)
	case t.name != "":
		q.get(kind, &t)
	case q.r.URL.Query().Get("watch") == "true" || q.r.URL.Query().Get("watch") == "1":
		q.watch(kind, &t)
	default:
		q.list(kind, &t)
	}
}

func notFoundPath() error {
	return apierrors.NewGenericServerResponse(http.StatusNotFound, "get", schema.GroupResource{}, "", "404 page not found", 0, true)
}

// forbid refuses a read as Azure RBAC for Kubernetes does.
func (q *question) forbid(kind *served, t *target) {
	verb := "list"
	switch {
	case t.name != "":
		verb = "get"
	case q.r.URL.Query().Get("watch") != "":
		verb = "watch"
	}
	scope := "at the cluster scope"
	if t.namespace != "" {
		scope = fmt.Sprintf("in the namespace %q", t.namespace)
	}
	q.fail(apierrors.NewForbidden(kind.groupResource(), t.name, refusal(fmt.Sprintf(
		"User %q cannot %s resource %q in API group %q %s: %s", userName, verb, kind.resource, kind.Group, scope, noAccess))))
}

// noAccess is how Azure RBAC for Kubernetes says no.
const noAccess = "User does not have access to the resource in Azure. Update role assignment to allow access."

// refusal is an error in the words of an API server.
type refusal string

// Error returns the words.
func (r refusal) Error() string { return string(r) }

// get answers with one object.
func (q *question) get(kind *served, t *target) {
	for _, e := range q.world.list(kind).entries {
		if e.namespace == t.namespace && e.name == t.name {
			q.one(kind, e)
			return
		}
	}
	q.fail(apierrors.NewNotFound(kind.groupResource(), t.name))
}

// fail answers with a Status.
func (q *question) fail(err error) {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		status = apierrors.NewInternalError(err)
	}
	answer := status.Status()
	answer.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
	if answer.Details != nil && answer.Details.RetryAfterSeconds > 0 {
		q.w.Header().Set("Retry-After", fmt.Sprint(answer.Details.RetryAfterSeconds))
	}
	q.media.as = ""
	q.send(int(answer.Code), &answer)
}

// version answers /version.
func (q *question) version() {
	q.media = media{}
	q.json(map[string]any{
		"major": "1", "minor": fmt.Sprint(q.world.minor), "gitVersion": q.world.server, "gitTreeState": "clean",
		"gitCommit": fmt.Sprintf("%016x", fingerprint(q.world.server)), "buildDate": "2026-01-15T10:00:00Z",
		"goVersion": "go1.25.5", "compiler": "gc", "platform": "linux/amd64",
	})
}
