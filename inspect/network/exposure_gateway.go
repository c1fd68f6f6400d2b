package network

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// gateway has what is used of a Gateway of gateway.networking.k8s.io.
type gateway struct {
	Metadata struct {
		Namespace   string            `json:"namespace"`
		Name        string            `json:"name"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		Class     string            `json:"gatewayClassName"`
		Listeners []gatewayListener `json:"listeners"`
		Addresses []struct {
			Value string `json:"value"`
		} `json:"addresses"`
		Infrastructure struct {
			Annotations map[string]string `json:"annotations"`
		} `json:"infrastructure"`
	} `json:"spec"`
	Status struct {
		Addresses []struct {
			Value string `json:"value"`
		} `json:"addresses"`
	} `json:"status"`
}

type gatewayListener struct {
	Name     string `json:"name"`
	Hostname string `json:"hostname"`
	Port     int32  `json:"port"`
	Protocol string `json:"protocol"`
}

// httpRoute has what is used of an HTTPRoute.
type httpRoute struct {
	Metadata struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		ParentRefs []struct {
			Group       *string `json:"group"`
			Kind        *string `json:"kind"`
			Namespace   string  `json:"namespace"`
			Name        string  `json:"name"`
			SectionName string  `json:"sectionName"`
			Port        int32   `json:"port"`
		} `json:"parentRefs"`
		Hostnames []string        `json:"hostnames"`
		Rules     []httpRouteRule `json:"rules"`
	} `json:"spec"`
}

type httpRouteRule struct {
	Matches []struct {
		Path struct {
			Value string `json:"value"`
		} `json:"path"`
	} `json:"matches"`
	BackendRefs []struct {
		Kind      *string `json:"kind"`
		Namespace string  `json:"namespace"`
		Name      string  `json:"name"`
	} `json:"backendRefs"`
}

// encrypted reports whether a listener takes traffic encrypted.
func (l *gatewayListener) encrypted() bool {
	return strings.EqualFold(l.Protocol, "HTTPS") || strings.EqualFold(l.Protocol, "TLS")
}

func (e *exposing) gateways() {
	balancers := slices.Clone(e.doors)
	routes := object.List[httpRoute](e.view, model.KindHTTPRoute)
	typed := object.List[gateway](e.view, model.KindGateway)
	for i, o := range e.view.Objects[model.KindGateway] {
		g := typed[i]
		if g == nil {
			continue
		}
		door := &Door{Object: o, Kind: GatewayDoor, Class: g.Spec.Class}
		for _, at := range append(slices.Clone(g.Status.Addresses), g.Spec.Addresses...) {
			if !slices.Contains(door.Addresses, at.Value) {
				door.Addresses = append(door.Addresses, at.Value)
			}
		}
		found := e.gatewayRoutes(g, routes)
		door.TLS = tlsOf(found)
		if door.forContainers() {
			door.Controller = ForContainers
			door.WAF = wafOf(found, !slices.ContainsFunc(g.Spec.Listeners, func(l gatewayListener) bool { return !e.guarded(g, &l) }))
		}
		door.Via = gatewayEntrance(door, balancers)
		door.Reach = gatewayReach(g, door)
		e.add(door, found)
	}
}

// gatewayEntrance is the load balancer that a controller made for a Gateway: by the
// address, or by the label that it puts on what it makes.
func gatewayEntrance(door *Door, balancers []*Door) *Door {
	for _, balancer := range balancers {
		if balancer.Kind != LoadBalancer {
			continue
		}
		if slices.ContainsFunc(balancer.Addresses, func(at string) bool { return slices.Contains(door.Addresses, at) }) {
			return balancer
		}
		if balancer.Labels["gateway.networking.k8s.io/gateway-name"] == door.Name && balancer.Namespace == door.Namespace {
			return balancer
		}
	}
	return nil
}

func gatewayReach(g *gateway, door *Door) Visibility {
	switch {
	case door.Via != nil:
		return door.Via.Reach
	case g.Spec.Infrastructure.Annotations[internalAnnotation] == "true", g.Metadata.Annotations[internalAnnotation] == "true":
		return PrivateNetwork
	case privateOnly(door.Addresses):
		return PrivateNetwork
	case len(door.Addresses) > 0:
		return Internet
	default:
		return UnknownPlaces
	}
}

// gatewayRoutes are the routes that hang at a gateway's listeners.
func (e *exposing) gatewayRoutes(g *gateway, routes []*httpRoute) []*Route {
	var found []*Route
	for _, route := range routes {
		if route == nil {
			continue
		}
		for _, parent := range route.Spec.ParentRefs {
			if parent.Kind != nil && *parent.Kind != string(model.KindGateway) || parent.Name != g.Metadata.Name ||
				cmpText(parent.Namespace, route.Metadata.Namespace) != g.Metadata.Namespace {
				continue
			}
			for i := range g.Spec.Listeners {
				listener := &g.Spec.Listeners[i]
				if parent.SectionName != "" && parent.SectionName != listener.Name || parent.Port != 0 && parent.Port != listener.Port {
					continue
				}
				listened := e.listened(listener, route)
				for _, each := range listened {
					each.Firewall = e.guarded(g, listener) ||
						holds(e.firewalls, model.Ref{Kind: model.KindHTTPRoute, Namespace: route.Metadata.Namespace, Name: route.Metadata.Name}, "")
				}
				found = append(found, listened...)
			}
		}
	}
	return found
}

// guarded reports whether a firewall policy of Application Gateway for Containers holds
// for all that comes in at a listener.
func (e *exposing) guarded(g *gateway, listener *gatewayListener) bool {
	return holds(e.firewalls, model.Ref{Kind: model.KindGateway, Namespace: g.Metadata.Namespace, Name: g.Metadata.Name}, listener.Name) ||
		holds(e.firewalls, model.Ref{Kind: loadBalancerKind, Namespace: g.Metadata.Annotations[balancerNamespace], Name: g.Metadata.Annotations[balancerName]}, "")
}

// listened are the routes at one listener. A rule without a backend answers by itself,
// such as with a redirection.
func (e *exposing) listened(listener *gatewayListener, route *httpRoute) []*Route {
	hosts := route.Spec.Hostnames
	if len(hosts) == 0 {
		hosts = []string{listener.Hostname}
	}
	var found []*Route
	for _, host := range hosts {
		if listener.Hostname != "" && host != "" && !covers(listener.Hostname, host) && !covers(host, listener.Hostname) {
			continue
		}
		for _, rule := range route.Spec.Rules {
			path := ""
			if len(rule.Matches) > 0 {
				path = rule.Matches[0].Path.Value
			}
			for _, backend := range rule.BackendRefs {
				if backend.Kind != nil && *backend.Kind != string(model.KindService) {
					continue
				}
				found = append(found, &Route{
					Host: host, Path: path, TLS: listener.encrypted(), Port: listener.Protocol + " " + strconv.Itoa(int(listener.Port)),
					Backend: e.backend(cmpText(backend.Namespace, route.Metadata.Namespace), backend.Name),
				})
			}
		}
	}
	return found
}
