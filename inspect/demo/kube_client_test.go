package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

func newTestKubernetes(t testing.TB, opts Options) http.Handler {
	t.Helper()
	if opts.Now == nil {
		opts.Now = fixed
	}
	return NewKubernetesHandler(opts)
}

// server is the name of a cluster's API server, as its document gives it.
func server(t testing.TB, name string) string {
	t.Helper()
	e, err := loadEstate(0)
	require.NoError(t, err)
	f := newFacts(monday)
	for _, s := range e.told {
		for place := range s.clusters.count() {
			plan := s.clusters.at(place, f)
			if f.name != name {
				continue
			}
			arm, err := readARM(plan.document.append(nil, f))
			require.NoError(t, err)
			if arm.Properties.PrivateFQDN != "" {
				return arm.Properties.PrivateFQDN
			}
			return arm.Properties.FQDN
		}
	}
	t.Fatal("no cluster " + name)
	return ""
}

// clientConfig leads client-go to a cluster of a handler.
func clientConfig(t testing.TB, h http.Handler, name string) *rest.Config {
	t.Helper()
	return &rest.Config{Host: "https://" + server(t, name) + ":443", BearerToken: "demo", Transport: RoundTripper(h), QPS: -1}
}

// readable are the clusters that the demo's user can look into.
var readable = []string{
	"pay-weu-01", "pay-weu-02", "web-weu-01", "web-neu-01", "web-legacy-01", "web-win-01", "web-edge-01",
	"ds-train-01", "ds-lab-01", "ds-notebooks-01", "ds-features-01",
}

// resources lists what a cluster serves.
func resources(t testing.TB, config *rest.Config) map[schema.GroupVersionResource]metav1.APIResource {
	t.Helper()
	client, err := discovery.NewDiscoveryClientForConfig(config)
	require.NoError(t, err)
	_, lists, err := client.ServerGroupsAndResources()
	require.NoError(t, err)
	all := map[schema.GroupVersionResource]metav1.APIResource{}
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		require.NoError(t, err)
		for _, resource := range list.APIResources {
			if resource.Verbs.String() != "[create]" {
				all[version.WithResource(resource.Name)] = resource
			}
		}
	}
	return all
}

func TestClientsListEverything(t *testing.T) {
	h := newTestKubernetes(t, Options{})
	for _, name := range readable {
		t.Run(name, func(t *testing.T) {
			config := clientConfig(t, h, name)
			names, err := metadata.NewForConfig(config)
			require.NoError(t, err)
			objects, err := dynamic.NewForConfig(config)
			require.NoError(t, err)
			served := resources(t, config)
			assert.Greater(t, len(served), 30)
			for resource := range served {
				whole, err := objects.Resource(resource).List(t.Context(), metav1.ListOptions{})
				if apierrors.IsForbidden(err) {
					assert.Equal(t, "web-win-01", name)
					continue
				}
				require.NoError(t, err, resource)
				ids := map[string]int{}
				for i := range whole.Items {
					o := &whole.Items[i]
					require.NotEmpty(t, o.GetUID(), o.GetName())
					require.NotEmpty(t, o.GetResourceVersion(), o.GetName())
					require.NotEmpty(t, o.GetManagedFields(), "%s %s", resource.Resource, o.GetName())
					require.False(t, o.GetCreationTimestamp().After(monday), o.GetName())
					ids[o.GetNamespace()+"/"+o.GetName()]++
				}
				seen := map[string]int{}
				page := metav1.ListOptions{Limit: 7}
				for {
					list, err := names.Resource(resource).List(t.Context(), page)
					require.NoError(t, err, resource)
					assert.LessOrEqual(t, len(list.Items), 7)
					for i := range list.Items {
						seen[list.Items[i].Namespace+"/"+list.Items[i].Name]++
					}
					if page.Continue = list.Continue; page.Continue == "" {
						break
					}
				}
				assert.Equal(t, ids, seen, resource)
			}
		})
	}
}

