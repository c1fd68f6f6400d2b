package page

import (
	"strings"

	"github.com/aksight/aksight/model"
)

func isPrivate(tree map[string]any) bool {
	return flagAt(tree, "properties.apiServerAccessProfile.enablePrivateCluster")
}

func isPublic(tree map[string]any) bool { return !isPrivate(tree) }

// clusterSections are the lines of a cluster's sheet, in the order in which an
// administrator asks for them: who gets in, by which way, and what runs.
var clusterSections = []section{
	{title: "API server", lines: []setting{
		{label: "address", paths: []string{"properties.fqdn"}, say: whole(apiServerAddress)},
		{label: "private cluster", paths: []string{"properties.apiServerAccessProfile.enablePrivateCluster"}, say: yesNo("no")},
		{label: "public network access", paths: []string{"properties.publicNetworkAccess"}, say: text("Enabled"), only: isSet("properties.publicNetworkAccess")},
		{
			label: "authorized IP ranges", say: listed, only: isPublic,
			paths: []string{"properties.apiServerAccessProfile.authorizedIPRanges"},
		},
		{
			label: "public address of it", say: either("published", "not published", "published"), only: isPrivate,
			paths: []string{"properties.apiServerAccessProfile.enablePrivateClusterPublicFQDN"},
		},
		{label: "private DNS zone", paths: []string{"properties.apiServerAccessProfile.privateDNSZone"}, say: lastName("system"), only: isPrivate},
		{label: "VNet integration", paths: []string{"properties.apiServerAccessProfile.enableVnetIntegration"}, say: onOff("off")},
		{label: "run command", paths: []string{"properties.apiServerAccessProfile.disableRunCommand"}, say: offOn("on")},
	}},
	{title: "Sign-in", topics: []model.Topic{model.TopicIdentity}, lines: []setting{
		{label: "local accounts", paths: []string{"properties.disableLocalAccounts"}, say: offOn("on")},
		{label: "Microsoft Entra ID", paths: []string{"properties.aadProfile.managed", "properties.aadProfile"}, say: whole(entraID)},
		{
			label: "legacy Entra application", say: text("none"), only: isSet("properties.aadProfile.clientAppID"),
			paths: []string{"properties.aadProfile.clientAppID", "properties.aadProfile.serverAppID"},
		},
		{label: "Azure RBAC", paths: []string{"properties.aadProfile.enableAzureRBAC"}, say: onOff("off")},
		{label: "admin groups", paths: []string{"properties.aadProfile.adminGroupObjectIDs"}, say: listed},
		{label: "Kubernetes RBAC", paths: []string{"properties.enableRBAC"}, say: onOff(notReturned)},
	}},
	{title: "Identity", lines: []setting{
		{label: "cluster identity", paths: []string{"identity.type", "identity", "properties.servicePrincipalProfile.clientId", "properties.servicePrincipalProfile"}, say: whole(clusterIdentity)},
		{label: "kubelet identity", paths: []string{"properties.identityProfile.kubeletidentity.resourceId", "properties.identityProfile.kubeletidentity.objectId"}, say: lastName("none")},
		{label: "OIDC issuer", paths: []string{"properties.oidcIssuerProfile.enabled"}, say: onOff("off")},
		{label: "workload identity", paths: []string{"properties.securityProfile.workloadIdentity.enabled"}, say: onOff("off")},
		{
			label: "pod-managed identity", say: onOff("off"), only: isSet("properties.podIdentityProfile.enabled"),
			paths: []string{"properties.podIdentityProfile.enabled", "properties.podIdentityProfile.allowNetworkPluginKubenet"},
		},
		{label: "pods' link-local access", paths: []string{"properties.networkProfile.podLinkLocalAccess"}, say: text("IMDS"), only: isSet("properties.networkProfile.podLinkLocalAccess")},
	}},
	{title: "Network", topics: []model.Topic{model.TopicNetwork}, lines: []setting{
		{label: "network plugin", paths: []string{"properties.networkProfile.networkPlugin", "properties.networkProfile.networkPluginMode"}, say: whole(networkPlugin)},
		{label: "network policy", paths: []string{"properties.networkProfile.networkPolicy"}, say: text("none")},
		{label: "data plane", paths: []string{"properties.networkProfile.networkDataplane"}, say: text("azure")},
		{label: "outbound type", paths: []string{"properties.networkProfile.outboundType"}, say: text("loadBalancer")},
		{label: "load balancer", paths: []string{"properties.networkProfile.loadBalancerSku"}, say: text("standard")},
		{
			label: "container networking+", say: onOff("off"),
			paths: []string{"properties.networkProfile.advancedNetworking.enabled", "properties.networkProfile.advancedNetworking.security.enabled"},
		},
		{
			label: "FQDN / L7 policies", say: text("None"), since: "2026-06-01", only: isSet("properties.networkProfile.advancedNetworking.enabled"),
			paths: []string{"properties.networkProfile.advancedNetworking.security.advancedNetworkPolicies"},
		},
		{
			label: "pod traffic encryption", say: text("None"), since: "2026-06-01", only: isSet("properties.networkProfile.advancedNetworking.enabled"),
			paths: []string{"properties.networkProfile.advancedNetworking.security.transitEncryption.type"},
		},
		{label: "pod CIDR", paths: []string{"properties.networkProfile.podCidr"}, say: text("none"), only: isSet("properties.networkProfile.podCidr")},
		{label: "service CIDR", paths: []string{"properties.networkProfile.serviceCidr"}, say: text("none"), only: isSet("properties.networkProfile.serviceCidr")},
		{
			label: "HTTP proxy", say: whole(httpProxy), only: isSet("properties.httpProxyConfig"),
			paths: []string{"properties.httpProxyConfig.httpProxy", "properties.httpProxyConfig.httpsProxy", "properties.httpProxyConfig"},
		},
		{
			label: "extra root certificates", say: counted("certificate", "certificates", "none"), only: isSet("properties.securityProfile.customCATrustCertificates"),
			paths: []string{"properties.securityProfile.customCATrustCertificates"},
		},
	}},
	{title: "Upgrades", topics: []model.Topic{model.TopicUpgrades}, lines: []setting{
		{label: "Kubernetes version", paths: []string{"properties.currentKubernetesVersion", "properties.kubernetesVersion"}, say: whole(kubernetesVersion)},
		{label: "support plan", paths: []string{"properties.supportPlan"}, say: text("KubernetesOfficial")},
		{label: "cluster auto-upgrade", paths: []string{"properties.autoUpgradeProfile.upgradeChannel"}, say: text("none")},
		{label: "node OS upgrades", paths: []string{"properties.autoUpgradeProfile.nodeOSUpgradeChannel"}, say: text("none")},
		{
			label: "force upgrade", say: whole(forceUpgrade), only: isSet("properties.upgradeSettings.overrideSettings.forceUpgrade"),
			paths: []string{"properties.upgradeSettings.overrideSettings.forceUpgrade", "properties.upgradeSettings.overrideSettings.until"},
		},
		{label: "maintenance windows", paths: []string{"maintenanceConfigurations"}, child: model.KindMaintenanceConfiguration},
		{label: "upgrades on offer", paths: []string{"upgradeProfiles"}, child: model.KindUpgradeProfile},
		{label: "provisioning state", paths: []string{"properties.provisioningState"}, say: text(notReturned)},
		{label: "power state", paths: []string{"properties.powerState.code", "properties.powerState"}, say: text("Running")},
	}},
	{title: "Nodes", topics: []model.Topic{model.TopicNodes}, lines: []setting{
		{label: "node pools", paths: []string{"properties.agentPoolProfiles"}, say: whole(poolNames)},
		{label: "node auto-provisioning", paths: []string{"properties.nodeProvisioningProfile.mode"}, say: text("Manual")},
		{label: "node resource group", paths: []string{"properties.nodeResourceGroup"}, say: text(notReturned)},
		{label: "its lockdown", paths: []string{"properties.nodeResourceGroupProfile.restrictionLevel"}, say: text("Unrestricted")},
		{label: "disk encryption set", paths: []string{"properties.diskEncryptionSetID"}, say: lastName("none: platform keys")},
	}},
	{title: "Secrets and data", topics: []model.Topic{model.TopicData}, lines: []setting{
		{
			label: "KMS encryption of secrets", say: whole(kms),
			paths: []string{
				"properties.securityProfile.azureKeyVaultKms.enabled", "properties.securityProfile.azureKeyVaultKms",
				"properties.securityProfile.kubernetesResourceObjectEncryptionProfile.infrastructureEncryption",
			},
		},
		{
			label: "its key vault", say: text("Public"), only: isSet("properties.securityProfile.azureKeyVaultKms.enabled"),
			paths: []string{"properties.securityProfile.azureKeyVaultKms.keyVaultNetworkAccess", "properties.securityProfile.azureKeyVaultKms.keyVaultResourceId"},
		},
		{
			label: "Key Vault secrets provider", say: onOff("off"),
			paths: []string{"properties.addonProfiles.azureKeyvaultSecretsProvider.enabled", "properties.addonProfiles.azureKeyvaultSecretsProvider"},
		},
		{
			label: "secret rotation", say: onOff("off"), only: isSet("properties.addonProfiles.azureKeyvaultSecretsProvider.enabled"),
			paths: []string{"properties.addonProfiles.azureKeyvaultSecretsProvider.config.enableSecretRotation"},
		},
		{label: "Azure Disk driver", paths: []string{"properties.storageProfile.diskCSIDriver.enabled"}, say: onOff("on")},
		{label: "Azure Files driver", paths: []string{"properties.storageProfile.fileCSIDriver.enabled"}, say: onOff("on")},
		{label: "snapshot controller", paths: []string{"properties.storageProfile.snapshotController.enabled"}, say: onOff("on")},
	}},
	{title: "Policy", topics: []model.Topic{model.TopicGovernance}, lines: []setting{
		{label: "Azure Policy", paths: []string{"properties.addonProfiles.azurepolicy.enabled", "properties.addonProfiles.azurepolicy"}, say: onOff("off")},
		{label: "deployment safeguards", paths: []string{"deploymentSafeguards"}, child: model.KindDeploymentSafeguards},
		{
			label: "pod security policy", say: onOff("off"), only: isSet("properties.enablePodSecurityPolicy"),
			paths: []string{"properties.enablePodSecurityPolicy"},
		},
		{label: "trusted access", paths: []string{"trustedAccessRoleBindings"}, child: model.KindTrustedAccessRoleBinding},
	}},
	{title: "Monitoring", topics: []model.Topic{model.TopicMonitoring}, lines: []setting{
		{label: "Defender sensor", paths: []string{"properties.securityProfile.defender.securityMonitoring.enabled", "properties.securityProfile.defender"}, say: onOff("off")},
		{label: "Container insights", paths: []string{"properties.addonProfiles.omsagent.enabled", "properties.addonProfiles.omsagent"}, say: onOff("off")},
		{
			label: "its sign-in", say: either("managed identity", "workspace key", "workspace key"), only: isSet("properties.addonProfiles.omsagent.enabled"),
			paths: []string{"properties.addonProfiles.omsagent.config.useAADAuth"},
		},
		{label: "managed Prometheus", paths: []string{"properties.azureMonitorProfile.metrics.enabled", "properties.azureMonitorProfile"}, say: onOff("off")},
		{label: "diagnostic settings", paths: []string{"diagnosticSettings"}, child: model.KindDiagnosticSetting},
	}},
	{title: "Registry and images", topics: []model.Topic{model.TopicRegistry}, lines: []setting{
		{label: "Image Cleaner", paths: []string{"properties.securityProfile.imageCleaner.enabled", "properties.securityProfile.imageCleaner"}, say: whole(imageCleaner)},
		{label: "image integrity", paths: []string{"properties.securityProfile.imageIntegrity.enabled"}, say: onOff("off"), only: isSet("properties.securityProfile.imageIntegrity.enabled")},
		{label: "node bootstrap", paths: []string{"properties.bootstrapProfile.artifactSource"}, say: text("Direct")},
	}},
	{title: "Add-ons", topics: []model.Topic{model.TopicAddons}, lines: []setting{
		{label: "application routing", paths: []string{"properties.ingressProfile.webAppRouting.enabled", "properties.ingressProfile.webAppRouting"}, say: onOff("off")},
		{
			label: "default NGINX controller", say: text("AnnotationControlled"), only: isSet("properties.ingressProfile.webAppRouting.enabled"),
			paths: []string{"properties.ingressProfile.webAppRouting.nginx.defaultIngressControllerType"},
		},
		{label: "HTTP application routing", paths: []string{"properties.addonProfiles.httpApplicationRouting.enabled"}, say: onOff("off")},
		{label: "Application Gateway", paths: []string{"properties.addonProfiles.ingressApplicationGateway.enabled"}, say: onOff("off"), only: isSet("properties.addonProfiles.ingressApplicationGateway.enabled")},
		{label: "service mesh", paths: []string{"properties.serviceMeshProfile.mode", "properties.serviceMeshProfile"}, say: text("Disabled")},
		{
			label: "ingress gateways", say: whole(ingressGateways), only: isSet("properties.serviceMeshProfile.istio.components.ingressGateways"),
			paths: []string{"properties.serviceMeshProfile.istio.components.ingressGateways"},
		},
		{label: "Open Service Mesh", paths: []string{"properties.addonProfiles.openServiceMesh.enabled"}, say: onOff("off"), only: isSet("properties.addonProfiles.openServiceMesh.enabled")},
		{label: "virtual nodes", paths: []string{"properties.addonProfiles.aciConnectorLinux.enabled"}, say: onOff("off")},
		{label: "Kubernetes dashboard", paths: []string{"properties.addonProfiles.kubeDashboard.enabled"}, say: onOff("off"), only: isSet("properties.addonProfiles.kubeDashboard.enabled")},
	}},
	{title: "Reliability", topics: []model.Topic{model.TopicReliability}, lines: []setting{
		{label: "pricing tier", paths: []string{"sku.tier", "sku"}, say: text("Free")},
		{label: "SKU", paths: []string{"sku.name"}, say: text("Base")},
		{label: "location", paths: []string{"location"}, say: text(notReturned)},
		{label: "resource group", paths: []string{"id"}, say: whole(func(tree map[string]any) string { return model.ID(textAt(tree, "id")).ResourceGroup() })},
		{label: "tags", paths: []string{"tags"}, say: text("none")},
	}},
}

