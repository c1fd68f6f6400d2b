package export

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

// waivedSample is the sample with a waived failure and one whose waiver has expired.
func waivedSample() *Report {
	report := sample()
	results := slices.Collect(report.Results)
	waived := &Waived{Owner: "ana|x", Reason: "no data\x1b[2J in the lab", Until: "2027-02-22", File: "waivers.yaml"}
	results[0].Expired = waived
	last := results[1]
	last.Waived = waived
	report.Summary.Waived, report.Summary.Findings.High = 1, 1
	report.Findings = slices.Values([]Result{results[0], results[2], last})
	return report
}

func TestWaivedFindingsAreMarkedAndComeLast(t *testing.T) {
	t.Parallel()
	out := &bytes.Buffer{}
	require.NoError(t, Table(out, waivedSample(), TableOptions{}))
	text := out.String()
	assert.Contains(t, text, "(the waiver of ana|x expired on 2027-02-22)")
	assert.Contains(t, text, "◇ waived    Local accounts are on  AKS-IAM-001")
	assert.Contains(t, text, "until 2027-02-22, ana|x: no data")
	assert.Contains(t, text, "1 critical, 1 high, 1 low, 1 waived;")
	assert.NotContains(t, text, "\x1b")

	out.Reset()
	require.NoError(t, Markdown(out, waivedSample()))
	assert.Contains(t, out.String(), "\n## Waived\n\n### AKS-IAM-001")
	assert.Contains(t, out.String(), `  - high, waived until 2027-02-22 by ana\|x: no data`)
	assert.Contains(t, out.String(), `  - the waiver of ana\|x expired on 2027-02-22`)
}

func TestWaivedFindingsDoNotCount(t *testing.T) {
	t.Parallel()
	report := &Report{Summary: summary(model.Counts{Waived: 3, Passed: 1})}
	assert.False(t, report.Worst(model.Info))
	assert.Equal(t, 3, report.Summary.Waived)
	assert.Equal(t, 3, report.Summary.Verdicts.Fail, "they stay failures")
}
