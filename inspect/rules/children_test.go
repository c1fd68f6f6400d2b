package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

var childAt = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// child is a document of a kind under the test's cluster.
func child(t *testing.T, kind model.Kind, name, version, raw string) *model.Document {
	t.Helper()
	tree, err := document.Parse([]byte(raw))
	require.NoError(t, err)
	return &model.Document{Tree: tree, Resource: &model.Resource{
		ID:   "/subscriptions/s/resourceGroups/g/providers/p/managedClusters/c/" + model.ID(kind.Collection()+"/"+name),
		Kind: kind, ReadAt: childAt, APIVersion: version, Via: "Azure Resource Manager",
	}}
}

func with(s model.Subject, kind model.Kind, state model.ReadState, why string, documents ...*model.Document) model.Subject {
	s.Reads = map[model.Kind]model.Read{kind: {State: state, Why: why, At: childAt}}
	s.Children = map[model.Kind][]*model.Document{kind: documents}
	return s
}

var previewFile = strings.NewReplacer(
	`since: "2025-05-01"`, "preview: true",
	`says: "off on {{r.location}}"`, `says: "off in {{r.location}}"`,
).Replace(file)

// A rule on a property in preview judges the document that carries it, and only that.
func TestPreviewRules(t *testing.T) {
	catalogue := load(t, previewFile)
	assert.True(t, catalogue.Joins(model.KindClusterPreview))
	stable := `{"sku":{"name":"Base"},"location":"stable","properties":{}}`
	preview := child(t, model.KindClusterPreview, "c", "2026-06-02-preview", `{"location":"preview","properties":{"switch":false}}`)
	on := child(t, model.KindClusterPreview, "c", "2026-06-02-preview", `{"properties":{"switch":true}}`)
	without := child(t, model.KindClusterPreview, "c", "2026-06-02-preview", `{"properties":{}}`)
	const kind = model.KindClusterPreview
	for name, c := range map[string]struct {
		subject model.Subject
		want    model.Verdict
		reason  string
		version string
	}{
		"the preview document fails":        {with(subject(t, stable, "2026-06-01", false), kind, model.ReadDone, "", preview), model.Fail, "", "2026-06-02-preview"},
		"it passes":                         {with(subject(t, stable, "2026-06-01", false), kind, model.ReadDone, "", on), model.Pass, "", "2026-06-02-preview"},
		"absent there means the default":    {with(subject(t, stable, "2026-06-01", false), kind, model.ReadDone, "", without), model.Fail, "", "2026-06-02-preview"},
		"not read yet":                      {with(subject(t, stable, "2026-06-01", false), kind, model.Reading, ""), model.Pending, "not read yet", "2026-06-01"},
		"refused":                           {with(subject(t, stable, "2026-06-01", false), kind, model.ReadFailed, "Azure refused"), model.CouldNotRead, "Azure refused", "2026-06-01"},
		"the source has none":               {with(subject(t, stable, "2026-06-01", false), kind, model.ReadDone, ""), model.CouldNotRead, "only preview api-versions of AKS carry the property; the document was read with 2026-06-01", "2026-06-01"},
		"none, and no version told":         {with(subject(t, stable, "", false), kind, model.ReadDone, ""), model.CouldNotRead, "one that the source does not tell", ""},
		"the cluster's own document has it": {subject(t, `{"location":"here","properties":{"switch":false}}`, "2026-06-01", false), model.Fail, "", "2026-06-01"},
		"it was read with a preview":        {subject(t, `{"location":"here","properties":{}}`, "2026-06-02-preview", false), model.Fail, "", "2026-06-02-preview"},
		"it does not apply, read or not":    {subject(t, `{"sku":{"name":"Automatic"}}`, "2026-06-01", false), model.NotApplicable, "presets", "2026-06-01"},
	} {
		t.Run(name, func(t *testing.T) {
			judged, _ := catalogue.Judge(c.subject, rules.Env{})
			assert.Equal(t, c.want, judged[0].Verdict)
			finding := catalogue.Explain(0, c.subject, rules.Env{})
			assert.Equal(t, c.want, finding.Verdict)
			assert.Contains(t, finding.Reason, c.reason)
			assert.Equal(t, c.version, finding.APIVersion, "the finding names the version that decided")
			assert.Equal(t, model.ID("/subscriptions/s/resourceGroups/g/providers/p/managedClusters/c"), finding.Cluster)
		})
	}
	finding := catalogue.Explain(0, with(subject(t, stable, "2026-06-01", false), kind, model.ReadDone, "", preview), rules.Env{})
	assert.Equal(t, "off in preview", finding.Says, "it is told from the document that decided")
	assert.Equal(t, []model.Evidence{{Path: "properties.switch", Value: false}}, finding.Evidence)
	assert.Equal(t, childAt, finding.ReadAt)
}

