package demo

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// identity is a user-assigned managed identity that a file tells of.
type identity struct {
	Name     string  `yaml:"name"`
	Group    string  `yaml:"group"`
	Location string  `yaml:"location"`
	Client   string  `yaml:"client"` // the cluster and the placeholder that name its client ID
	Trusts   []trust `yaml:"trusts"`

	person *person
}

// trust is a federated credential: by a cluster's service account, or as it stands.
type trust struct {
	Name    string `yaml:"name"`
	Cluster string `yaml:"cluster"`
	Account string `yaml:"account"` // NAMESPACE/NAME
	Issuer  string `yaml:"issuer"`
	Subject string `yaml:"subject"`
}

// addIdentity gives an identity its place in Entra ID, and its credentials their issuers.
func (g *rights) addIdentity(s *subscription, one *identity) error {
	client := guidOf("app " + one.Name)
	if one.Client != "" {
		var err error
		if client, err = g.estate.clusterGUID(one.Client); err != nil {
			return fmt.Errorf("identity %s: %w", one.Name, err)
		}
	}
	id := "/subscriptions/" + s.id + groupsAKS + one.Group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/" + one.Name
	g.directory.addIdentity(one.Name, objectID(one.Name), client, id, true)
	one.person = g.directory.byName[one.Name]
	for i := range one.Trusts {
		t := &one.Trusts[i]
		if t.Cluster == "" {
			continue
		}
		of, f := g.estate.named(t.Cluster)
		if of == nil {
			return fmt.Errorf("identity %s: no cluster %q", one.Name, t.Cluster)
		}
		namespace, account, _ := strings.Cut(t.Account, "/")
		t.Issuer = issuer(f)
		t.Subject = "system:serviceaccount:" + namespace + ":" + account
	}
	return nil
}

// issuer is a cluster's OIDC issuer, as its document gives it.
func issuer(f *facts) string {
	return "https://" + f.location + ".oic.prod-aks.azure.com/" + tenantID + "/" + string(f.guid(nil, fingerprint("guid issuer"))) + "/"
}

// identityJSON is a managed identity as the resource manager writes it.
type identityJSON struct {
	Location   string            `json:"location"`
	Tags       map[string]string `json:"tags"`
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Type       string            `json:"type"`
	Properties struct {
		Tenant    string `json:"tenantId"`
		Principal string `json:"principalId"`
		Client    string `json:"clientId"`
	} `json:"properties"`
}

// credentialJSON is a federated credential.
type credentialJSON struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Type       string `json:"type"`
	Properties struct {
		Issuer    string   `json:"issuer"`
		Subject   string   `json:"subject"`
		Audiences []string `json:"audiences"`
	} `json:"properties"`
}

const identityType = "Microsoft.ManagedIdentity/userAssignedIdentities"

// managedIdentities answers for user-assigned identities and who is trusted to be them.
func (h *handler) managedIdentities(w http.ResponseWriter, r *http.Request, s *subscription, rest []string) {
	kind := "userAssignedIdentities"
	if len(rest) > 6 {
		kind += "/" + rest[6]
	}
	if !h.permitted(w, r, s, "Microsoft.ManagedIdentity/"+kind+"/read", "/subscriptions/"+s.id) {
		return
	}
	g := h.loadedRights(w)
	if g == nil {
		return
	}
	own := g.of(s)
	all := g.identitiesIn(s)
	switch {
	case len(rest) <= 3: // providers/Microsoft.ManagedIdentity/userAssignedIdentities
		h.writePage(w, r, identityDocuments(all, own))
	case len(rest) == 5: // those of a resource group
		all = slices.DeleteFunc(all, func(p *person) bool { return !strings.EqualFold(groupOf(p.Resource), rest[1]) })
		h.writePage(w, r, identityDocuments(all, own))
	default:
		h.oneIdentity(w, r, rest, all, own)
	}
}

func (h *handler) oneIdentity(w http.ResponseWriter, r *http.Request, rest []string, all []*person, own *subscriptionRights) {
	at := slices.IndexFunc(all, func(p *person) bool {
		return strings.EqualFold(groupOf(p.Resource), rest[1]) && strings.EqualFold(baseName(p.Resource), rest[5])
	})
	if at < 0 {
		notFound(w, identityType, rest[5], rest[1])
		return
	}
	document := identityDocument(all[at], own)
	switch {
	case len(rest) == 6:
		writeJSON(w, document)
	case match(rest[6:], "federatedIdentityCredentials"):
		var items []any
		for _, one := range own.identities {
			if one.person != all[at] {
				continue
			}
			for _, t := range one.Trusts {
				c := credentialJSON{ID: document.ID + "/federatedIdentityCredentials/" + t.Name, Name: t.Name, Type: identityType + "/federatedIdentityCredentials"}
				c.Properties.Issuer, c.Properties.Subject, c.Properties.Audiences = t.Issuer, t.Subject, []string{"api://AzureADTokenExchange"}
				items = append(items, c)
			}
		}
		h.writePage(w, r, items)
	default:
		notFound(w, identityType+"/"+rest[6], rest[5], rest[1])
	}
}

// identitiesIn returns the user-assigned identities of a subscription, in the order of
// their IDs.
func (g *rights) identitiesIn(s *subscription) []*person {
	var all []*person
	for _, p := range g.directory.byID {
		if p.assigned && within(p.Resource, "/subscriptions/"+s.id) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *person) int { return strings.Compare(a.Resource, b.Resource) })
	return all
}

func identityDocuments(all []*person, own *subscriptionRights) []any {
	items := make([]any, len(all))
	for i, p := range all {
		items[i] = identityDocument(p, own)
	}
	return items
}

func identityDocument(p *person, own *subscriptionRights) *identityJSON {
	d := &identityJSON{Location: "westeurope", Tags: map[string]string{}, ID: p.Resource, Name: p.name, Type: identityType}
	d.Properties.Tenant, d.Properties.Principal, d.Properties.Client = tenantID, p.id, p.App
	for _, one := range own.identities {
		if one.person == p {
			d.Location = one.Location
		}
	}
	// AKS names the group of the nodes after the region.
	if group := groupOf(p.Resource); strings.HasPrefix(group, "MC_") {
		d.Location = group[strings.LastIndexByte(group, '_')+1:]
	}
	return d
}

// groupOf is the resource group in an ID.
func groupOf(id string) string {
	segments := strings.Split(id, "/")
	if len(segments) < 5 {
		return ""
	}
	return segments[4]
}
