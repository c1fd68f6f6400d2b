package object

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

func TestEventReadsBothForms(t *testing.T) {
	at := func(clock string) time.Time {
		moment, err := time.Parse(time.RFC3339Nano, "2026-11-24T"+clock+"Z")
		require.NoError(t, err)
		return moment
	}
	pod := model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "web-0"}
	for name, test := range map[string]struct {
		text string
		want model.KubeEvent
	}{
		"counted by the kubelet": {
			`{"metadata":{"name":"web-0.1","namespace":"shop"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"web-0","fieldPath":"spec.containers{app}"},
			"type":"Warning","reason":"BackOff","message":"Back-off restarting failed container\n","source":{"component":"kubelet"},
			"firstTimestamp":"2026-11-24T08:00:00Z","lastTimestamp":"2026-11-24T08:50:00Z","count":12}`,
			model.KubeEvent{Object: pod, Field: "spec.containers{app}", Warning: true, Reason: "BackOff", Message: "Back-off restarting failed container", From: "kubelet", First: at("08:00:00"), Last: at("08:50:00"), Count: 12},
		},
		"once, by the scheduler": {
			`{"metadata":{"creationTimestamp":"2026-11-24T08:00:00Z"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"web-0"},"type":"Normal",
			"reason":"Scheduled","eventTime":"2026-11-24T08:00:00.5Z","firstTimestamp":null,"lastTimestamp":null,"reportingComponent":"default-scheduler","series":null}`,
			model.KubeEvent{Object: pod, Reason: "Scheduled", From: "default-scheduler", First: at("08:00:00.5"), Last: at("08:00:00.5"), Count: 1},
		},
		"a series of events.k8s.io": {
			`{"metadata":{},"regarding":{"kind":"Pod","namespace":"shop","name":"web-0"},"note":"no node fits","type":"Warning","reason":"FailedScheduling",
			"eventTime":"2026-11-24T08:00:00Z","series":{"count":7,"lastObservedTime":"2026-11-24T08:30:00Z"},"reportingController":"default-scheduler"}`,
			model.KubeEvent{Object: pod, Warning: true, Reason: "FailedScheduling", Message: "no node fits", From: "default-scheduler", First: at("08:00:00"), Last: at("08:30:00"), Count: 7},
		},
	} {
		got, err := Event([]byte(test.text))
		require.NoError(t, err, name)
		assert.Equal(t, test.want, got, name)
	}
}

func TestEventMasksAndBoundsItsMessage(t *testing.T) {
	event := func(message string) string {
		got, err := Event([]byte(`{"involvedObject":{"kind":"Pod","name":"a"},"message":"` + message + `"}`))
		require.NoError(t, err)
		return got.Message
	}
	assert.NotContains(t, event("Failed to pull from https://ci:hunter2@registry.example/app"), "hunter2")
	assert.LessOrEqual(t, len(event(strings.Repeat("é", 5000))), longestMessage)
	for _, broken := range []string{`{`, `{}`, `[]`, `{"involvedObject":{"kind":"Pod"}}`} {
		_, err := Event([]byte(broken))
		require.Error(t, err, broken)
	}
}

func FuzzEvent(f *testing.F) {
	f.Add(`{"involvedObject":{"kind":"Pod","name":"a"},"message":"x","count":3,"lastTimestamp":"2026-11-24T08:50:00Z"}`)
	f.Add(`{"regarding":{"kind":"Pod","name":"a"},"series":{"count":-1}}`)
	f.Fuzz(func(t *testing.T, text string) {
		event, err := Event([]byte(text))
		if err == nil && (event.Count < 1 || event.Object.Name == "" || event.Last.Before(event.First) && event.Last.IsZero()) {
			t.Errorf("%q: %+v", text, event)
		}
	})
}
