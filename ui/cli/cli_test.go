package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fixed is when each test begins.
var fixed = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

// run carries out a command line without settings, terminal or network.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	if os.Getenv("AKSIGHT_CONFIG_DIR") == "" {
		t.Setenv("AKSIGHT_CONFIG_DIR", t.TempDir())
	}
	out, errs := &bytes.Buffer{}, &bytes.Buffer{}
	start := time.Now()
	p := &program{
		Streams: Streams{In: strings.NewReader(""), Out: out, Err: errs},
		now:     func() time.Time { return fixed.Add(time.Since(start)) },
	}
	code = p.run(t.Context(), args)
	return code, out.String(), errs.String()
}

func TestUsageErrors(t *testing.T) {
	cases := []struct {
		args string
		want string
	}{
		{"frobnicate", `there is no command "frobnicate"; aksight --help lists the commands`},
		{"reprot", `there is no command "reprot"; did you mean report?`},
		{"--frobnicate", "unknown flag: --frobnicate; aksight --help lists the flags"},
		{"report --frobnicate", "unknown flag: --frobnicate; aksight report --help lists the flags"},
		{"report now", `aksight report takes no arguments, and got "now"`},
		{"report --output xml", "--output xml: use table, json, csv, md, html, sarif, or one of them with a file, such as html=report.html"},
		{"report --output html=", "--output html=: name a file after the ="},
		{"report --output json --output csv", "only one report can go to standard output"},
		{"report --output json=/tmp/a --output csv=/tmp/../tmp/a", "two reports cannot go to one file"},
		{"report --output json=a.json --file b.json", "every --output names one"},
		{"report --file report", "--file report: its name does not tell the form: add --output table|json|"},
		{"report --file /does/not/exist/report.html", "there is no folder " + filepath.FromSlash("/does/not/exist") + "; make it first"},
		{"report --file / --output md", "/ is a folder: name a file in it"},
		{"report --demo --severity terrible", "--severity terrible: use critical, high, medium, low or info"},
		{"report --demo --topic food", "--topic food: use identity, network"},
		{"report --demo --rule AKS-XXX-*", "--rule AKS-XXX-*: there is no such rule; aksight rules list lists them"},
		{"report --demo --rule AKS-NET-001 --topic identity", "no rule is all of rule AKS-NET-001, topic identity"},
		{"report --demo --cluster nosuch", "no cluster matches --cluster nosuch"},
		{"report --demo --cluster=", "--cluster : a value is empty: give one, or leave the flag out"},
		{"report --demo --subscription nosuch", "no subscription named nosuch"},
		{"rules list --rule AKS-NET", "--rule AKS-NET: there is no such rule"},
		{"report --fail-on terrible", "use critical, high, medium, low, info, none"},
		{"report --scale 7", "--scale sizes the demo"},
		{"report --demo --scale -1", "give the number of clusters"},
		{"report --demo --tenant contoso.example", "--tenant and the demo exclude each other"},
		{"report --demo --from x.json", "--from and the demo exclude each other"},
		{"report --tenant contoso.example --from x.json", "--tenant and --from exclude each other: saved files ask no Azure"},
		{"report --at now", "--at dates evidence: use it with --from"},
		{"report --from x.json --at yesterday", "--at yesterday is no moment: use now, a date"},
		{"report --from /does/not/exist.json", "/does/not/exist.json"},
		{"capture now", "aksight capture takes no arguments"},
		{"report --auth magic", "--auth magic is not a way to sign in: use cli, environment"},
		{"report --theme pink", `there is no theme "pink": use one of dark, light`},
		{"report --ca-file /does/not/exist.pem", "/does/not/exist.pem"},
		{"report --arm-endpoint http://x", "--arm-endpoint"},
		{"rules lst", `there is no command "lst"; did you mean list or test?`},
		{"rules list --output xml", "--output xml: use table, json, md"},
		{"rules show", "takes one rule's ID, such as AKS-NET-001"},
		{"rules show AKS-XXX-999", "there is no rule AKS-XXX-999; aksight rules list lists them"},
		{"rules commands now", "takes no arguments"},
		{"version now", "takes no arguments"},
		{"demo", "the explorer needs a terminal; --plain explores in lines, and aksight report writes to files and pipes"},
		{"--plain --from -", "takes its commands from standard input"},
		{"", "the explorer needs a terminal"},
	}
	for _, c := range cases {
		t.Run(c.args, func(t *testing.T) {
			code, stdout, stderr := run(t, strings.Fields(c.args)...)
			assert.Equal(t, exitError, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, c.want)
			assert.True(t, strings.HasPrefix(stderr, "aksight: "), stderr)
			assert.Equal(t, 1, strings.Count(stderr, "\n"), "an error is one line: %q", stderr)
		})
	}
}

