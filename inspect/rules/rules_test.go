package rules_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

const file = `---
id: AKS-TEST-001
title: A switch is off
topic: network
subject: cluster
severity: medium
says: "off on {{r.location}}"
worse:
  - severity: high
    when: r.properties.?worse.orValue(false)
    because: it is worse here
applies:
  - when: "!automatic(cluster)"
    unless: AKS Automatic presets it
since: "2025-05-01"
fails: "!r.properties.?switch.orValue(false)"
evidence: [properties.switch]
noFix: nothing mends it
examples:
  - verdict: fail
    given: {location: here}
---
## Why it matters
A.
## What an attacker does
B.
## What the fix changes
C.
`

func load(t *testing.T, text string) *rules.Catalogue {
	t.Helper()
	catalogue, err := rules.Load(fstest.MapFS{"a.md": {Data: []byte(text)}})
	require.NoError(t, err)
	return catalogue
}

func subject(t *testing.T, raw, version string, partial bool) model.Subject {
	t.Helper()
	tree, err := document.Parse([]byte(raw))
	require.NoError(t, err)
	resource := &model.Resource{ID: "/subscriptions/s/resourceGroups/g/providers/p/managedClusters/c", APIVersion: version, Partial: partial}
	return model.Subject{Cluster: &model.Document{Resource: resource, Tree: tree}, Pool: -1}
}

func TestVerdicts(t *testing.T) {
	catalogue := load(t, file)
	cases := []struct {
		name, raw, version string
		partial            bool
		want               model.Judged
		reason             string
	}{
		{"fail", `{"sku":{"name":"Base"},"properties":{"switch":false}}`, "2026-06-01", false, model.Judged{Verdict: model.Fail, Severity: model.Medium}, ""},
		{"fail by absence", `{"properties":{}}`, "2026-06-01", false, model.Judged{Verdict: model.Fail, Severity: model.Medium}, ""},
		{"worse", `{"properties":{"worse":true}}`, "2026-06-01", false, model.Judged{Verdict: model.Fail, Severity: model.High}, "it is worse here"},
		{"pass", `{"properties":{"switch":true}}`, "2026-06-01", false, model.Judged{Verdict: model.Pass}, ""},
		{"not applicable", `{"sku":{"name":"Automatic"}}`, "2026-06-01", false, model.Judged{Verdict: model.NotApplicable}, "AKS Automatic presets it"},
		{"older api-version", `{"properties":{}}`, "2025-02-01", false, model.Judged{Verdict: model.CouldNotRead}, "from api-version 2025-05-01 on"},
		{"unknown api-version, absent", `{"properties":{}}`, "", false, model.Judged{Verdict: model.CouldNotRead}, "does not say with which api-version"},
		{"unknown api-version, present", `{"properties":{"switch":true}}`, "", false, model.Judged{Verdict: model.Pass}, ""},
		{"the index left it out", `{"sku":{"name":"Base"},"properties":{}}`, "", true, model.Judged{Verdict: model.Pending}, "confirming read"},
		{"the index has it", `{"sku":{"name":"Base"},"properties":{"switch":true}}`, "", true, model.Judged{Verdict: model.Pass}, ""},
		{"a property of the wrong type", `{"properties":{"switch":"on"}}`, "2026-06-01", false, model.Judged{Verdict: model.CouldNotRead}, "cannot be evaluated"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := subject(t, c.raw, c.version, c.partial)
			judged, pools := catalogue.Judge(s, rules.Env{Now: time.Now()})
			assert.Equal(t, []model.Judged{c.want}, judged)
			assert.Empty(t, pools)
			finding := catalogue.Explain(0, s, rules.Env{Now: time.Now()})
			assert.Equal(t, c.want.Verdict, finding.Verdict)
			assert.Contains(t, finding.Reason, c.reason)
		})
	}
}

func TestExplainProvesItself(t *testing.T) {
	finding := load(t, file).Explain(0, subject(t, `{"location":"westeurope","properties":{"switch":false}}`, "2026-06-01", false), rules.Env{})
	assert.Equal(t, "off on westeurope", finding.Says)
	assert.Equal(t, []model.Evidence{{Path: "properties.switch", Value: false}}, finding.Evidence)
	assert.Equal(t, "2026-06-01", finding.APIVersion)
	assert.Equal(t, "!r.properties.?switch.orValue(false)", finding.Condition)
}

