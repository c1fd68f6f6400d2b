package page

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
)

// insideStage is a stage on the demo, with the manifests inside one of its clusters.
func insideStage(t *testing.T, manifests string, width, height int) (s *stage, cluster model.ID) {
	t.Helper()
	in, err := openDemo(demo.Options{Now: func() time.Time { return testNow }})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	in.Start(ctx)
	require.NoError(t, in.Wait(ctx))
	cluster = clusterID(t, "pay-weu-01")
	putInside(t, in, cluster, &store.Inside{View: objecttest.View(t, manifests, nil), State: store.Ended})
	return newStage(t, in, width, height), cluster
}

func putInside(t *testing.T, in *inspect.Inspection, cluster model.ID, inside *store.Inside) {
	t.Helper()
	in.Store.PutInside(cluster, inside)
	require.NoError(t, in.Store.Settle(t.Context()))
}

const watchedNodes = `
apiVersion: v1
kind: Node
metadata: {name: aks-system-31415926-vmss000000, labels: {kubernetes.io/os: linux, kubernetes.azure.com/agentpool: system, kubernetes.azure.com/mode: system, node.kubernetes.io/instance-type: Standard_D4s_v5}}
spec: {taints: [{key: CriticalAddonsOnly, value: "true", effect: NoSchedule}]}
status:
  nodeInfo: {kubeletVersion: v1.31.2, osImage: Ubuntu 22.04.5 LTS, containerRuntimeVersion: containerd://1.7.23, kernelVersion: 5.15.0-1075-azure}
  conditions: [{type: Ready, status: "True"}, {type: MemoryPressure, status: "False"}]
---
apiVersion: v1
kind: Node
metadata: {name: aks-gpu-31415926-vmss000000, labels: {kubernetes.io/os: linux, kubernetes.azure.com/agentpool: gpu}}
spec: {unschedulable: true, taints: [{key: sku, value: gpu, effect: NoSchedule}]}
status:
  nodeInfo: {kubeletVersion: v1.31.2, osImage: Ubuntu 22.04.5 LTS}
  conditions: [{type: Ready, status: Unknown}, {type: DiskPressure, status: "True"}]
---
apiVersion: v1
kind: Node
metadata: {name: akswin000000, labels: {kubernetes.io/os: windows, kubernetes.azure.com/agentpool: win}}
status: {nodeInfo: {kubeletVersion: v1.31.2, osImage: Windows Server 2022 Datacenter}, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: falco, namespace: falco, labels: {app.kubernetes.io/name: falco}}
spec: {template: {spec: {tolerations: [{key: CriticalAddonsOnly, operator: Exists}], containers: [{name: falco, image: "docker.io/falcosecurity/falco:0.42.0"}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: falco-x7k2p, namespace: falco, ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: falco, controller: true}]}
spec: {nodeName: aks-system-31415926-vmss000000, hostNetwork: true, serviceAccountName: falco, containers: [{name: falco, image: "docker.io/falcosecurity/falco:0.42.0"}]}
status: {phase: Running, containerStatuses: [{name: falco, ready: true}]}
---
apiVersion: v1
kind: Pod
metadata: {name: debug, namespace: default}
spec: {nodeName: aks-system-31415926-vmss000000, containers: [{name: sh, image: busybox}]}
status: {phase: Pending}
`

func TestScreensOfNodesAndSensors(t *testing.T) {
	for _, size := range sizes {
		s, cluster := insideStage(t, watchedNodes, size[0], size[1])
		for name, at := range map[string]Address{
			"nodes":   {Kind: Nodes, ID: cluster},
			"node":    {Kind: Node, ID: cluster, Part: "aks-system-31415926-vmss000000"},
			"sensors": {Kind: Sensors, ID: cluster},
			"sensor":  {Kind: Sensor, ID: cluster, Part: "falco"},
		} {
			t.Run(fmt.Sprintf("%s_%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s.t = t
				golden.RequireEqual(t, s.open(at).frame()+"\n")
			})
		}
	}
}

