package evidence

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// regionInName finds the region in the name of a file, as its last word:
// versions-westeurope.json.
var regionInName = regexp.MustCompile(`(?i)^(?:.*[-_. ])?([a-z]+\d*)$`)

// regionOf is the region that a file's name tells, or "".
func regionOf(file string) string {
	name := filepath.Base(file)
	for _, ending := range endings {
		if plain, cut := strings.CutSuffix(strings.ToLower(name), ending); cut {
			name = plain
			break
		}
	}
	if found := regionInName.FindStringSubmatch(name); found != nil {
		return strings.ToLower(found[1])
	}
	return ""
}

// errNoRegion is why a list of versions cannot be used: neither the Azure CLI nor Azure
// itself says in it of which region it is.
var errNoRegion = errors.New("it holds Kubernetes versions and does not say of which region: " +
	"let the file's name end with it, as in versions-westeurope.json")

// offered takes the Kubernetes versions that Azure lists for a region, as az aks
// get-versions prints them. They are of the region that the file's name ends with.
func (f *looseFile) offered(h *holding, tree map[string]any) (is bool, err error) {
	values, list := tree["values"].([]any)
	if _, named := tree["id"].(string); named || !list || len(values) == 0 {
		return false, nil
	}
	for _, value := range values {
		version, object := value.(map[string]any)
		if _, told := version["version"].(string); !object || !told {
			return false, nil
		}
	}
	region := regionOf(f.name)
	if region == "" {
		return true, errNoRegion
	}
	raw, err := rawOf(map[string]any{"values": values}, true, nil)
	if err != nil {
		return true, err
	}
	f.used++
	resource := &model.Resource{Kind: model.KindKubernetesVersions, ReadAt: f.at, Via: f.name, Raw: model.NewJSON(raw)}
	if before := h.versions[region]; before == nil || !f.at.Before(before.ReadAt) {
		h.versions[region] = resource
	}
	return true, nil
}

// offer hangs the versions of its region under a cluster, unless newer ones hang there.
func (h *holding) offer(c *cluster) {
	tree, err := document.Parse(c.resource.Raw.Bytes())
	if err != nil {
		return
	}
	region := strings.ToLower(strings.ReplaceAll(document.Text(tree, "location"), " ", ""))
	versions := h.versions[region]
	if versions == nil {
		return
	}
	h.offeredTo[region] = true
	if read := c.reads[model.KindKubernetesVersions]; read.State == model.ReadDone && read.At.After(versions.ReadAt) {
		return
	}
	own := *versions
	own.Parent = c.id
	own.ID = model.SubscriptionID(c.id.Subscription()) + model.ID("/providers/Microsoft.ContainerService/locations/"+region+"/kubernetesVersions")
	c.children[model.KindKubernetesVersions] = []*model.Resource{&own}
	c.reads[model.KindKubernetesVersions] = model.Read{State: model.ReadDone, At: own.ReadAt}
}

// unoffered tells of lists of versions that are of no cluster's region.
func (l *loader) unoffered() error {
	for region, versions := range l.h.versions {
		if l.h.offeredTo[region] || len(l.h.order) == 0 {
			continue
		}
		why := fmt.Errorf("by its name it holds the Kubernetes versions of the region %.40q, and no cluster is there", region)
		if err := l.problem(versions.Via, why, "let the file's name end with the region, as in versions-westeurope.json"); err != nil {
			return err
		}
	}
	return nil
}