func TestEveryCommandHelps(t *testing.T) {
	for _, args := range [][]string{
		{}, {"demo"}, {"report"}, {"capture"}, {"rules"}, {"rules", "list"}, {"rules", "show"}, {"rules", "commands"}, {"version"}, {"completion"},
	} {
		code, stdout, stderr := run(t, append(args, "--help")...)
		assert.Equal(t, exitClean, code, "%v: %s", args, stderr)
		assert.Contains(t, stdout, "--demo", "every command takes --demo")
	}
}

func TestVersion(t *testing.T) {
	code, stdout, _ := run(t, "version")
	assert.Equal(t, exitClean, code)
	assert.Regexp(t, `^aksight \S+ \(go\S+ \w+/\w+\)\n$`, stdout)
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		code, stdout, stderr := run(t, "completion", shell)
		assert.Equal(t, exitClean, code, stderr)
		assert.Contains(t, stdout, "aksight")
	}
	_, offered, _ := run(t, "__complete", "report", "--fail-on", "")
	assert.Contains(t, offered, "critical\nhigh\n")
	_, offered, _ = run(t, "__complete", "rules", "show", "AKS-NET-0")
	assert.Contains(t, offered, "AKS-NET-001\t")
}

func TestBrokenSettings(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("AKSIGHT_CONFIG_DIR", folder)
	path := filepath.Join(folder, "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte("ascii: true\nrules:\n  broadprefix: 8\n"), 0o600))
	code, _, stderr := run(t, "report", "--demo")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, path+`:3: there is no setting "rules.broadprefix": use rules.broadPrefix, rules.folders`)
}

func TestRulesList(t *testing.T) {
	code, stdout, stderr := run(t, "rules", "list")
	require.Equal(t, exitClean, code, stderr)
	assert.Contains(t, stdout, "AKS-NET-001")
	code, stdout, stderr = run(t, "rules", "list", "--output", "json")
	require.Equal(t, exitClean, code, stderr)
	var list []struct {
		ID, Title, Severity, Why, Attack, Change string
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &list))
	require.NotEmpty(t, list)
	for i, rule := range list {
		assert.NotEmpty(t, rule.Title+rule.Severity+rule.Why+rule.Attack+rule.Change, rule.ID)
		if i > 0 {
			assert.Less(t, list[i-1].ID, rule.ID, "rules come in the order of their IDs")
		}
	}
}

func TestRulesShow(t *testing.T) {
	code, stdout, stderr := run(t, "rules", "show", "aks-net-001")
	require.Equal(t, exitClean, code, stderr)
	for _, part := range []string{
		"AKS-NET-001", "Why it matters", "What an attacker does", "What the fix changes", "Fails when",
		"az aks update -g '<group>' -n '<cluster>' --api-server-authorized-ip-ranges", "https://learn.microsoft.com/azure/aks/",
	} {
		assert.Contains(t, stdout, part)
	}
}

func TestRulesCommands(t *testing.T) {
	code, stdout, stderr := run(t, "rules", "commands")
	require.Equal(t, exitClean, code, stderr)
	decoder := json.NewDecoder(strings.NewReader(stdout))
	decoder.DisallowUnknownFields()
	commands := 0
	for {
		var line struct{ Rule, Command, Extension, Tool string }
		err := decoder.Decode(&line)
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		assert.Regexp(t, `^AKS-[A-Z]+-\d{3}$`, line.Rule)
		assert.NotEmpty(t, line.Command)
		assert.NotContains(t, line.Command, "{{", "%s: a placeholder is left over", line.Rule)
		assert.NotContains(t, line.Command, "0.0.0.0/32")
		commands++
	}
	assert.Equal(t, commands, strings.Count(stdout, "\n"), "one object a line")
	assert.Greater(t, commands, 30)
}
