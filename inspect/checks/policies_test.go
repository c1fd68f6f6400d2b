package checks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/inspect/checks"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// The policies that fixes write on one line are what the API knows, in either shell, also
// with labels that YAML would take for numbers or truth.
func TestPoliciesOnOneLine(t *testing.T) {
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	view := objecttest.View(t, `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app.kubernetes.io/name: web, stage: "1", canary: "true"}}, spec: {containers: [{name: web, image: x}]}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
`, nil)
	unquote := map[fix.Shell]*strings.Replacer{
		fix.POSIX: strings.NewReplacer(`'\''`, "'"), fix.PowerShell: strings.NewReplacer("''", "'"),
	}
	workload := model.Ref{Kind: model.KindDeployment, Namespace: "shop", Name: "web"}
	for id, ref := range map[string]model.Ref{
		"AKS-WL-026": workload, "AKS-WL-027": workload, "AKS-WL-029": workload, "AKS-WL-028": {Kind: model.KindNamespace, Name: "shop"},
	} {
		rule, at := catalogue.Find(id)
		s, facts, err := catalogue.FactsInside(at, view, ref, rules.Env{Now: objecttest.ReadAt, Checks: checks.All()})
		require.NoError(t, err)
		for shell, plain := range unquote {
			plans := fix.PlansInside(rule, s, facts, fix.Options{Shell: shell, Now: objecttest.ReadAt})
			require.NotEmpty(t, plans, id)
			require.Empty(t, plans[0].Blocked(), id)
			tried := 0
			for _, step := range plans[0].Steps {
				document, piped, found := strings.Cut(strings.TrimPrefix(step.Command, "echo '"), "' | ")
				require.True(t, found, step.Command)
				assert.Contains(t, piped, "kubectl create -n shop -f -")
				if strings.HasSuffix(piped, " --dry-run=server") {
					tried++
				}
				var policy networkingv1.NetworkPolicy
				require.NoError(t, yaml.UnmarshalStrict([]byte(plain.Replace(document)), &policy), document)
				assert.Equal(t, "NetworkPolicy", policy.Kind)
				assert.NotEmpty(t, policy.Spec.PolicyTypes)
				if ref == workload {
					assert.Equal(t, map[string]string{"app.kubernetes.io/name": "web", "stage": "1", "canary": "true"}, policy.Spec.PodSelector.MatchLabels)
				}
			}
			assert.Equal(t, len(plans[0].Steps), 2*tried, "%s: each is tried first", id)
		}
	}
}
