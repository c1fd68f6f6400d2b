package rules_test

import (
	"fmt"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

func embedded(t *testing.T) *rules.Catalogue {
	t.Helper()
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	require.NotEmpty(t, catalogue.Rules())
	return catalogue
}

func TestEveryConditionCompiles(t *testing.T) {
	files := os.DirFS("catalogue")
	for _, rule := range embedded(t).Rules() {
		text, err := fs.ReadFile(files, rule.File)
		require.NoError(t, err)
		assert.NoError(t, rules.Compiles(rule, text))
	}
}

// Every example gets its verdict, and together the examples show each thing that the
// rule can say: every reason and every severity.
func TestExamples(t *testing.T) {
	catalogue := embedded(t)
	for at, rule := range catalogue.Rules() {
		if rule.Inside() {
			continue // ruletest tries these
		}
		t.Run(rule.ID, func(t *testing.T) {
			said := map[string]bool{}
			for i, example := range rule.Examples {
				name := fmt.Sprintf("example %d %s", i+1, example.Name)
				s, env, err := rules.ExampleSubject(rule, example)
				require.NoError(t, err, name)
				finding := catalogue.Explain(at, s, env)
				assert.Equal(t, example.Verdict, finding.Verdict, "%s: %s", name, finding.Reason)
				if example.Severity != nil {
					assert.Equal(t, *example.Severity, finding.Severity, name)
				}
				said[finding.Verdict.String()] = true
				said[finding.Verdict.String()+": "+finding.Reason] = true
				if finding.Verdict == model.Fail {
					assert.NotContains(t, finding.Says, "…", name)
				}
			}
			assert.True(t, said["pass"], "no example passes")
			assert.True(t, said["fail"], "no example fails")
			for _, applies := range rule.Applies {
				assert.True(t, said["notApplicable: "+applies.Unless], "no example for: %s", applies.Unless)
			}
			for _, unknown := range rule.Unknown {
				assert.True(t, said["couldNotRead: "+unknown.Why], "no example for: %s", unknown.Why)
			}
			for _, worse := range rule.Worse {
				assert.True(t, said["fail: "+worse.Because], "no example for: %s", worse.Because)
			}
		})
	}
}

func TestRulesNamedByNeedsExist(t *testing.T) {
	catalogue := embedded(t)
	for _, rule := range catalogue.Rules() {
		for _, option := range rule.Fix {
			for _, need := range option.Needs {
				if need.Rule == "" {
					continue
				}
				found, _ := catalogue.Find(need.Rule)
				assert.NotNil(t, found, "%s needs %s first, which is not in the catalogue", rule.ID, need.Rule)
			}
		}
	}
}

// TestJudgingLeavesOutExamplesAlone: the catalogue that judges is the catalogue.
func TestJudgingLeavesOutExamplesAlone(t *testing.T) {
	whole, err := rules.Embedded()
	require.NoError(t, err)
	judging, err := rules.Judging()
	require.NoError(t, err)
	require.Len(t, judging.Rules(), len(whole.Rules()))
	for i, rule := range whole.Rules() {
		without := *rule
		without.Examples = nil
		assert.Equal(t, &without, judging.Rules()[i])
	}
}
