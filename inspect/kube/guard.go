package kube

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// read is a request that only reads. In the path {} stands for one segment.
type read struct {
	method string
	path   string
	// form narrows what may be asked for; AsDocument where anything may.
	form model.Form
}

// reads are all requests that may leave the process: lists of the kinds that are read,
// what the API server serves, and two reviews, which are POSTs that store nothing.
var reads = func() []read {
	list := []read{
		{method: http.MethodGet, path: "/version"},
		{method: http.MethodGet, path: "/api"},
		{method: http.MethodGet, path: "/apis"},
		{method: http.MethodGet, path: "/apis/{}/{}"}, // the resources of one group and version
		{method: http.MethodPost, path: "/apis/authentication.k8s.io/v1/selfsubjectreviews"},
		{method: http.MethodPost, path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"},
	}
	for _, kind := range append(slices.Clip(model.ObjectKinds), model.EventKind) {
		resource := kind.Resource
		if resource == anyResource {
			resource = "{}"
		}
		for _, place := range kind.Places() {
			list = append(list, read{http.MethodGet, groupPath(place.Group, place.Version) + "/" + resource, kind.Form})
			if kind.Namespaced {
				list = append(list, read{http.MethodGet, groupPath(place.Group, place.Version) + "/namespaces/{}/" + resource, kind.Form})
			}
		}
	}
	return list
}()

// anyResource stands for every resource of a group.
const anyResource = "*"

// groupPath is where the API server serves a group's version.
func groupPath(group, version string) string {
	if group == "" {
		return "/api/" + version
	}
	return "/apis/" + group + "/" + version
}

// refusedError says that a request was not sent because it is no listed read.
type refusedError struct{ method, url string }

func (e *refusedError) Error() string {
	return fmt.Sprintf("%s %s was not sent: it is not one of the reads that are allowed", e.method, e.url)
}

// guard lets only the listed reads pass, and only to one server. Nothing turns it off.
type guard struct {
	server *url.URL
	next   http.RoundTripper
}

// RoundTrip sends a request where it is a listed read. It is the last step before the
// network, so that it sees what a redirect would make of it too.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if !g.allows(req) {
		return nil, &refusedError{req.Method, loggable(req.URL)}
	}
	return g.next.RoundTrip(req)
}

func (g *guard) allows(req *http.Request) bool {
	if req.URL.User != nil || !strings.EqualFold(req.URL.Scheme, g.server.Scheme) || !strings.EqualFold(req.URL.Host, g.server.Host) ||
		req.Host != "" && !strings.EqualFold(req.Host, req.URL.Host) {
		return false
	}
	segments, plain := pathSegments(req.URL, g.server)
	if !plain {
		return false
	}
	for _, read := range reads {
		if read.method == req.Method && matches(read.path, segments) {
			return safe(read.form, req)
		}
	}
	return false
}

// safe reports whether a request asks for no more of a kind than may be read of it: of
// Secrets the printed columns without the object, since already its metadata may carry
// values; of kinds that are read by name the metadata.
func safe(form model.Form, req *http.Request) bool {
	switch form {
	case model.AsTable:
		query := req.URL.Query()
		return asksOnly(req, "Table") && len(query["includeObject"]) == 1 && query.Get("includeObject") == "None" && !query.Has("watch")
	case model.AsNames:
		return asksOnly(req, "PartialObjectMetadataList") || asksOnly(req, "PartialObjectMetadata")
	default:
		return true
	}
}

// asksOnly reports whether every form that a request accepts is that one.
func asksOnly(req *http.Request, as string) bool {
	accepted := req.Header.Values("Accept")
	for _, value := range accepted {
		for each := range strings.SplitSeq(value, ",") {
			_, params, err := mime.ParseMediaType(each)
			if err != nil || params["as"] != as {
				return false
			}
		}
	}
	return len(accepted) > 0
}

// pathSegments splits a path below the server's own. It is not plain where a server
// might understand it in another way than the guard does.
func pathSegments(u, server *url.URL) (segments []string, plain bool) {
	path, below := strings.CutPrefix(u.EscapedPath(), strings.TrimSuffix(server.EscapedPath(), "/"))
	if u.Opaque != "" || !below || !strings.HasPrefix(path, "/") {
		return nil, false
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		decoded, err := url.PathUnescape(segment)
		if err != nil || decoded == "" || decoded == "." || decoded == ".." || strings.ContainsAny(decoded, "/\\?#%;\x00") {
			return nil, false
		}
		segments = append(segments, decoded)
	}
	return segments, true
}

func matches(pattern string, segments []string) bool {
	at := 0
	for part := range strings.SplitSeq(pattern[1:], "/") {
		if at == len(segments) || part != "{}" && part != segments[at] {
			return false
		}
		at++
	}
	return at == len(segments)
}
