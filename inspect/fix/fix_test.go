package fix

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

func TestExpandQuotesEachWordForItsShell(t *testing.T) {
	all := values{
		"group": "rg", "cluster": "c", "ranges": []any{"20.1.2.3/32", "203.0.113.0/24"},
		"tags": []any{"team=pay & ship", "note=it's"}, "none": []any{}, "empty": "",
	}
	cases := []struct{ name, template, posix, powershell string }{
		{"plain", "az aks show -g {{group}} -n {{cluster}}", "az aks show -g rg -n c", "az aks show -g rg -n c"},
		{"list in one word", "az --ranges {{ranges}}", "az --ranges 20.1.2.3/32,203.0.113.0/24", "az --ranges '20.1.2.3/32,203.0.113.0/24'"},
		{"list over words", "az --tags {{tags...}}", `az --tags 'team=pay & ship' 'note=it'\''s'`, "az --tags 'team=pay & ship' 'note=it''s'"},
		{"empty list", "az --tags {{none...}} -o json", "az --tags -o json", "az --tags -o json"},
		{"empty word", `az --ranges {{empty}}`, `az --ranges ""`, `az --ranges '""'`},
		{"literal empty word", `az --ranges ""`, `az --ranges ""`, `az --ranges '""'`},
		{"pipe", "kubectl get secrets -A -o json | kubectl replace -f -", "kubectl get secrets -A -o json | kubectl replace -f -", "kubectl get secrets -A -o json | kubectl replace -f -"},
		{"quoted literal", `az --logs '[{"enabled":true}]'`, `az --logs '[{"enabled":true}]'`, `az --logs '[{\"enabled\":true}]'`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			posix, err := expand(c.template, all, POSIX)
			require.NoError(t, err)
			assert.Equal(t, c.posix, posix)
			powershell, err := expand(c.template, all, PowerShell)
			require.NoError(t, err)
			assert.Equal(t, c.powershell, powershell)
		})
	}
}

func TestExpandRefusesWhatAReaderCannotSee(t *testing.T) {
	for name, value := range map[string]string{
		"newline": "a\nrm -rf ~", "escape": "a\x1b[2J", "bidirectional": "a\u202eb", "flag": "--force",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := expand("az aks show -n {{cluster}}", values{"cluster": value}, POSIX)
			assert.Error(t, err)
			_, err = expand("az aks show --tags {{tags...}}", values{"tags": []any{value}}, POSIX)
			assert.Error(t, err)
		})
	}
}

// Whatever a value holds, the shell hands it on unchanged.
func FuzzQuotePOSIX(f *testing.F) {
	for _, seed := range []string{"", "a b", "it's", `"$(id)"`, "`id`", "a;b", "~", "*", "\\", "!x", "#x", "é世"} {
		f.Add(seed)
	}
	sh, err := exec.LookPath("sh")
	if err != nil {
		f.Skip("there is no sh here to ask")
	}
	f.Fuzz(func(t *testing.T, word string) {
		if strings.ContainsFunc(word, unsafeRune) {
			t.Skip()
		}
		out, err := exec.Command(sh, "-c", "printf %s "+quote(word, POSIX)).Output()
		require.NoError(t, err)
		assert.Equal(t, word, string(out))
	})
}

func TestInvalidRanges(t *testing.T) {
	ask := model.Ask{Name: "your-range", Type: "cidr"}
	for value, valid := range map[string]bool{
		"": true, "203.0.113.0/24": true, "203.0.113.7": true, "203.0.113.0/24, 198.51.100.7/32": true, "2001:db8::/48": true,
		"0.0.0.0/32": false, "0.0.0.0/0": false, "10.0.0.0/8": false, "203.0.113.7/24": false, "AzureCloud": false, "x": false, "203.0.113.0/24,": false,
	} {
		assert.Equal(t, valid, Invalid(ask, value) == "", "%q: %s", value, Invalid(ask, value))
	}
}

func TestFreePoolName(t *testing.T) {
	cluster := func(os string, names ...string) model.Subject {
		var pools []any
		for _, name := range names {
			pools = append(pools, map[string]any{"name": name, "osType": os})
		}
		tree := map[string]any{"properties": map[string]any{"agentPoolProfiles": pools}}
		return model.Subject{Cluster: &model.Document{Resource: &model.Resource{}, Tree: tree}}
	}
	assert.Equal(t, "np2", freePoolName(cluster("Linux", "np1")))
	assert.Equal(t, "np3", freePoolName(cluster("Linux", "np1", "np2")))
	assert.Equal(t, "longpoolnam2", freePoolName(cluster("Linux", "longpoolname")))
	assert.Equal(t, "winpo2", freePoolName(cluster("Windows", "winpoo")))
}

