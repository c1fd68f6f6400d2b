package page

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
)

// insiderSource is the demo, with the inside of its clusters played.
type insiderSource struct {
	source.Source
	*playedInside
}

// eventsOf are what a source tells of the manifests.
func eventsOf(t *testing.T, cluster model.ID, manifests string) []source.Event {
	t.Helper()
	in := objecttest.Inside(t, manifests)
	for _, name := range []string{"db", "old-token", "pull", "shop-tls"} { // Secrets come as tables, not as manifests
		secret := &model.SecretSummary{Type: "Opaque", Keys: 2}
		if name == "old-token" {
			secret.Type = "kubernetes.io/service-account-token"
		}
		in.Objects[model.KindSecret] = append(in.Objects[model.KindSecret], &model.Object{
			Ref: model.Ref{Kind: model.KindSecret, Namespace: "shop", Name: name}, APIVersion: "v1", Secret: secret,
			Created: objecttest.ReadAt.AddDate(-1, 0, 0), ReadAt: objecttest.ReadAt,
		})
	}
	events := []source.Event{source.Connected{Cluster: cluster, Server: in.Server, User: "ana@marigold.example", Address: "https://pay-weu-01.example:443"}}
	for _, kind := range model.ObjectKinds {
		events = append(events,
			source.Objects{Cluster: cluster, Kind: kind.Kind, Version: in.Versions[kind.Kind], List: in.Objects[kind.Kind]},
			source.Complete{Scope: source.Scope{Breadth: source.Inside, ID: cluster, Kind: kind.Kind}, At: objecttest.ReadAt})
	}
	return events
}

// lookInto opens the demo with the manifests inside one of its clusters, read and judged.
func lookInto(t *testing.T, manifests string) (in *inspect.Inspection, cluster model.ID) {
	t.Helper()
	cluster = clusterID(t, "pay-weu-01")
	plain, err := openDemo(demo.Options{Now: func() time.Time { return testNow }})
	require.NoError(t, err)
	played := &playedInside{events: eventsOf(t, cluster, manifests), asked: make(chan model.ID, 8)}
	in = inspect.New(inspect.Options{
		Source: insiderSource{plain.Source, played}, Now: func() time.Time { return testNow }, AllChildren: true,
		Rules: func() *rules.Catalogue { return someRules(t, plain.Rules()) },
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	in.Start(ctx)
	require.NoError(t, in.Wait(ctx))
	require.NoError(t, in.OpenInside(cluster))
	require.NoError(t, in.WaitInside(ctx, cluster))
	return in, cluster
}

// someRules are the rules on clusters, with a few on what runs in them: the screens of
// these tests do not change with every rule that is added.
func someRules(t *testing.T, all *rules.Catalogue) *rules.Catalogue {
	t.Helper()
	wanted := []string{"001", "004", "006", "008", "009", "010", "011", "012", "018", "035", "041", "042", "047"}
	var kept []*model.Rule
	for _, rule := range all.Rules() {
		number, workloads := strings.CutPrefix(rule.ID, "AKS-WL-")
		if !rule.Inside() || workloads && slices.Contains(wanted, number) {
			kept = append(kept, rule)
		}
	}
	catalogue, err := rules.New(kept)
	require.NoError(t, err)
	return catalogue
}

const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/warn: restricted}, creationTimestamp: "2026-05-04T08:00:00Z"}
---
apiVersion: v1
kind: Namespace
metadata: {name: kube-system, labels: {kubernetes.azure.com/managedby: aks}}
---
apiVersion: v1
kind: Namespace
metadata: {name: tools}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, creationTimestamp: "2026-05-04T08:10:00Z", labels: {app.kubernetes.io/managed-by: Helm}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      hostNetwork: true
      imagePullSecrets: [{name: pull}]
      securityContext: {runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      initContainers:
      - {name: migrate, image: "marigold.azurecr.io/migrate:7", securityContext: {runAsUser: 0}}
      containers:
      - name: web
        image: marigold.azurecr.io/web:1.4.2
        ports: [{containerPort: 8080, hostPort: 8080}]
        env: [{name: DB, valueFrom: {secretKeyRef: {name: db, key: password}}}, {name: LEVEL, value: info}]
        securityContext: {privileged: true, capabilities: {add: [NET_ADMIN], drop: [ALL]}}
        volumeMounts: [{name: sock, mountPath: /run/containerd.sock}]
      - {name: proxy, image: "mcr.microsoft.com/proxy@sha256:0123", securityContext: {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false}}
      volumes: [{name: sock, hostPath: {path: /run/containerd/containerd.sock}}]
status: {replicas: 2, availableReplicas: 1}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-7d4b9, namespace: shop, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]}
spec: {replicas: 2, template: {spec: {containers: [{name: web, image: "marigold.azurecr.io/web:1.4.2"}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-7d4b9-abcde, namespace: shop, labels: {app: web}, creationTimestamp: "2026-11-23T08:10:00Z", ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-7d4b9, controller: true}]}
spec: {nodeName: aks-user-1, serviceAccountName: web, containers: [{name: web, image: "marigold.azurecr.io/web:1.4.2"}]}
status: {phase: Running, containerStatuses: [{name: web, ready: true, restartCount: 3}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop}
spec: {schedule: "0 3 * * *", jobTemplate: {spec: {template: {spec: {containers: [{name: report, image: "report:latest"}]}}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: debug, namespace: tools}
spec: {containers: [{name: sh, image: busybox, securityContext: {privileged: true}}]}
status: {phase: Running}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop, annotations: {azure.workload.identity/client-id: 1b1f6d3e-0000-4000-8000-000000000001}}
imagePullSecrets: [{name: pull}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: shop}
automountServiceAccountToken: false
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web-admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, clusterIP: 10.0.3.4, selector: {app: web}, ports: [{port: 443, nodePort: 31443}]}
status: {loadBalancer: {ingress: [{ip: 20.61.7.9}]}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: nginx
  tls: [{hosts: [shop.example], secretName: shop-tls}]
  rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 443}}}}]}}]
