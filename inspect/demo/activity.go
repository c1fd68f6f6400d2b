package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// deed is something that was done, as a file tells of it; ages say how often.
type deed struct {
	By     string   `yaml:"by"`
	Did    string   `yaml:"did"`
	At     string   `yaml:"at"`
	Ages   []string `yaml:"ages"`
	Failed bool     `yaml:"failed"`

	who      *person
	resource string
	does     operation
}

// operation is what the activity log calls a deed.
type operation struct{ action, says string }

func operations() map[string]operation {
	const clusters = "Microsoft.ContainerService/managedClusters/"
	return map[string]operation{
		"listClusterAdminCredential": {clusters + "listClusterAdminCredential/action", "List clusterAdmin credential"},
		"listClusterUserCredential":  {clusters + "listClusterUserCredential/action", "List clusterUser credential"},
		"runCommand":                 {clusters + "runcommand/action", "RunCommand"},
		"deleteRoleAssignment":       {"Microsoft.Authorization/roleAssignments/delete", "Delete role assignment"},
		"writeRoleAssignment":        {"Microsoft.Authorization/roleAssignments/write", "Create role assignment"},
		"writeFederatedCredential":   {identityType + "/federatedIdentityCredentials/write", "Create or Update Federated Identity Credential"},
	}
}

// activityKept is how long the activity log keeps what was done.
const activityKept = 90 * 24 * time.Hour

func (g *rights) understandDeed(s *subscription, d *deed) error {
	if d.who = g.directory.byName[d.By]; d.who == nil {
		return fmt.Errorf("nobody is named %q", d.By)
	}
	var err error
	if d.resource, _, err = g.scope(s, d.At); err != nil {
		return err
	}
	var known bool
	if d.does, known = operations()[d.Did]; !known {
		return fmt.Errorf("nobody knows how to do %q", d.Did)
	}
	switch d.Did {
	case "deleteRoleAssignment":
		d.resource += "/providers/Microsoft.Authorization/roleAssignments/" + guidOf("deleted "+d.resource)
	case "writeFederatedCredential":
		d.resource += "/federatedIdentityCredentials/" + g.credentialOf(s, d.resource)
	}
	return nil
}

func (g *rights) credentialOf(s *subscription, identity string) string {
	for _, one := range g.told[s.id].orEmpty().identities {
		if one.person.Resource == identity && len(one.Trusts) > 0 {
			return one.Trusts[0].Name
		}
	}
	return strings.TrimPrefix(baseName(identity), "id-")
}

func (own *subscriptionRights) orEmpty() *subscriptionRights {
	if own == nil {
		return &subscriptionRights{}
	}
	return own
}

// eventJSON is an entry of the activity log.
type eventJSON struct {
	Authorization struct {
		Action string `json:"action"`
		Scope  string `json:"scope"`
	} `json:"authorization"`
	Caller        string            `json:"caller"`
	Channels      string            `json:"channels"`
	Claims        map[string]string `json:"claims"`
	CorrelationID string            `json:"correlationId"`
	Description   string            `json:"description"`
	DataID        string            `json:"eventDataId"`
	Name          worded            `json:"eventName"`
	Category      worded            `json:"category"`
	HTTPRequest   map[string]string `json:"httpRequest"`
	ID            string            `json:"id"`
	Level         string            `json:"level"`
	Group         string            `json:"resourceGroupName"`
	Provider      worded            `json:"resourceProviderName"`
	ResourceID    string            `json:"resourceId"`
	ResourceType  worded            `json:"resourceType"`
	OperationID   string            `json:"operationId"`
	Operation     worded            `json:"operationName"`
	Properties    map[string]string `json:"properties"`
	Status        worded            `json:"status"`
	SubStatus     worded            `json:"subStatus"`
	At            string            `json:"eventTimestamp"`
	Submitted     string            `json:"submissionTimestamp"`
	Subscription  string            `json:"subscriptionId"`
	Tenant        string            `json:"tenantId"`

	at time.Time
}

