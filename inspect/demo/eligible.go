package demo

import (
	"net/http"
	"regexp"
	"strings"
	"time"
)

// eligibleGroup is the filter that Privileged Identity Management wants: a list of all
// groups it does not give.
var eligibleGroup = regexp.MustCompile(`(?i)^groupId eq '([^']+)'$`)

// eligibleMembers lists who may join a group, or own it, for a while.
func (h *handler) eligibleMembers(w http.ResponseWriter, r *http.Request, g *rights) {
	found := eligibleGroup.FindStringSubmatch(strings.TrimSpace(r.URL.Query().Get("$filter")))
	if found == nil {
		h.failDirectory(w, http.StatusBadRequest, "MissingParameters", "The required parameters GroupId or PrincipalId are missing in the request.")
		return
	}
	group := g.person(found[1])
	if group == nil || group.kind != groupObject {
		h.failDirectory(w, http.StatusNotFound, "ResourceNotFound", "The resource is not found.")
		return
	}
	expand := strings.EqualFold(r.URL.Query().Get("$expand"), "principal")
	page := directoryPage{Context: graphMetadata + "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances", Value: []any{}}
	for _, list := range []struct {
		access string
		all    []membership
	}{{"member", group.Eligible}, {"owner", group.EligibleOwners}} {
		for _, m := range list.all {
			page.Value = append(page.Value, g.eligibility(group, list.access, m, expand, h.opts.Now()))
		}
	}
	writeJSON(w, page)
}

// eligibility is that somebody may join a group, as Microsoft Graph writes it.
func (g *rights) eligibility(group *person, access string, m membership, expand bool, now time.Time) map[string]any {
	who := g.directory.byName[m.Who]
	id := group.id + "_" + access + "_" + guidOf("eligible "+group.Name+" "+access+" "+m.Who)
	document := map[string]any{
		"id": id, "eligibilityScheduleId": id, "accessId": access, "groupId": group.id, "principalId": who.id, "memberType": "direct",
		"startDateTime": moment(now, pastOf(m.Age), id).Format(time.RFC3339), "endDateTime": nil,
	}
	if m.Ends != "" {
		document["endDateTime"] = moment(now, -pastOf(m.Ends), id).Format(time.RFC3339)
	}
	if expand {
		var principal map[string]any
		switch who.kind {
		case userObject:
			principal = userDocument(who, false)
		case groupObject:
			principal = groupDocument(who, now)
		default:
			principal = servicePrincipal(who, now)
		}
		principal["@odata.type"] = "#microsoft.graph." + string(who.kind)
		document["principal"] = principal
	}
	return document
}
