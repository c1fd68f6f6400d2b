package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

const clusterID = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-pay/providers/Microsoft.ContainerService/managedClusters/"

// sample is a small report that shows every part a result can have.
func sample() *Report {
	results := []Result{
		{
			Rule: "AKS-NET-001", Resource: clusterID + "pay-weu-01", Verdict: model.Fail, Severity: model.Critical,
			Title: "The API server answers the whole internet", Where: "prod-payments",
			Says:   "anyone on the internet can try",
			Reason: "anyone on the internet can try; local accounts are on, so one leaked admin kubeconfig works from anywhere",
			Evidence: []Evidence{
				{Path: "properties.apiServerAccessProfile.authorizedIPRanges", Absent: true},
				{Path: "properties.fqdn", Value: "pay-weu-01-dns.hcp.westeurope.azmk8s.io"},
			},
			Plan: &Plan{
				Title: "Let only your networks reach it", Impact: "in place, about two minutes, no node restarts",
				Lockout: "an address that is not in the list loses the API server",
				Confirm: []string{"your pipelines' addresses are in the list"},
				Verify:  "kubectl get nodes still answers from your address",
			},
			Fix: []Step{{
				Command: "az aks update -g rg-pay -n pay-weu-01 --api-server-authorized-ip-ranges '20.61.7.9/32,<your-range>'",
				Nature:  model.InPlace, Undo: "az aks update -g rg-pay -n pay-weu-01 --api-server-authorized-ip-ranges ''",
				UndoSays: "opens it to the internet again",
			}},
			Asks: []Ask{{Name: "your-range", Says: "the public range you work from", Example: "203.0.113.0/24"}},
		},
		{
			Rule: "AKS-IAM-001", Resource: clusterID + "pay-weu-01", Verdict: model.Fail, Severity: model.High,
			Title: "Local accounts are on", Where: "prod-payments", Says: "one shared admin certificate",
			Reason: "one shared admin certificate", Evidence: []Evidence{{Path: "properties.disableLocalAccounts", Value: false}},
			Fix: []Step{}, Blocked: []Blocked{{
				Needs: "Entra ID sign-in is on", Do: "turn Entra ID sign-in on, else nobody can sign in", First: "AKS-IAM-002",
			}},
		},
		{
			Rule: "AKS-NODE-001", Resource: clusterID + "pay-weu-01", Part: "userpool", Verdict: model.Fail, Severity: model.High,
			Title: "Disks are not encrypted on the host", Where: "prod-payments", Says: "temporary disks lie in the clear",
			Reason: "temporary disks lie in the clear", Evidence: []Evidence{{Path: "enableEncryptionAtHost", Value: nil}},
			Fix: []Step{}, NoFix: "this VM size does not support it",
		},
		{
			Rule: "AKS-NET-006", Resource: clusterID + "wide-名前-with-a-very-long-name-indeed-0001", Verdict: model.Fail, Severity: model.Low,
			Title: "A rule | with `marks` <b>", Where: "evil \x1b[31m\u202Ename", Says: "tab\there",
			Reason: "line one\nline two", Evidence: []Evidence{{Path: "properties.a", Value: map[string]any{"x": "```"}}},
			Fix: []Step{{Command: "az aks show -g '`' -n x", Nature: model.Recreate, OneWay: true, Says: "look", Wait: "it is done"}},
		},
		{
			Rule: "AKS-UPG-001", Resource: clusterID + "pay-weu-01", Verdict: model.Pass, Severity: model.Medium,
			Title: "Old version", Evidence: []Evidence{{Path: "properties.currentKubernetesVersion", Value: "1.33.2"}},
		},
		{
			Rule: "AKS-UPG-002", Resource: clusterID + "pay-weu-01", Verdict: model.NotApplicable, Severity: model.Medium,
			Title: "No channel", Reason: "AKS Automatic sets it", Evidence: []Evidence{},
		},
	}
	rules := sampleRules()
	for i := range results {
		for _, rule := range rules {
			if rule.ID == results[i].Rule {
				results[i].About = rule
			}
		}
	}
	unread := []Result{
		{Rule: "AKS-NET-001", Resource: clusterID + "a", Verdict: model.CouldNotRead, Severity: model.High, Title: "T", Reason: "refused"},
		{Rule: "AKS-NET-001", Resource: clusterID + "b", Part: "p", Verdict: model.CouldNotRead, Severity: model.High, Title: "T", Reason: "refused"},
		{Rule: "AKS-NODE-001", Resource: clusterID + "a", Verdict: model.CouldNotRead, Title: "U", Reason: "{0} <b>"},
	}
	return &Report{
		Rules: []RuleSum{
			{rules[0], model.Counts{Failed: [5]int{model.Critical: 1}, CouldNotRead: 2}},
			{rules[1], model.Counts{Failed: [5]int{model.High: 1}, CouldNotRead: 1}},
		},
		Unread:    slices.Values(unread),
		Generated: time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC),
		Source:    Source{Mode: "live", Tool: "aksight 1.0.0", User: "ana@contoso.example", Tenant: "contoso.example", Cloud: "AzureCloud"},
		Coverage: Coverage{
			Resources: 4, Subscriptions: 2, Clusters: 2, Pools: 3,
			CouldNotRead: []Gap{{What: "subscription partner-hub", Why: "Azure refused the list of its clusters: ask for the role Reader on the subscription"}},
		},
		Summary: Summary{
			Verdicts: Verdicts{Pass: 1, Fail: 4, NotApplicable: 1},
			Findings: Findings{Critical: 1, High: 2, Low: 1},
		},
		Results: slices.Values(results),
		Findings: func(yield func(Result) bool) {
			for _, result := range results {
				if result.Verdict == model.Fail && !yield(result) {
					return
				}
			}
		},
	}
}

