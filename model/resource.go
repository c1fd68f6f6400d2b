package model

import (
	"slices"
	"time"
)

// Kind says what a resource is, in the words that a rule's subject and reads use.
type Kind string

// The kinds that sources read today. Kubernetes objects and further Azure
// resources get kinds of their own and hang under their cluster by Parent.
const (
	KindTenant                   Kind = "tenant"
	KindSubscription             Kind = "subscription"
	KindCluster                  Kind = "cluster"
	KindPool                     Kind = "pool"
	KindDiagnosticSetting        Kind = "diagnosticSetting"
	KindMaintenanceConfiguration Kind = "maintenanceConfiguration"
	KindKubernetesVersions       Kind = "kubernetesVersions"
	KindUpgradeProfile           Kind = "upgradeProfile"
	KindTrustedAccessRoleBinding Kind = "trustedAccessRoleBinding"
	KindDeploymentSafeguards     Kind = "deploymentSafeguards"
	KindPublicIP                 Kind = "publicIPAddress"
	KindPublicIPPrefix           Kind = "publicIPPrefix"
	KindNATGateway               Kind = "natGateway"
	KindRouteTable               Kind = "routeTable"
	KindSubnet                   Kind = "subnet"
	// KindClusterPreview is the cluster's own document once more, read with a preview
	// api-version: properties in preview are in no other.
	KindClusterPreview Kind = "clusterPreview"
)

// The kinds that tell who holds which rights in Azure. They hang under a subscription.
const (
	KindRoleAssignment Kind = "roleAssignment"
	KindRoleDefinition Kind = "roleDefinition"
	KindDenyAssignment Kind = "denyAssignment"
	// KindRoleEligibility is a role that somebody may take for a while in Privileged
	// Identity Management: a roleEligibilityScheduleInstance.
	KindRoleEligibility Kind = "roleEligibility"
	// KindManagedIdentity is a user-assigned managed identity.
	KindManagedIdentity     Kind = "managedIdentity"
	KindFederatedCredential Kind = "federatedCredential"
	// KindPrincipal is a user, group or service principal of Entra ID, as Microsoft
	// Graph's directoryObjects give it.
	KindPrincipal Kind = "principal"
	// KindGroupMembers is who belongs to a group of Entra ID directly, as
	// {"group": ID, "members": [directory objects]}.
	KindGroupMembers Kind = "groupMembers"
	// KindGroupEligibility is who may join a group of Entra ID for a while in Privileged
	// Identity Management, as {"group": ID, "eligible": [eligibilityScheduleInstances of
	// Microsoft Graph, with their principal]}.
	KindGroupEligibility Kind = "groupEligibility"
	// KindActivityEvent is an entry of the activity log; it is read on request alone.
	KindActivityEvent Kind = "activityEvent"
)

// RightsKinds are the reads that tell who holds which rights in a subscription, each
// after those that name what it reads: roles after assignments, principals last.
var RightsKinds = []Kind{
	KindRoleAssignment,
	KindRoleEligibility,
	KindRoleDefinition,
	KindDenyAssignment,
	KindManagedIdentity,
	KindFederatedCredential,
	KindPrincipal,
	KindGroupEligibility,
	KindGroupMembers,
}

// Rights reports whether documents of the kind tell of the rights in a subscription, and
// so hang under one.
func (k Kind) Rights() bool { return k == KindActivityEvent || slices.Contains(RightsKinds, k) }

// ChildKinds are the reads that belong to one cluster and cost calls of their own, in
// the order in which they are worth having. The Kubernetes versions that Azure lists
// for a region are read once for all clusters there.
var ChildKinds = []Kind{
	KindPublicIP,
	KindDiagnosticSetting,
	KindMaintenanceConfiguration,
	KindKubernetesVersions,
	KindUpgradeProfile,
	KindTrustedAccessRoleBinding,
	KindDeploymentSafeguards,
	KindClusterPreview,
}

// collections are the names that Azure Resource Manager lists kinds under.
var collections = map[Kind]string{
	KindDiagnosticSetting:        "diagnosticSettings",
	KindMaintenanceConfiguration: "maintenanceConfigurations",
	KindKubernetesVersions:       "kubernetesVersions",
	KindUpgradeProfile:           "upgradeProfiles",
	KindTrustedAccessRoleBinding: "trustedAccessRoleBindings",
	KindDeploymentSafeguards:     "deploymentSafeguards",
	KindPublicIP:                 "publicIPAddresses",
	KindPublicIPPrefix:           "publicIPPrefixes",
	KindNATGateway:               "natGateways",
	KindRouteTable:               "routeTables",
	KindSubnet:                   "subnets",
	KindRoleAssignment:           "roleAssignments",
	KindPrincipal:                "principals",
}

