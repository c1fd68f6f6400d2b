package kube

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

func aksCluster(properties string) *model.Resource {
	const id = "/subscriptions/s/resourceGroups/rg-pay/providers/Microsoft.ContainerService/managedClusters/pay-01"
	return &model.Resource{ID: id, Kind: model.KindCluster, Raw: model.NewJSON([]byte(`{"id":"` + id + `","properties":{` + properties + `}}`))}
}

const (
	private  = `"apiServerAccessProfile":{"enablePrivateCluster":true}`
	ranges   = `"apiServerAccessProfile":{"authorizedIPRanges":["198.51.100.0/24"]}`
	entra    = `"aadProfile":{"managed":true,"tenantID":"t-1"}`
	azureIAM = `"aadProfile":{"managed":true,"enableAzureRBAC":true}`
)

type late struct{}

func (late) Error() string   { return "i/o timeout" }
func (late) Timeout() bool   { return true }
func (late) Temporary() bool { return false }

func TestProblemsSayWhatToDo(t *testing.T) {
	asked := func(err error) error { return &url.Error{Op: "Get", URL: "https://api.example/version", Err: err} }
	noName := asked(&net.OpError{Op: "dial", Err: &net.DNSError{Name: "api.example", IsNotFound: true}})
	silent := asked(&net.OpError{Op: "dial", Err: late{}})
	reset := asked(&net.OpError{Op: "read", Err: syscall.ECONNRESET})
	answered := func(code int) error {
		return &statusError{Code: code, Reason: "Some", Message: "it says why\nand more"}
	}
	for _, test := range []struct {
		name       string
		properties string
		err        error
		kind       model.Kind
		what, do   string
		refused    bool
	}{
		{name: "private, no name", properties: private, err: noName, what: "The cluster is private, and its name api.example cannot be resolved", do: "peered"},
		{name: "private, no route", properties: private, err: silent, what: "The cluster is private, and there is no route", do: "VPN"},
		{name: "ranges", properties: ranges, err: silent, what: "your address seems not to be in the authorized IP ranges", do: "authorizedIPRanges"},
		{name: "ranges, reset", properties: ranges, err: reset, what: "your address seems not to be in the authorized IP ranges", do: "authorizedIPRanges"},
		{name: "stopped", properties: `"powerState":{"code":"Stopped"}`, err: noName, what: "The cluster is stopped", do: "az aks start -g rg-pay -n pay-01"},
		{name: "no name", err: noName, what: "api.example cannot be resolved", do: "VPN"},
		{name: "timeout", err: silent, what: "api.example did not answer in time", do: "read again with r"},
		{name: "our own limit", err: fmt.Errorf("%w: %w", errTimeout, context.DeadlineExceeded), what: "did not answer in time", do: "VPN"},
		{name: "no host", err: asked(syscall.EHOSTUNREACH), what: "did not answer in time", do: "VPN"},
		{name: "refused", err: asked(syscall.ECONNREFUSED), what: "api.example:6443 refuses connections", do: "kubeconfig"},
		{name: "cut", err: asked(io.EOF), what: "closed the connection", do: "read again"},
		{name: "wrong authority", err: asked(x509.UnknownAuthorityError{}), what: "The certificate of api.example is not from the authority", do: "proxy"},
		{name: "broken", err: &brokenError{offset: 7, err: io.ErrUnexpectedEOF}, what: "broken at byte 7", do: "read again"},
		{name: "not listed", err: asked(&refusedError{"DELETE", "https://api.example/x"}), what: "was not sent", do: "report it"},
		{name: "something else", err: errors.New("odd"), what: "could not be asked: odd", do: "network"},
		{name: "expired", properties: entra, err: answered(401), what: "does not accept the login", do: "az login --tenant t-1"},
		{name: "expired without a tenant", err: answered(401), what: "does not accept the login", do: "az login"},
		{name: "forbidden", err: answered(403), kind: model.KindNode, what: "ana may not list nodes", do: "aksight reader-role", refused: true},
		{name: "forbidden with Azure RBAC", properties: azureIAM, err: answered(403), kind: model.KindIngress, what: "ingresses.networking.k8s.io", do: "Azure Kubernetes Service RBAC Reader", refused: true},
		{name: "forbidden Secrets", err: answered(403), kind: model.KindSecret, what: "ana may not list secrets", do: "a good choice", refused: true},
		{name: "throttled", err: answered(429), kind: model.KindPod, what: "keeps throttling lists of pods", do: "in some minutes"},
		{name: "redirected", err: answered(302), what: "redirects elsewhere", do: "sign-in page"},
		{name: "failing", err: answered(503), kind: model.KindPod, what: "failed to list pods (503", do: "in a while"},
		{name: "rejected", err: answered(400), kind: model.KindPod, what: "rejected the list of pods (400 Some)", do: "it says why"},
		{name: "said already", err: asked(&source.Problem{What: "No token", Do: "az login"}), what: "No token", do: "az login"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &reader{cluster: aksCluster(test.properties), route: route{server: &url.URL{Scheme: "https", Host: "api.example:6443"}, user: "ana"}}
			p := r.problem(test.err, test.kind)
			assert.Contains(t, p.What, test.what)
			assert.Contains(t, p.Do, test.do)
			assert.Equal(t, test.refused, p.Refused)
			assert.NotContains(t, p.Error(), "\n")
		})
	}
}

func TestRBACIsNotInAzuresReaderRole(t *testing.T) {
	r := &reader{cluster: aksCluster(azureIAM), route: route{server: &url.URL{}, user: "ana"}}
	assert.NotContains(t, r.problem(&statusError{Code: 403}, model.KindRole).Do, "Azure Kubernetes Service RBAC Reader")
}

// way is a connector with one answer.
type way struct {
	config  *rest.Config
	problem *source.Problem
}

func (w way) Connect(context.Context, *model.Resource) (*rest.Config, *source.Problem) {
	return w.config, w.problem
}

func TestWhatCannotBeReachedFailsAsAWhole(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := closed.Addr().String()
	require.NoError(t, closed.Close())
	s := newAPIServer(t)
	for name, test := range map[string]struct {
		way
		what string
	}{
		"the connector knows no way": {way{problem: &source.Problem{What: "no way"}}, "no way"},
		"nobody listens":             {way{config: &rest.Config{Host: "https://" + address}}, "refuses connections"},
		"another authority":          {way{config: &rest.Config{Host: s.URL, BearerToken: "good"}}, "is not from the authority"},
		"a bad token":                {way{config: &rest.Config{Host: s.URL, BearerToken: "bad", TLSClientConfig: rest.TLSClientConfig{CAData: pemOf(s.Certificate())}}}, "does not accept the login"},
		"in the clear":               {way{config: &rest.Config{Host: "http://api.example"}}, "is not https"},
	} {
		t.Run(name, func(t *testing.T) {
			all := readAll(t, test.way, kubeCluster())
			require.NotNil(t, all.failed[""])
			assert.Contains(t, all.failed[""].What, test.what)
			assert.Len(t, all.failed, 1)
			assert.Empty(t, all.complete)
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := newAPIServer(t)
	s := newAPIServer(t)
	s.once("/api/v1/nodes", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+"/api/v1/nodes", http.StatusFound)
	})
	all := readAll(t, s, kubeCluster())
	assert.Contains(t, all.failed[model.KindNode].What, "redirects elsewhere")
	assert.Empty(t, elsewhere.requests)
}
