package evidence

import (
	"strings"

	"github.com/aksight/aksight/model"
)

// form says what one kind of resource is, and how people come by it.
type form struct {
	kind model.Kind
	// single is set where a cluster has one such document, so that it needs no list.
	single bool
}

const (
	subscriptionType = "microsoft.resources/subscriptions"
	clusterType      = "microsoft.containerservice/managedclusters"
	poolType         = clusterType + "/agentpools"
)

// forms are the kinds by their ARM type in lower case.
var forms = map[string]form{
	subscriptionType: {kind: model.KindSubscription},
	clusterType:      {kind: model.KindCluster},
	poolType:         {kind: model.KindPool},

	clusterType + "/maintenanceconfigurations":        {kind: model.KindMaintenanceConfiguration},
	clusterType + "/trustedaccessrolebindings":        {kind: model.KindTrustedAccessRoleBinding},
	clusterType + "/upgradeprofiles":                  {kind: model.KindUpgradeProfile, single: true},
	poolType + "/upgradeprofiles":                     {kind: model.KindUpgradeProfile, single: true},
	"microsoft.containerservice/deploymentsafeguards": {kind: model.KindDeploymentSafeguards, single: true},
	"microsoft.insights/diagnosticsettings":           {kind: model.KindDiagnosticSetting},

	"microsoft.network/publicipaddresses":       {kind: model.KindPublicIP},
	"microsoft.network/publicipprefixes":        {kind: model.KindPublicIPPrefix},
	"microsoft.network/natgateways":             {kind: model.KindNATGateway},
	"microsoft.network/routetables":             {kind: model.KindRouteTable},
	"microsoft.network/virtualnetworks/subnets": {kind: model.KindSubnet},
}

// networkKinds hang under no cluster: clusters refer to them.
var networkKinds = map[model.Kind]bool{
	model.KindPublicIP: true, model.KindPublicIPPrefix: true, model.KindNATGateway: true,
	model.KindRouteTable: true, model.KindSubnet: true,
}

// typeOf tells the ARM type that an ID is of, in lower case, or "".
func typeOf(id model.ID) string {
	path := strings.ToLower(string(id))
	at := strings.LastIndex(path, "/providers/")
	if at < 0 {
		parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
		if len(parts) == 2 && parts[0] == "subscriptions" && parts[1] != "" {
			return subscriptionType
		}
		return ""
	}
	parts := strings.Split(path[at+len("/providers/"):], "/")
	if len(parts) < 3 || len(parts)%2 == 0 {
		return ""
	}
	found := parts[:1:1]
	for i := 1; i < len(parts); i += 2 {
		if parts[i] == "" || parts[i+1] == "" {
			return ""
		}
		found = append(found, parts[i])
	}
	return strings.Join(found, "/")
}

// clusterOf returns the ID of the cluster that an ID lies under, or is itself.
func clusterOf(id model.ID) model.ID {
	parts := strings.Split(string(id), "/")
	for i := 0; i+3 < len(parts); i++ {
		if strings.EqualFold(parts[i], "providers") && strings.EqualFold(parts[i+1], "Microsoft.ContainerService") &&
			strings.EqualFold(parts[i+2], "managedClusters") && parts[i+3] != "" {
			return model.ID(strings.Join(parts[:i+4], "/"))
		}
	}
	return ""
}
