package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/e2e/cloud"
	"github.com/aksight/aksight/inspect/demo"
)

// azure is Azure with a login, for one test.
type azure struct {
	*cloud.Server
	az *cloud.AZ
	t  *testing.T
}

// serve starts Azure with the demo's estate. Whatever the test does, no request
// but the listed reads may come, and az may be asked for nothing but tokens.
func serve(t *testing.T, opts demo.Options) *azure {
	t.Helper()
	return serveHandler(t, demo.NewHandler(opts), cloud.SignedIn)
}

func serveHandler(t *testing.T, handler http.Handler, login cloud.Login) *azure {
	t.Helper()
	dir := t.TempDir()
	az, err := cloud.NewAZ(dir, login)
	require.NoError(t, err)
	server, err := cloud.Serve(handler, dir, az.Token)
	require.NoError(t, err)
	t.Cleanup(func() {
		server.Close()
		assert.Empty(t, server.Problems(), "requests that must not be made")
		asked, err := az.Asked()
		require.NoError(t, err)
		for _, line := range asked {
			assert.Regexp(t, `^account get-access-token -o json --resource https://127\.0\.0\.1:\d+/?$|^account get-access-token -o json --resource (https://management\.(core\.windows\.net|azure\.com)/*|https://graph\.microsoft\.com/*|`+apiserver.EntraServerApplication+`)$`, line, "what az was asked")
		}
	})
	return &azure{Server: server, az: az, t: t}
}

// args puts the flags that lead here behind a command.
func (a *azure) args(command ...string) []string {
	return append(command, "--arm-endpoint", a.URL, "--graph-endpoint", a.URL, "--ca-file", a.CAFile)
}

// open runs the explorer against it.
func (a *azure) open(t *testing.T, command ...string) *session {
	t.Helper()
	return open(t, setup{path: a.az.Dir}, a.args(command...)...)
}
