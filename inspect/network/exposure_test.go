package network_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

func service(namespace, name, spec string, more ...string) string {
	annotations, status := "", ""
	if len(more) > 0 {
		annotations = more[0]
	}
	if len(more) > 1 {
		status = "\nstatus: {loadBalancer: {ingress: [{ip: " + more[1] + "}]}}"
	}
	return fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: %s, annotations: {%s}}\nspec: %s%s", name, namespace, annotations, spec, status)
}

func deployment(namespace, name, image, more string) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: %[2]s, namespace: %[1]s}
spec: {template: {metadata: {labels: {app: %[2]s}}, spec: {serviceAccountName: sa-%[2]s, containers: [{name: one, image: "%[3]s"%[4]s}]}}}`, namespace, name, image, more)
}

func ingress(name, annotations, spec, at string) string {
	return fmt.Sprintf("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: %s, namespace: shop, annotations: {%s}}\nspec: %s\nstatus: {loadBalancer: {ingress: [%s]}}", name, annotations, spec, at)
}

func exposed(t *testing.T, documents ...string) *network.Exposure {
	t.Helper()
	return network.Exposed(objecttest.View(t, manifests(append([]string{deployment("shop", "web", "shop/web:1", "")}, documents...)...), nil))
}

func door(t *testing.T, x *network.Exposure, kind model.Kind, name string) *network.Door {
	t.Helper()
	doors := x.Of(model.Ref{Kind: kind, Namespace: "shop", Name: name})
	require.NotEmpty(t, doors, name)
	return doors[0]
}

var web = model.Ref{Kind: model.KindDeployment, Namespace: "shop", Name: "web"}

func TestServicesAsDoors(t *testing.T) {
	const balancer = "{type: LoadBalancer, selector: {app: web}, ports: [{port: 443}]"
	for name, test := range map[string]struct {
		service string
		kind    network.DoorKind
		reach   network.Visibility
		open    bool
	}{
		"a load balancer":            {service("shop", "s", balancer+"}"), network.LoadBalancer, network.Internet, true},
		"internal":                   {service("shop", "s", balancer+"}", internalOf("true")), network.LoadBalancer, network.PrivateNetwork, false},
		"internal, said wrongly":     {service("shop", "s", balancer+"}", internalOf("yes")), network.LoadBalancer, network.Internet, true},
		"on a private address":       {service("shop", "s", balancer+"}", "", "10.0.0.7"), network.LoadBalancer, network.PrivateNetwork, false},
		"with ranges":                {service("shop", "s", balancer+", loadBalancerSourceRanges: [203.0.113.0/24]}"), network.LoadBalancer, network.Internet, false},
		"with a range of everything": {service("shop", "s", balancer+", loadBalancerSourceRanges: [203.0.113.0/24, 0.0.0.0/0]}"), network.LoadBalancer, network.Internet, true},
		"with ranges by annotation":  {service("shop", "s", balancer+"}", `service.beta.kubernetes.io/azure-allowed-ip-ranges: "203.0.113.0/24, 198.51.100.7/32"`), network.LoadBalancer, network.Internet, false},
		"with a service tag":         {service("shop", "s", balancer+"}", "service.beta.kubernetes.io/azure-allowed-service-tags: AzureFrontDoor.Backend"), network.LoadBalancer, network.Internet, false},
		"of another controller":      {service("shop", "s", balancer+", loadBalancerClass: tailscale}"), network.LoadBalancer, network.UnknownPlaces, false},
		"a node port":                {service("shop", "s", "{type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}"), network.NodePort, network.NodeNetwork, false},
		"external addresses":         {service("shop", "s", "{selector: {app: web}, externalIPs: [20.1.2.3]}"), network.ExternalIPs, network.Internet, true},
		"private external addresses": {service("shop", "s", "{selector: {app: web}, externalIPs: [10.1.2.3]}"), network.ExternalIPs, network.PrivateNetwork, false},
	} {
		t.Run(name, func(t *testing.T) {
			x := exposed(t, test.service)
			d := door(t, x, model.KindService, "s")
			assert.Equal(t, test.kind, d.Kind)
			assert.Equal(t, test.reach, d.Reach, d.Reach.String())
			assert.Equal(t, test.open, d.Open())
			require.Len(t, d.Workloads(), 1)
			assert.Equal(t, web, d.Workloads()[0].Ref)
			assert.Equal(t, "sa-web", network.Account(d.Workloads()[0]))
			assert.Equal(t, test.reach == network.Internet, x.FromInternet(web))
		})
	}
	x := exposed(t, service("shop", "s", "{type: ClusterIP, selector: {app: web}, ports: [{port: 80}]}"))
	assert.Empty(t, x.Doors)
	assert.False(t, x.FromInternet(web))
}

func internalOf(value string) string {
	return fmt.Sprintf("service.beta.kubernetes.io/azure-load-balancer-internal: %q", value)
}

func TestNodesWithPublicAddresses(t *testing.T) {
	const node = "apiVersion: v1\nkind: Node\nmetadata: {name: node-1}\nstatus: {addresses: [{type: InternalIP, address: 10.0.0.4}, {type: ExternalIP, address: 20.5.5.5}]}"
	x := exposed(t, node, deployment("shop", "agent", "agent:1", ", ports: [{containerPort: 80, hostPort: 8080}]"),
		service("shop", "s", "{type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}"))
	agent := door(t, x, model.KindDeployment, "agent")
	assert.Equal(t, network.HostPort, agent.Kind)
	assert.Equal(t, network.Internet, agent.Reach)
	assert.Equal(t, "TCP 8080", agent.Routes[0].Port)
	assert.Equal(t, "TCP 30080", door(t, x, model.KindService, "s").Routes[0].Port)
}

const toWeb = "http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}"

func TestIngresses(t *testing.T) {
	controller := manifests(deployment("ingress", "nginx", "registry.k8s.io/ingress-nginx/controller:v1.12.0", ""),
		service("ingress", "nginx", "{type: LoadBalancer, selector: {app: nginx}, loadBalancerSourceRanges: [203.0.113.0/24]}", "", "20.9.9.9"),
		service("shop", "web", "{selector: {app: web}, ports: [{port: 80}]}"))
	for name, test := range map[string]struct {
		ingress string
		reach   network.Visibility
		tls     network.TLS
		waf     network.WAF
		via     bool
	}{
		"by the address": {ingress("i", "", "{rules: [{host: a.example, "+toWeb+"}]}", "{ip: 20.9.9.9}"), network.Internet, network.NoTLS, network.WAFUnsaid, true},
		"by the class":   {ingress("i", "", "{ingressClassName: nginx, tls: [{hosts: ['*.example']}], rules: [{host: a.example, "+toWeb+"}]}", ""), network.Internet, network.FullTLS, network.WAFUnsaid, true},
		"for some hosts": {ingress("i", "kubernetes.io/ingress.class: nginx", "{tls: [{hosts: [a.example]}], rules: [{host: a.example, "+toWeb+"}, {host: b.example, "+toWeb+"}]}", ""),
			network.Internet, network.SomeTLS, network.WAFUnsaid, true},
		"another's address":                   {ingress("i", "", "{ingressClassName: nginx, rules: [{"+toWeb+"}]}", "{ip: 10.1.1.1}"), network.PrivateNetwork, network.NoTLS, network.WAFUnsaid, false},
		"Application Gateway":                 {ingress("i", "", "{ingressClassName: azure-application-gateway, rules: [{"+toWeb+"}]}", "{ip: 20.7.7.7}"), network.Internet, network.NoTLS, network.NoWAF, false},
		"Application Gateway, inside":         {ingress("i", "appgw.ingress.kubernetes.io/use-private-ip: 'true'", "{ingressClassName: azure-application-gateway, rules: [{"+toWeb+"}]}", ""), network.PrivateNetwork, network.NoTLS, network.NoWAF, false},
		"Application Gateway with a firewall": {ingress("i", "appgw.ingress.kubernetes.io/waf-policy-for-path: /subscriptions/x", "{ingressClassName: azure-application-gateway, tls: [{secretName: x}], rules: [{"+toWeb+"}]}", "{ip: 20.7.7.7}"), network.Internet, network.FullTLS, network.HasWAF, false},
		"nobody serves it":                    {ingress("i", "", "{ingressClassName: other, rules: [{"+toWeb+"}]}", ""), network.UnknownPlaces, network.NoTLS, network.WAFUnsaid, false},
	} {
		t.Run(name, func(t *testing.T) {
			x := exposed(t, controller, test.ingress)
			d := door(t, x, model.KindIngress, "i")
			assert.Equal(t, test.reach, d.Reach, d.Reach.String())
			assert.Equal(t, test.tls, d.TLS, d.TLS.String())
			assert.Equal(t, test.waf, d.WAF, d.WAF.String())
			assert.Equal(t, test.via, d.Via != nil)
			if test.via {
				assert.Equal(t, []string{"203.0.113.0/24"}, d.AllSources())
				assert.False(t, d.Open(), "the controller's load balancer keeps to ranges")
			}
			assert.Equal(t, web, d.Workloads()[0].Ref)
			assert.Same(t, d, x.Leading(web)[0])
		})
	}
}

func TestGateways(t *testing.T) {
	const gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: shop}\n" +
		"spec: {gatewayClassName: azure-alb-external, listeners: [{name: http, port: 80, protocol: HTTP}, {name: https, port: 443, protocol: HTTPS, hostname: '*.example'}]}\n" +
		"status: {addresses: [{type: Hostname, value: abc.fz01.alb.azure.com}]}"
	route := func(section, host string) string {
		return "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r" + section + ", namespace: apps}\n" +
			"spec: {hostnames: [" + host + "], parentRefs: [{name: g, namespace: shop, sectionName: " + section + "}], rules: [{matches: [{path: {value: /x}}], backendRefs: [{name: web, namespace: shop, port: 80}]}]}"
	}
	web := service("shop", "web", "{selector: {app: web}, ports: [{port: 80}]}")
	d := door(t, exposed(t, web, gateway, route("https", "a.example")), model.KindGateway, "g")
	assert.Equal(t, network.Internet, d.Reach)
	assert.Equal(t, network.FullTLS, d.TLS)
	assert.Equal(t, []string{"a.example"}, d.Hosts())
	assert.Len(t, d.Workloads(), 1)
	assert.Equal(t, network.SomeTLS, door(t, exposed(t, web, gateway, route("https", "a.example"), route("http", "b.other")), model.KindGateway, "g").TLS)
	assert.Empty(t, door(t, exposed(t, web, gateway, route("https", "b.other")), model.KindGateway, "g").Routes, "not a host of the listener")
}

func TestInterfaces(t *testing.T) {
	for image, want := range map[string]string{
		"kubernetesui/dashboard:v2.7.0": "Kubernetes Dashboard", "mirror.example/grafana/grafana@sha256:0": "Grafana",
		"quay.io/argoproj/argocd:v3": "", "registry:5000/shop/web": "", "myprom/prometheus-proxy": "", "prom/prometheus": "Prometheus",
	} {
		x := exposed(t, deployment("shop", "ui", image, ", ports: [{containerPort: 1, hostPort: 1}]"))
		assert.Equal(t, want, network.Interface(door(t, x, model.KindDeployment, "ui").Object), image)
	}
	x := exposed(t, deployment("shop", "argocd-server", "quay.io/argoproj/argocd:v3", ", ports: [{containerPort: 1, hostPort: 1}]"))
	assert.Equal(t, "Argo CD", network.Interface(door(t, x, model.KindDeployment, "argocd-server").Object))
}
