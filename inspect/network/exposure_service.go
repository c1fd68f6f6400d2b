package network

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// The annotations of Azure's load balancers.
const (
	internalAnnotation    = "service.beta.kubernetes.io/azure-load-balancer-internal"
	allowedRanges         = "service.beta.kubernetes.io/azure-allowed-ip-ranges"
	allowedTags           = "service.beta.kubernetes.io/azure-allowed-service-tags"
	rangesBeforeTheField  = "service.beta.kubernetes.io/load-balancer-source-ranges"
	privateLinkAnnotation = "service.beta.kubernetes.io/azure-pls-create"
)

func publicNodes(view *object.View) bool {
	for _, node := range object.List[corev1.Node](view, model.KindNode) {
		if node == nil {
			continue
		}
		for _, address := range node.Status.Addresses {
			if addr, err := netip.ParseAddr(address.Address); err == nil && address.Type == corev1.NodeExternalIP && Public(addr) {
				return true
			}
		}
	}
	return false
}

func (e *exposing) onNodes() Visibility {
	if e.nodesPublic {
		return Internet
	}
	return NodeNetwork
}

// services notes the services that are doors, and all of them as backends.
func (e *exposing) services() {
	typed := object.List[corev1.Service](e.view, model.KindService)
	for i, o := range e.view.Objects[model.KindService] {
		service := typed[i]
		if service == nil {
			continue
		}
		backend := &Backend{Namespace: o.Namespace, Name: o.Name, Service: o, Workloads: e.selects(o.Namespace, service.Spec.Selector)}
		e.backends[o.Ref] = backend
		switch service.Spec.Type {
		case corev1.ServiceTypeLoadBalancer:
			door := &Door{Object: o, Kind: LoadBalancer, Sources: sources(service)}
			for _, at := range service.Status.LoadBalancer.Ingress {
				door.Addresses = append(door.Addresses, cmpText(at.IP, at.Hostname))
			}
			door.Reach = balancerReach(service, door.Addresses)
			e.add(door, routesOf(service, backend, false))
		case corev1.ServiceTypeNodePort:
			e.add(&Door{Object: o, Kind: NodePort, Reach: e.onNodes()}, routesOf(service, backend, true))
		case corev1.ServiceTypeClusterIP, corev1.ServiceTypeExternalName:
		}
		if len(service.Spec.ExternalIPs) > 0 && service.Spec.Type != corev1.ServiceTypeExternalName {
			door := &Door{Object: o, Kind: ExternalIPs, Reach: PrivateNetwork, Addresses: service.Spec.ExternalIPs}
			if slices.ContainsFunc(door.Addresses, publicText) {
				door.Reach = Internet
			}
			e.add(door, routesOf(service, backend, false))
		}
	}
}

func (e *exposing) add(door *Door, routes []*Route) {
	door.Routes = routes
	e.doors = append(e.doors, door)
}

func cmpText(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func publicText(text string) bool {
	addr, err := netip.ParseAddr(text)
	return err == nil && Public(addr)
}

// privateOnly reports whether there are addresses and all of them are private.
func privateOnly(addresses []string) bool {
	return len(addresses) > 0 && !slices.ContainsFunc(addresses, func(text string) bool {
		addr, err := netip.ParseAddr(text)
		return err != nil || Public(addr)
	})
}

// balancerReach tells from where a load balancer is reached: by the annotation, or by
// the addresses that it got where another controller than Azure's gave them.
func balancerReach(service *corev1.Service, addresses []string) Visibility {
	switch {
	case service.Annotations[internalAnnotation] == "true", service.Annotations[privateLinkAnnotation] == "true":
		return PrivateNetwork
	case privateOnly(addresses):
		return PrivateNetwork
	case service.Spec.LoadBalancerClass != nil && len(addresses) == 0:
		return UnknownPlaces
	default:
		return Internet
	}
}

// sources are the ranges and service tags that a load balancer lets in.
func sources(service *corev1.Service) []string {
	all := slices.Clone(service.Spec.LoadBalancerSourceRanges)
	for _, annotation := range []string{allowedRanges, allowedTags, rangesBeforeTheField} {
		for text := range strings.SplitSeq(service.Annotations[annotation], ",") {
			if text = strings.TrimSpace(text); text != "" {
				all = append(all, text)
			}
		}
	}
	return all
}

// everybody reports whether a list of sources keeps nobody on the internet away.
func everybody(sources []string) bool {
	if len(sources) == 0 {
		return true
	}
	return slices.ContainsFunc(sources, func(text string) bool {
		if strings.EqualFold(text, "Internet") {
			return true
		}
		block, err := netip.ParsePrefix(text)
		return err == nil && block.Bits() <= 1
	})
}

func routesOf(service *corev1.Service, backend *Backend, onNodes bool) []*Route {
	var routes []*Route
	for _, port := range service.Spec.Ports {
		number := port.Port
		if onNodes {
			number = port.NodePort
		}
		text := string(port.Protocol)
		if text == "" {
			text = "TCP"
		}
		if number > 0 {
			text += " " + strconv.Itoa(int(number))
		}
		routes = append(routes, &Route{Port: text, Backend: backend})
	}
	if routes == nil {
		routes = []*Route{{Backend: backend}}
	}
	return routes
}

// hostPorts notes the workloads that take ports of their nodes.
func (e *exposing) hostPorts() {
	doors := map[*model.Object]*Door{}
	for _, m := range members(e.view) {
		if doors[m.workload] != nil {
			continue
		}
		backend := &Backend{Namespace: m.workload.Namespace, Workloads: []*model.Object{m.workload}}
		var routes []*Route
		for _, container := range m.summary.Containers {
			for _, port := range container.Ports {
				number := port.OnNode
				if number == 0 && m.summary.HostNetwork {
					number = port.Number
				}
				if number > 0 {
					routes = append(routes, &Route{Port: port.Protocol + " " + strconv.Itoa(int(number)), Backend: backend})
				}
			}
		}
		if len(routes) > 0 {
			doors[m.workload] = &Door{Object: m.workload, Kind: HostPort, Reach: e.onNodes()}
			e.add(doors[m.workload], routes)
		}
	}
}

// backend is a service by name, also one that is not there.
func (e *exposing) backend(namespace, name string) *Backend {
	ref := model.Ref{Kind: model.KindService, Namespace: namespace, Name: name}
	if e.backends[ref] == nil {
		e.backends[ref] = &Backend{Namespace: namespace, Name: name}
	}
	return e.backends[ref]
}
