package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/schedule"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

// update makes tests write the files anew that they compare with.
var update = flag.Bool("update", false, "write golden files anew")

// document is the report as a program reads it.
type document struct {
	Schema    string
	Generated time.Time
	Source    export.Source
	Coverage  export.Coverage
	Summary   export.Summary
	Selection export.Selection
	Results   []export.Result
}

func demoReport(t *testing.T, args ...string) (int, document) {
	t.Helper()
	code, stdout, stderr := run(t, append([]string{"report", "--demo", "--output", "json"}, args...)...)
	require.Empty(t, stderr)
	var parsed document
	require.NoError(t, json.Unmarshal([]byte(stdout), &parsed))
	return code, parsed
}

func TestReportOfTheDemo(t *testing.T) {
	code, report := demoReport(t)
	assert.Equal(t, exitFindings, code)
	assert.Equal(t, export.Schema, report.Schema)
	assert.Equal(t, fixed, report.Generated)
	assert.Equal(t, "demo", report.Source.Mode)
	assert.Equal(t, 14, report.Coverage.Clusters)
	assert.Equal(t, 4, report.Coverage.Subscriptions)
	assert.NotEmpty(t, report.Coverage.CouldNotRead, "one subscription refuses")

	verdicts := map[model.Verdict]int{}
	severities := map[model.Severity]int{}
	clusters := map[model.ID]bool{}
	for _, result := range report.Results {
		verdicts[result.Verdict]++
		clusters[result.Resource] = true
		if result.Verdict != model.Pass {
			assert.NotEmpty(t, result.Reason, "%s on %s says why", result.Rule, result.Resource)
		}
		if result.Verdict != model.Fail {
			assert.Nil(t, result.Fix, "only failures are mended")
			continue
		}
		severities[result.Severity]++
		require.NotNil(t, result.Fix)
		if len(result.Fix) == 0 {
			assert.True(t, len(result.Blocked) > 0 || result.NoFix != "", "%s says why there is no command", result.Rule)
		}
		for _, step := range result.Fix {
			assert.NotContains(t, step.Command, "{{")
			assert.NotContains(t, step.Command, "0.0.0.0/32")
			assert.True(t, step.OneWay || step.Undo != "" || step.Nature != model.InPlace || !strings.HasPrefix(step.Command, "az aks update"),
				"%s: undo or one-way: %s", result.Rule, step.Command)
		}
		for _, ask := range result.Asks {
			assert.Contains(t, fmt.Sprint(result.Fix), "<"+ask.Name+">")
		}
		for _, blocked := range result.Blocked {
			assert.NotEmpty(t, blocked.Needs)
		}
	}
	assert.Len(t, clusters, report.Coverage.Clusters)
	assert.Equal(t, export.Verdicts{
		Pass: verdicts[model.Pass], Fail: verdicts[model.Fail],
		NotApplicable: verdicts[model.NotApplicable], CouldNotRead: verdicts[model.CouldNotRead],
	}, report.Summary.Verdicts, "the head counts what follows")
	assert.Equal(t, export.Findings{
		Critical: severities[model.Critical], High: severities[model.High], Medium: severities[model.Medium],
		Low: severities[model.Low], Info: severities[model.Info],
	}, report.Summary.Findings)
	assert.True(t, slices.IsSortedFunc(report.Results, func(a, b export.Result) int {
		return strings.Compare(string(a.Resource.Fold()), string(b.Resource.Fold()))
	}), "results come by cluster")
}

func TestReportIsStable(t *testing.T) {
	_, first, _ := run(t, "report", "--demo", "--output", "json")
	_, second, _ := run(t, "report", "--demo", "--output", "json")
	assert.Equal(t, first, second)
}

// TestReportShape pins the fields and their types, which programs depend on: each
// line of the file is one; those that the demo need not show end with a question mark.
func TestReportShape(t *testing.T) {
	_, stdout, _ := run(t, "report", "--demo", "--output", "json")
	var tree any
	require.NoError(t, json.Unmarshal([]byte(stdout), &tree))
	shape := map[string]bool{}
	describe(shape, "", tree)

	fields, err := os.ReadFile(filepath.Join("testdata", "report-fields.txt"))
	require.NoError(t, err)
	documented, err := os.ReadFile(filepath.Join("..", "..", "docs", "report.md"))
	require.NoError(t, err)
	for field := range strings.Lines(string(fields)) {
		name, optional := strings.CutSuffix(strings.TrimSpace(field), "?")
		assert.True(t, optional || shape[name], "the field %s is gone", name)
		delete(shape, name)
		path, _, _ := strings.Cut(name, " ")
		last := strings.TrimSuffix(path[strings.LastIndexByte(path, '.')+1:], "[]")
		assert.Contains(t, string(documented), last, "docs/report.md tells of every field")
	}
	assert.Empty(t, slices.Sorted(maps.Keys(shape)), "fields that testdata/report-fields.txt and docs/report.md lack")
}

