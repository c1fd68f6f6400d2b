package kube

import (
	"context"
	"iter"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Alone is an estate of the one cluster behind a kubeconfig's context, without Azure.
// Nothing is known of it but what the Kubernetes API tells.
type Alone struct {
	*Source
	cluster *model.Resource
}

// NewAlone returns the estate of a kubeconfig's context.
func NewAlone(name string, opts Options) *Alone {
	s := New(opts)
	return &Alone{s, &model.Resource{
		ID: model.KubeconfigID(name), Parent: model.SubscriptionID(""), Kind: model.KindCluster,
		Raw: model.NewJSON([]byte("{}")), ReadAt: s.opts.Now(), Via: "kubeconfig",
	}}
}

// Read answers a scope with the cluster, which needs no request.
func (a *Alone) Read(ctx context.Context, scope source.Scope) iter.Seq[source.Event] {
	return func(yield func(source.Event) bool) {
		if ctx.Err() != nil {
			return
		}
		if scope.Breadth != source.Children && !yield(source.Upsert{Resource: a.cluster}) {
			return
		}
		yield(source.Complete{Scope: scope, At: a.opts.Now()})
	}
}

// Identity tells which context is explored.
func (a *Alone) Identity() source.Identity {
	return source.Identity{Mode: source.Live, User: a.cluster.ID.Name()}
}
