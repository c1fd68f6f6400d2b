package demo

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

const (
	// watchPace is how often a watch looks for changes.
	watchPace = 200 * time.Millisecond
	// bookmarkPace is how often a watch says how far it is, where nothing happens.
	bookmarkPace = time.Minute
)

// watch tells of changes until the caller leaves.
func (q *question) watch(kind *served, t *target) {
	values := q.r.URL.Query()
	chosen, err := q.selector(kind, t)
	if err != nil {
		q.fail(err)
		return
	}
	initial := values.Get("sendInitialEvents") == "true"
	bookmarks := values.Get("allowWatchBookmarks") == "true" || values.Get("allowWatchBookmarks") == "1"
	if initial && (!bookmarks || values.Get("resourceVersionMatch") != "NotOlderThan") {
		q.fail(apierrors.NewBadRequest("sendInitialEvents needs allowWatchBookmarks and resourceVersionMatch=NotOlderThan"))
		return
	}
	told := values.Get("resourceVersion")
	version, err := strconv.ParseInt(told, 10, 64)
	if err != nil && told != "" {
		q.fail(apierrors.NewBadRequest("resourceVersion: Invalid value: " + told))
		return
	}
	q.media = q.media.forKind(kind)
	stream := q.stream(kind)
	now := q.world.list(kind)
	if initial || version == 0 && values.Get("sendInitialEvents") != "false" {
		version = now.version
		for _, e := range now.entries {
			if chosen(e) && !stream.event("ADDED", e) {
				return
			}
		}
		if initial && !stream.bookmark(version, true) {
			return
		}
	} else if version == 0 {
		version = now.version
	}
	q.follow(stream, kind, version, chosen, bookmarks)
}

// follow tells of changes since a resource version.
func (q *question) follow(stream *watchStream, kind *served, version int64, chosen func(entry) bool, bookmarks bool) {
	var end <-chan time.Time
	if seconds, err := strconv.Atoi(q.r.URL.Query().Get("timeoutSeconds")); err == nil && seconds > 0 {
		timer := time.NewTimer(time.Duration(seconds) * time.Second)
		defer timer.Stop()
		end = timer.C
	}
	ticker := time.NewTicker(watchPace)
	defer ticker.Stop()
	quiet := time.Now()
	for {
		q.world.advance(q.now())
		changes, latest, known := q.world.after(kind, version)
		if !known {
			stream.expired(version, q.world.since())
			return
		}
		for _, c := range changes {
			if chosen(c.entry) && !stream.event(c.event, c.entry) {
				return
			}
			quiet = time.Now()
		}
		version = latest
		if bookmarks && time.Since(quiet) > bookmarkPace {
			if !stream.bookmark(version, false) {
				return
			}
			quiet = time.Now()
		}
		select {
		case <-q.r.Context().Done():
			return
		case <-end:
			return
		case <-ticker.C:
		}
	}
}

// watchStream writes the events of a watch.
type watchStream struct {
	q     *question
	kind  *served
	frame io.Writer // of protobuf
}

// stream starts the answer.
func (q *question) stream(kind *served) *watchStream {
	s := &watchStream{q: q, kind: kind}
	contentType := q.media.contentType()
	if q.media.protobuf {
		contentType += ";stream=watch"
		s.frame = protobuf.LengthDelimitedFramer.NewFrameWriter(q.w)
	}
	q.w.Header().Set("Content-Type", contentType)
	q.w.WriteHeader(http.StatusOK)
	s.flush()
	return s
}

func (s *watchStream) flush() {
	if f, ok := s.q.w.(http.Flusher); ok {
		f.Flush()
	}
}

// event sends a change, and reports whether there is still somebody to hear of it.
func (s *watchStream) event(kind string, e entry) bool {
	switch {
	case s.q.media.as == "Table":
		return s.write(kind, s.q.table(s.kind, []entry{e}, metav1.ListMeta{ResourceVersion: resourceVersion(e)}))
	case s.q.media.names():
		return s.write(kind, metadataOf(e.object))
	}
	return s.write(kind, typed(s.kind, e.object))
}

// bookmark says how far the watch is, and whether that ends what there was before.
func (s *watchStream) bookmark(version int64, ends bool) bool {
	m := metav1.ObjectMeta{ResourceVersion: strconv.FormatInt(version, 10)}
	if ends {
		m.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	}
	if s.q.media.as != "" {
		return s.write("BOOKMARK", &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{Kind: "PartialObjectMetadata", APIVersion: metaGroup + "/v1"}, ObjectMeta: m})
	}
	var o runtime.Object
	if s.kind.custom {
		u := &unstructured.Unstructured{Object: map[string]any{}}
		u.SetResourceVersion(m.ResourceVersion)
		u.SetAnnotations(m.Annotations)
		o = u
	} else {
		scheme, err := apiScheme()
		if err != nil {
			return false
		}
		if o, err = scheme.New(s.kind.GroupVersionKind); err != nil {
			return false
		}
		accessor, ok := o.(metav1.ObjectMetaAccessor)
		if !ok {
			return false
		}
		accessor.GetObjectMeta().SetResourceVersion(m.ResourceVersion)
		accessor.GetObjectMeta().SetAnnotations(m.Annotations)
	}
	o.GetObjectKind().SetGroupVersionKind(s.kind.GroupVersionKind)
	return s.write("BOOKMARK", o)
}

// expired ends a watch whose resource version is too old.
func (s *watchStream) expired(version, oldest int64) {
	status := apierrors.NewResourceExpired("too old resource version: " + strconv.FormatInt(version, 10) + " (" + strconv.FormatInt(oldest, 10) + ")").Status()
	status.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
	s.write("ERROR", &status)
}

func (s *watchStream) write(kind string, o runtime.Object) bool {
	raw, err := s.q.media.encode(o)
	if err != nil {
		return false
	}
	event := &metav1.WatchEvent{Type: kind, Object: runtime.RawExtension{Raw: raw}}
	if s.q.media.protobuf {
		content, err := event.Marshal()
		if err != nil {
			return false
		}
		_, err = s.frame.Write(content)
		if err != nil {
			return false
		}
	} else {
		content, err := json.Marshal(event)
		if err != nil {
			return false
		}
		if _, err := s.q.w.Write(append(content, '\n')); err != nil {
			return false
		}
	}
	s.flush()
	return true
}
