package evidence

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// eventsGroup is where API servers serve the same events in another form.
const eventsGroup = "events.k8s.io"

// heldEvent is a Kubernetes event of a file.
type heldEvent struct {
	model.KubeEvent
	at time.Time // when the file was saved
}

// isEvent reports whether an object is an event, in either form.
func isEvent(apiVersion, kind string) bool {
	group, _, grouped := strings.Cut(apiVersion, "/")
	return kind == string(model.KindEvent) && (!grouped || group == eventsGroup)
}

// event takes an event.
func (f *looseFile) event(tree map[string]any) error {
	text, err := json.Marshal(tree)
	if err != nil {
		return fmt.Errorf("an Event: %w", err)
	}
	event, err := object.Event(text)
	if err != nil {
		return err
	}
	f.used++
	ref := model.Ref{Kind: model.KindEvent, Namespace: document.Text(tree, "metadata.namespace"), Name: document.Text(tree, "metadata.name")}
	if ref.Namespace == "" {
		ref.Namespace = namespaceOfEvents(event.Object)
	}
	f.inside().putEvent(ref, heldEvent{event, f.at})
	return nil
}

// namespaceOfEvents is where the events on an object lie.
func namespaceOfEvents(on model.Ref) string {
	if on.Namespace == "" {
		return "default"
	}
	return on.Namespace
}

// putEvent takes an event; the newest of one name counts.
func (in *inside) putEvent(ref model.Ref, event heldEvent) {
	if in.events == nil {
		in.events = map[model.Ref]heldEvent{}
	}
	if before, held := in.events[ref]; !held || !event.at.Before(before.at) {
		in.events[ref] = event
	}
	if event.at.After(in.at) {
		in.at = event.at
	}
}

// Events tells what the files hold of the events that are asked for.
func (s *Source) Events(ctx context.Context, cluster *model.Resource, asked source.EventsAsked) (source.EventsTold, *source.Problem) {
	held := s.wait(ctx)
	if held == nil {
		return source.EventsTold{}, &source.Problem{What: "Reading the files was called off", Err: source.ErrCancelled}
	}
	told := source.EventsTold{}
	in := held.clusters[cluster.ID.Fold()]
	some := false
	if in != nil && in.inside != nil {
		for ref, event := range in.inside.events {
			some = some || ref.Namespace == asked.Namespace
			if asked.Wants(&event.KubeEvent, ref.Namespace) {
				told.List = append(told.List, event.KubeEvent)
			}
			if event.at.After(told.At) {
				told.At = event.at
			}
		}
	}
	if !some {
		return source.EventsTold{}, &source.Problem{
			What: "These files hold no events of the namespace " + asked.Namespace,
			Do:   "save what kubectl get events -A -o json prints: API servers forget events after an hour",
		}
	}
	return told, nil
}