// Child reports whether documents of the kind hang under a cluster, or stand beside it
// for rules: role assignments and principals.
func (k Kind) Child() bool {
	_, listed := collections[k]
	return listed || k == KindClusterPreview
}

// Collection is the name that Azure Resource Manager lists the kind under.
func (k Kind) Collection() string {
	if name, known := collections[k]; known {
		return name
	}
	return string(k)
}

// EgressKinds are read together with the public IP addresses: what tells a cluster's
// way out.
var EgressKinds = []Kind{KindPublicIP, KindPublicIPPrefix, KindNATGateway, KindRouteTable, KindSubnet}

// Resource is one document as it was read. It is immutable.
type Resource struct {
	ID ID
	// Parent is the resource it hangs under: a cluster for its children, a
	// subscription for a cluster.
	Parent ID
	Kind   Kind
	// Raw is the JSON document in ARM's wire form, with secrets masked.
	Raw    JSON
	ReadAt time.Time
	// APIVersion is the version that the document was asked for with, or "" where
	// the source does not say.
	APIVersion string
	// Via names where it was read: "Resource Graph", "Azure Resource Manager", a file.
	Via string
	// Partial marks a document from an index, which may leave properties out: an
	// absent property is then unread, not off.
	Partial bool
	// Final marks a partial document that no other read will confirm: what it leaves
	// out could not be read, rather than not yet.
	Final bool

	// key is the folded ID, where whoever made the resource had it folded at once.
	key ID
}

// Keyed has a resource that is being made keep its folded ID, that of an earlier reading
// of it where there is one: several maps of a large estate have it as their key, and
// share it so.
func (r *Resource) Keyed(earlier *Resource) {
	if earlier != nil && earlier.key != "" {
		r.key = earlier.key
	} else {
		r.key = r.ID.Fold()
	}
}

// Key returns the ID folded, for use as a map key.
func (r *Resource) Key() ID {
	if r.key == "" {
		return r.ID.Fold()
	}
	return r.key
}

// Document is a resource with its decoded, normalised JSON: nulls dropped, whole
// numbers as int64, add-on keys in ARM's spelling.
type Document struct {
	*Resource
	Tree map[string]any
}

// Subject is what a rule judges: a cluster, or one of its node pools, with what
// was read around it.
type Subject struct {
	Cluster *Document
	// Pool is the index in the document's agentPoolProfiles, or -1 for the cluster itself.
	Pool int
	// Children holds the decoded documents of the kinds that were read.
	Children map[Kind][]*Document
	// Reads tells how reading each child kind ended; a kind that is missing is unread.
	Reads map[Kind]Read
	// Calendar tells when Kubernetes versions leave support, or is nil.
	Calendar *Calendar
}

// ReadState is how far a read came.
type ReadState uint8

// The states of a read. Unread is pending: neither a verdict nor a failure.
const (
	Unread ReadState = iota
	Reading
	ReadDone
	ReadFailed
)

// Read says how reading one scope stands.
type Read struct {
	State ReadState
	// Why tells in a sentence what went wrong and what to do, where State is ReadFailed.
	Why string
	// At is when the read ended; the zero time before that.
	At time.Time
}

// PoolTree returns the decoded profile of the subject's node pool, or nil where the
// subject is the cluster itself.
func (s Subject) PoolTree() map[string]any {
	if s.Pool < 0 {
		return nil
	}
	pools := s.Cluster.PoolTrees()
	if s.Pool >= len(pools) {
		return nil
	}
	return pools[s.Pool]
}

// PoolTrees returns the decoded agentPoolProfiles of a cluster document, in order.
func (d *Document) PoolTrees() []map[string]any {
	properties, _ := d.Tree["properties"].(map[string]any)
	profiles, _ := properties["agentPoolProfiles"].([]any)
	pools := make([]map[string]any, 0, len(profiles))
	for _, profile := range profiles {
		pool, _ := profile.(map[string]any)
		pools = append(pools, pool)
	}
	return pools
}
