package page

import (
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

func isLinux(tree map[string]any) bool { return !strings.EqualFold(textAt(tree, "osType"), "Windows") }

// poolSections are the lines of a node pool's sheet; paths start at the profile.
var poolSections = []section{
	{title: "Node pool", topics: []model.Topic{model.TopicReliability}, lines: []setting{
		{label: "mode", term: "system-pool", paths: []string{"mode"}, say: text("User")},
		{label: "type", term: "vmss", paths: []string{"type"}, say: text("VirtualMachineScaleSets")},
		{label: "VM size", term: "vm-size", paths: []string{"vmSize"}, say: text(notReturned)},
		{label: "nodes", term: "node-pool", paths: []string{"count", "minCount", "maxCount"}, say: whole(poolNodes)},
		{label: "autoscaler", term: "cluster-autoscaler", paths: []string{"enableAutoScaling"}, say: onOff("off")},
		{label: "priority", term: "spot-pool", paths: []string{"scaleSetPriority"}, say: text("Regular")},
		{label: "availability zones", term: "availability-zones", paths: []string{"availabilityZones"}, say: listed},
		{label: "taints", term: "taints", paths: []string{"nodeTaints"}, say: listed},
		{label: "labels", term: "taints", paths: []string{"nodeLabels"}, say: text("none"), only: isSet("nodeLabels")},
		{label: "tags", term: "tags", paths: []string{"tags", "tags.aks-disable-kubelet-serving-certificate-rotation"}, say: text("none"), only: isSet("tags")},
		{label: "provisioning state", term: "provisioning-state", paths: []string{"provisioningState"}, say: text(notReturned)},
		{label: "power state", term: "provisioning-state", paths: []string{"powerState.code", "powerState"}, say: text("Running")},
	}},
	{title: "Image and version", topics: []model.Topic{model.TopicUpgrades, model.TopicRegistry}, lines: []setting{
		{label: "operating system", term: "node-os", paths: []string{"osSKU", "osType"}, say: whole(poolSystem)},
		{label: "node image", term: "node-image", paths: []string{"nodeImageVersion"}, say: text(notReturned)},
		{label: "Kubernetes version", term: "kubernetes-version", paths: []string{"currentOrchestratorVersion", "orchestratorVersion"}, say: whole(poolVersion)},
		{label: "surge on upgrade", term: "surge-upgrade", paths: []string{"upgradeSettings.maxSurge", "upgradeSettings"}, say: text("default")},
		{label: "unavailable on upgrade", term: "surge-upgrade", paths: []string{"upgradeSettings.maxUnavailable"}, say: text("0"), only: isSet("upgradeSettings.maxUnavailable")},
		{label: "drain timeout", term: "surge-upgrade", paths: []string{"upgradeSettings.drainTimeoutInMinutes"}, say: quantity("min", "30 min"), only: isSet("upgradeSettings.drainTimeoutInMinutes")},
	}},
	{title: "Node security", topics: []model.Topic{model.TopicNodes, model.TopicIdentity, model.TopicData, model.TopicGovernance, model.TopicMonitoring, model.TopicAddons}, lines: []setting{
		{label: "encryption at host", term: "host-encryption", paths: []string{"enableEncryptionAtHost"}, say: onOff("off")},
		{label: "OS disk", term: "os-disk", paths: []string{"osDiskType", "osDiskSizeGB"}, say: whole(poolDisk)},
		{label: "secure boot", term: "trusted-launch", paths: []string{"securityProfile.enableSecureBoot", "securityProfile"}, say: onOff("off"), only: isLinux},
		{label: "vTPM", term: "trusted-launch", paths: []string{"securityProfile.enableVTPM"}, say: onOff("off"), only: isLinux},
		{label: "FIPS image", term: "fips", paths: []string{"enableFIPS"}, say: onOff("off")},
		{label: "SSH access", term: "ssh-access", paths: []string{"securityProfile.sshAccess"}, say: text("LocalUser"), since: "2026-06-01", only: isLinux},
		{label: "unsafe sysctls", term: "sysctls", paths: []string{"kubeletConfig.allowedUnsafeSysctls"}, say: listed, only: isLinux},
		{label: "default seccomp", term: "seccomp", paths: []string{"kubeletConfig.seccompDefault"}, say: text("Unconfined"), preview: true, only: isSet("kubeletConfig.seccompDefault")},
		{label: "pod isolation", term: "pod-sandboxing", paths: []string{"workloadRuntime"}, say: text("OCIContainer"), only: isSet("workloadRuntime")},
	}},
	{title: "Network", topics: []model.Topic{model.TopicNetwork}, lines: []setting{
		{label: "public IP on each node", term: "node-public-ip", paths: []string{"enableNodePublicIP"}, say: yesNo("no")},
		{label: "allowed host ports", term: "allowed-host-ports", paths: []string{"networkProfile.allowedHostPorts", "networkProfile"}, say: whole(hostPorts)},
		{label: "node subnet", term: "subnet", paths: []string{"vnetSubnetID"}, say: lastName("managed by AKS")},
		{label: "pod subnet", term: "subnet", paths: []string{"podSubnetID"}, say: lastName("none"), only: isSet("podSubnetID")},
		{label: "most pods a node", term: "max-pods", paths: []string{"maxPods"}, say: text(notReturned)},
	}},
}

func poolNodes(tree map[string]any) string {
	count, known := numberAt(tree, "count")
	nodes := notReturned
	if known {
		nodes = plain(count)
	}
	least, hasLeast := numberAt(tree, "minCount")
	most, hasMost := numberAt(tree, "maxCount")
	if flagAt(tree, "enableAutoScaling") && hasLeast && hasMost {
		return nodes + ", autoscaled " + plain(least) + "–" + plain(most)
	}
	return nodes
}

func poolSystem(tree map[string]any) string {
	system, sku := textAt(tree, "osType"), textAt(tree, "osSKU")
	switch {
	case system == "" && sku == "":
		return notReturned
	case sku == "" || strings.EqualFold(sku, system):
		return system
	case system == "":
		return sku
	default:
		return system + ", " + sku
	}
}

func poolVersion(tree map[string]any) string {
	if runs := textAt(tree, "currentOrchestratorVersion"); runs != "" {
		return runs
	}
	if asked := textAt(tree, "orchestratorVersion"); asked != "" {
		return asked
	}
	return notReturned
}

func poolDisk(tree map[string]any) string {
	kind := textAt(tree, "osDiskType")
	size, sized := numberAt(tree, "osDiskSizeGB")
	switch {
	case kind == "":
		return notReturned
	case sized:
		return kind + ", " + plain(size) + " GB"
	default:
		return kind
	}
}

func hostPorts(tree map[string]any) string {
	var ports []string
	for _, entry := range listAt(tree, "networkProfile.allowedHostPorts") {
		first, _ := numberAt(entry, "portStart")
		last, _ := numberAt(entry, "portEnd")
		span := plain(first)
		if last != first {
			span += "–" + plain(last)
		}
		if protocol := textAt(entry, "protocol"); protocol != "" {
			span += "/" + protocol
		}
		ports = append(ports, span)
	}
	if len(ports) == 0 {
		return "none"
	}
	return strings.Join(ports, ", ")
}

// listAt returns the objects of a list.
func listAt(tree map[string]any, path string) []map[string]any {
	value, _ := document.Lookup(tree, path)
	items, _ := value.([]any)
	objects := make([]map[string]any, 0, len(items))
	for _, item := range items {
		object, _ := item.(map[string]any)
		objects = append(objects, object)
	}
	return objects
}
