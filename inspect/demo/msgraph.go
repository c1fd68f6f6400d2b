package demo

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Microsoft Graph is another host than the resource manager; its paths begin with its
// version, so one handler answers for both.
const graphVersion = "v1.0"

// maxIDs is how many IDs one getByIds takes.
const maxIDs = 1000

func isGraph(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/"+graphVersion+"/")
}

// setGraphHeaders sets what every answer of Microsoft Graph carries.
func setGraphHeaders(header http.Header, r *http.Request) {
	f := facts{seed: rand.Uint64()}
	header.Set("Content-Type", "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8")
	header.Set("Cache-Control", "no-cache")
	header.Set("Odata-Version", "4.0")
	header.Set("Request-Id", string(f.guid(nil, 1)))
	if client := r.Header.Get("Client-Request-Id"); client != "" {
		header.Set("Client-Request-Id", client)
	}
}

// failDirectory answers with an error in Microsoft Graph's form.
func (h *handler) failDirectory(w http.ResponseWriter, status int, code, message string) {
	w.WriteHeader(status)
	writeJSON(w, map[string]any{"error": map[string]any{
		"code": code, "message": message,
		"innerError": map[string]any{"date": h.opts.Now().UTC().Format("2006-01-02T15:04:05"), "request-id": w.Header().Get("Request-Id"), "client-request-id": w.Header().Get("Client-Request-Id")},
	}})
}

