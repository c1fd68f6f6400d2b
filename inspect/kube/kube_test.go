package kube

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

func pemOf(certificate *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
}

func pod(namespace, name string) string {
	return fmt.Sprintf(`{"metadata":{"name":%q,"namespace":%q},"spec":{"containers":[{"name":"c","image":"nginx"}]}}`, name, namespace)
}

func TestInsideReadsAllPages(t *testing.T) {
	s := newAPIServer(t)
	s.pageMost = 3
	s.add("/api/v1/namespaces", `{"metadata":{"name":"shop"}}`, `{"metadata":{"name":"bank"}}`)
	for i := range 10 {
		s.add("/api/v1/pods", pod("shop", fmt.Sprintf("web-%d", i)))
		s.add("/apis/rbac.authorization.k8s.io/v1/rolebindings", fmt.Sprintf(
			`{"metadata":{"name":"b-%d","namespace":"shop","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}},`+
				`"roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[{"kind":"User","name":"ana"}]}`, i))
	}
	all := readAll(t, s, kubeCluster())
	assert.Equal(t, "v1.34.2", all.connected.Server)
	assert.Equal(t, "ana", all.connected.User)
	assert.Len(t, all.objects[model.KindPod], 10)
	assert.Len(t, all.objects[model.KindRoleBinding], 10)
	binding := all.objects[model.KindRoleBinding][model.Ref{Kind: model.KindRoleBinding, Namespace: "shop", Name: "b-3"}]
	require.NotNil(t, binding)
	assert.NotNil(t, binding.Typed, "it was read as protobuf")
	assert.Empty(t, all.failed)
	for _, kind := range model.ObjectKinds {
		assert.Equal(t, 1, all.complete[kind.Kind], "%s ends once", kind.Kind)
	}
	assert.Len(t, s.asked("/api/v1/pods"), 4)
}

func TestKindsThatNobodyWantsAreNotRead(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/namespaces", `{"metadata":{"name":"shop"}}`)
	s.add("/api/v1/pods", pod("shop", "web"))
	s.add("/apis/rbac.authorization.k8s.io/v1/rolebindings", `{"metadata":{"name":"b","namespace":"shop"},"roleRef":{"kind":"ClusterRole","name":"view"}}`)
	read := func(kinds ...model.Kind) map[model.Kind]int {
		s.requests = nil
		source := newSource(s)
		source.opts.Kinds = kinds
		all := newTold()
		for event := range source.Inside(t.Context(), kubeCluster(), false) {
			all.fold(event)
		}
		assert.Empty(t, all.failed)
		return all.complete
	}
	assert.Equal(t, map[model.Kind]int{model.KindRole: 1, model.KindRoleBinding: 1}, read(model.KindRole, model.KindRoleBinding))
	assert.Empty(t, s.asked("/api/v1/pods"))
	assert.Equal(t, map[model.Kind]int{model.KindPod: 1, model.KindRole: 1}, read(model.KindPod, model.KindRole))
	assert.Equal(t, map[model.Kind]int{model.KindNamespace: 1, model.KindSecret: 1}, read(model.KindSecret), "Secrets are listed by namespace")
}

func TestSecretsAreReadAsColumnsAlone(t *testing.T) {
	s := newAPIServer(t)
	s.pageMost = 2
	s.add("/api/v1/namespaces", `{"metadata":{"name":"shop"}}`, `{"metadata":{"name":"bank"}}`, `{"metadata":{"name":"empty"}}`)
	for i := range 5 {
		s.add("/api/v1/secrets", fmt.Sprintf(`{"metadata":{"name":"s-%d","namespace":"shop"},"type":"Opaque","data":{"a":"aGk=","b":"aGk="}}`, i))
	}
	s.add("/api/v1/secrets", `{"metadata":{"name":"s-1","namespace":"bank"},"type":"kubernetes.io/tls","data":{}}`)
	all := readAll(t, s, kubeCluster())
	secrets := all.objects[model.KindSecret]
	assert.Len(t, secrets, 6)
	o := secrets[model.Ref{Kind: model.KindSecret, Namespace: "shop", Name: "s-4"}]
	require.NotNil(t, o)
	assert.Equal(t, model.SecretSummary{Type: "Opaque", Keys: 2}, *o.Secret)
	assert.Equal(t, readAt.Add(-76*time.Hour), o.Created)
	assert.Equal(t, "kubernetes.io/tls", secrets[model.Ref{Kind: model.KindSecret, Namespace: "bank", Name: "s-1"}].Secret.Type)
	for _, request := range s.requests {
		if strings.Contains(request, "/secrets") {
			assert.Contains(t, request, "includeObject=None")
		}
	}
}

