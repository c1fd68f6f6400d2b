package scenario

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// nodeName is the name that AKS gives the machine of a scale set.
func nodeName(n int) string { return fmt.Sprintf("aks-user-34172946-vmss%06x", n) }

// node is a ready Linux node of an AKS user pool.
func (l *loader) node(n int) {
	name := nodeName(n)
	capacity := corev1.ResourceList{"cpu": resource.MustParse("8"), "memory": resource.MustParse("32Gi"), "pods": resource.MustParse("250")}
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name,
			"kubernetes.azure.com/agentpool": "user", "kubernetes.azure.com/mode": "user", "kubernetes.azure.com/os-sku": "AzureLinux",
			"node.kubernetes.io/instance-type": "Standard_D8s_v5", "topology.kubernetes.io/zone": fmt.Sprintf("westeurope-%d", n%3+1),
		}},
		Spec: corev1.NodeSpec{
			PodCIDR:    fmt.Sprintf("10.244.%d.0/24", n),
			ProviderID: fmt.Sprintf("azure:///subscriptions/0b5d7c1e-4f27-4c0b-9a53-7e1d2c9f8a10/resourceGroups/mc/providers/Microsoft.Compute/virtualMachineScaleSets/aks-user-34172946-vmss/virtualMachines/%d", n),
		},
	}
	made := l.create(core+"nodes", "kubelet", node)
	node.ResourceVersion = made.Metadata.ResourceVersion
	now := metav1.NewTime(time.Now().Truncate(time.Second))
	node.Status = corev1.NodeStatus{
		Capacity: capacity, Allocatable: capacity,
		Conditions: []corev1.NodeCondition{{
			Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady", LastHeartbeatTime: now, LastTransitionTime: now,
		}},
		Addresses: []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("10.224.0.%d", n%250+4)}, {Type: corev1.NodeHostName, Address: name}},
		NodeInfo: corev1.NodeSystemInfo{
			KernelVersion: "6.6.96.2-2.azl3", OSImage: "Microsoft Azure Linux 3.0", ContainerRuntimeVersion: "containerd://2.0.0",
			KubeletVersion: "v1.37.2", OperatingSystem: "linux", Architecture: "amd64",
		},
	}
	l.status(core+"nodes/"+name, "kubelet", node)
}
