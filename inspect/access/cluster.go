package access

import (
	"maps"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// Cluster is what a cluster's own document says of who gets in, and as what. Its zero
// value is a cluster that is not Azure's.
type Cluster struct {
	ID model.ID
	// Entra is set where people sign in with Entra ID, AzureRBAC where Azure's roles
	// count in the cluster as well.
	Entra     bool
	AzureRBAC bool
	// AdminGroups are the object IDs of the groups that are cluster-admin.
	AdminGroups []string
	// LocalAccounts is set while the shared admin certificate is handed out, RunCommand
	// while commands can be run through Azure.
	LocalAccounts bool
	RunCommand    bool
	// Automatic is set for AKS Automatic, which refuses some of what RBAC allows.
	Automatic bool
	// NodeGroup is the resource group of the nodes.
	NodeGroup model.ID
	// Issuer is what signs the tokens of service accounts, as a URL; empty where the
	// cluster publishes none.
	Issuer string
	// Kubelet is the object ID of the nodes' identity, Control those of the cluster's
	// own where it is user-assigned or a service principal's client ID.
	Kubelet string
	Control []string
	// OnNodes are the object IDs of the add-ons' identities, which the nodes have as well.
	OnNodes []string
	// MetadataRestricted is set where pods without the host's network do not reach the
	// metadata service of their node.
	MetadataRestricted bool
}

// ClusterOf reads a cluster's document; nil gives the zero value.
func ClusterOf(document *model.Document) Cluster {
	if document == nil {
		return Cluster{}
	}
	tree := document.Tree
	c := Cluster{
		ID:        document.ID,
		Entra:     at(tree, "properties", "aadProfile") != nil,
		AzureRBAC: truth(tree, "properties", "aadProfile", "enableAzureRBAC"),
		// Both are on where the document says nothing.
		LocalAccounts:      !truth(tree, "properties", "disableLocalAccounts"),
		RunCommand:         !truth(tree, "properties", "apiServerAccessProfile", "disableRunCommand"),
		Automatic:          strings.EqualFold(text(tree, "sku", "name"), "Automatic"),
		Issuer:             text(tree, "properties", "oidcIssuerProfile", "issuerURL"),
		Kubelet:            strings.ToLower(text(tree, "properties", "identityProfile", "kubeletidentity", "objectId")),
		MetadataRestricted: strings.EqualFold(text(tree, "properties", "networkProfile", "podLinkLocalAccess"), "None"),
	}
	if group := text(tree, "properties", "nodeResourceGroup"); group != "" {
		c.NodeGroup = model.SubscriptionID(document.ID.Subscription()) + model.ID("/resourceGroups/"+group)
	}
	groups, _ := at(tree, "properties", "aadProfile", "adminGroupObjectIDs").([]any)
	for _, group := range groups {
		if id, is := group.(string); is {
			c.AdminGroups = append(c.AdminGroups, strings.ToLower(id))
		}
	}
	if own := text(tree, "identity", "principalId"); own != "" {
		c.Control = append(c.Control, strings.ToLower(own))
	}
	assigned, _ := at(tree, "identity", "userAssignedIdentities").(map[string]any)
	for _, identity := range assigned {
		if tree, is := identity.(map[string]any); is && text(tree, "principalId") != "" {
			c.Control = append(c.Control, strings.ToLower(text(tree, "principalId")))
		}
	}
	addons, _ := at(tree, "properties", "addonProfiles").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(addons)) {
		addon, _ := addons[name].(map[string]any)
		if id := text(addon, "identity", "objectId"); id != "" {
			c.OnNodes = append(c.OnNodes, strings.ToLower(id))
		}
	}
	if client := text(tree, "properties", "servicePrincipalProfile", "clientId"); client != "" && client != "msi" {
		c.Control = append(c.Control, strings.ToLower(client))
	}
	return c
}

// has reports whether a setting that shortcuts name holds.
func (c *Cluster) has(setting string) bool {
	switch setting {
	case "localAccounts":
		return c.LocalAccounts
	case "entra":
		return c.Entra
	case "noEntra":
		return !c.Entra
	case "runCommand":
		return c.RunCommand
	default:
		return false
	}
}

// at follows keys down a decoded document; nil where there is nothing.
func at(tree map[string]any, keys ...string) any {
	for _, key := range keys[:len(keys)-1] {
		tree, _ = tree[key].(map[string]any)
	}
	return tree[keys[len(keys)-1]]
}

func text(tree map[string]any, keys ...string) string {
	value, _ := at(tree, keys...).(string)
	return value
}

func truth(tree map[string]any, keys ...string) bool {
	value, _ := at(tree, keys...).(bool)
	return value
}
