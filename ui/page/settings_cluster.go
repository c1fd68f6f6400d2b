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
		{label: "address", term: "api-server", paths: []string{"properties.fqdn"}, say: whole(apiServerAddress)},
		{label: "private cluster", term: "private-cluster", paths: []string{"properties.apiServerAccessProfile.enablePrivateCluster"}, say: yesNo("no")},
		{label: "public network access", term: "public-network-access", paths: []string{"properties.publicNetworkAccess"}, say: text("Enabled"), only: isSet("properties.publicNetworkAccess")},
		{
			label: "authorized IP ranges", term: "authorized-ip-ranges", say: listed, only: isPublic,
			paths: []string{"properties.apiServerAccessProfile.authorizedIPRanges"},
		},
		{
			label: "public address of it", term: "private-cluster", say: either("published", "not published", "published"), only: isPrivate,
			paths: []string{"properties.apiServerAccessProfile.enablePrivateClusterPublicFQDN"},
		},
		{label: "private DNS zone", term: "private-dns-zone", paths: []string{"properties.apiServerAccessProfile.privateDNSZone"}, say: lastName("system"), only: isPrivate},
		{label: "VNet integration", term: "vnet-integration", paths: []string{"properties.apiServerAccessProfile.enableVnetIntegration"}, say: onOff("off")},
		{label: "run command", term: "run-command", paths: []string{"properties.apiServerAccessProfile.disableRunCommand"}, say: offOn("on")},
	}},
	{title: "Sign-in", topics: []model.Topic{model.TopicIdentity}, lines: []setting{
		{label: "local accounts", term: "local-accounts", paths: []string{"properties.disableLocalAccounts"}, say: offOn("on")},
		{label: "Microsoft Entra ID", term: "entra-id", paths: []string{"properties.aadProfile.managed", "properties.aadProfile"}, say: whole(entraID)},
		{
			label: "legacy Entra application", term: "legacy-entra", say: text("none"), only: isSet("properties.aadProfile.clientAppID"),
			paths: []string{"properties.aadProfile.clientAppID", "properties.aadProfile.serverAppID"},
		},
		{label: "Azure RBAC", term: "azure-rbac", paths: []string{"properties.aadProfile.enableAzureRBAC"}, say: onOff("off")},
		{label: "admin groups", term: "admin-groups", paths: []string{"properties.aadProfile.adminGroupObjectIDs"}, say: listed},
		{label: "Kubernetes RBAC", term: "kubernetes-rbac", paths: []string{"properties.enableRBAC"}, say: onOff(notReturned)},
		{label: "role assignments", term: "azure-rbac", paths: []string{"roleAssignments"}, child: model.KindRoleAssignment},
	}},
	{title: "Identity", lines: []setting{
		{label: "cluster identity", term: "managed-identity", paths: []string{"identity.type", "identity", "properties.servicePrincipalProfile.clientId", "properties.servicePrincipalProfile"}, say: whole(clusterIdentity)},
		{label: "kubelet identity", term: "kubelet-identity", paths: []string{"properties.identityProfile.kubeletidentity.resourceId", "properties.identityProfile.kubeletidentity.objectId"}, say: lastName("none")},
		{label: "OIDC issuer", term: "oidc-issuer", paths: []string{"properties.oidcIssuerProfile.enabled"}, say: onOff("off")},
		{label: "workload identity", term: "workload-identity", paths: []string{"properties.securityProfile.workloadIdentity.enabled"}, say: onOff("off")},
		{
			label: "pod-managed identity", term: "pod-managed-identity", say: onOff("off"), only: isSet("properties.podIdentityProfile.enabled"),
			paths: []string{"properties.podIdentityProfile.enabled", "properties.podIdentityProfile.allowNetworkPluginKubenet"},
		},
		{label: "pods' link-local access", term: "imds", paths: []string{"properties.networkProfile.podLinkLocalAccess"}, say: text("IMDS"), preview: true, only: isSet("properties.networkProfile.podLinkLocalAccess")},
	}},
	{title: "Network", topics: []model.Topic{model.TopicNetwork}, lines: []setting{
		{label: "network plugin", term: "network-plugin", paths: []string{"properties.networkProfile.networkPlugin", "properties.networkProfile.networkPluginMode"}, say: whole(networkPlugin)},
		{label: "network policy", term: "network-policy", paths: []string{"properties.networkProfile.networkPolicy"}, say: text("none")},
		{label: "data plane", term: "data-plane", paths: []string{"properties.networkProfile.networkDataplane"}, say: text("azure")},
		{label: "outbound type", term: "outbound-type", paths: []string{"properties.networkProfile.outboundType"}, say: text("loadBalancer")},
		{label: "load balancer", term: "load-balancer", paths: []string{"properties.networkProfile.loadBalancerSku"}, say: text("standard")},
		{
			label: "container networking+", term: "acns", say: onOff("off"),
			paths: []string{"properties.networkProfile.advancedNetworking.enabled", "properties.networkProfile.advancedNetworking.security.enabled"},
		},
		{
			label: "FQDN / L7 policies", term: "fqdn-l7-policies", say: text("None"), since: "2026-06-01", only: isSet("properties.networkProfile.advancedNetworking.enabled"),
			paths: []string{"properties.networkProfile.advancedNetworking.security.advancedNetworkPolicies"},
		},
		{
			label: "pod traffic encryption", term: "pod-traffic-encryption", say: text("None"), since: "2026-06-01", only: isSet("properties.networkProfile.advancedNetworking.enabled"),
			paths: []string{"properties.networkProfile.advancedNetworking.security.transitEncryption.type"},
		},
		{label: "pod CIDR", term: "pod-cidr", paths: []string{"properties.networkProfile.podCidr"}, say: text("none"), only: isSet("properties.networkProfile.podCidr")},
		{label: "service CIDR", term: "pod-cidr", paths: []string{"properties.networkProfile.serviceCidr"}, say: text("none"), only: isSet("properties.networkProfile.serviceCidr")},
		{
			label: "HTTP proxy", term: "http-proxy", say: whole(httpProxy), only: isSet("properties.httpProxyConfig"),
			paths: []string{"properties.httpProxyConfig.httpProxy", "properties.httpProxyConfig.httpsProxy", "properties.httpProxyConfig"},
		},
		{
			label: "extra root certificates", term: "custom-ca", say: counted("certificate", "certificates", "none"), only: isSet("properties.securityProfile.customCATrustCertificates"),
			paths: []string{"properties.securityProfile.customCATrustCertificates"},
		},
	}},
	{title: "Upgrades", topics: []model.Topic{model.TopicUpgrades}, lines: []setting{
		{label: "Kubernetes version", term: "kubernetes-version", paths: []string{"properties.currentKubernetesVersion", "properties.kubernetesVersion"}, say: whole(kubernetesVersion)},
		{label: "versions in its region", term: "kubernetes-version", paths: []string{"kubernetesVersions"}, child: model.KindKubernetesVersions},
		{label: "support plan", term: "support-plan", paths: []string{"properties.supportPlan"}, say: text("KubernetesOfficial")},
		{label: "cluster auto-upgrade", term: "auto-upgrade", paths: []string{"properties.autoUpgradeProfile.upgradeChannel"}, say: text("none")},
		{label: "node OS upgrades", term: "node-os-upgrade", paths: []string{"properties.autoUpgradeProfile.nodeOSUpgradeChannel"}, say: text("none")},
		{
			label: "force upgrade", term: "force-upgrade", say: whole(forceUpgrade), only: isSet("properties.upgradeSettings.overrideSettings.forceUpgrade"),
			paths: []string{"properties.upgradeSettings.overrideSettings.forceUpgrade", "properties.upgradeSettings.overrideSettings.until"},
		},
		{label: "maintenance windows", term: "maintenance-window", paths: []string{"maintenanceConfigurations"}, child: model.KindMaintenanceConfiguration},
		{label: "upgrades on offer", term: "kubernetes-version", paths: []string{"upgradeProfiles"}, child: model.KindUpgradeProfile},
		{label: "provisioning state", term: "provisioning-state", paths: []string{"properties.provisioningState"}, say: text(notReturned)},
		{label: "power state", term: "provisioning-state", paths: []string{"properties.powerState.code", "properties.powerState"}, say: text("Running")},
	}},
	{title: "Nodes", topics: []model.Topic{model.TopicNodes}, lines: []setting{
		{label: "node pools", term: "node-pool", paths: []string{"properties.agentPoolProfiles"}, say: whole(poolNames)},
		{label: "node auto-provisioning", term: "node-auto-provisioning", paths: []string{"properties.nodeProvisioningProfile.mode"}, say: text("Manual")},
		{label: "node resource group", term: "node-resource-group", paths: []string{"properties.nodeResourceGroup"}, say: text(notReturned)},
		{label: "its lockdown", term: "node-resource-group-lockdown", paths: []string{"properties.nodeResourceGroupProfile.restrictionLevel"}, say: text("Unrestricted")},
		{label: "disk encryption set", term: "disk-encryption-set", paths: []string{"properties.diskEncryptionSetID"}, say: lastName("none: platform keys")},
	}},
	{title: "Secrets and data", topics: []model.Topic{model.TopicData}, lines: []setting{
		{
			label: "KMS encryption of secrets", term: "kms-encryption", say: whole(kms),
			paths: []string{
				"properties.securityProfile.azureKeyVaultKms.enabled", "properties.securityProfile.azureKeyVaultKms",
				"properties.securityProfile.kubernetesResourceObjectEncryptionProfile.infrastructureEncryption",
			},
		},
		{
			label: "its key vault", term: "key-vault", say: text("Public"), only: isSet("properties.securityProfile.azureKeyVaultKms.enabled"),
			paths: []string{"properties.securityProfile.azureKeyVaultKms.keyVaultNetworkAccess", "properties.securityProfile.azureKeyVaultKms.keyVaultResourceId"},
		},
		{
			label: "Key Vault secrets provider", term: "secrets-provider", say: onOff("off"),
			paths: []string{"properties.addonProfiles.azureKeyvaultSecretsProvider.enabled", "properties.addonProfiles.azureKeyvaultSecretsProvider"},
		},
		{
			label: "secret rotation", term: "secrets-provider", say: onOff("off"), only: isSet("properties.addonProfiles.azureKeyvaultSecretsProvider.enabled"),
			paths: []string{"properties.addonProfiles.azureKeyvaultSecretsProvider.config.enableSecretRotation"},
		},
		{label: "Azure Disk driver", term: "csi-driver", paths: []string{"properties.storageProfile.diskCSIDriver.enabled"}, say: onOff("on")},
		{label: "Azure Files driver", term: "csi-driver", paths: []string{"properties.storageProfile.fileCSIDriver.enabled"}, say: onOff("on")},
		{label: "snapshot controller", term: "csi-driver", paths: []string{"properties.storageProfile.snapshotController.enabled"}, say: onOff("on")},
	}},
	{title: "Policy", topics: []model.Topic{model.TopicGovernance}, lines: []setting{
		{label: "Azure Policy", term: "azure-policy", paths: []string{"properties.addonProfiles.azurepolicy.enabled", "properties.addonProfiles.azurepolicy"}, say: onOff("off")},
		{label: "deployment safeguards", term: "deployment-safeguards", paths: []string{"deploymentSafeguards"}, child: model.KindDeploymentSafeguards},
		{
			label: "pod security policy", term: "pod-security-standards", say: onOff("off"), only: isSet("properties.enablePodSecurityPolicy"),
			paths: []string{"properties.enablePodSecurityPolicy"},
		},
		{label: "trusted access", term: "trusted-access", paths: []string{"trustedAccessRoleBindings"}, child: model.KindTrustedAccessRoleBinding},
	}},
	{title: "Monitoring", topics: []model.Topic{model.TopicMonitoring}, lines: []setting{
		{label: "Defender sensor", term: "defender-sensor", paths: []string{"properties.securityProfile.defender.securityMonitoring.enabled", "properties.securityProfile.defender"}, say: onOff("off")},
		{label: "Container insights", term: "container-insights", paths: []string{"properties.addonProfiles.omsagent.enabled", "properties.addonProfiles.omsagent"}, say: onOff("off")},
		{
			label: "its sign-in", term: "container-insights", say: either("managed identity", "workspace key", "workspace key"), only: isSet("properties.addonProfiles.omsagent.enabled"),
			paths: []string{"properties.addonProfiles.omsagent.config.useAADAuth"},
		},
		{label: "managed Prometheus", term: "managed-prometheus", paths: []string{"properties.azureMonitorProfile.metrics.enabled", "properties.azureMonitorProfile"}, say: onOff("off")},
		{label: "diagnostic settings", term: "diagnostic-settings", paths: []string{"diagnosticSettings"}, child: model.KindDiagnosticSetting},
	}},
	{title: "Registry and images", topics: []model.Topic{model.TopicRegistry}, lines: []setting{
		{label: "Image Cleaner", term: "image-cleaner", paths: []string{"properties.securityProfile.imageCleaner.enabled", "properties.securityProfile.imageCleaner"}, say: whole(imageCleaner)},
		{label: "image integrity", term: "image-integrity", paths: []string{"properties.securityProfile.imageIntegrity.enabled"}, say: onOff("off"), preview: true, only: isSet("properties.securityProfile.imageIntegrity.enabled")},
		{label: "node bootstrap", term: "network-isolated", paths: []string{"properties.bootstrapProfile.artifactSource"}, say: text("Direct")},
	}},
	{title: "Add-ons", topics: []model.Topic{model.TopicAddons}, lines: []setting{
		{label: "application routing", term: "application-routing", paths: []string{"properties.ingressProfile.webAppRouting.enabled", "properties.ingressProfile.webAppRouting"}, say: onOff("off")},
		{
			label: "default NGINX controller", term: "application-routing", say: text("AnnotationControlled"), only: isSet("properties.ingressProfile.webAppRouting.enabled"),
			paths: []string{"properties.ingressProfile.webAppRouting.nginx.defaultIngressControllerType"},
		},
		{label: "HTTP application routing", term: "http-application-routing", paths: []string{"properties.addonProfiles.httpApplicationRouting.enabled"}, say: onOff("off")},
		{label: "Application Gateway", term: "application-gateway", paths: []string{"properties.addonProfiles.ingressApplicationGateway.enabled"}, say: onOff("off"), only: isSet("properties.addonProfiles.ingressApplicationGateway.enabled")},
		{label: "service mesh", term: "service-mesh", paths: []string{"properties.serviceMeshProfile.mode", "properties.serviceMeshProfile"}, say: text("Disabled")},
		{
			label: "ingress gateways", term: "ingress", say: whole(ingressGateways), only: isSet("properties.serviceMeshProfile.istio.components.ingressGateways"),
			paths: []string{"properties.serviceMeshProfile.istio.components.ingressGateways"},
		},
		{label: "Open Service Mesh", term: "open-service-mesh", paths: []string{"properties.addonProfiles.openServiceMesh.enabled"}, say: onOff("off"), only: isSet("properties.addonProfiles.openServiceMesh.enabled")},
		{label: "virtual nodes", term: "virtual-nodes", paths: []string{"properties.addonProfiles.aciConnectorLinux.enabled"}, say: onOff("off")},
		{label: "Kubernetes dashboard", term: "kubernetes-dashboard", paths: []string{"properties.addonProfiles.kubeDashboard.enabled"}, say: onOff("off"), only: isSet("properties.addonProfiles.kubeDashboard.enabled")},
	}},
	{title: "Reliability", topics: []model.Topic{model.TopicReliability}, lines: []setting{
		{label: "pricing tier", term: "pricing-tier", paths: []string{"sku.tier", "sku"}, say: text("Free")},
		{label: "SKU", term: "aks-automatic", paths: []string{"sku.name"}, say: text("Base")},
		{label: "location", term: "region", paths: []string{"location"}, say: text(notReturned)},
		{label: "resource group", term: "resource-group", paths: []string{"id"}, say: whole(func(tree map[string]any) string { return model.ID(textAt(tree, "id")).ResourceGroup() })},
		{label: "tags", term: "tags", paths: []string{"tags"}, say: text("none")},
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