func TestProtobufAndJSONAgree(t *testing.T) {
	config := clientConfig(t, newTestKubernetes(t, Options{}), "pay-weu-01")
	inJSON := rest.CopyConfig(config)
	inJSON.ContentType, inJSON.AcceptContentTypes = "application/json", "application/json"
	inProtobuf := rest.CopyConfig(config)
	inProtobuf.ContentType, inProtobuf.AcceptContentTypes = mediaProtobuf, mediaProtobuf
	for _, list := range []func(*kubernetes.Clientset) (any, error){
		func(c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
		},
		func(c *kubernetes.Clientset) (any, error) {
			return c.AppsV1().Deployments("").List(t.Context(), metav1.ListOptions{})
		},
		func(c *kubernetes.Clientset) (any, error) {
			return c.RbacV1().ClusterRoles().List(t.Context(), metav1.ListOptions{})
		},
		func(c *kubernetes.Clientset) (any, error) {
			return c.NetworkingV1().NetworkPolicies("payments").List(t.Context(), metav1.ListOptions{})
		},
		func(c *kubernetes.Clientset) (any, error) {
			return c.DiscoveryV1().EndpointSlices("").List(t.Context(), metav1.ListOptions{Limit: 3})
		},
		func(c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().Services("payments").Get(t.Context(), "checkout", metav1.GetOptions{})
		},
	} {
		var answers [2]string
		for i, config := range []*rest.Config{inJSON, inProtobuf} {
			client, err := kubernetes.NewForConfig(config)
			require.NoError(t, err)
			got, err := list(client)
			require.NoError(t, err)
			text, err := json.Marshal(got)
			require.NoError(t, err)
			answers[i] = string(text)
		}
		assert.Greater(t, len(answers[0]), 500)
		// What only one of the two forms can say.
		clean := strings.NewReplacer(`"apiVersion":"v1",`, "", `"kind":"Service",`, "", `{}`, `null`)
		assert.JSONEq(t, clean.Replace(answers[0]), clean.Replace(answers[1]))
	}
}

func TestTablesOfSecretsHoldNoValue(t *testing.T) {
	h := newTestKubernetes(t, Options{})
	for _, name := range readable {
		host := "https://" + server(t, name)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, host+"/api/v1/secrets?includeObject=None&limit=500", http.NoBody)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer demo")
		r.Header.Set("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
		response, err := RoundTripper(h).RoundTrip(r)
		require.NoError(t, err)
		text := readAll(t, response)
		if name == "web-win-01" {
			assert.Equal(t, http.StatusForbidden, response.StatusCode)
			assert.Contains(t, string(text), "secrets is forbidden")
			continue
		}
		var table metav1.Table
		require.NoError(t, json.Unmarshal(text, &table))
		assert.Equal(t, []string{"Name", "Type", "Data", "Age"}, columnNames(&table))
		assert.NotEmpty(t, table.Rows)
		for _, row := range table.Rows {
			assert.Len(t, row.Cells, 4)
			assert.Empty(t, row.Object.Raw)
		}
		client, err := kubernetes.NewForConfig(clientConfig(t, h, name))
		require.NoError(t, err)
		secrets, err := client.CoreV1().Secrets("").List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		assert.Len(t, table.Rows, len(secrets.Items))
		for i := range secrets.Items {
			for key, value := range secrets.Items[i].Data {
				assert.Empty(t, value, "%s/%s", secrets.Items[i].Name, key)
			}
		}
	}
}

func columnNames(table *metav1.Table) []string {
	var names []string
	for _, column := range table.ColumnDefinitions {
		names = append(names, column.Name)
	}
	return names
}

// clock is a time that tests move.
type clock struct{ nanos atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.nanos.Store(monday.UnixNano())
	return c
}

func (c *clock) now() time.Time        { return time.Unix(0, c.nanos.Load()).UTC() }
func (c *clock) after(d time.Duration) { c.nanos.Add(int64(d)) }

