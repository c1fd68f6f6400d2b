package page

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// serviceRow is a way into a namespace: a service, an ingress, a gateway or a route.
type serviceRow struct {
	*model.Object
	what      string // ClusterIP, LoadBalancer..., or the ingress class
	reached   string // from where it can be reached, in a word
	addresses string
	ports     string
	to        string // what it leads to
	counts    model.Counts
}

var serviceKinds = []model.Kind{model.KindService, model.KindIngress, model.KindGateway, model.KindHTTPRoute}

// From where a service can be reached, nearest first.
var reaches = []string{"in the cluster", "in the network", "on the nodes", "not known", "some ranges", "internet"}

// reachOf says from where a service can be reached, by the ways into the cluster that
// go through it: the widest comes first.
func reachOf(doors []*network.Door) string {
	if len(doors) == 0 {
		return "in the cluster"
	}
	switch door := doors[0]; {
	case door.Reach == network.Internet && door.Open():
		return "internet"
	case door.Reach == network.Internet:
		return "some ranges"
	case door.Reach == network.NodeNetwork:
		return "on the nodes"
	case door.Reach == network.PrivateNetwork:
		return "in the network"
	default:
		return "not known"
	}
}

func newServicesTab(at Address) Page {
	columns := []recordColumn[serviceRow]{
		{
			Column:  widget.Column{Title: "Name", Min: 18, Weight: 2, Max: 40},
			cell:    func(r *serviceRow, pen *widget.Pen) { pen.Write(r.Name, themes.Text) },
			compare: func(a, b *serviceRow) int { return cmp.Compare(a.Name, b.Name) },
		},
		{
			Column:  widget.Column{Title: "Kind", Min: 9, Priority: 2},
			cell:    func(r *serviceRow, pen *widget.Pen) { pen.Write(string(r.Kind), themes.Muted) },
			compare: func(a, b *serviceRow) int { return cmp.Compare(a.Kind, b.Kind) },
		},
		{
			Column:  widget.Column{Title: "Type", Min: 12, Max: 24, Priority: 1},
			cell:    func(r *serviceRow, pen *widget.Pen) { writeKnown(pen, cmp.Or(r.what, pen.Glyphs().None), themes.Muted) },
			compare: func(a, b *serviceRow) int { return cmp.Compare(a.what, b.what) },
		},
		{
			Column:  widget.Column{Title: "Reached from", Min: 14},
			cell:    func(r *serviceRow, pen *widget.Pen) { pen.Write(r.reached, reachStyle(r.reached)) },
			compare: func(a, b *serviceRow) int { return slices.Index(reaches, a.reached) - slices.Index(reaches, b.reached) }, down: true,
		},
		{
			Column:  widget.Column{Title: "Address", Min: 15, Weight: 1, Max: 40, Priority: 1},
			cell:    func(r *serviceRow, pen *widget.Pen) { pen.Write(cmp.Or(r.addresses, pen.Glyphs().None), themes.Text) },
			compare: func(a, b *serviceRow) int { return filter.Natural(a.addresses, b.addresses) },
		},
		{
			Column:  widget.Column{Title: "Ports", Min: 10, Weight: 1, Max: 30, Priority: 2},
			cell:    func(r *serviceRow, pen *widget.Pen) { pen.Write(cmp.Or(r.ports, pen.Glyphs().None), themes.Muted) },
			compare: func(a, b *serviceRow) int { return filter.Natural(a.ports, b.ports) },
		},
		{
			Column:  widget.Column{Title: "Leads to", Min: 16, Weight: 2, Max: 50, Priority: 3},
			cell:    func(r *serviceRow, pen *widget.Pen) { pen.Write(cmp.Or(r.to, pen.Glyphs().None), themes.Muted) },
			compare: func(a, b *serviceRow) int { return cmp.Compare(a.to, b.to) },
		},
		findingsColumn(func(r *serviceRow) *model.Counts { return &r.counts }),
	}
	return newRecordsPage(at, records[serviceRow]{
		title: "services", one: "service", many: "services and ingresses", list: "services of a namespace", live: at.ID,
		terms:   []string{"service", "ingress", "load-balancer", "namespace"},
		columns: columns, sort: 3,
		fields: []recordField[serviceRow]{
			{Field: filter.Field{Name: "kind"}, of: func(r *serviceRow) string { return string(r.Kind) }},
			{Field: filter.Field{Name: "type"}, of: func(r *serviceRow) string { return r.what }},
			{Field: filter.Field{Name: "from"}, of: func(r *serviceRow) string { return r.reached }},
			{Field: severityField(), of: func(r *serviceRow) string { return worstWord(&r.counts) }},
		},
		key: func(r *serviceRow) string { return string(r.Kind) + "/" + r.Name },
		say: func(r *serviceRow) string {
			return joinWords(", ", string(r.Kind)+" "+r.Name, r.what, "reached from: "+r.reached, r.addresses, r.ports, said("leads to", r.to)) + "; " + severityLine(&r.counts)
		},
		open: func(r *serviceRow) (Address, bool) { return objectAt(at.ID, r.Ref), true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[serviceRow] {
			return namespaceParts(s, at, append(slices.Clone(serviceKinds), network.ExposureKinds...), "no services in this namespace", func(inside *store.Inside) []serviceRow {
				return serviceRows(inside, at.Object.Name)
			})
		},
	})
}

// findingsColumn is a list's column of findings: their number, in the colour of the worst.
func findingsColumn[R any](of func(*R) *model.Counts) recordColumn[R] {
	return recordColumn[R]{
		Column: widget.Column{Title: "Findings", Min: 9, Right: true}, down: true,
		cell: func(r *R, pen *widget.Pen) {
			style := themes.Text
			if worst, failing := worstOf(of(r)); failing {
				style = SeverityMark(worst).Style()
			}
			countOf(pen, of(r).Failures(), style)
		},
		compare: func(a, b *R) int { return -of(a).Compare(of(b)) },
	}
}

func said(what, value string) string {
	if value == "" {
		return ""
	}
	return what + " " + value
}

func reachStyle(reached string) themes.Style {
	switch reached {
	case "internet":
		return themes.High
	case "some ranges", "on the nodes":
		return themes.Medium
	default:
		return themes.Text
	}
}

func serviceRows(inside *store.Inside, namespace string) []serviceRow {
	var rows []serviceRow
	counts, exposure := countsByRef(inside), network.Exposed(inside.View)
	add := func(o *model.Object, row serviceRow) {
		doors := exposure.Of(o.Ref)
		row.Object, row.counts, row.reached = o, counts[o.Ref], reachOf(doors)
		if len(doors) > 0 && doors[0].TLS != network.TLSUnsaid && o.Kind != model.KindService {
			row.what = joinWords(", ", row.what, doors[0].TLS.String())
		}
		rows = append(rows, row)
	}
	decoded(inside.View, model.KindService, namespace, func(o *model.Object, service *corev1.Service) { add(o, describeService(service)) })
	decoded(inside.View, model.KindIngress, namespace, func(o *model.Object, ingress *networkingv1.Ingress) { add(o, describeIngress(ingress)) })
	for _, kind := range []model.Kind{model.KindGateway, model.KindHTTPRoute} {
		for _, o := range inside.View.InNamespace(kind, namespace) {
			if tree, err := object.Tree(o); err == nil {
				add(o, describeRoute(kind, tree))
			}
		}
	}
	return rows
}

func describeService(service *corev1.Service) serviceRow {
	row := serviceRow{what: string(cmp.Or(service.Spec.Type, corev1.ServiceTypeClusterIP))}
	var addresses, ports []string
	for _, at := range service.Status.LoadBalancer.Ingress {
		addresses = append(addresses, cmp.Or(at.IP, at.Hostname))
	}
	addresses = append(addresses, service.Spec.ExternalIPs...)
	if len(addresses) == 0 && service.Spec.ClusterIP != "" && service.Spec.ClusterIP != corev1.ClusterIPNone {
		addresses = append(addresses, service.Spec.ClusterIP)
	}
	for _, port := range service.Spec.Ports {
		words := strconv.Itoa(int(port.Port))
		if port.Protocol != "" && port.Protocol != corev1.ProtocolTCP {
			words += "/" + string(port.Protocol)
		}
		if port.NodePort != 0 {
			words += " (node " + strconv.Itoa(int(port.NodePort)) + ")"
		}
		ports = append(ports, words)
	}
	row.addresses, row.ports = strings.Join(addresses, ", "), strings.Join(ports, ", ")
	row.to = labelWords(service.Spec.Selector)
	if service.Spec.Type == corev1.ServiceTypeExternalName {
		row.to = service.Spec.ExternalName
	}
	return row
}

// labelWords says labels as selectors have them, in order.
func labelWords(labels map[string]string) string {
	words := make([]string, 0, len(labels))
	for key, value := range labels {
		words = append(words, key+"="+value)
	}
	slices.Sort(words)
	return strings.Join(words, ",")
}

func describeIngress(ingress *networkingv1.Ingress) serviceRow {
	var row serviceRow
	if ingress.Spec.IngressClassName != nil {
		row.what = *ingress.Spec.IngressClassName
	}
	var addresses, hosts, to []string
	for _, at := range ingress.Status.LoadBalancer.Ingress {
		addresses = append(addresses, cmp.Or(at.IP, at.Hostname))
	}
	for _, rule := range ingress.Spec.Rules {
		if rule.Host != "" {
			hosts = append(hosts, rule.Host)
		}
		if rule.HTTP == nil {
			continue
		}
		for _, path := range rule.HTTP.Paths {
			if path.Backend.Service != nil && !slices.Contains(to, path.Backend.Service.Name) {
				to = append(to, path.Backend.Service.Name)
			}
		}
	}
	if backend := ingress.Spec.DefaultBackend; backend != nil && backend.Service != nil {
		to = append(to, backend.Service.Name)
	}
	row.ports = "80"
	if len(ingress.Spec.TLS) > 0 {
		row.ports = "80, 443"
	}
	row.addresses = strings.Join(append(addresses, hosts...), ", ")
	row.to = strings.Join(to, ", ")
	return row
}

func describeRoute(kind model.Kind, tree map[string]any) serviceRow {
	row := serviceRow{what: textAt(tree, "spec.gatewayClassName")}
	var addresses, ports, to []string
	if kind == model.KindGateway {
		for _, at := range listAt(tree, "status.addresses") {
			addresses = append(addresses, textAt(at, "value"))
		}
		for _, listener := range listAt(tree, "spec.listeners") {
			if port, is := numberAt(listener, "port"); is {
				ports = append(ports, plain(port)+" "+textAt(listener, "protocol"))
			}
		}
	} else {
		for _, parent := range listAt(tree, "spec.parentRefs") {
			row.what = joinWords(", ", row.what, "by "+textAt(parent, "name"))
		}
		for _, rule := range listAt(tree, "spec.rules") {
			for _, backend := range listAt(rule, "backendRefs") {
				to = append(to, textAt(backend, "name"))
			}
		}
	}
	row.addresses, row.ports, row.to = strings.Join(addresses, ", "), strings.Join(ports, ", "), strings.Join(to, ", ")
	return row
}
