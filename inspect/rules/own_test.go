package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/rules"
)

func ownFile(name string, change ...string) rules.File {
	return rules.File{Name: "own/" + name, Text: []byte(strings.NewReplacer(change...).Replace(file))}
}

func TestOwnRulesAreJudgedBesideTheOthers(t *testing.T) {
	base := load(t, strings.Replace(file, "AKS-TEST-001", "AKS-TEST-005", 1))
	with := base.With([]rules.File{ownFile("a.md"), ownFile("b.md", "AKS-TEST-001", "AKS-TEST-009")})
	require.Empty(t, with.Problems())
	var ids []string
	for _, rule := range with.Rules() {
		ids = append(ids, rule.ID)
	}
	assert.Equal(t, []string{"AKS-TEST-001", "AKS-TEST-005", "AKS-TEST-009"}, ids, "by their IDs")
	judged, _ := with.Judge(subject(t, `{"properties":{}}`, "2026-06-01", false), rules.Env{})
	assert.Len(t, judged, 3)
	assert.Equal(t, "own/b.md", with.OfFile("own/b.md").File)
	assert.Nil(t, with.OfFile("a.md"), "not one of the user's")
	assert.Len(t, base.Rules(), 1, "the catalogue itself does not change")
}

func TestOwnRuleInTheOthersPlace(t *testing.T) {
	base := load(t, file)
	with := base.With([]rules.File{ownFile("a.md", "title: A switch is off", "title: Mine\nreplaces: true")})
	require.Empty(t, with.Problems())
	require.Len(t, with.Rules(), 1)
	assert.Equal(t, "Mine", with.Rules()[0].Title)
	assert.Equal(t, "A switch is off", base.Rules()[0].Title)
}

func TestBrokenOwnRulesAreNamedAndTheOthersRun(t *testing.T) {
	base := load(t, file)
	other := "AKS-TEST-002"
	for name, c := range map[string]struct {
		files []rules.File
		says  string
	}{
		"taken ID":     {[]rules.File{ownFile("a.md")}, "own/a.md:2: AKS-TEST-001 is a rule of aksight's own"},
		"no such rule": {[]rules.File{ownFile("a.md", "AKS-TEST-001", other, "topic:", "replaces: true\ntopic:")}, "own/a.md:4: there is no rule AKS-TEST-002 to replace"},
		"two files":    {[]rules.File{ownFile("a.md", "AKS-TEST-001", "AKS-TEST-003"), ownFile("b.md", "AKS-TEST-001", "AKS-TEST-003")}, "own/b.md:2: AKS-TEST-003 is already the ID of own/a.md"},
		"condition":    {[]rules.File{ownFile("a.md", "AKS-TEST-001", other, "r.properties.?worse.orValue(false)", "r.x ==")}, "own/a.md:10: worse: column"},
		"says":         {[]rules.File{ownFile("a.md", "AKS-TEST-001", other, "{{r.location}}", "{{r.}}")}, "own/a.md:7: "},
		"kind":         {[]rules.File{ownFile("a.md", "AKS-TEST-001", other, `since: "2025-05-01"`, "reads: [planets]")}, `own/a.md:15: "planets" is not a kind`},
		"severity":     {[]rules.File{ownFile("a.md", "AKS-TEST-001", other, "severity: medium", "severity: wild")}, `own/a.md:6: "wild" is not a severity`},
		"field":        {[]rules.File{ownFile("a.md", "AKS-TEST-001", other, "severity: medium", "severty: medium")}, "own/a.md:6: field severty"},
	} {
		t.Run(name, func(t *testing.T) {
			with := base.With(append(c.files, ownFile("good.md", "AKS-TEST-001", "AKS-TEST-008")))
			require.Len(t, with.Problems(), 1)
			assert.Contains(t, with.Problems()[0].Error(), c.says)
			good, _ := with.Find("AKS-TEST-008")
			assert.NotNil(t, good, "the others run")
			first, _ := with.Find("AKS-TEST-001")
			assert.False(t, first.Own)
		})
	}
}

func TestLine(t *testing.T) {
	text := []byte(file)
	assert.Equal(t, 16, rules.Line(text, "fails"))
	assert.Equal(t, 20, rules.Line(text, "examples", 0))
	assert.Equal(t, 19, rules.Line(text, "examples", 7), "the list where it has no such item")
	assert.Equal(t, 2, rules.Line(text, "nothing"))
	assert.Equal(t, 2, rules.Line([]byte("x"), "id"))
	assert.Equal(t, 2, rules.Line([]byte("---\n[a\n---\n"), "id"))
}

func FuzzOwn(f *testing.F) {
	f.Add(file, 3)
	f.Add("---\nid: [x]\nexamples: {a: b}\n---\n", 0)
	f.Fuzz(func(t *testing.T, text string, at int) {
		if line := rules.Line([]byte(text), "examples", max(0, at)); line < 2 {
			t.Fatal(line)
		}
		with := (&rules.Catalogue{}).With([]rules.File{{Name: "own.md", Text: []byte(text)}})
		assert.Len(t, with.Rules(), 1-len(with.Problems()))
		for _, problem := range with.Problems() {
			assert.Contains(t, problem.Error(), "own.md")
		}
	})
}