func TestAWatchDelivers(t *testing.T) {
	for _, contentType := range []string{"application/json", mediaProtobuf} {
		c := newClock()
		config := clientConfig(t, newTestKubernetes(t, Options{Now: c.now}), "web-neu-01")
		config.ContentType, config.AcceptContentTypes = contentType, contentType
		client, err := kubernetes.NewForConfig(config)
		require.NoError(t, err)
		list, err := client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		w, err := client.CoreV1().Pods("").Watch(t.Context(), metav1.ListOptions{ResourceVersion: list.ResourceVersion, AllowWatchBookmarks: true})
		require.NoError(t, err)
		held := map[string]string{}
		for i := range list.Items {
			held[list.Items[i].Namespace+"/"+list.Items[i].Name] = list.Items[i].ResourceVersion
		}
		c.after(3 * changePeriod)
		kinds := map[watch.EventType]int{}
		for kinds[watch.Modified] == 0 || kinds[watch.Added] < 2 {
			event := next(t, w)
			pod, is := event.Object.(*corev1.Pod)
			require.True(t, is, "%T", event.Object)
			kinds[event.Type]++
			key := pod.Namespace + "/" + pod.Name
			if event.Type == watch.Deleted {
				require.Contains(t, held, key)
				delete(held, key)
				continue
			}
			held[key] = pod.ResourceVersion
		}
		w.Stop()
		again, err := client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		now := map[string]string{}
		for i := range again.Items {
			now[again.Items[i].Namespace+"/"+again.Items[i].Name] = again.Items[i].ResourceVersion
		}
		assert.Equal(t, now, held, "what was listed and what changed since is what is listed now")
	}
}

func next(t testing.TB, w watch.Interface) watch.Event {
	t.Helper()
	select {
	case event, open := <-w.ResultChan():
		require.True(t, open, "the watch ended")
		return event
	case <-time.After(20 * time.Second):
		t.Fatal("no event")
		return watch.Event{}
	}
}

func TestAWatchCanStartWithWhatThereIs(t *testing.T) {
	config := clientConfig(t, newTestKubernetes(t, Options{}), "pay-weu-02")
	client, err := metadata.NewForConfig(config)
	require.NoError(t, err)
	for _, resource := range []schema.GroupVersionResource{
		{Version: "v1", Resource: "services"}, {Group: "cilium.io", Version: "v2", Resource: "ciliumclusterwidenetworkpolicies"},
	} {
		list, err := client.Resource(resource).List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		yes := true
		w, err := client.Resource(resource).Watch(t.Context(), metav1.ListOptions{
			SendInitialEvents: &yes, AllowWatchBookmarks: true, ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan,
		})
		require.NoError(t, err)
		for range list.Items {
			assert.Equal(t, watch.Added, next(t, w).Type)
		}
		end := next(t, w)
		assert.Equal(t, watch.Bookmark, end.Type)
		accessor, err := meta.Accessor(end.Object)
		require.NoError(t, err)
		assert.Equal(t, "true", accessor.GetAnnotations()[metav1.InitialEventsAnnotationKey])
		w.Stop()
	}
}

func TestAnOldResourceVersionIsGone(t *testing.T) {
	c := newClock()
	client, err := kubernetes.NewForConfig(clientConfig(t, newTestKubernetes(t, Options{Now: c.now}), "web-neu-01"))
	require.NoError(t, err)
	pods := client.CoreV1().Pods("")
	first, err := pods.List(t.Context(), metav1.ListOptions{Limit: 5, ResourceVersion: "0"})
	require.NoError(t, err)
	w, err := pods.Watch(t.Context(), metav1.ListOptions{ResourceVersion: "17"})
	require.NoError(t, err)
	event := next(t, w)
	assert.Equal(t, watch.Error, event.Type)
	assert.True(t, apierrors.IsResourceExpired(apierrors.FromObject(event.Object)))
	_, err = pods.List(t.Context(), metav1.ListOptions{ResourceVersion: "17", ResourceVersionMatch: metav1.ResourceVersionMatchExact})
	assert.True(t, apierrors.IsResourceExpired(err), err)
	c.after(time.Hour)
	_, err = pods.List(t.Context(), metav1.ListOptions{Limit: 5, Continue: first.Continue})
	require.NoError(t, err)
	c.after(2 * changesKept * changePeriod)
	_, err = pods.List(t.Context(), metav1.ListOptions{}) // the log is cut as changes are played
	require.NoError(t, err)
	c.after(2 * changesKept * changePeriod)
	_, err = pods.List(t.Context(), metav1.ListOptions{Limit: 5, Continue: first.Continue})
	assert.True(t, apierrors.IsResourceExpired(err), err)
	_, err = pods.List(t.Context(), metav1.ListOptions{ResourceVersion: "999999999"})
	assert.True(t, apierrors.IsTimeout(err), err)
}