// worded is a value and how the portal shows it.
type worded struct {
	Value string `json:"value"`
	Shown string `json:"localizedValue"`
}

// events are what the activity log of a subscription holds, latest first: what the file
// tells, and the writing of the role assignments that are younger than the log.
func (g *rights) events(s *subscription, now time.Time) []*eventJSON {
	own := g.of(s)
	var all []*eventJSON
	for _, d := range own.activity {
		for i, age := range d.Ages {
			label := fmt.Sprint(d.By, d.Did, d.resource, i)
			all = append(all, g.event(s, d.who, d.does, d.resource, moment(now, pastOf(age), label), label, d.Failed, nil))
		}
	}
	for _, a := range own.assignments {
		if at := a.made(now); now.Sub(at) < activityKept {
			who := g.directory.byID[a.by]
			body := map[string]any{"Id": a.name, "Properties": map[string]any{
				"PrincipalId": a.principal, "PrincipalType": a.kind, "RoleDefinitionId": a.roleID(s), "Scope": a.scope, "Condition": orNull(a.condition),
			}}
			all = append(all, g.event(s, who, operations()["writeRoleAssignment"], a.id("roleAssignments"), at, a.name, false, body))
		}
	}
	slices.SortFunc(all, func(a, b *eventJSON) int { return cmp.Or(b.at.Compare(a.at), strings.Compare(a.DataID, b.DataID)) })
	return all
}

func (g *rights) event(s *subscription, who *person, does operation, resource string, at time.Time, label string, failed bool, body map[string]any) *eventJSON {
	e := &eventJSON{
		Channels: "Operation", Level: "Informational", CorrelationID: guidOf("correlation " + label), DataID: guidOf("event " + label),
		OperationID: guidOf("correlation " + label), Name: worded{"EndRequest", "End request"}, Category: worded{"Administrative", "Administrative"},
		Operation: worded{does.action, does.says}, ResourceID: resource, Group: groupIn(resource), Subscription: s.id, Tenant: tenantID, at: at,
		Status: worded{"Succeeded", "Succeeded"}, SubStatus: worded{"OK", "OK (HTTP Status Code: 200)"},
		Properties: map[string]string{"eventCategory": "Administrative", "entity": resource, "message": does.action, "hierarchy": tenantID + "/" + s.id},
	}
	if failed {
		e.Level, e.Status, e.SubStatus = "Error", worded{"Failed", "Failed"}, worded{"Forbidden", "Forbidden (HTTP Status Code: 403)"}
	}
	e.Authorization.Action, e.Authorization.Scope = does.action, resource
	provider, _, _ := strings.Cut(does.action, "/")
	kind := does.action[:strings.LastIndexByte(does.action, '/')]
	if strings.HasPrefix(does.action, "Microsoft.ContainerService/") {
		kind = "Microsoft.ContainerService/managedClusters"
	}
	e.Provider, e.ResourceType = worded{provider, provider}, worded{kind, kind}
	e.At = at.Format(azureTime)
	e.Submitted = at.Add(2 * time.Minute).Format(azureTime)
	e.ID = resource + "/events/" + e.DataID + "/ticks/" + fmt.Sprint(ticks(at))
	e.HTTPRequest = map[string]string{"clientRequestId": guidOf("client " + label), "clientIpAddress": fmt.Sprintf("203.0.113.%d", 1+fingerprint(who.id)%60), "method": "POST"}
	e.Claims = map[string]string{
		"aud": "https://management.azure.com/", "iss": "https://sts.windows.net/" + tenantID + "/",
		"http://schemas.microsoft.com/identity/claims/objectidentifier": who.id, "http://schemas.microsoft.com/identity/claims/tenantid": tenantID,
	}
	if who.kind == userObject {
		e.Caller = who.UPN
		e.Claims["name"], e.Claims["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"] = who.Full, who.UPN
	} else {
		e.Caller = who.id
		e.Claims["appid"], e.Claims["idtyp"] = who.App, "app"
	}
	if body != nil {
		e.HTTPRequest["method"] = "PUT"
		e.SubStatus = worded{"Created", "Created (HTTP Status Code: 201)"}
		if text, err := json.Marshal(body); err == nil {
			e.Properties["requestbody"] = string(text)
		}
	}
	return e
}

