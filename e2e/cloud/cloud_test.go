package cloud_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/cloud"
)

const (
	subscription = "/subscriptions/0b5d7c1e-4f27-4c0b-9a53-7e1d2c9f8a10"
	cluster      = subscription + "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/one"
)

func TestServerNotesRequestsThatMustNotBeMade(t *testing.T) {
	for name, c := range map[string]struct {
		method, target, token string
		wrong                 string
	}{
		"a listed read":        {http.MethodGet, cluster + "?api-version=1", "token", ""},
		"its ID in other case": {http.MethodGet, strings.ToLower(cluster) + "?api-version=1", "token", ""},
		"a query":              {http.MethodPost, "/providers/Microsoft.ResourceGraph/resources?api-version=1", "token", ""},
		"a write":              {http.MethodPut, cluster + "?api-version=1", "token", "not one of the listed reads"},
		"users' kubeconfig":    {http.MethodPost, cluster + "/listClusterUserCredential?api-version=1", "token", ""},
		"a credential":         {http.MethodPost, cluster + "/listClusterAdminCredential?api-version=1", "token", "not one of the listed reads"},
		"role assignments":     {http.MethodGet, subscription + "/providers/Microsoft.Authorization/roleAssignments?api-version=1", "token", ""},
		"one that is written":  {http.MethodPut, cluster + "/providers/Microsoft.Authorization/roleAssignments/1?api-version=1", "token", "not one of the listed reads"},
		"names in Entra ID":    {http.MethodPost, "/v1.0/directoryObjects/getByIds", "token", ""},
		"a group's members":    {http.MethodGet, "/v1.0/groups/0b5d7c1e-4f27-4c0b-9a53-7e1d2c9f8a10/members?$top=999", "token", ""},
		"a new member":         {http.MethodPost, "/v1.0/groups/0b5d7c1e-4f27-4c0b-9a53-7e1d2c9f8a10/members/$ref", "token", "not one of the listed reads"},
		"an application":       {http.MethodGet, "/v1.0/applications(appId='5d2c8f10-71be-4a6c-9f04-3b9de0a7c1e5')", "token", ""},
		"a longer path":        {http.MethodGet, cluster + "/accessProfiles?api-version=1", "token", "not one of the listed reads"},
		"no api-version":       {http.MethodGet, cluster, "token", "names no api-version"},
		"another token":        {http.MethodGet, cluster + "?api-version=1", "other", "does not carry the token"},
	} {
		t.Run(name, func(t *testing.T) {
			server, err := cloud.Serve(http.NotFoundHandler(), t.TempDir(), "token")
			require.NoError(t, err)
			defer server.Close()

			request, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+c.target, http.NoBody)
			require.NoError(t, err)
			request.Header.Set("Authorization", "Bearer "+c.token)
			response, err := trusting(t, server.CAFile).Do(request)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())

			require.Len(t, server.Requests(), 1)
			assert.Equal(t, http.StatusNotFound, server.Requests()[0].Status)
			if c.wrong == "" {
				assert.Empty(t, server.Problems())
				return
			}
			require.Len(t, server.Problems(), 1)
			assert.Contains(t, server.Problems()[0], c.wrong)
		})
	}
}

func trusting(t *testing.T, caFile string) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(caFile)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(pem))
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
}

func TestAZ(t *testing.T) {
	az, err := cloud.NewAZ(t.TempDir(), cloud.SignedIn)
	require.NoError(t, err)
	program := filepath.Join(az.Dir, "az")
	out, err := exec.Command(program, "account", "get-access-token", "-o", "json", "--resource", "https://x").Output()
	require.NoError(t, err)
	assert.Contains(t, string(out), az.Token)
	require.NoError(t, az.Give("application", "a token for a cluster"))
	out, err = exec.Command(program, "account", "get-access-token", "-o", "json", "--resource", "application").Output()
	require.NoError(t, err)
	assert.Contains(t, string(out), "a token for a cluster")
	require.Error(t, exec.Command(program, "aks", "update").Run())
	asked, err := az.Asked()
	require.NoError(t, err)
	assert.Equal(t, []string{"account get-access-token -o json --resource https://x", "account get-access-token -o json --resource application", "aks update"}, asked)

	az, err = cloud.NewAZ(t.TempDir(), cloud.Expired)
	require.NoError(t, err)
	said, err := exec.Command(filepath.Join(az.Dir, "az"), "account", "get-access-token", "-o", "json", "--resource", "https://x").CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(said), "az login")
}
