package fix_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// payloads would do something if a shell, az or a terminal took them for more than
// data.
var payloads = []string{
	"$(touch PWNED)", "`touch PWNED`", "'; touch PWNED; '", `"; touch PWNED; "`, "a & touch PWNED &", "a|touch PWNED", "a>PWNED",
	"\ntouch PWNED\n", "a\x1b]52;c;ZXZpbA==\x07", "a\u202eb", "\u2019; touch PWNED; \u2018", "%PATH%", "@/etc/passwd", "--help",
	"-x", "~", "*", "!!", "#", "\\", "é", "<your-range>", strings.Repeat("n", 4000),
}

// planted calls f with a copy of the document for each text in it, in which that text
// is another one.
func planted(tree map[string]any, payload string, f func(at string, tree map[string]any)) {
	var paths [][]any
	var find func(value any, path []any)
	find = func(value any, path []any) {
		switch value := value.(type) {
		case map[string]any:
			for key, item := range value {
				find(item, append(slices.Clip(path), key))
			}
		case []any:
			for i, item := range value {
				find(item, append(slices.Clip(path), i))
			}
		case string:
			paths = append(paths, path)
		}
	}
	find(tree, nil)
	for _, path := range paths {
		copied := document.Clone(tree)
		var at any = copied
		for _, step := range path[:len(path)-1] {
			switch step := step.(type) {
			case string:
				at = at.(map[string]any)[step]
			case int:
				at = at.([]any)[step]
			}
		}
		switch last := path[len(path)-1].(type) {
		case string:
			at.(map[string]any)[last] = payload
		case int:
			at.([]any)[last] = payload
		}
		f(fmt.Sprint(path...), copied)
	}
}

// commandsOf returns every command that the rule offers for a subject.
func commandsOf(rule *model.Rule, s model.Subject, opts fix.Options) []string {
	var commands []string
	for _, plan := range fix.Plans(rule, s, opts) {
		for _, step := range plan.Steps {
			commands = append(commands, step.Command)
			if step.Undo != "" {
				commands = append(commands, step.Undo)
			}
		}
	}
	return commands
}

// TestNoDocumentBecomesACommandLine plants something harmful in every text of every
// failing example, and gives the commands to a real shell.
func TestNoDocumentBecomesACommandLine(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no POSIX shell here")
	}
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	script := strings.Builder{}
	script.WriteString("az() { :; }\nkubectl() { :; }\n")
	seen := map[string]bool{}
	for _, rule := range catalogue.Rules() {
		for _, example := range rule.Examples {
			if example.Verdict != model.Fail {
				continue
			}
			s, env, err := rules.ExampleSubject(rule, example)
			require.NoError(t, err)
			for _, payload := range payloads {
				planted(s.Cluster.Tree, payload, func(at string, tree map[string]any) {
					hostile := s
					hostile.Cluster = &model.Document{Resource: s.Cluster.Resource, Tree: tree}
					for _, command := range commandsOf(rule, hostile, fix.Options{Shell: fix.POSIX, Now: env.Now, Config: env.Config}) {
						assert.NotContains(t, command, "\n", "%s %s", rule.ID, at)
						assert.NotContains(t, command, "\x1b", "%s %s", rule.ID, at)
						assert.NotContains(t, command, "\u202e", "%s %s", rule.ID, at)
						for word := range strings.FieldsSeq(command) {
							assert.NotEqual(t, "@/etc/passwd", strings.Trim(word, "'"), "%s %s: az would read a file", rule.ID, at)
							assert.NotEqual(t, "--help", word, "%s %s: az would take it for a flag", rule.ID, at)
						}
						if !seen[command] {
							seen[command] = true
							script.WriteString(command + "\n")
						}
					}
				})
			}
		}
	}
	require.Greater(t, len(seen), 1000)
	dir := t.TempDir()
	command := exec.Command(sh, "-s")
	command.Dir, command.Stdin = dir, strings.NewReader(script.String())
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	assert.Empty(t, string(output))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left, "a value became a command")
	assert.NoFileExists(t, filepath.Join(dir, "PWNED"))
}

func hostileSubject(t *testing.T, id model.ID, tree map[string]any) (*model.Rule, model.Subject) {
	t.Helper()
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	for _, rule := range catalogue.Rules() {
		if rule.ID == "AKS-IAM-001" {
			return rule, model.Subject{Cluster: &model.Document{Resource: &model.Resource{ID: id, Kind: model.KindCluster}, Tree: tree}, Pool: -1}
		}
	}
	t.Fatal("the rule is gone")
	return nil, model.Subject{}
}

// TestNamesThatAzureCannotGive are refused with the reason.
func TestNamesThatAzureCannotGive(t *testing.T) {
	t.Parallel()
	const subscription = "00000000-0000-0000-0000-000000000001"
	id := func(subscription, group, cluster string) model.ID {
		return model.ID("/subscriptions/" + subscription + "/resourceGroups/" + group + "/providers/Microsoft.ContainerService/managedClusters/" + cluster)
	}
	entra := map[string]any{"properties": map[string]any{"aadProfile": map[string]any{"managed": true, "adminGroupObjectIDs": []any{"11111111-2222-3333-4444-555555555555"}}}}
	for name, test := range map[string]struct {
		id   model.ID
		says string
	}{
		"cluster":      {id(subscription, "rg", "$(id)"), "cluster"},
		"long":         {id(subscription, "rg", strings.Repeat("a", 64)), "cluster"},
		"bidi":         {id(subscription, "rg", "a\u202eb"), "cluster"},
		"group":        {id(subscription, "rg;id", "c"), "resource group"},
		"group's end":  {id(subscription, "rg.", "c"), "resource group"},
		"subscription": {id("`id`", "rg", "c"), "subscription"},
	} {
		for _, shell := range []fix.Shell{fix.POSIX, fix.PowerShell} {
			rule, s := hostileSubject(t, test.id, entra)
			plans := fix.Plans(rule, s, fix.Options{Shell: shell})
			require.NotEmpty(t, plans)
			for _, plan := range plans {
				assert.Empty(t, plan.Steps, name)
				said := ""
				for _, need := range plan.Blocked() {
					said += need.Else
				}
				assert.Contains(t, said, test.says, name)
				assert.Contains(t, said, "is none that Azure gives", name)
			}
		}
	}
	rule, s := hostileSubject(t, id(subscription, "rg-(Größe)_1.x", "c_1-a"), entra)
	for _, plan := range fix.Plans(rule, s, fix.Options{Shell: fix.POSIX}) {
		assert.NotEmpty(t, plan.Steps, "a legal name: %v", plan.Blocked())
	}
}
