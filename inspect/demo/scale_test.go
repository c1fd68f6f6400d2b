package demo

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// eachGrown renders every cluster that an estate grew.
func eachGrown(t testing.TB, scale int, visit func(s *subscription, f *facts, document []byte)) {
	t.Helper()
	e, err := loadEstate(scale)
	require.NoError(t, err)
	f := newFacts(monday)
	var buffer []byte
	for _, s := range e.told[len(subscriptionFiles):] {
		for place := range s.clusters.count() {
			plan := s.clusters.at(place, f)
			buffer = plan.document.append(buffer[:0], f)
			visit(s, f, buffer)
		}
	}
}

func TestTheCompanyGrowsToAnyNumber(t *testing.T) {
	for _, scale := range []int{0, 1, 14, 15, 114, 500, 2000} {
		e, err := loadEstate(scale)
		require.NoError(t, err)
		assert.Equal(t, max(scale, 14), e.clusterCount())
		for _, s := range e.told[4:] {
			assert.LessOrEqual(t, s.clusters.count(), 200)
		}
	}
}

func TestGrownDocumentsAreDocuments(t *testing.T) {
	eachGrown(t, 800, func(_ *subscription, _ *facts, document []byte) {
		checkCluster(t, document)
		assert.Greater(t, len(document), 3500)
	})
}

func TestGrownNamesAreUnique(t *testing.T) {
	names, subscriptions := map[string]bool{}, map[string]bool{}
	e, err := loadEstate(25_000)
	require.NoError(t, err)
	f := newFacts(monday)
	for _, s := range e.told {
		assert.False(t, subscriptions[s.name] || subscriptions[s.id], s.name)
		subscriptions[s.name], subscriptions[s.id] = true, true
		for place := range s.clusters.count() {
			s.clusters.at(place, f)
			if names[f.name] {
				t.Fatalf("%s stands twice", f.name)
			}
			names[f.name] = true
			if len(f.name) > 63 {
				t.Fatalf("%s is too long for a cluster", f.name)
			}
		}
	}
	assert.Len(t, names, 25_000)
}

func TestGrowingIsDeterministic(t *testing.T) {
	first := map[string]string{}
	eachGrown(t, 400, func(_ *subscription, f *facts, document []byte) { first[f.name] = string(document) })
	larger := 0
	eachGrown(t, 900, func(_ *subscription, f *facts, document []byte) {
		if was, ok := first[f.name]; ok {
			larger++
			assert.Equal(t, was, string(document))
		}
	})
	assert.GreaterOrEqual(t, larger, 400-14-200, "only the last subscription grew")
}

func TestTheGrownEstateIsVaried(t *testing.T) {
	seen := map[string]int{}
	eachGrown(t, 2000, func(_ *subscription, _ *facts, raw []byte) {
		var document map[string]any
		require.NoError(t, json.Unmarshal(raw, &document))
		for _, path := range []string{
			"sku.name", "sku.tier", "identity.type", "location", "properties.powerState.code", "properties.provisioningState",
			"properties.currentKubernetesVersion", "properties.disableLocalAccounts", "properties.enableRBAC",
			"properties.networkProfile.networkPolicy", "properties.networkProfile.networkPlugin", "properties.networkProfile.loadBalancerSku",
			"properties.apiServerAccessProfile.enablePrivateCluster", "properties.agentPoolProfiles.0.type",
			"properties.agentPoolProfiles.1.osType", "properties.agentPoolProfiles.2.scaleSetPriority",
		} {
			if value := at(document, path); value != nil {
				text, err := json.Marshal(value)
				require.NoError(t, err)
				seen[path+"="+string(text)]++
			}
		}
	})
	for _, want := range []string{
		`sku.name="Automatic"`, `sku.tier="Free"`, `sku.tier="Standard"`, `sku.tier="Premium"`, `properties.powerState.code="Stopped"`,
		`properties.provisioningState="Failed"`, `properties.currentKubernetesVersion="1.29.9"`, `properties.disableLocalAccounts=true`,
		`properties.disableLocalAccounts=false`, `properties.enableRBAC=false`, `properties.networkProfile.networkPolicy="azure"`,
		`properties.networkProfile.networkPolicy="none"`, `properties.networkProfile.networkPlugin="kubenet"`,
		`properties.networkProfile.loadBalancerSku="basic"`, `properties.apiServerAccessProfile.enablePrivateCluster=true`,
		`properties.agentPoolProfiles.0.type="AvailabilitySet"`, `properties.agentPoolProfiles.1.osType="Windows"`,
		`properties.agentPoolProfiles.2.scaleSetPriority="Spot"`, `location="brazilsouth"`,
	} {
		assert.Positive(t, seen[want], want)
	}
}

func TestAGrownEstateIsPagedWhole(t *testing.T) {
	h := newTestHandler(Options{Scale: 700, PageSize: 30})
	ids, pages := queryAll(t, h, clusterQuery, 250)
	assert.Equal(t, 3, pages)
	fromGraph := map[string]bool{}
	for i, id := range ids {
		fromGraph[strings.ToLower(id)] = true
		assert.True(t, i == 0 || ids[i-1] < id, "in order, and each once")
	}
	assert.Len(t, fromGraph, 700)

	listed := 0
	subscriptions := get(t, h, "/subscriptions?api-version=2022-12-01")["value"].([]any)
	for _, item := range subscriptions {
		id := at(item, "subscriptionId").(string)
		if id == partners {
			continue
		}
		next := "/subscriptions/" + id + aks + atNewest
		for next != "" {
			page := get(t, h, next)
			for _, cluster := range page["value"].([]any) {
				listed++
				assert.True(t, fromGraph[strings.ToLower(at(cluster, "id").(string))])
			}
			link, _ := page["nextLink"].(string)
			next = strings.TrimPrefix(link, "http://management.azure.com")
			next = strings.TrimPrefix(next, host)
		}
	}
	assert.Equal(t, 700, listed)
}

func TestAGrownClusterCanBeReadByItself(t *testing.T) {
	h := newTestHandler(Options{Scale: 300})
	ids, _ := queryAll(t, h, clusterQuery, 1000)
	for i := 0; i < len(ids); i += 25 {
		cluster := get(t, h, ids[i]+atNewest)
		assert.True(t, strings.EqualFold(ids[i], cluster["id"].(string)))
		for path, version := range childPaths {
			get(t, h, ids[i]+path+"?api-version="+version)
		}
		if id, ok := at(cluster, "properties.networkProfile.loadBalancerProfile.effectiveOutboundIPs.0.id").(string); ok {
			address := get(t, h, id+"?api-version=2024-05-01")
			assert.Regexp(t, `^198\.(18|19|51)\.\d+\.\d+$`, at(address, "properties.ipAddress"))
		}
	}
}
