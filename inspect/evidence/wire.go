package evidence

import (
	"strings"
)

// envelope are the members of a resource that stand beside its properties, in ARM's
// spelling.
var envelope = map[string]bool{
	"id": true, "name": true, "type": true, "location": true, "tags": true, "sku": true, "identity": true, "kind": true,
	"plan": true, "zones": true, "managedBy": true, "extendedLocation": true, "systemData": true, "etag": true, "eTag": true,
	"properties": true,
	// What Resource Graph and the Azure CLI add.
	"resourceGroup": true, "subscriptionId": true, "tenantId": true, "additionalProperties": true,
}

// poolEnvelope is what stands beside a node pool's properties: its tags are among them.
var poolEnvelope = map[string]bool{"id": true, "name": true, "type": true, "systemData": true, "properties": true}

// flattened reports whether a document lacks the properties envelope, as the Azure
// CLI prints it, and has members that belong into it.
func flattened(tree map[string]any) bool {
	if _, wrapped := tree["properties"]; wrapped {
		return false
	}
	for key, value := range tree {
		if !envelope[key] && value != nil {
			return true
		}
	}
	return false
}

// toWire brings a document to ARM's wire form: the properties in their envelope, and
// in what AKS keeps the members spelled as ARM spells them. It reports whether that
// took a change.
func toWire(tree map[string]any, armType string) (wire map[string]any, changed bool) {
	aks := strings.HasPrefix(armType, "microsoft.containerservice/")
	if flattened(tree) {
		beside := envelope
		if armType == poolType {
			beside = poolEnvelope
		}
		tree, changed = wrap(tree, beside), true
	}
	if respell(tree, "", aks) {
		changed = true
	}
	return tree, changed
}

// wrap puts properties back into their envelope.
func wrap(tree map[string]any, beside map[string]bool) map[string]any {
	properties := map[string]any{}
	wrapped := map[string]any{"properties": properties}
	for key, value := range tree {
		switch {
		case value == nil:
			// The Azure CLI prints what Azure left out as null.
		case key == "resourceGroup" || key == "additionalProperties" && empty(value):
		case key == "typePropertiesType":
			// A node pool's own type: the resource's has the name already.
			properties["type"] = value
		case beside[key]:
			wrapped[key] = value
		default:
			properties[key] = value
		}
	}
	return wrapped
}

func empty(value any) bool {
	object, is := value.(map[string]any)
	return is && len(object) == 0
}

// named are the members whose own members have names that a user or Azure chose:
// those are left alone, and what is below them is not.
var named = map[string]bool{
	"addonProfiles": true, "identityProfile": true, "userAssignedIdentities": true, "delegatedResources": true,
}

// verbatim are the members that hold nothing but names and values of a user.
var verbatim = map[string]bool{"tags": true, "nodeLabels": true, "config": true, "labels": true, "podLabels": true}

// respell spells an object's members as ARM does, and takes out what the Azure CLI
// adds, in place. It reports whether anything changed but nulls.
func respell(tree map[string]any, under string, aks bool) (changed bool) {
	for key, value := range tree {
		switch {
		case value == nil:
			delete(tree, key)
			continue
		case key == "resourceGroup" && isReference(tree), key == "additionalProperties" && empty(value):
			delete(tree, key)
			changed = true
			continue
		}
		right := key
		if aks && !named[under] {
			right = spell(key, under)
		}
		if _, taken := tree[right]; right != key && !taken {
			delete(tree, key)
			tree[right] = value
			changed = true
		}
		if !verbatim[right] && respellValue(value, right, aks) {
			changed = true
		}
	}
	return changed
}

func respellValue(value any, under string, aks bool) (changed bool) {
	switch value := value.(type) {
	case map[string]any:
		return respell(value, under, aks)
	case []any:
		for _, item := range value {
			changed = respellValue(item, under, aks) || changed
		}
	}
	return changed
}

// isReference reports whether an object names another resource: the Azure CLI adds
// the resource group to those.
func isReference(tree map[string]any) bool {
	id, _ := tree["id"].(string)
	return strings.HasPrefix(id, "/")
}

// spell returns the member's name as ARM writes it.
func spell(key, under string) string {
	var buffer [longestName]byte
	right, odd := spelling[string(fold(buffer[:0], key))] // without a copy
	switch {
	case !odd:
		return key
	case right == "tenantID" && under != "aadProfile":
		return key
	}
	return right
}

// longestName is longer than any member that is spelled oddly.
const longestName = 64

// fold brings a name's spellings together, in the room of dst; a name that is longer
// has only one.
func fold(dst []byte, key string) []byte {
	if len(key) > longestName {
		return nil
	}
	for i := range len(key) {
		switch c := key[i]; {
		case c == '-' || c == '_':
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c+'a'-'A')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// spelling maps the folded names of members that the Azure CLI spells in its own way
// to ARM's: those with a run of capitals or a dash.
var spelling = func() map[string]string {
	right := map[string]string{}
	for name := range strings.FieldsSeq(oddNames) {
		right[string(fold(nil, name))] = name
	}
	return right
}()

const oddNames = `
adminGroupObjectIDs authorizedIPRanges azurePortalFQDN balance-similar-node-groups blobCSIDriver
capacityReservationGroupID clientAppID containerLogMaxSizeMB countIPv6 customCATrustCertificates
daemonset-eviction-for-empty-nodes daemonset-eviction-for-occupied-nodes diskCSIDriver diskEncryptionSetID
dnsServiceIP effectiveOutboundIPs enableAzureRBAC enableCSIProxy enableFIPS enableNodePublicIP
enablePrivateClusterPublicFQDN enableRBAC enableUltraSSD enableVTPM fileCSIDriver gatewayAPI hostGroupID
ignore-daemonsets-utilization issuerURL kubeDNSOverrides linuxOSConfig localDNSProfile managedMeshID
managedOutboundIPProfile managedOutboundIPs max-empty-bulk-delete max-graceful-termination-sec
max-node-provision-time max-total-unready-percentage new-pod-scale-up-delay nodeOSUpgradeChannel
nodePublicIPPrefixID nodePublicIPTags nonResourceURLs ok-total-unready-count osDiskSizeGB osSKU
outboundIPPrefixes outboundIPs podIPAllocationMode podSubnetID privateDNSZone privateFQDN privateLinkServiceID
proximityPlacementGroupID publicIPPrefixSize publicIPPrefixes publicIPs resourceUID scale-down-delay-after-add
scale-down-delay-after-delete scale-down-delay-after-failure scale-down-unneeded-time scale-down-unready-time
scale-down-utilization-threshold scan-interval serverAppID skip-nodes-with-local-storage
skip-nodes-with-system-pods swapFileSizeMB tenantID vnetDNSOverrides vnetSubnetID`