func apiServerAddress(tree map[string]any) string {
	for _, path := range []string{"properties.fqdn", "properties.privateFQDN", "properties.azurePortalFQDN"} {
		if name := textAt(tree, path); name != "" {
			return name
		}
	}
	return notReturned
}

func entraID(tree map[string]any) string {
	tenant := textAt(tree, "properties.aadProfile.tenantID")
	switch {
	case flagAt(tree, "properties.aadProfile.managed"):
		if tenant != "" {
			return "managed, tenant " + tenant
		}
		return "managed"
	case textAt(tree, "properties.aadProfile.clientAppID") != "" || textAt(tree, "properties.aadProfile.serverAppID") != "":
		return "legacy integration"
	default:
		return "off"
	}
}

func clusterIdentity(tree map[string]any) string {
	switch kind := textAt(tree, "identity.type"); strings.ToLower(kind) {
	case "systemassigned":
		return "system-assigned managed identity"
	case "userassigned":
		return "user-assigned managed identity"
	case "", "none":
		if client := textAt(tree, "properties.servicePrincipalProfile.clientId"); client != "" && client != "msi" {
			return "service principal " + client
		}
		return "service principal"
	default:
		return kind
	}
}

func networkPlugin(tree map[string]any) string {
	plugin := textAt(tree, "properties.networkProfile.networkPlugin")
	mode := textAt(tree, "properties.networkProfile.networkPluginMode")
	switch {
	case plugin == "":
		return notReturned
	case strings.EqualFold(plugin, "none"):
		return "none: bring your own"
	case mode != "":
		return plugin + ", " + mode
	default:
		return plugin
	}
}

