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

const eventsOfA = "/api/v1/namespaces/a/events"

func eventOn(name, pod string) string {
	return fmt.Sprintf(`{"metadata":{"name":%q,"namespace":"a"},"involvedObject":{"kind":"Pod","namespace":"a","name":%q},`+
		`"type":"Warning","reason":"BackOff","message":"it crashes","lastTimestamp":"2026-11-24T08:50:00Z","count":3}`, name, pod)
}

func TestEventsAreReadOnRequestAlone(t *testing.T) {
	s := newAPIServer(t)
	s.pageMost = 2
	s.add("/api/v1/pods", podAt("one", "50"))
	for i := range 5 {
		s.add("/api/v1/events", eventOn(fmt.Sprintf("e-%d", i), fmt.Sprintf("pod-%d", i%2)))
	}
	of := newSource(s)
	for range of.Inside(t.Context(), kubeCluster(), false) {
		continue
	}
	assert.Empty(t, s.asked(eventsOfA))
	assert.Empty(t, s.asked("/api/v1/events"))

	told, problem := of.Events(t.Context(), kubeCluster(), source.EventsAsked{Namespace: "a"})
	require.Nil(t, problem)
	assert.Len(t, told.List, 5)
	assert.False(t, told.Cut)
	assert.Equal(t, "it crashes", told.List[0].Message)
	assert.Equal(t, readAt, told.At)
	assert.Len(t, s.asked(eventsOfA), 3, "page after page")

	// A server that does not select gives all: what was not asked for is left out.
	on := model.Ref{Kind: model.KindPod, Namespace: "a", Name: "pod-1"}
	told, problem = of.Events(t.Context(), kubeCluster(), source.EventsAsked{Namespace: "a", Object: on})
	require.Nil(t, problem)
	assert.Len(t, told.List, 2)
	assert.Contains(t, s.asked(eventsOfA)[3], "fieldSelector=involvedObject.kind%3DPod%2CinvolvedObject.name%3Dpod-1")
}

func TestEventsOfAnOpenClusterTakeItsWay(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/pods", podAt("one", "50"))
	pods := make(chan string, 1)
	s.watches["/api/v1/pods"] = pods
	connections := 0
	of := newSource(connector(func() { connections++ }, s))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for event := range of.Inside(ctx, kubeCluster(), true) {
		if complete, is := event.(source.Complete); is && complete.Scope.Kind == model.KindPod {
			_, problem := of.Events(ctx, kubeCluster(), source.EventsAsked{Namespace: "a"})
			assert.Nil(t, problem)
			break
		}
	}
	assert.Equal(t, 1, connections)
	_, problem := of.Events(t.Context(), kubeCluster(), source.EventsAsked{Namespace: "a"})
	assert.Nil(t, problem)
	assert.Equal(t, 2, connections, "the way was closed with the cluster")
}

func TestEventsAreBounded(t *testing.T) {
	s := newAPIServer(t)
	s.pageMost = 1
	for i := range mostEventPages + 5 {
		s.add("/api/v1/events", eventOn(fmt.Sprintf("e-%d", i), "pod"))
	}
	told, problem := newSource(s).Events(t.Context(), kubeCluster(), source.EventsAsked{Namespace: "a"})
	require.Nil(t, problem)
	assert.Len(t, told.List, mostEventPages)
	assert.True(t, told.Cut)
}

func TestRefusedEventsNameTheRightThatIsMissing(t *testing.T) {
	s := newAPIServer(t)
	s.once(eventsOfA, func(w http.ResponseWriter, _ *http.Request) { status(w, http.StatusForbidden, "Forbidden", "no") })
	_, problem := newSource(s).Events(t.Context(), kubeCluster(), source.EventsAsked{Namespace: "a"})
	require.NotNil(t, problem)
	assert.True(t, problem.Refused)
	assert.Equal(t, "You may not list events in the namespace a", problem.What)
	assert.Contains(t, problem.Do, "list on events in the namespace a")
	assert.Contains(t, problem.Do, "aksight reader-role")
}

func TestAnExpiredListOfEventsBeginsAnew(t *testing.T) {
	s := newAPIServer(t)
	s.pageMost = 1
	s.add("/api/v1/events", eventOn("e-1", "pod"), eventOn("e-2", "pod"))
	s.once(eventsOfA, s.serveList)
	s.once(eventsOfA, func(w http.ResponseWriter, _ *http.Request) { status(w, http.StatusGone, "Expired", "too old") })
	told, problem := newSource(s).Events(t.Context(), kubeCluster(), source.EventsAsked{Namespace: "a"})
	require.Nil(t, problem)
	assert.Len(t, told.List, 2)
}
