package page

import (
	"slices"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// insideOf returns what is known of a cluster's inside, or nil with a reason in words
// why nothing is.
func insideOf(s *store.Snapshot, id model.ID) (inside *store.Inside, why string) {
	cluster := s.Cluster(id)
	switch {
	case cluster == nil:
		return nil, "the cluster was not read"
	case cluster.Inside == nil:
		return nil, "nobody has looked into the cluster yet: enter does, and nothing is asked of it before"
	case cluster.Inside.State == store.Connecting:
		return nil, "asking the API server"
	case cluster.Inside.State == store.Unreachable && len(cluster.Inside.View.Objects) == 0:
		if cluster.Inside.Problem == nil {
			return nil, "the API server did not answer"
		}
		return nil, couldNotRead(cluster.Inside.Problem)
	}
	return cluster.Inside, ""
}

// unreadOf says which of the kinds were not read to their end, and why; nothing where
// all were.
func unreadOf(view *object.View, kinds ...model.Kind) []string {
	var lines []string
	for i, kind := range kinds {
		if slices.Contains(kinds[:i], kind) {
			continue
		}
		switch read := view.Reads[kind]; read.State {
		case model.ReadDone:
		case model.ReadFailed:
			lines = append(lines, string(kind)+" objects could not be read: "+read.Why)
		default:
			lines = append(lines, string(kind)+" objects are still being read")
		}
	}
	return lines
}

// judgementOf returns what rules say of an object inside, or nil. The judgement of the
// inside as a whole is the first, and the others are in the order of their references.
func judgementOf(inside *store.Inside, ref model.Ref) *store.Judgement {
	at, found := slices.BinarySearchFunc(inside.Judgements, ref, func(on store.Judgement, ref model.Ref) int {
		if whole := ref.Kind == model.KindInside; whole != (on.Ref.Kind == model.KindInside) {
			if whole {
				return 1
			}
			return -1
		}
		return on.Ref.Compare(ref)
	})
	if !found {
		return nil
	}
	return &inside.Judgements[at]
}

// InsideOf tells what one can go to inside a cluster, by its name: nothing where nobody
// has looked into it.
func InsideOf(cluster *store.Cluster, yield func(name, what, says string, to Address)) {
	if cluster.Inside == nil {
		return
	}
	id, view, says := cluster.Resource.ID, cluster.Inside.View, "in "+cluster.Summary.Name
	for _, place := range insidePlaces {
		yield(place.label+" of "+cluster.Summary.Name, "page", place.about, Address{Kind: place.kind, ID: id})
	}
	for _, o := range view.Objects[model.KindNamespace] {
		yield(o.Name, "namespace", says, namespaceAt(id, o.Name))
	}
	for _, kind := range workloadKinds {
		for _, o := range view.Objects[kind] {
			if o.Workload() {
				yield(o.Namespace+"/"+o.Name, string(kind), says, objectAt(id, o.Ref))
			}
		}
	}
}