func TestPoolRulesJudgeEachPool(t *testing.T) {
	text := strings.NewReplacer("subject: cluster", "subject: pool", `says: "off on {{r.location}}"`, "says: off",
		"r.properties.?switch", "r.?switch", "[properties.switch]", "[switch, cluster.location]").Replace(file)
	catalogue := load(t, text)
	s := subject(t, `{"location":"here","properties":{"agentPoolProfiles":[{"name":"a","switch":true},{"name":"b"}]}}`, "2026-06-01", false)
	judged, pools := catalogue.Judge(s, rules.Env{})
	assert.Equal(t, []model.Judged{{}}, judged, "it does not judge the cluster itself")
	assert.Equal(t, [][]model.Judged{{{Verdict: model.Pass}}, {{Verdict: model.Fail, Severity: model.Medium}}}, pools)
	s.Pool = 1
	finding := catalogue.Explain(0, s, rules.Env{})
	assert.Equal(t, "b", finding.Part)
	assert.Equal(t, []model.Evidence{
		{Path: "properties.agentPoolProfiles[b].switch", Absent: true},
		{Path: "location", Value: "here"},
	}, finding.Evidence)
}

func TestRulesThatReadChildrenWaitForThem(t *testing.T) {
	catalogue := load(t, strings.Replace(file, `since: "2025-05-01"`, "reads: [diagnosticSetting]", 1))
	assert.True(t, catalogue.Joins(model.KindDiagnosticSetting))
	for state, want := range map[model.ReadState]model.Verdict{
		model.Unread: model.Pending, model.Reading: model.Pending, model.ReadDone: model.Fail, model.ReadFailed: model.CouldNotRead,
	} {
		s := subject(t, `{"properties":{}}`, "2026-06-01", false)
		s.Reads = map[model.Kind]model.Read{model.KindDiagnosticSetting: {State: state, Why: "Azure refused"}}
		judged, _ := catalogue.Judge(s, rules.Env{})
		assert.Equal(t, want, judged[0].Verdict)
	}
}

func TestBrokenFilesNameLineAndReason(t *testing.T) {
	for name, c := range map[string]struct{ from, to, says string }{
		"no front matter":   {"---\nid", "id", "a.md:1: a rule file begins"},
		"not closed":        {"\n---\n##", "\n##", "a.md:1: the front matter is not closed"},
		"unknown field":     {"severity: medium", "severty: medium", "a.md:6: field severty is not a field of a rule"},
		"unknown severity":  {"severity: medium", "severity: awful", "awful"},
		"bad yaml":          {"title: A", "title: [A", "a.md:"},
		"bad id":            {"AKS-TEST-001", "test 1", `a.md:2: the id "test 1"`},
		"bad topic":         {"topic: network", "topic: weather", `a.md:4: "weather" is not a topic`},
		"bad subject":       {"subject: cluster", "subject: planet", `a.md:5: "planet" is not a subject`},
		"missing part":      {"## What an attacker does", "## Else", `lacks the part "## What an attacker does"`},
		"no fix, no reason": {"noFix: nothing mends it", "learn: []", "neither a fix nor noFix"},
	} {
		t.Run(name, func(t *testing.T) {
			good := strings.Replace(file, "AKS-TEST-001", "AKS-TEST-002", 1)
			catalogue, err := rules.Load(fstest.MapFS{
				"a.md": {Data: []byte(strings.Replace(file, c.from, c.to, 1))},
				"b.md": {Data: []byte(good)},
			})
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.says)
			require.Len(t, catalogue.Rules(), 1, "the others still run")
			assert.Equal(t, "AKS-TEST-002", catalogue.Rules()[0].ID)
		})
	}
}

func TestCheckNamesTheLineOfABadCondition(t *testing.T) {
	text := strings.Replace(file, "r.properties.?worse.orValue(false)", "r.properties.worse ==", 1)
	rule, err := rules.Parse("a.md", []byte(text))
	require.NoError(t, err)
	assert.ErrorContains(t, rules.Compiles(rule, []byte(text)), "a.md:10: worse: column")
}

func TestARuleMustReadTheChildrenItLooksAt(t *testing.T) {
	text := strings.Replace(file, `fails: "!r.properties.?switch.orValue(false)"`, `fails: size(children.?subnet.orValue([])) > 0`, 1)
	rule, err := rules.Parse("a.md", []byte(text))
	require.NoError(t, err)
	assert.ErrorContains(t, rules.Compiles(rule, []byte(text)), "a.md:16: fails: it looks at children.subnet")
	rule.Reads = []model.Kind{model.KindSubnet}
	assert.NoError(t, rules.Compiles(rule, []byte(text)))
}