func TestSecretsInAnotherFormAreNotTaken(t *testing.T) {
	s := newAPIServer(t)
	s.once("/api/v1/secrets", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"kind":"SecretList","items":[{"metadata":{"name":"a"},"data":{"password":"aHVudGVyMg=="}}]}`)
	})
	all := readAll(t, s, kubeCluster())
	assert.Contains(t, all.failed[model.KindSecret].What, "in another form")
	assert.Empty(t, all.objects[model.KindSecret])
}

func TestAnExpiredListIsReadAnew(t *testing.T) {
	s := newAPIServer(t)
	s.pageMost = 2
	s.add("/api/v1/pods", pod("a", "1"), pod("a", "2"), pod("a", "3"))
	s.once("/api/v1/pods", s.serveList)
	s.once("/api/v1/pods", func(w http.ResponseWriter, _ *http.Request) {
		status(w, http.StatusGone, "Expired", "The provided continue parameter is too old")
	})
	all := readAll(t, s, kubeCluster())
	assert.Len(t, all.objects[model.KindPod], 3)
	assert.Equal(t, []model.Kind{model.KindPod}, all.listings)
	assert.Equal(t, 1, all.complete[model.KindPod])
}

func TestAForbiddenKindIsCouldNotReadAlone(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/pods", pod("a", "1"))
	for _, path := range []string{"/api/v1/secrets", "/api/v1/nodes"} {
		s.once(path, func(w http.ResponseWriter, _ *http.Request) { status(w, http.StatusForbidden, "Forbidden", "no") })
	}
	all := readAll(t, s, kubeCluster())
	assert.Equal(t, "ana may not list nodes", all.failed[model.KindNode].What)
	assert.True(t, all.failed[model.KindSecret].Refused)
	assert.Len(t, all.objects[model.KindPod], 1)
	assert.Len(t, all.failed, 2)
}

func TestThrottlingIsObeyedAndSeen(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/pods", pod("a", "1"))
	for range 3 {
		s.once("/api/v1/pods", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7")
			status(w, http.StatusTooManyRequests, "TooManyRequests", "too many")
		})
	}
	all := readAll(t, s, kubeCluster())
	assert.Len(t, all.objects[model.KindPod], 1)
	require.Len(t, all.waits, 3)
	assert.Equal(t, readAt.Add(7*time.Second), all.waits[0].Until)
	assert.Equal(t, "throttled by the API server", all.waits[0].Why)
}

func TestTheNewestServedVersionIsRead(t *testing.T) {
	s := newAPIServer(t)
	s.add("/apis/gateway.networking.k8s.io/v1beta1/gateways", `{"metadata":{"name":"old","namespace":"a"}}`)
	s.add("/apis/gateway.networking.k8s.io/v1/gateways", `{"metadata":{"name":"new","namespace":"a"}}`)
	s.add("/apis/gateway.networking.k8s.io/v1beta1/httproutes", `{"metadata":{"name":"old","namespace":"a"}}`)
	s.add("/apis/constraints.gatekeeper.sh/v1beta1/k8srepos", `{"kind":"K8sRepos","metadata":{"name":"same"}}`)
	s.add("/apis/constraints.gatekeeper.sh/v1beta1/k8sprobes", `{"kind":"K8sProbes","metadata":{"name":"same"}}`)
	all := readAll(t, s, kubeCluster())
	assert.Contains(t, all.objects[model.KindGateway], model.Ref{Kind: model.KindGateway, Namespace: "a", Name: "new"})
	assert.Len(t, all.objects[model.KindGateway], 1)
	assert.Len(t, all.objects[model.KindHTTPRoute], 1)
	assert.Len(t, all.objects[model.KindConstraint], 2, "of two kinds with the same name")
}
