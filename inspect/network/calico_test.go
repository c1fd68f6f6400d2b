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

func calico(namespace, name, spec string) string {
	return fmt.Sprintf("apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: %s, namespace: %s}\nspec: %s", name, namespace, spec)
}

// global is one as the API server keeps it, where Calico's own does not run.
func global(name, spec string) string {
	return fmt.Sprintf("apiVersion: crd.projectcalico.org/v1\nkind: GlobalNetworkPolicy\nmetadata: {name: %s}\nspec: %s", name, spec)
}

func tier(name, spec string) string {
	return fmt.Sprintf("apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: %s}\nspec: %s", name, spec)
}

func networkSet(name, labels, nets string) string {
	return fmt.Sprintf("apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: %s, labels: {%s}}\nspec: {nets: [%s]}", name, labels, nets)
}

func TestWhoMayTalkToWhomByCalico(t *testing.T) {
	const all, none = "every port", "none"
	denyAll := global("deny", "{order: 2000, selector: all(), types: [Ingress]}")
	for name, test := range map[string]struct {
		policies []string
		want     map[string]string // "from > to"
	}{
		"what it selects is closed": {[]string{calico("shop", "p", "{selector: app == 'web', types: [Ingress]}")},
			map[string]string{"shop/db > shop/web": none, "bank/client > shop/web": none, "shop/web > shop/db": all, "shop/web > bank/client": all}},
		"without types it is for ingress": {[]string{calico("shop", "p", "{selector: all()}")},
			map[string]string{"shop/db > shop/web": none, "shop/web > bank/client": all}},
		"with egress rules alone it is for egress": {[]string{calico("bank", "p", "{egress: [{action: Allow, destination: {selector: app == 'web', namespaceSelector: all()}}]}")},
			map[string]string{"bank/client > shop/web": all, "bank/client > shop/db": none, "shop/db > bank/client": all}},
		"without a selector it is for all of the namespace": {[]string{calico("shop", "p", "{types: [Ingress]}")},
			map[string]string{"bank/client > shop/web": none, "bank/client > shop/db": none, "shop/web > bank/client": all}},
		"a selector is for the own namespace": {[]string{calico("shop", "p", "{ingress: [{action: Allow, source: {selector: all()}}]}")},
			map[string]string{"shop/web > shop/db": all, "bank/client > shop/db": none}},
		"unless one of namespaces is there": {[]string{calico("shop", "p", "{ingress: [{action: Allow, source: {selector: all(), namespaceSelector: team == 'red'}}]}")},
			map[string]string{"bank/client > shop/db": all, "shop/web > shop/db": none, "open/any > shop/db": none}},
		"a namespace by its name": {[]string{calico("shop", "p", "{ingress: [{action: Allow, source: {namespaceSelector: \"projectcalico.org/name in {'bank'}\"}}]}")},
			map[string]string{"bank/client > shop/db": all, "open/any > shop/db": none}},
		"a namespace by what Calico adds to pods": {[]string{global("p", "{selector: projectcalico.org/namespace == 'shop' && pcns.team == 'blue', ingress: [{action: Allow, source: {selector: pcns.team == 'red'}}]}")},
			map[string]string{"bank/client > shop/db": all, "open/any > shop/db": none, "shop/db > open/any": all}},
		"global() is no pod": {[]string{calico("shop", "p", "{ingress: [{action: Allow, source: {namespaceSelector: global()}}]}")},
			map[string]string{"bank/client > shop/db": none, "shop/web > shop/db": none}},
		"a rule that names nobody is for everybody": {[]string{calico("shop", "p", "{ingress: [{action: Allow}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"all but": {[]string{global("p", "{namespaceSelector: projectcalico.org/name == 'shop', ingress: [{action: Allow, source: {notSelector: app == 'client'}}]}")},
			map[string]string{"bank/client > shop/db": none, "open/any > shop/db": all, "shop/web > shop/db": all}},
		"all but, in the own namespace": {[]string{calico("shop", "p", "{ingress: [{action: Allow, source: {notSelector: app == 'web'}}]}")},
			map[string]string{"open/any > shop/db": none, "shop/web > shop/db": none, "shop/db > shop/web": all}},
		"a denial before an allowance": {[]string{calico("shop", "p", "{ingress: [{action: Deny, protocol: TCP, source: {namespaceSelector: all(), selector: app == 'client'}, destination: {ports: [22]}}, {action: Allow}]}")},
			map[string]string{"bank/client > shop/db": "TCP 0-21, 23-65535; UDP every port; SCTP every port", "open/any > shop/db": all}},
		"a denial behind an allowance": {[]string{calico("shop", "p", "{ingress: [{action: Allow}, {action: Deny}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"the lower order comes first": {[]string{
			calico("shop", "late", "{order: 20, ingress: [{action: Deny}]}"), calico("shop", "early", "{order: 10, ingress: [{action: Allow, protocol: UDP, destination: {ports: [53]}}]}")},
			map[string]string{"bank/client > shop/db": "UDP 53"}},
		"none at all comes last": {[]string{
			calico("shop", "a", "{ingress: [{action: Allow}]}"), calico("shop", "b", "{order: 99999, ingress: [{action: Deny, protocol: TCP}]}")},
			map[string]string{"bank/client > shop/db": "UDP every port; SCTP every port"}},
		"policies of Kubernetes stand among them": {[]string{
			policy("shop", "k", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 5432}]}]}"),
			global("early", "{order: 10, selector: app == 'db', ingress: [{action: Deny, source: {namespaceSelector: team == 'red'}}]}"), denyAll},
			map[string]string{"bank/client > shop/db": none, "open/any > shop/db": "TCP 5432", "open/any > shop/web": none}},
		"a denial of a later order finds them allowed": {[]string{
			policy("shop", "k", "{podSelector: {matchLabels: {app: db}}, ingress: [{}]}"), global("late", "{order: 1500, selector: app == 'db', ingress: [{action: Deny}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"a policy of Kubernetes closes what one of Calico's passes on": {[]string{
			policy("shop", "k", "{podSelector: {matchLabels: {app: db}}}"), global("p", "{order: 10, selector: app == 'db', ingress: [{action: Pass, protocol: TCP}]}")},
			map[string]string{"bank/client > shop/db": "TCP every port"}},
		"what logs decides nothing": {[]string{calico("shop", "p", "{ingress: [{action: Log}, {action: Allow, protocol: TCP, destination: {ports: ['8000:8100', web]}}]}")},
			map[string]string{"bank/client > shop/db": "TCP 8000-8100"}},
		"protocols by number, and all but ports": {[]string{calico("shop", "p", "{ingress: [{action: Allow, protocol: 17, destination: {notPorts: ['1:65535']}}, {action: Allow, protocol: ICMP}]}")},
			map[string]string{"bank/client > shop/db": "UDP 0"}},
		"all but a protocol": {[]string{calico("shop", "p", "{ingress: [{action: Allow, notProtocol: TCP}]}")},
			map[string]string{"bank/client > shop/db": "UDP every port; SCTP every port"}},
		"addresses": {[]string{calico("shop", "p", "{ingress: [{action: Allow, source: {nets: [10.244.0.0/16]}}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"all but addresses": {[]string{calico("shop", "p", "{ingress: [{action: Allow, source: {notNets: [10.244.0.0/16]}}]}")},
			map[string]string{"bank/client > shop/db": none}},
		"sets of addresses": {[]string{networkSet("pods", "role: mine", "10.244.0.0/16"), calico("shop", "p", "{ingress: [{action: Allow, source: {selector: role == 'mine', namespaceSelector: global()}}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"a tier decides before the default one": {[]string{
			tier("security", "{order: 100}"), policy("shop", "k", "{podSelector: {}, ingress: [{}]}"),
			global("security.p", "{tier: security, selector: app == 'db', ingress: [{action: Pass, source: {namespaceSelector: team == 'blue'}}]}")},
			map[string]string{"shop/web > shop/db": all, "bank/client > shop/db": none, "bank/client > shop/web": all}},
		"a tier that passes on": {[]string{
			tier("security", "{order: 100, defaultAction: Pass}"), policy("shop", "k", "{podSelector: {}}"),
			global("security.p", "{tier: security, selector: app == 'db', ingress: [{action: Allow, source: {namespaceSelector: team == 'red'}}]}")},
			map[string]string{"bank/client > shop/db": all, "open/any > shop/db": none}},
		"a tier behind the default one is asked where that passes on": {[]string{
			tier("last", "{order: 2000000}"),
			calico("shop", "p", "{ingress: [{action: Pass}]}"), global("last.p", "{tier: last, selector: app == 'db', ingress: [{action: Allow, protocol: TCP}]}")},
			map[string]string{"bank/client > shop/db": "TCP every port", "bank/client > shop/web": all}},
		"an admin's policy stands between tiers": {[]string{
			tier("security", "{order: 2000}"), global("security.p", "{tier: security, selector: all(), ingress: [{action: Deny}]}"),
			admin("a", "{priority: 10, subject: {namespaces: {}}, ingress: [{action: Allow, from: [{namespaces: {matchLabels: {team: red}}}]}]}")},
			map[string]string{"bank/client > shop/db": all, "open/any > shop/db": none}},
		"what is for nodes is not for pods": {[]string{global("p", "{selector: all(), preDNAT: true, applyOnForward: true, ingress: [{action: Deny}]}")},
			map[string]string{"bank/client > shop/db": all}},
		"a denial that is not understood denies nothing": {[]string{calico("shop", "p", "{ingress: [{action: Deny, http: {methods: [GET]}}, {action: Deny, source: {services: {name: x}}}, {action: Allow}]}")},
			map[string]string{"bank/client > shop/db": all}},
	} {
		t.Run(name, func(t *testing.T) {
			a := analyze(t, "calico", test.policies...)
			for ends, want := range test.want {
				var from, to string
				_, err := fmt.Sscanf(ends, "%s > %s", &from, &to)
				require.NoError(t, err)
				assert.Equal(t, want, reach(t, a, from, to), ends)
			}
		})
	}
}

func TestServiceAccountsInCalicosPolicies(t *testing.T) {
	a := network.Of(objecttest.View(t, manifests(
		namespace("shop"), pod("shop", "db", "app: db"), pod("shop", "web", "app: web", "serviceAccountName: robot"), pod("shop", "job", "app: job", "serviceAccountName: trusted"),
		"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: trusted, namespace: shop, labels: {level: high}}",
		calico("shop", "p", "{selector: app == 'db', ingress: [{action: Allow, protocol: TCP, source: {serviceAccounts: {names: [robot]}}}, {action: Allow, protocol: UDP, source: {serviceAccounts: {selector: level == 'high'}}}]}"),
	), withEngine("calico")))
	assert.Equal(t, "TCP every port", reach(t, a, "shop/web", "shop/db"))
	assert.Equal(t, "UDP every port", reach(t, a, "shop/job", "shop/db"))
}

func TestCoverageByCalico(t *testing.T) {
	a := analyze(t, "calico",
		global("deny", "{order: 3000, namespaceSelector: \"projectcalico.org/name not in {'open'}\", types: [Ingress, Egress]}"),
		global("out", "{order: 10, namespaceSelector: has(team), egress: [{action: Deny, destination: {nets: [169.254.169.254/32]}}, {action: Allow}]}"),
		calico("open", "only", "{selector: app == 'nobody', types: [Ingress]}"))
	assert.Equal(t, [2]bool{true, true}, a.Namespace("shop").Default)
	assert.Equal(t, [2]bool{}, a.Namespace("open").Default)
	assert.Equal(t, 100, a.Namespace("shop").Percent(network.Egress))
	standing := workload(t, a, "shop/web").Standings[0]
	assert.False(t, standing.Metadata)
	assert.Equal(t, network.All, standing.Internet)
	require.Len(t, standing.Sides[network.Egress].By, 2)
	only := a.Policy(model.Ref{Kind: model.KindCalicoNetworkPolicy, Namespace: "open", Name: "only"})
	assert.True(t, only.Idle() && only.Enforced)
	out := a.Policy(model.Ref{Kind: model.KindGlobalNetworkPolicy, Name: "out"})
	assert.Equal(t, 3, out.Pods)
	assert.Equal(t, "spec.egress[1].destination", out.Open[0].Path)

	passes := analyze(t, "calico", tier("platform", "{order: 500}"), global("platform.p", "{tier: platform, egress: [{action: Deny, destination: {nets: [169.254.169.254/32]}}, {action: Pass}]}"))
	assert.Equal(t, 0, passes.Namespace("shop").Percent(network.Egress), "what hands everything on isolates nothing")
	assert.Equal(t, 2, passes.Namespace("shop").Narrowed[network.Egress])
	assert.Equal(t, network.Side{Narrowed: true, By: passes.Policies[:1]}, workload(t, passes, "shop/web").Standings[0].Sides[network.Egress])

	paper := analyze(t, "cilium", global("deny", "{types: [Ingress]}"))
	assert.False(t, paper.Policies[0].Enforced)
	assert.Equal(t, "every port", reach(t, paper, "bank/client", "shop/web"))
}

func TestTiersThatWereNotRead(t *testing.T) {
	a := analyze(t, "calico", global("security.p", "{tier: security, selector: app == 'db', types: [Ingress]}"))
	assert.Contains(t, workload(t, a, "shop/db").Standings[0].Sides[network.Ingress].Unsure, "could not judge: Calico tiers")
	assert.Empty(t, workload(t, a, "shop/web").Standings[0].Sides[network.Ingress].Unsure)
	assert.Empty(t, workload(t, a, "shop/db").Standings[0].Sides[network.Egress].Unsure)
	whole := analyze(t, "calico", global("security.p", "{tier: security, types: [Ingress]}"))
	assert.Contains(t, whole.Namespace("shop").Unsure, "security")
}
