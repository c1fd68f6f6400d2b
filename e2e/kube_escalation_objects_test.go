package e2e

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// admins has objects made by the administrator in the stage's namespace.
func admins(manifests string) func(*stage) {
	return func(s *stage) {
		_, err := s.admin.Run(s.Context(), manifests, "create", "--namespace", s.namespace, "--filename", "-")
		require.NoError(s, err)
	}
}

// gone asks whether objects are no more.
func gone(resource string) func(*stage, *actor) {
	return func(s *stage, a *actor) {
		out, err := s.admin.Run(s.Context(), "", "get", resource, "--namespace", a.at, "--output", "name")
		require.NoError(s, err)
		assert.Empty(s, out)
	}
}

// stored asks whether an object has come to hold something.
func stored(resource, name, path, want string) func(*stage, *actor) {
	return func(s *stage, a *actor) {
		out, err := s.admin.Run(s.Context(), "", "get", resource, name, "--namespace", a.at, "--output", "jsonpath={"+path+"}")
		require.NoError(s, err)
		assert.Contains(s, out, want)
	}
}

func endpointSlice(address string) string {
	return `{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"shop","labels":{"kubernetes.io/service-name":"shop"}},
		"addressType":"IPv4","endpoints":[{"addresses":["` + address + `"]}],"ports":[{"port":80}]}`
}

