package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/aksight/aksight/model"
)

// hostile are texts as somebody might name things to harm who reads a report.
var hostile = []string{
	`=HYPERLINK("http://evil.example","click")`, "\t=1+1", "\r=1+1", "+1", "-1", "@SUM(A1)", "＝1+1",
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</style><script>alert(1)</script>`, `javascript:alert(1)`,
	`[click](http://evil.example)`, "a\n\n# Heading", "```\nrm -rf /", "| a | b |", "{0} {{x}}",
	"\x1b]0;title\x07\x1b[31mred", "\u009b31m", "invoice\u202egnp.exe", "a\u200bb\u2028c", "x\x00y", "\xff\xfe",
}

// hostileReport has every hostile text in every place of a result.
func hostileReport() *Report {
	report := sample()
	var results []Result
	for _, text := range hostile {
		rule := &model.Rule{
			ID: "AKS-NET-001", Title: text, Why: text, Attack: text, Change: text, NoFix: text, Topic: model.TopicNetwork,
			Learn: []string{"aks/x"}, Maps: map[string]string{"mcsb": text},
		}
		results = append(results, Result{
			Rule: "AKS-NET-001", About: rule, Resource: model.ID(clusterID + text), Part: text, Verdict: model.Fail,
			Severity: model.High, Title: text, Where: text, Says: text, Reason: text,
			Evidence: []Evidence{{Path: text, Value: text, Short: text}},
			Plan:     &Plan{Title: text, Impact: text, Lockout: text, Cost: text, Confirm: []string{text}, Verify: text, Reveals: []string{text}},
			Fix:      []Step{{Command: text, Extension: text, Nature: model.InPlace, Undo: text, UndoSays: text, Says: text, Wait: text}},
			Asks:     []Ask{{Name: text, Says: text}},
			Waived:   &Waived{Owner: text, Reason: text, Until: "2027-01-01", File: text},
		})
	}
	report.Source.User, report.Source.Tenant = hostile[7], hostile[16]
	report.Coverage.CouldNotRead = nil
	for _, text := range hostile {
		report.Coverage.CouldNotRead = append(report.Coverage.CouldNotRead, Gap{text, text})
	}
	report.Results, report.Findings, report.Unread = slices.Values(results), slices.Values(results), slices.Values(results)
	report.Rules = []RuleSum{{results[7].About, model.Counts{Failed: [5]int{model.High: 3}, Waived: 2}}}
	report.Selection = Selection{Clusters: hostile}
	report.Selection.Compile()
	return report
}

// TestHostileNames: no form of a report lets a name steer a terminal.
func TestHostileNames(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *Report) error{
		"csv": CSV, "html": HTML, "sarif": SARIF, "json": JSON, "md": Markdown,
		"table": func(w io.Writer, r *Report) error { return Table(w, r, TableOptions{Width: 100}) },
	} {
		t.Run(name, func(t *testing.T) {
			out := &bytes.Buffer{}
			require.NoError(t, write(out, hostileReport()))
			for _, r := range out.String() {
				// A joiner is at home in emoji, and \n ends lines.
				if r != '\n' && r != '\r' && (unicode.IsControl(r) || steers(r) || r == '\u2028') {
					t.Fatalf("%q is in the output", r)
				}
			}
		})
	}
}

func TestHostileNamesInCSV(t *testing.T) {
	out := &bytes.Buffer{}
	require.NoError(t, CSV(out, hostileReport()))
	assert.NotContains(t, strings.ReplaceAll(out.String(), "\r\n", ""), "\n", "every line ends as RFC 4180 has it")
	rows, err := csv.NewReader(out).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, len(hostile)+1)
	for _, row := range rows {
		require.Len(t, row, len(csvColumns))
		for i, cell := range row {
			if begin := strings.TrimLeft(cell, " \n\ufffd\""); begin != "" {
				assert.NotContains(t, "=+-@", begin[:1], "%s: %q is a formula to a spreadsheet", csvColumns[i], cell)
				assert.False(t, hasWideOperator(begin), cell)
			}
		}
	}
}

// TestHostileNamesInHTML: names add no element and no attribute to the page.
func TestHostileNamesInHTML(t *testing.T) {
	out := &bytes.Buffer{}
	require.NoError(t, HTML(out, hostileReport()))
	checkHTML(t, out.String())
	assert.Contains(t, out.String(), "&lt;script&gt;alert(1)&lt;/script&gt;")
}

