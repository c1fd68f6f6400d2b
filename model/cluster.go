package model

// ClusterSummary is what tables show and sort on, kept beside the raw document.
type ClusterSummary struct {
	Name          string
	ResourceGroup string
	Subscription  string // GUID
	Location      string
	// Version is the Kubernetes version that runs, else the one asked for.
	Version string
	Tier    string // Free, Standard, Premium
	// Plan is the support plan: KubernetesOfficial or AKSLongTermSupport.
	Plan      string
	Automatic bool
	// Provisioning and Power are Azure's words: Succeeded, Failed, Updating...;
	// Running, Stopped.
	Provisioning string
	Power        string
	Exposure     Exposure
	SignIn       SignIn
	// NetworkPolicy is the engine: cilium, calico, azure, or "none".
	NetworkPolicy string
	Nodes         int
	Pools         []PoolSummary
}

// PoolSummary is one node pool in tables.
type PoolSummary struct {
	Name      string
	Mode      string // System, User, Gateway
	OS        string // Linux, Windows
	SKU       string // Ubuntu, AzureLinux, Windows2022...
	VMSize    string
	Version   string
	Image     string
	Type      string // VirtualMachineScaleSets, AvailabilitySet, VirtualMachines
	Nodes     int
	MinNodes  int
	MaxNodes  int
	AutoScale bool
	Spot      bool
	PublicIP  bool
}

// Exposure says from where a cluster's API server can be reached.
type Exposure uint8

// The exposures, worst first; the zero value is not known yet.
const (
	ExposureUnknown Exposure = iota
	ExposureOpen             // any address on the internet
	ExposureBroad            // authorized ranges wider than /16
	ExposureRanges           // authorized ranges
	ExposurePrivate          // a private cluster, or no public network access
)

var exposureWords = [...]string{"not read", "open", "broad ranges", "ranges", "private"}

// String says the exposure in a word or two.
func (e Exposure) String() string { return exposureWords[e] }

// SignIn says how people sign in to a cluster.
type SignIn uint8

// The ways to sign in, worst first; the zero value is not known yet.
const (
	SignInUnknown    SignIn = iota
	SignInLocal             // certificates only
	SignInEntraLocal        // Entra ID, and local accounts beside it
	SignInEntra             // Entra ID, rights in Kubernetes RBAC
	SignInAzureRBAC         // Entra ID, rights in Azure RBAC too
)

var signInWords = [...]string{"not read", "local only", "Entra + local", "Entra", "Entra + Azure RBAC"}

// String says the way to sign in in a few words.
func (s SignIn) String() string { return signInWords[s] }
