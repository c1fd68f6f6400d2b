// Package document turns raw JSON into what rules judge and tables show: decoded
// and normalised trees, summaries, and documents with their secrets masked.
package document

import (
	"fmt"
	"math"
	"strings"

	"github.com/aksight/aksight/model"
)

// Decode decodes and normalises a resource's document. The error names the offset
// at which the JSON breaks.
func Decode(resource *model.Resource) (*model.Document, error) {
	d := decoders.Get().(*treeDecoder)
	defer decoders.Put(d)
	d.scratch = resource.Raw.Append(d.scratch[:0])
	tree, err := d.parse(d.scratch)
	if err != nil {
		return nil, fmt.Errorf("the document of %s: %w", resource.ID, err)
	}
	return &model.Document{Resource: resource, Tree: tree}, nil
}

// Normalize drops nulls, turns whole numbers into int64 and brings add-on keys to
// ARM's spelling, in place: az prints many nulls, JSON knows no integers, and the
// case of add-on keys varies from cluster to cluster.
func Normalize(tree map[string]any) {
	normalizeMap(tree)
	normalizeAddons(tree)
}

func normalizeAddons(tree map[string]any) {
	properties, _ := tree["properties"].(map[string]any)
	addons, _ := properties["addonProfiles"].(map[string]any)
	for key, profile := range addons {
		if spelling, known := addonKeys[strings.ToLower(key)]; known && spelling != key {
			delete(addons, key)
			addons[spelling] = profile
		}
	}
}

func normalizeMap(tree map[string]any) {
	for key, value := range tree {
		switch value := value.(type) {
		case nil:
			delete(tree, key)
		case map[string]any:
			normalizeMap(value)
		case []any:
			normalizeList(value)
		default:
			if whole, is := wholeNumber(value); is {
				tree[key] = whole
			}
		}
	}
}

func normalizeList(list []any) {
	for i, value := range list {
		switch value := value.(type) {
		case map[string]any:
			normalizeMap(value)
		case []any:
			normalizeList(value)
		default:
			if whole, is := wholeNumber(value); is {
				list[i] = whole
			}
		}
	}
}

// wholeNumber brings the number types of JSON and YAML decoders to int64.
func wholeNumber(value any) (int64, bool) {
	switch number := value.(type) {
	case float64:
		if number == math.Trunc(number) && math.Abs(number) < 1<<53 {
			return int64(number), true
		}
	case int:
		return int64(number), true
	case uint64:
		if number <= math.MaxInt64 {
			return int64(number), true
		}
	}
	return 0, false
}

// addonKeys maps add-on keys in lower case to ARM's spelling.
var addonKeys = func() map[string]string {
	keys := map[string]string{}
	for _, key := range []string{
		"aciConnectorLinux", "azureKeyvaultSecretsProvider", "azurepolicy", "gitops",
		"httpApplicationRouting", "ingressApplicationGateway", "kubeDashboard", "omsagent",
		"openServiceMesh", "extensionManager", "ACCSGXDevicePlugin",
	} {
		keys[strings.ToLower(key)] = key
	}
	return keys
}()
