package evidence

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/containerservice/armcontainerservice/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

// fill sets every field of a value of Azure's SDK.
func fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)))
			return
		}
		if depth > 12 {
			return
		}
		for _, field := range v.Fields() {
			fill(field, depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		item := reflect.New(v.Type().Elem()).Elem()
		fill(item, depth)
		v.SetMapIndex(reflect.ValueOf("a-Key_of TheirOWN"), item)
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Uint8:
		v.SetUint(7)
	}
}

// wireForm is a whole document as Azure Resource Manager sends it.
func wireForm(t *testing.T, resource any) map[string]any {
	t.Helper()
	v := reflect.ValueOf(resource)
	fill(v.Elem(), 0)
	raw, err := json.Marshal(resource)
	require.NoError(t, err)
	tree, err := objectOf(raw)
	require.NoError(t, err)
	return tree
}

var capitals = regexp.MustCompile(`[A-Z]+`)

// cliName spells a member as the Azure CLI does, whose names went through Python's.
func cliName(name string) string {
	for strings.Contains(name, "-") {
		before, after, _ := strings.Cut(name, "-")
		name = before + strings.ToUpper(after[:1]) + after[1:]
	}
	if strings.HasSuffix(name, "IPs") || strings.HasSuffix(name, "IDs") {
		return name
	}
	return capitals.ReplaceAllStringFunc(name, func(run string) string {
		at := strings.Index(name, run)
		if len(run) > 1 && at+len(run) < len(name) && !regexp.MustCompile(`^[0-9v]`).MatchString(name[at+len(run):]) {
			return run[:1] + strings.ToLower(run[1:len(run)-1]) + run[len(run)-1:]
		}
		return run[:1] + strings.ToLower(run[1:])
	})
}

// cliForm prints a document as the Azure CLI does: without the envelope, with names
// of its own, nulls, and the resource group beside each ID.
func cliForm(value any, under string) any {
	switch value := value.(type) {
	case map[string]any:
		printed := map[string]any{}
		for key, item := range value {
			name := key
			if !named[under] && !verbatim[under] && !strings.Contains(key, "TheirOWN") {
				name = cliName(key)
			}
			printed[name] = cliForm(item, key)
		}
		if id, _ := value["id"].(string); strings.HasPrefix(id, "/") {
			printed["resourceGroup"] = "rg"
		}
		return printed
	case []any:
		printed := make([]any, len(value))
		for i, item := range value {
			printed[i] = cliForm(item, under)
		}
		return printed
	}
	return value
}

func cliPrints(wire map[string]any) map[string]any {
	properties, _ := wire["properties"].(map[string]any)
	printed, _ := cliForm(wire, "").(map[string]any)
	delete(printed, "properties")
	flat, _ := cliForm(properties, "properties").(map[string]any)
	for key, value := range flat {
		if key == "type" {
			key = "typePropertiesType"
		}
		printed[key] = value
	}
	printed["resourceGroup"] = "rg"
	printed["somethingThatIsOff"] = nil
	printed["additionalProperties"] = map[string]any{}
	return printed
}

func TestFlattenedDocumentsComeBackToTheWireForm(t *testing.T) {
	t.Parallel()
	for name, resource := range map[string]any{
		clusterType: &armcontainerservice.ManagedCluster{}, poolType: &armcontainerservice.AgentPool{},
		clusterType + "/maintenanceconfigurations": &armcontainerservice.MaintenanceConfiguration{},
		clusterType + "/upgradeprofiles":           &armcontainerservice.ManagedClusterUpgradeProfile{},
		clusterType + "/trustedaccessrolebindings": &armcontainerservice.TrustedAccessRoleBinding{},
	} {
		wire := wireForm(t, resource)
		wire["id"] = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c"
		printed := cliPrints(wire)
		require.True(t, flattened(printed), name)
		back, changed := toWire(printed, name)
		assert.True(t, changed, name)
		assert.Empty(t, differences("", wire, back), name)

		same, changed := toWire(wire, name)
		assert.False(t, changed, "%s: the wire form stays as it is", name)
		assert.Empty(t, differences("", wire, same), name)
	}
}

// differences lists the paths at which two documents differ.
func differences(path string, want, got any) []string {
	a, isA := want.(map[string]any)
	b, isB := got.(map[string]any)
	if !isA || !isB {
		if listA, is := want.([]any); is {
			if listB, is := got.([]any); is && len(listA) == 1 && len(listB) == 1 {
				return differences(path+"[0]", listA[0], listB[0])
			}
		}
		if !reflect.DeepEqual(want, got) {
			return []string{path}
		}
		return nil
	}
	var all []string
	for key := range a {
		if _, has := b[key]; !has {
			all = append(all, "lacks "+path+"."+key)
			continue
		}
		all = append(all, differences(path+"."+key, a[key], b[key])...)
	}
	for key := range b {
		if _, has := a[key]; !has {
			all = append(all, "adds "+path+"."+key)
		}
	}
	return all
}

// TestEveryOddNameIsKnown finds names of Azure's own SDK that the Azure CLI spells
// otherwise and that the list lacks.
func TestEveryOddNameIsKnown(t *testing.T) {
	t.Parallel()
	var walk func(value any)
	var lacks []string
	walk = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			for key, item := range value {
				if cliName(key) != key && spelling[string(fold(nil, key))] != key && !strings.Contains(key, "TheirOWN") && key != "tenantId" {
					lacks = append(lacks, key)
				}
				walk(item)
			}
		case []any:
			for _, item := range value {
				walk(item)
			}
		}
	}
	walk(wireForm(t, &armcontainerservice.ManagedCluster{}))
	walk(wireForm(t, &armcontainerservice.AgentPool{}))
	slices.Sort(lacks)
	assert.Empty(t, slices.Compact(lacks))
}

func TestTypeOf(t *testing.T) {
	t.Parallel()
	cluster := "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
	for id, want := range map[string]string{
		"/subscriptions/s":        subscriptionType,
		"/SUBSCRIPTIONS/s":        subscriptionType,
		cluster:                   clusterType,
		strings.ToUpper(cluster):  clusterType,
		cluster + "/agentPools/p": poolType,
		cluster + "/agentPools/p/upgradeProfiles/default":                                           poolType + "/upgradeprofiles",
		cluster + "/providers/microsoft.insights/diagnosticSettings/d":                              "microsoft.insights/diagnosticsettings",
		cluster + "/providers/Microsoft.ContainerService/deploymentSafeguards/default":              "microsoft.containerservice/deploymentsafeguards",
		"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n": "microsoft.network/virtualnetworks/subnets",
		"":                       "",
		"/":                      "",
		"/subscriptions/":        "",
		"/subscriptions/s/x":     "",
		cluster + "/agentPools":  "",
		cluster + "/agentPools/": "",
		"/providers/":            "",
		"/providers/a/b":         "",
	} {
		assert.Equal(t, want, typeOf(model.ID(id)), id)
	}
	assert.Equal(t, model.ID(cluster), clusterOf(model.ID(cluster+"/agentPools/p")))
	assert.Empty(t, clusterOf("/subscriptions/s"))
	assert.Empty(t, clusterOf("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/"))
}
