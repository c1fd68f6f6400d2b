package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/e2e/scenario"
	"github.com/aksight/aksight/e2e/terminal"
)

// looksInside goes to what is known of the inside of the only cluster.
func (s *session) looksInside(cluster string) terminal.Screen {
	s.t.Helper()
	s.sees("estate", cluster)
	inside := has("Connection")
	for range 10 {
		switch screen := s.Screen(); {
		case screen.Has("enter look inside"), !screen.Has("› " + cluster):
			s.press("enter")
		default:
			s.press("tab")
		}
		if screen, err := s.WaitUntil(2*time.Second, inside); err == nil {
			return screen
		}
	}
	return s.until("the inside of "+cluster, inside)
}

func TestKubeExplores(t *testing.T) {
	t.Parallel()
	s := open(t, setup{}, as(t, reads(t), apiserver.Reader)...)
	s.sees("estate › "+apiserver.Reader, "What runs in it") // without a key: the context asks for it
	s.sees("following", "v1.3", "it knows you as      reader")
	s.sees("Secret", "reader may not list secrets")
	s.press("enter")
	s.sees("namespaces", scenario.NamespaceName(0), scenario.NamespaceName(9))
	s.selects(scenario.NamespaceName(4))
	s.press("enter")
	s.sees("Deployment", "StatefulSet", "CronJob", "docker.io/fabrikam/")
	s.selects("queue")
	s.press("enter")
	s.sees("queue", "privileged")
	s.press("q")
	s.ends(0)
}

func TestKubeForbiddenKindsAreNamed(t *testing.T) {
	t.Parallel()
	s := open(t, setup{}, as(t, reads(t), apiserver.Limited)...)
	s.looksInside(apiserver.Limited)
	s.sees("could not be read", "limited may not list")
	s.press("enter")
	s.sees("namespaces", scenario.NamespaceName(0), "limited may not list deployments.apps")
	s.press("q")
	s.ends(0)
}

// TestKubeWatchOutlivesTheAPIServer: what is known stays while the API server is away,
// and what changes afterwards comes in by itself.
func TestKubeWatchOutlivesTheAPIServer(t *testing.T) {
	t.Parallel()
	server := cluster(t)
	s := open(t, setup{}, as(t, server, apiserver.Reader)...)
	s.looksInside(apiserver.Reader)
	s.sees("following")
	s.press("enter")
	s.sees("namespaces", scenario.NamespaceName(0))
	create(t, server, "made-before")
	s.sees("made-before")

	server.Stop()
	time.Sleep(3 * time.Second) // it finds out, and tries again
	s.sees("made-before", scenario.NamespaceName(0))
	require.NoError(t, server.Restart())
	create(t, server, "made-after")
	s.within(2*time.Minute, "what was made after the restart", has("made-after", "made-before", scenario.NamespaceName(0)))
	remove(t, server, "made-before")
	s.misses("made-before")
	s.press("q")
	s.ends(0)
}

// TestKubeLoginThatEndsIsSaid: a login that is not accepted any more is told of, with
// what to do, and what was read stays.
func TestKubeLoginThatEndsIsSaid(t *testing.T) {
	t.Parallel()
	server := cluster(t)
	s := open(t, setup{}, as(t, server, apiserver.Reader)...)
	s.looksInside(apiserver.Reader)
	s.sees("following")
	require.NoError(t, server.Revoke(apiserver.Reader))
	require.NoError(t, server.Restart())
	s.within(2*time.Minute, "the login's end", has("does not accept the login", "Pod"))
	s.press("enter")
	s.sees("namespaces", scenario.NamespaceName(0))
	s.press("q")
	s.ends(0)
}

// TestKubeExpiredLoginIsSaid: somebody whose login has expired before.
func TestKubeExpiredLoginIsSaid(t *testing.T) {
	t.Parallel()
	issuer, err := apiserver.NewIssuer()
	require.NoError(t, err)
	t.Cleanup(issuer.Close)
	server, err := apiserver.Start(t.TempDir(), apiserver.Options{Issuer: issuer})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	expired, err := issuer.Token("object-id", time.Now().Add(-time.Minute))
	require.NoError(t, err)
	file, err := server.KubeconfigWith("kim", map[string]string{"kim": expired})
	require.NoError(t, err)
	s := open(t, setup{}, "--kubeconfig", file, "--context", "kim")
	s.looksInside("kim")
	s.sees("it has expired", "Sign in again")
	assert.NotContains(t, string(s.Output()), expired, "a token is never shown")
	s.press("q")
	s.ends(0)
}

func create(t *testing.T, server *apiserver.Server, namespace string) {
	t.Helper()
	object := map[string]any{"metadata": map[string]any{"name": namespace}}
	require.NoError(t, server.Client(apiserver.Admin).Create(t.Context(), "/api/v1/namespaces", object))
}

// remove takes a namespace away, finalizer and all: nothing here finalizes it.
func remove(t *testing.T, server *apiserver.Server, namespace string) {
	t.Helper()
	admin := server.Client(apiserver.Admin)
	_, err := admin.Do(t.Context(), "DELETE", "/api/v1/namespaces/"+namespace, nil)
	require.NoError(t, err)
	object := map[string]any{
		"apiVersion": "v1", "kind": "Namespace",
		"metadata": map[string]any{"name": namespace}, "spec": map[string]any{"finalizers": []string{}},
	}
	_, err = admin.Do(t.Context(), "PUT", "/api/v1/namespaces/"+namespace+"/finalize", object)
	require.NoError(t, err)
}
