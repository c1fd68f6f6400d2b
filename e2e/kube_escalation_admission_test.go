package e2e

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	admission = "admissionregistration.k8s.io"
	crds      = "apiextensions.k8s.io/customresourcedefinitions"
)

// webhookOf is a configuration that has objects of a resource in the stage's namespace
// sent to the listener.
func (s *stage) webhookOf(kind, name, resource string) string {
	return fmt.Sprintf(`{"apiVersion":"%s/v1","kind":"%s","metadata":{"name":"%s"},"webhooks":[{
		"name":"listener.example.com","admissionReviewVersions":["v1"],"sideEffects":"None","failurePolicy":"Fail","timeoutSeconds":20,
		"clientConfig":%s,"rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["%s"]}],
		"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"%s"}}}]}`,
		admission, kind, name, s.listener.client(), resource, s.namespace)
}

// policyOf is a policy of admission and its binding, for config maps of the namespace.
func policyOf(kind, name, namespace, does string) (policy, binding string) {
	policy = fmt.Sprintf(`{"apiVersion":"%s/v1","kind":"%s","metadata":{"name":"%s"},"spec":{"failurePolicy":"Fail",
		"matchConstraints":{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"%s"}},
		"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["configmaps"]}]},%s}}`, admission, kind, name, namespace, does)
	actions := ""
	if kind == "ValidatingAdmissionPolicy" {
		actions = `,"validationActions":["Deny"]`
	}
	binding = fmt.Sprintf(`{"apiVersion":"%s/v1","kind":"%sBinding","metadata":{"name":%q},"spec":{"policyName":%q%s}}`, admission, kind, name, name, actions)
	return policy, binding
}

// tries has the administrator try to make an object, and returns what would come of it.
func (s *stage) tries(manifest string) (string, error) {
	return s.admin.Run(s.Context(), manifest, "create", "--dry-run=server", "--namespace", s.namespace, "--filename", "-", "--output", "json")
}

