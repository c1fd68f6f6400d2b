package demo

import (
	"fmt"
	"maps"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// poolsLimit bounds the nodes that are made of one pool.
const poolsLimit = 60

// makeNodes makes the nodes of the cluster's pools, as the document in Azure has them,
// and those that are in no pool.
func (b *worldBuilder) makeNodes() {
	number := 10_000_000 + b.f.hash(fingerprint("scale sets"))%90_000_000
	for _, pool := range b.arm.Properties.Pools {
		for i := range min(pool.Count, poolsLimit) {
			name := fmt.Sprintf("aks-%s-%d-vmss%06s", pool.Name, number, base36(i))
			switch {
			case strings.EqualFold(pool.OSType, "Windows"):
				name = fmt.Sprintf("aks%s%06s", pool.Name, base36(i))
			case pool.Type == "AvailabilitySet":
				name = fmt.Sprintf("aks-%s-%d-%d", pool.Name, number, i)
			}
			b.node(name, i, &pool)
		}
	}
	if lookUp(b.arm.raw, "properties.nodeProvisioningProfile.mode") == "Auto" {
		for i := range 4 {
			pool := armPool{Name: "default", VMSize: "Standard_D8ads_v6", OSType: "Linux", OSSKU: "AzureLinux", Mode: "User", MaxPods: 250, Zones: []string{"1", "2", "3"}}
			b.node("aks-default-"+b.suffix(fmt.Sprint("provisioned", i)), i, &pool)
		}
	}
	if lookUp(b.arm.raw, "properties.addonProfiles.aciConnectorLinux.enabled") == true {
		b.virtualNode()
	}
}

func base36(n int) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	if n < 36 {
		return strings.Repeat("0", 5) + digits[n:n+1]
	}
	return strings.Repeat("0", 4) + digits[n/36:n/36+1] + digits[n%36:n%36+1]
}

// node makes a node of a pool.
func (b *worldBuilder) node(name string, index int, pool *armPool) {
	windows := strings.EqualFold(pool.OSType, "Windows")
	version := pool.Version
	if version == "" {
		version = b.f.version
	}
	os := "linux"
	if windows {
		os = "windows"
	}
	zone := "0"
	if len(pool.Zones) > 0 {
		zone = b.f.location + "-" + pool.Zones[index%len(pool.Zones)]
	}
	labels := map[string]string{
		"agentpool": pool.Name, "kubernetes.azure.com/agentpool": pool.Name, "kubernetes.azure.com/mode": strings.ToLower(pool.Mode),
		"kubernetes.azure.com/cluster": string(b.f.nodeGroup(nil)), "kubernetes.azure.com/os-sku": pool.OSSKU,
		"kubernetes.azure.com/node-image-version": pool.NodeImageVersion, "kubernetes.azure.com/role": "agent",
		corev1.LabelOSStable: os, corev1.LabelArchStable: "amd64", corev1.LabelHostname: name,
		corev1.LabelInstanceTypeStable: pool.VMSize, corev1.LabelTopologyRegion: b.f.location, corev1.LabelTopologyZone: zone,
	}
	if pool.Name == "default" && pool.NodeImageVersion == "" { // provisioned, not in a pool
		for _, label := range []string{"agentpool", "kubernetes.azure.com/agentpool", "kubernetes.azure.com/node-image-version"} {
			delete(labels, label)
		}
		labels["karpenter.sh/nodepool"] = "default"
		labels["karpenter.azure.com/aksnodeclass"] = "default"
	}
	if pool.Runtime != "" && pool.Runtime != "OCIContainer" {
		labels["kubernetes.azure.com/kata-vm-isolation"] = "true"
	}
	maps.Copy(labels, pool.Labels)
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels, Annotations: map[string]string{
		"node.alpha.kubernetes.io/ttl": "0", "volumes.kubernetes.io/controller-managed-attach-detach": "true",
	}}}
	b.age(b.byKind["Node"], &n.ObjectMeta, fmt.Sprintf("%dh", 20+b.f.hash(fingerprint(name))%700))
	n.Spec = corev1.NodeSpec{
		ProviderID: fmt.Sprintf("azure:///subscriptions/%s/resourceGroups/%s/providers/Microsoft.Compute/virtualMachineScaleSets/%s/virtualMachines/%d",
			b.f.subscription, strings.ToLower(string(b.f.nodeGroup(nil))), strings.TrimSuffix(name, name[max(0, len(name)-6):]), index),
	}
	for _, told := range pool.Taints {
		n.Spec.Taints = append(n.Spec.Taints, taint(told))
	}
	place := len(b.nodes)
	addresses := []corev1.NodeAddress{
		{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("10.224.%d.%d", place/250, 4+place%250)},
		{Type: corev1.NodeHostName, Address: name},
	}
	if pool.PublicIP {
		addresses = append(addresses, corev1.NodeAddress{Type: corev1.NodeExternalIP, Address: fmt.Sprintf("192.0.2.%d", 64+place%190)})
	}
	image := map[string]string{"Ubuntu": "Ubuntu 22.04.5 LTS", "AzureLinux": "Microsoft Azure Linux 3.0", "Windows2019": "Windows Server 2019 Datacenter", "Windows2022": "Windows Server 2022 Datacenter"}[pool.OSSKU]
	kernel, runtime := "5.15.0-1102-azure", "containerd://1.7.29-1"
	switch {
	case windows:
		kernel, runtime = "10.0.20348.4405", "containerd://1.7.20+azure"
	case pool.OSSKU == "AzureLinux":
		kernel, runtime = "6.6.121.1-1.azl3", "containerd://2.1.6"
	}
	room := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("3860m"), corev1.ResourceMemory: resource.MustParse("13872988Ki"),
		corev1.ResourceEphemeralStorage: resource.MustParse("119703055367"), corev1.ResourcePods: *resource.NewQuantity(int64(max(pool.MaxPods, 30)), resource.DecimalSI),
	}
	n.Status = corev1.NodeStatus{
		Capacity: room, Allocatable: room, Addresses: addresses, Conditions: b.nodeConditions(n.CreationTimestamp),
		DaemonEndpoints: corev1.NodeDaemonEndpoints{KubeletEndpoint: corev1.DaemonEndpoint{Port: 10250}},
		NodeInfo: corev1.NodeSystemInfo{
			MachineID: fmt.Sprintf("%032x", b.f.hash(fingerprint("machine"+name))), SystemUUID: string(b.f.guid(nil, fingerprint("system"+name))),
			BootID: string(b.f.guid(nil, fingerprint("boot"+name))), KernelVersion: kernel, OSImage: image, ContainerRuntimeVersion: runtime,
			KubeletVersion: "v" + version, OperatingSystem: os, Architecture: "amd64",
		},
	}
	b.keepNode(n)
}

