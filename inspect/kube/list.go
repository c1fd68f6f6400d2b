package kube

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// How many objects one request asks for. Pages of documents take megabytes while they
// are taken apart, and several lists are under way at once; of short objects larger
// pages spare the API server work.
const (
	pageOfDocuments = 250
	pageSize        = 500
	// ConfigMaps may be of a megabyte each, and next to nothing of them is kept.
	pageOfContents = 100
	// A page has to come before the next can be asked for: of roles and bindings, which
	// take a few hundred bytes each, clusters have ten thousand.
	pageOfBindings = 2500
)

func pageOf(kind model.ObjectKind) string {
	switch {
	case kind.Form == model.AsDocument:
		return strconv.Itoa(pageOfDocuments)
	case kind.Form == model.AsKeys:
		return strconv.Itoa(pageOfContents)
	case kind.Group == rbacv1.GroupName:
		return strconv.Itoa(pageOfBindings)
	}
	return strconv.Itoa(pageSize)
}

// errExpired says that the API server has forgotten what a list or watch goes on from.
var errExpired = errors.New("the list expired")

// readKind reads all objects of a kind, and has them followed.
func (r *reader) readKind(ctx context.Context, kind model.ObjectKind) {
	if kind.Form == model.AsTable {
		r.readSecrets(ctx, kind)
		return
	}
	places, err := r.listAll(ctx, kind)
	r.show(kind.Kind)
	if kind.Kind == model.KindNamespace {
		r.unnamed = err
		close(r.named)
	}
	if err != nil {
		r.fail(ctx, kind.Kind, r.problem(err, kind.Kind))
		return
	}
	r.emit(ctx, source.Complete{Scope: r.scope(kind.Kind), At: r.opts.Now()})
	if r.follow && len(places) > 0 {
		r.watches.Go(func() { r.followKind(ctx, kind, places) })
	}
}

// listAll lists every place in which a kind is served.
func (r *reader) listAll(ctx context.Context, kind model.ObjectKind) ([]followed, error) {
	var places []followed
	for _, place := range r.served.find(kind) {
		version, err := r.list(ctx, kind, place)
		if err != nil {
			return nil, err
		}
		if version != "" { // else the server does not know it
			places = append(places, followed{place, version})
		}
	}
	return places, nil
}

// list reads one list to its end, page after page, and returns the version from which a
// watch goes on. Where the server has forgotten the list meanwhile, it starts again.
func (r *reader) list(ctx context.Context, kind model.ObjectKind, place resource) (version string, err error) {
	for range 3 {
		version, err = r.listOnce(ctx, kind, place)
		if !errors.Is(err, errExpired) {
			return version, err
		}
		r.emit(ctx, source.Listing{Cluster: r.cluster.ID, Kind: kind.Kind})
	}
	return "", err
}

// listOnce asks for the next page while the one before is taken apart.
func (r *reader) listOnce(ctx context.Context, kind model.ObjectKind, place resource) (version string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var keeping sync.WaitGroup
	defer keeping.Wait()
	next := ""
	for {
		page, err := r.page(ctx, kind, place, next)
		if err != nil {
			keeping.Wait()
			if cause := context.Cause(ctx); cause != nil {
				return "", cause
			}
			return "", err
		}
		keeping.Wait() // one page at a time is taken apart
		if cause := context.Cause(ctx); cause != nil {
			return "", cause
		}
		keeping.Go(func() {
			if err := r.keep(ctx, kind, place, page); err != nil {
				cancel(err)
			}
		})
		if next = page.meta.Continue; next == "" {
			keeping.Wait()
			return page.meta.Version, context.Cause(ctx)
		}
	}
}

// page is one page of a list. It holds its answer until it is kept.
type page struct {
	answer *bytes.Buffer
	meta   listMeta
	items  [][]byte
	typed  []*model.Object // where the answer is protobuf
}

func (r *reader) page(ctx context.Context, kind model.ObjectKind, place resource, next string) (*page, error) {
	query := url.Values{"limit": {pageOf(kind)}}
	if next != "" {
		query.Set("continue", next)
	}
	answer, contentType, err := r.askAgain(ctx, kind.Kind, request{path: place.path, query: query, accept: accepts(kind)})
	if failure, is := errors.AsType[*statusError](err); is {
		switch failure.Code {
		case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable:
			if next == "" { // what is not served has no objects
				return &page{answer: new(bytes.Buffer)}, nil
			}
		case http.StatusGone:
			return nil, errExpired
		}
	}
	if err != nil {
		return nil, err
	}
	turn := r.opts.Pacer.Begin()
	defer turn.End()
	p := &page{answer: answer}
	if strings.HasPrefix(contentType, asProtobuf) {
		p.meta, p.typed, err = decodeTyped(kind, place.apiVersion, answer.Bytes(), r.opts.Now())
	} else {
		p.meta, p.items, err = splitList(answer.Bytes())
	}
	return p, err
}

// accepts is the form in which a kind is asked for.
func accepts(kind model.ObjectKind) string {
	switch kind.Form {
	case model.AsTyped:
		return asProtobuf + "," + asJSON
	case model.AsNames:
		return asNames
	case model.AsTable:
		return asTable
	default:
		return asJSON
	}
}

// keep makes objects of a page and hands them over.
func (r *reader) keep(ctx context.Context, kind model.ObjectKind, place resource, p *page) error {
	defer func() {
		p.items = nil
		buffers.Put(p.answer)
	}()
	objects, now := p.typed, r.opts.Now()
	for start := 0; start < len(p.items) && ctx.Err() == nil; start += itemsATurn {
		turn := r.opts.Pacer.Begin()
		for _, item := range p.items[start:min(start+itemsATurn, len(p.items))] {
			kept, err := keepJSON(kind, place.apiVersion, item, now)
			if err != nil {
				turn.End()
				return &brokenError{err: fmt.Errorf("item %d: %w", len(objects)+1, err)}
			}
			objects = append(objects, kept)
		}
		turn.End()
	}
	if kind.Kind == model.KindNamespace {
		r.remember(objects)
	}
	if len(objects) > 0 {
		r.emit(ctx, source.Objects{Cluster: r.cluster.ID, Kind: kind.Kind, Version: place.apiVersion, List: objects})
		r.show(kind.Kind)
	}
	return nil
}

// itemsATurn is how many objects are made before keys may have the core.
const itemsATurn = 25
