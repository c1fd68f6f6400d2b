package kube

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"k8s.io/apimachinery/pkg/fields"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// mostEventPages bounds how many pages of events are read of one list.
const mostEventPages = 20

// Events lists the Kubernetes events that are asked for, now: nothing is kept or
// followed. Where the cluster is open, the way to it is the same.
func (s *Source) Events(ctx context.Context, cluster *model.Resource, asked source.EventsAsked) (source.EventsTold, *source.Problem) {
	r := &reader{Source: s, cluster: cluster}
	done, problem := r.arrive(ctx)
	if problem != nil {
		return source.EventsTold{}, problem
	}
	defer done()
	told, err := r.listEvents(ctx, asked)
	if err == nil {
		return told, nil
	}
	problem = r.problem(err, model.KindEvent)
	if failure, is := errors.AsType[*statusError](err); is && failure.Code == http.StatusForbidden {
		where := " in the namespace " + asked.Namespace
		problem.What += where
		problem.Do = "the right that is missing is list on events" + where + ": " + problem.Do
	}
	return source.EventsTold{}, problem
}

// listEvents lists once more where the API server has forgotten the list meanwhile.
func (r *reader) listEvents(ctx context.Context, asked source.EventsAsked) (told source.EventsTold, err error) {
	for range 3 {
		told = source.EventsTold{At: r.opts.Now()}
		if err = r.listEventsOnce(ctx, asked, &told); !errors.Is(err, errExpired) {
			break
		}
	}
	return told, err
}

func (r *reader) listEventsOnce(ctx context.Context, asked source.EventsAsked, told *source.EventsTold) error {
	path := groupPath("", "v1") + "/namespaces/" + url.PathEscape(asked.Namespace) + "/" + model.EventKind.Resource
	query := url.Values{"limit": {strconv.Itoa(pageSize)}}
	if on := asked.Object; on != (model.Ref{}) {
		query.Set("fieldSelector", fields.Set{"involvedObject.kind": string(on.Kind), "involvedObject.name": on.Name}.AsSelector().String())
	}
	for range mostEventPages {
		answer, _, err := r.askAgain(ctx, model.KindEvent, request{path: path, query: query, accept: asJSON})
		if failure, is := errors.AsType[*statusError](err); is && failure.Code == http.StatusGone {
			return errExpired
		}
		if err != nil {
			return err
		}
		next, err := r.keepEvents(answer, asked, told)
		if err != nil || next == "" {
			return err
		}
		query.Set("continue", next)
	}
	told.Cut = true
	return nil
}

// keepEvents reads a page of events and returns where the next begins.
func (r *reader) keepEvents(answer *bytes.Buffer, asked source.EventsAsked, told *source.EventsTold) (next string, err error) {
	defer buffers.Put(answer)
	turn := r.opts.Pacer.Begin()
	defer turn.End()
	meta, items, err := splitList(answer.Bytes())
	if err != nil {
		return "", err
	}
	for i, item := range items {
		event, err := object.Event(item)
		if err != nil {
			return "", &brokenError{err: fmt.Errorf("item %d: %w", i+1, err)}
		}
		if asked.Wants(&event, asked.Namespace) {
			told.List = append(told.List, event)
		}
	}
	return meta.Continue, nil
}
