package evidence

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// inside is what the files tell of what runs in a cluster.
type inside struct {
	server, user, address string
	objects               map[model.Ref]*model.Object
	versions              map[model.Kind]string
	// events by their own names: they are told on request alone.
	events map[model.Ref]heldEvent
	// reads tell how each kind was read when it was captured; other files tell nothing:
	// a kind of which they hold something counts as read.
	reads map[model.Kind]model.Read
	// problem is why the cluster could not be reached when it was captured.
	problem *source.Problem
	at      time.Time
}

// insideOf returns what is held of a cluster's inside, made where it is new.
func (c *cluster) insideOf() *inside {
	if c.inside == nil {
		c.inside = &inside{
			objects: map[model.Ref]*model.Object{}, versions: map[model.Kind]string{}, reads: map[model.Kind]model.Read{},
		}
	}
	return c.inside
}

// put takes an object; the newest of one name counts.
func (in *inside) put(o *model.Object) {
	if before := in.objects[o.Ref]; before == nil || !o.ReadAt.Before(before.ReadAt) {
		in.objects[o.Ref] = o
	}
	in.versions[o.Kind] = cmp.Or(in.versions[o.Kind], o.APIVersion)
	if o.ReadAt.After(in.at) {
		in.at = o.ReadAt
	}
}

// merge takes what other files tell of the same cluster.
func (in *inside) merge(other *inside) {
	for _, o := range other.objects {
		in.put(o)
	}
	for ref, event := range other.events {
		in.putEvent(ref, event)
	}
	for kind, read := range other.reads {
		if before, told := in.reads[kind]; !told || before.State != model.ReadDone {
			in.reads[kind] = read
		}
	}
	in.server, in.user = cmp.Or(in.server, other.server), cmp.Or(in.user, other.user)
	in.address = cmp.Or(in.address, other.address)
}

// read tells how reading a kind stands.
func (in *inside) read(kind model.ObjectKind, some bool) model.Read {
	if read, told := in.reads[kind.Kind]; told {
		return read
	}
	if some {
		return model.Read{State: model.ReadDone, At: in.at}
	}
	return model.Read{State: model.ReadFailed, At: in.at, Why: absentObjects(kind)}
}

// NotInFiles begins the reason why a kind was not read that no file holds.
const NotInFiles = "these files do not hold it"

// absentObjects says that the files hold no objects of a kind, and what would.
func absentObjects(kind model.ObjectKind) string {
	what := kind.Resource
	if kind.Group != "" && kind.Kind != model.KindConstraint {
		what += "." + kind.Group
	}
	switch kind.Kind {
	case model.KindSecret: // its values would be in the file
		return NotInFiles + ": aksight capture --kubernetes saves it, without any value"
	case model.KindConstraint:
		return NotInFiles + ": save what kubectl get constraints -o yaml prints"
	}
	all := ""
	if kind.Namespaced {
		all = " -A"
	}
	return NotInFiles + ": save what kubectl get " + what + all + " -o yaml prints"
}

// Inside tells what the files held of what runs in a cluster.
func (s *Source) Inside(ctx context.Context, cluster *model.Resource, _ bool) iter.Seq[source.Event] {
	return func(yield func(source.Event) bool) {
		held := s.wait(ctx)
		if held == nil {
			return
		}
		c := held.clusters[cluster.ID.Fold()]
		if c == nil || c.inside == nil {
			yield(source.Failed{Scope: source.Scope{Breadth: source.Inside, ID: cluster.ID}, At: s.captured, Why: &source.Problem{
				What: "These files do not hold what runs in the cluster",
				Do:   "save it with aksight capture --kubernetes, or give what kubectl get ... -o yaml prints beside them",
			}})
			return
		}
		c.inside.tell(ctx, cluster.ID, yield)
	}
}

// InsideGiven reports whether the files hold what runs in a cluster.
func (s *Source) InsideGiven(id model.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		return false
	}
	c := s.held.clusters[id.Fold()]
	return c != nil && c.inside != nil
}

// tell hands out what is held, kind by kind.
func (in *inside) tell(ctx context.Context, cluster model.ID, yield func(source.Event) bool) {
	if in.problem != nil && len(in.objects) == 0 {
		yield(source.Failed{Scope: source.Scope{Breadth: source.Inside, ID: cluster}, At: in.at, Why: in.problem})
		return
	}
	if !yield(source.Connected{Cluster: cluster, Server: in.server, User: in.user, Address: in.address}) {
		return
	}
	byKind := map[model.Kind][]*model.Object{}
	for ref, o := range in.objects {
		byKind[ref.Kind] = append(byKind[ref.Kind], o)
	}
	for _, kind := range model.ObjectKinds {
		if ctx.Err() != nil {
			return
		}
		objects := byKind[kind.Kind]
		slices.SortFunc(objects, func(a, b *model.Object) int { return a.Compare(b.Ref) })
		if len(objects) > 0 && !yield(source.Objects{Cluster: cluster, Kind: kind.Kind, Version: in.versions[kind.Kind], List: objects}) {
			return
		}
		if !yield(in.end(cluster, kind, len(objects) > 0)) {
			return
		}
	}
}

// end tells how reading a kind ended.
func (in *inside) end(cluster model.ID, kind model.ObjectKind, some bool) source.Event {
	scope := source.Scope{Breadth: source.Inside, ID: cluster, Kind: kind.Kind}
	read := in.read(kind, some)
	if read.State == model.ReadDone {
		return source.Complete{Scope: scope, At: read.At}
	}
	return source.Failed{Scope: scope, At: read.At, Why: &source.Problem{What: strings.TrimSuffix(read.Why, ".")}}
}
