package sensors_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/inspect/sensors"
	"github.com/aksight/aksight/model"
)

const nodes = `
apiVersion: v1
kind: Node
metadata: {name: aks-system-0, labels: {kubernetes.io/os: linux, kubernetes.azure.com/agentpool: system}}
---
apiVersion: v1
kind: Node
metadata: {name: aks-gpu-0, labels: {kubernetes.io/os: linux, kubernetes.azure.com/agentpool: gpu}}
spec: {taints: [{key: sku, value: gpu, effect: NoSchedule}, {key: node.kubernetes.io/not-ready, effect: NoExecute}]}
---
apiVersion: v1
kind: Node
metadata: {name: akswin000000, labels: {kubernetes.io/os: windows, kubernetes.azure.com/agentpool: win}}
---
apiVersion: v1
kind: Node
metadata: {name: virtual-node-aci-linux, labels: {kubernetes.io/os: linux, type: virtual-kubelet}}
`

const falco = `
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: my-release, namespace: falco, labels: {app.kubernetes.io/name: falco}}
spec:
  template:
    spec: {containers: [{name: falco, image: "mirror.example/falcosecurity/falco:0.42.0"}]}
`

func pod(name, set, namespace, node, ready string) string {
	return `
---
apiVersion: v1
kind: Pod
metadata:
  name: ` + name + `
  namespace: ` + namespace + `
  ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: ` + set + `, controller: true}]
spec: {nodeName: ` + node + `, containers: [{name: one, image: x}]}
status: {phase: Running, containerStatuses: [{name: one, ready: ` + ready + `}]}
`
}

// states are an agent's, by node.
func states(t *testing.T, c *sensors.Coverage, agent string) map[string]sensors.State {
	t.Helper()
	presence := c.Agent(agent)
	require.NotNil(t, presence)
	byNode := map[string]sensors.State{}
	for i, cell := range presence.Cells {
		byNode[c.Nodes[i].Name] = cell.State
	}
	return byNode
}

func TestWhereASensorStands(t *testing.T) {
	c := sensors.Of(objecttest.View(t, nodes+falco+pod("falco-a", "my-release", "falco", "aks-system-0", "true"), nil))
	assert.Equal(t, map[string]sensors.State{
		"aks-system-0": sensors.Present, "aks-gpu-0": sensors.KeptOut,
		"akswin000000": sensors.NoSuch, "virtual-node-aci-linux": sensors.NoSuch,
	}, states(t, c, "falco"))
	falco := c.Agent("falco")
	assert.True(t, falco.Installed())
	assert.True(t, c.Watched())
	assert.Equal(t, 1, falco.Count(sensors.KeptOut))
	assert.Equal(t, "sku=gpu:NoSchedule", falco.Cells[0].Taint, "a taint that every DaemonSet tolerates keeps nothing out")
	assert.False(t, c.Agent("defender").Installed())
	assert.Equal(t, sensors.Missing, states(t, c, "defender")["aks-system-0"])
}

func TestASensorThatDoesNotRunWhole(t *testing.T) {
	for name, with := range map[string]struct {
		pod  string
		want sensors.State
	}{
		"not ready":   {pod("falco-a", "my-release", "falco", "aks-system-0", "false"), sensors.NotReady},
		"no pod":      {"", sensors.Missing},
		"of another":  {pod("falco-a", "my-release", "other", "aks-system-0", "true"), sensors.Missing},
		"being moved": {pod("falco-a", "my-release", "falco", "aks-system-0", "false") + pod("falco-b", "my-release", "falco", "aks-system-0", "true"), sensors.Present},
	} {
		t.Run(name, func(t *testing.T) {
			c := sensors.Of(objecttest.View(t, nodes+falco+with.pod, nil))
			assert.Equal(t, with.want, states(t, c, "falco")["aks-system-0"])
		})
	}
}

// An agent of two parts is whole where both are.
func TestDefenderHasTwoParts(t *testing.T) {
	const sets = `
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: microsoft-defender-collector-ds, namespace: kube-system}
spec: {template: {spec: {nodeSelector: {kubernetes.io/os: linux}, tolerations: [{operator: Exists}], containers: [{name: one, image: x}]}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: microsoft-defender-publisher-ds, namespace: kube-system}
spec: {template: {spec: {nodeSelector: {kubernetes.io/os: linux}, tolerations: [{operator: Exists}], containers: [{name: one, image: x}]}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: microsoft-defender-collector-ds, namespace: mine}
spec: {template: {spec: {containers: [{name: one, image: x}]}}}
`
	both := pod("c", "microsoft-defender-collector-ds", "kube-system", "aks-gpu-0", "true") +
		pod("p", "microsoft-defender-publisher-ds", "kube-system", "aks-gpu-0", "true") +
		pod("c2", "microsoft-defender-collector-ds", "kube-system", "aks-system-0", "true")
	c := sensors.Of(objecttest.View(t, nodes+sets+both, nil))
	got := states(t, c, "defender")
	assert.Equal(t, sensors.Present, got["aks-gpu-0"])
	assert.Equal(t, sensors.Missing, got["aks-system-0"], "the publisher is not there")
	assert.Len(t, c.Agent("defender").Sets, 2, "a name alone does not make it Defender's")
}

func TestAgentsBesideTheNodes(t *testing.T) {
	const set = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: azure-policy, namespace: kube-system}
spec: {template: {spec: {containers: [{name: one, image: x}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: azure-policy, namespace: mine}
spec: {template: {spec: {containers: [{name: one, image: x}]}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ama-logs-windows, namespace: kube-system}
spec: {template: {spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}]}]}}}, containers: [{name: one, image: x}]}}}
`
	c := sensors.Of(objecttest.View(t, nodes+set, nil))
	policy := c.Agent("policy")
	require.Len(t, policy.Support, 1)
	assert.Equal(t, model.Ref{Kind: model.KindDeployment, Namespace: "kube-system", Name: "azure-policy"}, policy.Support[0].Ref)
	assert.Nil(t, policy.Cells)
	assert.Equal(t, sensors.NotSelected, states(t, c, "insights")["aks-system-0"])
	assert.Equal(t, sensors.Missing, states(t, c, "insights")["akswin000000"])
	assert.False(t, c.Watched())
}

func TestTheListOfAgents(t *testing.T) {
	keys := map[string]bool{}
	for _, agent := range sensors.Agents() {
		assert.NotEmpty(t, agent.Name)
		assert.False(t, keys[agent.Key], agent.Key)
		keys[agent.Key] = true
		assert.NotEmpty(t, append(append(append([]string{}, agent.Names...), agent.Images...), agent.Support...), agent.Name)
	}
}
