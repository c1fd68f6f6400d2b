package fix

import (
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
}

var poolFlagTable = []poolFlag{
	{"mode", "--mode", word},
	{"osType", "--os-type", word},
	{"osSKU", "--os-sku", word},
	{"vmSize", "--node-vm-size", word},
	{"vnetSubnetID", "--vnet-subnet-id", word},
	{"podSubnetID", "--pod-subnet-id", word},
	{"availabilityZones", "--zones", list},
	{"maxPods", "--max-pods", word},
	{"osDiskType", "--node-osdisk-type", word},
	{"osDiskSizeGB", "--node-osdisk-size", word},
	{"scaleSetPriority", "--priority", word},
	{"scaleSetEvictionPolicy", "--eviction-policy", word},
	{"spotMaxPrice", "--spot-max-price", word},
	{"nodeTaints", "--node-taints", commas},
	{"nodeLabels", "--labels", pairs},
	{"tags", "--tags", pairs},
	{"workloadRuntime", "--workload-runtime", word},
	{"securityProfile.enableSecureBoot", "--enable-secure-boot", ifTrue},
	{"securityProfile.enableVTPM", "--enable-vtpm", ifTrue},
	{"upgradeSettings.maxSurge", "--max-surge", word},
	{"enableEncryptionAtHost", "--enable-encryption-at-host", ifTrue},
	{"enableFIPS", "--enable-fips-image", ifTrue},
	{"enableNodePublicIP", "--enable-node-public-ip", ifTrue},
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
		if words == nil || skipped(entry.property, words) {
			continue
		}
		flags = append(flags, entry.flag)
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
	return work
}

// skipped passes over values that are the default and that the flag does not take.
func skipped(property string, words []string) bool {
	if len(words) == 0 {
		return false
	}
	return property == "scaleSetPriority" && words[0] == "Regular" ||
		property == "workloadRuntime" && words[0] == "OCIContainer" ||
		words[0] == ""
}

// sizeFlags repeat the autoscaler's range, or the node count.
func sizeFlags(pool map[string]any) []any {
	if on, _ := pool["enableAutoScaling"].(bool); on {
		return []any{
			"--enable-cluster-autoscaler",
			"--min-count", fmt.Sprint(pool["minCount"]), "--max-count", fmt.Sprint(pool["maxCount"]),
		}
	}
	if count, present := pool["count"]; present {
		return []any{"--node-count", fmt.Sprint(count)}
	}
	return nil
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
