package azure

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// readRights reads one kind of what tells who holds which rights in a subscription.
func (r *reader) readRights() error {
	guid := r.scope.ID.Subscription()
	if guid == "" {
		return &source.Problem{What: "There is no subscription in the ID " + string(r.scope.ID)}
	}
	r.scope.ID = model.SubscriptionID(guid)
	switch r.scope.Kind {
	case model.KindRoleAssignment:
		return r.readAssignments()
	case model.KindRoleDefinition:
		return r.readDefinitions()
	case model.KindDenyAssignment:
		return r.listRights("/providers/Microsoft.Authorization/denyAssignments", authorizationVersion)
	case model.KindRoleEligibility:
		err := r.listRights("/providers/Microsoft.Authorization/roleEligibilityScheduleInstances", eligibilityVersion)
		if unlicensed(err) {
			return nil // without the licence there is nobody who could take a role for a while
		}
		return err
	case model.KindManagedIdentity:
		err := r.listRights("/providers/Microsoft.ManagedIdentity/userAssignedIdentities", identityVersion)
		if unregistered(err) {
			return nil // without the provider there can be none
		}
		return err
	case model.KindFederatedCredential:
		return r.readCredentials()
	case model.KindPrincipal:
		return r.readPrincipals()
	case model.KindGroupEligibility:
		return r.readGroupEligibility()
	case model.KindGroupMembers:
		return r.readGroupMembers()
	case model.KindActivityEvent:
		return r.readActivity()
	default:
		return &source.Problem{What: "Azure does not tell of rights by the kind " + string(r.scope.Kind)}
	}
}

// listRights hands out a list of the subscription, and keeps what it names.
func (r *reader) listRights(list, version string) error {
	return r.mentioning(func(m *mentions) error {
		return r.pages(r.armURL(string(r.scope.ID)+list, version), "", r.right(version, m))
	})
}

// right makes the scope's kind of resource of a list's row.
func (r *reader) right(version string, m *mentions) makeResource {
	return func(raw json.RawMessage) (*model.Resource, error) {
		h, err := readHeader(raw)
		if err != nil {
			return nil, err
		}
		if m.has(h.ID) {
			return nil, nil
		}
		m.take(r.scope.Kind, h.ID, raw)
		return r.childResource(model.ID(h.ID), r.scope.Kind, raw, version)
	}
}

// readAssignments lists the role assignments of the subscription: those made above it
// count in it and come with it, and so do those below. Of scopes inside a cluster that
// Azure itself does not know as resources, its namespaces, nothing promises that: where
// roles of Azure count inside a cluster its own list is asked for too.
func (r *reader) readAssignments() error {
	const list = "/providers/Microsoft.Authorization/roleAssignments"
	return r.mentioning(func(m *mentions) error {
		err := r.pages(r.armURL(string(r.scope.ID)+list, authorizationVersion), "", r.right(authorizationVersion, m))
		if err != nil {
			return err
		}
		var problems []error
		for _, cluster := range r.clustersOf(r.scope.ID) {
			if !cluster.parties().Properties.AAD.AzureRBAC {
				continue
			}
			err := r.pages(r.armURL(string(cluster.ID)+list, authorizationVersion), "", r.right(authorizationVersion, m))
			switch {
			case r.stopped || r.ctx.Err() != nil:
				return err
			case err != nil && !gone(err):
				problems = append(problems, &unreadError{kind: r.scope.Kind, id: string(cluster.ID), err: err})
			}
		}
		return errors.Join(problems...)
	})
}

// readDefinitions lists the roles. Azure has hundreds of its own: those that nobody
// holds here and that do not speak of AKS are left out.
func (r *reader) readDefinitions() error {
	held, err := r.mentioned(model.KindRoleAssignment, model.KindRoleEligibility)
	if err != nil {
		return err
	}
	list := r.armURL(string(r.scope.ID)+"/providers/Microsoft.Authorization/roleDefinitions", authorizationVersion)
	return r.pages(list, "", func(raw json.RawMessage) (*model.Resource, error) {
		h, err := readHeader(raw)
		if err != nil {
			return nil, err
		}
		var role struct {
			Properties struct{ Type string }
		}
		if err := json.Unmarshal(raw, &role); err != nil {
			return nil, &rowError{"the list of roles holds a row that is none"}
		}
		custom := strings.EqualFold(role.Properties.Type, "CustomRole")
		if !custom && !slices.Contains(held.roles, strings.ToLower(h.Name)) && !bytes.Contains(raw, []byte("Microsoft.ContainerService/")) {
			return nil, nil
		}
		return r.childResource(model.ID(h.ID), r.scope.Kind, raw, authorizationVersion)
	})
}

// readCredentials reads what each managed identity trusts.
func (r *reader) readCredentials() error {
	named, err := r.mentioned(model.KindManagedIdentity)
	if err != nil {
		return err
	}
	var problems []error
	for _, identity := range named.identities {
		list := r.armURL(identity+"/federatedIdentityCredentials", identityVersion)
		err := r.pages(list, "", r.right(identityVersion, &mentions{}))
		switch {
		case r.stopped || r.ctx.Err() != nil:
			return err
		case err != nil && !gone(err): // an identity may have been deleted meanwhile
			problems = append(problems, &unreadError{kind: r.scope.Kind, id: identity, err: err})
		}
	}
	return errors.Join(problems...)
}

// unlicensed reports whether the tenant has no licence for Privileged Identity
// Management.
func unlicensed(err error) bool {
	var response *responseError
	return as(err, &response) && (response.Status == http.StatusBadRequest || response.Status == http.StatusForbidden) &&
		strings.EqualFold(response.Code, "AadPremiumLicenseRequired")
}
