package network_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

// manifests joins the documents of a cluster.
func manifests(documents ...string) string { return strings.Join(documents, "\n---\n") }

func namespace(name string, labels ...string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {%s}}", name, strings.Join(labels, ", "))
}

var address int

// pod is a running pod; more goes into its specification.
func pod(namespace, name, labels string, more ...string) string {
	address++
	return fmt.Sprintf(`apiVersion: v1
kind: Pod
metadata: {name: %s, namespace: %s, labels: {%s}}
spec: {%s}
status: {phase: Running, podIP: 10.244.%d.%d}`, name, namespace, labels,
		strings.Join(append(more, "containers: [{name: one, image: x, ports: [{name: web, containerPort: 8080}, {name: dns, containerPort: 5353, protocol: UDP}]}]"), ", "),
		address/250, address%250+1)
}

func policy(namespace, name, spec string) string {
	return fmt.Sprintf("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: %s, namespace: %s}\nspec: %s", name, namespace, spec)
}

func cilium(namespace, name, spec string) string {
	return fmt.Sprintf("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: %s, namespace: %s}\nspec: %s", name, namespace, spec)
}

func clusterwide(name, spec string) string {
	return fmt.Sprintf("apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: %s}\nspec: %s", name, spec)
}

func admin(name, spec string) string {
	return fmt.Sprintf("apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: %s}\nspec: %s", name, spec)
}

func baseline(spec string) string {
	return "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: BaselineAdminNetworkPolicy\nmetadata: {name: default}\nspec: " + spec
}

func clusterPolicy(name, spec string) string {
	return fmt.Sprintf("apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: %s}\nspec: %s", name, spec)
}

// The pods that most tests have: two in shop, one each in bank and open.
var pods = manifests(
	namespace("shop", "team: blue"), namespace("bank", "team: red"), namespace("open"),
	pod("shop", "web", "app: web"), pod("shop", "db", "app: db, tier: data"),
	pod("bank", "client", "app: client"), pod("open", "any", "app: any"),
)

func withEngine(name string) map[string]any {
	profile := map[string]any{"networkPolicy": name}
	if name == "cilium" {
		profile["networkDataplane"] = "cilium"
	}
	return map[string]any{"properties": map[string]any{"networkProfile": profile}}
}

func analyze(t *testing.T, engine string, documents ...string) *network.Analysis {
	t.Helper()
	return network.Of(objecttest.View(t, manifests(append([]string{pods}, documents...)...), withEngine(engine)))
}

func workload(t *testing.T, a *network.Analysis, place string) *network.Workload {
	t.Helper()
	namespace, name, _ := strings.Cut(place, "/")
	w := a.Workload(model.Ref{Kind: model.KindPod, Namespace: namespace, Name: name})
	require.NotNil(t, w, place)
	return w
}

// reach is what one pod lets reach another, in words.
func reach(t *testing.T, a *network.Analysis, from, to string) string {
	t.Helper()
	return a.Reaches(workload(t, a, from), workload(t, a, to)).Ports.String()
}