const openShop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {kubernetes.io/metadata.name: shop}}
---
apiVersion: v1
kind: Namespace
metadata: {name: ledger, labels: {kubernetes.io/metadata.name: ledger}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: web, containers: [{name: web, image: "contoso.azurecr.io/web:1", ports: [{containerPort: 8080}]}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: shop, labels: {app: web}}
spec: {serviceAccountName: web, containers: [{name: web, image: "contoso.azurecr.io/web:1", ports: [{containerPort: 8080}]}]}
status: {phase: Running}
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: ledger, labels: {app: db}}
spec: {containers: [{name: db, image: "contoso.azurecr.io/db:1"}]}
status: {phase: Running}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: ledger}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cluster-admin}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web-does-all, creationTimestamp: "2026-03-01T10:00:00Z"}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: gone, namespace: shop}
roleRef: {kind: Role, name: was-here}
subjects: [{kind: Group, name: 5f0c8a52-0000-4000-8000-000000000000}]
`

func TestScreensOfTheNetworkAndOfAccess(t *testing.T) {
	for _, size := range sizes {
		s, cluster := insideStage(t, openShop, size[0], size[1])
		for name, at := range map[string]Address{
			"exposure": {Kind: Exposure, ID: cluster},
			"policies": {Kind: Policies, ID: cluster},
			"access":   {Kind: Access, ID: cluster},
			"against":  {Kind: Access, ID: cluster, Tab: "findings"},
			"in-shop":  {Kind: Namespace, ID: cluster, Object: model.Ref{Kind: model.KindNamespace, Name: "shop"}, Tab: "access"},
			"holder":   {Kind: Holder, ID: cluster, Part: "sa:shop/web"},
			"rights":   {Kind: Holder, ID: cluster, Part: "sa:shop/web", Tab: "rights"},
			"role":     {Kind: Role, ID: cluster, Object: model.Ref{Kind: model.KindClusterRole, Name: "cluster-admin"}},
			"who-can":  {Kind: WhoCan, ID: cluster, Part: "list secrets *"},
			"timeline": {Kind: Timeline, ID: cluster},
			"ways":     {Kind: Ways, ID: cluster, Part: "cluster-admin"},
			"what-if":  {Kind: WhatIf, ID: cluster, Part: "binding=ClusterRoleBinding//web-does-all"},
			"drawn":    {Kind: Ways, ID: cluster, Part: "cluster-admin", Tab: "drawing"},
			"blast":    {Kind: Blast, ID: cluster, Object: model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "web-0"}},
		} {
			t.Run(fmt.Sprintf("%s_%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s.t = t
				golden.RequireEqual(t, s.open(at).frame()+"\n")
			})
		}
	}
}

func TestFromASensorToTheNodeThatLacksIt(t *testing.T) {
	s, cluster := insideStage(t, watchedNodes, 120, 36)
	s.open(Address{Kind: Sensors, ID: cluster}).do(action.Open)
	assert.Contains(t, s.frame(), "taint sku=gpu:NoSchedule")
	s.send(Filtered{"state:kept"})
	assert.NotContains(t, s.frame(), "aks-system-")
	s.do(action.Open)
	assert.Contains(t, s.frame(), "DiskPressure is True, Ready is Unknown")
	s.do(action.Copy)
	assert.Empty(t, s.copied, "there is no pod on it")
}

// What was not read is told, and not taken for absent.
func TestNodesThatCouldNotBeRead(t *testing.T) {
	s, cluster := insideStage(t, watchedNodes, 120, 36)
	inside := objecttest.Inside(t, watchedNodes)
	inside.Reads[model.KindNode] = model.Read{State: model.ReadFailed, Why: "you may not list nodes"}
	inside.Objects[model.KindNode] = nil
	in := s.context.Inspection
	putInside(t, in, cluster, &store.Inside{View: viewOf(inside), State: store.Ended})
	s = newStage(t, in, 120, 36).open(Address{Kind: Nodes, ID: cluster})
	assert.Contains(t, s.frame(), "Node objects could not be read: you may not list nodes")
	putInside(t, in, cluster, nil)
	s = newStage(t, in, 120, 36).open(Address{Kind: Sensors, ID: cluster})
	assert.Contains(t, s.frame(), "nobody has looked into the cluster yet")
}

func viewOf(inside *model.Inside) *object.View { return object.NewView(inside, nil, nil) }

// What keeps nodes from being drained stands on the page of the cluster's version.
func TestWhatStandsInTheWayOfAnUpgrade(t *testing.T) {
	s, cluster := insideStage(t, `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: never, namespace: shop}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: x}]}
status: {phase: Running, containerStatuses: [{name: web, ready: true}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-latest, managedFields: [{manager: helm, operation: Update, apiVersion: admissionregistration.k8s.io/v1beta1}]}
`, 160, 60)
	frame := s.open(Address{Kind: Version, ID: cluster, Part: "1.31", Tab: "offers"}).frame()
	assert.Contains(t, frame, "PodDisruptionBudget shop/never lets no pod go")
	assert.Contains(t, frame, "ValidatingAdmissionPolicy no-latest is written as admissionregistration.k8s.io/v1beta1 by helm")
}
