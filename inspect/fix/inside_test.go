package fix_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/inspect/checks"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// inside is a cluster with one Deployment, judged by one rule of the catalogue.
type inside struct {
	catalogue *rules.Catalogue
	view      *object.View
	env       rules.Env
}

func insideWith(t *testing.T, cluster model.ID, documents ...string) inside {
	t.Helper()
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	in := &model.Inside{Cluster: cluster, Server: "v1.34.2", Objects: map[model.Kind][]*model.Object{}, Reads: map[model.Kind]model.Read{}}
	for _, kind := range model.ObjectKinds {
		in.Reads[kind.Kind] = model.Read{State: model.ReadDone, At: now}
	}
	for _, document := range documents {
		text, err := yaml.YAMLToJSON([]byte(document))
		require.NoError(t, err)
		var named struct{ Kind model.Kind }
		require.NoError(t, yaml.Unmarshal(text, &named))
		o, err := object.Keep(named.Kind, "apps/v1", text, now)
		require.NoError(t, err)
		in.Objects[named.Kind] = append(in.Objects[named.Kind], o)
	}
	return inside{catalogue, object.NewView(in, nil, nil), rules.Env{Now: now, Checks: checks.All()}}
}

func (in inside) plans(t *testing.T, id string, ref model.Ref, shell fix.Shell, answers map[string]string) []model.Plan {
	t.Helper()
	rule, at := in.catalogue.Find(id)
	require.NotNil(t, rule, id)
	s, facts, err := in.catalogue.FactsInside(at, in.view, ref, in.env)
	require.NoError(t, err)
	return fix.PlansInside(rule, s, facts, fix.Options{Shell: shell, Now: now, Answers: answers})
}

var (
	arm = model.ID("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/prod")
	web = model.Ref{Kind: model.KindDeployment, Namespace: "shop", Name: "web"}
)

const privileged = `{kind: Deployment, metadata: {name: web, namespace: shop%s}, spec: {template: {spec: {containers: [{name: web, image: web, securityContext: {privileged: true}}]}}}}`

func commands(plan model.Plan) []string {
	var all []string
	for _, step := range plan.Steps {
		all = append(all, step.Command)
	}
	return all
}

func TestPatchIsTriedFirstAndUndone(t *testing.T) {
	t.Parallel()
	plans := insideWith(t, arm, deployment("")).plans(t, "AKS-WL-001", web, fix.POSIX, nil)
	require.Len(t, plans, 1)
	patch := `kubectl patch deployment web -n shop --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","securityContext":{"privileged":null}}]}}}}'`
	assert.Equal(t, []string{patch + " --dry-run=server", patch}, commands(plans[0]))
	assert.Contains(t, plans[0].Steps[1].Undo, `"privileged":true`)
	assert.Contains(t, plans[0].Steps[1].Patch, "privileged: null")
	assert.Contains(t, plans[0].Confirm[len(plans[0].Confirm)-1], "kubectl speaks to prod")
	assert.Equal(t, []model.Nature{model.InPlace}, plans[0].Natures)
}

// Windows PowerShell takes double quotes away on the way to a program, so none is written.
func TestPatchInPowerShell(t *testing.T) {
	t.Parallel()
	plans := insideWith(t, arm, deployment("")).plans(t, "AKS-WL-001", web, fix.PowerShell, nil)
	assert.Equal(t, `kubectl patch deployment web -n shop --type=strategic -p '{spec: {template: {spec: {containers: [{name: web, securityContext: {privileged: null}}]}}}}'`, plans[0].Steps[1].Command)
	for _, step := range plans[0].Steps {
		assert.NotContains(t, step.Command+step.Undo, `"`)
	}
}

func TestContextIsNamed(t *testing.T) {
	t.Parallel()
	plans := insideWith(t, model.KubeconfigID("my cluster"), deployment("")).plans(t, "AKS-WL-001", web, fix.POSIX, nil)
	for _, command := range commands(plans[0]) {
		assert.Contains(t, command, "kubectl --context 'my cluster' patch deployment web -n shop")
	}
}