func TestSelectors(t *testing.T) {
	client, err := kubernetes.NewForConfig(clientConfig(t, newTestKubernetes(t, Options{}), "pay-weu-01"))
	require.NoError(t, err)
	byLabel, err := client.CoreV1().Pods("payments").List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/name in (checkout,ledger)"})
	require.NoError(t, err)
	assert.Len(t, byLabel.Items, 7)
	one := byLabel.Items[0]
	onNode, err := client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{FieldSelector: "spec.nodeName=" + one.Spec.NodeName})
	require.NoError(t, err)
	assert.NotEmpty(t, onNode.Items)
	for i := range onNode.Items {
		assert.Equal(t, one.Spec.NodeName, onNode.Items[i].Spec.NodeName)
	}
	tokens, err := client.CoreV1().Secrets("").List(t.Context(), metav1.ListOptions{FieldSelector: "type=kubernetes.io/service-account-token"})
	require.NoError(t, err)
	assert.Len(t, tokens.Items, 2)
	events, err := client.CoreV1().Events("payments").List(t.Context(), metav1.ListOptions{FieldSelector: "involvedObject.kind=Pod,type=Warning"})
	require.NoError(t, err)
	assert.Len(t, events.Items, 2)
	_, err = client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{FieldSelector: "spec.priority=1"})
	assert.True(t, apierrors.IsBadRequest(err), err)
	_, err = client.CoreV1().Pods("payments").Get(t.Context(), "nobody", metav1.GetOptions{})
	assert.True(t, apierrors.IsNotFound(err), err)
}

func TestWhatTheDemosUserMayNotRead(t *testing.T) {
	client, err := kubernetes.NewForConfig(clientConfig(t, newTestKubernetes(t, Options{}), "web-win-01"))
	require.NoError(t, err)
	_, err = client.RbacV1().ClusterRoleBindings().List(t.Context(), metav1.ListOptions{})
	require.True(t, apierrors.IsForbidden(err), err)
	require.ErrorContains(t, err, `cannot list resource "clusterrolebindings" in API group "rbac.authorization.k8s.io" at the cluster scope`)
	_, err = client.CoreV1().Secrets("printing").Get(t.Context(), "x", metav1.GetOptions{})
	require.True(t, apierrors.IsForbidden(err), err)
	who, err := client.AuthenticationV1().SelfSubjectReviews().Create(t.Context(), &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	require.NoError(t, err)
	assert.Equal(t, userName, who.Status.UserInfo.Username)
	for resource, allowed := range map[string]bool{"pods": true, "secrets": false} {
		review, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(), &authorizationv1.SelfSubjectAccessReview{
			Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: "list", Resource: resource}},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
		assert.Equal(t, allowed, review.Status.Allowed, resource)
	}
}

func TestEveryWriteIsRefused(t *testing.T) {
	h := newTestKubernetes(t, Options{})
	host := "https://" + server(t, "pay-weu-01")
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead, http.MethodOptions} {
		for _, path := range []string{
			"/api/v1/namespaces", "/api/v1/namespaces/payments/pods", "/api/v1/namespaces/payments/pods/x", "/apis/apps/v1/namespaces/payments/deployments/checkout/scale",
			"/apis/authorization.k8s.io/v1/subjectaccessreviews", "/api/v1/namespaces/payments/serviceaccounts/default/token", "/version", "/nothing",
			"/apis/authorization.k8s.io/v1/namespaces/x/localsubjectaccessreviews", "/api/v1/namespaces/payments/pods/x/eviction",
		} {
			response := ask(t, h, method, host+path, "{}")
			assert.Equal(t, http.StatusMethodNotAllowed, response.StatusCode, "%s %s", method, path)
			readAll(t, response)
		}
	}
	for _, path := range []string{"/api/v1/namespaces/payments/pods/x/exec?command=sh", "/api/v1/namespaces/payments/pods/x/attach", "/api/v1/namespaces/payments/pods/x/portforward", "/api/v1/namespaces/payments/services/x/proxy"} {
		assert.Equal(t, http.StatusMethodNotAllowed, ask(t, h, http.MethodGet, host+path, "").StatusCode, path)
	}
}

