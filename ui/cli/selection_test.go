package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

// TestSelectionDecidesTheExitCode: the code follows what was selected, and nothing
// else. A rule that reads no children does not suffer from one that could not be read.
func TestSelectionDecidesTheExitCode(t *testing.T) {
	for args, want := range map[string]int{
		"--subscription prod-payments --rule AKS-NET-001":                                    exitFindings,
		"--subscription prod-payments --rule AKS-NET-001 --cluster pay-pci-01":               exitClean,
		"--subscription prod-payments --rule AKS-NET-001 --fail-on none":                     exitClean,
		"--subscription prod-payments --cluster pay-neu-01 --severity critical":              exitClean,
		"--rule AKS-NET-001 --cluster pay-pci-01":                                            exitUnread, // one subscription refuses
		"--subscription prod-payments --topic network --cluster pay-weu-01":                  exitFindings,
		"--subscription prod-payments --cluster pay-pci-01,gone --rule AKS-NET-001":          exitUnread,
		"--subscription prod-payments --cluster gone --rule AKS-NET-001":                     exitError,
		"--subscription prod-payments --rule AKS-NET-001 --rule AKS-IAM-0* --severity low":   exitFindings,
		"--subscription prod-payments --rule AKS-NET-001 --severity medium --topic network,": exitError,
	} {
		code, _, stderr := run(t, append([]string{"report", "--demo"}, strings.Fields(args)...)...)
		assert.Equal(t, want, code, "%s: %s", args, stderr)
	}
}

func TestSelectionNarrowsTheReport(t *testing.T) {
	_, all := demoReport(t)
	_, some := demoReport(t, "--cluster", "PAY-*", "--severity", "high", "--topic", "identity,network")
	kept := 0
	for _, result := range all.Results {
		if strings.HasPrefix(result.Resource.Name(), "pay-") && result.Verdict == model.Fail && result.Severity >= model.High &&
			(strings.HasPrefix(result.Rule, "AKS-IAM") || strings.HasPrefix(result.Rule, "AKS-NET")) {
			kept++
		}
	}
	require.NotZero(t, kept)
	assert.Equal(t, kept, some.Summary.Verdicts.Fail)
	counted := 0
	for _, result := range some.Results {
		assert.True(t, strings.HasPrefix(result.Resource.Name(), "pay-"))
		if result.Verdict == model.Fail {
			counted++
			assert.GreaterOrEqual(t, result.Severity, model.High)
		}
	}
	assert.Equal(t, kept, counted, "the head counts what follows")
	assert.Equal(t, 4, some.Coverage.Clusters)
	assert.Equal(t, []string{"PAY-*"}, some.Selection.Clusters)
	assert.Equal(t, []model.Severity{model.Critical, model.High}, some.Selection.Severities)
	assert.Equal(t, []model.Topic{model.TopicIdentity, model.TopicNetwork}, some.Selection.Topics)

	_, list := demoReport(t, "--severity", "low,info")
	for _, result := range list.Results {
		if result.Verdict == model.Fail {
			assert.LessOrEqual(t, result.Severity, model.Low)
		}
	}
}

// TestSelectedClustersAloneAreRead: nothing that hangs under others is asked for, and
// of clusters named by their ID no other subscription either.
func TestSelectedClustersAloneAreRead(t *testing.T) {
	_, all := demoReport(t, "--cluster", "pay-pci-01")
	id := string(all.Results[0].Resource)
	for _, name := range []string{"pay-pci-01", strings.ToUpper(id)} {
		p := &program{now: func() time.Time { return fixed }, flags: flags{demo: true}}
		p.clusters = []string{name}
		chosen, err := p.selection()
		require.NoError(t, err)
		inspection, err := p.open(sourceOptions{now: p.now, allChildren: true, selection: chosen})
		require.NoError(t, err)
		require.NoError(t, p.readAll(t.Context(), inspection, false, true))
		require.Len(t, inspection.Store.Snapshot().Clusters, 1)
		subscriptions := map[string]bool{}
		for _, call := range inspection.Calls.Latest() {
			place := pathOf(t, call)
			if guid := place.Subscription(); guid != "" {
				subscriptions[guid] = true
			}
			if cut := strings.Index(strings.ToLower(string(place)), "/managedclusters/"); cut >= 0 {
				rest := strings.ToLower(string(place))[cut+len("/managedclusters/"):]
				assert.True(t, strings.HasPrefix(rest, "pay-pci-01"), "%s was asked for", place)
			}
		}
		if strings.HasPrefix(name, "/") {
			assert.Len(t, subscriptions, 1)
		}
	}
}

func pathOf(t *testing.T, call source.Call) model.ID {
	t.Helper()
	_, path, found := strings.Cut(strings.TrimPrefix(call.URL, "https://"), "/")
	require.True(t, found, call.URL)
	path, _, _ = strings.Cut(path, "?")
	return model.ID("/" + path)
}

func TestReportsTellWhatTheyWereNarrowedTo(t *testing.T) {
	args := []string{"report", "--demo", "--cluster", "pay-weu-01", "--rule", "AKS-NET-001"}
	for form, want := range map[string]string{
		"table": "narrowed to cluster pay-weu-01; rule AKS-NET-001",
		"md":    "Narrowed to cluster pay-weu-01; rule AKS-NET-001.",
		"html":  "Narrowed to cluster pay-weu-01; rule AKS-NET-001.",
		"json":  `"selection":{"clusters":["pay-weu-01"],"rules":["AKS-NET-001"]}`,
		"sarif": `"selection":{"clusters":["pay-weu-01"],"rules":["AKS-NET-001"]}`,
	} {
		_, stdout, _ := run(t, append(args, "--output", form)...)
		assert.Contains(t, stdout, want, form)
		_, stdout, _ = run(t, "report", "--demo", "--output", form)
		assert.NotContains(t, strings.ToLower(stdout), "narrowed to", form)
		assert.NotContains(t, stdout, `"selection"`, form)
	}
}

func TestRulesListSelects(t *testing.T) {
	_, stdout, _ := run(t, "rules", "list", "--output", "json", "--topic", "network", "--severity", "high")
	var list []struct{ ID, Topic, Severity string }
	require.NoError(t, json.Unmarshal([]byte(stdout), &list))
	require.NotEmpty(t, list)
	for _, rule := range list {
		assert.Equal(t, "network", rule.Topic)
	}
	_, stdout, _ = run(t, "rules", "list", "--output", "json", "--rule", "aks-net-001")
	require.NoError(t, json.Unmarshal([]byte(stdout), &list))
	assert.Len(t, list, 1)
}

func TestFilterText(t *testing.T) {
	assert.Empty(t, filterText(&export.Selection{Clusters: []string{"a"}}))
	assert.Equal(t, "rule:=AKS-NET-*,=AKS-IAM-00* topic:=network sev:=critical,=high", filterText(&export.Selection{
		Rules: []string{"AKS-NET-*", "AKS-IAM-00?"}, Topics: []model.Topic{model.TopicNetwork},
		Severities: []model.Severity{model.Critical, model.High},
	}))
}
