package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExplain(t *testing.T) {
	for _, words := range [][]string{{"local", "accounts"}, {"local-accounts"}, {"LOCAL ACCOUNT"}} {
		code, stdout, stderr := run(t, append([]string{"explain"}, words...)...)
		require.Equal(t, exitClean, code, stderr)
		assert.Contains(t, stdout, "Local accounts\n")
		assert.Contains(t, stdout, "cluster-admin")
		assert.Contains(t, stdout, "https://learn.microsoft.com/azure/aks/local-accounts")
	}
	code, stdout, _ := run(t, "explain", "aks-net-001")
	assert.Equal(t, exitClean, code)
	assert.Contains(t, stdout, "AKS-NET-001")

	code, stdout, _ = run(t, "explain")
	assert.Equal(t, exitClean, code)
	assert.Contains(t, stdout, "Instance Metadata Service (IMDS,")

	code, stdout, stderr := run(t, "explain", "workload", "identty")
	assert.Equal(t, exitError, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, `did you mean "Workload identity"`)

	code, _, stderr = run(t, "explain", "zzzz")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "aksight explain lists the terms")
}
