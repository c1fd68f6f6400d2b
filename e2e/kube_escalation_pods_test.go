package e2e

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the API server says once it has let a request pass and looks for the kubelet.
var noKubelet = []string{"no preferred addresses found", "not found", "host assigned"}

// makers are the resources whose objects make pods, and their kinds.
var makers = []struct{ resource, api, kind string }{
	{"deployments", "apps/v1", "Deployment"},
	{"daemonsets", "apps/v1", "DaemonSet"},
	{"statefulsets", "apps/v1", "StatefulSet"},
	{"replicasets", "apps/v1", "ReplicaSet"},
	{"jobs", "batch/v1", "Job"},
	{"cronjobs", "batch/v1", "CronJob"},
	{"replicationcontrollers", "v1", "ReplicationController"},
}

// makerAs makes pods that run as an account.
func makerAs(api, kind, name, account string) string {
	restart, selector := "", `"selector":{"matchLabels":{"app":"x"}},`
	switch kind {
	case "Job", "CronJob":
		restart, selector = `"restartPolicy":"Never",`, ""
	case "ReplicationController":
		selector = `"selector":{"app":"x"},`
	}
	spec := `{` + selector + `"template":{"metadata":{"labels":{"app":"x"}},"spec":{` + restart + `"serviceAccountName":"` + account +
		`","containers":[{"name":"app","image":"contoso.azurecr.io/web:1"}]}}}`
	if kind == "CronJob" {
		spec = `{"schedule":"@daily","jobTemplate":{"spec":` + spec + `}}`
	}
	return `{"apiVersion":"` + api + `","kind":"` + kind + `","metadata":{"name":"` + name + `"},"spec":` + spec + `}`
}

// controllerMakes makes the pod of an object's template, as its controller would, and
// returns the pod's name.
func (s *stage) controllerMakes(namespace, api, resource, name string) string {
	s.Helper()
	path := "/apis/" + api
	if api == "v1" {
		path = "/api/v1"
	}
	type template struct {
		Metadata map[string]any `json:"metadata"`
		Spec     map[string]any `json:"spec"`
	}
	var got struct {
		Spec struct {
			Template    template
			JobTemplate struct{ Spec struct{ Template template } }
		}
	}
	require.NoError(s, s.client.Get(s.Context(), path+"/namespaces/"+namespace+"/"+resource+"/"+name, &got))
	pod := got.Spec.Template
	if resource == "cronjobs" {
		pod = got.Spec.JobTemplate.Spec.Template
	}
	made := name + "-" + resource
	pod.Metadata["name"], pod.Spec["nodeName"] = made, node
	delete(pod.Metadata, "creationTimestamp")
	s.makes("/api/v1/namespaces/"+namespace+"/pods", pod)
	return made
}

// takingTheNode is a pod that takes its node.
func takingTheNode(name string) string {
	return `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"` + name + `"},"spec":{"hostPID":true,"containers":[{"name":"app","image":"contoso.azurecr.io/web:1",
		"securityContext":{"privileged":true},"volumeMounts":[{"name":"node","mountPath":"/node"}]}],"volumes":[{"name":"node","hostPath":{"path":"/"}}]}}`
}

func isThere(kind, name string) func(*stage, *actor) {
	return func(s *stage, a *actor) {
		_, err := s.admin.Run(s.Context(), "", "get", kind, strings.ReplaceAll(name, "<name>", a.name), "--namespace", a.at)
		assert.NoError(s, err)
	}
}