// objectRows are about objects that others rely on.
var objectRows = []escalation{
	{
		id: "R43", rights: []right{here("patch", "discovery.k8s.io/endpointslices")}, near: []right{here("get", "discovery.k8s.io/endpointslices")},
		before: admins(endpointSlice("10.1.0.1")),
		act: func(_ *stage, a *actor) error {
			_, err := a.patches(endpointSlice("10.9.9.9"))
			return err
		},
		after: stored("endpointslice", "shop", ".endpoints[*].addresses", "10.9.9.9"),
	},
	{
		id: "R44", does: "external addresses", rights: []right{here("create", "core/services")}, near: []right{here("get", "core/services")},
		act: func(_ *stage, a *actor) error {
			return a.creates(`{"apiVersion":"v1","kind":"Service","metadata":{"name":"taken"},"spec":{"ports":[{"port":443}],"externalIPs":["203.0.113.7"]}}`)
		},
		after: stored("service", "taken", ".spec.externalIPs", "203.0.113.7"),
	},
	{
		id: "R44", does: "status", rights: []right{here("patch", "core/services/status")}, near: []right{here("get", "core/services core/services/status")},
		before: admins(`{"apiVersion":"v1","kind":"Service","metadata":{"name":"taken"},"spec":{"type":"LoadBalancer","ports":[{"port":443}]}}`),
		act: func(_ *stage, a *actor) error {
			_, err := a.patches(`{"apiVersion":"v1","kind":"Service","metadata":{"name":"taken"},"status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.7"}]}}}`, "--subresource=status")
			return err
		},
		after: stored("service", "taken", ".status.loadBalancer.ingress[*].ip", "203.0.113.7"),
	},
	{
		id: "R45", rights: []right{here("create", "networking.k8s.io/ingresses")}, near: []right{here("get", "networking.k8s.io/ingresses")},
		act: func(_ *stage, a *actor) error {
			return a.does("create", "ingress", "open", "--rule=shop.example.com/*=inner:80")
		},
		after: stored("ingress", "open", ".spec.rules[*].host", "shop.example.com"),
	},
	{
		id: "R46", rights: []right{here("delete", "networking.k8s.io/networkpolicies")}, near: []right{here("get", "networking.k8s.io/networkpolicies")},
		before: admins(`{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"closed"},"spec":{"podSelector":{}}}`),
		act:    func(_ *stage, a *actor) error { return a.does("delete", "networkpolicy", "closed", "--wait=false") },
		after:  gone("networkpolicies"),
	},
	{
		id: "R47", rights: []right{wide("patch", "core/configmaps")}, near: []right{here("patch", "core/configmaps")},
		before: func(s *stage) {
			s.makes("/api/v1/namespaces/kube-system/configmaps", map[string]any{"metadata": map[string]any{"name": "coredns"}})
		},
		act: func(s *stage, a *actor) error {
			_, err := a.Run(s.Context(), `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"coredns"},"data":{"Corefile":"forward . 203.0.113.7"}}`,
				"apply", "--server-side", "--validate=false", "--namespace", "kube-system", "--filename", "-")
			return err
		},
		after: func(s *stage, _ *actor) {
			out, err := s.admin.Run(s.Context(), "", "get", "configmap", "coredns", "--namespace", "kube-system", "--output", "json")
			require.NoError(s, err)
			assert.Contains(s, out, "203.0.113.7")
		},
	},
	{
		id: "R48", rights: []right{wide("patch", "core/nodes")}, near: []right{wide("get", "core/nodes")},
		before: func(s *stage) { s.makes("/api/v1/nodes", named(s.namespace, nil)) },
		act: func(s *stage, a *actor) error {
			_, err := a.patches(`{"apiVersion":"v1","kind":"Node","metadata":{"name":"` + s.namespace + `"},"spec":{"taints":[{"key":"mine","effect":"NoExecute"}]}}`)
			return err
		},
		after: func(s *stage, a *actor) { stored("node", s.namespace, ".spec.taints", "NoExecute")(s, a) },
	},
	{
		id: "R52", to: "node", power: "Takes pod security away from its pods", labels: map[string]string{enforce: "restricted"},
		rights: []right{here("patch", "core/namespaces"), here("create", "core/pods").aids()},
		act: func(s *stage, a *actor) error {
			_, err := a.patches(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"` + a.at + `","labels":{"` + enforce + `":"privileged"}}}`)
			if err != nil {
				assert.ErrorContains(s, a.creates(takingTheNode(a.name)), "orbidden")
				return err
			}
			return a.creates(takingTheNode(a.name))
		},
		after: isThere("pod", "<name>"),
	},
	{
		id: "R58", rights: []right{wide("patch", "coordination.k8s.io/leases")}, near: []right{here("patch", "coordination.k8s.io/leases")},
		before: func(s *stage) {
			s.makes("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases", named("kube-scheduler", nil))
		},
		act: func(s *stage, a *actor) error {
			_, err := a.Run(s.Context(), `{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"kube-scheduler"},"spec":{"holderIdentity":"mine"}}`,
				"apply", "--server-side", "--force-conflicts", "--validate=false", "--namespace", "kube-system", "--filename", "-")
			return err
		},
		after: func(s *stage, _ *actor) {
			out, err := s.admin.Run(s.Context(), "", "get", "lease", "kube-scheduler", "--namespace", "kube-system", "--output", "jsonpath={.spec.holderIdentity}")
			require.NoError(s, err)
			assert.Equal(s, "mine", out)
		},
	},
	{
		id: "R55", rights: []right{here("delete", "core/events")}, near: []right{here("get list", "core/events")},
		before: func(s *stage) {
			admins(`{"apiVersion":"v1","kind":"Event","metadata":{"name":"trace"},"involvedObject":{"kind":"Pod","name":"x","namespace":"` + s.namespace + `"},"reason":"Broken","message":"seen"}`)(s)
		},
		act:   func(_ *stage, a *actor) error { return a.does("delete", "event", "trace", "--wait=false") },
		after: gone("events"),
	},
	{
		id: "R56", rights: []right{here("deletecollection", "*/*")}, near: []right{here("deletecollection", "batch/jobs")},
		before: admins(configMap),
		act: func(_ *stage, a *actor) error {
			return a.does("delete", "--raw", "/api/v1/namespaces/"+a.at+"/configmaps")
		},
		after: gone("configmaps"),
	},
}
