package kube

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stub answers nothing: what reaches it has passed the guard.
type stub struct{ passed int }

func (s *stub) RoundTrip(*http.Request) (*http.Response, error) {
	s.passed++
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

func passes(t *testing.T, method, address, accept string) bool {
	t.Helper()
	server, err := url.Parse("https://api.example:443/proxy")
	require.NoError(t, err)
	next := &stub{}
	req, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	require.NoError(t, err)
	req.Header.Set("Accept", accept)
	resp, err := (&guard{server, next}).RoundTrip(req)
	if err == nil {
		require.NoError(t, resp.Body.Close())
	}
	assert.Equal(t, err == nil, next.passed == 1)
	return err == nil
}

func TestGuard(t *testing.T) {
	const at = "https://api.example:443/proxy"
	for _, test := range []struct {
		method, path, accept string
		pass                 bool
	}{
		{"GET", "/version", asJSON, true},
		{"GET", "/apis", asDiscovery, true},
		{"GET", "/api/v1/pods?limit=500", asJSON, true},
		{"GET", "/api/v1/namespaces/shop/pods?watch=true", asJSON, true},
		{"GET", "/api/v1/events", asJSON, true},
		{"GET", "/apis/apps/v1/deployments", asJSON, true},
		{"GET", "/apis/constraints.gatekeeper.sh/v1beta1/k8srepos", asJSON, true},
		{"GET", "/api/v1/configmaps", asJSON, true},
		{"GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", asNames, true},
		{"GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true", asNamesOne, true},
		{"GET", "/api/v1/namespaces/shop/secrets?includeObject=None&limit=5", asTable, true},
		{"POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", asJSON, true},

		{"GET", "/api/v1/secrets", asJSON, false},
		{"GET", "/api/v1/secrets?includeObject=None", asJSON, false},
		{"GET", "/api/v1/secrets?includeObject=None", asTable + "," + asJSON, false},
		{"GET", "/api/v1/secrets?includeObject=None", "", false},
		{"GET", "/api/v1/secrets", asTable, false},
		{"GET", "/api/v1/secrets?includeObject=Metadata", asTable, false},
		{"GET", "/api/v1/secrets?includeObject=None&includeObject=Object", asTable, false},
		{"GET", "/api/v1/secrets?includeObject=None&watch=true", asTable, false},
		{"GET", "/api/v1/namespaces/shop/secrets/db?includeObject=None", asTable, false},
		{"GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", asJSON, false},
		{"GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", asNames + ",*/*", false},
		{"GET", "/api/v1/namespaces/shop/pods/web", asJSON, false},
		{"GET", "/api/v1/namespaces/shop/pods/web/log", asJSON, false},
		{"GET", "/api/v1/namespaces/shop/pods/web/exec", asJSON, false},
		{"GET", "/api/v1/nodes/n/proxy/", asJSON, false},
		{"GET", "/api/v1/pods/", asJSON, false},
		{"GET", "/api/v1//pods", asJSON, false},
		{"GET", "/api/v1/namespaces/../secrets", asJSON, false},
		{"GET", "/api/v1/namespaces/a%2Fsecrets/pods", asJSON, false},
		{"GET", "/api/v1/namespaces/%2e%2e/pods", asJSON, false},
		{"GET", "/metrics", asJSON, false},
		{"POST", "/api/v1/pods", asJSON, false},
		{"POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", asJSON, false},
		{"POST", "/api/v1/namespaces/shop/serviceaccounts/x/token", asJSON, false},
		{"DELETE", "/api/v1/pods", asJSON, false},
		{"PATCH", "/apis/apps/v1/deployments", asJSON, false},
		{"PUT", "/version", asJSON, false},
		{"HEAD", "/version", asJSON, false},
	} {
		assert.Equal(t, test.pass, passes(t, test.method, at+test.path, test.accept), "%s %s as %q", test.method, test.path, test.accept)
	}
	for _, address := range []string{
		"https://api.example:443/version", "https://api.example:8443/proxy/version", "http://api.example:443/proxy/version",
		"https://evil.example/proxy/version", "https://u:p@api.example:443/proxy/version",
	} {
		assert.False(t, passes(t, "GET", address, asJSON), address)
	}
}

func TestEverythingThatIsAskedPasses(t *testing.T) {
	// What discovery and lists ask for is on the list by construction; this holds the
	// two to each other: nothing was refused while a whole cluster was read.
	s := newAPIServer(t)
	s.add("/api/v1/namespaces", `{"metadata":{"name":"a"}}`)
	s.add("/api/v1/secrets", `{"metadata":{"name":"s","namespace":"a"}}`)
	all := readAll(t, s, kubeCluster())
	assert.Empty(t, all.failed)
	for _, request := range s.requests {
		assert.True(t, strings.HasPrefix(request, "GET ") || strings.HasPrefix(request, "POST /apis/authentication.k8s.io/"), request)
	}
}