func describe(shape map[string]bool, path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			// Evidence holds whatever the document has there.
			if path == ".results[].evidence[]" && name == "value" {
				shape[path+".value any"] = true
				continue
			}
			describe(shape, path+"."+name, inner)
		}
	case []any:
		for _, inner := range value {
			describe(shape, path+"[]", inner)
		}
	default:
		shape[fmt.Sprintf("%s %T", path, value)] = true
	}
}

func TestReportForPeople(t *testing.T) {
	code, stdout, stderr := run(t, "report", "--demo")
	assert.Equal(t, exitFindings, code)
	assert.Empty(t, stderr)
	assert.Contains(t, stdout, "could not read")
	last := model.Critical
	groups := 0
	for line := range strings.Lines(stdout) {
		for _, severity := range model.Severities {
			if strings.Contains(line, " "+severity.String()+" ") && strings.Contains(line, "  AKS-") {
				assert.LessOrEqual(t, severity, last, "worst first: %s", line)
				last = severity
				groups++
			}
		}
	}
	assert.Greater(t, groups, 10)

	code, stdout, _ = run(t, "report", "--demo", "--output", "md")
	assert.Equal(t, exitFindings, code)
	assert.Contains(t, stdout, "\n  ```sh\n  # in place\n  az aks update ")
	assert.Contains(t, stdout, "## Could not read")
	assert.Zero(t, strings.Count(stdout, "```")%2, "every fence is closed")
}

func TestReportASCII(t *testing.T) {
	_, stdout, _ := run(t, "report", "--demo", "--ascii")
	for _, r := range stdout {
		require.Less(t, r, rune(128))
	}
	assert.Contains(t, stdout, "[!!] critical")
}

func TestExitCodes(t *testing.T) {
	_, all := demoReport(t)
	worst := map[string]model.Severity{} // by subscription
	for _, result := range all.Results {
		if result.Verdict == model.Fail {
			worst[result.Resource.Subscription()] = max(worst[result.Resource.Subscription()], result.Severity)
		}
	}
	for subscription, severity := range worst {
		code, _ := demoReport(t, "--subscription", subscription, "--fail-on", severity.String())
		assert.Equal(t, exitFindings, code, "at the threshold")
		if severity < model.Critical {
			code, report := demoReport(t, "--subscription", subscription, "--fail-on", (severity + 1).String())
			want := exitUnread
			if len(report.Coverage.CouldNotRead) == 0 && report.Summary.Verdicts.CouldNotRead == 0 {
				want = exitClean
			}
			assert.Equal(t, want, code, "below the threshold")
		}
	}
	code, _ := demoReport(t, "--fail-on", "none")
	assert.Equal(t, exitUnread, code, "a subscription refuses")
}

func TestNoChildren(t *testing.T) {
	_, with := demoReport(t)
	code, without := demoReport(t, "--no-children", "--fail-on", "none")
	assert.Equal(t, exitUnread, code)
	assert.Len(t, without.Results, len(with.Results), "every verdict is there")
	assert.Contains(t, fmt.Sprint(without.Coverage.CouldNotRead), "left out by --no-children")
	assert.Less(t, without.Coverage.Resources, with.Coverage.Resources)
}

func TestSubscriptionThatIsNotThere(t *testing.T) {
	code, stdout, stderr := run(t, "report", "--demo", "--subscription", "no-such-subscription")
	assert.NotEqual(t, exitClean, code, "nothing was judged: %s%s", stdout, stderr)
	assert.Contains(t, stdout+stderr, "no-such-subscription")
}

// closed is the writing end of a pipe that nobody reads.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestClosedPipe(t *testing.T) {
	t.Setenv("AKSIGHT_CONFIG_DIR", t.TempDir())
	for _, output := range outputValues {
		errs := &bytes.Buffer{}
		p := &program{Streams: Streams{In: strings.NewReader(""), Out: closed{}, Err: errs}, now: time.Now}
		assert.Equal(t, exitError, p.run(t.Context(), []string{"report", "--demo", "--output", output}))
		assert.Empty(t, errs.String())
	}
}

func TestProgressLine(t *testing.T) {
	assert.Equal(t, "reading", progressLine(schedule.Progress{}, seen{}, fixed))
	progress := schedule.Progress{Phase: "pool details", Done: 9, Total: 14, Started: fixed.Add(-61 * time.Second)}
	assert.Equal(t, "reading pool details 9/14, 1 cluster, 30 requests, 1m1s", progressLine(progress, seen{1, 30}, fixed))
	progress.Waits = []source.Wait{{Until: fixed.Add(-time.Second), Why: "old"}, {Until: fixed.Add(12 * time.Second), Why: "throttled by Azure"}}
	assert.Equal(t, "reading pool details 9/14, waiting 12s (throttled by Azure), 2 clusters, 1m1s", progressLine(progress, seen{2, 0}, fixed))
}
