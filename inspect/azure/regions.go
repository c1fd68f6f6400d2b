package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

const (
	// versionsFor is how long the list of a region's Kubernetes versions answers for
	// every cluster there.
	versionsFor = time.Hour
	// soon is that time where somebody asks to read again, or where the read failed:
	// long enough for all clusters of a region to share one answer.
	soon = 15 * time.Second
)

// regions shares what is read of a region among the clusters there. The zero value is
// ready.
type regions struct {
	mu    sync.Mutex
	reads map[string]*regionRead
}

// regionRead is one read of a region's Kubernetes versions.
type regionRead struct {
	done chan struct{} // closed when it has ended
	// The rest is set before that.
	raw     json.RawMessage
	version string
	at      time.Time
	err     error
}

// share returns the read of that key which is fresh or under way, else one that the
// caller has to make and to end.
func (g *regions) share(key string, fresh func(*regionRead) bool) (read *regionRead, own bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if held := g.reads[key]; held != nil {
		select {
		case <-held.done:
			if fresh(held) {
				return held, false
			}
		default:
			return held, false
		}
	}
	if g.reads == nil {
		g.reads = map[string]*regionRead{}
	}
	read = &regionRead{done: make(chan struct{})}
	g.reads[key] = read
	return read, true
}

// readKubernetesVersions hands out which Kubernetes versions Azure lists for the
// cluster's region: one read for all clusters of a subscription there.
func (r *reader) readKubernetesVersions(subscription string) error {
	region, err := r.region()
	if err != nil {
		return err
	}
	id := string(model.SubscriptionID(subscription)) + "/providers/Microsoft.ContainerService/locations/" + region + "/kubernetesVersions"
	began := r.now()
	for {
		read, own := r.regions.share(strings.ToLower(id), func(held *regionRead) bool {
			if held.err == nil && !source.Requested(r.ctx) {
				return began.Sub(held.at) < versionsFor
			}
			return began.Sub(held.at) < soon && !calledOff(held.err)
		})
		if own {
			read.version, read.raw, read.err = r.askVersions(subscription, id)
			read.at = r.now()
			close(read.done)
		}
		select {
		case <-read.done:
		case <-r.ctx.Done():
			return r.ctx.Err()
		}
		if !own && calledOff(read.err) {
			continue // whoever read it gave up; somebody still wants it
		}
		if read.err != nil {
			return read.err
		}
		resource, err := r.childResource(model.ID(id), r.scope.Kind, read.raw, read.version)
		if err != nil {
			return err
		}
		resource.ReadAt = read.at
		return r.emit(source.Upsert{Resource: resource})
	}
}

func (r *reader) askVersions(subscription, id string) (version string, raw json.RawMessage, err error) {
	err = r.withVersion(subscription, func(asked string) error {
		var failed error
		version = asked
		raw, failed = r.document(id, asked, subscription)
		return failed
	})
	if err != nil && r.ctx.Err() != nil {
		err = r.ctx.Err()
	}
	return version, raw, err
}

// calledOff reports whether a read ended because nobody wanted it any more.
func calledOff(err error) bool { return errors.Is(err, context.Canceled) || errors.Is(err, errStopped) }

// region returns the cluster's region as Azure writes it in addresses.
func (r *reader) region() (string, error) {
	cluster, err := r.clusterDocument()
	if err != nil {
		return "", err
	}
	var document struct {
		Location string `json:"location"`
	}
	if err := json.Unmarshal(cluster.Raw.Bytes(), &document); err != nil {
		return "", fmt.Errorf("the document of %s: %w", cluster.ID, err)
	}
	region := strings.ToLower(strings.ReplaceAll(document.Location, " ", ""))
	if region == "" {
		return "", &source.Problem{
			What: "The document of the cluster " + cluster.ID.Name() + " does not name its region",
			Do:   "read the cluster again with v",
		}
	}
	return region, nil
}
