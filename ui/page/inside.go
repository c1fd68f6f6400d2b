package page

import (
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
	for _, kind := range kinds {
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

// judgementOf returns what rules say of an object inside, or nil.
func judgementOf(inside *store.Inside, ref model.Ref) *store.Judgement {
	for i := range inside.Judgements {
		if inside.Judgements[i].Ref == ref {
			return &inside.Judgements[i]
		}
	}
	return nil
}
