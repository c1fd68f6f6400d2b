package source

import (
	"context"
	"iter"

	"github.com/aksight/aksight/model"
)

// Narrow returns a source that leaves out the clusters that are not to be kept, and so
// what hangs under them: nobody asks for the children of a cluster that is not there.
func Narrow(of Source, keep func(cluster model.ID) bool) Source {
	if insider, can := of.(Insider); can {
		return narrowedInsider{narrowed{of, keep}, insider}
	}
	return narrowed{of, keep}
}

// narrowedInsider looks into the clusters that are left as the source does.
type narrowedInsider struct {
	narrowed
	Insider
}

type narrowed struct {
	Source
	keep func(model.ID) bool
}

// Read answers a scope without the clusters that are left out.
func (n narrowed) Read(ctx context.Context, scope Scope) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for event := range n.Source.Read(ctx, scope) {
			upsert, is := event.(Upsert)
			if is && upsert.Resource.Kind == model.KindCluster && !n.keep(upsert.Resource.ID) {
				continue
			}
			if !yield(event) {
				return
			}
		}
	}
}