func TestJSON(t *testing.T) {
	out := &bytes.Buffer{}
	require.NoError(t, JSON(out, sample()))
	require.True(t, json.Valid(out.Bytes()), out.String())
	golden.RequireEqual(t, out.Bytes())
}

func TestJSONOfNothing(t *testing.T) {
	report := sample()
	report.Results = func(func(Result) bool) {}
	report.Coverage.CouldNotRead = []Gap{}
	out := &bytes.Buffer{}
	require.NoError(t, JSON(out, report))
	var got struct {
		Coverage struct {
			CouldNotRead []Gap `json:"couldNotRead"`
		} `json:"coverage"`
		Results []Result `json:"results"`
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	assert.NotNil(t, got.Results, "an empty list, not null")
	assert.NotNil(t, got.Coverage.CouldNotRead, "an empty list, not null")
}

func TestMarkdown(t *testing.T) {
	out := &bytes.Buffer{}
	require.NoError(t, Markdown(out, sample()))
	golden.RequireEqual(t, out.Bytes())
}

func TestTable(t *testing.T) {
	for _, width := range []int{0, 60, 80, 120} {
		for _, ascii := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d ascii %t", width, ascii), func(t *testing.T) {
				out := &bytes.Buffer{}
				require.NoError(t, Table(out, sample(), TableOptions{Width: width, ASCII: ascii}))
				golden.RequireEqual(t, out.Bytes())
			})
		}
	}
}

func TestTableFits(t *testing.T) {
	for width := 1; width <= 130; width++ {
		for _, opts := range []TableOptions{{Width: width}, {Width: width, Color: true}, {Width: width, ASCII: true}} {
			out := &bytes.Buffer{}
			require.NoError(t, Table(out, sample(), opts))
			for line := range strings.Lines(out.String()) {
				line = strings.TrimSuffix(line, "\n")
				require.LessOrEqual(t, ansi.StringWidth(line), width, "%q", line)
			}
		}
	}
}

func TestTableIsSafe(t *testing.T) {
	out := &bytes.Buffer{}
	require.NoError(t, Table(out, sample(), TableOptions{}))
	assert.NotContains(t, out.String(), "\x1b", "a name must not reach the terminal as an escape sequence")
	assert.NotContains(t, out.String(), "\u202E", "a name must not turn the reading direction")

	out.Reset()
	require.NoError(t, Table(out, sample(), TableOptions{ASCII: true}))
	for _, r := range out.String() {
		require.Less(t, r, rune(unicode.MaxASCII))
	}
}

// broken fails like a pipe that nobody reads any more.
type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestBrokenOutput(t *testing.T) {
	require.ErrorIs(t, JSON(broken{}, sample()), errBroken)
	require.ErrorIs(t, Markdown(broken{}, sample()), errBroken)
	require.ErrorIs(t, Table(broken{}, sample(), TableOptions{}), errBroken)
}

func TestThresholds(t *testing.T) {
	report := sample()
	assert.True(t, report.Worst(model.Critical))
	assert.False(t, report.Exact())
	report.Summary.Findings = Findings{Medium: 1}
	assert.False(t, report.Worst(model.High))
	assert.True(t, report.Worst(model.Medium))
	assert.True(t, report.Worst(model.Info))
	report.Coverage.CouldNotRead = nil
	assert.True(t, report.Exact())
	report.Summary.Verdicts.CouldNotRead = 1
	assert.False(t, report.Exact())
}

func TestOutcome(t *testing.T) {
	report := sample()
	assert.Equal(t, "at least 1 critical, 2 high, 1 low; 1 check passed, 1 not applicable, 0 could not read", outcome(report))
	report.Summary = Summary{Verdicts: Verdicts{Pass: 2}}
	assert.Equal(t, "no findings in what could be read; 2 checks passed, 0 not applicable, 0 could not read", outcome(report))
	report.Coverage.CouldNotRead = nil
	assert.Equal(t, "no findings; 2 checks passed, 0 not applicable, 0 could not read", outcome(report))
}
