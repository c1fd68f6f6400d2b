package inspect

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// OpenInside reads what runs in a cluster and keeps it current, unless it is open
// already. It returns at once; the store's snapshots tell how it goes.
func (i *Inspection) OpenInside(id model.ID) error {
	cluster, err := i.openable(id)
	if err == nil {
		i.Inside.Open(i.context, cluster)
	}
	return err
}

// AgainInside reads what runs in a cluster anew. It waits until the read before it has
// ended.
func (i *Inspection) AgainInside(id model.ID) error {
	cluster, err := i.openable(id)
	if err == nil {
		i.Inside.Again(i.context, cluster)
	}
	return err
}

// CloseInside stops following what runs in a cluster; what was read of it stays.
func (i *Inspection) CloseInside(id model.ID) {
	if i.Inside != nil {
		i.Inside.Close(id)
	}
}

// WaitInside returns when what runs in a cluster that is open was read and judged, or
// with the context's error.
func (i *Inspection) WaitInside(ctx context.Context, id model.ID) error {
	if i.Inside == nil {
		return nil
	}
	if err := i.Inside.Wait(ctx, id); err != nil {
		return fmt.Errorf("read what runs in %s: %w", id.Name(), err)
	}
	return i.Store.Settle(ctx)
}

// insidesAtOnce bounds how many clusters are read at once where all are.
const insidesAtOnce = 4

// ReadInsides reads what runs in each cluster that is wanted, and in those whose inside
// the source was made for; it returns when all was read and judged, or with the
// context's error. A cluster that cannot be reached says so in the store.
func (i *Inspection) ReadInsides(ctx context.Context, wanted func(*store.Cluster) bool) error {
	if i.Inside == nil {
		return nil
	}
	given := i.Source.(source.Insider).InsideGiven // Inside is there only with one
	var group errgroup.Group
	group.SetLimit(insidesAtOnce)
	for _, cluster := range i.Store.Snapshot().Clusters {
		id := cluster.Resource.ID
		if !wanted(cluster) && !given(id) {
			continue
		}
		group.Go(func() error {
			if err := i.OpenInside(id); err != nil {
				return err
			}
			return i.WaitInside(ctx, id)
		})
	}
	return group.Wait()
}

// openGiven opens the insides that the source was made for, once the estate was read.
func (i *Inspection) openGiven(ctx context.Context) {
	if i.Inside == nil || i.Wait(ctx) != nil {
		return
	}
	// What fails is in the store, and opened again with r.
	_ = i.ReadInsides(ctx, func(*store.Cluster) bool { return false })
}

func (i *Inspection) openable(id model.ID) (*model.Resource, error) {
	if i.Inside == nil || i.context == nil {
		return nil, errors.New("this source does not tell what runs in clusters")
	}
	cluster := i.Store.Snapshot().Cluster(id)
	if cluster == nil {
		return nil, fmt.Errorf("no cluster %s was read", id.Name())
	}
	return cluster.Resource, nil
}

// document decodes a cluster's own document, or returns nil.
func (i *Inspection) document(id model.ID) *model.Document {
	cluster := i.Store.Snapshot().Cluster(id)
	if cluster == nil || id.Kubeconfig() {
		return nil
	}
	decoded, err := document.Decode(cluster.Resource)
	if err != nil {
		return nil
	}
	return decoded
}
