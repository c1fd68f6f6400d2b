package evidence

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// rightTypes are the kinds that tell of rights, by their ARM type in lower case.
var rightTypes = map[string]model.Kind{
	"microsoft.authorization/roleassignments":                                       model.KindRoleAssignment,
	"microsoft.authorization/roleeligibilityscheduleinstances":                      model.KindRoleEligibility,
	"microsoft.authorization/roledefinitions":                                       model.KindRoleDefinition,
	"microsoft.authorization/denyassignments":                                       model.KindDenyAssignment,
	"microsoft.managedidentity/userassignedidentities":                              model.KindManagedIdentity,
	"microsoft.managedidentity/userassignedidentities/federatedidentitycredentials": model.KindFederatedCredential,
}

// rightsFiles are the rights that files tell which are no bundles, before it is known in
// which subscriptions they count.
type rightsFiles struct {
	documents []*rightsDocument
	lists     map[listID]*rightsList
	// principals are those whom Entra ID tells of, by object ID in lower case; named are
	// those whom the Azure CLI names beside a role assignment.
	principals, named map[string]*model.Resource
	// applications are the object IDs of applications by their client IDs.
	applications map[string]string
	members      map[listID]*memberList
	// joiners are who may join groups, by the group's object ID.
	joiners map[string]*joiners
	empty   []emptyList
}

// rightsDocument is one document that Azure Resource Manager keeps.
type rightsDocument struct {
	*model.Resource
	list listID
	// scope and role are what a role assignment is at and gives.
	scope, role model.ID
	principal   string
	group       bool
}

// rightsList is what a list tells by being one.
type rightsList struct {
	kind model.Kind
	file string
	at   time.Time
	// in are the subscriptions that its rows name, as GUIDs in lower case.
	in map[string]bool
	// scopes are those of its role assignments, by their folded ID.
	scopes map[model.ID]model.ID
}

// memberList is who belongs to a group, which the file's name tells.
type memberList struct {
	file    string
	at      time.Time
	members []json.RawMessage
	nested  []string
}

// emptyList is a list of nothing: of what, the file's name tells.
type emptyList struct {
	kind model.Kind
	// of is the rest of the name: a subscription, an identity or a group.
	of   string
	file string
	at   time.Time
}

// emptyNames are what the names of files begin with that may hold an empty list.
var emptyNames = []struct {
	begins string
	kind   model.Kind
}{
	{"role-assignments", model.KindRoleAssignment},
	{"deny-assignments", model.KindDenyAssignment},
	{"eligible-roles", model.KindRoleEligibility},
	{"identities", model.KindManagedIdentity},
	{"federated-credentials", model.KindFederatedCredential},
	{"eligible-members", model.KindGroupEligibility},
	{"members", model.KindGroupMembers},
}

// stemOf is the name of a file without its folder and its ending.
func stemOf(file string) string {
	name := filepath.Base(file)
	for _, ending := range endings {
		if len(name) > len(ending) && strings.EqualFold(name[len(name)-len(ending):], ending) {
			return name[:len(name)-len(ending)]
		}
	}
	return name
}

// nameOf splits a file's name into the kind that it says it is of, and the rest.
func nameOf(file string) (kind model.Kind, of string) {
	stem := stemOf(file)
	for _, name := range emptyNames {
		if len(stem) < len(name.begins) || !strings.EqualFold(stem[:len(name.begins)], name.begins) {
			continue
		}
		rest := stem[len(name.begins):]
		if rest == "" {
			return name.kind, ""
		}
		if strings.ContainsRune("-_. ", rune(rest[0])) {
			return name.kind, rest[1:]
		}
	}
	return "", stem
}

// nothing takes a file with an empty list, if its name says of what.
func (f *looseFile) nothing(h *holding) bool {
	kind, of := nameOf(f.name)
	if kind == "" {
		return false
	}
	r := h.rightsFiles()
	r.empty = append(r.empty, emptyList{kind: kind, of: of, file: f.name, at: f.at})
	return true
}

func (h *holding) rightsFiles() *rightsFiles {
	if h.rights == nil {
		h.rights = &rightsFiles{
			lists: map[listID]*rightsList{}, members: map[listID]*memberList{}, joiners: map[string]*joiners{},
			principals: map[string]*model.Resource{}, named: map[string]*model.Resource{}, applications: map[string]string{},
		}
	}
	return h.rights
}

// right takes a document of Azure Resource Manager that tells of rights.
func (f *looseFile) right(h *holding, tree map[string]any, found found) (is bool, err error) {
	text, _ := tree["id"].(string)
	id := model.ID(text)
	armType := typeOf(id)
	kind, is := rightTypes[armType]
	if !is || !strings.HasPrefix(text, "/") {
		return false, nil
	}
	f.used++
	if !f.wanted(h, id) {
		return true, nil
	}
	wire, changed := toWire(tree, armType)
	properties, _ := wire["properties"].(map[string]any)
	if kind == model.KindRoleDefinition && properties["type"] == nil && properties["roleType"] != nil {
		properties["type"] = properties["roleType"]
		changed = true
	}
	raw, err := rawOf(wire, changed, found.raw)
	if err != nil {
		return true, err
	}
	resource, err := document.Keep(model.Resource{ID: id, Kind: kind, ReadAt: f.at, Via: f.name}, raw)
	if err != nil {
		return true, err
	}
	r := h.rightsFiles()
	role := model.ID(document.Text(properties, "roleDefinitionId"))
	held := &rightsDocument{
		Resource: resource, scope: model.ID(document.Text(properties, "scope")), role: role,
		principal: strings.ToLower(document.Text(properties, "principalId")),
		group:     strings.EqualFold(document.Text(properties, "principalType"), "Group"),
	}
	if kind == model.KindRoleAssignment && held.principal != "" {
		f.nameHolder(r, held, properties)
	}
	if found.list != 0 {
		held.list = listID{file: f.number, list: found.list}
		list := r.lists[held.list]
		if list == nil {
			list = &rightsList{kind: kind, file: f.name, at: f.at, in: map[string]bool{}, scopes: map[model.ID]model.ID{}}
			r.lists[held.list] = list
		}
		for _, names := range []model.ID{id, held.scope, role} {
			if guid := names.Subscription(); guid != "" {
				list.in[strings.ToLower(guid)] = true
			}
		}
		list.scopes[held.scope.Fold()] = held.scope
	}
	r.documents = append(r.documents, held)
	return true, nil
}

// nameHolder keeps the name that the Azure CLI prints beside a role assignment.
func (f *looseFile) nameHolder(r *rightsFiles, of *rightsDocument, properties map[string]any) {
	name := document.Text(properties, "principalName")
	if name == "" || r.named[of.principal] != nil {
		return
	}
	object := map[string]string{"id": of.principal, "displayName": name}
	switch strings.ToLower(document.Text(properties, "principalType")) {
	case "user":
		object["@odata.type"], object["userPrincipalName"] = "#microsoft.graph.user", name
	case "group":
		object["@odata.type"] = "#microsoft.graph.group"
	case "serviceprincipal":
		object["@odata.type"] = "#microsoft.graph.servicePrincipal"
		if guidPattern.MatchString(name) {
			object["appId"] = name
		}
	default:
		return
	}
	raw, _ := json.Marshal(object) // strings always marshal
	r.named[of.principal] = &model.Resource{
		ID: model.PrincipalID(of.principal), Kind: model.KindPrincipal, Raw: model.NewJSON(raw), ReadAt: f.at, Via: f.name,
	}
}
