package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/e2e/scenario"
)

// inside is the cluster of all tests that only read: ten namespaces and the planted
// Secrets, started with the first of them.
var inside shared

// namespaces is how many the tests' clusters have; ten are one cell of the pattern.
const namespaces = 10

// shared is a server that tests share.
type shared struct {
	once   sync.Once
	server *apiserver.Server
	dir    string
	err    error
}

func (s *shared) start() {
	if s.dir, s.err = os.MkdirTemp("", "aksight-inside-"); s.err != nil {
		return
	}
	if s.server, s.err = scenario.Start(context.Background(), s.dir, namespaces); s.err != nil {
		return
	}
	s.err = scenario.PlantSecrets(context.Background(), s.server)
}

func (s *shared) close() {
	if s.server != nil {
		s.server.Close()
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

// reads returns the cluster that tests only read.
func reads(t *testing.T) *apiserver.Server {
	t.Helper()
	inside.once.Do(inside.start)
	require.NoError(t, inside.err)
	return inside.server
}

// cluster returns a cluster of the test's own, which it may change, stop and restart.
func cluster(t *testing.T) *apiserver.Server {
	t.Helper()
	server, err := scenario.Start(t.Context(), t.TempDir(), namespaces)
	require.NoError(t, err)
	t.Cleanup(server.Close)
	return server
}

// as puts the flags that lead to a cluster as a user behind a command.
func as(t *testing.T, server *apiserver.Server, user string, command ...string) []string {
	t.Helper()
	file, err := server.Kubeconfig(user)
	require.NoError(t, err)
	return append(command, "--kubeconfig", file, "--context", user)
}

// insideReport is the part of the JSON report on a cluster's inside that is looked at here.
type insideReport struct {
	Coverage struct {
		Resources, Clusters int
		CouldNotRead        []struct{ What, Why string } `json:"couldNotRead"`
	} `json:"coverage"`
	Results []insideResult `json:"results"`
}

// insideResult is a verdict on an object, or on the cluster as a whole.
type insideResult struct {
	Rule     string
	Verdict  string
	Severity string
	Reason   string
	Resource objectName
	NoFix    string
	Fix      []struct{ Command string }
	Asks     []struct{ Name, Example string }
	Blocked  []struct{ Needs, Do string }
}

// objectName is a Kubernetes object by its name; for a cluster there is its ID alone.
type objectName struct {
	Cluster, APIVersion, Kind, Namespace, Name string
}

// UnmarshalJSON takes both forms.
func (o *objectName) UnmarshalJSON(text []byte) error {
	if strings.HasPrefix(string(text), `"`) {
		return json.Unmarshal(text, &o.Cluster)
	}
	type plain objectName
	return json.Unmarshal(text, (*plain)(o))
}

// reportInside runs aksight report on a cluster's inside.
func reportInside(t *testing.T, server *apiserver.Server, user string, args ...string) insideReport {
	t.Helper()
	command := append([]string{"report", "--output", "json"}, args...)
	out, errs, code := execute(t, setup{}, as(t, server, user, command...)...)
	require.NotEmpty(t, out, "exit code %d, standard error: %s", code, errs)
	var parsed insideReport
	require.NoError(t, json.Unmarshal([]byte(out), &parsed), out)
	return parsed
}

// why returns why something in a cluster could not be read, or nothing where it could.
func (r insideReport) why(what string) string {
	for _, gap := range r.Coverage.CouldNotRead {
		if strings.Contains(gap.What, what) {
			return gap.Why
		}
	}
	return ""
}

func TestKubeReportNamesWhatIsForbidden(t *testing.T) {
	t.Parallel()
	server := reads(t)
	for user, kinds := range map[string]struct{ read, forbidden []string }{
		apiserver.Reader:  {read: []string{"deployments", "rolebindings", "networkpolicies"}, forbidden: []string{"secrets"}},
		apiserver.Limited: {read: []string{"pods", "namespaces"}, forbidden: []string{"secrets", "deployments", "rolebindings", "networkpolicies"}},
		apiserver.Admin:   {read: []string{"secrets", "pods", "deployments", "rolebindings", "networkpolicies"}},
	} {
		t.Run(user, func(t *testing.T) {
			t.Parallel()
			got := reportInside(t, server, user)
			var gaps []string
			for _, gap := range got.Coverage.CouldNotRead {
				gaps = append(gaps, strings.ToLower(gap.What+": "+gap.Why))
			}
			all := strings.Join(gaps, "\n")
			for _, kind := range kinds.forbidden {
				assert.Contains(t, all, kind, "not named")
			}
			for _, kind := range kinds.read {
				assert.NotContains(t, all, kind)
			}
		})
	}
}

func TestKubeReportSaysWhyItCannotConnect(t *testing.T) {
	t.Parallel()
	issuer, err := apiserver.NewIssuer()
	require.NoError(t, err)
	t.Cleanup(issuer.Close)
	server, err := apiserver.Start(t.TempDir(), apiserver.Options{Issuer: issuer})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	expired, err := issuer.Token("object-id", time.Now().Add(-time.Hour))
	require.NoError(t, err)
	file, err := server.KubeconfigWith("kim", map[string]string{"kim": expired})
	require.NoError(t, err)

	strange, err := apiserver.Start(t.TempDir(), apiserver.Options{})
	require.NoError(t, err)
	t.Cleanup(strange.Close)
	mixed := *server
	mixed.CA = strange.CA
	wrongCA, err := mixed.Kubeconfig(apiserver.Admin)
	require.NoError(t, err)

	stopped, err := strange.Kubeconfig(apiserver.Admin)
	require.NoError(t, err)
	strange.Stop()

	for name, c := range map[string]struct {
		file, context string
		words         []string
	}{
		"an expired login":          {file, "kim", []string{"expired", "sign in again"}},
		"another authority":         {wrongCA, apiserver.Admin, []string{"certificate"}},
		"nobody listens":            {stopped, apiserver.Admin, []string{"refuses connections"}},
		"a context that is not one": {file, "elsewhere", []string{"no context elsewhere", "kim"}},
		"a file that is not one":    {filepath.Join(t.TempDir(), "none"), "kim", []string{"none"}},
	} {
		t.Run(name, func(t *testing.T) {
			out, errs, code := execute(t, setup{}, "report", "--kubeconfig", c.file, "--context", c.context)
			assert.NotZero(t, code)
			for _, word := range c.words {
				assert.Contains(t, out+errs, word)
			}
			assert.NotContains(t, out+errs, expired, "a token is never shown")
		})
	}
}
