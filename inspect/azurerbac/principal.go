package azurerbac

import (
	"strings"

	"github.com/aksight/aksight/model"
)

// PrincipalKind says what a principal of Entra ID is.
type PrincipalKind uint8

// The kinds. A principal that Entra ID did not tell of is Unresolved: it was deleted,
// or this account may not read it.
const (
	Unresolved PrincipalKind = iota
	User
	Guest
	Group
	ServicePrincipal
	ManagedIdentity
	Application
)

var principalKinds = [...]string{"unresolved", "user", "guest", "group", "service principal", "managed identity", "application"}

// String says the kind.
func (k PrincipalKind) String() string { return principalKinds[k] }

// Principal is somebody whom Entra ID knows.
type Principal struct {
	// ID is the object ID, a GUID in lower case.
	ID   string
	Kind PrincipalKind
	// Name is the display name; UPN the user principal name of a user or guest.
	Name string
	UPN  string
	// App is the client ID of a service principal or application.
	App string
	// Disabled is set where the account may not sign in.
	Disabled bool
}

// Label names a principal for people: the user principal name, else the display name,
// else the object ID.
func (p *Principal) Label() string {
	switch {
	case p.Kind == User && p.UPN != "":
		return p.UPN
	case p.Kind == Guest && p.UPN != "":
		return guestName(p.UPN)
	case p.Name != "":
		return p.Name
	default:
		return p.ID
	}
}

// guestName gives a guest's address as it is at home: ana_fabrikam.example#EXT#@... is
// ana@fabrikam.example.
func guestName(upn string) string {
	home, _, is := strings.Cut(upn, "#EXT#")
	if at := strings.LastIndexByte(home, '_'); is && at > 0 {
		return home[:at] + "@" + home[at+1:]
	}
	return upn
}

// Identity is a user-assigned managed identity.
type Identity struct {
	*model.Resource
	Name string
	// Principal is its object ID and Client its client ID.
	Principal string
	Client    string
}

// Credential is a federated credential: Entra ID trusts a token of that issuer and
// subject as the identity.
type Credential struct {
	*model.Resource
	Name string
	// Identity is the ID of the managed identity.
	Identity  model.ID
	Issuer    string
	Subject   string
	Audiences []string
}

// ServiceAccount returns the service account that the credential trusts, and whether it
// names one.
func (c *Credential) ServiceAccount() (namespace, name string, is bool) {
	rest, is := strings.CutPrefix(c.Subject, "system:serviceaccount:")
	if !is {
		return "", "", false
	}
	namespace, name, is = strings.Cut(rest, ":")
	return namespace, name, is && namespace != "" && name != ""
}

// From reports whether the credential trusts an issuer; a slash at the end does not count.
func (c *Credential) From(issuer string) bool {
	return issuer != "" && strings.TrimRight(c.Issuer, "/") == strings.TrimRight(issuer, "/")
}
