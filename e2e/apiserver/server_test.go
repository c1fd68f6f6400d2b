package apiserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/apiserver"
)

func TestMain(m *testing.M) {
	if runtime.GOOS != "linux" {
		fmt.Println("skipped: the end-to-end tests run on Linux")
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func start(t *testing.T, opts apiserver.Options) *apiserver.Server {
	t.Helper()
	server, err := apiserver.Start(t.TempDir(), opts)
	require.NoError(t, err)
	t.Cleanup(server.Close)
	return server
}

func TestServerRestartsWithItsData(t *testing.T) {
	t.Parallel()
	server := start(t, apiserver.Options{})
	var version struct{ GitVersion, Major, Minor string }
	require.NoError(t, server.Client(apiserver.Admin).Get(t.Context(), "/version", &version))
	mod, err := os.ReadFile("../kubernetes/go.mod")
	require.NoError(t, err)
	assert.Contains(t, string(mod), "k8s.io/kubernetes "+version.GitVersion+"\n")
	assert.Equal(t, "v"+version.Major+"."+version.Minor, version.GitVersion[:strings.LastIndexByte(version.GitVersion, '.')])

	namespace := map[string]any{"metadata": map[string]any{"name": "kept"}}
	require.NoError(t, server.Client(apiserver.Admin).Create(t.Context(), "/api/v1/namespaces", namespace))
	url := server.URL
	server.Stop()
	require.Error(t, server.Client(apiserver.Admin).Get(t.Context(), "/version", &version), "it is stopped")
	require.NoError(t, server.Restart())
	assert.Equal(t, url, server.URL)
	var kept struct{ Metadata struct{ Name string } }
	require.NoError(t, server.Client(apiserver.Admin).Get(t.Context(), "/api/v1/namespaces/kept", &kept))
	assert.Equal(t, "kept", kept.Metadata.Name)

	require.NoError(t, server.Revoke(apiserver.Reader))
	require.NoError(t, server.Restart())
	assert.Equal(t, http.StatusUnauthorized, status(t, server.Client(apiserver.Reader), "/version"))
	assert.Zero(t, status(t, server.Client(apiserver.Admin), "/version"))

	server.Stop()
	copied := start(t, apiserver.Options{Data: server.Data()})
	require.NoError(t, copied.Client(apiserver.Admin).Get(t.Context(), "/api/v1/namespaces/kept", &kept))
}

func TestAccessIsDecidedByRBAC(t *testing.T) {
	t.Parallel()
	server := start(t, apiserver.Options{})
	admin := server.Client(apiserver.Admin)
	type object map[string]any
	require.NoError(t, admin.Create(t.Context(), "/apis/rbac.authorization.k8s.io/v1/clusterroles", object{
		"metadata": object{"name": "namespaces"},
		"rules":    []object{{"apiGroups": []string{""}, "resources": []string{"namespaces"}, "verbs": []string{"list"}}},
	}))
	require.NoError(t, admin.Create(t.Context(), "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", object{
		"metadata": object{"name": "readers-namespaces"},
		"roleRef":  object{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "namespaces"},
		"subjects": []object{{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "readers"}},
	}))
	for _, c := range []struct {
		user, path string
		status     int
	}{
		{apiserver.Admin, "/api/v1/namespaces", 0},
		{apiserver.Admin, "/api/v1/secrets", 0},
		{apiserver.Reader, "/api/v1/namespaces", 0},
		{apiserver.Reader, "/api/v1/secrets", http.StatusForbidden},
		{apiserver.Limited, "/api/v1/namespaces", http.StatusForbidden},
		{"a stranger", "/api/v1/namespaces", http.StatusUnauthorized},
	} {
		t.Run(c.user+" "+c.path, func(t *testing.T) {
			assert.Equal(t, c.status, status(t, server.ClientWith(token(c.user)), c.path))
		})
	}
}

// token is a user's, or one that nobody gave out.
func token(user string) string {
	if known := apiserver.Token(user); known != "" {
		return known
	}
	return "made-up"
}

// status is what a refused read was answered with, zero where it was not refused. Roles
// reach the authorizer a moment after they are made.
func status(t *testing.T, client *apiserver.Client, path string) int {
	t.Helper()
	code := 0
	for range 20 {
		err := client.Get(t.Context(), path, &json.RawMessage{})
		if err == nil {
			return 0
		}
		var refused *apiserver.StatusError
		require.ErrorAs(t, err, &refused)
		code = refused.Code
		time.Sleep(50 * time.Millisecond)
	}
	return code
}

func TestIssuerSignsIn(t *testing.T) {
	t.Parallel()
	issuer, err := apiserver.NewIssuer()
	require.NoError(t, err)
	defer issuer.Close()
	stranger, err := apiserver.NewIssuer()
	require.NoError(t, err)
	defer stranger.Close()
	server := start(t, apiserver.Options{Issuer: issuer})

	valid, err := issuer.Token("object-id", time.Now().Add(time.Hour), "group-id")
	require.NoError(t, err)
	var review struct {
		Status struct {
			UserInfo struct {
				Username string
				Groups   []string
			}
		}
	}
	answer, err := server.ClientWith(valid).Do(t.Context(), http.MethodPost, "/apis/authentication.k8s.io/v1/selfsubjectreviews", map[string]any{})
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(answer, &review))
	assert.Equal(t, "object-id", review.Status.UserInfo.Username)
	assert.Contains(t, review.Status.UserInfo.Groups, "group-id")

	expired, err := issuer.Token("object-id", time.Now().Add(-time.Hour), "group-id")
	require.NoError(t, err)
	other, err := stranger.Token("object-id", time.Now().Add(time.Hour), "group-id")
	require.NoError(t, err)
	for name, token := range map[string]string{"an expired token": expired, "another issuer's token": other} {
		assert.Equal(t, http.StatusUnauthorized, status(t, server.ClientWith(token), "/version"), name)
	}
}

func TestKubectl(t *testing.T) {
	t.Parallel()
	server := start(t, apiserver.Options{})
	admin, err := server.Kubectl(apiserver.Admin)
	require.NoError(t, err)
	out, err := admin.Run(t.Context(), `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"applied"}}`, "apply", "-f", "-")
	require.NoError(t, err)
	assert.Contains(t, out, "namespace/applied created")

	limited, err := server.Kubectl(apiserver.Limited)
	require.NoError(t, err)
	out, err = limited.Run(t.Context(), "", "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
	require.NoError(t, err)
	assert.Equal(t, apiserver.Limited, out)
	_, err = limited.Run(t.Context(), "", "get", "secrets", "-A")
	assert.ErrorContains(t, err, "forbidden")
}

// TestServerEndsWithItsStarter runs this test's own program as a child that starts a
// server and is killed.
func TestServerEndsWithItsStarter(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv("START_IN"); dir != "" {
		server, err := apiserver.Start(dir, apiserver.Options{})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(dir+"/url", []byte(server.URL), 0o600))
		time.Sleep(time.Hour)
	}
	dir := t.TempDir()
	starter := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServerEndsWithItsStarter$")
	starter.Env = append(os.Environ(), "START_IN="+dir)
	require.NoError(t, starter.Start())
	var url []byte
	require.Eventually(t, func() bool {
		url, _ = os.ReadFile(dir + "/url")
		return len(url) > 0
	}, 3*time.Minute, 100*time.Millisecond)
	require.NoError(t, starter.Process.Kill())
	_ = starter.Wait()
	assert.Eventually(t, func() bool {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, strings.Replace(string(url), "https", "http", 1), http.NoBody)
		if err != nil {
			return false
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return true // nobody listens any more
		}
		_ = response.Body.Close()
		return false
	}, time.Minute, 100*time.Millisecond)
}
