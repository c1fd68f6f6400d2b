package fix

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// Azure's limits on a node pool's name.
const (
	longestLinuxName   = 12
	longestWindowsName = 6
)

// freePoolName derives a name from the pool's that no pool of the cluster has.
func freePoolName(s model.Subject) string {
	pool := s.PoolTree()
	longest := longestLinuxName
	if strings.EqualFold(document.Text(pool, "osType"), "Windows") {
		longest = longestWindowsName
	}
	taken := map[string]bool{}
	for _, other := range s.Cluster.PoolTrees() {
		taken[document.Text(other, "name")] = true
	}
	base := strings.TrimRight(document.Text(pool, "name"), "0123456789")
	for n := 2; ; n++ {
		suffix := strconv.Itoa(n)
		name := base[:min(len(base), longest-len(suffix))] + suffix
		if !taken[name] {
			return name
		}
	}
}

// poolFlag repeats one property of a node pool on `az aks nodepool add`.
type poolFlag struct {
	property string
	flag     string
	words    func(value any) []string
	// needs is another flag that this one means nothing without, or empty.
	needs string
}

var poolFlagTable = []poolFlag{
	{property: "mode", flag: "--mode", words: word},
	{property: "osType", flag: "--os-type", words: word},
	{property: "osSKU", flag: "--os-sku", words: word},
	{property: "vmSize", flag: "--node-vm-size", words: word},
	{property: "vnetSubnetID", flag: "--vnet-subnet-id", words: word},
	{property: "podSubnetID", flag: "--pod-subnet-id", words: word},
	{property: "availabilityZones", flag: "--zones", words: list},
	{property: "maxPods", flag: "--max-pods", words: word},
	{property: "osDiskType", flag: "--node-osdisk-type", words: word},
	{property: "osDiskSizeGB", flag: "--node-osdisk-size", words: word},
	{property: "scaleSetPriority", flag: "--priority", words: word},
	{property: "scaleSetEvictionPolicy", flag: "--eviction-policy", words: word},
	{property: "spotMaxPrice", flag: "--spot-max-price", words: word},
	{property: "nodeTaints", flag: "--node-taints", words: commas},
	{property: "nodeLabels", flag: "--labels", words: pairs},
	{property: "tags", flag: "--tags", words: pairs},
	{property: "workloadRuntime", flag: "--workload-runtime", words: word},
	{property: "securityProfile.enableSecureBoot", flag: "--enable-secure-boot", words: ifTrue},
	{property: "securityProfile.enableVTPM", flag: "--enable-vtpm", words: ifTrue},
	{property: "upgradeSettings.maxSurge", flag: "--max-surge", words: word},
	{property: "enableEncryptionAtHost", flag: "--enable-encryption-at-host", words: ifTrue},
	{property: "enableFIPS", flag: "--enable-fips-image", words: ifTrue},
	{property: "enableNodePublicIP", flag: "--enable-node-public-ip", words: ifTrue},
	{property: "nodePublicIPPrefixID", flag: "--node-public-ip-prefix-id", words: word, needs: "--enable-node-public-ip"},
	{property: "networkProfile.allowedHostPorts", flag: "--allowed-host-ports", words: hostPorts},
	{property: "networkProfile.applicationSecurityGroups", flag: "--asg-ids", words: commas},
	{property: "podIPAllocationMode", flag: "--pod-ip-allocation-mode", words: word},
	{property: "gpuInstanceProfile", flag: "--gpu-instance-profile", words: word},
	{property: "gpuProfile.driver", flag: "--gpu-driver", words: word},
	{property: "enableUltraSSD", flag: "--enable-ultra-ssd", words: ifTrue},
	{property: "artifactStreamingProfile.enabled", flag: "--enable-artifact-streaming", words: ifTrue},
	{property: "windowsProfile.disableOutboundNat", flag: "--disable-windows-outbound-nat", words: ifTrue},
	{property: "proximityPlacementGroupID", flag: "--ppg", words: word},
	{property: "hostGroupID", flag: "--host-group-id", words: word},
	{property: "capacityReservationGroupID", flag: "--crg-id", words: word},
	{property: "scaleDownMode", flag: "--scale-down-mode", words: word},
	{property: "upgradeSettings.drainTimeoutInMinutes", flag: "--drain-timeout", words: word},
	{property: "upgradeSettings.nodeSoakDurationInMinutes", flag: "--node-soak-duration", words: word},
	{property: "upgradeSettings.undrainableNodeBehavior", flag: "--undrainable-node-behavior", words: word},
}

// isPoolFlag reports whether a word is a flag of a new pool, and no value.
func isPoolFlag(word string) bool {
	switch word {
	case "--enable-cluster-autoscaler", "--min-count", "--max-count", "--node-count":
		return true
	}
	return slices.ContainsFunc(poolFlagTable, func(entry poolFlag) bool { return entry.flag == word })
}

