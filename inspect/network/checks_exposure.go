package network

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

func itoa(i int) string { return strconv.Itoa(i) }

func labelSet(set map[string]string) labels.Labels { return labels.Set(set) }

var (
	plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]*$`)
	// yamlWords are what YAML takes for something else than text.
	yamlWords = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
)

// flow writes labels as YAML on one line without double quotes, which shells hand on
// alike.
func flow(set map[string]any) string {
	parts := make([]string, 0, len(set))
	for _, key := range slices.Sorted(maps.Keys(set)) {
		value, _ := set[key].(string)
		parts = append(parts, scalar(key)+": "+scalar(value))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func scalar(text string) string {
	if plainText.MatchString(text) && !slices.Contains(yamlWords, strings.ToLower(text)) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// entrance reports whether a door leads to a controller that serves Ingresses or
// Gateways: what comes through is judged there.
func (d *Door) entrance() bool { return slices.ContainsFunc(d.Workloads(), Controller) }

// doorEvidence shows where a door answers and whom it leads to.
func doorEvidence(d *Door) []model.Evidence {
	var found []model.Evidence
	if len(d.Addresses) > 0 {
		found = append(found, model.Evidence{Path: "status.loadBalancer.ingress", Object: d.Ref, Value: strings.Join(d.Addresses, ", ")})
	}
	if sources := d.AllSources(); len(sources) > 0 {
		found = append(found, model.Evidence{Path: "sources that are let in", Object: d.Ref, Value: strings.Join(sources, ", ")})
	}
	for _, workload := range d.Workloads() {
		found = append(found, model.Evidence{Path: "leads to", Object: workload.Ref, Value: "service account " + Account(workload)})
	}
	return found
}

const notBalancer = "it is no load balancer"

func publicService(ask rules.Ask) rules.Answer {
	door := Exposed(ask.View).Door(ask.Ref(), LoadBalancer)
	switch {
	case door == nil:
		return rules.NotApplicable(notBalancer)
	case door.entrance():
		return rules.NotApplicable("an ingress controller or gateway is meant to be reached; what it serves is judged there")
	case door.Reach == UnknownPlaces:
		return rules.CouldNotRead("another controller makes this load balancer and has not given it an address yet")
	case door.Reach != Internet:
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"open": door.Open(), "addresses": strings.Join(door.Addresses, ", ")}, doorEvidence(door)...)
}

func everyAddress(ask rules.Ask) rules.Answer {
	door := Exposed(ask.View).Door(ask.Ref(), LoadBalancer)
	switch {
	case door == nil:
		return rules.NotApplicable(notBalancer)
	case door.Reach == UnknownPlaces:
		return rules.CouldNotRead("another controller makes this load balancer and has not given it an address yet")
	case door.Reach != Internet:
		return rules.NotApplicable("it has no public address")
	case !door.Open():
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"entrance": door.entrance(), "given": strings.Join(door.Sources, ", ")}, doorEvidence(door)...)
}

func publishedServices(ask rules.Ask) rules.Answer {
	var services []any
	var evidence []model.Evidence
	for _, door := range Exposed(ask.View).Doors {
		if door.Kind == LoadBalancer && door.Reach == Internet && !door.entrance() {
			services = append(services, map[string]any{"name": door.Name, "namespace": door.Namespace})
			evidence = append(evidence, model.Evidence{Path: "metadata.annotations", Object: door.Ref, Value: strings.Join(door.Addresses, ", ")})
		}
	}
	if services == nil {
		return rules.Passed()
	}
	answer := rules.Failed(map[string]any{"count": int64(len(services))}, evidence...)
	answer.Failing = services
	return answer
}

func plainIngress(ask rules.Ask) rules.Answer {
	door := Exposed(ask.View).Door(ask.Ref(), IngressDoor)
	switch {
	case door == nil || len(door.Routes) == 0:
		return rules.NotApplicable("it routes nothing")
	case door.TLS == FullTLS:
		return rules.Passed()
	}
	var hosts []any
	var evidence []model.Evidence
	for _, route := range door.Routes {
		if !route.TLS && route.Host != "" && !slices.Contains(hosts, any(route.Host)) {
			hosts = append(hosts, route.Host)
			evidence = append(evidence, model.Evidence{Path: "spec.tls for " + route.Host, Absent: true})
		}
	}
	shown := "every host"
	if len(hosts) > 0 {
		shown = joined(hosts)
	}
	return rules.Failed(map[string]any{"hosts": nonNil(hosts), "shown": shown, "internet": door.Reach == Internet}, evidence...)
}

func joined(list []any) string {
	texts := make([]string, len(list))
	for i, each := range list {
		texts[i], _ = each.(string)
	}
	if len(texts) > 3 {
		return strings.Join(texts[:3], ", ") + " and others"
	}
	return strings.Join(texts, ", ")
}

func nonNil(list []any) []any {
	if list == nil {
		return []any{}
	}
	return list
}

// What lets or keeps plain HTTP beside HTTPS.
const (
	nginxRedirect   = "nginx.ingress.kubernetes.io/ssl-redirect"
	nginxForced     = "nginx.ingress.kubernetes.io/force-ssl-redirect"
	gatewayRedirect = "appgw.ingress.kubernetes.io/ssl-redirect"
)

func plainHTTPBeside(ask rules.Ask) rules.Answer {
	door := Exposed(ask.View).Door(ask.Ref(), IngressDoor)
	if door == nil || door.TLS != FullTLS && door.TLS != SomeTLS {
		return rules.NotApplicable("it has no TLS at all, which is AKS-WL-040")
	}
	annotation := func(key string) string {
		metadata, _ := ask.Tree["metadata"].(map[string]any)
		annotations, _ := metadata["annotations"].(map[string]any)
		text, _ := annotations[key].(string)
		return text
	}
	var redirect string
	var fails bool
	switch door.Controller {
	case NGINX, AppRouting:
		redirect, fails = nginxRedirect, annotation(nginxRedirect) == "false" && annotation(nginxForced) != "true"
	case ApplicationGateway:
		redirect, fails = gatewayRedirect, annotation(gatewayRedirect) != "true"
	default:
		return rules.NotApplicable("how its controller treats plain HTTP does not show here")
	}
	if !fails {
		return rules.Passed()
	}
	value := annotation(redirect)
	return rules.Failed(map[string]any{"annotation": redirect},
		model.Evidence{Path: "metadata.annotations[" + redirect + "]", Value: value, Absent: value == ""})
}

func noFirewall(ask rules.Ask) rules.Answer {
	x := Exposed(ask.View)
	door := x.Door(ask.Ref(), IngressDoor)
	if door == nil {
		door = x.Door(ask.Ref(), GatewayDoor)
	}
	switch {
	case door == nil:
		return rules.NotApplicable("it is no way in")
	case door.forContainers() && door.WAF != HasWAF && ask.View.Reads[model.KindFirewallPolicy].State != model.ReadDone:
		return rules.CouldNotRead("the firewall policies of Application Gateway for Containers could not be read")
	case door.forContainers() && door.WAF == WAFUnsaid:
		return rules.CouldNotRead("firewall policies are told of Gateways and HTTPRoutes alone; an Ingress can have one that does not show in the cluster")
	case door.WAF == WAFUnsaid:
		return rules.NotApplicable("a firewall before its controller does not show in the cluster")
	case door.Reach == PrivateNetwork:
		return rules.NotApplicable("it is reached from private networks alone")
	case door.WAF == HasWAF:
		return rules.Passed()
	}
	missing := []model.Evidence{{Path: "metadata.annotations[" + firewallAnnotation + "]", Absent: true}}
	if door.Kind == GatewayDoor {
		missing = unguarded(door)
	}
	return rules.Failed(map[string]any{"some": door.WAF == SomeWAF}, append(missing, doorEvidence(door)...)...)
}

// unguarded names the routes of a Gateway that no firewall policy looks into.
func unguarded(door *Door) []model.Evidence {
	var found []model.Evidence
	for _, route := range door.Routes {
		if route.Firewall {
			continue
		}
		one := model.Evidence{Path: "a WebApplicationFirewallPolicy for " + cmpText(route.Host, "every host") + route.Path, Absent: true}
		if !slices.Contains(found, one) {
			found = append(found, one)
		}
	}
	if found == nil {
		found = []model.Evidence{{Path: "a WebApplicationFirewallPolicy that targets it", Absent: true}}
	}
	return found
}

func catchAllHost(ask rules.Ask) rules.Answer {
	x := Exposed(ask.View)
	door := x.Door(ask.Ref(), IngressDoor)
	if door == nil || len(door.Routes) == 0 {
		return rules.NotApplicable("it routes nothing")
	}
	if slices.ContainsFunc(door.Routes, func(r *Route) bool { return r.Host == "" || r.Host == "*" }) {
		return rules.Failed(map[string]any{"all": true, "others": ""}, model.Evidence{Path: "spec.rules[].host", Absent: true})
	}
	var others []string
	var evidence []model.Evidence
	for _, other := range x.Doors {
		if other.Kind != IngressDoor || other.Namespace == door.Namespace || other.Class != door.Class {
			continue
		}
		if host, is := clash(door, other); is {
			others = append(others, other.Namespace+"/"+other.Name)
			evidence = append(evidence, model.Evidence{Path: "spec.rules[].host", Object: other.Ref, Value: host})
		}
	}
	if others == nil {
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"all": false, "others": strings.Join(others, ", ")}, evidence...)
}

// clash returns a host and path that two doors both serve.
func clash(a, b *Door) (string, bool) {
	for _, mine := range a.Routes {
		for _, other := range b.Routes {
			if strings.EqualFold(mine.Host, other.Host) && mine.Path == other.Path {
				return mine.Host, true
			}
		}
	}
	return "", false
}

func retiredController(ask rules.Ask) rules.Answer {
	door := Exposed(ask.View).Door(ask.Ref(), IngressDoor)
	switch {
	case door == nil:
		return rules.NotApplicable("it routes nothing")
	case door.Controller == "" && door.Class == "":
		return rules.CouldNotRead("neither a class nor a default class tells which controller serves it")
	case door.Controller != NGINX && door.Controller != AppRouting:
		return rules.Passed()
	}
	snippets := []any{}
	metadata, _ := ask.Tree["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	evidence := []model.Evidence{{Path: "spec.ingressClassName", Value: door.Class}}
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		if strings.HasPrefix(key, "nginx.ingress.kubernetes.io/") && strings.HasSuffix(key, "-snippet") {
			snippets = append(snippets, key)
			evidence = append(evidence, model.Evidence{Path: "metadata.annotations[" + key + "]", Value: annotations[key]})
		}
	}
	return rules.Failed(map[string]any{"addon": door.Controller == AppRouting, "snippets": snippets}, evidence...)
}

func exposedInterface(ask rules.Ask) rules.Answer {
	name := Interface(ask.Object)
	if name == "" {
		return rules.NotApplicable("it is none of the consoles that are known")
	}
	x := Exposed(ask.View)
	var services []any
	var evidence []model.Evidence
	others := false
	for _, door := range x.Leading(ask.Ref()) {
		if door.Reach != Internet {
			continue
		}
		evidence = append(evidence, model.Evidence{Path: "leads to it", Object: door.Ref, Value: door.Kind.String() + " on " + door.Reach.String()})
		if door.Kind == LoadBalancer {
			services = append(services, map[string]any{"name": door.Name, "namespace": door.Namespace})
		} else {
			others = true
		}
	}
	if evidence == nil {
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"name": name, "services": nonNil(services), "others": others}, evidence...)
}
