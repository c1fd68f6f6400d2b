package evidence

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

const someEvents = `{"apiVersion":"v1","kind":"List","items":[
{"apiVersion":"v1","kind":"Event","metadata":{"name":"web.1","namespace":"shop"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"web"},
 "type":"Warning","reason":"FailedMount","message":"secret \"key\" not found","lastTimestamp":"2026-11-24T08:00:00Z","count":4},
{"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"web.1","namespace":"shop"},"regarding":{"kind":"Pod","namespace":"shop","name":"web"},
 "type":"Warning","reason":"FailedMount","note":"secret \"key\" not found","deprecatedLastTimestamp":"2026-11-24T08:00:00Z","deprecatedCount":4},
{"apiVersion":"v1","kind":"Event","metadata":{"name":"node.1","namespace":"default"},"involvedObject":{"kind":"Node","name":"aks-1"},
 "type":"Normal","reason":"NodeReady","message":"it is ready","lastTimestamp":"2026-11-24T08:00:00Z"},
{"apiVersion":"v1","kind":"Event","metadata":{"name":"other.1","namespace":"shop"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"other"},
 "type":"Normal","reason":"Scheduled","message":"it fits","lastTimestamp":"2026-11-24T08:00:00Z"}]}`

func TestEventsOfFilesAreToldOnRequest(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "events.json"), []byte(someEvents), 0o600))
	s, clusters, wrong := opened(t, dir)
	require.Empty(t, wrong)
	require.Len(t, clusters, 1)
	objects, ended := told(t, s, clusters[0])
	assert.Empty(t, objects)
	assert.NotContains(t, ended, model.KindEvent)

	cluster := &model.Resource{ID: clusters[0], Kind: model.KindCluster}
	events := func(asked source.EventsAsked) []string {
		told, problem := s.Events(t.Context(), cluster, asked)
		require.Nil(t, problem)
		var reasons []string
		for i := range told.List {
			reasons = append(reasons, told.List[i].Reason)
		}
		return reasons
	}
	assert.ElementsMatch(t, []string{"FailedMount", "Scheduled"}, events(source.EventsAsked{Namespace: "shop"}), "one event in both forms is one")
	web := model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "web"}
	assert.Equal(t, []string{"FailedMount"}, events(source.EventsAsked{Namespace: "shop", Object: web}))
	assert.Equal(t, []string{"NodeReady"}, events(source.EventsAsked{Namespace: "default", Object: model.Ref{Kind: model.KindNode, Name: "aks-1"}}))
	assert.Empty(t, events(source.EventsAsked{Namespace: "shop", Object: model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "quiet"}}))

	_, problem := s.Events(t.Context(), cluster, source.EventsAsked{Namespace: "bank"})
	require.NotNil(t, problem)
	assert.Contains(t, problem.Error(), "no events of the namespace bank: save what kubectl get events -A -o json prints")
}
