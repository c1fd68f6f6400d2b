package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// memberLists are the lists of members, those of nobody too.
func (r *rightsFiles) memberLists() []*memberList {
	lists := make([]*memberList, 0, len(r.members))
	for _, list := range r.members {
		lists = append(lists, list)
	}
	for _, empty := range r.empty {
		if empty.kind == model.KindGroupMembers {
			lists = append(lists, &memberList{file: empty.file, at: empty.at})
		}
	}
	slices.SortFunc(lists, func(a, b *memberList) int { return strings.Compare(a.file, b.file) })
	return lists
}

// groupNames are the object IDs of the groups that the files tell of, by name in lower case.
func (r *rightsFiles) groupNames() map[string][]string {
	names := map[string][]string{}
	for _, known := range []map[string]*model.Resource{r.principals, r.named} {
		for id, principal := range known {
			tree, err := document.Parse(principal.Raw.Bytes())
			if err != nil {
				continue
			}
			if kind, _ := tree["@odata.type"].(string); !strings.HasSuffix(kind, ".group") {
				continue
			}
			name := strings.ToLower(document.Text(tree, "displayName"))
			if !slices.Contains(names[name], id) {
				names[name] = append(names[name], id)
			}
		}
	}
	return names
}

// groupOf returns the object ID of the group that a file of members is named after.
func groupOf(file string, names map[string][]string) (string, error) {
	_, name := nameOf(file)
	if guidPattern.MatchString(name) {
		return strings.ToLower(name), nil
	}
	ids := names[strings.ToLower(name)]
	switch len(ids) {
	case 0:
		return "", errors.New("it holds members and does not say of which group: no group that these files tell of has the file's name")
	case 1:
		return ids[0], nil
	}
	return "", fmt.Errorf("it holds members and does not say of which group: %d groups have the file's name", len(ids))
}

// gatherMembers takes the members of the groups that hold rights, and of those in them or
// that may join them. It returns all those groups.
func (p *placing) gatherMembers() map[string]bool {
	var queue []string
	for _, d := range p.held {
		if d.group || p.isGroup(d.principal) {
			queue = append(queue, d.principal)
		}
	}
	for _, c := range p.h.order {
		if c.resource == nil || !strings.EqualFold(c.id.Subscription(), p.guid) {
			continue
		}
		var cluster struct {
			Properties struct {
				AAD struct {
					AdminGroups []string `json:"adminGroupObjectIDs"`
				} `json:"aadProfile"`
			} `json:"properties"`
		}
		if json.Unmarshal(c.resource.Raw.Bytes(), &cluster) == nil {
			for _, group := range cluster.Properties.AAD.AdminGroups {
				queue = append(queue, strings.ToLower(group))
			}
		}
	}
	if len(p.groups) == 0 && (len(queue) > 0 || p.made[model.KindRoleAssignment] == nil) {
		named := map[string]bool{}
		for _, group := range queue {
			named[group] = true
		}
		return named // not one list of members is there
	}
	var at time.Time
	var missing []string
	seen := map[string]bool{}
	var all []*model.Resource
	for len(queue) > 0 {
		group := queue[0]
		queue = queue[1:]
		if seen[group] {
			continue
		}
		seen[group] = true
		if joiners := p.joinersOf(group); joiners != nil {
			queue = append(queue, joiners.groups...)
		}
		list := p.groups[group]
		if list == nil {
			missing = append(missing, p.label(group))
			continue
		}
		members := list.members
		if members == nil {
			members = []json.RawMessage{}
		}
		raw, err := rawOf(map[string]any{"group": group, "members": members}, true, nil)
		if err != nil {
			continue
		}
		if list.at.After(at) {
			at = list.at
		}
		all = append(all, p.own(&model.Resource{
			ID: model.GroupMembersID(group), Kind: model.KindGroupMembers, Raw: model.NewJSON(raw), ReadAt: list.at, Via: list.file,
		}))
		queue = append(queue, list.nested...)
	}
	made := p.collection(model.KindGroupMembers, at)
	made.all = all
	if len(missing) > 0 {
		made.read.State = model.ReadFailed
		made.read.Why = "these files do not hold the members of " + severalNames(missing) + ": save what " +
			absences[model.KindGroupMembers].get + " prints, as members-GROUP-ID.json, or use aksight capture"
	}
	return seen
}

func (p *placing) isGroup(id string) bool {
	principal := p.principal(id)
	return principal != nil && strings.Contains(string(principal.Raw.Bytes()), `"#microsoft.graph.group"`)
}

func (p *placing) principal(id string) *model.Resource {
	if known := p.principals[id]; known != nil {
		return known
	}
	return p.named[id]
}

// label is the name of a principal, or its object ID where no file tells it.
func (p *placing) label(id string) string {
	if known := p.principal(id); known != nil {
		if tree, err := document.Parse(known.Raw.Bytes()); err == nil {
			if name := document.Text(tree, "displayName"); name != "" {
				return name
			}
		}
	}
	return id
}

// guidAnywhere finds object IDs in a document.
var guidAnywhere = regexp.MustCompile(`[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// gatherPrincipals takes those whom the rights or the clusters name.
func (p *placing) gatherPrincipals() {
	if len(p.principals) == 0 && len(p.named) == 0 {
		return
	}
	mentioned := map[string]bool{}
	mention := func(raw []byte) {
		for _, id := range guidAnywhere.FindAllString(string(raw), -1) {
			mentioned[strings.ToLower(id)] = true
		}
	}
	for _, made := range p.made {
		for _, r := range made.all {
			if r.Kind != model.KindRoleDefinition {
				mention(r.Raw.Bytes())
			}
		}
	}
	for _, c := range p.h.order {
		if c.resource != nil && strings.EqualFold(c.id.Subscription(), p.guid) {
			mention(c.resource.Raw.Bytes())
		}
	}
	var at time.Time
	var all []*model.Resource
	for _, id := range slices.Sorted(maps.Keys(mentioned)) {
		if known := p.principal(id); known != nil {
			all = append(all, p.own(known))
			if known.ReadAt.After(at) {
				at = known.ReadAt
			}
		}
	}
	for _, app := range slices.Sorted(maps.Keys(p.applications)) {
		if id := p.applications[app]; mentioned[app] && !mentioned[id] {
			all = append(all, p.own(p.principals[id]))
		}
	}
	made := p.collection(model.KindPrincipal, at)
	made.all = all
	var missing []string
	for _, d := range p.held {
		if d.principal != "" && p.principal(d.principal) == nil {
			missing = append(missing, d.principal)
		}
	}
	if len(missing) > 0 {
		made.read.State = model.ReadFailed
		made.read.Why = "these files do not tell who " + severalNames(missing) + " are: save what az ad user show --id ID, " +
			"az ad group show --group ID or az ad sp show --id ID prints, or use aksight capture"
	}
}