// poolFlags returns the flags that give a new pool the old one's properties: all but
// the one that the rule is about and those that the option's commands set themselves.
func poolFlags(rule *model.Rule, option *model.FixOption, pool map[string]any) []any {
	var flags []any
	for _, entry := range poolFlagTable {
		value, present := document.Lookup(pool, entry.property)
		if !present || !repeats(rule, option, entry) {
			continue
		}
		words := entry.words(value)
		if words == nil || skipped(entry.property, words) || entry.needs != "" && !slices.Contains(flags, any(flag(entry.needs))) {
			continue
		}
		flags = append(flags, flag(entry.flag))
		for _, w := range words {
			flags = append(flags, w)
		}
	}
	return append(flags, sizeFlags(pool)...)
}

// repeats reports whether a new pool takes the property over from the old one.
func repeats(rule *model.Rule, option *model.FixOption, entry poolFlag) bool {
	return rule.Evidence[0] != entry.property && !slices.ContainsFunc(option.Steps, func(step model.Step) bool {
		return slices.Contains(strings.Fields(step.Run), entry.flag)
	})
}

// unrepeated are properties of a pool that only a file can give to a new one.
var unrepeated = map[string]string{"kubeletConfig": "--kubelet-config", "linuxOSConfig": "--linux-os-config"}

// handWork tells what a new pool needs that no flag can be built for.
func handWork(option *model.FixOption, pool map[string]any) []string {
	uses := func(word string) bool {
		return slices.ContainsFunc(option.Steps, func(step model.Step) bool { return strings.Contains(step.Run, word) })
	}
	var work []string
	for _, property := range slices.Sorted(maps.Keys(unrepeated)) {
		if _, present := pool[property]; present && uses("{{poolFlags...}}") && !uses(unrepeated[property]) {
			work = append(work, "the old pool has a "+property+" of its own: write it to a file and add "+unrepeated[property])
		}
	}
	access := document.Text(pool, "securityProfile.sshAccess")
	if access != "" && !strings.EqualFold(access, "LocalUser") && uses("{{poolFlags...}}") && !uses("--ssh-access") {
		work = append(work, "the old pool has the SSH access "+access+": repeat it with --ssh-access, which needs the extension aks-preview")
	}
	return work
}

// skipped passes over values that are the default and that the flag does not take.
func skipped(property string, words []string) bool {
	if len(words) == 0 {
		return false
	}
	return property == "scaleSetPriority" && words[0] == "Regular" ||
		property == "workloadRuntime" && words[0] == "OCIContainer" ||
		property == "scaleDownMode" && words[0] == "Delete" ||
		words[0] == ""
}

// sizeFlags repeat the node count and the autoscaler's range. The count is named with
// the range too: az begins with three nodes otherwise, which may lie outside it.
func sizeFlags(pool map[string]any) []any {
	count, counted := pool["count"].(int64)
	least, ranged := pool["minCount"].(int64)
	most, limited := pool["maxCount"].(int64)
	if on, _ := pool["enableAutoScaling"].(bool); on && ranged && limited {
		return []any{
			flag("--enable-cluster-autoscaler"), flag("--min-count"), fmt.Sprint(least), flag("--max-count"), fmt.Sprint(most),
			flag("--node-count"), fmt.Sprint(min(max(count, least), most)),
		}
	}
	if counted {
		return []any{flag("--node-count"), fmt.Sprint(count)}
	}
	return nil
}

// hostPorts are port ranges as az takes them, such as 80/tcp,4000-5000/udp.
func hostPorts(value any) []string {
	entries, _ := value.([]any)
	var ports []string
	for _, entry := range entries {
		ports = append(ports, hostPort(entry))
	}
	if ports == nil {
		return nil
	}
	return []string{strings.Join(ports, ",")}
}

func hostPort(entry any) string {
	ports, _ := entry.(map[string]any)
	text := fmt.Sprint(ports["portStart"])
	if end, present := ports["portEnd"]; present && end != ports["portStart"] {
		text += "-" + fmt.Sprint(end)
	}
	return text + "/" + strings.ToLower(cmp.Or(document.Text(ports, "protocol"), "tcp"))
}

func word(value any) []string { return []string{fmt.Sprint(value)} }

func ifTrue(value any) []string {
	if on, _ := value.(bool); on {
		return []string{}
	}
	return nil
}

func list(value any) []string {
	entries, _ := value.([]any)
	var words []string
	for _, entry := range entries {
		words = append(words, fmt.Sprint(entry))
	}
	return words
}

func commas(value any) []string {
	if words := list(value); words != nil {
		return []string{strings.Join(words, ",")}
	}
	return nil
}

func pairs(value any) []string {
	object, _ := value.(map[string]any)
	var words []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		words = append(words, key+"="+fmt.Sprint(object[key]))
	}
	return words
}
