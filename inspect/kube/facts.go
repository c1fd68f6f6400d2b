package kube

import (
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// factsOf reads a cluster's document; a cluster of a kubeconfig tells nothing.
func factsOf(cluster *model.Resource) facts {
	if cluster.ID.Kubeconfig() {
		return facts{}
	}
	decoded, err := document.Decode(cluster)
	if err != nil {
		return facts{}
	}
	tree := decoded.Tree
	is := func(path string) bool {
		value, _ := document.Lookup(tree, path)
		return value == true
	}
	ranges, _ := document.Lookup(tree, "properties.apiServerAccessProfile.authorizedIPRanges")
	list, _ := ranges.([]any)
	_, entra := document.Lookup(tree, "properties.aadProfile")
	return facts{
		private:   is("properties.apiServerAccessProfile.enablePrivateCluster"),
		ranges:    len(list) > 0,
		stopped:   document.Text(tree, "properties.powerState.code") == "Stopped",
		entra:     entra,
		azureRBAC: is("properties.aadProfile.enableAzureRBAC"),
		tenant:    document.Text(tree, "properties.aadProfile.tenantID"),
	}
}

// addresses are the names under which a cluster's document says that its API server is.
func addresses(cluster *model.Resource) []string {
	decoded, err := document.Decode(cluster)
	if err != nil {
		return nil
	}
	var names []string
	for _, path := range []string{"properties.privateFQDN", "properties.fqdn", "properties.azurePortalFQDN"} {
		if name := document.Text(decoded.Tree, path); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// azCommand is a command of the Azure CLI on a cluster, to be copied.
func azCommand(verb string, cluster model.ID) string {
	return "az aks " + verb + " -g " + cluster.ResourceGroup() + " -n " + cluster.Name()
}
