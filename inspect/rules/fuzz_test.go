package rules_test

import (
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// Whatever a rule file holds, it is refused with its name, or it can be judged with.
func FuzzRuleFile(f *testing.F) {
	f.Add(file)
	f.Add("---\n---\n")
	f.Add("---\nid: &a [*a]\n---\n## Why it matters\nx")
	files := os.DirFS("catalogue")
	for _, name := range []string{"aks-net-027.md", "aks-iam-015.md", "aks-node-009.md"} {
		text, err := fs.ReadFile(files, name)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		rule, err := rules.Parse("a.md", []byte(text))
		if err != nil {
			assert.Contains(t, err.Error(), "a.md")
			return
		}
		if err := rules.Compiles(rule, []byte(text)); err != nil {
			assert.Contains(t, err.Error(), "a.md")
		}
		catalogue, err := rules.New([]*model.Rule{rule})
		require.NoError(t, err)
		for _, example := range rule.Examples {
			s, env, err := rules.ExampleSubject(rule, example)
			if err != nil {
				continue
			}
			catalogue.Judge(s, env)
			if rules.Judges(rule, s.Pool) {
				finding := catalogue.Explain(0, s, env)
				assert.NotEqual(t, model.NotJudged, finding.Verdict)
			}
		}
	})
}
