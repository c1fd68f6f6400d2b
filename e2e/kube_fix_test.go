package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// TestKubeFixesMend makes every failing example of every rule on a real API server, has
// the program judge them, runs the commands that it hands over with the real kubectl, and
// judges again: what failed passes or is gone, and nothing else fails.
func TestKubeFixesMend(t *testing.T) {
	t.Parallel()
	var namespaced, wide []trial
	for _, one := range trials(t) {
		if one.wide {
			wide = append(wide, one)
		} else {
			namespaced = append(namespaced, one)
		}
	}
	mended := map[string]int{}
	// What belongs to a whole cluster may change what is found elsewhere in it.
	for _, batch := range [][]trial{namespaced, wide} {
		mendAll(t, batch, mended)
	}
	for _, one := range append(namespaced, wide...) {
		if one.refused != "" {
			t.Logf("not tried: %s %s: %s", one.rule.ID, one.name, one.refused)
		}
		if mended[one.rule.ID] == 0 {
			assert.Contains(t, notTried, one.rule.ID, "no fix of it was tried: %s: %s", one.name, one.refused)
		}
	}
	for id, why := range notTried {
		assert.Zero(t, mended[id], "%s is tried although: %s", id, why)
	}
	t.Logf("%d of %d examples were mended, of %d rules", sum(mended), len(namespaced)+len(wide), len(mended))
}

// mendAll tries examples beside one another on a server of their own.
func mendAll(t *testing.T, trials []trial, mended map[string]int) {
	t.Helper()
	server, err := apiserver.Start(t.TempDir(), apiserver.Options{})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	kubectl, err := server.Kubectl(apiserver.Admin)
	require.NoError(t, err)
	define(t, kubectl, trials)
	for i := range trials {
		trials[i].refused = trials[i].make(t, kubectl)
	}
	before := reportInside(t, server, apiserver.Admin)
	for i := range trials {
		trial := &trials[i]
		if trial.refused != "" {
			continue
		}
		trial.found = before.on(trial.rule.ID, trial.about)
		switch {
		case trial.found == nil || trial.found.Verdict != "fail":
			// A real object has what an example leaves out, and defaults beside.
			trial.refused = fmt.Sprintf("on a real object the verdict is %v", trial.found)
		case len(trial.found.Fix) == 0:
			trial.refused = "no commands are offered: " + trial.found.blocked()
		default:
			trial.mend(t, kubectl)
			trial.control(t, kubectl)
			mended[trial.rule.ID]++
		}
	}
	after := reportInside(t, server, apiserver.Admin)
	for _, trial := range trials {
		if trial.refused != "" {
			continue
		}
		if got := after.on(trial.rule.ID, trial.about); got != nil {
			// What made it open may be gone, so that the rule is not about it any more.
			assert.Contains(t, []string{"pass", "notApplicable"}, got.Verdict, "%s on %s is %s after its fix: %s", trial.rule.ID, trial.about, got.Verdict, got.Reason)
		}
	}
	for _, result := range after.Results {
		if result.Verdict != "fail" || !strings.HasPrefix(result.Resource.Namespace, trialPrefix) {
			continue
		}
		was := before.on(result.Rule, result.Resource)
		if was != nil && was.Verdict == "fail" {
			continue
		}
		assert.True(t, expected(trials, result), "%s fails on %s after the fixes: %s", result.Rule, result.Resource, result.Reason)
	}
}

// notTried are the rules with commands of kubectl for which no example of theirs can be
// made to fail on this server, and why.
var notTried = map[string]string{
	"AKS-WL-055": "it asks which registries Azure has attached to the cluster",
}

// trialPrefix begins the names of the namespaces in which examples are made.
const trialPrefix = "try-"

// trial is a failing example of a rule, made on the server.
type trial struct {
	rule      *model.Rule
	name      string
	namespace string
	about     objectName
	manifests []map[string]any
	// statuses are what a kubelet would tell of the pods.
	statuses []map[string]any
	// wide is set where objects of the whole cluster belong to it.
	wide bool
	// refused says why it is not tried.
	refused string
	found   *insideResult
}