const configMap = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"tried"},"data":{"key":"value"}}`

// opens has a policy that refuses config maps in the namespace, and waits until it does.
func refusesConfigMaps(s *stage) {
	policy, binding := policyOf("ValidatingAdmissionPolicy", s.namespace, s.namespace, `"validations":[{"expression":"false","message":"none here"}]`)
	_, err := s.admin.Run(s.Context(), policy+"\n---\n"+binding, "create", "--filename", "-")
	require.NoError(s, err)
}

// admissionRows are about what stands between requests and what is stored.
var admissionRows = []escalation{
	{
		id: "R35", to: "cluster-admin", listens: true,
		rights: []right{wide("create", admission+"/mutatingwebhookconfigurations")}, near: []right{wide("get delete", admission+"/mutatingwebhookconfigurations")},
		act: func(s *stage, a *actor) error {
			return a.creates(s.webhookOf("MutatingWebhookConfiguration", a.role(), "pods"))
		},
		after: func(s *stage, _ *actor) {
			s.listener.answers(map[string]any{
				"allowed": true, "patchType": "JSONPatch",
				"patch": []byte(`[{"op":"add","path":"/spec/containers/-","value":{"name":"mine","image":"contoso.azurecr.io/mine:1"}}]`),
			})
			require.EventuallyWithT(s, func(c *assert.CollectT) {
				out, err := s.tries(podAs("tried", "default"))
				assert.NoError(c, err)
				assert.Contains(c, out, "contoso.azurecr.io/mine:1")
			}, patience, 200*time.Millisecond)
		},
	},
	{
		id: "R36", does: "sees", to: "secrets", power: "Sees objects on their way", listens: true,
		rights: []right{wide("create", admission+"/validatingwebhookconfigurations")}, near: []right{wide("get", admission+"/validatingwebhookconfigurations")},
		act: func(s *stage, a *actor) error {
			return a.creates(s.webhookOf("ValidatingWebhookConfiguration", a.role(), "secrets"))
		},
		after: func(s *stage, _ *actor) {
			s.listener.answers(map[string]any{"allowed": true})
			require.EventuallyWithT(s, func(c *assert.CollectT) {
				_, err := s.tries(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"tried"},"data":{"key":"` + kept + `"}}`)
				assert.NoError(c, err)
				assert.Contains(c, s.listener.heard(), kept)
			}, patience, 200*time.Millisecond)
		},
	},
	{
		id: "R36", does: "takes away", power: "Takes the guard of objects away", listens: true,
		rights: []right{wide("delete", admission+"/validatingwebhookconfigurations")}, near: []right{wide("get", admission+"/validatingwebhookconfigurations")},
		before: func(s *stage) {
			s.listener.answers(map[string]any{"allowed": false})
			_, err := s.admin.Run(s.Context(), s.webhookOf("ValidatingWebhookConfiguration", s.namespace, "configmaps"), "create", "--filename", "-")
			require.NoError(s, err)
		},
		act: func(s *stage, a *actor) error {
			_, err := s.tries(configMap)
			require.ErrorContains(s, err, "denied the request", "the guard stands")
			return a.does("delete", "validatingwebhookconfiguration", s.namespace, "--wait=false")
		},
		after: isAdmitted,
	},
	{
		id: "R37", to: "cluster-admin",
		rights: []right{wide("create", admission+"/mutatingadmissionpolicies"), wide("create", admission+"/mutatingadmissionpolicybindings")},
		act: func(s *stage, a *actor) error {
			policy, binding := policyOf("MutatingAdmissionPolicy", a.role(), s.namespace, `"reinvocationPolicy":"Never","mutations":[{"patchType":"ApplyConfiguration",
				"applyConfiguration":{"expression":"Object{metadata: Object.metadata{labels: {\"by\": \"`+a.name+`\"}}}"}}]`)
			if err := a.creates(policy); err != nil {
				return err
			}
			return a.creates(binding)
		},
		after: func(s *stage, a *actor) {
			require.EventuallyWithT(s, func(c *assert.CollectT) {
				out, err := s.tries(configMap)
				assert.NoError(c, err)
				assert.Contains(c, out, `"by": "`+a.name+`"`)
			}, patience, 200*time.Millisecond)
		},
	},
	{
		id: "R38", rights: []right{wide("delete", admission+"/validatingadmissionpolicybindings")}, near: []right{wide("get", admission+"/validatingadmissionpolicybindings")},
		before: refusesConfigMaps,
		act: func(s *stage, a *actor) error {
			require.EventuallyWithT(s, func(c *assert.CollectT) {
				_, err := s.tries(configMap)
				assert.ErrorContains(c, err, "none here", "the guard stands")
			}, patience, 200*time.Millisecond)
			return a.does("delete", "validatingadmissionpolicybinding", s.namespace, "--wait=false")
		},
		after: isAdmitted,
	},
	{
		id: "R39", listens: true, rights: []right{wide("patch", crds)}, near: []right{wide("get", crds)},
		before: func(s *stage) {
			_, err := s.admin.Run(s.Context(), s.definition(`{"strategy":"None"}`), "create", "--filename", "-")
			require.NoError(s, err)
		},
		act: func(s *stage, a *actor) error {
			_, err := a.patches(s.definition(`{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":` + s.listener.client() + `}}`))
			return err
		},
		after: func(s *stage, _ *actor) {
			require.EventuallyWithT(s, func(c *assert.CollectT) {
				// The listener says nothing that is a conversion; it was sent the object.
				_, _ = s.tries(`{"apiVersion":"` + s.namespace + `.example.com/v2","kind":"Thing","metadata":{"name":"tried"},"spec":{"key":"` + kept + `"}}`)
				assert.Contains(c, s.listener.heard(), kept)
			}, patience, 200*time.Millisecond)
		},
	},
	{
		id: "R40", to: "cluster-admin", listens: true,
		rights: []right{wide("create", "apiregistration.k8s.io/apiservices")}, near: []right{wide("get", "apiregistration.k8s.io/apiservices")},
		before: func(s *stage) {
			s.makes("/api/v1/namespaces/"+s.namespace+"/services", map[string]any{
				"metadata": map[string]any{"name": "mine"},
				"spec":     map[string]any{"type": "ExternalName", "externalName": "localhost", "ports": []any{map[string]any{"port": s.listener.port()}}},
			})
		},
		act: func(s *stage, a *actor) error {
			group := a.role() + ".example.com"
			return a.creates(fmt.Sprintf(`{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.%s"},
				"spec":{"group":"%s","version":"v1","groupPriorityMinimum":1,"versionPriority":1,"insecureSkipTLSVerify":true,
				"service":{"namespace":"%s","name":"mine","port":%d}}}`, group, group, s.namespace, s.listener.port()))
		},
		after: func(s *stage, a *actor) {
			require.EventuallyWithT(s, func(c *assert.CollectT) {
				err := s.client.Create(s.Context(), "/apis/"+a.role()+".example.com/v1/things", map[string]any{"key": kept})
				assert.NoError(c, err)
				assert.Contains(c, s.listener.heard(), kept, "what the administrator sends")
			}, patience, 200*time.Millisecond)
		},
	},
}

// isAdmitted is what was refused before.
func isAdmitted(s *stage, _ *actor) {
	require.EventuallyWithT(s, func(c *assert.CollectT) {
		_, err := s.tries(configMap)
		assert.NoError(c, err)
	}, patience, 200*time.Millisecond)
}

// definition is that of a resource of the stage's own with two versions.
func (s *stage) definition(conversion string) string {
	version := func(name string, stored bool) string {
		return fmt.Sprintf(`{"name":%q,"served":true,"storage":%t,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}`, name, stored)
	}
	group := s.namespace + ".example.com"
	return `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.` + group + `"},"spec":{"group":"` + group + `",
		"scope":"Namespaced","names":{"plural":"things","singular":"thing","kind":"Thing","listKind":"ThingList"},
		"versions":[` + version("v1", true) + `,` + version("v2", false) + `],"conversion":` + conversion + `}}`
}
