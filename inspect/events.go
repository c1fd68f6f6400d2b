package inspect

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Events are the Kubernetes events on an object and what belongs to it, newest first.
type Events struct {
	List []model.KubeEvent
	// Parts is how many objects belong to it whose events were looked for.
	Parts int
	// Cut is set where there were more than are read.
	Cut bool
	At  time.Time
}

// eventsNamespace is where the events on objects lie that are in no namespace.
const eventsNamespace = "default"

// Events reads the Kubernetes events on an object, now: for what runs pods those on its
// ReplicaSets, Jobs and pods too, for a namespace all in it. Call it in a command.
func (i *Inspection) Events(ctx context.Context, id model.ID, on model.Ref) (Events, *source.Problem) {
	cluster, err := i.openable(id)
	if err != nil {
		return Events{}, &source.Problem{What: err.Error(), Err: err}
	}
	var view *object.View
	if of := i.Store.Snapshot().Cluster(id); of != nil && of.Inside != nil {
		view = of.Inside.View
	}
	of := newEventsOf(view, on)
	events := Events{Parts: len(of.parts)}
	for _, asked := range of.asked() {
		told, problem := i.Inside.Events(ctx, cluster, asked)
		if problem != nil {
			return Events{}, problem
		}
		for n := range told.List {
			if of.covers(told.List[n].Object) {
				events.List = append(events.List, told.List[n])
			}
		}
		events.Cut, events.At = events.Cut || told.Cut, told.At
	}
	slices.SortStableFunc(events.List, func(a, b model.KubeEvent) int {
		return cmp.Or(b.Last.Compare(a.Last), a.Object.Compare(b.Object), cmp.Compare(a.Reason, b.Reason))
	})
	return events, nil
}

// eventsOf says which events belong to an object.
type eventsOf struct {
	on    model.Ref
	view  *object.View
	parts map[model.Ref]bool
}

func newEventsOf(view *object.View, on model.Ref) *eventsOf {
	of := &eventsOf{on: on, view: view, parts: map[model.Ref]bool{}}
	if view == nil || !slices.Contains(model.ControllerKinds, on.Kind) {
		return of
	}
	for _, kind := range append(slices.Clone(model.ControllerKinds), model.KindPod) {
		for _, o := range view.InNamespace(kind, on.Namespace) {
			for owner, most := o, 8; owner != nil && most > 0; owner, most = view.Find(owner.Owner), most-1 {
				if owner.Owner == on {
					of.parts[o.Ref] = true
				}
			}
		}
	}
	return of
}

// asked are the lists that hold the events.
func (of *eventsOf) asked() []source.EventsAsked {
	switch {
	case of.on.Kind == model.KindNamespace:
		return []source.EventsAsked{{Namespace: of.on.Name}, {Namespace: eventsNamespace, Object: of.on}}
	case of.on.Namespace == "":
		return []source.EventsAsked{{Namespace: eventsNamespace, Object: of.on}}
	case slices.Contains(model.ControllerKinds, of.on.Kind):
		return []source.EventsAsked{{Namespace: of.on.Namespace}}
	}
	return []source.EventsAsked{{Namespace: of.on.Namespace, Object: of.on}}
}

// covers reports whether an event on an object is one of those.
func (of *eventsOf) covers(ref model.Ref) bool {
	return ref == of.on || of.parts[ref] || of.on.Kind == model.KindNamespace && ref.Namespace == of.on.Name || of.gone(ref)
}

// gone reports whether an object was a part once, as its name tells: it is not there any
// more, but its events are.
func (of *eventsOf) gone(ref model.Ref) bool {
	if of.view == nil || ref.Namespace != of.on.Namespace || of.view.Find(ref) != nil {
		return false
	}
	made, under := strings.CutPrefix(ref.Name, of.on.Name+"-")
	if !under {
		return false
	}
	between, end := "", made
	if at := strings.LastIndexByte(made, '-'); at >= 0 {
		between, end = made[:at], made[at+1:]
	}
	pod := ref.Kind == model.KindPod && len(end) == 5 && consists(end, madeSigns)
	switch of.on.Kind {
	case model.KindDeployment:
		return pod && consists(between, madeSigns) || ref.Kind == model.KindReplicaSet && between == "" && len(end) > 5 && consists(end, madeSigns)
	case model.KindCronJob:
		return pod && consists(between, digits) || ref.Kind == model.KindJob && between == "" && consists(end, digits)
	default:
		return pod && between == ""
	}
}

// Controllers end the names of what they make with such signs, that make no words.
const (
	madeSigns = "bcdfghjklmnpqrstvwxz2456789"
	digits    = "0123456789"
)

func consists(name, signs string) bool { return name != "" && strings.Trim(name, signs) == "" }
