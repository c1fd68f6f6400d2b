package azure

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
)

var testGuard = guard{
	arm:   &url.URL{Scheme: "https", Host: "management.azure.com"},
	graph: &url.URL{Scheme: "https", Host: "graph.microsoft.com"},
}

func guarded(t *testing.T, method, address string) error {
	t.Helper()
	req, err := http.NewRequest(method, address, http.NoBody)
	require.NoError(t, err)
	return testGuard.check(req)
}

const armHost = "https://management.azure.com"

const guardedCluster = armHost + "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"

func TestGuardAllowsEachListedRead(t *testing.T) {
	for _, read := range reads {
		host := armHost
		if read.to == toGraph {
			host = "https://graph.microsoft.com"
		}
		address := host + strings.ReplaceAll(read.path, "{}", "some-name")
		assert.NoError(t, guarded(t, read.method, address+"?api-version=2026-06-01"), address)
		assert.NoError(t, guarded(t, read.method, host+strings.ToLower(read.path)), "case does not matter: %s", address)
		assert.NoError(t, guarded(t, read.method, strings.Replace(address, host, host+":443", 1)), "the port spelled out")
	}
}

func TestGuardRefusesEveryOtherMethod(t *testing.T) {
	for _, read := range reads {
		address := armHost + strings.ReplaceAll(read.path, "{}", "some-name")
		if read.to == toGraph {
			address = strings.Replace(address, armHost, "https://graph.microsoft.com", 1)
		}
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "Post", "MOVE"} {
			if method != read.method {
				assert.Error(t, guarded(t, method, address), "%s %s", method, address)
			}
		}
	}
}

func TestGuardRefuses(t *testing.T) {
	for what, address := range map[string]string{
		"a longer path":                  guardedCluster + "/agentPools",
		"a shorter path":                 armHost + "/subscriptions/s",
		"the root":                       armHost + "/",
		"no path":                        armHost,
		"a trailing slash":               guardedCluster + "/",
		"an empty segment":               armHost + "/subscriptions//providers/Microsoft.ContainerService/managedClusters",
		"a similar provider":             armHost + "/subscriptions/s/providers/Microsoft.ContainerServices/managedClusters",
		"a similar start":                armHost + "/x/subscriptions",
		"credentials":                    guardedCluster + "/listClusterAdminCredential",
		"an access profile with secrets": guardedCluster + "/accessProfiles/clusterAdmin/listCredential",
		"run command":                    guardedCluster + "/runCommand",
		"one role assignment":            armHost + "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/a",
		"an application of another key":  "https://graph.microsoft.com/v1.0/applications(id='a')",
		"an application without a key":   "https://graph.microsoft.com/v1.0/applications(appId='')",
		"more than a key":                "https://graph.microsoft.com/v1.0/applications(appId='a',x='b')",
		"what follows an application":    "https://graph.microsoft.com/v1.0/applications(appId='a')/owners",
		"one eligible membership":        "https://graph.microsoft.com/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances/a",
		"requests of memberships":        "https://graph.microsoft.com/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests",
		"who owns a group":               "https://graph.microsoft.com/v1.0/groups/a/owners",
		"a climbing segment":             armHost + "/subscriptions/../subscriptions",
		"an encoded climbing segment":    armHost + "/subscriptions/%2e%2e/providers/Microsoft.ContainerService/managedClusters",
		"an encoded slash":               armHost + "/subscriptions/a%2Fb/providers/Microsoft.ContainerService/managedClusters",
		"an encoded backslash":           armHost + "/subscriptions/a%5Cb/providers/Microsoft.ContainerService/managedClusters",
		"an encoded question mark":       armHost + "/subscriptions/a%3Fb/providers/Microsoft.ContainerService/managedClusters",
		"a doubly encoded slash":         armHost + "/subscriptions/a%252Fb/providers/Microsoft.ContainerService/managedClusters",
		"a path parameter":               armHost + "/subscriptions;x=1",
		"a null byte":                    armHost + "/subscriptions/a%00/providers/Microsoft.ContainerService/managedClusters",
		"another host":                   "https://management.azure.com.evil.example/subscriptions",
		"a user in the address":          "https://management.azure.com@evil.example/subscriptions",
		"a user at the right host":       "https://ana:secret@management.azure.com/subscriptions",
		"another port":                   "https://management.azure.com:8443/subscriptions",
		"plain http":                     "http://management.azure.com/subscriptions",
		"ARM's path at Graph":            "https://graph.microsoft.com/subscriptions",
		"an unlisted read of Graph":      "https://graph.microsoft.com/v1.0/me",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			assert.Error(t, guarded(t, method, address), "%s: %s %s", what, method, address)
		}
	}
	assert.Error(t, guarded(t, http.MethodPost, armHost+"/v1.0/directoryObjects/getByIds"), "Graph's path at ARM")
}

