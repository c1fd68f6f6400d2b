package ruletest_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/ruletest"
)

const file = `---
id: ACME-GOV-001
title: No owner
topic: governance
subject: cluster
severity: low
says: no owner tag
worse:
  - severity: high
    when: r.?tags.?stage.orValue('') == 'prod'
    because: it is production
applies:
  - when: "!automatic(cluster)"
    unless: AKS Automatic has its own
fails: r.?tags.?owner.orValue('') == ''
evidence: [tags.owner]
fix:
  - title: Name one
    impact: in place
    steps:
      - {run: "az tag update --resource-id {{id}} --operation Merge --tags owner=x", nature: inPlace, oneWay: true}
    effect: {tags: {owner: x}}
examples:
  - {verdict: fail, severity: low, given: {sku: {name: Base}}}
  - {verdict: fail, severity: high, given: {tags: {stage: prod}}}
  - {verdict: pass, given: {tags: {owner: a}}}
  - {verdict: notApplicable, given: {sku: {name: Automatic}}}
---
## Why it matters
A.
## What an attacker does
B.
## What the fix changes
C.
`

func try(t *testing.T, text string) []string {
	t.Helper()
	base, err := rules.Embedded()
	require.NoError(t, err)
	with := base.With([]rules.File{{Name: "own/a.md", Text: []byte(text)}})
	require.Empty(t, with.Problems())
	var problems []string
	for _, problem := range ruletest.Try(with, "ACME-GOV-001", []byte(text)).Problems {
		problems = append(problems, problem.Error())
	}
	return problems
}

func TestTry(t *testing.T) {
	t.Parallel()
	assert.Empty(t, try(t, file))
	for name, c := range map[string]struct{ from, to, says string }{
		"verdict":      {"verdict: pass, given: {tags: {owner: a}}", "verdict: fail, given: {tags: {owner: a}}", "own/a.md:26: example 3 gives pass, not fail"},
		"severity":     {"severity: low, given", "severity: high, given", "own/a.md:24: example 1 fails with the severity low, not high"},
		"effect":       {"effect: {tags: {owner: x}}", "effect: {tags: {other: x}}", `own/a.md:18: example 1: after the fix "Name one" the rule gives fail, not pass`},
		"harm":         {"effect: {tags: {owner: x}}", "effect: {tags: {owner: x}, properties: {disableLocalAccounts: false, aadProfile: {managed: true}}}", "makes AKS-IAM-001 fail"},
		"gap":          {"  - {verdict: notApplicable, given: {sku: {name: Automatic}}}\n", "", "own/a.md:13: no example shows: AKS Automatic has its own"},
		"worse":        {"  - {verdict: fail, severity: high, given: {tags: {stage: prod}}}\n", "", "own/a.md:9: no example shows: it is production"},
		"no pass":      {"  - {verdict: pass, given: {tags: {owner: a}}}\n", "", "own/a.md:23: no example has the verdict pass"},
		"placeholder":  {"owner=x", "owner={{nobody}}", "nobody"},
		"a bad date":   {"{verdict: pass, ", "{verdict: pass, now: later, ", "own/a.md:26: example 3: now:"},
		"never tried":  {"{verdict: fail, severity", "{verdict: fail, fixable: false, severity", `own/a.md:18: no failing example tries the fix "Name one"`},
		"missing need": {"    impact: in place\n", "    needs: [{that: 'true', says: a, else: b, rule: AKS-NO-001}]\n    impact: in place\n", "it needs AKS-NO-001 first, and there is no such rule"},
	} {
		changed := strings.Replace(file, c.from, c.to, 1)
		if name == "never tried" {
			changed = strings.ReplaceAll(file, c.from, c.to)
		}
		require.NotEqual(t, file, changed, name)
		assert.Contains(t, strings.Join(try(t, changed), "\n"), c.says, name)
	}
}

// The catalogue's own rules pass as the users' have to.
func TestTryTheCatalogue(t *testing.T) {
	t.Parallel()
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	folder := os.DirFS("../rules/catalogue")
	for _, rule := range catalogue.Rules() {
		text, err := fs.ReadFile(folder, rule.File)
		require.NoError(t, err)
		assert.Empty(t, ruletest.Try(catalogue, rule.ID, text).Problems, rule.ID)
	}
}