func TestWhereNobodyAnswers(t *testing.T) {
	h := newTestKubernetes(t, Options{})
	for name, c := range map[string]struct{ host, says string }{
		"a private cluster elsewhere":      {server(t, "pay-neu-01"), "no such host"},
		"ranges that leave the user out":   {server(t, "pay-pci-01"), "i/o timeout"},
		"a stopped cluster":                {"ds-batch-01-dns-x.hcp.swedencentral.azmk8s.io", "no such host"},
		"a name that is nobody's":          {"other.example", "no such host"},
		"the public name of a private one": {strings.Replace(publicName(t, "pay-neu-01"), "https://", "", 1), "i/o timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := kubernetes.NewForConfig(&rest.Config{Host: "https://" + c.host, BearerToken: "demo", Transport: RoundTripper(h)})
			require.NoError(t, err)
			_, err = client.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{})
			require.ErrorContains(t, err, c.says)
			var failed net.Error
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, c.says == "i/o timeout", failed.Timeout())
		})
	}
}

func publicName(t testing.TB, name string) string {
	t.Helper()
	arm, err := readARM(readAll(t, ask(t, newTestHandler(Options{}), http.MethodGet, host+"/subscriptions/"+payments+"/resourceGroups/rg-pay-dr"+aks+"/"+name+atNewest, "")))
	require.NoError(t, err)
	return arm.Properties.FQDN
}

func TestATokenIsNeededForKubernetes(t *testing.T) {
	config := clientConfig(t, newTestKubernetes(t, Options{}), "pay-weu-01")
	config.BearerToken = ""
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	_, err = client.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{})
	assert.True(t, apierrors.IsUnauthorized(err), err)
}

func TestDiscoveryIsTheSameBothWays(t *testing.T) {
	config := clientConfig(t, newTestKubernetes(t, Options{}), "pay-weu-02")
	client, err := discovery.NewDiscoveryClientForConfig(config)
	require.NoError(t, err)
	_, aggregated, err := client.ServerGroupsAndResources()
	require.NoError(t, err)
	legacy := *client
	legacy.UseLegacyDiscovery = true
	_, one, err := legacy.ServerGroupsAndResources()
	require.NoError(t, err)
	flat := func(lists []*metav1.APIResourceList) map[string]string {
		all := map[string]string{}
		for _, list := range lists {
			for _, r := range list.APIResources {
				all[list.GroupVersion+"/"+r.Name] = fmt.Sprint(r.Kind, r.Namespaced, r.Verbs, r.ShortNames)
			}
		}
		return all
	}
	assert.Equal(t, flat(aggregated), flat(one))
	version, err := client.ServerVersion()
	require.NoError(t, err)
	assert.Equal(t, "v1.36.2", version.GitVersion)
}

func TestAUserCredentialLeadsToTheCluster(t *testing.T) {
	path := "/subscriptions/" + web + "/resourceGroups/rg-web" + aks + "/web-neu-01/listClusterUserCredential"
	response := ask(t, newTestHandler(Options{}), http.MethodPost, host+path+atNewest, "")
	var answer struct {
		Kubeconfigs []struct {
			Name  string
			Value []byte
		}
	}
	require.NoError(t, json.Unmarshal(readAll(t, response), &answer))
	require.Len(t, answer.Kubeconfigs, 1)
	config, err := clientcmd.Load(answer.Kubeconfigs[0].Value)
	require.NoError(t, err)
	cluster := config.Clusters["web-neu-01"]
	assert.Equal(t, "https://"+server(t, "web-neu-01")+":443", cluster.Server)
	assert.Contains(t, string(cluster.CertificateAuthorityData), "BEGIN CERTIFICATE")
	user := config.AuthInfos["clusterUser_rg-web_web-neu-01"]
	assert.Equal(t, "kubelogin", user.Exec.Command)
	assert.Contains(t, user.Exec.Args, entraServer)

	lab := "/subscriptions/" + dataScience + "/resourceGroups/rg-ds-lab" + aks + "/ds-lab-01/listClusterUserCredential"
	refused := ask(t, newTestHandler(Options{}), http.MethodPost, host+lab+atNewest, "")
	assert.Equal(t, http.StatusBadRequest, refused.StatusCode)
	assert.Contains(t, string(readAll(t, refused)), "AdminCredentialAsked")
	assert.Equal(t, http.StatusMethodNotAllowed, ask(t, newTestHandler(Options{}), http.MethodGet, host+path+atNewest, "").StatusCode)

	served := ask(t, newTestHandler(Options{KubernetesServer: "https://127.0.0.1:8443", KubernetesCA: []byte("authority")}), http.MethodPost, host+path+atNewest, "")
	require.NoError(t, json.Unmarshal(readAll(t, served), &answer))
	config, err = clientcmd.Load(answer.Kubeconfigs[0].Value)
	require.NoError(t, err)
	assert.Equal(t, "https://127.0.0.1:8443/"+server(t, "web-neu-01"), config.Clusters["web-neu-01"].Server)
	assert.Equal(t, "authority", string(config.Clusters["web-neu-01"].CertificateAuthorityData))
}