func httpProxy(tree map[string]any) string {
	for _, path := range []string{"properties.httpProxyConfig.httpsProxy", "properties.httpProxyConfig.httpProxy"} {
		if proxy := textAt(tree, path); proxy != "" {
			return proxy
		}
	}
	return "none"
}

func kubernetesVersion(tree map[string]any) string {
	runs, asked := textAt(tree, "properties.currentKubernetesVersion"), textAt(tree, "properties.kubernetesVersion")
	switch {
	case runs == "" && asked == "":
		return notReturned
	case runs == "":
		return asked
	case asked != "" && asked != runs && !strings.HasPrefix(runs, asked+"."):
		return runs + ", asked for " + asked
	default:
		return runs
	}
}

func forceUpgrade(tree map[string]any) string {
	if !flagAt(tree, "properties.upgradeSettings.overrideSettings.forceUpgrade") {
		return "off"
	}
	if until := textAt(tree, "properties.upgradeSettings.overrideSettings.until"); until != "" {
		return "on until " + until
	}
	return "on"
}

func poolNames(tree map[string]any) string {
	profiles := listAt(tree, "properties.agentPoolProfiles")
	names := make([]string, 0, len(profiles))
	for _, profile := range profiles {
		names = append(names, textAt(profile, "name"))
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func kms(tree map[string]any) string {
	if flagAt(tree, "properties.securityProfile.azureKeyVaultKms.enabled") {
		return "on, own key"
	}
	if strings.EqualFold(textAt(tree, "properties.securityProfile.kubernetesResourceObjectEncryptionProfile.infrastructureEncryption"), "Enabled") {
		return "on, platform key"
	}
	return "off"
}

func imageCleaner(tree map[string]any) string {
	if !flagAt(tree, "properties.securityProfile.imageCleaner.enabled") {
		return "off"
	}
	if hours, is := numberAt(tree, "properties.securityProfile.imageCleaner.intervalHours"); is {
		return "on, every " + plain(hours) + " h"
	}
	return "on"
}

func ingressGateways(tree map[string]any) string {
	var open []string
	for _, gateway := range listAt(tree, "properties.serviceMeshProfile.istio.components.ingressGateways") {
		if flagAt(gateway, "enabled") {
			open = append(open, textAt(gateway, "mode"))
		}
	}
	if len(open) == 0 {
		return "none"
	}
	return strings.Join(open, ", ")
}