// checkHTML holds a page to what it promises: nothing that loads, one script and one
// style, its own, and every element closed.
func checkHTML(t *testing.T, page string) {
	t.Helper()
	tokens := html.NewTokenizer(strings.NewReader(page))
	scripts, styles := 0, 0
	var open []string
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			require.ErrorIs(t, tokens.Err(), io.EOF)
			break
		}
		token := tokens.Token()
		switch kind {
		case html.StartTagToken:
			switch token.Data {
			case "script":
				scripts++
			case "style":
				styles++
			case "img", "iframe", "link", "object", "embed", "base", "video", "audio", "svg":
				t.Errorf("an element that loads: %s", token)
			}
			for _, attribute := range token.Attr {
				assert.False(t, strings.HasPrefix(attribute.Key, "on"), "a handler: %s", token)
				assert.NotContains(t, []string{"src", "srcset", "style", "action"}, attribute.Key, token.String())
				if attribute.Key == "href" {
					assert.True(t, strings.HasPrefix(attribute.Val, "#") || strings.HasPrefix(attribute.Val, "https://learn.microsoft.com/"), attribute.Val)
				}
			}
			if !slices.Contains([]string{"meta", "input", "br", "hr"}, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			require.NotEmpty(t, open, "%s closes nothing", token)
			require.Equal(t, open[len(open)-1], token.Data, "elements are closed in their order")
			open = open[:len(open)-1]
		}
	}
	assert.Empty(t, open)
	assert.Equal(t, 1, scripts)
	assert.Equal(t, 1, styles)
}

func TestHTML(t *testing.T) {
	out := &bytes.Buffer{}
	require.NoError(t, HTML(out, sample()))
	checkHTML(t, out.String())
	golden.RequireEqual(t, out.Bytes())
}

func TestHTMLOfNothing(t *testing.T) {
	report := &Report{Generated: time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC), Source: Source{Mode: "live", Tool: "aksight 1"}}
	report.Findings = func(func(Result) bool) {}
	out := &bytes.Buffer{}
	require.NoError(t, HTML(out, report))
	checkHTML(t, out.String())
	assert.Contains(t, out.String(), "no findings")
	assert.NotContains(t, out.String(), "Could not read")
}

func TestCSV(t *testing.T) {
	out := &bytes.Buffer{}
	require.NoError(t, CSV(out, sample()))
	golden.RequireEqual(t, out.Bytes())
}

// TestSARIFLinks: in SARIF messages [text](address) is a link, {0} an argument.
func TestHostileNamesInSARIF(t *testing.T) {
	out := &bytes.Buffer{}
	require.NoError(t, SARIF(out, hostileReport()))
	parsed := checkSARIF(t, out.Bytes())
	for _, result := range parsed.Runs[0].Results {
		assert.NotContains(t, result.Message.Text, "](")
		assert.NotRegexp(t, `(^|[^{])\{[0-9]`, result.Message.Text)
	}
	var raw struct {
		Runs []struct {
			Results []struct {
				Suppressions []struct{ Kind, Status, Justification string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &raw))
	require.Len(t, raw.Runs[0].Results[0].Suppressions, 1)
	assert.Equal(t, "external", raw.Runs[0].Results[0].Suppressions[0].Kind)
}

// TestBrief shortens values for people to what the rule looks at.
func TestBrief(t *testing.T) {
	rule := &model.Rule{Fails: "r.properties.agentPoolProfiles.all(p, p.mode != 'System')"}
	pools := []any{
		map[string]any{"name": "system", "mode": "System", "count": int64(3), "vmSize": "Standard_D4s_v5", "tags": map[string]any{}},
		map[string]any{"name": "user", "mode": "User", "count": int64(3), "vmSize": "Standard_D4s_v5"},
		map[string]any{"name": "x", "all": "/subscriptions/s/resourceGroups/g/providers/P/virtualNetworks/v/subnets/s"},
	}
	var many []any
	for range 12 {
		many = append(many, "10.0.0.0/8")
	}
	for _, c := range []struct {
		value any
		want  string
	}{
		{pools, `[{name: "system", mode: "System", …}, {name: "user", mode: "User", …}, {name: "x", all: "…/subnets/s"}]`},
		{many, `["10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8", and 6 more]`},
		{map[string]any{"a": "x", "b": int64(2), "c": []any{}}, `{a: "x", b: 2, …}`},
		{"text", `"text"`}, {nil, "null"}, {true, "true"},
		{strings.Repeat("x", 400), `"` + strings.Repeat("x", 158) + "…"},
	} {
		assert.Equal(t, c.want, brief(c.value, rule))
	}
	assert.Equal(t, `["a"]`, brief([]any{"a"}, nil))
}