func TestPoolFlagsRepeatTheOldPool(t *testing.T) {
	pool := map[string]any{
		"name": "gpu", "mode": "User", "osType": "Linux", "osSKU": "Ubuntu", "vmSize": "Standard_NC6s_v3", "count": int64(2),
		"enableAutoScaling": true, "minCount": int64(1), "maxCount": int64(4), "maxPods": int64(30),
		"availabilityZones": []any{"1", "2"}, "nodeTaints": []any{"sku=gpu:NoSchedule", "team=ml:NoExecute"},
		"nodeLabels": map[string]any{"b": "2", "a": "1"}, "enableFIPS": false, "enableEncryptionAtHost": true,
		"securityProfile": map[string]any{"enableVTPM": true, "enableSecureBoot": false},
		"kubeletConfig":   map[string]any{"cpuManagerPolicy": "static"}, "scaleSetPriority": "Regular",
	}
	rule := &model.Rule{Evidence: []string{"enableEncryptionAtHost"}}
	option := &model.FixOption{Steps: []model.Step{{Run: "az aks nodepool add {{poolFlags...}} --max-pods 110 --enable-encryption-at-host"}}}
	got, err := expand("add {{poolFlags...}}", values{"poolFlags": poolFlags(rule, option, pool)}, POSIX)
	require.NoError(t, err)
	assert.Equal(t, "add --mode User --os-type Linux --os-sku Ubuntu --node-vm-size Standard_NC6s_v3 --zones 1 2"+
		" --node-taints sku=gpu:NoSchedule,team=ml:NoExecute --labels a=1 b=2 --enable-vtpm"+
		" --enable-cluster-autoscaler --min-count 1 --max-count 4 --node-count 2", got)
	assert.Len(t, handWork(option, pool), 1, "the kubelet configuration takes a file")
}

func TestPoolFlagsRepeatWhatIsSeldomSet(t *testing.T) {
	pool := map[string]any{
		"enableNodePublicIP": true, "nodePublicIPPrefixID": "/subscriptions/s/prefix", "gpuProfile": map[string]any{"driver": "None"},
		"enableAutoScaling": true, "minCount": int64(5), "maxCount": int64(9), "count": int64(0), "scaleDownMode": "Delete",
		"securityProfile": map[string]any{"sshAccess": "Disabled"},
		"networkProfile": map[string]any{"allowedHostPorts": []any{
			map[string]any{"portStart": int64(80), "portEnd": int64(80), "protocol": "TCP"},
			map[string]any{"portStart": int64(4000), "portEnd": int64(5000), "protocol": "UDP"},
		}},
	}
	option := &model.FixOption{Steps: []model.Step{{Run: "az aks nodepool add {{poolFlags...}}"}}}
	flags := func(about string) string {
		got, err := expand("{{poolFlags...}}", values{"poolFlags": poolFlags(&model.Rule{Evidence: []string{about}}, option, pool)}, POSIX)
		require.NoError(t, err)
		return got
	}
	const rest = " --enable-cluster-autoscaler --min-count 5 --max-count 9 --node-count 5"
	assert.Equal(t, "--enable-node-public-ip --node-public-ip-prefix-id /subscriptions/s/prefix"+
		" --allowed-host-ports 80/tcp,4000-5000/udp --gpu-driver None"+rest, flags("osDiskType"))
	assert.Equal(t, "--allowed-host-ports 80/tcp,4000-5000/udp --gpu-driver None"+rest, flags("enableNodePublicIP"), "no prefix without addresses")
	assert.Len(t, handWork(option, pool), 1, "the SSH access needs an extension")
}

func TestInvalidTimes(t *testing.T) {
	for kind, values := range map[string]map[string]bool{
		"weekday": {"": true, "Sunday": true, "friday": true, "Sun": false, "8": false},
		"time":    {"": true, "01:30": true, "23:59": true, "24:00": false, "noon": false},
		"offset":  {"": true, "+01:00": true, "-05:30": true, "+14:00": true, "01:00": false, "+15:00": false, "+1:00": false},
	} {
		ask := model.Ask{Name: "when", Type: kind}
		for value, valid := range values {
			assert.Equal(t, valid, Invalid(ask, value) == "", "%s %q: %s", kind, value, Invalid(ask, value))
		}
	}
}
