package network

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Exposure is how what runs in a cluster can be reached from outside of it, from the
// outside inward: doors, their routes, services, workloads.
type Exposure struct {
	// Doors are those of the internet first, then those that cannot be told, then those
	// of the nodes' and of private networks; in order.
	Doors []*Door

	byWorkload map[model.Ref][]*Door
	byObject   map[model.Ref][]*Door
}

// Door is one way in.
type Door struct {
	// Object is the Service, Ingress or Gateway, or the workload that takes ports of its
	// nodes.
	*model.Object
	Kind  DoorKind
	Reach Visibility
	// Addresses are the IP addresses or names where it answers, as far as they are known.
	Addresses []string
	// Sources are the ranges or service tags that may connect; empty where nobody is kept
	// away.
	Sources []string
	// Class is the ingress or gateway class; Controller what serves it, as it names itself.
	Class      string
	Controller string
	TLS        TLS
	WAF        WAF
	// Via is the door that traffic passes first: the load balancer of the controller that
	// serves an Ingress. It is nil where there is none or it is not known.
	Via    *Door
	Routes []*Route
}

// DoorKind says what makes a door.
type DoorKind uint8

// The kinds of doors.
const (
	LoadBalancer DoorKind = iota // a Service of type LoadBalancer
	IngressDoor
	GatewayDoor
	ExternalIPs // a Service that claims addresses
	NodePort    // a Service on a port of every node
	HostPort    // a workload on a port of the nodes where it runs
)

var doorWords = [...]string{"load balancer", "Ingress", "Gateway", "external addresses", "node port", "host port"}

// String says what makes the door.
func (k DoorKind) String() string { return doorWords[k] }

// Visibility says from where a door can be reached.
type Visibility uint8

// From where, the widest first.
const (
	Internet      Visibility = iota
	UnknownPlaces            // it cannot be told
	NodeNetwork              // on addresses of the nodes, which have no public ones
	PrivateNetwork
)

var visibilityWords = [...]string{"the internet", "not known", "the nodes' network", "private networks"}

// String says from where.
func (v Visibility) String() string { return visibilityWords[v] }

// TLS says whether a door takes traffic encrypted.
type TLS uint8

// Whether.
const (
	TLSUnsaid TLS = iota // it passes on whatever comes
	NoTLS
	SomeTLS // for some of its hosts
	FullTLS
)

var tlsWords = [...]string{"not told", "no TLS", "TLS for some hosts", "TLS"}

// String says whether.
func (t TLS) String() string { return tlsWords[t] }

// WAF says whether a web application firewall stands at a door.
type WAF uint8

// Whether.
const (
	WAFUnsaid WAF = iota // nothing in the cluster tells
	NoWAF
	SomeWAF // for some of its routes
	HasWAF
)

var wafWords = [...]string{"not told", "no WAF", "WAF for some routes", "with WAF"}

// String says whether.
func (w WAF) String() string { return wafWords[w] }

// Route is where traffic through a door goes.
type Route struct {
	// Host and Path are empty where all are meant.
	Host, Path string
	// TLS is set where the host has a certificate.
	TLS bool
	// Firewall is set where a policy of Application Gateway for Containers looks into it.
	Firewall bool
	// Port is the port at the door, or at the service for an Ingress; empty where not said.
	Port    string
	Backend *Backend
}

// Backend is a service and what it sends traffic to.
type Backend struct {
	// Name is that of the service; Service is nil where there is none of that name, and
	// for workloads on ports of their nodes.
	Namespace, Name string
	Service         *model.Object
	// Workloads are those whose pods it selects, in order.
	Workloads []*model.Object
}

// Account is the service account of the workload's pods.
func Account(workload *model.Object) string {
	if workload.Pod == nil {
		return ""
	}
	return workload.Pod.ServiceAccount
}

// ExposureKinds are what Exposed needs to have been read; gateways and routes of the
// optional API beside them.
var ExposureKinds = []model.Kind{
	model.KindService, model.KindIngress, model.KindIngressClass, model.KindPod, model.KindNode, model.KindGateway, model.KindHTTPRoute,
	model.KindFirewallPolicy,
	model.KindDeployment, model.KindDaemonSet, model.KindStatefulSet, model.KindReplicaSet,
}

type exposureKey struct{}

