//go:build !windows

package azure

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stubAz puts a program named az on an otherwise empty PATH.
func stubAz(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if script != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "az"), []byte("#!/bin/sh\n"+script+"\n"), 0o700))
	}
	t.Setenv("PATH", dir)
}

func withAz(t *testing.T, change ...func(*Options)) *fixture {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, list()) },
		append(change, func(opts *Options) { opts.Credential = nil })...)
}

func TestTheAzureCLISignsIn(t *testing.T) {
	token := jwt(`{"upn":"ana@contoso.example","tid":"t-1"}`)
	stubAz(t, fmt.Sprintf(`case "$*" in
*"--resource https://management.core.windows.net/ --tenant contoso.example") echo '{"accessToken":"%s","expires_on":%d}';;
*) echo "ERROR: asked in another way: $*" >&2; exit 1;;
esac`, token, time.Now().Add(time.Hour).Unix()))
	f := withAz(t, func(opts *Options) { opts.Tenant = "contoso.example" })
	assert.Equal(t, "contoso.example", f.Identity().Tenant)
	requireComplete(t, f.read(t, subscriptionA), subscriptionA)
	assert.Equal(t, "ana@contoso.example", f.Identity().User)
	assert.Equal(t, "t-1", f.Identity().Tenant)
}

func TestTheAzureCLIFails(t *testing.T) {
	stubAz(t, "")
	f := withAz(t)
	problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
	assert.Contains(t, problem.What, "The Azure CLI (az) is not installed")

	stubAz(t, `echo "ERROR: AADSTS70043: The refresh token has expired" >&2; exit 1`)
	f = withAz(t)
	problem = requireFailed(t, f.read(t, subscriptionA), subscriptionA)
	assert.Contains(t, problem.What, "login has expired")
	assert.Equal(t, "az login", problem.Do)
}

// TestAClaimsChallenge answers as continuous access evaluation does.
func TestAClaimsChallenge(t *testing.T) {
	stubAz(t, fmt.Sprintf(`echo '{"accessToken":%q,"expires_on":%d}'`, jwt(`{"upn":"a"}`), time.Now().Add(time.Hour).Unix()))
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="`)
		replyError(w, http.StatusUnauthorized, "InvalidAuthenticationToken", "claims")
	}, func(opts *Options) { opts.Credential = nil })
	problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
	assert.Equal(t, "Azure asks for a stronger sign-in", problem.What)
	assert.Equal(t, "az login --claims-challenge eyJhY2Nlc3NfdG9rZW4iOnt9fQ==", problem.Do)
	assert.Len(t, f.asked(), 1)
}
