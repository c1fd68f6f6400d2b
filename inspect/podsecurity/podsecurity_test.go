package podsecurity_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/podsecurity"
	"github.com/aksight/aksight/model"
)

// Every fixture of the standards' own module is judged as its authors say.
func TestFixtures(t *testing.T) {
	t.Parallel()
	files := fixtures(t)
	require.Greater(t, len(files), 4500)
	judges := map[string]*podsecurity.Judge{}
	for _, file := range files {
		parts := strings.Split(filepath.ToSlash(file), "/")
		level, version, want := parts[len(parts)-4], parts[len(parts)-3], parts[len(parts)-2]
		if judges[version] == nil {
			parsed, known := podsecurity.VersionOf(version + ".0")
			require.True(t, known, version)
			judges[version] = podsecurity.NewJudge(parsed)
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var pod corev1.Pod
		require.NoError(t, yaml.Unmarshal(text, &pod), file)
		says := judges[version].Forbids(podsecurity.Level(level), &pod.ObjectMeta, &pod.Spec)
		assert.Equal(t, want == "pass", len(says) == 0, "%s: %v", file, says)
	}
}

// fixtures lists the files of the module's own tests: LEVEL/VERSION/pass|fail/*.yaml.
func fixtures(t *testing.T) []string {
	t.Helper()
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission").Output()
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(folder)), "test", "testdata", "*", "v*", "*", "*.yaml"))
	require.NoError(t, err)
	return files
}

// A version that says nothing would have no checks, and allow everything.
func TestVersions(t *testing.T) {
	t.Parallel()
	for server, want := range map[string]string{"v1.34.2": "v1.34", "v1.31.7-aks-abc": "v1.31", "1.30+": "v1.30"} {
		version, known := podsecurity.VersionOf(server)
		assert.True(t, known, server)
		assert.Equal(t, want, version.String())
	}
	privileged := true
	spec := &corev1.PodSpec{Containers: []corev1.Container{{Name: "a", SecurityContext: &corev1.SecurityContext{Privileged: &privileged}}}}
	for _, server := range []string{"", "latest", "v1", "vx.y", "nonsense"} {
		version, known := podsecurity.VersionOf(server)
		assert.False(t, known, server)
		assert.NotEmpty(t, podsecurity.NewJudge(version).Forbids(podsecurity.Baseline, &metav1.ObjectMeta{}, spec), server)
	}
	assert.NotEmpty(t, podsecurity.NewJudge(api.Version{}).Forbids(podsecurity.Baseline, &metav1.ObjectMeta{}, spec))
}

func TestOf(t *testing.T) {
	t.Parallel()
	view := viewOf(t, `{kind: Namespace, metadata: {name: good, labels: {pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.29}}}`,
		`{kind: Namespace, metadata: {name: bad, labels: {pod-security.kubernetes.io/enforce: stric}}}`,
		`{kind: Namespace, metadata: {name: empty}}`,
		`{kind: Deployment, metadata: {name: web, namespace: good}, spec: {template: {spec: {containers: [{name: a, image: a}], volumes: [{name: scratch}]}}}}`,
		`{kind: CronJob, metadata: {name: nightly, namespace: bad}, spec: {jobTemplate: {spec: {template: {spec: {hostPID: true, containers: [{name: a, image: a}]}}}}}}`,
		`{kind: Pod, metadata: {name: web-1, namespace: bad, ownerReferences: [{kind: ReplicaSet, name: web-1, controller: true}]}, spec: {containers: [{name: a, image: a}]}}`,
		`{kind: Pod, metadata: {name: done, namespace: good}, spec: {hostNetwork: true, containers: [{name: a, image: a}]}, status: {phase: Succeeded}}`,
	)
	standing := podsecurity.Of(view)
	assert.Equal(t, "v1.34", standing.Version)
	good := standing.Namespace("good")
	assert.Equal(t, podsecurity.Baseline, good.Meets)
	assert.Equal(t, podsecurity.Mode{Set: true, Level: podsecurity.Baseline, Version: "v1.29"}, good.Enforce)
	assert.False(t, good.Warn.Set)
	require.Len(t, good.Blocks, 1)
	assert.Equal(t, "Deployment good/web", good.Blocks[0].Workload.String())
	bad := standing.Namespace("bad")
	assert.Equal(t, podsecurity.Privileged, bad.Meets)
	assert.NotEmpty(t, bad.Enforce.Problem)
	require.Len(t, bad.Blocks, 1)
	assert.Equal(t, "CronJob bad/nightly", bad.Blocks[0].Workload.String())
	assert.Contains(t, bad.Blocks[0].Says[0], "hostPID=true")
	next, more := bad.Next()
	assert.True(t, more)
	assert.Equal(t, podsecurity.Baseline, next)
	assert.Equal(t, podsecurity.Restricted, standing.Namespace("empty").Meets)
	assert.Nil(t, standing.Namespace("gone"))
}

func viewOf(t *testing.T, documents ...string) *object.View {
	t.Helper()
	inside := &model.Inside{Server: "v1.34.2", Objects: map[model.Kind][]*model.Object{}}
	for _, document := range documents {
		text, err := yaml.YAMLToJSON([]byte(document))
		require.NoError(t, err)
		var named struct{ Kind model.Kind }
		require.NoError(t, yaml.Unmarshal(text, &named))
		o, err := object.Keep(named.Kind, "v1", text, inside.Reads[named.Kind].At)
		require.NoError(t, err)
		inside.Objects[named.Kind] = append(inside.Objects[named.Kind], o)
	}
	return object.NewView(inside, nil, nil)
}
