package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// waiversFor waives every finding of the demo that is critical or high, until a day.
func waiversFor(t *testing.T, until string) string {
	t.Helper()
	out, _, _ := execute(t, setup{}, "report", "--demo", "--output", "json")
	var got struct {
		Results []struct{ Rule, Verdict, Severity string }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	var text strings.Builder
	seen := map[string]bool{}
	for _, result := range got.Results {
		if result.Verdict == "fail" && (result.Severity == "critical" || result.Severity == "high") && !seen[result.Rule] {
			seen[result.Rule] = true
			text.WriteString("- {rule: " + result.Rule + ", resource: '*', owner: ana, reason: accepted, until: " + until + "}\n")
		}
	}
	file := filepath.Join(t.TempDir(), "waivers.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text.String()), 0o600))
	return file
}

func day(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }

func TestWaiversAndExitCodes(t *testing.T) {
	t.Parallel()
	_, _, code := execute(t, setup{}, "report", "--demo")
	assert.Equal(t, 2, code)
	_, _, code = execute(t, setup{}, "report", "--demo", "--waivers", waiversFor(t, day(7)))
	assert.Equal(t, 3, code, "nothing is left at the threshold, and something could not be read")
	out, _, code := execute(t, setup{}, "report", "--demo", "--waivers", waiversFor(t, day(-1)))
	assert.Equal(t, 2, code, "expired waivers let their findings come back")
	assert.Contains(t, out, "the waiver of ana expired on "+day(-1))
	_, errs, code := execute(t, setup{}, "report", "--demo", "--waivers", "/nowhere/waivers.yaml")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "there is no such file")
	_, _, code = execute(t, setup{}, "waivers", "check", "--demo", waiversFor(t, day(7)))
	assert.Equal(t, 2, code, "they end within 30 days")
}

// TestWaiveAFinding writes a waiver with w, finds it in the file and in a report, and
// takes it back.
func TestWaiveAFinding(t *testing.T) {
	t.Parallel()
	config := t.TempDir()
	file := filepath.Join(config, "waivers.yaml")
	require.NoError(t, os.WriteFile(file, []byte("# our waivers\n"), 0o600))
	how := setup{env: []string{"AKSIGHT_CONFIG_DIR=" + config}, cols: 80, rows: 24}
	s := open(t, how, "demo")
	s.sees("prod-payments", "Tour 1 of 5")
	s.press("esc")
	s.misses("Tour 1 of 5")
	s.press("F")
	s.sees("By rule", "The API server answers the whole internet")
	s.selects("The API server answers the whole internet")
	s.press("enter")
	s.sees("findings of AKS-NET-001", "pay-weu-01")
	s.selects("pay-weu-01")
	s.press("w")
	s.sees("A waiver accepts this finding until a day", "This goes to the end of", "reason is missing")
	s.press("the gateway in front comes in May", "enter", "enter")
	s.sees("Write it", "write it", "reason: the gateway in front comes in May")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "# our waivers\n", string(text), "nothing is written before it is confirmed")
	s.press("enter")
	s.sees("is waived until", "1 waived")
	text, err = os.ReadFile(file)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), "# our waivers\n- rule: AKS-NET-001\n  resource: /subscriptions/"), string(text))
	assert.Contains(t, string(text), "until: "+day(90))

	out, _, _ := execute(t, how, "report", "--demo")
	assert.Contains(t, out, "until "+day(90)+", ana@marigold.example: the gateway in front comes in May")

	s.standsOn("pay-weu-01")
	s.press("w")
	s.sees("It stands in", "Take it out of the file")
	s.press("enter")
	s.sees("enter again")
	s.press("enter")
	s.sees("is taken out of")
	text, err = os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "# our waivers\n", string(text))
	s.press("q")
	s.ends(0)
}
