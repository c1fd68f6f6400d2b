package source

import (
	"context"
	"iter"
	"time"

	"github.com/aksight/aksight/model"
)

// Insider is a source that can look into clusters, at what the Kubernetes API tells.
type Insider interface {
	// Inside reads every kind of object inside a cluster. The resource is the cluster's
	// own document. Each kind ends with Complete or Failed, of scope Inside and that
	// kind; one Failed without a kind says that the cluster could not be reached. With
	// follow set it goes on with what changes, until the context is cancelled: objects,
	// Gone, and Complete again where a kind had to be listed anew. It yields from one
	// goroutine.
	Inside(ctx context.Context, cluster *model.Resource, follow bool) iter.Seq[Event]
	// InsideGiven reports whether the source was asked for the cluster's inside when it
	// was made, by a kubeconfig's context or by files that hold it: then nobody needs to
	// ask for it again before it is read.
	InsideGiven(cluster model.ID) bool
	// Events lists Kubernetes events. Nobody reads them but on request, and nothing
	// follows them.
	Events(ctx context.Context, cluster *model.Resource, asked EventsAsked) (EventsTold, *Problem)
}

// EventsAsked says which Kubernetes events are asked for: all of a namespace, or those on
// one object, which lie in the object's namespace, or in default where it has none.
type EventsAsked struct {
	Namespace string
	// Object is zero where all of the namespace are asked for.
	Object model.Ref
}

// Wants reports whether an event is among those that are asked for. In says where it lies.
func (a EventsAsked) Wants(event *model.KubeEvent, in string) bool {
	return in == a.Namespace && (a.Object == model.Ref{} || event.Object == a.Object)
}

// EventsTold are Kubernetes events, in no order.
type EventsTold struct {
	List []model.KubeEvent
	// Cut is set where there were more than are read.
	Cut bool
	At  time.Time
}

// Connected says that a cluster's API server answered.
type Connected struct {
	Cluster model.ID
	// Server is its version, such as v1.34.2.
	Server string
	// User is whom the server took the reader for, or empty.
	User string
	// Address is where it answered, such as https://x.hcp.westeurope.azmk8s.io:443.
	Address string
}

// Listing says that a kind is listed once more: what was known of it and does not come
// until its Complete is gone. The first list needs none.
type Listing struct {
	Cluster model.ID
	Kind    model.Kind
}

// Objects brings objects of one kind as they now are: a page of a list, or what changed.
type Objects struct {
	Cluster model.ID
	Kind    model.Kind
	// Version is the API version that the kind was read in, such as apps/v1.
	Version string
	List    []*model.Object
}

// Gone says that an object was deleted.
type Gone struct {
	Cluster model.ID
	Ref     model.Ref
}

func (Connected) event() {}
func (Listing) event()   {}
func (Objects) event()   {}
func (Gone) event()      {}
