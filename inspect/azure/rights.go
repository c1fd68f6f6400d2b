package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// rightsReader reads who holds which rights in a subscription. What it reads first
// tells whom to ask Entra ID for.
type rightsReader struct {
	*reader
	subscription model.ID
	// principals are the object IDs that assignments and identities name, in the order in
	// which they came; groups are those among them that Entra ID says are groups.
	principals []string
	named      map[string]bool
	groups     []string
	identities []model.ID
}

// readRights reads every kind, one after the other; one that fails keeps none of the
// others back.
func (r *reader) readRights() error {
	rights := &rightsReader{reader: r, subscription: r.scope.ID, named: map[string]bool{}}
	for _, group := range r.adminGroups() {
		rights.name(group)
	}
	for _, kind := range model.RightsKinds {
		scope := source.KindScope(r.scope.ID, kind)
		err := rights.read(kind)
		if errors.Is(err, errStopped) || r.ctx.Err() != nil {
			return err
		}
		var event source.Event = source.Complete{Scope: scope, At: r.now()}
		if err != nil {
			event = source.Failed{Scope: scope, Why: r.problem(err, scope), At: r.now()}
		}
		if err := r.emit(event); err != nil {
			return err
		}
	}
	return nil
}

// readOfSubscription reads one kind of what hangs under a subscription by itself.
func (r *reader) readOfSubscription() error {
	if r.scope.Kind == model.KindActivityEvent {
		return r.readActivity()
	}
	return &source.Problem{What: "Azure has nothing of the kind " + string(r.scope.Kind) + " under a subscription"}
}

// read reads one kind of rights.
func (r *rightsReader) read(kind model.Kind) error {
	switch kind {
	case model.KindRoleDefinition:
		return r.list(kind, "Microsoft.Authorization/roleDefinitions", authorizationVersion, nil)
	case model.KindRoleAssignment:
		return r.list(kind, "Microsoft.Authorization/roleAssignments", authorizationVersion, r.learnHolder)
	case model.KindDenyAssignment:
		return r.list(kind, "Microsoft.Authorization/denyAssignments", authorizationVersion, nil)
	case model.KindRoleEligibility:
		return r.eligible()
	case model.KindManagedIdentity:
		return r.list(kind, "Microsoft.ManagedIdentity/userAssignedIdentities", identityVersion, r.learnIdentity)
	case model.KindFederatedCredential:
		return r.credentials()
	case model.KindPrincipal:
		return r.readPrincipals()
	case model.KindGroupMembers:
		return r.readMembers()
	default:
		return &source.Problem{What: "Azure has no rights of the kind " + string(kind)}
	}
}

// list reads a list of a provider in the subscription.
func (r *rightsReader) list(kind model.Kind, path, version string, learn func(json.RawMessage)) error {
	return r.pages(r.armURL(string(r.subscription)+"/providers/"+path, version), "", func(raw json.RawMessage) (*model.Resource, error) {
		if learn != nil {
			learn(raw)
		}
		return r.keep(kind, version, raw)
	})
}

func (r *rightsReader) keep(kind model.Kind, version string, raw json.RawMessage) (*model.Resource, error) {
	h, err := readHeader(raw)
	if err != nil {
		return nil, err
	}
	return document.Keep(model.Resource{
		ID: model.ID(h.ID), Parent: r.subscription, Kind: kind, ReadAt: r.now(), APIVersion: version, Via: viaARM,
	}, raw)
}

// name notes an object ID to ask Entra ID for.
func (r *rightsReader) name(object string) {
	object = strings.ToLower(object)
	if object != "" && !r.named[object] {
		r.named[object] = true
		r.principals = append(r.principals, object)
	}
}

func (r *rightsReader) learnHolder(raw json.RawMessage) {
	var wire struct {
		Properties struct{ PrincipalID, CreatedBy string }
	}
	if json.Unmarshal(raw, &wire) == nil {
		r.name(wire.Properties.PrincipalID)
		r.name(wire.Properties.CreatedBy)
	}
}

func (r *rightsReader) learnIdentity(raw json.RawMessage) {
	var wire struct {
		ID         string
		Properties struct{ PrincipalID string }
	}
	if json.Unmarshal(raw, &wire) == nil {
		r.name(wire.Properties.PrincipalID)
		r.identities = append(r.identities, model.ID(wire.ID))
	}
}

// eligible reads the roles that people may take for a while. A tenant without a licence
// for Privileged Identity Management has none.
func (r *rightsReader) eligible() error {
	err := r.list(model.KindRoleEligibility, "Microsoft.Authorization/roleEligibilityScheduleInstances", eligibilityVersion, r.learnHolder)
	var response *responseError
	if as(err, &response) && strings.Contains(strings.ToLower(response.Code), "premiumlicenserequired") {
		return nil
	}
	return err
}

// credentials reads the federated credentials of each managed identity.
func (r *rightsReader) credentials() error {
	var problems []error
	for _, identity := range r.identities {
		err := r.pages(r.armURL(string(identity)+"/federatedIdentityCredentials", identityVersion), "", func(raw json.RawMessage) (*model.Resource, error) {
			return r.keep(model.KindFederatedCredential, identityVersion, raw)
		})
		switch {
		case errors.Is(err, errStopped) || r.ctx.Err() != nil:
			return err
		case err != nil && !gone(err): // an identity may have been deleted meanwhile
			problems = append(problems, &unreadError{kind: model.KindFederatedCredential, id: string(identity), err: err})
		}
	}
	return errors.Join(problems...)
}

