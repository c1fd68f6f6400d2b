package network

import (
	"slices"
	"strconv"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// The controllers of Ingresses that are known, as they name themselves.
const (
	// ApplicationGateway is how Application Gateway's ingress controller names itself,
	// ForContainers that of Application Gateway for Containers, NGINX that of ingress-nginx
	// and AppRouting the one of the application routing add-on, which is NGINX too.
	ApplicationGateway = "azure/application-gateway"
	ForContainers      = "alb.networking.azure.io/alb-controller"
	NGINX              = "k8s.io/ingress-nginx"
	AppRouting         = "webapprouting.kubernetes.azure.com/nginx"
)

const (
	classAnnotation       = "kubernetes.io/ingress.class"
	defaultAnnotation     = "ingressclass.kubernetes.io/is-default-class"
	firewallAnnotation    = "appgw.ingress.kubernetes.io/waf-policy-for-path"
	gatewayCertificate    = "appgw.ingress.kubernetes.io/appgw-ssl-certificate"
	privateAnnotation     = "appgw.ingress.kubernetes.io/use-private-ip"
	modSecurityAnnotation = "nginx.ingress.kubernetes.io/enable-modsecurity"
)

// controllerImages are the images of controllers that serve Ingresses and Gateways, by
// the end of the repository.
var controllerImages = []string{
	"ingress-nginx/controller", "nginx-ingress-controller", "ingress/nginx-ingress-controller", "nginx/nginx-ingress", "traefik",
	"haproxy-ingress", "kubernetes-ingress", "kong", "contour", "envoyproxy/envoy", "istio/proxyv2", "ingress/appgw", "ambassador", "emissary",
}

// Controller reports whether a workload serves Ingresses or Gateways for others.
func Controller(workload *model.Object) bool {
	return workload.Pod != nil && slices.ContainsFunc(workload.Pod.Containers, func(c model.ContainerSummary) bool {
		repository := "/" + repositoryOf(c.Image)
		return !c.Init && slices.ContainsFunc(controllerImages, func(image string) bool { return strings.HasSuffix(repository, "/"+image) }) &&
			(!strings.HasSuffix(repository, "/proxyv2") || len(workload.Pod.Containers) == 1) // else a mesh's sidecar
	})
}

// repositoryOf is an image's name without tag and digest.
func repositoryOf(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		image = image[:colon]
	}
	return image
}

// NGINXController reports whether a workload is the ingress-nginx of the community, as
// itself or as AKS's add-on brings it.
func NGINXController(workload *model.Object) bool {
	return workload.Pod != nil && slices.ContainsFunc(workload.Pod.Containers, func(c model.ContainerSummary) bool {
		repository := "/" + repositoryOf(c.Image)
		return strings.HasSuffix(repository, "/ingress-nginx/controller") || strings.HasSuffix(repository, "/nginx-ingress-controller")
	})
}

// classes are the ingress classes: controllers by name, and the default one.
func (e *exposing) classes() (controllers map[string]string, standard string) {
	controllers = map[string]string{
		"azure-application-gateway": ApplicationGateway, "azure/application-gateway": ApplicationGateway,
		"nginx": NGINX, "webapprouting.kubernetes.azure.com": AppRouting, "azure-alb-external": ForContainers,
	}
	typed := object.List[networkingv1.IngressClass](e.view, model.KindIngressClass)
	for i, o := range e.view.Objects[model.KindIngressClass] {
		if class := typed[i]; class != nil {
			controllers[o.Name] = class.Spec.Controller
			if class.Annotations[defaultAnnotation] == "true" {
				standard = o.Name
			}
		}
	}
	return controllers, standard
}

func (e *exposing) ingresses() {
	controllers, standard := e.classes()
	balancers := slices.Clone(e.doors)
	typed := object.List[networkingv1.Ingress](e.view, model.KindIngress)
	for i, o := range e.view.Objects[model.KindIngress] {
		ingress := typed[i]
		if ingress == nil {
			continue
		}
		door := &Door{Object: o, Kind: IngressDoor, Class: standard}
		if ingress.Spec.IngressClassName != nil {
			door.Class = *ingress.Spec.IngressClassName
		} else if class := ingress.Annotations[classAnnotation]; class != "" {
			door.Class = class
		}
		door.Controller = controllers[door.Class]
		for _, at := range ingress.Status.LoadBalancer.Ingress {
			door.Addresses = append(door.Addresses, cmpText(at.IP, at.Hostname))
		}
		routes := e.ingressRoutes(ingress)
		door.TLS = tlsOf(routes)
		door.WAF = firewall(door.Controller, ingress.Annotations)
		if door.forContainers() && holds(e.firewalls, o.Ref, "") {
			door.WAF = HasWAF
		}
		place(door, ingress.Annotations, balancers)
		e.add(door, routes)
	}
}

