package e2e

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/e2e/cloud"
	"github.com/aksight/aksight/inspect/demo"
)

// entraCluster is a cluster of the demo's estate that signs in with Entra ID.
const entraCluster = "pay-pci-01"

// TestKubeInsideOfAClusterOfAzure goes the whole way to a cluster in Azure: its address
// and authority come from Azure Resource Manager, and the login is a token of Entra ID
// that az gives for AKS's own application.
func TestKubeInsideOfAClusterOfAzure(t *testing.T) {
	t.Parallel()
	issuer, err := apiserver.NewIssuer()
	require.NoError(t, err)
	t.Cleanup(issuer.Close)
	server, err := apiserver.Start(t.TempDir(), apiserver.Options{Issuer: issuer})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	kubectl, err := server.Kubectl(apiserver.Admin)
	require.NoError(t, err)
	role, errs, code := execute(t, setup{}, "reader-role")
	require.Zero(t, code, errs)
	_, err = kubectl.Run(t.Context(), role, "apply", "-f", "-")
	require.NoError(t, err)
	_, err = kubectl.Run(t.Context(), "", "create", "clusterrolebinding", "kim", "--clusterrole=aksight-reader", "--group=group-of-kim")
	require.NoError(t, err)
	_, err = kubectl.Run(t.Context(), privilegedPod, "apply", "-f", "-")
	require.NoError(t, err)

	azure := serveHandler(t, handingOut(t, server), cloud.SignedIn)
	token, err := issuer.Token("object-of-kim", time.Now().Add(time.Hour), "group-of-kim")
	require.NoError(t, err)
	require.NoError(t, azure.az.Give(apiserver.EntraServerApplication, token))

	out, errs, _ := execute(t, setup{path: azure.az.Dir}, azure.args("report", "--output", "json", "--kubernetes", "--cluster", entraCluster)...)
	var got insideReport
	require.NoError(t, json.Unmarshal([]byte(out), &got), "%s%s", out, errs)
	found := got.on("AKS-WL-001", objectName{Kind: "Pod", Namespace: "default", Name: "privileged"})
	require.NotNil(t, found, "%v", got.Coverage.CouldNotRead)
	assert.Equal(t, "fail", found.Verdict)
	assert.Contains(t, strings.ToLower(found.Resource.Cluster), "/managedclusters/"+entraCluster)
	assert.Contains(t, got.why("Secret objects"), "may not", "the group may not read Secrets")
	assert.NotContains(t, out+errs, token, "a token is never shown")
	for _, request := range azure.Requests() {
		assert.NotContains(t, strings.ToLower(request.Target), "admincredential")
	}
}

const privilegedPod = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "privileged", "namespace": "default"},
	"spec": {"containers": [{"name": "app", "image": "contoso.azurecr.io/web:1", "securityContext": {"privileged": true}}]}}`

// handingOut is the demo's Azure, which for the one cluster hands out the way to a server.
func handingOut(t *testing.T, server *apiserver.Server) http.Handler {
	t.Helper()
	file, err := server.KubeconfigWith("entra", map[string]string{"entra": ""})
	require.NoError(t, err)
	kubeconfig, err := os.ReadFile(file)
	require.NoError(t, err)
	estate := demo.NewHandler(demo.Options{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(strings.ToLower(r.URL.Path), "/"+entraCluster+"/listclusterusercredential") {
			estate.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"kubeconfigs": []map[string]string{
			{"name": "clusterUser", "value": base64.StdEncoding.EncodeToString(kubeconfig)},
		}})
	})
}
