package e2e

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// converse runs the program on commands from a pipe.
func converse(t *testing.T, commands string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	command := exec.CommandContext(t.Context(), program, args...)
	command.Env = environment(t, setup{})
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(commands), &out, &errs
	require.NoError(t, command.Run(), errs.String())
	assert.Empty(t, errs.String())
	return out.String()
}

// Somebody who hears the screen goes from the estate to a fix, by pipe.
func TestPlainByPipe(t *testing.T) {
	said := converse(t, "wait\ngo pay-weu-01\nx 3\nf\n1\n2\nset your-range 203.0.113.0/24\n=\ncopy 4\n", "demo", "--plain")
	assert.NotContains(t, said, "\x1b")
	for _, want := range []string{
		"> wait\nAll that was asked for is read",
		"authorized IP ranges: none; critical: anyone on the internet can try",
		"What an attacker does",
		"step 1:\naz aks update -g rg-pay -n pay-weu-01 --api-server-authorized-ip-ranges ",
		"203.0.113.0/24",
		"pass  was critical  AKS-NET-001",
	} {
		assert.Contains(t, said, want)
	}
	assert.True(t, strings.HasSuffix(said, "> \n"), "the end of the input ends it")
}

// In a terminal it uses neither the alternate screen nor the cursor.
func TestPlainInATerminal(t *testing.T) {
	s := open(t, setup{cols: 80, rows: 24}, "demo", "--plain")
	screen := s.sees("worst: pay-weu-01", ">")
	require.False(t, screen.Alternate)
	require.True(t, screen.CursorShown)
	s.press("go pay-weu-01", "enter")
	s.sees("more shows the next ones")
	s.press("q", "enter")
	s.ends(0)
}