// adminGroups are the groups that clusters of the subscription name as their admins, and
// what else of Entra ID their documents name.
func (r *reader) adminGroups() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var groups []string
	for _, cluster := range r.clusters {
		if !cluster.Parent.Equal(r.scope.ID) {
			continue
		}
		var wire struct {
			Identity struct {
				PrincipalID            string
				UserAssignedIdentities map[string]struct{ PrincipalID string }
			}
			Properties struct {
				AADProfile      struct{ AdminGroupObjectIDs []string }
				IdentityProfile map[string]struct{ ObjectID string }
			}
		}
		if json.Unmarshal(cluster.Raw.Bytes(), &wire) != nil {
			continue
		}
		groups = append(groups, wire.Properties.AADProfile.AdminGroupObjectIDs...)
		groups = append(groups, wire.Identity.PrincipalID)
		for _, identity := range wire.Identity.UserAssignedIdentities {
			groups = append(groups, identity.PrincipalID)
		}
		for _, identity := range wire.Properties.IdentityProfile {
			groups = append(groups, identity.ObjectID)
		}
	}
	slices.Sort(groups)
	return groups
}

// servicePrincipals are the client IDs that clusters of the subscription act as.
func (r *reader) servicePrincipals() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var clients []string
	for _, cluster := range r.clusters {
		var wire struct {
			Properties struct{ ServicePrincipalProfile struct{ ClientID string } }
		}
		if !cluster.Parent.Equal(r.scope.ID) || json.Unmarshal(cluster.Raw.Bytes(), &wire) != nil {
			continue
		}
		if client := strings.ToLower(wire.Properties.ServicePrincipalProfile.ClientID); client != "" && client != "msi" && !slices.Contains(clients, client) {
			clients = append(clients, client)
		}
	}
	slices.Sort(clients)
	return clients
}

// activityDays is how far back the activity log goes at most.
const activityDays = 90

// readActivity reads what was done to rights and credentials, from the activity log.
func (r *reader) readActivity() error {
	address := r.armURL(string(r.scope.ID)+"/providers/Microsoft.Insights/eventtypes/management/values", activityVersion)
	var problems []error
	// The log is filtered by one provider at a time.
	for _, provider := range []string{"Microsoft.Authorization", "Microsoft.ContainerService"} {
		query := address.Query()
		query.Set("$filter", fmt.Sprintf("eventTimestamp ge '%s' and eventTimestamp le '%s' and resourceProvider eq '%s'",
			r.now().AddDate(0, 0, -activityDays+1).UTC().Format(time.RFC3339), r.now().UTC().Format(time.RFC3339), provider))
		query.Set("$select", "authorization,caller,claims,correlationId,eventDataId,eventTimestamp,operationName,resourceId,status,subStatus")
		with := *address
		with.RawQuery = query.Encode()
		if err := r.pages(&with, "", r.activity); err != nil {
			if errors.Is(err, errStopped) || r.ctx.Err() != nil {
				return err
			}
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// activity keeps an entry of the log that is about rights or credentials, without the
// claims of the caller's token but for who it is.
func (r *reader) activity(raw json.RawMessage) (*model.Resource, error) {
	var wire map[string]any
	if err := json.Unmarshal(raw, &wire); err != nil {
		return nil, &rowError{"the activity log holds a row that is none"}
	}
	operation := strings.ToLower(document.Text(wire, "operationName.value"))
	if !slices.ContainsFunc(activityOperations, func(part string) bool { return strings.Contains(operation, part) }) {
		return nil, nil
	}
	if claims, is := wire["claims"].(map[string]any); is {
		kept := map[string]any{}
		for _, claim := range []string{"name", "appid", "http://schemas.microsoft.com/identity/claims/objectidentifier"} {
			if value, has := claims[claim]; has {
				kept[claim] = value
			}
		}
		wire["claims"] = kept
	}
	text, err := json.Marshal(wire)
	if err != nil {
		return nil, &rowError{err.Error()}
	}
	id := model.ID(document.Text(wire, "id"))
	if id == "" {
		id = r.scope.ID + model.ID("/providers/Microsoft.Insights/events/"+document.Text(wire, "eventDataId"))
	}
	return document.Keep(model.Resource{
		ID: id, Parent: r.scope.ID, Kind: model.KindActivityEvent, ReadAt: r.now(), APIVersion: activityVersion, Via: viaARM,
	}, text)
}

// activityOperations are parts of the names of operations that give rights or hand out
// credentials.
var activityOperations = []string{
	"microsoft.authorization/roleassignments/", "microsoft.authorization/roledefinitions/", "microsoft.authorization/elevateaccess/",
	"listclusteradmincredential", "listclusterusercredential", "accessprofiles/listcredential", "runcommand",
	"microsoft.containerservice/managedclusters/write", "trustedaccessrolebindings/", "rotateclustercertificates", "resetaadprofile",
}

// graphURL is the address of a resource of Microsoft Graph.
func (s *Source) graphURL(path string, query url.Values) *url.URL {
	u := *s.graph
	u.Path, u.RawQuery = "/v1.0/"+path, query.Encode()
	return &u
}
