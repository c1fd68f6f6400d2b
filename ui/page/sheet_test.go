package page

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// Whatever needs a reader's eye stands on exactly one line of a sheet.
func TestSheetsLoseNothing(t *testing.T) {
	in := demoEstate()
	lines := 0
	for _, cluster := range in.Store.Snapshot().Clusters {
		sheet, err := clusterSheet(in, cluster)
		require.NoError(t, err)
		lines += requireEachOnce(t, cluster.Summary.Name, sheet, cluster.Judged)
		for pool := range cluster.Pools {
			sheet, err := poolSheet(in, cluster, pool)
			require.NoError(t, err)
			lines += requireEachOnce(t, cluster.Summary.Pools[pool].Name, sheet, cluster.Pools[pool])
		}
	}
	assert.Greater(t, lines, 300, "the demo has failures of all sorts")
}

func requireEachOnce(t *testing.T, name string, s *sheet, judged []model.Judged) int {
	t.Helper()
	stands := map[string]int{}
	for _, l := range s.lines {
		if l.finding >= 0 {
			stands[s.findings[l.finding].Rule.ID]++
		}
	}
	rules := demoEstate().Rules().Rules()
	for at, j := range judged {
		if wrong(j) {
			require.Equal(t, 1, stands[rules[at].ID], "%s on the sheet of %s", rules[at].ID, name)
		}
	}
	for rule, times := range stands {
		require.Equal(t, 1, times, "%s on the sheet of %s", rule, name)
	}
	return len(stands)
}

// The rules of the catalogue are about settings that the sheets have lines for, so
// that findings stand where an administrator looks for them.
func TestRulesHaveTheirLines(t *testing.T) {
	lines := func(sections []section) map[string]bool {
		paths := map[string]bool{}
		for _, group := range sections {
			for _, setting := range group.lines {
				for _, path := range setting.paths {
					paths[normalPath(path)] = true
				}
			}
		}
		return paths
	}
	known := map[model.Kind]map[string]bool{model.KindCluster: lines(clusterSections), model.KindPool: lines(poolSections)}
	for _, rule := range demoEstate().Rules().Rules() {
		if len(rule.Reads) > 0 || rule.Inside() {
			continue
		}
		require.NotEmpty(t, rule.Evidence, rule.ID)
		assert.True(t, known[rule.Subject][normalPath(rule.Evidence[0])], "%s: no line for %s", rule.ID, rule.Evidence[0])
	}
}

func oneSetting(t *testing.T, doc string, partial bool, version, path string) string {
	t.Helper()
	tree, err := document.Parse([]byte(doc))
	require.NoError(t, err)
	of := &model.Document{Resource: &model.Resource{Partial: partial, APIVersion: version}, Tree: tree}
	for _, sections := range [][]section{clusterSections, poolSections} {
		for _, group := range sections {
			for _, setting := range group.lines {
				if setting.paths[0] == path {
					words, _ := setting.value(of, tree)
					return words
				}
			}
		}
	}
	t.Fatalf("no setting %s", path)
	return ""
}

func TestSettingsSayWhatIsSet(t *testing.T) {
	for _, c := range []struct{ doc, path, want string }{
		{`{}`, "properties.disableLocalAccounts", "on"},
		{`{"properties":{"disableLocalAccounts":true}}`, "properties.disableLocalAccounts", "off"},
		{`{"properties":{"networkProfile":{"networkPolicy":""}}}`, "properties.networkProfile.networkPolicy", "none"},
		{`{"properties":{"apiServerAccessProfile":{"authorizedIPRanges":["10.0.0.0/8","192.0.2.1/32"]}}}`, "properties.apiServerAccessProfile.authorizedIPRanges", "10.0.0.0/8, 192.0.2.1/32"},
		{`{"properties":{"aadProfile":{"managed":true,"tenantID":"t"}}}`, "properties.aadProfile.managed", "managed, tenant t"},
		{`{"properties":{"aadProfile":{"clientAppID":"x"}}}`, "properties.aadProfile.managed", "legacy integration"},
		{`{"properties":{"servicePrincipalProfile":{"clientId":"abc"}}}`, "identity.type", "service principal abc"},
		{`{"identity":{"type":"SystemAssigned"}}`, "identity.type", "system-assigned managed identity"},
		{`{"properties":{"kubernetesVersion":"1.34","currentKubernetesVersion":"1.34.2"}}`, "properties.currentKubernetesVersion", "1.34.2"},
		{`{"properties":{"kubernetesVersion":"1.35.1","currentKubernetesVersion":"1.34.2"}}`, "properties.currentKubernetesVersion", "1.34.2, asked for 1.35.1"},
		{`{"properties":{"addonProfiles":{"azureKeyvaultSecretsProvider":{"config":{"enableSecretRotation":"False"}}}}}`, "properties.addonProfiles.azureKeyvaultSecretsProvider.config.enableSecretRotation", "off"},
		{`{"properties":{}}`, "properties.enableRBAC", notReturned},
		{`{"networkProfile":{"allowedHostPorts":[{"portStart":80,"portEnd":80,"protocol":"TCP"},{"portStart":4000,"portEnd":5000}]}}`, "networkProfile.allowedHostPorts", "80/TCP, 4000–5000"},
		{`{"count":3,"enableAutoScaling":true,"minCount":1,"maxCount":9}`, "count", "3, autoscaled 1–9"},
		{`{"osType":"Linux","osSKU":"Ubuntu"}`, "osSKU", "Linux, Ubuntu"},
	} {
		assert.Equal(t, c.want, oneSetting(t, c.doc, false, "2026-06-01", c.path), "%s of %s", c.path, c.doc)
	}
}