// place tells from where an Ingress is reached.
func place(door *Door, annotations map[string]string, balancers []*Door) {
	if door.Controller == ApplicationGateway && annotations[privateAnnotation] == "true" {
		door.Reach = PrivateNetwork
		return
	}
	door.Via = entrance(door, balancers)
	switch {
	case door.Via != nil:
		door.Reach = door.Via.Reach
	case privateOnly(door.Addresses):
		door.Reach = PrivateNetwork
	case len(door.Addresses) > 0:
		door.Reach = Internet
	default:
		door.Reach = UnknownPlaces
	}
}

// entrance is the load balancer that traffic for an Ingress passes: the one with its
// address, or, where it has none, the only one before a controller of its sort.
func entrance(door *Door, balancers []*Door) *Door {
	var fits []*Door
	for _, balancer := range balancers {
		if balancer.Kind != LoadBalancer {
			continue
		}
		if slices.ContainsFunc(balancer.Addresses, func(at string) bool { return slices.Contains(door.Addresses, at) }) {
			return balancer
		}
		if slices.ContainsFunc(balancer.Workloads(), func(w *model.Object) bool { return serves(w, door.Controller) }) {
			fits = append(fits, balancer)
		}
	}
	if len(door.Addresses) > 0 || len(fits) == 0 {
		return nil
	}
	// The widest of them is the one to reckon with.
	return slices.MinFunc(fits, func(a, b *Door) int { return int(a.Reach) - int(b.Reach) })
}

// serves reports whether a workload is a controller of the name.
func serves(workload *model.Object, controller string) bool {
	switch controller {
	case NGINX, AppRouting:
		return NGINXController(workload) && (controller == AppRouting) == (workload.Namespace == "app-routing-system")
	case ApplicationGateway, ForContainers: // these stand outside of the cluster
		return false
	default:
		return Controller(workload) && !NGINXController(workload)
	}
}

func firewall(controller string, annotations map[string]string) WAF {
	switch controller {
	case ApplicationGateway:
		if annotations[firewallAnnotation] != "" {
			return HasWAF
		}
		return NoWAF
	case NGINX:
		if annotations[modSecurityAnnotation] == "true" {
			return HasWAF
		}
	}
	return WAFUnsaid
}

func (e *exposing) ingressRoutes(ingress *networkingv1.Ingress) []*Route {
	certified := func(host string) bool {
		if ingress.Annotations[gatewayCertificate] != "" {
			return true
		}
		return slices.ContainsFunc(ingress.Spec.TLS, func(tls networkingv1.IngressTLS) bool {
			return len(tls.Hosts) == 0 || slices.ContainsFunc(tls.Hosts, func(name string) bool { return covers(name, host) })
		})
	}
	var routes []*Route
	add := func(host, path string, backend *networkingv1.IngressBackend) {
		if backend == nil || backend.Service == nil {
			return
		}
		port := backend.Service.Port.Name
		if port == "" && backend.Service.Port.Number > 0 {
			port = strconv.Itoa(int(backend.Service.Port.Number))
		}
		routes = append(routes, &Route{Host: host, Path: path, TLS: certified(host), Port: port, Backend: e.backend(ingress.Namespace, backend.Service.Name)})
	}
	for _, rule := range ingress.Spec.Rules {
		if rule.HTTP == nil {
			continue
		}
		for _, path := range rule.HTTP.Paths {
			add(rule.Host, path.Path, &path.Backend)
		}
	}
	add("", "", ingress.Spec.DefaultBackend)
	return routes
}

// covers reports whether a certificate's name is good for a host.
func covers(name, host string) bool {
	if strings.EqualFold(name, host) {
		return true
	}
	if after, wild := strings.CutPrefix(strings.ToLower(name), "*."); wild {
		_, domain, _ := strings.Cut(strings.ToLower(host), ".")
		return domain == after
	}
	return false
}

func tlsOf(routes []*Route) TLS {
	some := slices.ContainsFunc(routes, func(r *Route) bool { return r.TLS })
	not := slices.ContainsFunc(routes, func(r *Route) bool { return !r.TLS })
	switch {
	case some && not:
		return SomeTLS
	case some:
		return FullTLS
	case not:
		return NoTLS
	default:
		return TLSUnsaid
	}
}
