package fix_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// Every fix mends: on each failing example its commands can be written, its effect
// makes the rule pass, and no other rule fails that did not.
func TestEveryFixMends(t *testing.T) {
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	for at, rule := range catalogue.Rules() {
		if len(rule.Fix) == 0 || rule.Inside() { // ruletest tries these
			continue
		}
		t.Run(rule.ID, func(t *testing.T) {
			tried := map[string]bool{}
			for i, example := range rule.Examples {
				if example.Verdict != model.Fail || example.Fixable != nil && !*example.Fixable {
					continue
				}
				s, env, err := rules.ExampleSubject(rule, example)
				require.NoError(t, err)
				opts := fix.Options{Shell: fix.POSIX, Now: env.Now, Config: env.Config}
				plans := fix.Plans(rule, s, opts)
				assert.NotEmpty(t, plans, "example %d: no fix is offered", i+1)
				for n, plan := range plans {
					if len(plan.Blocked()) > 0 {
						assert.Empty(t, plan.Steps, "a blocked fix shows commands")
						continue
					}
					tried[plan.Title] = true
					assert.NotEmpty(t, plan.Steps, plan.Title)
					mends(t, catalogue, at, n, s, opts, fmt.Sprintf("example %d, %q", i+1, plan.Title))
				}
			}
			for _, option := range rule.Fix {
				assert.True(t, tried[option.Title], "no failing example tries the fix %q", option.Title)
			}
		})
	}
}

func mends(t *testing.T, catalogue *rules.Catalogue, rule, plan int, s model.Subject, opts fix.Options, name string) {
	t.Helper()
	after, err := fix.Preview(catalogue.Rules()[rule], plan, s, opts)
	if !assert.NoError(t, err, name) {
		return
	}
	env := rules.Env{Now: opts.Now, Config: opts.Config}
	finding := catalogue.Explain(rule, after, env)
	assert.Equal(t, model.Pass, finding.Verdict, "%s: the rule does not pass after it: %s", name, finding.Reason)
	var reveals []string
	for _, offered := range fix.Plans(catalogue.Rules()[rule], s, opts) {
		reveals = append(reveals, offered.Reveals...)
	}
	clusterBefore, poolsBefore := catalogue.Judge(s, env)
	clusterAfter, poolsAfter := catalogue.Judge(after, env)
	compare := func(before, after []model.Judged) {
		for i, other := range catalogue.Rules() {
			if after[i].Verdict == model.Fail && before[i].Verdict != model.Fail {
				assert.Contains(t, reveals, other.ID, "%s makes %s fail", name, other.ID)
			}
		}
	}
	compare(clusterBefore, clusterAfter)
	for i := range poolsBefore {
		compare(poolsBefore[i], poolsAfter[i])
	}
}

func TestCommandsOfEveryFixCanBePrinted(t *testing.T) {
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	for _, rule := range catalogue.Rules() {
		printed, err := fix.Commands(rule)
		require.NoError(t, err)
		for _, p := range printed {
			assert.NotContains(t, p.Command, "{{")
			assert.NotContains(t, p.Command, "0.0.0.0/32")
		}
	}
}
