package demo

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// apiServers answers for the API servers of the estate's clusters.
type apiServers struct {
	opts   Options
	faults []*fault

	once   sync.Once
	estate *estate
	story  *insideStory
	epoch  time.Time
	err    error

	sites  recent[foundSite] // by host
	worlds recent[*world]    // by cluster
}

// NewKubernetesHandler returns a handler that answers as the API servers of the demo's
// clusters do, to reads alone. Which cluster is asked follows from the host, which is
// the one that the cluster's document in Azure gives, or from a path that starts with
// it. RoundTripper reaches the handler without a socket. It is safe for concurrent use.
func NewKubernetesHandler(opts Options) http.Handler {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	h := &apiServers{opts: opts}
	for _, spec := range opts.Faults {
		h.faults = append(h.faults, &fault{Fault: spec})
	}
	return h
}

// load reads the story with the first request.
func (h *apiServers) load() error {
	h.once.Do(func() {
		h.epoch = h.opts.Now()
		if h.estate, h.err = loadEstate(h.opts.Scale); h.err == nil {
			h.story, h.err = loadInside()
		}
	})
	return h.err
}

// ServeHTTP answers one request.
func (h *apiServers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-cache, private")
	header.Set("Audit-Id", string((&facts{seed: fingerprint(h.opts.Now().String() + r.URL.Path)}).guid(nil, 1)))
	q := &question{w: w, r: r, media: negotiate(r.Header.Get("Accept"))}
	if !pause(r, h.opts.Delay) {
		return
	}
	if err := h.load(); err != nil {
		q.fail(apierrors.NewInternalError(fmt.Errorf("the demo's estate could not be built: %w", err)))
		return
	}
	host, path := serverAndPath(r)
	site, err := h.site(host)
	if err != nil {
		panic(http.ErrAbortHandler) // nobody answers there
	}
	if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		q.fail(apierrors.NewUnauthorized("Unauthorized"))
		return
	}
	to, done := play(h.faults, w, r, q.fault)
	if to == nil {
		return
	}
	defer done()
	q.w = to
	world, err := h.worlds.of(site.facts.name, func() (*world, error) {
		turn := h.opts.Pacer.Begin()
		defer turn.End()
		return newWorld(&site.facts, site.arm, site.plan, h.story.kits)
	})
	if err != nil {
		q.fail(apierrors.NewInternalError(fmt.Errorf("the inside of %s could not be built: %w", site.facts.name, err)))
		return
	}
	q.world, q.now = world, h.opts.Now
	q.route(path)
}

// fault answers a request that a fault was asked for.
func (q *question) fault(f *Fault) {
	switch f.Kind {
	case Throttle:
		q.fail(apierrors.NewTooManyRequests("the server has received too many requests and has asked us to try again later", int(f.RetryAfter.Seconds())))
	case Refuse:
		q.fail(apierrors.NewForbidden(groupResourceOf(q.r.URL.Path), "", refusal(noAccess)))
	case Expire:
		q.fail(apierrors.NewResourceExpired("The provided continue parameter is too old to display a consistent list result."))
	default:
		q.fail(apierrors.NewGenericServerResponse(f.status(), strings.ToLower(q.r.Method), groupResourceOf(q.r.URL.Path), "", "the server is busy or broken", 0, true))
	}
}

// serverAndPath finds the API server that is asked, and what it is asked for.
func serverAndPath(r *http.Request) (host, path string) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if strings.HasSuffix(first, ".azmk8s.io") {
		return first, "/" + rest
	}
	return hostname(r.Host), r.URL.Path
}

func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// site is a cluster whose API server answers.
type site struct {
	facts facts
	arm   *armCluster
	plan  *insidePlan
}

// foundSite is what looking for a site came to.
type foundSite struct {
	site *site
	err  error
}

// site finds the cluster that answers at a host, or says why nobody does, in the words
// of Go's net package.
func (h *apiServers) site(host string) (*site, error) {
	found, err := h.sites.of(strings.ToLower(host), func() (foundSite, error) {
		site, err := h.find(host)
		return foundSite{site, err}, nil
	})
	if err != nil {
		return nil, err
	}
	return found.site, found.err
}

func (h *apiServers) find(host string) (*site, error) {
	f, arm, err := h.cluster(host)
	if err != nil {
		return nil, err
	}
	noSuchHost := &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	if arm == nil || arm.Properties.PowerState.Code == "Stopped" {
		return nil, noSuchHost // AKS takes the name of a stopped cluster out of the DNS
	}
	plan := h.story.told[f.name]
	if plan == nil {
		plan = h.story.shares[mix(f.seed^fingerprint("inside"))%100]
	}
	switch {
	case plan.away || arm.Properties.API.Private && h.story.told[f.name] == nil:
		if strings.EqualFold(host, arm.Properties.PrivateFQDN) {
			return nil, noSuchHost
		}
		return nil, timedOut(netip.AddrFrom4([4]byte{10, 60, byte(f.hash(1)), 4}))
	case !admits(arm.Properties.API.Ranges):
		return nil, timedOut(netip.AddrFrom4([4]byte{20, byte(f.hash(2)), byte(f.hash(3)), byte(f.hash(4))}))
	}
	return &site{facts: *f, arm: arm, plan: plan}, nil
}

func timedOut(address netip.Addr) error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(address, 443)), Err: os.ErrDeadlineExceeded}
}

// cluster finds the cluster that an API server's name is of, or returns no document.
func (h *apiServers) cluster(host string) (*facts, *armCluster, error) {
	end := strings.LastIndex(host, "-dns-")
	if end < 0 {
		return nil, nil, nil
	}
	name := host[:end]
	f := newFacts(h.epoch)
	for _, s := range h.estate.told {
		for place := range s.clusters.count() {
			plan := s.clusters.at(place, f)
			if f.name != name {
				continue
			}
			arm, err := readARM(plan.document.append(nil, f))
			if err != nil {
				return nil, nil, err
			}
			if strings.EqualFold(host, arm.Properties.FQDN) || strings.EqualFold(host, arm.Properties.PrivateFQDN) {
				return f, arm, nil
			}
		}
	}
	return nil, nil, nil
}

// userAddress is where the demo's user comes from: the office.
var userAddress = netip.MustParseAddr("203.0.113.77")

// admits reports whether authorized ranges let the demo's user in.
func admits(ranges []string) bool {
	return len(ranges) == 0 || slices.ContainsFunc(ranges, func(told string) bool {
		prefix, err := netip.ParsePrefix(told)
		return err == nil && prefix.Contains(userAddress)
	})
}
