package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// followed is a list that was read, and the version from which a watch goes on.
type followed struct {
	resource
	version string
}

const (
	// watchFor is how long one watch lasts: the API server ends it then, and the next
	// goes on from there.
	watchFor = 5 * time.Minute
	// pollEvery is how often is listed anew what cannot be watched.
	pollEvery = 5 * time.Minute
	// longestPause is the longest time between two tries to watch.
	longestPause = 30 * time.Second
	// refusals in a row mean that a kind may not be watched.
	refusals = 5
)

// errUnwatchable says that a kind may be listed but not watched.
var errUnwatchable = errors.New("it may not be watched")

// followKind keeps a kind current until the context ends: by watches, and by a new list
// where the API server has forgotten the version to go on from.
func (r *reader) followKind(ctx context.Context, kind model.ObjectKind, places []followed) {
	for ctx.Err() == nil {
		err := r.watchAll(ctx, kind, places)
		if errors.Is(err, errUnwatchable) && r.sleep(ctx, pollEvery) != nil || ctx.Err() != nil {
			return
		}
		for try := 1; ; try++ {
			if places, err = r.listAgain(ctx, kind); err == nil {
				break
			}
			r.lost(ctx, err)
			if r.sleep(ctx, pause(try)) != nil {
				return
			}
		}
	}
}

// watchAll watches every place of a kind until one of them must be listed anew.
func (r *reader) watchAll(ctx context.Context, kind model.ObjectKind, places []followed) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var watches sync.WaitGroup
	for _, place := range places {
		watches.Go(func() { cancel(r.watch(ctx, kind, place)) })
	}
	watches.Wait()
	<-ctx.Done() // where there is nothing to watch
	return context.Cause(ctx)
}

// listAgain lists a kind anew.
func (r *reader) listAgain(ctx context.Context, kind model.ObjectKind) ([]followed, error) {
	select {
	case r.turns <- struct{}{}:
		defer func() { <-r.turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r.emit(ctx, source.Listing{Cluster: r.cluster.ID, Kind: kind.Kind})
	places, err := r.listAll(ctx, kind)
	if err != nil {
		return nil, err
	}
	r.back(ctx)
	r.emit(ctx, source.Complete{Scope: r.scope(kind.Kind), At: r.opts.Now()})
	return places, nil
}

// watch tells what changes in one place, over as many watches as it takes, until it has
// to be listed anew.
func (r *reader) watch(ctx context.Context, kind model.ObjectKind, place followed) error {
	refused := 0
	for try := 1; ctx.Err() == nil; try++ {
		before := place.version
		err := r.watchOnce(ctx, kind, &place)
		failure, answered := errors.AsType[*statusError](err)
		switch {
		case errors.Is(err, errExpired):
			return err
		case answered && (failure.Code == http.StatusForbidden || failure.Code == http.StatusNotFound || failure.Code == http.StatusMethodNotAllowed):
			// An API server that has just started refuses what it allows a moment later.
			if refused++; refused == refusals {
				return errUnwatchable
			}
		default:
			refused = 0
			if err != nil {
				r.lost(ctx, err)
			}
		}
		if err == nil || place.version != before {
			try = 1
		}
		// A server that ends each watch at once is not asked all the time either.
		if r.sleep(ctx, pause(try)) != nil {
			break
		}
	}
	return ctx.Err()
}

// pause is how long to wait before watching again.
func pause(try int) time.Duration { return min(backoff(try), longestPause) }

// watchOnce watches until the API server ends the watch, or it breaks.
func (r *reader) watchOnce(ctx context.Context, kind model.ObjectKind, place *followed) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	asked := request{path: place.path, accept: asJSON, query: url.Values{
		"watch": {"true"}, "resourceVersion": {place.version}, "allowWatchBookmarks": {"true"},
		"timeoutSeconds": {strconv.Itoa(int(watchFor.Seconds()))},
	}}
	if kind.Form == model.AsNames {
		asked.accept = asNamesOne
	}
	req, err := asked.new(ctx, r.server)
	if err != nil {
		return err
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		err := readStatus(resp)
		if failure, is := errors.AsType[*statusError](err); is && failure.Code == http.StatusGone {
			return errExpired
		}
		return err
	}
	r.back(ctx)
	frames := jsontext.NewDecoder(resp.Body, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		frame, err := frames.ReadValue()
		switch {
		case errors.Is(err, io.EOF):
			return nil // it lasted as long as it was to
		case err != nil:
			return err
		}
		if err := r.changed(ctx, kind, place, frame); err != nil {
			return err
		}
	}
}

// changed tells one change.
func (r *reader) changed(ctx context.Context, kind model.ObjectKind, place *followed, frame []byte) error {
	var change struct {
		Type   string          `json:"type"`
		Object json.RawMessage `json:"object"`
	}
	if err := json.Unmarshal(frame, &change); err != nil {
		return &brokenError{err: err}
	}
	if change.Type == "ERROR" {
		return watchError(change.Object)
	}
	var header struct {
		Metadata struct {
			Version string `json:"resourceVersion"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(change.Object, &header); err != nil {
		return &brokenError{err: err}
	}
	if change.Type != "BOOKMARK" {
		turn := r.opts.Pacer.Begin()
		o, err := keepJSON(kind, place.apiVersion, change.Object, r.opts.Now())
		turn.End()
		switch {
		case err != nil:
			return &brokenError{err: err}
		case change.Type == "DELETED":
			r.emit(ctx, source.Gone{Cluster: r.cluster.ID, Ref: o.Ref})
		default:
			if kind.Kind == model.KindNamespace {
				r.remember([]*model.Object{o})
			}
			r.emit(ctx, source.Objects{Cluster: r.cluster.ID, Kind: kind.Kind, Version: place.apiVersion, List: []*model.Object{o}})
		}
	}
	if header.Metadata.Version != "" {
		place.version = header.Metadata.Version
	}
	return ctx.Err()
}

// watchError is why the API server ends a watch.
func watchError(text []byte) error {
	var status struct {
		Code    int    `json:"code"`
		Reason  string `json:"reason"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(text, &status); err != nil {
		return &brokenError{err: err}
	}
	if status.Code == http.StatusGone {
		return fmt.Errorf("%w: %s", errExpired, status.Message)
	}
	return &statusError{Code: status.Code, Reason: status.Reason, Message: status.Message}
}

// keepJSON makes an object of a document in JSON, in the form in which the kind is kept.
func keepJSON(kind model.ObjectKind, apiVersion string, text []byte, now time.Time) (*model.Object, error) {
	empty := typedObjects[kind.Kind]
	if kind.Form != model.AsTyped || empty == nil {
		return object.Keep(kind.Kind, apiVersion, text, now)
	}
	typed := empty()
	if err := json.Unmarshal(text, typed); err != nil {
		return nil, err
	}
	return keepTyped(kind.Kind, apiVersion, typed, now)
}

// followSecrets lists the Secrets anew from time to time: a watch would bring them whole.
func (r *reader) followSecrets(ctx context.Context, kind model.ObjectKind) {
	for r.sleep(ctx, pollEvery) == nil {
		r.emit(ctx, source.Listing{Cluster: r.cluster.ID, Kind: kind.Kind})
		if err := r.listSecrets(ctx, kind); err == nil {
			r.emit(ctx, source.Complete{Scope: r.scope(kind.Kind), At: r.opts.Now()})
		}
	}
}