// trials are the failing examples of the rules that are mended with kubectl.
func trials(t *testing.T) []trial {
	t.Helper()
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	var all []trial
	for _, rule := range catalogue.Rules() {
		if !rule.Inside() || rule.Subject == model.KindInside || !mendedByKubectl(rule) {
			continue
		}
		for i, example := range rule.Examples {
			if example.Verdict != model.Fail || example.Fixable != nil && !*example.Fixable {
				continue
			}
			one := trial{
				rule: rule, name: fmt.Sprintf("example %d %s", i+1, example.Name),
				namespace: fmt.Sprintf("%s%s-%d", trialPrefix, strings.ToLower(strings.TrimPrefix(rule.ID, "AKS-")), i+1),
			}
			one.fill(t, example)
			all = append(all, one)
		}
	}
	require.NotEmpty(t, all)
	return all
}

func mendedByKubectl(rule *model.Rule) bool {
	for _, option := range rule.Fix {
		for _, step := range option.Steps {
			if step.Patch != "" || strings.HasPrefix(step.Run, "kubectl ") {
				return true
			}
		}
	}
	return false
}

// fill makes manifests of an example's objects, in a namespace of its own.
func (c *trial) fill(t *testing.T, example model.Example) {
	t.Helper()
	view, ref, _, err := rules.ExampleInside(c.rule, example)
	require.NoError(t, err, "%s %s", c.rule.ID, c.name)
	for _, kind := range model.ObjectKinds {
		for _, o := range view.Objects[kind.Kind] {
			tree, err := object.Tree(o)
			require.NoError(t, err)
			known, _ := model.FindObjectKind(o.Kind)
			if tree["apiVersion"] = o.APIVersion; o.Kind != model.KindConstraint { // whose own kind stands in the document
				tree["kind"] = known.Name()
			}
			status := tree["status"]
			complete(tree)
			c.place(tree)
			c.manifests = append(c.manifests, tree)
			if o.Kind == model.KindPod && status != nil {
				c.statuses = append(c.statuses, map[string]any{"metadata": tree["metadata"], "status": status})
			}
			c.wide = c.wide || !known.Namespaced && o.Kind != model.KindNamespace
			if o.Ref == ref {
				metadata := tree["metadata"].(map[string]any)
				namespace, _ := metadata["namespace"].(string)
				name, _ := metadata["name"].(string)
				if o.Kind == model.KindConstraint {
					name = o.Name // with its kind
				}
				c.about = objectName{Cluster: "kubeconfig:" + apiserver.Admin, APIVersion: o.APIVersion, Kind: string(o.Kind), Namespace: namespace, Name: name}
			}
		}
	}
	// Namespaces first: what lies in them needs them.
	slices.SortStableFunc(c.manifests, func(a, b map[string]any) int { return order(a) - order(b) })
	for _, option := range c.rule.Fix {
		for _, ask := range option.Ask {
			if ask.Name == "account" { // what commands do with an account wants it there
				c.manifests = slices.Insert(c.manifests, 1, map[string]any{
					"apiVersion": "v1", "kind": "ServiceAccount", "metadata": map[string]any{"name": ask.Example, "namespace": c.namespace},
				})
			}
		}
	}
}

func order(tree map[string]any) int {
	if tree["kind"] == "Namespace" {
		return 0
	}
	return 1
}

// place moves an object into the trial's own namespace.
func (c *trial) place(tree map[string]any) {
	metadata := tree["metadata"].(map[string]any)
	for _, field := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields"} {
		delete(metadata, field)
	}
	if tree["kind"] == "Namespace" {
		if metadata["name"] != "kube-system" {
			metadata["name"] = c.namespace
		}
		return
	}
	if namespace, namespaced := metadata["namespace"]; namespaced && namespace != "kube-system" {
		metadata["namespace"] = c.namespace
	}
	owners, _ := metadata["ownerReferences"].([]any)
	for _, owner := range owners {
		of := owner.(map[string]any)
		if of["apiVersion"] == nil {
			of["apiVersion"] = "apps/v1"
		}
		if of["uid"] == nil {
			of["uid"] = "00000000-0000-4000-8000-000000000000"
		}
	}
	// Policies for the whole cluster of several trials stand beside one another, each with
	// an eye on its own namespace.
	if tree["kind"] == "ClusterPolicy" || tree["kind"] == "ValidatingAdmissionPolicyBinding" {
		metadata["name"] = fmt.Sprint(metadata["name"]) + "-" + c.namespace
		if spec, is := tree["spec"].(map[string]any); is {
			tree["spec"] = moved(spec, "shop", c.namespace)
		}
	}
	if tree["kind"] == "Ingress" { // a host that examples have in common would be a finding
		spec, _ := tree["spec"].(map[string]any)
		hosts, _ := spec["rules"].([]any)
		for _, rule := range hosts {
			if host, is := rule.(map[string]any)["host"].(string); is {
				rule.(map[string]any)["host"] = host + "." + c.namespace
			}
		}
		secured, _ := spec["tls"].([]any)
		for _, tls := range secured {
			names, _ := tls.(map[string]any)["hosts"].([]any)
			for i, name := range names {
				names[i] = fmt.Sprint(name) + "." + c.namespace
			}
		}
	}
}

