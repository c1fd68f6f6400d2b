package evidence

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// offeredVersions is what az aks get-versions prints.
const offeredVersions = `{"values":[{"capabilities":{"supportPlan":["KubernetesOfficial"]},"isDefault":true,"isPreview":null,` +
	`"patchVersions":{"1.34.2":{"upgrades":["1.35.1"]}},"version":"1.34"}]}`

func TestRegionOfAFile(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"versions-westeurope.json": "westeurope", "/saved/versions_EastUS2.json.gz": "eastus2", "westeurope.json": "westeurope",
		"a.b westus3.JSON": "westus3", "standard input": "input", "versions-2026-11-20.json": "", "versions-.json": "", "": "",
	} {
		assert.Equal(t, want, regionOf(file), file)
	}
}

func TestVersionsOfARegion(t *testing.T) {
	t.Parallel()
	other := strings.Replace(armCluster(webID), "westeurope", "North Europe", 1)
	older := strings.Replace(offeredVersions, "1.34", "1.33", 2)
	e := read(t, Options{Paths: []string{folder(t, "1.json", "["+armCluster(payID)+","+other+"]",
		"2-westeurope.json", older, "versions-westeurope.json", offeredVersions)}})
	assert.Empty(t, e.problems)
	all := e.children["pay"]
	assert.Equal(t, model.ReadDone, all.Reads[model.KindKubernetesVersions].State)
	require.Len(t, all.Children[model.KindKubernetesVersions], 1)
	resource := all.Children[model.KindKubernetesVersions][0]
	assert.Equal(t, model.ID("/subscriptions/"+guid+"/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions"), resource.ID)
	tree, err := document.Parse(resource.Raw.Bytes())
	require.NoError(t, err)
	assert.Equal(t, "1.34", tree["values"].([]any)[0].(map[string]any)["version"], "the newest of them")
	assert.Contains(t, resource.Via, "versions-westeurope.json")
	assert.Equal(t, model.ReadFailed, e.children["web"].Reads[model.KindKubernetesVersions].State, "it is in another region")
	assert.Contains(t, e.children["web"].Reads[model.KindKubernetesVersions].Why, "az aks get-versions -l REGION")

	e = read(t, Options{Paths: []string{folder(t, "1.json", armCluster(payID), "versions-2026.json", offeredVersions, "versions-westus.json", offeredVersions)}})
	assert.Contains(t, e.problems["versions-2026.json"].Error(), "does not say of which region")
	assert.Contains(t, e.problems["versions-westus.json"].Error(), `the region "westus", and no cluster is there`)
	assert.Equal(t, model.ReadFailed, e.children["pay"].Reads[model.KindKubernetesVersions].State)
}