func TestGuardTakesEncodedNames(t *testing.T) {
	for _, group := range []string{"rg-(one)", "rg%28one%29", "rg-%C3%BC", "rg-ü", "rg.one_2", "rg%20x"} {
		address := armHost + "/subscriptions/s/resourceGroups/" + group + "/providers/Microsoft.ContainerService/managedClusters/c"
		assert.NoError(t, guarded(t, http.MethodGet, address), group)
	}
}

func TestGuardRefusesAForgedHostHeader(t *testing.T) {
	req, err := http.NewRequest(http.MethodGet, armHost+"/subscriptions", http.NoBody)
	require.NoError(t, err)
	req.Host = "evil.example"
	assert.Error(t, testGuard.check(req))
}

// TestNothingElseLeaves asks for what is not listed through the whole pipeline.
func TestNothingElseLeaves(t *testing.T) {
	f := serve(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, `{}`) })
	r := &reader{Source: f.Source, ctx: t.Context(), yield: func(source.Event) bool { return true }}
	for _, req := range []request{
		{method: http.MethodPost, url: f.armURL(clusterID(subA, "c")+"/listClusterAdminCredential", "2026-06-01")},
		{method: http.MethodDelete, url: f.armURL(clusterID(subA, "c"), "2026-06-01")},
		{method: http.MethodPut, url: f.armURL(clusterID(subA, "c"), "2026-06-01"), body: []byte(`{}`)},
	} {
		_, err := r.ask(req)
		var refused *refusedError
		require.ErrorAs(t, err, &refused)
		assert.Contains(t, f.problem(err, estate).What, "was not sent")
	}
	assert.Empty(t, f.asked())
	assert.Zero(t, f.calls.Total())
	assert.Empty(t, f.clock.waited(), "it is not tried again")
}

// TestRedirectsAreNotFollowed wants a redirect to reach nobody, listed or not.
func TestRedirectsAreNotFollowed(t *testing.T) {
	strayed := 0
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed++ }))
	t.Cleanup(elsewhere.Close)
	targets := []string{elsewhere.URL + "/subscriptions", "/subscriptions/x/providers/Microsoft.ContainerService/managedClusters", "/secret"}
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, target := range targets {
			f := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, status) })
			problem := requireFailed(t, f.read(t, estate), estate)
			assert.Contains(t, problem.What, "redirects elsewhere")
			assert.Len(t, f.asked(), 1)
		}
	}
	assert.Zero(t, strayed)
}

func FuzzGuard(f *testing.F) {
	f.Add("GET", guardedCluster)
	f.Add("POST", armHost+"/providers/Microsoft.ResourceGraph/resources")
	f.Add("GET", armHost+"/subscriptions/%2e%2e/%2f")
	f.Fuzz(func(t *testing.T, method, address string) {
		req, err := http.NewRequest(method, address, http.NoBody)
		if err != nil || testGuard.check(req) != nil {
			return
		}
		// What passes is a GET or one of the POSTs, to one of the two hosts.
		require.Contains(t, []string{"GET", "POST"}, req.Method)
		require.Contains(t, []string{"management.azure.com", "graph.microsoft.com"}, strings.ToLower(req.URL.Hostname()))
		require.Equal(t, "https", req.URL.Scheme)
		require.NotContains(t, strings.Split(req.URL.Path, "/"), "..")
		if req.Method == http.MethodPost {
			path := strings.ToLower(req.URL.Path)
			require.True(t, strings.HasSuffix(path, "/resources") || strings.HasSuffix(path, "/getbyids") || strings.HasSuffix(path, "/getmembergroups"))
		}
	})
}
