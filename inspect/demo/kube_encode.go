package demo

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

// media is the form in which a caller wants its answer.
type media struct {
	protobuf bool
	// as is what the answer is to be made into, such as Table, in a group and version.
	as, group, version string
}

const (
	mediaJSON     = "application/json"
	mediaProtobuf = "application/vnd.kubernetes.protobuf"
	metaGroup     = "meta.k8s.io"
)

// accepted are the forms that a caller accepts, best first.
func acceptedMedia(header string) []media {
	var all []media
	for part := range strings.SplitSeq(header, ",") {
		kind, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		m := media{as: parameters["as"], group: parameters["g"], version: parameters["v"]}
		switch kind {
		case mediaProtobuf:
			m.protobuf = true
		case mediaJSON, "*/*", "application/*":
		default:
			continue
		}
		all = append(all, m)
	}
	return all
}

// negotiate picks the first form that the API server can give of objects.
func negotiate(header string) media {
	for _, m := range acceptedMedia(header) {
		switch m.as {
		case "":
			return m
		case "Table":
			if m.group == metaGroup && m.version == "v1" && !m.protobuf {
				return m
			}
		case "PartialObjectMetadata", "PartialObjectMetadataList":
			if m.group == metaGroup && m.version == "v1" {
				return m
			}
		}
	}
	return media{}
}

func (m media) names() bool { return strings.HasPrefix(m.as, "PartialObjectMetadata") }

// forKind is the form in which objects of a kind are given: custom resources have no
// protobuf but for their metadata.
func (m media) forKind(k *served) media {
	if k.custom && m.as == "" {
		m.protobuf = false
	}
	return m
}

func (m media) contentType() string {
	if m.protobuf {
		return mediaProtobuf
	}
	return mediaJSON
}

// protobufOf encodes an object that knows its kind.
func protobufOf(o runtime.Object) ([]byte, error) {
	scheme, err := apiScheme()
	if err != nil {
		return nil, err
	}
	return runtime.Encode(protobuf.NewSerializer(scheme, scheme), o)
}

// encode returns one object on the wire.
func (m media) encode(o runtime.Object) ([]byte, error) {
	if m.protobuf {
		return protobufOf(o)
	}
	return json.Marshal(o)
}

// send answers with an object that knows its kind.
func (q *question) send(status int, o runtime.Object) {
	content, err := q.media.encode(o)
	if err != nil {
		http.Error(q.w, err.Error(), http.StatusInternalServerError)
		return
	}
	q.w.Header().Set("Content-Type", q.media.contentType())
	q.w.WriteHeader(status)
	_, _ = q.w.Write(content) // the caller went away; there is nobody left to tell
}

// json answers with what is no object of the API.
func (q *question) json(value any) {
	q.w.Header().Set("Content-Type", mediaJSON)
	writeJSON(q.w, value)
}

// one answers with an object in the form that is asked for.
func (q *question) one(kind *served, e entry) {
	q.media = q.media.forKind(kind)
	switch {
	case q.media.as == "Table":
		q.send(http.StatusOK, q.table(kind, []entry{e}, metav1.ListMeta{ResourceVersion: resourceVersion(e)}))
	case q.media.names():
		q.send(http.StatusOK, metadataOf(e.object))
	default:
		q.send(http.StatusOK, typed(kind, e.object))
	}
}

// typed returns an object that knows its kind.
func typed(kind *served, o runtime.Object) runtime.Object {
	if kind.custom {
		return o
	}
	named := o.DeepCopyObject()
	named.GetObjectKind().SetGroupVersionKind(kind.GroupVersionKind)
	return named
}

// metadataOf is an object without all but its metadata.
func metadataOf(o runtime.Object) *metav1.PartialObjectMetadata {
	accessor, err := meta.Accessor(o)
	if err != nil {
		return &metav1.PartialObjectMetadata{}
	}
	partial := meta.AsPartialObjectMetadata(accessor)
	partial.TypeMeta = metav1.TypeMeta{Kind: "PartialObjectMetadata", APIVersion: metaGroup + "/v1"}
	return partial
}

func resourceVersion(e entry) string {
	accessor, err := meta.Accessor(e.object)
	if err != nil {
		return ""
	}
	return accessor.GetResourceVersion()
}

// many answers with a list.
func (q *question) many(kind *served, entries []entry, m metav1.ListMeta) {
	q.media = q.media.forKind(kind)
	switch {
	case q.media.as == "Table":
		q.send(http.StatusOK, q.table(kind, entries, m))
	case q.media.names():
		list := &metav1.PartialObjectMetadataList{
			TypeMeta: metav1.TypeMeta{Kind: "PartialObjectMetadataList", APIVersion: metaGroup + "/v1"}, ListMeta: m,
			Items: make([]metav1.PartialObjectMetadata, len(entries)),
		}
		for i, e := range entries {
			list.Items[i] = *metadataOf(e.object)
		}
		q.send(http.StatusOK, list)
	case q.media.protobuf:
		list, err := typedList(kind, entries, m)
		if err != nil {
			q.fail(err)
			return
		}
		q.send(http.StatusOK, list)
	default:
		q.listJSON(kind, entries, m)
	}
}

// typedList gathers objects in a list of their type.
func typedList(kind *served, entries []entry, m metav1.ListMeta) (runtime.Object, error) {
	scheme, err := apiScheme()
	if err != nil {
		return nil, err
	}
	gvk := listKind(kind)
	list, err := scheme.New(gvk)
	if err != nil {
		return nil, err
	}
	list.GetObjectKind().SetGroupVersionKind(gvk)
	objects := make([]runtime.Object, len(entries))
	for i, e := range entries {
		objects[i] = e.object
	}
	if err := meta.SetList(list, objects); err != nil {
		return nil, err
	}
	accessor, err := meta.ListAccessor(list)
	if err != nil {
		return nil, err
	}
	accessor.SetResourceVersion(m.ResourceVersion)
	accessor.SetContinue(m.Continue)
	accessor.SetRemainingItemCount(m.RemainingItemCount)
	return list, nil
}

func listKind(kind *served) schema.GroupVersionKind {
	return kind.GroupVersion().WithKind(kind.Kind + "List")
}

// listJSON writes a list item by item.
func (q *question) listJSON(kind *served, entries []entry, m metav1.ListMeta) {
	q.w.Header().Set("Content-Type", mediaJSON)
	head, err := json.Marshal(m)
	if err != nil {
		q.fail(err)
		return
	}
	buffer := make([]byte, 0, chunk+16<<10)
	buffer = append(buffer, `{"kind":"`+kind.Kind+`List","apiVersion":"`+kind.GroupVersion().String()+`","metadata":`...)
	buffer = append(append(buffer, head...), `,"items":[`...)
	for i, e := range entries {
		item, err := json.Marshal(e.object)
		if err != nil {
			panic(http.ErrAbortHandler) // half of the answer is sent
		}
		if i > 0 {
			buffer = append(buffer, ',')
		}
		buffer = append(buffer, item...)
		if len(buffer) >= chunk {
			if _, err := q.w.Write(buffer); err != nil {
				return
			}
			buffer = buffer[:0]
		}
	}
	_, _ = q.w.Write(append(buffer, ']', '}')) // the caller went away; there is nobody left to tell
}