func TestWhoMayTalkToWhom(t *testing.T) {
	const all = "every port"
	for name, test := range map[string]struct {
		engine   string
		policies []string
		want     map[string]string // "from > to"
	}{
		"no policy": {"calico", nil, map[string]string{"bank/client > shop/web": all, "shop/web > shop/db": all}},
		"deny all to an application": {"calico", []string{policy("shop", "p", "{podSelector: {matchLabels: {app: web}}, ingress: []}")},
			map[string]string{"bank/client > shop/web": "none", "shop/db > shop/web": "none", "shop/web > shop/db": all}},
		"deny all in a namespace": {"calico", []string{policy("shop", "p", "{podSelector: {}, policyTypes: [Ingress]}")},
			map[string]string{"shop/db > shop/web": "none", "shop/web > bank/client": all, "bank/client > shop/db": "none"}},
		"limit to an application": {"azure", []string{policy("shop", "p", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}")},
			map[string]string{"shop/web > shop/db": all, "bank/client > shop/db": "none"}},
		"allow everything again": {"azure", []string{policy("shop", "p", "{podSelector: {}, ingress: [{}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"policies add up": {"azure", []string{policy("shop", "p", "{podSelector: {}}"), policy("shop", "q", "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]}")},
			map[string]string{"bank/client > shop/web": "TCP 80", "bank/client > shop/db": "none", "shop/db > shop/web": "TCP 80"}},
		"only the own namespace": {"azure", []string{policy("shop", "p", "{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}")},
			map[string]string{"shop/web > shop/db": all, "bank/client > shop/db": "none"}},
		"namespaces by label": {"azure", []string{policy("shop", "p", "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: red}}}]}]}")},
			map[string]string{"bank/client > shop/db": all, "open/any > shop/db": "none", "shop/web > shop/db": "none"}},
		"a namespace by its name": {"azure", []string{policy("shop", "p", "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: open}}}]}]}")},
			map[string]string{"open/any > shop/db": all, "bank/client > shop/db": "none"}},
		"pods of some namespaces, both at once": {"azure", []string{policy("shop", "p", "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: red}}, podSelector: {matchLabels: {app: other}}}]}]}")},
			map[string]string{"bank/client > shop/db": "none"}},
		"pods or namespaces, two peers": {"azure", []string{policy("shop", "p", "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: red}}}, {podSelector: {matchLabels: {app: web}}}]}]}")},
			map[string]string{"bank/client > shop/db": all, "shop/web > shop/db": all, "open/any > shop/db": "none"}},
		"expressions": {"azure", []string{policy("shop", "p", "{podSelector: {matchExpressions: [{key: tier, operator: Exists}]}, ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [red]}]}}]}]}")},
			map[string]string{"open/any > shop/db": all, "bank/client > shop/db": "none", "bank/client > shop/web": all}},
		"ports by number, name, range and protocol": {"azure", []string{policy("shop", "p", "{podSelector: {}, ingress: [{ports: [{port: 443}, {port: web}, {port: dns, protocol: UDP}, {port: 9000, endPort: 9010}, {protocol: SCTP}, {port: dns}]}]}")},
			map[string]string{"open/any > shop/db": "TCP 443, 8080, 9000-9010; UDP 5353; SCTP every port"}},
		"both ends must agree": {"azure", []string{
			policy("shop", "p", "{podSelector: {}, ingress: [{ports: [{port: 80}, {port: 443}]}]}"),
			policy("bank", "q", "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 443}, {port: 53, protocol: UDP}]}]}")},
			map[string]string{"bank/client > shop/web": "TCP 443", "open/any > shop/web": "TCP 80, 443", "shop/web > bank/client": all}},
		"egress rules alone mean egress too": {"azure", []string{policy("bank", "p", "{podSelector: {}, egress: [{to: [{podSelector: {}}]}]}")},
			map[string]string{"bank/client > shop/web": "none", "open/any > bank/client": "none"}},
		"an address range matches pods": {"azure", []string{policy("shop", "p", "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.244.0.0/16}}]}]}")},
			map[string]string{"bank/client > shop/web": all}},
		"but not with Cilium": {"cilium", []string{policy("shop", "p", "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}")},
			map[string]string{"bank/client > shop/web": "none"}},
		"exceptions": {"calico", []string{policy("shop", "p", "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.244.0.0/16]}}]}]}")},
			map[string]string{"bank/client > shop/web": "none"}},
		"Cilium's own, in the own namespace": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {matchLabels: {app: db}}, ingress: [{fromEndpoints: [{matchLabels: {'k8s:app': web}}], toPorts: [{ports: [{port: '5432', protocol: TCP}]}]}]}")},
			map[string]string{"shop/web > shop/db": "TCP 5432", "bank/client > shop/db": "none", "bank/client > shop/web": all}},
		"Cilium's own, from another namespace": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {'k8s:io.kubernetes.pod.namespace': bank}}]}]}")},
			map[string]string{"bank/client > shop/db": all, "shop/web > shop/db": "none"}},
		"Cilium's own, by the namespace's labels": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.namespace.labels.team: red}}]}]}")},
			map[string]string{"bank/client > shop/db": all, "open/any > shop/db": "none"}},
		"Cilium's denials win": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {}, ingress: [{fromEntities: [all]}], ingressDeny: [{fromEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: bank}}], toPorts: [{ports: [{port: '22'}]}]}]}")},
			map[string]string{"bank/client > shop/db": "TCP 0-21, 23-65535; UDP 0-21, 23-65535; SCTP 0-21, 23-65535", "open/any > shop/db": all}},
		"Cilium without default deny": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingress: [{fromEntities: [cluster]}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"Cilium's empty rule allows nobody": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {}, ingress: [{}]}")},
			map[string]string{"bank/client > shop/db": "none"}},
		"Cilium's empty list selects nobody": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {}, ingress: [{fromEndpoints: [], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]}")},
			map[string]string{"bank/client > shop/db": "none"}},
		"Cilium's ports from anybody": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]}")},
			map[string]string{"bank/client > shop/db": "TCP 80"}},
		"a rule of Cilium's that is not understood isolates nobody wrongly": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {}, ingress: [{fromMoon: [x]}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"a denial that is not understood denies nothing": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingressDeny: [{fromEntities: [all], onlyOn: [x]}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"Cilium for the whole cluster": {"cilium", []string{clusterwide("p", "{endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: shop}}, ingress: [{fromEndpoints: [{}]}]}")},
			map[string]string{"bank/client > shop/db": all, "open/any > bank/client": all}},
		"Cilium by service account": {"cilium", []string{cilium("shop", "p", "{endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.policy.serviceaccount: robot}}]}]}")},
			map[string]string{"shop/web > shop/db": "none"}},
		"Cilium's policies are nothing to Calico": {"calico", []string{cilium("shop", "p", "{endpointSelector: {}, ingress: [{}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"an admin's denial": {"calico", []string{
			policy("shop", "p", "{podSelector: {}, ingress: [{}]}"),
			admin("a", "{priority: 10, subject: {namespaces: {matchLabels: {team: blue}}}, ingress: [{action: Deny, from: [{namespaces: {matchLabels: {team: red}}}]}]}")},
			map[string]string{"bank/client > shop/db": "none", "open/any > shop/db": all}},
		"the first of admins' rules counts": {"calico", []string{
			admin("b", "{priority: 20, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}"),
			admin("a", "{priority: 10, subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}, ingress: [{action: Allow, from: [{namespaces: {}}], ports: [{portNumber: {protocol: TCP, port: 5432}}]}]}")},
			map[string]string{"bank/client > shop/db": "TCP 5432", "bank/client > shop/web": "none"}},
		"an admin's allowance overrules a policy": {"calico", []string{
			policy("shop", "p", "{podSelector: {}}"),
			admin("a", "{priority: 10, subject: {namespaces: {}}, ingress: [{action: Allow, from: [{namespaces: {matchLabels: {team: red}}}], ports: [{portRange: {protocol: UDP, start: 1, end: 9}}, {namedPort: web}]}]}")},
			map[string]string{"bank/client > shop/db": "TCP 8080; UDP 1-9", "open/any > shop/db": "none"}},
		"passed on to policies": {"calico", []string{
			policy("shop", "p", "{podSelector: {}, ingress: [{ports: [{port: 80}]}]}"),
			admin("a", "{priority: 10, subject: {namespaces: {}}, ingress: [{action: Pass, from: [{namespaces: {}}]}, {action: Deny, from: [{namespaces: {}}]}]}")},
			map[string]string{"bank/client > shop/db": "TCP 80", "open/any > bank/client": all}},
		"the baseline, where no policy selects": {"calico", []string{
			policy("shop", "p", "{podSelector: {matchLabels: {app: web}}, ingress: [{}]}"),
			baseline("{subject: {namespaces: {}}, ingress: [{action: Allow, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: any}}}}]}, {action: Deny, from: [{namespaces: {}}]}]}")},
			map[string]string{"bank/client > shop/web": all, "bank/client > shop/db": "none", "open/any > shop/db": all}},
		"the successor of both": {"calico", []string{
			clusterPolicy("a", "{tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: Accept, to: [{namespaces: {matchLabels: {team: blue}}}], protocols: [{tcp: {destinationPort: {number: 80}}}, {udp: {destinationPort: {range: {start: 5, end: 6}}}}, {destinationNamedPort: web}]}]}"),
			clusterPolicy("b", "{tier: Baseline, priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}]}]}")},
			map[string]string{"bank/client > shop/db": "TCP 80, 8080; UDP 5-6", "shop/web > bank/client": "none"}},
		"NPM knows no admin policies": {"azure", []string{admin("a", "{priority: 10, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"without an engine the policies still say so": {"none", []string{policy("shop", "p", "{podSelector: {}}")},
			map[string]string{"bank/client > shop/db": "none"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := analyze(t, test.engine, test.policies...)
			for way, want := range test.want {
				from, to, _ := strings.Cut(way, " > ")
				assert.Equal(t, want, reach(t, a, from, to), way)
			}
		})
	}
}

func TestTheWayOut(t *testing.T) {
	for name, test := range map[string]struct {
		engine   string
		spec     string
		metadata bool
		internet network.Extent
	}{
		"nothing":                 {"azure", "", true, network.All},
		"everything denied":       {"azure", "{podSelector: {}, policyTypes: [Egress]}", false, network.None},
		"the advised exception":   {"azure", "{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}]}", false, network.All},
		"link-local left out":     {"azure", "{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16, 10.0.0.0/8]}}]}]}", false, network.All},
		"two rules, one without":  {"azure", "{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}, {to: [{ipBlock: {cidr: 169.254.0.0/16}}], ports: [{port: 80}]}]}", true, network.All},
		"another port":            {"azure", "{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 169.254.0.0/16}}], ports: [{port: 443}]}]}", false, network.None},
		"one address":             {"azure", "{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 20.50.1.2/32}}]}]}", false, network.Some},
		"one port":                {"azure", "{podSelector: {}, egress: [{ports: [{port: 443}]}]}", false, network.Some},
		"private addresses":       {"azure", "{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}, {namespaceSelector: {}}]}]}", false, network.None},
		"Cilium, the world":       {"cilium", "{endpointSelector: {}, egress: [{toEntities: [world]}]}", true, network.All},
		"Cilium, the cluster":     {"cilium", "{endpointSelector: {}, egress: [{toEntities: [cluster]}]}", false, network.None},
		"Cilium, ranges":          {"cilium", "{endpointSelector: {}, egress: [{toCIDRSet: [{cidr: 0.0.0.0/0, except: [169.254.169.254/32]}]}]}", false, network.All},
		"Cilium, a denial":        {"cilium", "{endpointSelector: {}, egressDeny: [{toCIDR: [169.254.169.254/32]}]}", false, network.None},
		"Cilium, nothing else":    {"cilium", "{endpointSelector: {}, enableDefaultDeny: {egress: false}, egressDeny: [{toCIDR: [169.254.169.254/32]}]}", false, network.All},
		"Cilium, groups of cloud": {"cilium", "{endpointSelector: {}, egress: [{toGroups: [{aws: {}}]}]}", true, network.All},
		"Cilium, names":           {"cilium", "{endpointSelector: {}, egress: [{toFQDNs: [{matchName: example.com}]}]}", false, network.None},
	} {
		t.Run(name, func(t *testing.T) {
			document := "null"
			switch {
			case test.spec == "":
			case test.engine == "cilium":
				document = cilium("shop", "p", test.spec)
			default:
				document = policy("shop", "p", test.spec)
			}
			a := analyze(t, test.engine, document)
			standing := workload(t, a, "shop/web").Standings[0]
			assert.Equal(t, test.metadata, standing.Metadata, "metadata")
			assert.Equal(t, test.internet, standing.Internet, "internet")
			assert.Equal(t, strings.Contains(test.spec, "toFQDNs"), standing.Named)
		})
	}
}

func TestWhereAKSItselfKeepsPodsFromTheMetadata(t *testing.T) {
	cluster := withEngine("none")
	cluster["properties"].(map[string]any)["networkProfile"].(map[string]any)["podLinkLocalAccess"] = "None"
	a := network.Of(objecttest.View(t, manifests(pods, pod("shop", "agent", "app: agent", "hostNetwork: true")), cluster))
	assert.False(t, workload(t, a, "shop/web").Standings[0].Metadata)
	agent := workload(t, a, "shop/agent").Standings[0]
	assert.True(t, agent.HostNetwork && agent.Metadata)
	assert.Equal(t, network.All, agent.Internet)
}

func TestCoverage(t *testing.T) {
	a := analyze(t, "cilium",
		pod("shop", "agent", "app: agent", "hostNetwork: true"),
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: asleep, namespace: idle}\nspec: {replicas: 0, template: {metadata: {labels: {app: asleep}}, spec: {containers: [{name: one, image: x}]}}}",
		policy("shop", "db", "{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress]}"),
		policy("bank", "all", "{podSelector: {}, policyTypes: [Ingress, Egress], egress: [{}]}"),
		policy("idle", "p", "{podSelector: {matchLabels: {app: asleep}}}"),
		clusterwide("open", "{endpointSelector: {matchLabels: {io.kubernetes.pod.namespace: open}}, ingress: [{fromEndpoints: [{}]}]}"),
	)
	shop, bank, open, idle := a.Namespace("shop"), a.Namespace("bank"), a.Namespace("open"), a.Namespace("idle")
	assert.Equal(t, []int{2, 1}, []int{shop.Pods, shop.HostNetwork})
	assert.Equal(t, []int{50, 50}, []int{shop.Percent(network.Ingress), shop.Percent(network.Egress)})
	assert.Equal(t, [2]bool{}, shop.Default)
	assert.Equal(t, [2]bool{true, false}, bank.Default, "a policy that allows everything denies nothing")
	assert.Equal(t, 100, bank.Percent(network.Egress))
	assert.Equal(t, [2]bool{true, false}, open.Default)
	assert.Equal(t, 100, idle.Percent(network.Ingress), "what does not run yet counts where nothing does")
	assert.Equal(t, 0, a.Policy(model.Ref{Kind: model.KindNetworkPolicy, Namespace: "idle", Name: "p"}).Pods)
	assert.Nil(t, a.Namespace("nowhere"))

	standing := a.Pod(model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "db"})
	require.NotNil(t, standing)
	assert.True(t, standing.Sides[network.Ingress].Isolated)
	require.Len(t, standing.Sides[network.Ingress].By, 1)
	assert.Equal(t, "db", standing.Sides[network.Ingress].By[0].Name)
}

func TestDenyByDefaultThroughTheBaseline(t *testing.T) {
	a := analyze(t, "calico", baseline("{subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}"))
	shop := a.Namespace("shop")
	assert.Equal(t, [2]bool{true, false}, shop.Default)
	assert.Equal(t, 0, shop.Selected[network.Ingress])
	assert.Equal(t, 2, shop.Narrowed[network.Ingress])
}

func TestPoliciesThatDoNothing(t *testing.T) {
	a := analyze(t, "azure",
		policy("shop", "idle", "{podSelector: {matchLabels: {app: gone}}}"),
		policy("shop", "ready", "{podSelector: {}}"),
		policy("shop", "typo", "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: wbe}}}, {podSelector: {}}]}, {from: [{namespaceSelector: {matchLabels: {team: green}}}]}]}"),
		cilium("shop", "other", "{endpointSelector: {}, ingress: [{}]}"),
	)
	at := func(kind model.Kind, name string) *network.Policy {
		return a.Policy(model.Ref{Kind: kind, Namespace: "shop", Name: name})
	}
	assert.True(t, at(model.KindNetworkPolicy, "idle").Idle())
	assert.False(t, at(model.KindNetworkPolicy, "ready").Idle())
	assert.Equal(t, []string{"spec.ingress[0].from[0]", "spec.ingress[1].from[0]"}, at(model.KindNetworkPolicy, "typo").Dangling)
	assert.False(t, at(model.KindCiliumNetworkPolicy, "other").Enforced)
	assert.True(t, at(model.KindNetworkPolicy, "ready").Enforced)
}

func TestOpenDoors(t *testing.T) {
	a := analyze(t, "cilium",
		policy("shop", "p", "{podSelector: {}, ingress: [{}], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}], ports: [{port: 443}]}, {to: [{namespaceSelector: {}}]}]}"),
		cilium("shop", "c", "{endpointSelector: {}, egress: [{toEntities: [world, host]}]}"),
	)
	assert.Equal(t, []network.Opening{
		{Direction: network.Ingress, Path: "spec.ingress[0]", To: network.ToEverything, AnyPort: true},
		{Direction: network.Egress, Path: "spec.egress[0].to[0]", To: network.ToAddresses, Cut: true},
		{Direction: network.Egress, Path: "spec.egress[1].to[0]", To: network.ToPods, AnyPort: true},
	}, a.Policy(model.Ref{Kind: model.KindNetworkPolicy, Namespace: "shop", Name: "p"}).Open)
	assert.Equal(t, []network.Opening{{Direction: network.Egress, Path: "spec.egress[0].toEntities", To: network.ToWorld, AnyPort: true}},
		a.Policy(model.Ref{Kind: model.KindCiliumNetworkPolicy, Namespace: "shop", Name: "c"}).Open)
}

func TestTheMatrix(t *testing.T) {
	a := analyze(t, "azure",
		policy("shop", "p", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}]}]}"),
		policy("bank", "p", "{podSelector: {}}"))
	assert.Equal(t, network.Some, a.Between("open", "shop").Extent, "web, not db")
	assert.Equal(t, network.None, a.Between("open", "bank").Extent)
	assert.Equal(t, network.All, a.Between("bank", "open").Extent)
	assert.Equal(t, network.All, a.Between("shop", "shop").Extent)
	assert.Equal(t, network.NoPods, a.Between("shop", "nowhere").Extent)
	var callers []string
	for _, n := range a.Callers(workload(t, a, "shop/db")) {
		callers = append(callers, n.Namespace)
	}
	assert.Equal(t, []string{"shop"}, callers)
	assert.Equal(t, network.None, a.Elsewhere(workload(t, analyze(t, "azure", policy("shop", "p", "{podSelector: {}, policyTypes: [Egress]}")), "shop/web")))
	assert.Equal(t, network.Some, a.Elsewhere(workload(t, a, "shop/web")))
	assert.Len(t, a.InNamespace("shop"), 2)
	assert.Equal(t, network.None, a.FromOutside(workload(t, a, "shop/db")).Extent)
	assert.Equal(t, network.All, a.FromOutside(workload(t, a, "shop/web")).Extent)
}

