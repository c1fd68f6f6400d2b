package rules_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/inspect/checks"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// day is when everything is judged.
var day = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// catches names the rules of which one at least finds what each of the standards'
// checks forbids, by how its fixtures are named.
var catches = map[string][]string{
	"allowprivilegeescalation": {"AKS-WL-011"}, "apparmorprofile": {"AKS-WL-014"},
	"capabilities_baseline": {"AKS-WL-009"}, "capabilities_restricted": {"AKS-WL-009", "AKS-WL-010"},
	"hostnamespaces": {"AKS-WL-002", "AKS-WL-003", "AKS-WL-004"}, "hostpathvolumes": {"AKS-WL-006"},
	"hostports": {"AKS-WL-005"}, "hostprobesandhostlifecycle": {"AKS-WL-017"}, "privileged": {"AKS-WL-001"},
	"procmount": {"AKS-WL-015"}, "selinuxoptions": {"AKS-WL-015"}, "sysctls": {"AKS-WL-015"},
	"runasnonroot": {"AKS-WL-012"}, "runasuser": {"AKS-WL-012"}, "seccompprofile_baseline": {"AKS-WL-013"},
	"seccompprofile_restricted": {"AKS-WL-013"}, "windowshostprocess": {"AKS-WL-016"},
}

// What the Pod Security Standards forbid, a rule names with its place; what they allow
// in full, none of these rules complains of.
func TestRulesAgreeWithThePodSecurityStandards(t *testing.T) {
	t.Parallel()
	catalogue := embedded(t)
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission").Output()
	require.NoError(t, err)
	tried := map[string]bool{}
	for _, version := range []string{"v1.26", "v1.30", "v1.34", "v1.35", "v1.37"} {
		files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(folder)), "test", "testdata", "restricted", version, "*", "*.yaml"))
		require.NoError(t, err)
		require.NotEmpty(t, files, version)
		for _, file := range files {
			check := strings.TrimRight(strings.TrimSuffix(filepath.Base(file), ".yaml"), "0123456789")
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			failing := failingOn(t, catalogue, text, version+".0")
			if filepath.Base(filepath.Dir(file)) == "fail" {
				if wanted := catches[check]; wanted != nil {
					tried[check] = true
					assert.True(t, anyIn(wanted, failing), "%s/%s: none of %v fails", version, filepath.Base(file), wanted)
				}
				continue
			}
			for _, wanted := range catches[check] {
				assert.False(t, failing[wanted], "%s/%s: %s fails", version, filepath.Base(file), wanted)
			}
		}
	}
	for check := range catches {
		assert.True(t, tried[check] || strings.HasSuffix(check, "_baseline"), "no fixture is named %s", check)
	}
}

func anyIn(wanted []string, failing map[string]bool) bool {
	for _, id := range wanted {
		if failing[id] {
			return true
		}
	}
	return false
}

// failingOn returns the rules that fail on a pod.
func failingOn(t *testing.T, catalogue *rules.Catalogue, text []byte, server string) map[string]bool {
	t.Helper()
	var tree map[string]any
	require.NoError(t, yaml.Unmarshal(text, &tree))
	raw, err := json.Marshal(tree)
	require.NoError(t, err)
	pod, err := object.Keep(model.KindPod, "v1", raw, day)
	require.NoError(t, err)
	view := object.NewView(&model.Inside{Server: server, Objects: map[model.Kind][]*model.Object{model.KindPod: {pod}}}, nil, nil)
	failing := map[string]bool{}
	for _, on := range catalogue.JudgeInside(view, nil, nil, rules.Env{Now: day, Checks: checks.All()}) {
		for i, judged := range on.Judged {
			if judged.Verdict == model.Fail {
				failing[catalogue.Rules()[i].ID] = true
			}
		}
	}
	return failing
}
