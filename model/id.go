package model

import "strings"

// ID names a resource: an ARM ID such as
// /subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerService/managedClusters/C,
// spelled as Azure spelled it when the resource was read. Azure changes the
// case of IDs from one API to the next: compare with Equal, and key maps by Fold.
type ID string

// Fold returns the ID in lower case, for use as a map key.
func (id ID) Fold() ID { return ID(strings.ToLower(string(id))) }

// Equal reports whether both IDs name the same resource, regardless of case.
func (id ID) Equal(other ID) bool { return strings.EqualFold(string(id), string(other)) }

// Subscription returns the subscription's GUID, or "" where the ID has none.
func (id ID) Subscription() string { return id.after("subscriptions") }

// ResourceGroup returns the resource group's name, or "" where the ID has none.
func (id ID) ResourceGroup() string { return id.after("resourcegroups") }

// Name returns the last segment: the resource's own name. Of a cluster in a kubeconfig
// it is the context's.
func (id ID) Name() string {
	if context, is := strings.CutPrefix(string(id), kubeconfigScheme); is {
		return context
	}
	return string(id[strings.LastIndexByte(string(id), '/')+1:])
}

// Within reports whether id lies under ancestor or is ancestor itself.
func (id ID) Within(ancestor ID) bool {
	if len(id) < len(ancestor) || !strings.EqualFold(string(id[:len(ancestor)]), string(ancestor)) {
		return false
	}
	return len(id) == len(ancestor) || id[len(ancestor)] == '/'
}

// kubeconfigScheme begins the ID of a cluster that is known by a context of a kubeconfig
// alone: kubeconfig:CONTEXT.
const kubeconfigScheme = "kubeconfig:"

// KubeconfigID returns the ID of the cluster behind a kubeconfig's context.
func KubeconfigID(context string) ID { return ID(kubeconfigScheme + context) }

// Kubeconfig reports whether the ID is of a cluster known by a kubeconfig's context.
func (id ID) Kubeconfig() bool { return strings.HasPrefix(string(id), kubeconfigScheme) }

// Context returns the kubeconfig's context that names the cluster, or "".
func (id ID) Context() string {
	context, is := strings.CutPrefix(string(id), kubeconfigScheme)
	if !is {
		return ""
	}
	return context
}

// Pool returns the ID of the cluster's node pool of that name.
func (id ID) Pool(name string) ID { return id + ID("/agentPools/"+name) }

// SubscriptionID returns the ARM ID of the subscription with that GUID. Clusters that
// are in none, since a kubeconfig tells of them, are all under the empty kubeconfig ID.
func SubscriptionID(guid string) ID {
	if guid == "" {
		return kubeconfigScheme
	}
	return ID("/subscriptions/" + guid)
}

// after returns the segment that follows the one named, regardless of case.
func (id ID) after(segment string) string {
	rest := string(id)
	for rest != "" {
		var part string
		part, rest, _ = strings.Cut(strings.TrimPrefix(rest, "/"), "/")
		if strings.EqualFold(part, segment) {
			value, _, _ := strings.Cut(rest, "/")
			return value
		}
	}
	return ""
}

const principals = "/providers/Microsoft.Graph/directoryObjects/"

// PrincipalID returns the ID that a user, group or service principal of Entra ID is kept
// under; the object ID is a GUID.
func PrincipalID(object string) ID { return ID(principals + object) }

// GroupMembersID returns the ID that the members of a group of Entra ID are kept under.
func GroupMembersID(group string) ID { return PrincipalID(group) + "/members" }

// GroupEligibilityID returns the ID that it is kept under who may join a group of Entra ID.
func GroupEligibilityID(group string) ID { return PrincipalID(group) + "/eligible" }
