package page

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/glossary"
	"github.com/aksight/aksight/ui/widget"
)

// Every line of a sheet and every column of a list has an entry in the glossary.
func TestEverySettingHasATerm(t *testing.T) {
	for _, sections := range [][]section{clusterSections, poolSections} {
		for _, section := range sections {
			for _, setting := range section.lines {
				assert.NotNil(t, glossary.Get(setting.term), "%s: %s has the term %q", section.title, setting.label, setting.term)
			}
		}
	}
	for name, terms := range map[string][]string{
		"estate": estateTerms, "clusters": clusterTerms, "pools": poolTerms, "findings": findingTerms,
		"found": foundTerms, "versions": versionTerms, "requests": requestTerms, "problems": problemTerms,
	} {
		for column, term := range terms {
			assert.NotNil(t, glossary.Get(term), "%s: column %d has the term %q", name, column, term)
		}
	}
	assert.Len(t, findingTerms, columnCritical+len(shownSeverities))
	assert.Len(t, clusterTerms, clusterCritical+len(shownSeverities))
	assert.Len(t, poolTerms, poolCritical+len(shownSeverities))
	assert.Len(t, estateTerms, estateWorst+1)
}

// Every rule leads to an entry.
func TestEveryRuleHasATerm(t *testing.T) {
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	for _, rule := range catalogue.Rules() {
		if rule.Inside() {
			continue
		}
		assert.NotEmpty(t, ruleTerms(rule), rule.ID)
	}
}

func TestExplainOpensWhatTheWordMeans(t *testing.T) {
	pay := clusterID(t, "pay-weu-01")
	s := newStage(t, demoEstate(), 120, 36).open(Address{Kind: Cluster, ID: pay})
	lines := &s.page().(*clusterPage).lines
	s.draw()
	require.True(t, lines.Select("properties.networkProfile.outboundType outbound type") ||
		lines.Select("location location"))
	for range 200 {
		p := s.page().(*clusterPage)
		if rule, _, _ := p.chosen(); rule == nil {
			break
		}
		s.do(action.Down)
	}
	p := s.page().(*clusterPage)
	term := p.sheet.lines[p.lines.Selected()].term
	assert.Contains(t, s.frame(), glossary.Get(term).Says[:20])
	s.do(action.Explain)
	require.IsType(t, &termPage{}, s.page())
	assert.Equal(t, glossary.Get(term).Name, s.page().Title(&s.context))
	assert.Contains(t, s.frame(), "See also")

	before := s.page().(*termPage).at
	s.do(action.Open)
	require.IsType(t, &termPage{}, s.page())
	assert.NotEqual(t, before, s.page().(*termPage).at)
	s.do(action.Copy)
	assert.Contains(t, s.copied[0].Text, "https://")
}

// A term leads to the rules on it, and a finding to its words.
func TestTermsAndRulesLeadToEachOther(t *testing.T) {
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Term, Term: "local-accounts"})
	assert.Contains(t, s.frame(), "Rules on it")
	p := s.page().(*termPage)
	p.cursor = len(p.links) - 1
	s.do(action.Open)
	require.IsType(t, &rulePage{}, s.page())
	s.do(action.Explain)
	require.IsType(t, &glossaryPage{}, s.page())
	words := s.page().(*glossaryPage)
	assert.Equal(t, "local-accounts", words.here[0].ID, "the setting comes first")
	s.do(action.NextTab)
	assert.Equal(t, len(glossary.All()), words.table.Len())
	s.send(Filtered{"metadata 169"})
	assert.Equal(t, 1, words.table.Len())
	s.do(action.Open)
	assert.Equal(t, "Instance Metadata Service", s.page().Title(&s.context))
}

func TestListsExplainTheirColumns(t *testing.T) {
	pay := clusterID(t, "pay-weu-01")
	for name, at := range map[string]Address{
		"estate": {Kind: Estate}, "clusters": {Kind: Clusters}, "pools": {Kind: Cluster, ID: pay, Tab: "pools"},
		"by cluster": {Kind: Findings, Tab: "clusters"}, "requests": {Kind: Requests}, "errors": {Kind: Problems},
	} {
		s := newStage(t, demoEstate(), 80, 20).open(at).do(action.Explain)
		if assert.IsType(t, &glossaryPage{}, s.page(), name) {
			assert.NotEmpty(t, s.page().(*glossaryPage).here, name)
		}
	}
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Clusters})
	p := s.page().(*clusters)
	s.draw()
	p.table.SortBy(clusterVersion, false)
	s.do(action.Explain)
	assert.Equal(t, "kubernetes-version", s.page().(*glossaryPage).here[0].ID)
}

func TestUnknownTermSaysSo(t *testing.T) {
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Term, Term: "nothing"})
	assert.Contains(t, s.frame(), "no such entry")
	s.do(action.Open, action.Copy, action.Down)
	s.send(widget.Mouse{X: 3, Y: 3})
}

func TestJSONLinesHaveTerms(t *testing.T) {
	for path, want := range map[string]string{
		"properties.networkprofile.outboundtype":      "outbound-type",
		"properties.networkprofile.podcidr.something": "pod-cidr",
		"properties.nothing":                          "",
	} {
		assert.Equal(t, want, termAt(settingTerms().cluster, path), path)
	}
	assert.Equal(t, "node-image", termAt(settingTerms().pool, "nodeImageVersion"))
}