func TestKeepers(t *testing.T) {
	t.Parallel()
	for metadata, want := range map[string]struct{ keeper, says string }{
		`, labels: {kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: flux-system}`:                              {"Flux (kustomization flux-system/apps)", "Git, where Flux takes the kustomization apps from"},
		`, labels: {helm.toolkit.fluxcd.io/name: web, app.kubernetes.io/managed-by: Helm}, annotations: {meta.helm.sh/release-name: web}`:     {"Flux (Helm release web)", "Git, where Flux"},
		`, annotations: {argocd.argoproj.io/tracking-id: "shop:apps/Deployment:shop/web"}`:                                                    {"Argo CD (application shop)", "Git, where Argo CD takes the application shop from"},
		`, labels: {argocd.argoproj.io/instance: shop}`:                                                                                       {"Argo CD (application shop)", "Git"},
		`, labels: {app.kubernetes.io/managed-by: Helm}, annotations: {meta.helm.sh/release-name: web, meta.helm.sh/release-namespace: shop}`: {"Helm (release shop/web)", "the values or the chart of the Helm release web"},
		`, labels: {app.kubernetes.io/managed-by: Helm}`:                                                                                      {"", ""},
	} {
		plan := insideWith(t, arm, deployment(metadata)).plans(t, "AKS-WL-001", web, fix.POSIX, nil)[0]
		assert.Equal(t, want.keeper, plan.Keeper, metadata)
		if want.keeper == "" {
			assert.Len(t, plan.Steps, 2)
			continue
		}
		require.Len(t, plan.Steps, 3, metadata)
		assert.Empty(t, plan.Steps[0].Command)
		assert.Contains(t, plan.Steps[0].Says, want.says)
		assert.Contains(t, plan.Steps[0].Patch, "privileged: null")
		assert.Contains(t, plan.Steps[2].Says, "by hand")
	}
}

// What a pod or a Job runs cannot be changed, so it is made anew.
func TestPodsAreMadeAnew(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"Pod", "Job"} {
		spec := `{containers: [{name: web, image: web, securityContext: {privileged: true}}]}`
		if kind == "Job" {
			spec = `{template: {spec: ` + spec + `}}`
		}
		in := insideWith(t, arm, `{kind: `+kind+`, metadata: {name: web, namespace: shop}, spec: `+spec+`}`)
		plan := in.plans(t, "AKS-WL-001", model.Ref{Kind: model.Kind(kind), Namespace: "shop", Name: "web"}, fix.POSIX, nil)[0]
		require.Len(t, plan.Steps, 2)
		assert.Contains(t, plan.Steps[0].Command, "-o yaml")
		assert.Contains(t, plan.Steps[1].Command, "| kubectl replace --force -f -")
		assert.Equal(t, []model.Nature{model.Downtime}, plan.Natures)
		assert.Equal(t, kind == "Job", assert.ObjectsAreEqual(true, contains(plan.Steps[1].Command, `"controller-uid":null`)))
	}
}

// Names that no API server gives come from files that somebody changed: no command is
// made from them.
func TestHostileNamesMakeNoCommand(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"-n", "web;reboot", "$(id)", "web\nrm", "../x", "web web"} {
		in := insideWith(t, arm, `{kind: Deployment, metadata: {name: `+quoted(name)+`, namespace: shop}, spec: {template: {spec: {hostPID: true, containers: []}}}}`)
		plan := in.plans(t, "AKS-WL-002", model.Ref{Kind: model.KindDeployment, Namespace: "shop", Name: name}, fix.POSIX, nil)[0]
		assert.Empty(t, plan.Steps, name)
		require.NotEmpty(t, plan.Blocked(), name)
	}
}

// A value that is hidden here is never written back.
func TestHiddenValuesAreNotWritten(t *testing.T) {
	t.Parallel()
	in := insideWith(t, arm, `{kind: Deployment, metadata: {name: web, namespace: shop}, spec: {template: {spec: {containers: [{name: web, image: web, env: [{name: PASSWORD, value: (hidden)}]}]}}}}`)
	plan := in.plans(t, "AKS-WL-058", web, fix.POSIX, map[string]string{"file": "secrets.env"})[0]
	require.NotEmpty(t, plan.Steps)
	for _, step := range plan.Steps {
		assert.NotContains(t, step.Command+step.Undo, "(hidden)")
	}
	assert.Contains(t, plan.Steps[1].Command, "--from-env-file=secrets.env")
}

func deployment(metadata string) string { return strings.Replace(privileged, "%s", metadata, 1) }

func contains(text, part string) bool { return strings.Contains(text, part) }

func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(out)
}

var now = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
