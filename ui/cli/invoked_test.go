package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPluginNames(t *testing.T) {
	for program, want := range map[string]bool{
		"kubectl-aksight": true, "/home/ana/.krew/bin/kubectl-aksight": true, "kubectl_aksight": true,
		"kubectl-aksight.exe": true, "KUBECTL-AKSIGHT.EXE": true,
		"aksight": false, "/usr/bin/aksight": false, "kubectl": false, "kubectl-aksight-2": false, "": false,
	} {
		assert.Equal(t, want, isPlugin(program), program)
	}
}

// asked runs a whole command line, the program's name first.
func asked(t *testing.T, line ...string) (stdout, stderr string) {
	t.Helper()
	t.Setenv("AKSIGHT_CONFIG_DIR", t.TempDir())
	out, errs := &bytes.Buffer{}, &bytes.Buffer{}
	Run(t.Context(), line, Streams{In: strings.NewReader(""), Out: out, Err: errs})
	return out.String(), errs.String()
}

func TestAPluginNamesItselfAsOne(t *testing.T) {
	cases := []struct{ args, want string }{
		{"--help", "Try it without Azure: kubectl aksight demo"},
		{"--help", "kubectl aksight [command]"},
		{"report --help", "kubectl aksight report --output json"},
		{"report --help", "kubectl aksight report [flags]"},
		{"rules show --help", "kubectl aksight rules show ID"},
		{"rules show AKS-XXX-999", "kubectl aksight rules list lists them"},
		{"frobnicate", "kubectl aksight --help lists the commands"},
		{"demo", "kubectl aksight report writes to files and pipes"},
		{"report now", "kubectl aksight report takes no arguments"},
	}
	for _, c := range cases {
		t.Run(c.args, func(t *testing.T) {
			stdout, stderr := asked(t, append([]string{"/home/ana/.krew/bin/kubectl-aksight"}, strings.Fields(c.args)...)...)
			said := stdout + stderr
			assert.Contains(t, said, c.want)
			assert.NotContains(t, said, "kubectl kubectl")
			assert.Equal(t, strings.Count(said, "aksight report"), strings.Count(said, "kubectl aksight report"), said)

			stdout, stderr = asked(t, append([]string{"/usr/bin/aksight"}, strings.Fields(c.args)...)...)
			assert.NotContains(t, stdout+stderr, "kubectl")
		})
	}
}