// Exposed returns the ways into a cluster.
func Exposed(view *object.View) *Exposure { return object.Derived(view, exposureKey{}, expose) }

// exposing builds an exposure.
type exposing struct {
	view     *object.View
	workers  map[string][]worker // by namespace
	backends map[model.Ref]*Backend
	// nodesPublic is set where a node has an address of the internet.
	nodesPublic bool
	firewalls   []attached
	doors       []*Door
}

// worker is a sort of pods of a workload, by labels.
type worker struct {
	workload *model.Object
	labels   labels.Set
}

func expose(view *object.View) *Exposure {
	e := &exposing{view: view, workers: map[string][]worker{}, backends: map[model.Ref]*Backend{}}
	e.nodesPublic = publicNodes(view)
	e.firewalls = firewalls(view)
	e.gather()
	e.services()
	e.hostPorts()
	e.ingresses()
	e.gateways()
	x := &Exposure{Doors: e.doors, byWorkload: map[model.Ref][]*Door{}, byObject: map[model.Ref][]*Door{}}
	slices.SortStableFunc(x.Doors, func(a, b *Door) int {
		return cmp.Or(cmp.Compare(a.Reach, b.Reach), cmp.Compare(a.Kind, b.Kind), a.Compare(b.Ref))
	})
	for _, door := range x.Doors {
		x.byObject[door.Ref] = append(x.byObject[door.Ref], door)
		for _, workload := range door.Workloads() {
			x.byWorkload[workload.Ref] = append(x.byWorkload[workload.Ref], door)
		}
	}
	return x
}

// gather lists what services may select, pods of one workload that look alike once.
func (e *exposing) gather() {
	for _, m := range members(e.view) {
		list := e.workers[m.workload.Namespace]
		if n := len(list); n > 0 && list[n-1].workload == m.workload && labels.Equals(list[n-1].labels, m.summary.Labels) {
			continue
		}
		e.workers[m.workload.Namespace] = append(list, worker{m.workload, m.summary.Labels})
	}
}

// selects returns the workloads whose pods carry the labels.
func (e *exposing) selects(namespace string, selector map[string]string) []*model.Object {
	if len(selector) == 0 {
		return nil
	}
	var found []*model.Object
	chosen := labels.SelectorFromSet(selector)
	for _, worker := range e.workers[namespace] {
		if chosen.Matches(worker.labels) && !slices.Contains(found, worker.workload) {
			found = append(found, worker.workload)
		}
	}
	slices.SortFunc(found, func(a, b *model.Object) int { return a.Compare(b.Ref) })
	return found
}

// Workloads are what the door leads to, each once, in the order of its routes.
func (d *Door) Workloads() []*model.Object {
	var found []*model.Object
	for _, route := range d.Routes {
		for _, workload := range route.Backend.Workloads {
			if !slices.Contains(found, workload) {
				found = append(found, workload)
			}
		}
	}
	return found
}

// Hosts are the names that the door's routes are for.
func (d *Door) Hosts() []string {
	var hosts []string
	for _, route := range d.Routes {
		if route.Host != "" && !slices.Contains(hosts, route.Host) {
			hosts = append(hosts, route.Host)
		}
	}
	return hosts
}

// Open reports whether anybody on the internet can connect.
func (d *Door) Open() bool { return d.Reach == Internet && everybody(d.AllSources()) }

// AllSources are the ranges that are kept to on the way, at the door or before it.
func (d *Door) AllSources() []string {
	if len(d.Sources) == 0 && d.Via != nil {
		return d.Via.Sources
	}
	return d.Sources
}

// Leading returns the doors that lead to a workload, the widest first.
func (x *Exposure) Leading(workload model.Ref) []*Door { return x.byWorkload[workload] }

// Of returns the doors that an object makes.
func (x *Exposure) Of(ref model.Ref) []*Door { return x.byObject[ref] }

// Door returns the door of one kind that an object makes, or nil.
func (x *Exposure) Door(ref model.Ref, kind DoorKind) *Door {
	for _, door := range x.byObject[ref] {
		if door.Kind == kind {
			return door
		}
	}
	return nil
}

// FromInternet reports whether a workload can be reached from the internet.
func (x *Exposure) FromInternet(workload model.Ref) bool {
	doors := x.byWorkload[workload]
	return len(doors) > 0 && doors[0].Reach == Internet
}