var childFile = strings.NewReplacer(
	`since: "2025-05-01"`, "reads: [diagnosticSetting]",
	`fails: "!r.properties.?switch.orValue(false)"`, `fails: "!logged(children.?diagnosticSetting.orValue([])).exists(c, c == 'guard')"`,
	"evidence: [properties.switch]", "evidence: [children.diagnosticSetting.properties.logs, properties.switch]",
).Replace(file)

func TestEvidenceComesFromTheChildrenThatDecided(t *testing.T) {
	catalogue := load(t, childFile)
	raw := `{"location":"here","properties":{"switch":true}}`
	setting := child(t, model.KindDiagnosticSetting, "audit", "2021-05-01-preview", `{"properties":{"logs":[{"category":"kube-audit","enabled":true},{"category":"guard","enabled":false}]}}`)
	bare := child(t, model.KindDiagnosticSetting, "metrics", "2021-05-01-preview", `{"properties":{}}`)
	const kind = model.KindDiagnosticSetting

	finding := catalogue.Explain(0, with(subject(t, raw, "2026-06-01", false), kind, model.ReadDone, "", setting, bare), rules.Env{})
	assert.Equal(t, model.Fail, finding.Verdict)
	require.Len(t, finding.Evidence, 3)
	assert.Equal(t, "diagnosticSettings[audit].properties.logs", finding.Evidence[0].Path)
	assert.Equal(t, setting.ID, finding.Evidence[0].Of)
	assert.Len(t, finding.Evidence[0].Value, 2)
	assert.Equal(t, model.Evidence{Path: "diagnosticSettings[metrics].properties.logs", Of: bare.ID, Absent: true}, finding.Evidence[1])
	assert.Equal(t, model.Evidence{Path: "properties.switch", Value: true}, finding.Evidence[2])
	assert.Equal(t, childAt, finding.ReadAt)
	assert.Equal(t, "2021-05-01-preview", finding.APIVersion)

	finding = catalogue.Explain(0, with(subject(t, raw, "2026-06-01", false), kind, model.ReadDone, ""), rules.Env{})
	assert.Equal(t, model.Evidence{Path: "diagnosticSettings", Absent: true}, finding.Evidence[0], "that there is none proves it")
	assert.Equal(t, childAt, finding.ReadAt, "when that was seen")

	finding = catalogue.Explain(0, with(subject(t, raw, "2026-06-01", false), kind, model.ReadFailed, "Azure refused"), rules.Env{})
	assert.Equal(t, model.CouldNotRead, finding.Verdict)
	require.Len(t, finding.Evidence, 1, "what was refused is not said to be absent")
	assert.Equal(t, "properties.switch", finding.Evidence[0].Path)
}

// A condition on children waits for them wherever it stands, in applies too.
func TestAppliesWaitsForChildren(t *testing.T) {
	text := strings.Replace(childFile, `when: "!automatic(cluster)"`, `when: size(children.?diagnosticSetting.orValue([])) > 0`, 1)
	catalogue := load(t, text)
	for state, want := range map[model.ReadState]model.Verdict{
		model.Unread: model.Pending, model.ReadFailed: model.CouldNotRead, model.ReadDone: model.NotApplicable,
	} {
		judged, _ := catalogue.Judge(with(subject(t, `{"properties":{}}`, "2026-06-01", false), model.KindDiagnosticSetting, state, "no"), rules.Env{})
		assert.Equal(t, want, judged[0].Verdict)
	}
}

func TestAnOlderDocumentThatHasThePropertyIsJudged(t *testing.T) {
	judged, _ := load(t, file).Judge(subject(t, `{"sku":{"name":"Base"},"properties":{"switch":true}}`, "2025-02-01", false), rules.Env{})
	assert.Equal(t, model.Pass, judged[0].Verdict)
}

func TestFilesThatWantChildrenWhichAreNotRead(t *testing.T) {
	for from, c := range map[string]struct{ to, says string }{
		"reads: [diagnosticSetting]": {"reads: [planet]", `a.md:15: "planet" is not a kind that rules can read`},
		"evidence: [children.diagnosticSetting.properties.logs, properties.switch]": {"evidence: [children.subnet.properties]", `leads to documents that the rule's reads do not name`},
		"noFix: nothing mends it": {"fix: [{title: x, childEffect: [{kind: planet}]}]", `"planet" is not a kind that hangs under a cluster`},
	} {
		require.Contains(t, childFile, from)
		_, err := rules.Parse("a.md", []byte(strings.Replace(childFile, from, c.to, 1)))
		assert.ErrorContains(t, err, c.says)
	}
}
