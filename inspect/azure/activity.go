package azure

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

const (
	// activityReach is how far back the activity log is read: it keeps 90 days, and
	// refuses to be asked for more.
	activityReach = 90*24*time.Hour - 10*time.Minute
	// mostEvents bounds the entries that are kept of a subscription's log.
	mostEvents = 20000
)

// activityProviders are whose operations open or close a way into a cluster. The log can
// be asked for one of them at a time, and not for single operations.
var activityProviders = []string{"Microsoft.Authorization", "Microsoft.ContainerService", "Microsoft.ManagedIdentity"}

// activityOperations begin the names of the operations that are kept, in lower case:
// rights given and taken, credentials handed out, commands run, and changes of what
// decides who may come in.
var activityOperations = []string{
	"microsoft.authorization/roleassignments/",
	"microsoft.authorization/roledefinitions/",
	"microsoft.authorization/denyassignments/",
	"microsoft.authorization/elevateaccess/",
	"microsoft.authorization/roleassignmentschedulerequests/",
	"microsoft.authorization/roleeligibilityschedulerequests/",
	"microsoft.authorization/policyassignments/",
	"microsoft.authorization/policyexemptions/",
	"microsoft.authorization/locks/",
	"microsoft.containerservice/managedclusters/listclusteradmincredential/",
	"microsoft.containerservice/managedclusters/listclusterusercredential/",
	"microsoft.containerservice/managedclusters/listclustermonitoringusercredential/",
	"microsoft.containerservice/managedclusters/accessprofiles/",
	"microsoft.containerservice/managedclusters/runcommand/",
	"microsoft.containerservice/managedclusters/resetaadprofile/",
	"microsoft.containerservice/managedclusters/resetserviceprincipalprofile/",
	"microsoft.containerservice/managedclusters/rotateclustercertificates/",
	"microsoft.containerservice/managedclusters/trustedaccessrolebindings/",
	"microsoft.containerservice/managedclusters/write",
	"microsoft.containerservice/managedclusters/delete",
	"microsoft.containerservice/managedclusters/agentpools/write",
	"microsoft.managedidentity/userassignedidentities/assign/",
	"microsoft.managedidentity/userassignedidentities/write",
	"microsoft.managedidentity/userassignedidentities/federatedidentitycredentials/",
}

// readActivity reads who changed what decides on access to clusters, and who had
// credentials handed out. It is asked for by somebody, never in the background.
func (r *reader) readActivity() error {
	now := r.now().UTC()
	kept := 0
	for _, provider := range activityProviders {
		list := r.armURL(string(r.scope.ID)+"/providers/Microsoft.Insights/eventtypes/management/values", activityVersion)
		query := list.Query()
		query.Set("$filter", fmt.Sprintf("eventTimestamp ge '%s' and eventTimestamp le '%s' and resourceProvider eq '%s'",
			now.Add(-activityReach).Format(time.RFC3339), now.Format(time.RFC3339), provider))
		list.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20") // as Azure's own clients write a space
		err := r.pages(list, "", func(raw json.RawMessage) (*model.Resource, error) {
			resource, err := r.event(raw)
			if resource != nil {
				if kept == mostEvents {
					return nil, errTooMany
				}
				kept++
			}
			return resource, err
		})
		switch {
		case err != nil && kept == mostEvents:
			return &source.Problem{
				What: fmt.Sprintf("The activity log of the subscription %s holds more than %d entries on access; the older ones were not read", r.nameOf(r.scope.ID.Subscription()), mostEvents),
				Do:   "look for them with az monitor activity-log list",
			}
		case err != nil:
			return err
		}
	}
	return nil
}

// The claims of a caller that tell who it is; the others, and what was sent, are dropped.
var activityClaims = []string{"http://schemas.microsoft.com/identity/claims/objectidentifier", "oid", "name", "appid"}

// event makes a document of an entry of the log; nil where it is of no concern here, or
// only says that something began.
func (r *reader) event(raw json.RawMessage) (*model.Resource, error) {
	all, err := pick(raw, []string{
		"id", "eventDataId", "eventTimestamp", "caller", "operationName", "status", "subStatus", "resourceId",
		"resourceGroupName", "correlationId", "authorization", "claims", "properties",
	})
	if err != nil {
		return nil, &rowError{"the activity log holds an entry that is none"}
	}
	var told struct {
		ID            string
		EventDataID   string
		OperationName struct{ Value string }
		Status        struct{ Value string }
		Claims        map[string]json.RawMessage
		Authorization map[string]json.RawMessage
		Properties    map[string]json.RawMessage
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return nil, &rowError{"the activity log holds an entry that is none"}
	}
	operation := strings.ToLower(told.OperationName.Value)
	if strings.EqualFold(told.Status.Value, "Started") || strings.HasSuffix(operation, "/read") ||
		!slices.ContainsFunc(activityOperations, func(begins string) bool { return strings.HasPrefix(operation, begins) }) {
		return nil, nil
	}
	var kept []string
	if strings.HasPrefix(operation, "microsoft.authorization/") {
		kept = []string{"requestbody", "responseBody"} // what was granted, or taken; no secret is in it
	}
	for name, fields := range map[string]struct {
		of    map[string]json.RawMessage
		names []string
	}{
		"claims": {told.Claims, activityClaims}, "authorization": {told.Authorization, []string{"action", "scope"}}, "properties": {told.Properties, kept},
	} {
		short := map[string]json.RawMessage{}
		for _, field := range fields.names {
			if value, has := fields.of[field]; has {
				short[field] = value
			}
		}
		delete(all, name)
		if len(short) == 0 {
			continue
		}
		text, err := json.Marshal(short)
		if err != nil {
			return nil, err
		}
		all[name] = text
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	id := model.ID(told.ID)
	if !strings.HasPrefix(told.ID, "/") {
		id = r.scope.ID + model.ID("/providers/Microsoft.Insights/eventtypes/management/values/"+told.EventDataID)
	}
	return r.childResource(id, r.scope.Kind, text, activityVersion)
}
