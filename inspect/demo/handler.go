package demo

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aksight/aksight/inspect/pace"
)

// Options say what the estate is and how it answers. The zero value is the
// company as it is, answering at once.
type Options struct {
	// Now is the clock that the estate's dates are relative to; time.Now where nil.
	Now func() time.Time
	// Scale grows the company to that many readable clusters; what is less than the
	// company has leaves it as it is.
	Scale int
	// PageSize is how many items a page of a list holds; 100 where zero.
	PageSize int
	// ResourceGraphPage caps the rows of a Resource Graph page below what a query
	// asks for; no cap where zero.
	ResourceGraphPage int
	// Delay comes before every answer.
	Delay time.Duration
	// Pacer lets the making of documents give way to keys; it may be nil.
	Pacer *pace.Pacer
	// Faults are played on the requests that they match.
	Faults []Fault
	// KubernetesServer is where a handler of NewKubernetesHandler is served, such as
	// https://127.0.0.1:8443, and KubernetesCA who vouches for it: user credentials then
	// lead there. Without it they name the servers that the clusters' documents do.
	KubernetesServer string
	KubernetesCA     []byte
}

const defaultPageSize = 100

// handler answers for the estate. It builds the estate with the first request,
// so that to have one costs nothing.
type handler struct {
	opts   Options
	faults []*fault

	once   sync.Once
	estate *estate
	err    error

	rightsOnce sync.Once
	rights     *rights
	rightsErr  error
}

// NewHandler returns a handler that answers as Azure Resource Manager, Resource Graph
// and Microsoft Graph do. It is safe for concurrent use.
func NewHandler(opts Options) http.Handler {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.PageSize <= 0 {
		opts.PageSize = defaultPageSize
	}
	h := &handler{opts: opts}
	for _, spec := range opts.Faults {
		h.faults = append(h.faults, &fault{Fault: spec})
	}
	return h
}

// ServeHTTP answers one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isGraph(r) {
		setGraphHeaders(w.Header(), r)
	} else {
		setCommonHeaders(w.Header(), r)
	}
	if !pause(r, h.opts.Delay) {
		return
	}
	if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		if isGraph(r) {
			h.failDirectory(w, http.StatusUnauthorized, "InvalidAuthenticationToken", "Access token is empty.")
			return
		}
		w.Header().Set("WWW-Authenticate", `Bearer authorization_uri="https://login.microsoftonline.com/`+tenantID+`", error="invalid_token", error_description="The access token is missing."`)
		fail(w, http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
		return
	}
	w, done := play(h.faults, w, r, func(f *Fault) { h.fault(w, r, f) })
	if w == nil {
		return
	}
	defer done()
	h.once.Do(func() { h.estate, h.err = loadEstate(h.opts.Scale) })
	if h.err != nil {
		broken(w, h.err)
		return
	}
	if isGraph(r) {
		h.routeGraph(w, r)
		return
	}
	h.route(w, r)
}

// pause waits, unless the caller goes away.
func pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// route finds who answers a path. ARM compares paths regardless of case.
func (h *handler) route(w http.ResponseWriter, r *http.Request) {
	path := strings.Trim(r.URL.Path, "/")
	segments := strings.Split(path, "/")
	switch {
	case match(segments, "providers", "microsoft.resourcegraph", "resources"):
		if accepted(w, r, http.MethodPost, "Microsoft.ResourceGraph", "resources") {
			h.resourceGraph(w, r)
		}
	case match(segments, "subscriptions"):
		if accepted(w, r, http.MethodGet, providerResources, "subscriptions") {
			h.listSubscriptions(w)
		}
	case match(segments, "tenants"):
		if accepted(w, r, http.MethodGet, providerResources, "tenants") {
			h.listTenants(w)
		}
	case len(segments) >= 2 && strings.EqualFold(segments[0], "subscriptions"):
		h.routeSubscription(w, r, segments[1], segments[2:])
	default:
		fail(w, http.StatusNotFound, "InvalidResourceType", "The resource type could not be found in the namespace for the path '"+r.URL.Path+"'.")
	}
}

func (h *handler) routeSubscription(w http.ResponseWriter, r *http.Request, id string, rest []string) {
	s := h.estate.byID(id)
	if s == nil {
		fail(w, http.StatusNotFound, "SubscriptionNotFound", "The subscription '"+id+"' could not be found.")
		return
	}
	if below, asked, ok := authorizationPath(rest); ok {
		h.authorization(w, r, s, below, asked)
		return
	}
	switch {
	case len(rest) == 0:
		if accepted(w, r, http.MethodGet, providerResources, "subscriptions") {
			writeJSON(w, subscriptionDocument(s))
		}
	case match(rest, "providers", "microsoft.containerservice", "managedclusters"):
		h.listClusters(w, r, s, "")
	case match(rest, "providers", "microsoft.containerservice", "locations", "*", "kubernetesversions"):
		if h.permitted(w, r, s, "Microsoft.ContainerService/locations/kubernetesVersions/read", "/subscriptions/"+s.id) {
			writeJSON(w, kubernetesVersions(h.opts.Now()))
		}
	case len(rest) >= 5 && match(rest[:4], "resourcegroups", "*", "providers", "microsoft.containerservice") && strings.EqualFold(rest[4], "managedclusters"):
		if len(rest) == 5 {
			h.listClusters(w, r, s, rest[1])
			return
		}
		if match(rest[6:], "listClusterUserCredential") {
			h.userCredential(w, r, s, rest[1], rest[5])
			return
		}
		h.cluster(w, r, s, rest[1], rest[5], rest[6:])
	case match(rest, "providers", "microsoft.managedidentity", "userassignedidentities"),
		len(rest) >= 5 && match(rest[:5], "resourcegroups", "*", "providers", "microsoft.managedidentity", "userassignedidentities"):
		h.managedIdentities(w, r, s, rest)
	case match(rest, "providers", "microsoft.insights", "eventtypes", "management", "values"):
		h.activityLog(w, r, s)
	case len(rest) >= 6 && match(rest[:4], "resourcegroups", "*", "providers", "microsoft.network"):
		h.network(w, r, s, rest)
	default:
		fail(w, http.StatusNotFound, "InvalidResourceType", "The resource type could not be found in the namespace for the path '"+r.URL.Path+"'.")
	}
}

// match compares segments regardless of case; * stands for any.
func match(segments []string, pattern ...string) bool {
	if len(segments) != len(pattern) {
		return false
	}
	for i := range pattern {
		if pattern[i] != "*" && !strings.EqualFold(segments[i], pattern[i]) {
			return false
		}
	}
	return true
}
