package evidence

import (
	"encoding/json"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// principalFields are what is kept of whom Entra ID tells: who it is, and nothing that
// reaches the person. Of an application also until when its secrets hold good.
var principalFields = []string{
	"id", "displayName", "userPrincipalName", "userType", "accountEnabled", "appId", "servicePrincipalType",
	"alternativeNames", "appOwnerOrganizationId", "createdDateTime", "isAssignableToRole", "membershipRule",
}

var credentialFields = []string{"keyId", "displayName", "startDateTime", "endDateTime", "type", "usage"}

// directoryType tells what an object of Entra ID is, as Microsoft Graph writes it, or "".
// Where the Azure CLI leaves the type out, what only such an object has tells it.
func directoryType(tree map[string]any) string {
	const begins = "#microsoft.graph."
	if id, _ := tree["id"].(string); !guidPattern.MatchString(id) {
		return ""
	}
	if said, _ := tree["@odata.type"].(string); strings.HasPrefix(said, begins) {
		return said
	}
	has := func(key string) bool { _, has := tree[key]; return has }
	switch {
	case has("userPrincipalName"):
		return begins + "user"
	case has("servicePrincipalType") || has("servicePrincipalNames"):
		return begins + "servicePrincipal"
	case has("groupTypes") || has("securityEnabled"):
		return begins + "group"
	case has("appId") && (has("signInAudience") || has("passwordCredentials")):
		return begins + "application"
	}
	return ""
}

// directory takes an object of Entra ID. One in a list with its type beside it may be a
// member of the group that the file is named after.
func (f *looseFile) directory(h *holding, tree map[string]any, found found) (is bool, err error) {
	kind := directoryType(tree)
	if kind == "" {
		return false, nil
	}
	_, typed := tree["@odata.type"]
	kept := map[string]any{"@odata.type": kind}
	for _, field := range principalFields {
		if value := tree[field]; value != nil {
			kept[field] = value
		}
	}
	application := strings.HasSuffix(kind, ".application")
	for _, list := range []string{"passwordCredentials", "keyCredentials"} {
		if application {
			kept[list] = credentials(tree[list])
		}
	}
	raw, err := rawOf(kept, true, nil)
	if err != nil {
		return true, err
	}
	id, _ := tree["id"].(string)
	id = strings.ToLower(id)
	resource, err := document.Keep(model.Resource{ID: model.PrincipalID(id), Kind: model.KindPrincipal, ReadAt: f.at, Via: f.name}, raw)
	if err != nil {
		return true, err
	}
	f.used++
	r := h.rightsFiles()
	if before := r.principals[id]; before == nil || !f.at.Before(before.ReadAt) {
		r.principals[id] = resource
	}
	if app, _ := tree["appId"].(string); application && app != "" {
		r.applications[strings.ToLower(app)] = id
	}
	if kind, _ := nameOf(f.name); kind == model.KindGroupMembers {
		typed = true
	}
	if typed && found.list != 0 && !strings.HasPrefix(strings.ToLower(stemOf(f.name)), "principals") {
		at := listID{file: f.number, list: found.list}
		if r.members[at] == nil {
			r.members[at] = &memberList{file: f.name, at: f.at}
		}
		list := r.members[at]
		list.members = append(list.members, json.RawMessage(resource.Raw.Bytes()))
		if strings.HasSuffix(kind, ".group") {
			list.nested = append(list.nested, id)
		}
	}
	return true, nil
}

// credentials keeps of secrets and certificates when they end.
func credentials(value any) []map[string]any {
	all, _ := value.([]any)
	short := make([]map[string]any, 0, len(all))
	for _, one := range all {
		object, _ := one.(map[string]any)
		kept := map[string]any{}
		for _, field := range credentialFields {
			if value := object[field]; value != nil {
				kept[field] = value
			}
		}
		short = append(short, kept)
	}
	return short
}