// podRows are about pods and nodes.
var podRows = []escalation{
	{
		id: "R09", does: "as an account", to: "cluster-admin", keeper: true,
		rights: []right{here("create", "core/pods")}, near: []right{here("create", "core/configmaps core/pods/eviction")},
		act:   func(_ *stage, a *actor) error { return a.creates(podAs("made-by-"+a.name, "keeper")) },
		after: func(s *stage, a *actor) { s.everything(s.kubelet(a.at, "made-by-"+a.name)) },
	},
	{
		id: "R09", does: "on the node", to: "node", guarded: true,
		rights: []right{here("create", "core/pods")}, near: []right{here("patch", "core/pods")},
		act:   func(_ *stage, a *actor) error { return a.creates(takingTheNode("made-by-" + a.name)) },
		after: isThere("pod", "made-by-<name>"),
	},
	{
		id: "R10", to: "cluster-admin", keeper: true,
		rights: []right{here("create", "apps/deployments apps/daemonsets apps/statefulsets apps/replicasets batch/jobs batch/cronjobs core/replicationcontrollers")},
		near:   []right{here("get", "apps/deployments"), here("create", "core/configmaps")},
		act: func(_ *stage, a *actor) error {
			for _, maker := range makers {
				if err := a.creates(makerAs(maker.api, maker.kind, "by-"+a.name, "keeper")); err != nil {
					return err
				}
			}
			return nil
		},
		after: func(s *stage, a *actor) {
			for _, maker := range makers {
				s.everything(s.kubelet(a.at, s.controllerMakes(a.at, maker.api, maker.resource, "by-"+a.name)))
			}
		},
	},
	{
		id: "R11", to: "cluster-admin", keeper: true,
		rights: []right{here("patch", "core/pods")}, near: []right{here("get list watch", "core/pods")},
		act: func(_ *stage, a *actor) error {
			_, err := a.patches(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"keeper"},"spec":{"containers":[{"name":"app","image":"contoso.azurecr.io/mine:1"}]}}`)
			return err
		},
		after: func(s *stage, a *actor) {
			assert.Contains(s, s.image(a.at, "keeper"), "mine")
			s.everything(s.kubelet(a.at, "keeper"))
		},
	},
	{
		id: "R12", to: "cluster-admin", keeper: true,
		// What took get alone before 1.35 takes create now.
		rights: []right{here("create", "core/pods/exec"), here("get", "core/pods").aids()}, near: []right{here("get", "core/pods/exec")},
		act: func(_ *stage, a *actor) error {
			return past(a.does("exec", "keeper", "--", "id"), noKubelet...)
		},
	},
	{
		id: "R14", to: "cluster-admin", keeper: true,
		rights: []right{here("create", "core/pods/attach"), here("get", "core/pods").aids()}, near: []right{here("get", "core/pods/attach")},
		act: func(_ *stage, a *actor) error {
			return past(a.posts("/api/v1/namespaces/"+a.at+"/pods/keeper/attach?stdin=true", ""), noKubelet...)
		},
	},
	{
		id: "R15", keeper: true,
		rights: []right{here("create", "core/pods/portforward")}, near: []right{here("get", "core/pods/portforward")},
		act: func(_ *stage, a *actor) error {
			return past(a.posts("/api/v1/namespaces/"+a.at+"/pods/keeper/portforward?ports=80", ""), noKubelet...)
		},
	},
	{
		id: "R16", to: "cluster-admin", keeper: true,
		rights: []right{here("patch", "core/pods/ephemeralcontainers"), here("get", "core/pods").aids()}, near: []right{here("get", "core/pods/ephemeralcontainers")},
		act: func(_ *stage, a *actor) error {
			return a.does("debug", "keeper", "--image=contoso.azurecr.io/mine:1", "--container=mine", "--attach=false", "--profile=baseline")
		},
		after: func(s *stage, a *actor) {
			assert.Contains(s, s.image(a.at, "keeper"), "mine")
			s.everything(s.kubelet(a.at, "keeper"))
		},
	},
	{
		id: "R17", to: "node", rights: []right{wide("create", "core/nodes/proxy")}, near: []right{wide("create", "core/nodes")},
		act: func(s *stage, a *actor) error {
			return past(a.posts("/api/v1/nodes/"+node+"/proxy/run/"+s.namespace+"/pod/app?cmd=id", ""), noKubelet...)
		},
		after: func(s *stage, a *actor) { s.kubeletAllows(a, "create", "proxy") },
	},
	{
		id: "R18", to: "node", rights: []right{wide("get", "core/nodes/proxy")}, near: []right{wide("get", "core/nodes core/nodes/status")},
		act: func(s *stage, a *actor) error {
			return past(a.does("get", "--raw", "/api/v1/nodes/"+node+"/proxy/pods"), noKubelet...)
		},
		after: func(s *stage, a *actor) { s.kubeletAllows(a, "get", "proxy") },
	},
	{
		id: "R19", does: "get log", rights: []right{wide("get", "core/nodes/log core/nodes/stats core/nodes/metrics")}, near: []right{wide("get", "core/nodes")},
		act: func(s *stage, a *actor) error { return s.kubeletAsks(a, "get", "log") },
	},
	{
		id: "R19", does: "create checkpoint", rights: []right{wide("create", "core/nodes/checkpoint")}, near: []right{wide("get", "core/nodes/checkpoint")},
		act: func(s *stage, a *actor) error { return s.kubeletAsks(a, "create", "checkpoint") },
	},
	{
		id: "R19", does: "get pods", rights: []right{wide("get", "core/nodes/pods core/nodes/configz")}, near: []right{wide("get", "core/nodes core/pods")},
		act: func(s *stage, a *actor) error { return s.kubeletAsks(a, "get", "pods") },
	},
	{
		id: "R20", rights: []right{here("get", "core/services/proxy")}, near: []right{here("get", "core/services")},
		before: func(s *stage) {
			s.makes("/api/v1/namespaces/"+s.namespace+"/services", map[string]any{
				"metadata": map[string]any{"name": "inner"}, "spec": map[string]any{"ports": []any{map[string]any{"port": 80}}},
			})
		},
		act: func(_ *stage, a *actor) error {
			return past(a.does("get", "--raw", "/api/v1/namespaces/"+a.at+"/services/inner/proxy/"), "no endpoints available")
		},
	},
	{
		id: "R49", keeper: true, rights: []right{here("create", "core/pods/eviction"), wide("patch", "core/nodes")},
		before: func(s *stage) { s.makes("/api/v1/nodes", named(s.namespace, nil)) },
		act: func(s *stage, a *actor) error {
			_, err := a.patches(`{"apiVersion":"v1","kind":"Node","metadata":{"name":"` + s.namespace + `"},"spec":{"unschedulable":true}}`)
			if err != nil {
				return err
			}
			return a.posts("/api/v1/namespaces/"+a.at+"/pods/keeper/eviction", `{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"keeper"}}`)
		},
		after: func(s *stage, a *actor) {
			stored("node", s.namespace, ".spec.unschedulable", "true")(s, a)
			stored("pod", "keeper", ".metadata.deletionTimestamp", "20")(s, a) // a kubelet would end it
		},
	},
	{
		id: "R50", rights: []right{here("patch", "core/pods/status")}, near: []right{here("get", "core/pods core/pods/status")},
		before: admins(podAs("mine", "default")),
		act: func(_ *stage, a *actor) error {
			_, err := a.patches(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"mine"},"status":{"podIP":"10.9.9.9","conditions":[{"type":"Ready","status":"True"}]}}`, "--subresource=status")
			return err
		},
		after: stored("pod", "mine", ".status.podIP", "10.9.9.9"),
	},
	{
		id: "R51", rights: []right{here("create", "core/pods/binding"), here("create", "core/pods")},
		act: func(_ *stage, a *actor) error {
			if err := a.creates(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"` + a.name + `"},"spec":{"containers":[{"name":"app","image":"contoso.azurecr.io/web:1"}]}}`); err != nil {
				return err
			}
			return a.posts("/api/v1/namespaces/"+a.at+"/pods/"+a.name+"/binding",
				`{"apiVersion":"v1","kind":"Binding","metadata":{"name":"`+a.name+`"},"target":{"kind":"Node","name":"chosen"}}`)
		},
		after: func(s *stage, a *actor) { stored("pod", a.name, ".spec.nodeName", "chosen")(s, a) },
	},
	{
		id: "R57", keeper: true, rights: []right{here("get", "core/pods/log")}, near: []right{here("get", "core/pods")},
		act: func(_ *stage, a *actor) error {
			return past(a.does("get", "--raw", "/api/v1/namespaces/"+a.at+"/pods/keeper/log"), noKubelet...)
		},
	},
}

// image lists the images of a pod's containers.
func (s *stage) image(namespace, pod string) string {
	out, err := s.admin.Run(s.Context(), "", "get", "pod", pod, "--namespace", namespace, "--output", "jsonpath={..image}")
	require.NoError(s, err)
	return out
}

// kubeletAsks has a kubelet ask the API server whether somebody may reach it, as it does
// with every request of its own; it returns the API server's refusal.
func (s *stage) kubeletAsks(a *actor, verb, subresource string) error {
	s.Helper()
	spec, err := json.Marshal(map[string]any{
		"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
		"spec": map[string]any{
			"user": a.user(), "groups": []string{"system:serviceaccounts", "system:authenticated"},
			"resourceAttributes": map[string]string{"verb": verb, "resource": "nodes", "subresource": subresource, "name": node},
		},
	})
	require.NoError(s, err)
	out, err := s.admin.Run(s.Context(), string(spec), "create", "--validate=false", "--filename", "-", "--output", "jsonpath={.status.allowed}",
		"--as", "system:node:"+node, "--as-group", "system:nodes")
	require.NoError(s, err)
	if out != "true" {
		return errors.New("the kubelet that asked the API server answers Forbidden")
	}
	return nil
}

func (s *stage) kubeletAllows(a *actor, verb, subresource string) {
	s.Helper()
	assert.NoError(s, s.kubeletAsks(a, verb, subresource))
}
