package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

// log is what code scanning reads of a SARIF log.
type log struct {
	Schema  string `json:"$schema"`
	Version string
	Runs    []struct {
		Tool struct {
			Driver struct {
				Name, Version, InformationURI string
				Rules                         []struct {
					ID, HelpURI                             string
					ShortDescription, FullDescription, Help struct{ Text, Markdown string }
					DefaultConfiguration                    struct{ Level string }
					Properties                              map[string]any
				}
			}
		}
		Invocations []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []struct {
				Level   string
				Message struct{ Text string }
			}
		}
		Results []struct {
			RuleID              string
			RuleIndex           *int
			Kind, Level         string
			Message             struct{ Text string }
			PartialFingerprints map[string]string
			Locations           []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine, StartColumn, EndLine, EndColumn int }
				}
				LogicalLocations []struct{ Name, FullyQualifiedName, Kind string }
			}
			Properties map[string]any
		}
	}
}

// checkSARIF holds a log against the schema that OASIS publishes, which the library
// brings, and against what GitHub and Azure DevOps ask for beside it.
func checkSARIF(t *testing.T, text []byte) log {
	t.Helper()
	published, err := sarif.FromBytes(text)
	require.NoError(t, err, string(text))
	for _, run := range published.Runs { // what the library writes empty where it is not given
		run.Language, run.Tool.Driver.Language, run.NewlineSequences = "en-US", "en-US", []string{"\n"}
	}
	require.NoError(t, published.Validate())
	// Validated is what the library made of the log: it must be all of it.
	again, err := json.Marshal(published)
	require.NoError(t, err)
	var mine, theirs any
	require.NoError(t, json.Unmarshal(text, &mine))
	require.NoError(t, json.Unmarshal(again, &theirs))
	requireWithin(t, "", mine, theirs)

	var parsed log
	require.NoError(t, json.Unmarshal(text, &parsed))
	assert.Equal(t, "2.1.0", parsed.Version)
	assert.NotEmpty(t, parsed.Schema)
	require.Len(t, parsed.Runs, 1)
	run := parsed.Runs[0]
	assert.Equal(t, "aksight", run.Tool.Driver.Name)
	require.Len(t, run.Invocations, 1)
	assert.True(t, run.Invocations[0].ExecutionSuccessful)
	for _, rule := range run.Tool.Driver.Rules {
		for name, value := range map[string]string{
			"shortDescription": rule.ShortDescription.Text, "fullDescription": rule.FullDescription.Text,
			"help.text": rule.Help.Text, "help.markdown": rule.Help.Markdown, "helpUri": rule.HelpURI,
		} {
			assert.NotEmpty(t, value, "%s of %s", name, rule.ID)
		}
		assert.LessOrEqual(t, len(rule.FullDescription.Text), 1024)
		_, err := url.ParseRequestURI(rule.HelpURI)
		assert.NoError(t, err)
		var score float64
		_, err = fmt.Sscanf(rule.Properties["security-severity"].(string), "%g", &score)
		assert.NoError(t, err)
		assert.True(t, score > 0 && score <= 10)
		assert.Contains(t, []string{"note", "warning", "error"}, rule.DefaultConfiguration.Level)
	}
	seen := map[string]bool{}
	for _, result := range run.Results {
		assert.Equal(t, "fail", result.Kind)
		if result.RuleIndex != nil {
			assert.Equal(t, result.RuleID, run.Tool.Driver.Rules[*result.RuleIndex].ID)
		}
		assert.NotEmpty(t, result.Message.Text)
		require.Len(t, result.Locations, 1)
		place := result.Locations[0]
		address, err := url.Parse(place.PhysicalLocation.ArtifactLocation.URI)
		require.NoError(t, err)
		assert.False(t, address.IsAbs() || strings.HasPrefix(address.Path, "/"), "a path in a repository: %s", address)
		region := place.PhysicalLocation.Region
		assert.True(t, region.StartLine > 0 && region.StartColumn > 0 && region.EndLine > 0 && region.EndColumn > 0)
		require.Len(t, place.LogicalLocations, 1)
		assert.True(t, strings.HasPrefix(place.LogicalLocations[0].FullyQualifiedName, "/subscriptions/"))
		mark := result.PartialFingerprints["primaryLocationLineHash"]
		assert.Regexp(t, `^[0-9a-f]{32}:1$`, mark)
		assert.False(t, seen[mark], "%s: two results with one fingerprint", result.RuleID)
		seen[mark] = true
	}
	return parsed
}

// requireWithin requires that all of one value is in another.
func requireWithin(t *testing.T, path string, part, whole any) {
	t.Helper()
	switch part := part.(type) {
	case map[string]any:
		object, _ := whole.(map[string]any)
		for name, value := range part {
			if list, is := value.([]any); is && len(list) == 0 {
				continue // which the library leaves out
			}
			require.Contains(t, object, name, "the schema knows no %s.%s", path, name)
			requireWithin(t, path+"."+name, value, object[name])
		}
	case []any:
		list, _ := whole.([]any)
		require.Len(t, list, len(part), path)
		for i, value := range part {
			requireWithin(t, path+"[]", value, list[i])
		}
	default:
		require.Equal(t, part, whole, path)
	}
}

func TestSARIF(t *testing.T) {
	out := &bytes.Buffer{}
	require.NoError(t, SARIF(out, sample()))
	golden.RequireEqual(t, out.Bytes())
	parsed := checkSARIF(t, out.Bytes())
	run := parsed.Runs[0]
	require.Len(t, run.Results, 4)
	assert.Equal(t, "error", run.Results[0].Level)
	assert.Equal(t, "note", run.Results[3].Level)
	var told []string
	for _, notification := range run.Invocations[0].ToolExecutionNotifications {
		told = append(told, notification.Message.Text)
	}
	assert.Equal(t, []string{
		"Could not read subscription partner-hub: Azure refused the list of its clusters: ask for the role Reader on the subscription",
		"Could not judge a, b / p: refused",
		"Could not judge a: {{0}} <b>",
	}, told)
}

func TestSARIFOfNothing(t *testing.T) {
	report := sample()
	report.Findings, report.Unread = func(func(Result) bool) {}, nil
	report.Coverage.CouldNotRead, report.Rules = nil, nil
	out := &bytes.Buffer{}
	require.NoError(t, SARIF(out, report))
	parsed := checkSARIF(t, out.Bytes())
	assert.NotNil(t, parsed.Runs[0].Results, "no results are an empty list: without one the log says that nothing was looked at")
}

// TestFingerprints: the same finding has the same one however Azure spells its ID and
// however bad it has become; another has another.
func TestFingerprints(t *testing.T) {
	at := Result{Rule: "AKS-NET-001", Resource: clusterID + "pay", Severity: model.High}
	same := at
	same.Resource, same.Severity, same.Reason = at.Resource.Fold(), model.Critical, "worse"
	assert.Equal(t, fingerprints(&at), fingerprints(&same))
	for _, change := range []func(*Result){
		func(r *Result) { r.Rule = "AKS-NET-002" },
		func(r *Result) { r.Part = "system" },
		func(r *Result) { r.Resource += "2" },
	} {
		other := at
		change(&other)
		assert.NotEqual(t, fingerprints(&at), fingerprints(&other))
	}
}