// What a document cannot tell is never shown as its default.
func TestSettingsSayWhatWasNotRead(t *testing.T) {
	assert.Equal(t, notReadYet, oneSetting(t, `{}`, true, "", "properties.disableLocalAccounts"))
	assert.Equal(t, "off", oneSetting(t, `{"properties":{"disableLocalAccounts":true}}`, true, "", "properties.disableLocalAccounts"))
	assert.Equal(t, notReturned, oneSetting(t, `{}`, false, "2025-02-01", "securityProfile.sshAccess"))
	assert.Equal(t, "LocalUser", oneSetting(t, `{}`, false, "2026-06-01", "securityProfile.sshAccess"))
}

// What stable api-versions do not carry is said from the preview document, or not at all.
func TestSettingsInPreview(t *testing.T) {
	path := "properties.networkProfile.podLinkLocalAccess"
	assert.Equal(t, notReturned, oneSetting(t, `{}`, false, "2026-06-01", path))
	assert.Equal(t, "IMDS", oneSetting(t, `{}`, false, "2026-06-02-preview", path))
	assert.Equal(t, "None", oneSetting(t, `{"properties":{"networkProfile":{"podLinkLocalAccess":"None"}}}`, false, "", path))

	tree := map[string]any{}
	restricted := map[string]any{"properties": map[string]any{"networkProfile": map[string]any{"podLinkLocalAccess": "None"}}}
	source := sheetSource{
		doc: &model.Document{Resource: &model.Resource{APIVersion: "2026-06-01"}, Tree: tree}, tree: tree, sections: clusterSections,
		preview:     &model.Document{Resource: &model.Resource{APIVersion: "2026-06-02-preview"}, Tree: restricted},
		previewTree: restricted,
		children:    func(model.Kind) (string, bool) { return notReadYet, false },
	}
	s := source.build()
	at := slices.IndexFunc(s.lines, func(l line) bool { return l.path == path })
	require.GreaterOrEqual(t, at, 0, "it is set there, so it has a line")
	assert.Equal(t, "None", s.lines[at].value)
}

func TestFindingWithoutALineGetsOne(t *testing.T) {
	rule := &model.Rule{ID: "MINE-001", Topic: model.TopicNetwork, Subject: model.KindCluster, Evidence: []string{"properties.networkProfile.ipFamilies"}}
	tree := map[string]any{"properties": map[string]any{"networkProfile": map[string]any{"ipFamilies": []any{"IPv4", "IPv6"}}}}
	source := sheetSource{
		doc: &model.Document{Resource: &model.Resource{}, Tree: tree}, tree: tree, sections: clusterSections,
		rules: []*model.Rule{rule}, judged: []model.Judged{failHigh},
		explain: func(int) model.Finding {
			return model.Finding{Rule: rule, Verdict: model.Fail, Severity: model.High, Says: "two families"}
		},
		children: func(model.Kind) (string, bool) { return notReadYet, false },
	}
	s := source.build()
	heading := ""
	for at, l := range s.lines {
		if l.heading != "" {
			heading = l.heading
		}
		if l.finding < 0 {
			continue
		}
		assert.Equal(t, "Network", heading)
		assert.Equal(t, "ip families", l.label)
		assert.Equal(t, "IPv4, IPv6", l.value)
		assert.Equal(t, "two families", s.entry(at).Remark)
		return
	}
	t.Fatal("the finding is not on the sheet")
}

func TestLabelOf(t *testing.T) {
	for path, want := range map[string]string{
		"properties.apiServerAccessProfile.enableVnetIntegration": "enable vnet integration",
		"properties.diskEncryptionSetID":                          "disk encryption set ID",
		"properties.securityProfile.imageCleaner.enabled":         "image cleaner",
		"sku": "sku",
	} {
		assert.Equal(t, want, labelOf(path))
	}
}

func TestChildWords(t *testing.T) {
	reads := map[model.Kind]model.Read{}
	words, set := childWords(model.Subject{Reads: reads}, model.KindDiagnosticSetting)
	assert.Equal(t, notReadYet, words)
	assert.False(t, set)
	reads[model.KindDiagnosticSetting] = model.Read{State: model.ReadFailed}
	words, _ = childWords(model.Subject{Reads: reads}, model.KindDiagnosticSetting)
	assert.Equal(t, "could not read", words)
	reads[model.KindDiagnosticSetting] = model.Read{State: model.ReadDone}
	words, _ = childWords(model.Subject{Reads: reads}, model.KindDiagnosticSetting)
	assert.Equal(t, "none", words)
}