func TestEngines(t *testing.T) {
	set := func(name string) string {
		return "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: " + name + ", namespace: kube-system}\nspec: {template: {spec: {hostNetwork: true}}}"
	}
	byo := map[string]any{"properties": map[string]any{"networkProfile": map[string]any{"networkPlugin": "none"}}}
	for name, test := range map[string]struct {
		cluster map[string]any
		set     string
		want    network.Engine
	}{
		"Cilium":                       {withEngine("cilium"), "kube-proxy", network.CiliumEngine},
		"NPM":                          {withEngine("azure"), "kube-proxy", network.AzureEngine},
		"none":                         {withEngine("none"), "kube-proxy", network.NoEngine},
		"not a word":                   {map[string]any{"properties": map[string]any{"networkProfile": map[string]any{}}}, "kube-proxy", network.NoEngine},
		"none, and somebody's own":     {withEngine("none"), "calico-node", network.CalicoEngine},
		"brought along":                {byo, "cilium", network.CiliumEngine},
		"brought along, nothing known": {byo, "weave", network.UnknownEngine},
		"no Azure":                     {nil, "azure-npm", network.AzureEngine},
		"no Azure, nothing known":      {nil, "kube-proxy", network.UnknownEngine},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, network.EngineOf(objecttest.View(t, set(test.set), test.cluster)))
		})
	}
}
