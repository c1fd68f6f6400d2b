package object

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aksight/aksight/model"
)

// eventDocument is an event in both of its forms, of the core API and of events.k8s.io:
// they are the same objects under other names.
type eventDocument struct {
	Metadata struct {
		CreationTimestamp time.Time `json:"creationTimestamp"`
		Namespace         string    `json:"namespace"`
	} `json:"metadata"`
	EventTime time.Time `json:"eventTime"`
	Series    *struct {
		Count            int       `json:"count"`
		LastObservedTime time.Time `json:"lastObservedTime"`
	} `json:"series"`
	Type   string `json:"type"`
	Reason string `json:"reason"`

	InvolvedObject     eventObject `json:"involvedObject"`
	Message            string      `json:"message"`
	Source             eventSource `json:"source"`
	FirstTimestamp     time.Time   `json:"firstTimestamp"`
	LastTimestamp      time.Time   `json:"lastTimestamp"`
	Count              int         `json:"count"`
	ReportingComponent string      `json:"reportingComponent"`

	Regarding                eventObject `json:"regarding"`
	Note                     string      `json:"note"`
	DeprecatedSource         eventSource `json:"deprecatedSource"`
	DeprecatedFirstTimestamp time.Time   `json:"deprecatedFirstTimestamp"`
	DeprecatedLastTimestamp  time.Time   `json:"deprecatedLastTimestamp"`
	DeprecatedCount          int         `json:"deprecatedCount"`
	ReportingController      string      `json:"reportingController"`
}

type eventObject struct {
	Kind      model.Kind `json:"kind"`
	Namespace string     `json:"namespace"`
	Name      string     `json:"name"`
	FieldPath string     `json:"fieldPath"`
}

type eventSource struct {
	Component string `json:"component"`
}

// longestMessage bounds what is kept of a message: API servers take a kilobyte.
const longestMessage = 4 << 10

// Event reads a Kubernetes event, with what is secret in its message masked.
func Event(text []byte) (model.KubeEvent, error) {
	var read eventDocument
	if err := json.Unmarshal(text, &read); err != nil {
		return model.KubeEvent{}, fmt.Errorf("an Event: %w", err)
	}
	on := read.InvolvedObject
	if on.Name == "" {
		on = read.Regarding
	}
	if on.Name == "" {
		return model.KubeEvent{}, errors.New("an Event without an object")
	}
	event := model.KubeEvent{
		Object: model.Ref{Kind: on.Kind, Namespace: on.Namespace, Name: on.Name}, Field: on.FieldPath,
		Warning: read.Type == "Warning", Reason: read.Reason, Message: message(cmp.Or(read.Message, read.Note)),
		From:  cmp.Or(read.Source.Component, read.ReportingComponent, read.DeprecatedSource.Component, read.ReportingController),
		First: firstTime(read.FirstTimestamp, read.DeprecatedFirstTimestamp, read.EventTime, read.Metadata.CreationTimestamp),
		Last:  firstTime(read.LastTimestamp, read.DeprecatedLastTimestamp),
		Count: max(1, read.Count, read.DeprecatedCount),
	}
	if series := read.Series; series != nil {
		event.Last, event.Count = firstTime(series.LastObservedTime, event.Last), max(event.Count, series.Count)
	}
	event.Last = firstTime(event.Last, read.EventTime, event.First)
	return event, nil
}

// firstTime returns the first of the times that is told.
func firstTime(times ...time.Time) time.Time {
	for _, at := range times {
		if !at.IsZero() {
			return at.UTC()
		}
	}
	return time.Time{}
}

func message(text string) string {
	if len(text) > longestMessage {
		end := longestMessage
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end]
	}
	return maskText(strings.TrimSpace(text))
}
