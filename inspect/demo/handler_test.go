package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	host          = "https://management.azure.com"
	payments      = "0b5d7c1e-4f27-4c0b-9a53-7e1d2c9f8a10"
	web           = "3f8e21b4-6a9d-4d15-8c72-b40e95d1f7c3"
	dataScience   = "91c6d0f2-2b38-47ea-b6d4-58a3f0e7c924"
	partners      = "c7a94e53-8d06-4f1b-a2e9-6b10d3f58c47"
	aks           = "/providers/Microsoft.ContainerService/managedClusters"
	atNewest      = "?api-version=2026-06-01"
	graphEndpoint = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01"
	clusterQuery  = "resources | where type =~ 'microsoft.containerservice/managedclusters' | project id, name, properties | order by id asc"
)

// monday is when the tests run.
var monday = time.Date(2026, 9, 28, 10, 0, 0, 0, time.UTC)

func newTestHandler(opts Options) http.Handler {
	opts.Now = func() time.Time { return monday }
	return NewHandler(opts)
}

// ask sends a request and returns the answer.
func ask(t testing.TB, h http.Handler, method, target, body string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer demo")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func readAll(t testing.TB, response *http.Response) []byte {
	t.Helper()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return text
}

// get returns a document.
func get(t testing.TB, h http.Handler, path string) map[string]any {
	t.Helper()
	response := ask(t, h, http.MethodGet, host+path, "")
	return decode(t, response)
}

func decode(t testing.TB, response *http.Response) map[string]any {
	t.Helper()
	text := readAll(t, response)
	require.Equal(t, http.StatusOK, response.StatusCode, "%.300s", text)
	require.NoError(t, checkJSON(text), "%.300s", text)
	var document map[string]any
	require.NoError(t, json.Unmarshal(text, &document))
	return document
}

// checkJSON rejects what encoding/json lets pass: a member that stands twice, and a
// placeholder that was left over.
func checkJSON(text []byte) error {
	if bytes.Contains(text, []byte("{{")) || bytes.Contains(text, []byte(choiceKey)) {
		return errors.New("a placeholder is left over")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := checkValue(d); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

func checkValue(d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[any]bool{}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return err
			}
			if seen[key] {
				return errors.New("a member stands twice: " + key.(string))
			}
			seen[key] = true
		}
		if err := checkValue(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

func TestErrorsHaveARMsForm(t *testing.T) {
	h := newTestHandler(Options{})
	cluster := "/subscriptions/" + payments + "/resourceGroups/rg-pay" + aks + "/pay-weu-01"
	for name, c := range map[string]struct {
		method, target string
		status         int
		code, says     string
	}{
		"no api-version":            {http.MethodGet, cluster, 400, "MissingApiVersionParameter", "api-version"},
		"an api-version not known":  {http.MethodGet, cluster + "?api-version=2031-01-01", 400, "NoRegisteredProviderFound", "2026-05-01, 2026-06-01"},
		"ARM's own api-version":     {http.MethodGet, "/subscriptions?api-version=2031-01-01", 400, "InvalidApiVersionParameter", "2022-12-01"},
		"a write":                   {http.MethodPut, cluster + atNewest, 405, "HttpMethodNotSupported", "PUT"},
		"a delete":                  {http.MethodDelete, cluster + atNewest, 405, "HttpMethodNotSupported", "DELETE"},
		"admin credentials":         {http.MethodPost, cluster + "/listClusterAdminCredential" + atNewest, 405, "HttpMethodNotSupported", "POST"},
		"a subscription not there":  {http.MethodGet, "/subscriptions/11111111-0000-0000-0000-000000000000" + aks + atNewest, 404, "SubscriptionNotFound", "11111111"},
		"a cluster not there":       {http.MethodGet, cluster + "x" + atNewest, 404, "ResourceNotFound", "pay-weu-01x"},
		"a child not there":         {http.MethodGet, cluster + "/privateEndpointConnections" + atNewest, 404, "ResourceNotFound", "privateEndpointConnections"},
		"a pool not there":          {http.MethodGet, cluster + "/agentPools/none" + atNewest, 404, "NotFound", "none"},
		"an address not there":      {http.MethodGet, "/subscriptions/" + payments + "/resourceGroups/rg-x/providers/Microsoft.Network/publicIPAddresses/x?api-version=2024-05-01", 404, "ResourceNotFound", "publicIPAddresses"},
		"safeguards never set":      {http.MethodGet, cluster + "/providers/Microsoft.ContainerService/deploymentSafeguards/default?api-version=2025-07-01", 404, "ResourceNotFound", "safeguards"},
		"a path that nothing has":   {http.MethodGet, "/somewhere" + atNewest, 404, "InvalidResourceType", "/somewhere"},
		"the list of the partners":  {http.MethodGet, "/subscriptions/" + partners + aks + atNewest, 403, "AuthorizationFailed", "managedClusters/read"},
		"the network of partners":   {http.MethodGet, "/subscriptions/" + partners + "/resourceGroups/rg-hub-net/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/snet-ds?api-version=2024-05-01", 403, "AuthorizationFailed", "virtualNetworks/subnets/read"},
		"a token that is not ours":  {http.MethodGet, "/subscriptions/" + payments + aks + atNewest + "&$skiptoken=x", 400, "InvalidSkipToken", "nextLink"},
		"Resource Graph by reading": {http.MethodGet, graphEndpoint, 405, "HttpMethodNotSupported", "GET"},
	} {
		t.Run(name, func(t *testing.T) {
			response := ask(t, h, c.method, host+c.target, "")
			var answer struct {
				Error struct{ Code, Message string }
			}
			require.NoError(t, json.Unmarshal(readAll(t, response), &answer))
			assert.Equal(t, c.status, response.StatusCode)
			assert.Equal(t, c.code, answer.Error.Code)
			assert.Contains(t, answer.Error.Message, c.says)
			assert.NotEmpty(t, response.Header.Get("x-ms-correlation-request-id"))
		})
	}
}

func TestATokenIsNeeded(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, host+"/subscriptions?api-version=2022-12-01", http.NoBody)
	w := httptest.NewRecorder()
	newTestHandler(Options{}).ServeHTTP(w, r)
	assert.Equal(t, http.StatusUnauthorized, w.Code)
	assert.Contains(t, w.Header().Get("WWW-Authenticate"), "Bearer authorization_uri=")
	assert.Contains(t, w.Body.String(), "AuthenticationFailed")
}

func TestPathsCompareRegardlessOfCase(t *testing.T) {
	h := newTestHandler(Options{})
	plain := get(t, h, "/subscriptions/"+payments+"/resourceGroups/rg-pay"+aks+"/pay-weu-01"+atNewest)
	loud := get(t, h, "/SUBSCRIPTIONS/"+strings.ToUpper(payments)+"/resourcegroups/RG-PAY/providers/microsoft.containerservice/managedclusters/PAY-WEU-01"+atNewest)
	assert.Equal(t, plain, loud)
}

func TestTheDelayEndsWithTheRequest(t *testing.T) {
	h := newTestHandler(Options{Delay: time.Hour})
	r := httptest.NewRequest(http.MethodGet, host+"/subscriptions?api-version=2022-12-01", http.NoBody)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(ctx))
	assert.Empty(t, w.Body.String())
}