status: {loadBalancer: {ingress: [{ip: 20.61.7.10}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: all, namespace: shop}
spec: {hard: {pods: "20", limits.memory: 16Gi}}
`

// workloadScenes are the screens of what runs in a cluster.
func workloadScenes(cluster model.ID) map[string]Address {
	shop := namespaceAt(cluster, "shop")
	tab := func(at Address, name string) Address {
		at.Tab = name
		return at
	}
	web := objectAt(cluster, model.Ref{Kind: model.KindDeployment, Namespace: "shop", Name: "web"})
	return map[string]Address{
		"namespaces": {Kind: Namespaces, ID: cluster},
		"workloads":  shop, "services": tab(shop, servicesTab), "network": tab(shop, networkTab), "accounts": tab(shop, accountsTab), "secrets": tab(shop, secretsTab),
		"policies": tab(shop, policiesTab), "findings": tab(shop, findingsTab),
		"security": web, "pods": tab(web, "pods"), "yaml": tab(web, "yaml"), "on_web": tab(web, findingsTab),
		"secret":  objectAt(cluster, model.Ref{Kind: model.KindSecret, Namespace: "shop", Name: "db"}),
		"finding": web.ruled(Finding), "fix": web.ruled(Fix), "waive": web.ruled(Waive),
	}
}

func (at Address) ruled(kind Kind) Address {
	at.Rule = "AKS-WL-001"
	return at.to(kind)
}

func TestScreensOfWhatRunsInACluster(t *testing.T) {
	in, cluster := lookInto(t, shop)
	for name, at := range workloadScenes(cluster) {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s_%dx%d", name, size[0], size[1]), func(t *testing.T) {
				golden.RequireEqual(t, newStage(t, in, size[0], size[1]).open(at).frame()+"\n")
			})
		}
	}
}

// From the cluster's page to the line of a container that is privileged, its fix and
// what the fix changes, and back to the object from the finding.
func TestFromTheClusterToAPrivilegedContainer(t *testing.T) {
	in, cluster := lookInto(t, shop)
	s := newStage(t, in, 100, 36).open(Address{Kind: Cluster, ID: cluster, Tab: "inside"})
	s.do(action.Open) // namespaces
	s.send(Filtered{"shop"}).do(action.Open, action.Open)
	assert.Contains(t, s.frame(), "Security context")
	assert.Contains(t, s.frame(), "web runs privileged")
	s.do(action.Fix)
	assert.Contains(t, s.frame(), "kubectl patch deployment")
	s.do(action.Preview)
	assert.Contains(t, s.frame(), "pass")
	s.do(action.Explain)
	assert.Contains(t, s.frame(), "Deployment shop/web")
	s.do(action.Open)
	assert.Contains(t, s.frame(), "Security context")
}

// What was found inside is in the lists of findings, by the object that it is on.
func TestFindingsInsideAreListedWithTheirObject(t *testing.T) {
	in, cluster := lookInto(t, shop)
	s := newStage(t, in, 160, 41)
	for _, at := range []Address{{Kind: Cluster, ID: cluster, Tab: "findings"}, {Kind: Findings, Tab: "all"}, {Kind: Findings, Rule: "AKS-WL-001"}} {
		s.open(at).send(Filtered{"rule:aks-wl-001 on:web"})
		frame := s.frame()
		assert.Contains(t, frame, "A container is privileged", at.Kind)
		assert.Contains(t, frame, "Deployment shop/web", at.Kind)
		assert.NotContains(t, frame, "Pod tools/debug", at.Kind)
		s.do(action.Open)
		assert.Contains(t, s.frame(), "web runs privileged")
		s.do(action.Waive)
		assert.Contains(t, s.frame(), "part: Deployment shop/web")
	}
	s.open(Address{Kind: Findings}).send(Filtered{"rule:aks-wl-001"})
	assert.Regexp(t, `A container is privileged +1 +2`, s.frame())
	groups := groupByRule(in.Store.Snapshot().Clusters, in.Rules().Rules())
	_, place := in.Rules().Find("AKS-WL-001")
	assert.Equal(t, 2, groups[place].counts.Failures())
	assert.Equal(t, 1, groups[place].clusters)
}

// A cluster that nobody has looked into has no checks that wait for what runs in it.
func TestNothingWaitsForAnInsideThatNobodyOpened(t *testing.T) {
	for _, cluster := range demoEstate().Store.Snapshot().Clusters {
		x := newIndex([]*store.Cluster{cluster}, setOf(model.Pending, model.CouldNotRead, model.Fail), nil)
		for at := range x.len() {
			assert.Negative(t, x.at(int32(at)).object())
		}
	}
}

// What runs in a cluster can be gone to by its name once somebody has looked inside.
func TestInsideOfTellsWhatCanBeGoneTo(t *testing.T) {
	in, cluster := lookInto(t, shop)
	names := map[string]Address{}
	for _, each := range in.Store.Snapshot().Clusters {
		InsideOf(each, func(name, what, _ string, to Address) { names[what+" "+name] = to })
	}
	assert.Equal(t, namespaceAt(cluster, "shop"), names["namespace shop"])
	assert.Equal(t, deploymentAt("web", cluster), names["Deployment shop/web"])
	assert.Contains(t, names, "page namespaces of pay-weu-01")
	assert.NotContains(t, names, "Pod shop/web-7d4b9-abcde", "its Deployment stands for it")
	InsideOf(demoEstate().Store.Snapshot().Cluster(cluster), func(name, _, _ string, _ Address) { t.Errorf("%s of a cluster that nobody opened", name) })
}

// deploymentAt is the address of a Deployment in the shop.
func deploymentAt(name string, cluster model.ID) Address {
	return objectAt(cluster, model.Ref{Kind: model.KindDeployment, Namespace: "shop", Name: name})
}