func TestASecondRuleWithTheSameIDIsNamed(t *testing.T) {
	catalogue, err := rules.Load(fstest.MapFS{"a.md": {Data: []byte(file)}, "b.md": {Data: []byte(file)}})
	assert.ErrorContains(t, err, "b.md: AKS-TEST-001 is already the ID of a.md")
	assert.Len(t, catalogue.Rules(), 1)
}

func TestAChildThatARuleMayReadIsNotWaitedFor(t *testing.T) {
	rule := &model.Rule{
		ID: "AKS-X-001", Subject: model.KindPool, Severity: model.High, Says: "x", MayRead: []model.Kind{model.KindUpgradeProfile},
		Fails: "newestImage == '' || newestImage != r.nodeImageVersion",
	}
	catalogue, err := rules.New([]*model.Rule{rule})
	require.NoError(t, err)
	assert.True(t, catalogue.Joins(model.KindUpgradeProfile), "it is judged again when that was read")
	s, env, err := rules.ExampleSubject(rule, model.Example{Given: map[string]any{"name": "a", "nodeImageVersion": "i"}})
	require.NoError(t, err)
	assert.Equal(t, model.Fail, catalogue.Explain(0, s, env).Verdict)
	s, env, err = rules.ExampleSubject(rule, model.Example{
		Given: map[string]any{"name": "a", "nodeImageVersion": "i"},
		Children: map[model.Kind][]map[string]any{model.KindUpgradeProfile: {
			{"id": "/c/agentPools/a/upgradeProfiles/default", "properties": map[string]any{"latestNodeImageVersion": "i"}},
		}},
	})
	require.NoError(t, err)
	assert.Equal(t, model.Pass, catalogue.Explain(0, s, env).Verdict)
}

// What a condition needs is waited for wherever the condition stands.
func TestAppliesWaitsForTheChildrenItLooksAt(t *testing.T) {
	rule := &model.Rule{
		ID: "AKS-X-001", Subject: model.KindCluster, Says: "x", Reads: []model.Kind{model.KindKubernetesVersions},
		Applies: []model.Applies{{When: "support.listed", Unless: "no"}}, Fails: "false",
	}
	catalogue, err := rules.New([]*model.Rule{rule})
	require.NoError(t, err)
	s, env, err := rules.ExampleSubject(rule, model.Example{})
	require.NoError(t, err)
	assert.Equal(t, model.NotApplicable, catalogue.Explain(0, s, env).Verdict)
	s.Reads[model.KindKubernetesVersions] = model.Read{State: model.Reading}
	assert.Equal(t, model.Pending, catalogue.Explain(0, s, env).Verdict)
	s.Reads[model.KindKubernetesVersions] = model.Read{State: model.ReadFailed, Why: "refused"}
	finding := catalogue.Explain(0, s, env)
	assert.Equal(t, model.CouldNotRead, finding.Verdict)
	assert.Equal(t, "refused", finding.Reason)
}

// What a variable made of children says proves a finding too, with the document.
func TestDerivedEvidence(t *testing.T) {
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	rule, at := catalogue.Find("AKS-UPG-001")
	s, env, err := rules.ExampleSubject(rule, rule.Examples[0])
	require.NoError(t, err)
	shown := map[string]any{}
	for _, evidence := range catalogue.Explain(at, s, env).Evidence {
		if !evidence.Absent {
			shown[evidence.Path] = evidence.Value
		}
		if strings.HasPrefix(evidence.Path, "support.") {
			assert.Equal(t, s.Children[model.KindKubernetesVersions][0].ID, evidence.Of)
		}
	}
	assert.Equal(t, []any{"AKSLongTermSupport"}, shown["support.plans"])
	assert.Equal(t, []any{int64(34), int64(35), int64(36)}, shown["support.numbers"])
	assert.Equal(t, "2025-11-01", shown["support.endOfLife"])

	rule, at = catalogue.Find("AKS-UPG-004")
	s, env, err = rules.ExampleSubject(rule, rule.Examples[0])
	require.NoError(t, err)
	last := catalogue.Explain(at, s, env).Evidence
	assert.Equal(t, []any{"1.33.7", "1.34.2"}, last[len(last)-1].Value)
	assert.Equal(t, s.Children[model.KindUpgradeProfile][0].ID, last[len(last)-1].Of)
}