func (b *worldBuilder) keepNode(n *corev1.Node) {
	n.ManagedFields = []metav1.ManagedFieldsEntry{
		managed(&n.ObjectMeta, "cloud-node-manager", metav1.ManagedFieldsOperationUpdate, "v1", ""),
		managed(&n.ObjectMeta, "kubelet", metav1.ManagedFieldsOperationUpdate, "v1", "status"),
	}
	b.nodes = append(b.nodes, n)
	b.made = append(b.made, builtObject{b.byKind["Node"], n.CreationTimestamp.Time, n})
}

func (b *worldBuilder) nodeConditions(since metav1.Time) []corev1.NodeCondition {
	heartbeat := b.ago(2 * time.Minute)
	condition := func(kind corev1.NodeConditionType, status corev1.ConditionStatus, reason, message string) corev1.NodeCondition {
		return corev1.NodeCondition{Type: kind, Status: status, Reason: reason, Message: message, LastHeartbeatTime: heartbeat, LastTransitionTime: since}
	}
	return []corev1.NodeCondition{
		condition(corev1.NodeMemoryPressure, corev1.ConditionFalse, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
		condition(corev1.NodeDiskPressure, corev1.ConditionFalse, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
		condition(corev1.NodePIDPressure, corev1.ConditionFalse, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
		condition(corev1.NodeReady, corev1.ConditionTrue, "KubeletReady", "kubelet is posting ready status"),
	}
}

// virtualNode makes the node that Azure Container Instances stand behind.
func (b *worldBuilder) virtualNode() {
	const name = "virtual-node-aci-linux"
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
		"type": "virtual-kubelet", corev1.LabelOSStable: "linux", corev1.LabelHostname: name, "kubernetes.azure.com/managed": "false",
		"kubernetes.azure.com/role": "agent", "kubernetes.azure.com/cluster": string(b.f.nodeGroup(nil)),
	}}}
	b.age(b.byKind["Node"], &n.ObjectMeta, "190d")
	n.Spec.Taints = []corev1.Taint{{Key: "virtual-kubelet.io/provider", Value: "azure", Effect: corev1.TaintEffectNoSchedule}}
	n.Status = corev1.NodeStatus{
		Conditions: b.nodeConditions(n.CreationTimestamp),
		NodeInfo:   corev1.NodeSystemInfo{KubeletVersion: "v1.25.0-vk-azure-aci-1.6.2", OperatingSystem: "linux", Architecture: "amd64"},
	}
	b.keepNode(n)
}

// taint reads key=value:effect.
func taint(told string) corev1.Taint {
	rest, effect, _ := strings.Cut(told, ":")
	key, value, _ := strings.Cut(rest, "=")
	return corev1.Taint{Key: key, Value: value, Effect: corev1.TaintEffect(effect)}
}