// ticks are the tenths of a microsecond since the year 1, as Azure counts.
func ticks(at time.Time) int64 { return at.UnixNano()/100 + 621355968000000000 }

// groupIn is the resource group of an ID, or nothing above one.
func groupIn(id string) string {
	if segments := strings.Split(id, "/"); len(segments) > 4 && strings.EqualFold(segments[3], "resourceGroups") {
		return segments[4]
	}
	return ""
}

var (
	eventSpan = regexp.MustCompile(`(?i)^eventTimestamp (ge|le) '([^']+)'$`)
	eventTerm = regexp.MustCompile(`(?i)^(resourceGroupName|resourceUri|resourceId|resourceProvider|correlationId|eventChannels|caller|status|operations|levels) (?:eq) '([^']*)'$`)
)

// activityLog answers for what was done in a subscription.
func (h *handler) activityLog(w http.ResponseWriter, r *http.Request, s *subscription) {
	if !accepted(w, r, http.MethodGet, providerActivity, "eventtypes/management/values") {
		return
	}
	if s.refuses {
		refuse(w, "Microsoft.Insights/eventtypes/values/Read", "/subscriptions/"+s.id)
		return
	}
	g := h.loadedRights(w)
	if g == nil {
		return
	}
	var from, to time.Time
	keep := []func(*eventJSON) bool{}
	for _, term := range conjunct.Split(r.URL.Query().Get("$filter"), -1) {
		term = strings.TrimSpace(term)
		if found := eventSpan.FindStringSubmatch(term); found != nil {
			at, err := time.Parse(time.RFC3339, found[2])
			if err != nil {
				fail(w, http.StatusBadRequest, "BadRequest", "The time '"+found[2]+"' in the filter is none.")
				return
			}
			if strings.EqualFold(found[1], "ge") {
				from = at
			} else {
				to = at
			}
			continue
		}
		found := eventTerm.FindStringSubmatch(term)
		if found == nil {
			fail(w, http.StatusBadRequest, "BadRequest", "The filter term '"+term+"' is not supported.")
			return
		}
		keep = append(keep, eventFilter(strings.ToLower(found[1]), found[2]))
	}
	now := h.opts.Now()
	if from.IsZero() || now.Sub(from) > activityKept+time.Hour {
		fail(w, http.StatusBadRequest, "BadRequest", "The start time cannot be more than 90 days in the past.")
		return
	}
	var items []any
	for _, e := range g.events(s, now) {
		if e.at.Before(from) || !to.IsZero() && e.at.After(to) || e.at.After(now) || slices.ContainsFunc(keep, func(is func(*eventJSON) bool) bool { return !is(e) }) {
			continue
		}
		items = append(items, e)
	}
	h.writePage(w, r, items)
}

func eventFilter(name, value string) func(*eventJSON) bool {
	return func(e *eventJSON) bool {
		switch name {
		case "resourcegroupname":
			return strings.EqualFold(e.Group, value)
		case "resourceuri", "resourceid":
			return strings.EqualFold(e.ResourceID, value)
		case "resourceprovider":
			return strings.EqualFold(e.Provider.Value, value)
		case "correlationid":
			return strings.EqualFold(e.CorrelationID, value)
		case "caller":
			return strings.EqualFold(e.Caller, value)
		case "status":
			return strings.EqualFold(e.Status.Value, value)
		case "operations":
			return strings.EqualFold(e.Operation.Value, value)
		default: // channels and levels: there is one
			return true
		}
	}
}
