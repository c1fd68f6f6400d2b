package access

// PlaceKind says what a place in the graph of escalations is.
type PlaceKind uint8

// The kinds of places.
const (
	// AtSubject is an identity.
	AtSubject PlaceKind = iota
	// AtEverything is what cluster-admin has.
	AtEverything
	// AtNodes is the root of the nodes.
	AtNodes
	// AtAccounts is any service account of a namespace, or of all where it is empty.
	AtAccounts
	// AtNames is the name of any service account of a namespace, or of all: whoever acts in
	// it has its rights, and no token.
	AtNames
	// AtMade is a pod that somebody makes in a namespace, or in any.
	AtMade
	// AtPods is any pod that runs in a namespace, or in all.
	AtPods
	// AtSecrets is the Secrets of a namespace, or all.
	AtSecrets
	// AtMetadata is the metadata service of the nodes, which hands out tokens of the
	// identities that the nodes have.
	AtMetadata
	// AtAzure is what an identity of a workload, of the nodes or of the cluster may do in
	// Azure: one role where the place has a name, any of them where it has none.
	AtAzure
)

// Place is a node of the graph. It is comparable.
type Place struct {
	Kind PlaceKind
	// Subject is set where Kind is AtSubject.
	Subject Subject
	// Namespace is where, for accounts, pods and Secrets; empty for the whole cluster.
	Namespace string
	// Name says a role of Azure and its scope.
	Name string
}

// String says the place; World.PlaceName says it with the names that Entra ID knows.
func (p Place) String() string {
	where := "in " + p.Namespace
	if p.Namespace == "" {
		where = "in every namespace"
	}
	switch p.Kind {
	case AtEverything:
		return "cluster-admin"
	case AtNodes:
		return "root on nodes"
	case AtAccounts:
		return "any service account " + where
	case AtNames:
		return "the name of any service account " + where
	case AtMade:
		return "a pod of its own " + where
	case AtPods:
		return "any pod " + where
	case AtSecrets:
		return "the Secrets " + where
	case AtMetadata:
		return "the metadata service of the nodes"
	case AtAzure:
		if p.Name != "" {
			return p.Name
		}
		return "rights in Azure"
	default:
		return p.Subject.String()
	}
}

// At returns the place of a subject.
func At(s Subject) Place { return Place{Kind: AtSubject, Subject: s} }

// The places that people ask for.
var (
	Everything  = Place{Kind: AtEverything}
	NodeRoot    = Place{Kind: AtNodes}
	AllSecrets  = Place{Kind: AtSecrets}
	AzureRights = Place{Kind: AtAzure}
)

// SecretsOf returns the place of a namespace's Secrets.
func SecretsOf(namespace string) Place { return Place{Kind: AtSecrets, Namespace: namespace} }

// PlaceName says a place for people: an identity by its name in Entra ID, with its kind.
func (w *World) PlaceName(p Place) string {
	if p.Kind == AtSubject {
		return w.Kind(p.Subject) + " " + w.Name(p.Subject)
	}
	return p.String()
}
