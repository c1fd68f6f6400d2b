package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/cloud"
	"github.com/aksight/aksight/inspect/demo"
)

// execute runs a command without a terminal and returns what it wrote and its exit code.
func execute(t *testing.T, how setup, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	command := exec.CommandContext(t.Context(), program, args...)
	command.Env = environment(t, how)
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return out.String(), errs.String(), command.ProcessState.ExitCode()
}

// report is the part of the JSON report that is looked at here.
type report struct {
	Schema string `json:"schema"`
	Source struct {
		Mode, User, Tenant string
	} `json:"source"`
	Coverage struct {
		Subscriptions, Clusters, Pools int
		CouldNotRead                   []struct{ What, Why string } `json:"couldNotRead"`
	} `json:"coverage"`
	Results []result `json:"results"`
}

// result is a verdict, without what names a moment.
type result struct {
	Rule     string `json:"rule"`
	Resource string `json:"resource"`
	Part     string `json:"part"`
	Verdict  string `json:"verdict"`
	Severity string `json:"severity"`
	Fix      []struct {
		Command string `json:"command"`
	} `json:"fix"`
}

func parse(t *testing.T, text string) report {
	t.Helper()
	var parsed report
	require.NoError(t, json.Unmarshal([]byte(text), &parsed), text)
	require.Equal(t, "aksight.report/1", parsed.Schema)
	return parsed
}

// gap returns why something could not be read; the test fails where it could.
func (r report) gap(t *testing.T, what string) string {
	t.Helper()
	for _, gap := range r.Coverage.CouldNotRead {
		if strings.Contains(gap.What, what) {
			return gap.Why
		}
	}
	require.Failf(t, "no gap", "%s is not among what could not be read: %v", what, r.Coverage.CouldNotRead)
	return ""
}

// differences lists what changed between two reports, a line a result.
func differences(want, got []result) []string {
	lines := func(results []result) map[string]bool {
		set := map[string]bool{}
		for _, result := range results {
			set[fmt.Sprintf("%+v", result)] = true
		}
		return set
	}
	before, after := lines(want), lines(got)
	var different []string
	for _, side := range []struct {
		sign        string
		here, there map[string]bool
	}{{"-", before, after}, {"+", after, before}} {
		for line := range side.here {
			if !side.there[line] {
				different = append(different, "\n"+side.sign+" "+line)
			}
		}
	}
	slices.SortFunc(different, func(a, b string) int { return strings.Compare(a[2:], b[2:]) })
	return different[:min(len(different), 10)]
}

// report runs aksight report --output json against Azure.
func (a *azure) report(t *testing.T, args ...string) (parsed report, code int) {
	t.Helper()
	out, errs, code := execute(t, setup{path: a.az.Dir}, a.args(append([]string{"report", "--output", "json"}, args...)...)...)
	require.NotEmpty(t, out, "standard error: %s", errs)
	return parse(t, out), code
}

func TestReportOverTLSIsTheDemosReport(t *testing.T) {
	t.Parallel()
	out, errs, code := execute(t, setup{}, "report", "--demo", "--output", "json")
	require.Equal(t, 2, code, errs)
	want := parse(t, out)
	require.Equal(t, 14, want.Coverage.Clusters)

	// Small pages, so that every list has several.
	azure := serve(t, demo.Options{PageSize: 2, ResourceGraphPage: 3})
	got, code := azure.report(t)
	assert.Equal(t, 2, code)
	assert.Empty(t, differences(want.Results, got.Results))
	assert.Equal(t, want.Coverage, got.Coverage)
	assert.Equal(t, "live", got.Source.Mode)
	assert.Equal(t, cloud.User, got.Source.User)

	pages := 0
	for _, request := range azure.Requests() {
		if strings.Contains(strings.ToLower(request.Target), "skiptoken") {
			pages++
		}
	}
	assert.GreaterOrEqual(t, pages, 5, "pages that were asked for by their links")
}

func TestReportWaitsAsToldWhenThrottled(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{Faults: []demo.Fault{
		{Kind: demo.Throttle, Path: "/managedClusters?", Times: 1, RetryAfter: 2 * time.Second},
	}})
	got, code := azure.report(t, "--no-children")
	assert.Equal(t, 2, code)
	assert.Equal(t, 14, got.Coverage.Clusters)

	var throttled *cloud.Request
	for _, request := range azure.Requests() {
		switch {
		case request.Status == http.StatusTooManyRequests:
			throttled = &request
		case throttled != nil && request.Target == throttled.Target:
			assert.GreaterOrEqual(t, request.At.Sub(throttled.At), 2*time.Second)
			return
		}
	}
	t.Error("the throttled request was not made again")
}

func TestReportSaysWhatWasRefused(t *testing.T) {
	t.Parallel()
	got, _ := serve(t, demo.Options{}).report(t, "--no-children")
	assert.Contains(t, got.gap(t, "partner-hub"), "Reader")
}

func TestReportGoesOnPastABrokenPage(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{PageSize: 2, Faults: []demo.Fault{
		{Kind: demo.Break, Path: "3f8e21b4-6a9d-4d15-8c72-b40e95d1f7c3/providers/Microsoft.ContainerService/managedClusters", Skip: 1},
	}})
	got, _ := azure.report(t, "--no-children")
	assert.NotEmpty(t, got.gap(t, "prod-web"))
	assert.Equal(t, 14, got.Coverage.Clusters, "Resource Graph knows the clusters of the broken pages")
	for _, result := range got.Results {
		if strings.HasSuffix(result.Resource, "/web-win-01") && result.Rule == "AKS-NET-001" {
			assert.NotEmpty(t, result.Verdict)
			return
		}
	}
	t.Error("a cluster of the broken list has no verdicts")
}

func TestReportExitCodes(t *testing.T) {
	t.Parallel()
	_, _, code := execute(t, setup{}, "report", "--demo", "--fail-on", "none")
	assert.Equal(t, 3, code, "no threshold, and a subscription that could not be read")
	_, errs, code := execute(t, setup{}, "report", "--demo", "--fail-on", "terrible")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "terrible")
}

func TestReportSaysHowToSignIn(t *testing.T) {
	t.Parallel()
	azure := serveHandler(t, demo.NewHandler(demo.Options{}), cloud.Expired)
	out, errs, code := execute(t, setup{path: azure.az.Dir}, azure.args("report")...)
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	assert.Contains(t, errs, "az login")
	assert.Empty(t, azure.Requests(), "nothing is asked without a token")
}

func TestReportSaysThatAzIsMissing(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{})
	_, errs, code := execute(t, setup{path: t.TempDir()}, azure.args("report")...)
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "not installed or not on the PATH")
}

func TestReportTellsOfAnUntrustedCertificateAtOnce(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{})
	began := time.Now()
	_, errs, code := execute(t, setup{path: azure.az.Dir}, "report", "--arm-endpoint", azure.URL)
	assert.Less(t, time.Since(began), 2*time.Second)
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "certificate")
	assert.Contains(t, errs, "--ca-file")
	assert.Empty(t, azure.Requests())
}