// graphFault answers as Microsoft Graph does where a fault was asked for.
func (h *handler) graphFault(w http.ResponseWriter, f *Fault) {
	switch f.Kind {
	case Throttle:
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		h.failDirectory(w, http.StatusTooManyRequests, "TooManyRequests", "Too many requests.")
	case Refuse:
		h.refuseDirectory(w)
	case Expire:
		h.failDirectory(w, http.StatusBadRequest, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.")
	default:
		h.failDirectory(w, f.status(), "serviceNotAvailable", "The service is temporarily unavailable. Please try again later.")
	}
}

func (h *handler) refuseDirectory(w http.ResponseWriter) {
	h.failDirectory(w, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

var alternateKey = regexp.MustCompile(`(?i)^(applications|servicePrincipals)\(appId='([^']+)'\)$`)

// routeGraph finds who answers a path of Microsoft Graph.
func (h *handler) routeGraph(w http.ResponseWriter, r *http.Request) {
	g := h.loadedRights(w)
	if g == nil {
		return
	}
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")[1:]
	for i, segment := range segments {
		if plain, err := url.PathUnescape(segment); err == nil {
			segments[i] = plain
		}
	}
	method := http.MethodGet
	if match(segments, "directoryObjects", "getByIds") || match(segments, "users", "*", "getMemberGroups") {
		method = http.MethodPost
	}
	if r.Method != method {
		w.Header().Set("Allow", method)
		h.failDirectory(w, http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
		return
	}
	switch {
	case match(segments, "directoryObjects", "getByIds"):
		h.getByIDs(w, r, g)
	case match(segments, "groups", "*", "members"), match(segments, "groups", "*", "transitiveMembers"):
		h.groupMembers(w, r, g, segments[1], strings.EqualFold(segments[2], "transitiveMembers"))
	case match(segments, "identityGovernance", "privilegedAccess", "group", "eligibilityScheduleInstances"):
		h.eligibleMembers(w, r, g)
	case match(segments, "users", "*", "getMemberGroups"):
		h.memberGroups(w, g, segments[1])
	case len(segments) == 1 && alternateKey.MatchString(segments[0]):
		found := alternateKey.FindStringSubmatch(segments[0])
		h.byApp(w, r, g, strings.EqualFold(found[1], "applications"), found[2])
	default:
		h.failDirectory(w, http.StatusBadRequest, "Request_BadRequest", "Resource not found for the segment '"+segments[0]+"'.")
	}
}

// directoryPage is a list as Microsoft Graph writes it.
type directoryPage struct {
	Context  string `json:"@odata.context"`
	NextLink string `json:"@odata.nextLink,omitempty"`
	Value    []any  `json:"value"`
}

const graphMetadata = "https://graph.microsoft.com/v1.0/$metadata#"

// getByIDs answers for the objects that there are; what was deleted is left out.
func (h *handler) getByIDs(w http.ResponseWriter, r *http.Request, g *rights) {
	var asked struct {
		IDs   []string `json:"ids"`
		Types []string `json:"types"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		h.failDirectory(w, http.StatusBadRequest, "BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
		return
	}
	if len(asked.IDs) == 0 || len(asked.IDs) > maxIDs {
		h.failDirectory(w, http.StatusBadRequest, "Request_BadRequest", fmt.Sprintf("The number of values in 'ids' must be between 1 and %d.", maxIDs))
		return
	}
	page := directoryPage{Context: graphMetadata + "directoryObjects", Value: []any{}}
	for _, id := range asked.IDs {
		p := g.person(id)
		if p == nil || len(asked.Types) > 0 && !slices.ContainsFunc(asked.Types, func(t string) bool {
			return strings.EqualFold(t, string(p.kind)) || strings.EqualFold(t, "directoryObject")
		}) {
			continue
		}
		page.Value = append(page.Value, directoryObject(p, r, h.opts.Now()))
	}
	writeJSON(w, page)
}

// groupMembers lists a group's members, those of the groups in it too where deep is set.
func (h *handler) groupMembers(w http.ResponseWriter, r *http.Request, g *rights, id string, deep bool) {
	group := g.person(id)
	if group == nil || group.kind != groupObject {
		h.notInDirectory(w, id)
		return
	}
	if group.Hidden {
		h.refuseDirectory(w)
		return
	}
	all := membersOf(group, deep)
	query := r.URL.Query()
	size := h.opts.PageSize
	if top := query.Get("$top"); top != "" {
		n, err := strconv.Atoi(top)
		if err != nil || n < 1 || n > 999 {
			h.failDirectory(w, http.StatusBadRequest, "Request_UnsupportedQuery", "Invalid page size specified: '"+top+"'. Must be between 1 and 999 inclusive.")
			return
		}
		size = min(size, n)
	}
	start := 0
	if token := query.Get("$skiptoken"); token != "" {
		plain, err := base64.RawURLEncoding.DecodeString(token)
		if err == nil {
			start, err = strconv.Atoi(string(plain))
		}
		if err != nil || start < 0 || start > len(all) {
			h.failDirectory(w, http.StatusBadRequest, "Request_BadRequest", "The specified page token value is invalid.")
			return
		}
	}
	end := min(start+size, len(all))
	page := directoryPage{Context: graphMetadata + "directoryObjects", Value: []any{}}
	for _, member := range all[start:end] {
		page.Value = append(page.Value, directoryObject(member, r, h.opts.Now()))
	}
	if end < len(all) {
		page.NextLink = nextLink(r, base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(end))))
	}
	writeJSON(w, page)
}

func (h *handler) notInDirectory(w http.ResponseWriter, id string) {
	h.failDirectory(w, http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+id+"' does not exist or one of its queried reference-property objects are not present.")
}

// memberGroups answers with the IDs of the groups that a user belongs to.
func (h *handler) memberGroups(w http.ResponseWriter, g *rights, id string) {
	user := g.person(id)
	if user == nil || user.kind != userObject {
		h.notInDirectory(w, id)
		return
	}
	page := directoryPage{Context: graphMetadata + "Collection(Edm.String)", Value: []any{}}
	for _, group := range groupsOf(user) {
		page.Value = append(page.Value, group.id)
	}
	writeJSON(w, page)
}

// byApp answers for an application, or its service principal, by its client ID.
func (h *handler) byApp(w http.ResponseWriter, r *http.Request, g *rights, application bool, app string) {
	p := g.directory.byApp[strings.ToLower(app)]
	// A managed identity has a service principal and no application.
	if p == nil || application && (p.Resource != "" || p.Microsoft) {
		h.notInDirectory(w, app)
		return
	}
	document := servicePrincipal(p, h.opts.Now())
	if application {
		document = applicationDocument(p, h.opts.Now())
	}
	document["@odata.context"] = graphMetadata + "servicePrincipals/$entity"
	if application {
		document["@odata.context"] = graphMetadata + "applications/$entity"
	}
	writeJSON(w, selected(document, r))
}

// person finds somebody by object ID, and a user by name too.
func (g *rights) person(id string) *person {
	id = strings.ToLower(id)
	if p := g.directory.byID[id]; p != nil {
		return p
	}
	if strings.Contains(id, "@") {
		for _, p := range g.directory.byID {
			if strings.EqualFold(p.UPN, id) {
				return p
			}
		}
		return nil
	}
	return g.grownPerson(id)
}

// directoryObject is somebody as a list of directory objects has them.
func directoryObject(p *person, r *http.Request, now time.Time) map[string]any {
	var document map[string]any
	switch p.kind {
	case userObject:
		document = userDocument(p, r.URL.Query().Has("$select"))
	case groupObject:
		document = groupDocument(p, now)
	default:
		document = servicePrincipal(p, now)
	}
	document["@odata.type"] = "#microsoft.graph." + string(p.kind)
	return selected(document, r)
}

// selected leaves out what $select does not name.
func selected(document map[string]any, r *http.Request) map[string]any {
	names := r.URL.Query().Get("$select")
	if names == "" {
		return document
	}
	kept := map[string]any{}
	for _, name := range append(strings.Split(names, ","), "@odata.type", "@odata.context", "id") {
		if value, is := document[strings.TrimSpace(name)]; is {
			kept[strings.TrimSpace(name)] = value
		}
	}
	return kept
}

// userDocument is a user; what Graph gives only to those who ask for it is there where all is set.
func userDocument(p *person, all bool) map[string]any {
	given, surname, _ := strings.Cut(p.Full, " ")
	document := map[string]any{
		"id": p.id, "displayName": p.Full, "givenName": given, "surname": surname, "userPrincipalName": p.UPN, "mail": p.Mail,
		"jobTitle": orNull(p.Title), "businessPhones": []any{}, "mobilePhone": nil, "officeLocation": nil, "preferredLanguage": nil,
	}
	if all {
		document["userType"], document["accountEnabled"] = "Member", !p.Disabled
		if p.Guest {
			document["userType"], document["externalUserState"] = "Guest", "Accepted"
		}
	}
	return document
}

func groupDocument(p *person, now time.Time) map[string]any {
	visibility := any(nil)
	if p.Hidden {
		visibility = "HiddenMembership"
	}
	return map[string]any{
		"id": p.id, "displayName": p.name, "description": orNull(p.About), "createdDateTime": created(p, now), "deletedDateTime": nil,
		"groupTypes": []any{}, "mail": nil, "mailEnabled": false, "mailNickname": p.name, "membershipRule": nil,
		"securityEnabled": true, "isAssignableToRole": nil, "onPremisesSyncEnabled": nil, "visibility": visibility,
	}
}

func servicePrincipal(p *person, now time.Time) map[string]any {
	kind, owner, names := "Application", any(tenantID), []any{}
	switch {
	case p.Resource != "":
		kind, owner = "ManagedIdentity", nil
		names = []any{fmt.Sprintf("isExplicit=%s", map[bool]string{true: "True", false: "False"}[p.assigned]), p.Resource}
	case p.Microsoft:
		owner = "f8cdef31-a31e-4b4a-93e4-5f571e91255a" // Microsoft's own tenant
	}
	return map[string]any{
		"id": p.id, "appId": p.App, "displayName": p.name, "appDisplayName": p.name, "accountEnabled": !p.Disabled, "createdDateTime": created(p, now),
		"servicePrincipalType": kind, "appOwnerOrganizationId": owner, "alternativeNames": names, "servicePrincipalNames": []any{p.App},
		"deletedDateTime": nil, "tags": []any{}, "keyCredentials": []any{}, "passwordCredentials": []any{},
	}
}

func applicationDocument(p *person, now time.Time) map[string]any {
	secrets := []any{}
	for _, s := range p.Secrets {
		ends := moment(now, -pastOf(s.Ends), p.id+s.Name)
		secrets = append(secrets, map[string]any{
			"customKeyIdentifier": nil, "displayName": s.Name, "keyId": guidOf("key " + p.Name + " " + s.Name), "hint": guidOf("hint " + p.Name)[:3], "secretText": nil,
			"startDateTime": moment(now, pastOf(s.Age), p.id+s.Name).Format(time.RFC3339), "endDateTime": ends.Format(time.RFC3339),
		})
	}
	return map[string]any{
		"id": guidOf("application " + p.Name), "appId": p.App, "displayName": p.name, "createdDateTime": created(p, now), "deletedDateTime": nil,
		"signInAudience": "AzureADMyOrg", "identifierUris": []any{}, "keyCredentials": []any{}, "passwordCredentials": secrets,
	}
}

// created is when an object was made: longer ago than anything that it holds.
func created(p *person, now time.Time) string {
	return moment(now, time.Duration(2800+fingerprint(p.id)%800)*24*time.Hour, p.id).Format(time.RFC3339)
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
