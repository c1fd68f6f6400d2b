package rules_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/checks"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// clusterOf is the inside of a cluster with that many Deployments, a ReplicaSet and a
// pod for each.
func clusterOf(t testing.TB, workloads int) *object.View {
	t.Helper()
	inside := &model.Inside{
		Cluster: "cluster", Server: "v1.34.2",
		Objects: map[model.Kind][]*model.Object{}, Reads: map[model.Kind]model.Read{},
	}
	for _, kind := range model.ObjectKinds {
		inside.Reads[kind.Kind] = model.Read{State: model.ReadDone, At: day}
	}
	add := func(kind model.Kind, tree map[string]any) {
		raw, err := json.Marshal(tree)
		require.NoError(t, err)
		o, err := object.Keep(kind, "v1", raw, day)
		require.NoError(t, err)
		inside.Objects[kind] = append(inside.Objects[kind], o)
	}
	add(model.KindNamespace, map[string]any{"metadata": map[string]any{"name": "shop"}})
	for i := range workloads {
		name := fmt.Sprintf("web-%05d", i)
		containers := []any{
			map[string]any{"name": "web", "image": "contoso.azurecr.io/web:1.2.3", "ports": []any{map[string]any{"containerPort": 8080}},
				"env":             []any{map[string]any{"name": "LEVEL", "value": "info"}},
				"securityContext": map[string]any{"privileged": i%3 == 0, "runAsUser": 1000}},
			map[string]any{"name": "proxy", "image": "mcr.microsoft.com/proxy:1", "volumeMounts": []any{map[string]any{"name": "tmp", "mountPath": "/tmp"}}},
		}
		spec := map[string]any{"containers": containers, "serviceAccountName": "default", "volumes": []any{map[string]any{"name": "tmp", "emptyDir": map[string]any{}}}}
		add(model.KindDeployment, map[string]any{
			"metadata": map[string]any{"name": name, "namespace": "shop"},
			"spec":     map[string]any{"replicas": 2, "template": map[string]any{"metadata": map[string]any{"labels": map[string]any{"app": name}}, "spec": spec}},
		})
	}
	return object.NewView(inside, nil, nil)
}

func inEnv() rules.Env { return rules.Env{Now: day, Checks: checks.All()} }