// moved is a value in which one text stands in the place of another.
func moved(value any, from, to string) any {
	switch value := value.(type) {
	case string:
		if value == from {
			return to
		}
	case []any:
		for i, each := range value {
			value[i] = moved(each, from, to)
		}
	case map[string]any:
		for key, each := range value {
			value[key] = moved(each, from, to)
		}
	}
	return value
}

// make creates the objects, and returns what the server says where it does not take one.
func (c *trial) make(t *testing.T, kubectl *apiserver.Kubectl) string {
	t.Helper()
	for _, manifest := range c.manifests {
		text, err := json.Marshal(manifest)
		require.NoError(t, err)
		if _, err := kubectl.Run(t.Context(), string(text), "apply", "-f", "-"); err != nil {
			return err.Error()
		}
	}
	for _, status := range c.statuses {
		name := status["metadata"].(map[string]any)["name"].(string)
		text, err := json.Marshal(map[string]any{"status": status["status"]})
		require.NoError(t, err)
		if _, err := kubectl.Run(t.Context(), "", "patch", "pod", name, "-n", c.namespace, "--subresource=status", "--type=merge", "-p", string(text)); err != nil {
			return err.Error()
		}
	}
	return ""
}

// mend runs the commands of the fix, as they stand in the report, in a shell.
func (c *trial) mend(t *testing.T, kubectl *apiserver.Kubectl) {
	t.Helper()
	dir := t.TempDir()
	for _, option := range c.rule.Fix {
		for _, ask := range option.Ask {
			if ask.Type == "file" {
				require.NoError(t, os.WriteFile(filepath.Join(dir, ask.Example), []byte("TOKEN=value\n"), 0o600))
			}
		}
	}
	for _, step := range c.found.Fix {
		command := step.Command
		if strings.HasPrefix(command, "az ") {
			continue // no Azure is here; what it does shows in no cluster
		}
		for _, ask := range c.found.Asks {
			command = strings.ReplaceAll(command, "<"+ask.Name+">", ask.Example)
		}
		shell := exec.CommandContext(t.Context(), "/bin/sh", "-c", command)
		shell.Dir = dir
		shell.Env = append(kubectl.Env(), "PATH="+filepath.Dir(kubectl.Path)+":"+os.Getenv("PATH"))
		said, err := shell.CombinedOutput()
		assert.NoError(t, err, "%s %s: %s\n%s", c.rule.ID, c.name, command, said)
	}
}

// control does what a cluster's controllers would do with a changed object, as far as
// verdicts depend on it: none run here.
func (c *trial) control(t *testing.T, kubectl *apiserver.Kubectl) {
	t.Helper()
	if c.about.Kind != string(model.KindPodDisruptionBudget) {
		return
	}
	const path = "jsonpath={.metadata.generation} {.spec.maxUnavailable}"
	out, err := kubectl.Run(t.Context(), "", "get", "pdb", c.about.Name, "-n", c.about.Namespace, "-o", path)
	require.NoError(t, err)
	generation, allowed, _ := strings.Cut(out, " ")
	status := fmt.Sprintf(`{"status":{"observedGeneration":%s,"expectedPods":2,"currentHealthy":2,"desiredHealthy":1,"disruptionsAllowed":%s}}`, generation, allowed)
	_, err = kubectl.Run(t.Context(), "", "patch", "pdb", c.about.Name, "-n", c.about.Namespace, "--subresource=status", "--type=merge", "-p", status)
	require.NoError(t, err)
}