func TestOneHandlerServesEveryClusterByPath(t *testing.T) {
	h := newTestKubernetes(t, Options{})
	for name, version := range map[string]string{"pay-weu-01": "v1.31.4", "ds-features-01": "v1.32.9"} {
		response := ask(t, h, http.MethodGet, "https://127.0.0.1:8443/"+server(t, name)+"/version", "")
		assert.Contains(t, string(readAll(t, response)), version)
	}
}

func TestFaultsHappenToClustersToo(t *testing.T) {
	h := newTestKubernetes(t, Options{Faults: []Fault{
		{Kind: Expire, Path: "continue=", Times: 1}, {Kind: Throttle, Path: "/configmaps", RetryAfter: time.Second},
		{Kind: Fail, Path: "/services"}, {Kind: Refuse, Path: "/pods"},
	}})
	config := clientConfig(t, h, "pay-weu-01")
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	page, err := client.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{Limit: 2})
	require.NoError(t, err)
	_, err = client.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{Limit: 2, Continue: page.Continue})
	assert.True(t, apierrors.IsResourceExpired(err), err)
	_, err = client.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{Limit: 2, Continue: page.Continue})
	require.NoError(t, err)
	_, err = client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
	assert.True(t, apierrors.IsForbidden(err), err)
	assert.Equal(t, http.StatusTooManyRequests, ask(t, h, http.MethodGet, "https://"+server(t, "pay-weu-01")+"/api/v1/configmaps", "").StatusCode)
	assert.Equal(t, http.StatusServiceUnavailable, ask(t, h, http.MethodGet, "https://"+server(t, "pay-weu-01")+"/api/v1/services", "").StatusCode)
}

func TestAWatchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client, err := kubernetes.NewForConfig(clientConfig(t, newTestKubernetes(t, Options{}), "pay-weu-01"))
	require.NoError(t, err)
	w, err := client.CoreV1().Nodes().Watch(ctx, metav1.ListOptions{ResourceVersion: "0"})
	require.NoError(t, err)
	assert.Equal(t, watch.Added, next(t, w).Type)
	cancel()
	for range w.ResultChan() {
	}
}

func FuzzKubernetesRequest(f *testing.F) {
	h := newTestKubernetes(f, Options{})
	host := server(f, "pay-weu-01")
	for _, seed := range [][3]string{
		{"/api/v1/pods?limit=3", mediaProtobuf, ""}, {"/apis/apps/v1/namespaces/payments/deployments/checkout", "application/json;as=Table;g=meta.k8s.io;v=v1", ""},
		{"/api/v1/pods?continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0", "*/*", ""}, {"/apis", "application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io", ""},
		{"/api/v1/secrets?labelSelector=a%3Db,c+notin+(d)&fieldSelector=type!%3Dx", "text/html,,;", ""}, {"/api/v1/nodes?resourceVersion=-1&resourceVersionMatch=Exact", "", ""},
		{accessReview, "", `{"spec":{"resourceAttributes":{"verb":"list","resource":"pods"}}}`}, {accessReview, mediaProtobuf, "k8s\x00\n"},
		{"//api/v1/namespaces//pods", "", ""}, {"/api/v1/namespaces/x", "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1", ""},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, target, accept, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || u.Host != "" || u.Query().Has("watch") {
			return
		}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := httptest.NewRequest(method, "https://"+host+"/", strings.NewReader(body))
			r.URL.Path, r.URL.RawQuery = u.Path, u.RawQuery
			r.Header.Set("Authorization", "Bearer demo")
			r.Header.Set("Accept", accept)
			if other, _ := serverAndPath(r); other != host {
				return
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code >= http.StatusInternalServerError && w.Code != http.StatusGatewayTimeout {
				t.Fatalf("%s %q: %d %.300s", method, target, w.Code, w.Body)
			}
			if method == http.MethodPost && w.Code < http.StatusBadRequest && u.Path != accessReview && u.Path != selfReview {
				t.Fatalf("%q took a POST: %d", target, w.Code)
			}
		}
	})
}
