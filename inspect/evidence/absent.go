package evidence

import (
	"slices"

	"github.com/aksight/aksight/model"
)

// absence says what the files lack, and which command saves it.
type absence struct {
	what string
	get  string
}

// absences are by kind what people save with the Azure CLI.
var absences = map[model.Kind]absence{
	model.KindDiagnosticSetting:        {"its diagnostic settings", "az monitor diagnostic-settings list --resource CLUSTER-ID"},
	model.KindMaintenanceConfiguration: {"its maintenance configurations", "az aks maintenanceconfiguration list -g GROUP --cluster-name NAME"},
	model.KindKubernetesVersions:       {"the Kubernetes versions of its region", "az aks get-versions -l REGION"},
	model.KindUpgradeProfile:           {"its upgrade profile", "az aks get-upgrades -g GROUP -n NAME"},
	model.KindTrustedAccessRoleBinding: {"its trusted access role bindings", "az aks trustedaccess rolebinding list -g GROUP --cluster-name NAME"},
	model.KindDeploymentSafeguards:     {"its deployment safeguards", "az aks safeguards show -g GROUP -n NAME"},
	model.KindPublicIP:                 {"its public IP addresses", "az network public-ip list"},
	model.KindPublicIPPrefix:           {"its public IP prefixes", "az network public-ip prefix list"},
	model.KindNATGateway:               {"its NAT gateways", "az network nat gateway list"},
	model.KindRouteTable:               {"its route tables", "az network route-table list"},
	model.KindRoleAssignment:           {"the role assignments", "az role assignment list --all --subscription SUBSCRIPTION"},
	model.KindRoleEligibility:          {"the eligible roles", "az rest --url /subscriptions/SUBSCRIPTION/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version=2020-10-01"},
	model.KindRoleDefinition:           {"the roles", "az role definition list --subscription SUBSCRIPTION"},
	model.KindDenyAssignment:           {"the deny assignments", "az rest --url /subscriptions/SUBSCRIPTION/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01"},
	model.KindManagedIdentity:          {"the managed identities", "az identity list --subscription SUBSCRIPTION"},
	model.KindFederatedCredential:      {"the federated credentials", "az identity federated-credential list -g GROUP --identity-name IDENTITY"},
	model.KindPrincipal:                {"who is known to Entra ID", "az ad user show --id USER"},
	model.KindGroupMembers:             {"the members of groups", "az ad group member list --group GROUP-ID"},
	model.KindGroupEligibility:         {"the eligible members of groups", "az rest --url \"https://graph.microsoft.com/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?\\$filter=groupId eq 'GROUP-ID'&\\$expand=principal\""},
	model.KindActivityEvent:            {what: "the activity log"},
	model.KindSubnet:                   {"its subnets", "az network vnet subnet list -g GROUP --vnet-name NAME"},
}

// absent says that the files do not hold a kind, and what would.
func absent(kind model.Kind) string {
	lacks, known := absences[kind]
	switch {
	case !known:
		return "these files do not hold it: aksight capture saves it"
	case lacks.get == "":
		return "these files do not hold " + lacks.what + ": aksight capture saves them"
	}
	return "these files do not hold " + lacks.what + ": save what " + lacks.get + " prints, or use aksight capture"
}

// unlisted says that the files hold some of a kind, and not the list of them.
func unlisted(kind model.Kind) string {
	lacks, known := absences[kind]
	if !known {
		return "these files hold some of it and not the list: aksight capture saves it"
	}
	return "these files hold some of " + lacks.what + " and not the list: save what " + lacks.get + " prints, or use aksight capture"
}

// kindsOf are the kinds of which every cluster is told how they were read.
func kindsOf() []model.Kind {
	kinds := slices.Clone(model.ChildKinds)
	for kind := range networkKinds {
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// allAbsent are the reads of a cluster of which the files hold nothing but its
// document; all such clusters share it.
func allAbsent() map[model.Kind]model.Read {
	reads := map[model.Kind]model.Read{}
	for _, kind := range kindsOf() {
		reads[kind] = model.Read{State: model.ReadFailed, Why: absent(kind)}
	}
	return reads
}