// on returns the verdict of a rule on an object, or nil where there is none.
func (r insideReport) on(rule string, about objectName) *insideResult {
	for i := range r.Results {
		got := &r.Results[i]
		if got.Rule == rule && got.Resource.Kind == about.Kind && got.Resource.Namespace == about.Namespace && got.Resource.Name == about.Name {
			return got
		}
	}
	return nil
}

// blocked says why a result has no commands.
func (r *insideResult) blocked() string {
	said := []string{r.NoFix}
	for _, blocked := range r.Blocked {
		said = append(said, blocked.Needs+": "+blocked.Do)
	}
	return strings.Join(said, "; ")
}

// expected reports whether a fix says that it makes a rule fail that did not before.
func expected(trials []trial, result insideResult) bool {
	for _, trial := range trials {
		if trial.refused != "" || trial.namespace != result.Resource.Namespace {
			continue
		}
		for _, option := range trial.rule.Fix {
			if slices.Contains(option.Reveals, result.Rule) {
				return true
			}
		}
	}
	return false
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

// complete fills in what the API server demands and examples leave out.
func complete(tree map[string]any) {
	kind, _ := tree["kind"].(string)
	delete(tree, "status")
	spec, _ := tree["spec"].(map[string]any)
	switch kind {
	case "Pod":
		completePod(spec, "")
	case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet":
		labels := completeTemplate(spec, "Always")
		spec["selector"] = map[string]any{"matchLabels": labels}
	case "Job":
		completeTemplate(spec, "Never")
	case "CronJob":
		if spec["schedule"] == nil {
			spec["schedule"] = "@daily"
		}
		job, _ := spec["jobTemplate"].(map[string]any)
		inner, _ := job["spec"].(map[string]any)
		completeTemplate(inner, "Never")
	case "Secret":
		completeSecret(tree)
	case "Service":
		if spec == nil {
			spec = map[string]any{}
			tree["spec"] = spec
		}
		if spec["ports"] == nil {
			spec["ports"] = []any{map[string]any{"port": 80}}
		}
	}
}

// completeSecret gives a Secret, of which examples tell only the kind, what its type demands.
func completeSecret(tree map[string]any) {
	delete(tree, "keys")
	if tree["type"] == string(corev1.SecretTypeServiceAccountToken) {
		tree["metadata"].(map[string]any)["annotations"] = map[string]any{corev1.ServiceAccountNameKey: "default"}
	}
}

// completeTemplate completes a controller's template and returns its labels.
func completeTemplate(spec map[string]any, restart string) map[string]any {
	template, _ := spec["template"].(map[string]any)
	metadata, is := template["metadata"].(map[string]any)
	if !is {
		metadata = map[string]any{}
		template["metadata"] = metadata
	}
	labels, is := metadata["labels"].(map[string]any)
	if !is || len(labels) == 0 {
		labels = map[string]any{"app": "example"}
		metadata["labels"] = labels
	}
	pod, _ := template["spec"].(map[string]any)
	completePod(pod, restart)
	return labels
}

// completePod gives containers an image and volumes to what is mounted.
func completePod(spec map[string]any, restart string) {
	if restart == "Never" && spec["restartPolicy"] == nil {
		spec["restartPolicy"] = restart
	}
	if spec["containers"] == nil {
		spec["containers"] = []any{map[string]any{"name": "app"}}
	}
	volumes := map[string]bool{}
	listed, _ := spec["volumes"].([]any)
	for _, volume := range listed {
		name, _ := volume.(map[string]any)["name"].(string)
		volumes[name] = true
	}
	for _, list := range []string{"initContainers", "containers"} {
		containers, _ := spec[list].([]any)
		for i, each := range containers {
			container := each.(map[string]any)
			if container["name"] == nil {
				container["name"] = fmt.Sprintf("app-%d", i)
			}
			if container["image"] == nil {
				container["image"] = "contoso.azurecr.io/web:1.2.3"
			}
			mounts, _ := container["volumeMounts"].([]any)
			for _, mount := range mounts {
				name, _ := mount.(map[string]any)["name"].(string)
				if !volumes[name] {
					volumes[name] = true
					listed = append(listed, map[string]any{"name": name, "emptyDir": map[string]any{}})
				}
			}
		}
	}
	if len(listed) > 0 {
		spec["volumes"] = listed
	}
}
