package page

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/model"
)

const yamlDeployment = `{"kind":"Deployment","metadata":{"name":"web","labels":{"app.kubernetes.io/name":"web","on":"yes","n":"0x10"},"annotations":{}},
 "spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"web","image":"r.azurecr.io/web:1.2","args":["sh","-c","set -e\nexec web\n"],"command":[],
 "securityContext":{"privileged":true}},{"name":"log","image":"log@sha256:ab"}],"matrix":[[1,2],[["x"]]],"script":"a: b\n  c\nd","x":null,"date":"2026-01-01","port":"8080"}}}}`

// What is shown reads back as the same document.
func TestYAMLReadsBack(t *testing.T) {
	var tree map[string]any
	require.NoError(t, json.Unmarshal([]byte(yamlDeployment), &tree))
	text := newYAMLDocument(tree, nil).text()
	back, err := yaml.YAMLToJSON([]byte(text))
	require.NoError(t, err, text)
	assert.JSONEq(t, yamlDeployment, string(back), text)
	assert.Contains(t, text, "script: |-\n        a: b\n          c\n        d\n")
}

func FuzzYAML(f *testing.F) {
	f.Add([]byte(yamlDeployment))
	f.Add([]byte(`{"a":"\u0085\u2028 \u0000 #: x","b: c":[{"":"-"},"~","a: b","a #b","- x","%","@","!t","*a","&b","'","\""]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var tree map[string]any
		if json.Unmarshal(text, &tree) != nil || len(tree) == 0 {
			return
		}
		clean, err := json.Marshal(tree)
		if err != nil {
			return
		}
		shown := newYAMLDocument(tree, []model.Finding{{Rule: &model.Rule{}, Evidence: []model.Evidence{{Path: string(text)}}}}).text()
		back, err := yaml.YAMLToJSON([]byte(shown))
		require.NoError(t, err, shown)
		assert.JSONEq(t, string(clean), string(back), shown)
	})
}

func TestFindingsMarkTheLinesTheyAreAbout(t *testing.T) {
	var tree map[string]any
	require.NoError(t, json.Unmarshal([]byte(yamlDeployment), &tree))
	for path, want := range map[string]string{
		"spec.template.spec.containers[web].securityContext.privileged": "privileged: true",
		"spec.template.spec.containers[1].image":                        "image: log@sha256:ab",
		"spec.template.spec.containers[log].securityContext.runAsUser":  "image: log@sha256:ab", // begins the container
		"metadata.labels.app.kubernetes.io/name":                        "app.kubernetes.io/name: web",
		"metadata.labels['app.kubernetes.io/name']":                     "app.kubernetes.io/name: web",
		"r.spec.?replicas":                       "replicas: 2",
		"spec.template.spec.volumes[0].hostPath": "spec:",
		"nothing[":                               "kind: Deployment",
	} {
		doc := newYAMLDocument(tree, []model.Finding{{
			Rule: &model.Rule{ID: "X"}, Verdict: model.Fail, Severity: model.High, Says: "bad", Evidence: []model.Evidence{{Path: path}},
		}})
		var marked []string
		for i := range doc.lines {
			if doc.lines[i].found >= 0 {
				line := doc.lines[i].key + ":"
				if doc.lines[i].text != "" {
					line += " " + doc.lines[i].text
				}
				marked = append(marked, line)
			}
		}
		assert.Equal(t, []string{want}, marked, path)
	}
}