// Judging after a change gives what judging anew would.
func TestJudgeInsideTakesOver(t *testing.T) {
	t.Parallel()
	catalogue := embedded(t)
	before := clusterOf(t, 20)
	judged := catalogue.JudgeInside(before, nil, nil, inEnv())
	require.Equal(t, model.KindInside, judged[0].Ref.Kind)
	ref := model.Ref{Kind: model.KindDeployment, Namespace: "shop", Name: "web-00003"}
	tree, err := object.Tree(before.Find(ref))
	require.NoError(t, err)
	tree["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)["hostPID"] = true
	after, err := object.Changed(before, map[model.Ref]map[string]any{
		ref: tree,
		{Kind: model.KindDeployment, Namespace: "shop", Name: "web-00007"}:  nil,
		{Kind: model.KindDeployment, Namespace: "shop", Name: "web-000070"}: {"metadata": map[string]any{"name": "web-000070", "namespace": "shop"}, "spec": map[string]any{}},
	})
	require.NoError(t, err)
	assert.Equal(t, catalogue.JudgeInside(after, nil, nil, inEnv()), catalogue.JudgeInside(after, before, judged, inEnv()))
	again := object.NewView(before.Inside, nil, before)
	assert.Equal(t, judged, catalogue.JudgeInside(again, before, judged, inEnv()))
}

// What may not be listed is "could not read" by name, what is on its way is pending.
func TestJudgeInsideUnread(t *testing.T) {
	t.Parallel()
	catalogue := embedded(t)
	view := clusterOf(t, 1)
	view.Reads[model.KindDeployment] = model.Read{State: model.ReadFailed, Why: "you may not list deployments"}
	view.Reads[model.KindServiceAccount] = model.Read{State: model.Reading}
	judged := catalogue.JudgeInside(view, nil, nil, inEnv())
	_, privileged := catalogue.Find("AKS-WL-001")
	assert.Equal(t, model.CouldNotRead, judged[0].Judged[privileged].Verdict)
	finding, err := catalogue.ExplainInside(privileged, view, judged[0].Ref, inEnv())
	require.NoError(t, err)
	assert.Equal(t, "Deployment could not be read: you may not list deployments", finding.Reason)
	_, missing := catalogue.Find("AKS-WL-048")
	for _, on := range judged {
		if on.Ref.Kind == model.KindDeployment {
			assert.Equal(t, model.Pending, on.Judged[missing].Verdict)
		}
	}
}

func TestExplainInsideProves(t *testing.T) {
	t.Parallel()
	catalogue := embedded(t)
	view := clusterOf(t, 1)
	ref := model.Ref{Kind: model.KindDeployment, Namespace: "shop", Name: "web-00000"}
	_, privileged := catalogue.Find("AKS-WL-001")
	finding, err := catalogue.ExplainInside(privileged, view, ref, inEnv())
	require.NoError(t, err)
	assert.Equal(t, model.Fail, finding.Verdict)
	assert.Equal(t, ref, finding.Object)
	assert.Equal(t, "web runs privileged", finding.Says)
	assert.Equal(t, []model.Evidence{{Path: "spec.template.spec.containers[web].securityContext.privileged", Value: true}}, finding.Evidence)
	assert.Equal(t, "containers.exists(c, c.?securityContext.?privileged.orValue(false))", finding.Condition)
	_, err = catalogue.ExplainInside(privileged, view, model.Ref{Kind: model.KindPod, Name: "gone"}, inEnv())
	assert.ErrorContains(t, err, "Pod gone is not there any more")
}

// Every check that a rule names is there.
func TestChecksAreThere(t *testing.T) {
	t.Parallel()
	for _, rule := range embedded(t).Rules() {
		if rule.Check != "" {
			assert.Contains(t, checks.All(), rule.Check, rule.ID)
		}
	}
}

// Documents that no API server would give make no rule panic.
func TestJudgeInsideOddDocuments(t *testing.T) {
	t.Parallel()
	catalogue := embedded(t)
	for _, spec := range []any{
		nil, "text", []any{1, "a", nil}, map[string]any{},
		map[string]any{"template": nil, "rules": "x", "podSelector": 3, "tls": map[string]any{}, "ports": "p", "limits": 1},
		map[string]any{"template": map[string]any{"spec": map[string]any{"containers": "none", "volumes": map[string]any{}, "tolerations": 5}}},
		map[string]any{
			"containers": []any{nil, 3, map[string]any{"env": "x", "image": 7, "securityContext": "root", "ports": []any{"80"}}},
			"template":   map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"env": []any{map[string]any{}}, "name": 4, "image": map[string]any{}}}}},
			"rules":      []any{nil, map[string]any{"http": []any{}}}, "egress": []any{map[string]any{"to": "all"}}, "ingress": map[string]any{},
		},
	} {
		inside := &model.Inside{Server: "v1.34.2", Objects: map[model.Kind][]*model.Object{}, Reads: map[model.Kind]model.Read{}}
		for _, kind := range model.ObjectKinds {
			inside.Reads[kind.Kind] = model.Read{State: model.ReadDone, At: day}
			tree := map[string]any{"metadata": map[string]any{"name": "odd", "namespace": "odd"}, "kind": string(kind.Kind), "spec": spec, "status": spec}
			raw, err := json.Marshal(tree)
			require.NoError(t, err)
			if o, err := object.Keep(kind.Kind, "v1", raw, day); err == nil {
				inside.Objects[kind.Kind] = []*model.Object{o}
			}
		}
		view := object.NewView(inside, nil, nil)
		for _, on := range catalogue.JudgeInside(view, nil, nil, inEnv()) {
			for rule, judged := range on.Judged {
				if judged.Verdict != model.NotJudged {
					finding, err := catalogue.ExplainInside(rule, view, on.Ref, inEnv())
					require.NoError(t, err)
					assert.Equal(t, judged.Verdict, finding.Verdict, "%s on %s: %s", finding.Rule.ID, on.Ref, finding.Reason)
				}
			}
		}
	}
}

func BenchmarkJudgeInside(b *testing.B) {
	catalogue, err := rules.Embedded()
	require.NoError(b, err)
	view := clusterOf(b, 5000)
	catalogue.JudgeInside(clusterOf(b, 1), nil, nil, inEnv()) // compiles
	b.Run("anew", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			catalogue.JudgeInside(object.NewView(view.Inside, nil, nil), nil, nil, inEnv())
		}
	})
	judged := catalogue.JudgeInside(view, nil, nil, inEnv())
	b.Run("unchanged", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			catalogue.JudgeInside(view, view, judged, inEnv())
		}
	})
}
