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

// placing hangs the rights that files tell under one subscription.
type placing struct {
	*rightsFiles
	h    *holding
	guid string
	// only is set where the files are of no other subscription.
	only bool
	// groups are the members by the group's object ID.
	groups map[string]*memberList
	made   map[model.Kind]*collection
}

// placeRights hangs what the files tell of rights under the subscriptions. It tells of
// files whose place nothing tells.
func (l *loader) placeRights() error {
	r := l.h.rights
	if r == nil {
		return nil
	}
	var guids []string
	for _, c := range l.h.order {
		if guid := strings.ToLower(c.id.Subscription()); guid != "" && !slices.Contains(guids, guid) {
			guids = append(guids, guid)
		}
	}
	groups := map[string]*memberList{}
	for _, list := range r.memberLists() {
		group, err := r.groupOf(list.file)
		if err != nil {
			do := "name it after the group's object ID, as in members-GROUP-ID.json, or begin its name with principals if it is no list of members"
			if err := l.problem(list.file, err, do); err != nil {
				return err
			}
			continue
		}
		if before := groups[group]; before == nil || !list.at.Before(before.at) {
			groups[group] = list
		}
	}
	for _, list := range r.lists {
		if len(list.in) == 0 && len(guids) > 1 && list.kind != model.KindRoleDefinition {
			why := errors.New("nothing in it says in which subscription it was listed")
			if err := l.problem(list.file, why, "list it with az role assignment list --all --subscription SUBSCRIPTION"); err != nil {
				return err
			}
		}
	}
	for _, guid := range guids {
		p := &placing{rightsFiles: r, h: l.h, guid: guid, only: len(guids) == 1, groups: groups, made: map[model.Kind]*collection{}}
		p.place()
	}
	return nil
}

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

// groupOf returns the object ID of the group that a file of members is named after.
func (r *rightsFiles) groupOf(file string) (string, error) {
	_, name := nameOf(file)
	if guidPattern.MatchString(name) {
		return strings.ToLower(name), nil
	}
	ids := map[string]bool{}
	for _, known := range []map[string]*model.Resource{r.principals, r.named} {
		for id, principal := range known {
			tree, err := document.Parse(principal.Raw.Bytes())
			if err == nil && strings.HasSuffix(document.Text(tree, "@odata.type"), ".group") && strings.EqualFold(document.Text(tree, "displayName"), name) {
				ids[id] = true
			}
		}
	}
	switch len(ids) {
	case 0:
		return "", errors.New("it holds members and does not say of which group: no group that these files tell of has the file's name")
	case 1:
		for id := range ids {
			return id, nil
		}
	}
	return "", fmt.Errorf("it holds members and does not say of which group: %d groups have the file's name", len(ids))
}

// place makes the collections of the subscription, and hangs them there.
func (p *placing) place() {
	for _, kind := range model.RightsKinds {
		p.gather(kind)
	}
	p.judgeAssignments()
	p.judgeRoles()
	p.judgeCredentials()
	p.gatherMembers()
	p.gatherPrincipals()
	held := p.h.subscription(p.guid)
	if held.rights == nil {
		held.rights = map[model.Kind]*collection{}
	}
	for kind, made := range p.made {
		before := held.rights[kind]
		done := made.read.State == model.ReadDone
		if before == nil || done && (before.read.State != model.ReadDone || !made.at.Before(before.at)) {
			held.rights[kind] = made
		}
	}
}

// in reports whether a document counts in the subscription: by its ID or, where it was
// made above all subscriptions, by the list that it came in.
func (p *placing) in(d *rightsDocument) bool {
	if d.Kind == model.KindRoleDefinition {
		return true // a role has the same GUID in every subscription
	}
	if guid := d.ID.Subscription(); guid != "" {
		return strings.EqualFold(guid, p.guid)
	}
	return p.listed(p.lists[d.list])
}

func (p *placing) listed(list *rightsList) bool {
	if list == nil || len(list.in) == 0 {
		return p.only
	}
	return list.in[p.guid]
}

// gather takes the documents of one kind: of a newer list that holds all, what is in no
// older one of these is gone.
func (p *placing) gather(kind model.Kind) {
	var whole time.Time
	some := false
	for _, list := range p.lists {
		if list.kind == kind && p.listed(list) && list.all() {
			some = true
			if list.at.After(whole) {
				whole = list.at
			}
		}
	}
	for _, empty := range p.empty {
		ours := strings.EqualFold(empty.of, p.guid) || p.only && !guidPattern.MatchString(empty.of)
		if empty.kind == kind && kind != model.KindFederatedCredential && kind != model.KindGroupMembers && ours {
			some = true
			if empty.at.After(whole) {
				whole = empty.at
			}
		}
	}
	byID := map[model.ID]*rightsDocument{}
	var order []model.ID
	at := whole
	for _, d := range p.documents {
		list := p.lists[d.list]
		older := list != nil && list.all() && list.at.Before(whole) && kind != model.KindFederatedCredential && kind != model.KindRoleDefinition
		if d.Kind != kind || !p.in(d) || older {
			continue
		}
		key := d.ID.Fold()
		before := byID[key]
		if before == nil {
			order = append(order, key)
		}
		if before == nil || !d.ReadAt.Before(before.ReadAt) {
			byID[key] = d
		}
		if d.ReadAt.After(at) {
			at = d.ReadAt
		}
	}
	if !some && len(order) == 0 {
		return
	}
	made := p.collection(kind, at)
	if !some {
		made.read.State, made.read.Why = model.ReadFailed, unlisted(kind)
	}
	for _, key := range order {
		made.all = append(made.all, p.own(byID[key].Resource))
	}
}

func (p *placing) collection(kind model.Kind, at time.Time) *collection {
	made := &collection{at: at, read: &model.Read{State: model.ReadDone, At: at}}
	p.made[kind] = made
	return made
}

// own is a document as one of the subscription.
func (p *placing) own(r *model.Resource) *model.Resource {
	own := *r
	own.Parent = model.SubscriptionID(p.guid)
	return &own
}

// all reports whether a list holds all that there is. The role assignments at one scope
// and above it lie on one path: they are all only where the file's name says so.
func (list *rightsList) all() bool {
	if list.kind != model.KindRoleAssignment {
		return true
	}
	if kind, _ := nameOf(list.file); kind == model.KindRoleAssignment {
		return true
	}
	longest := list.longest()
	for scope := range list.scopes {
		if scope.Subscription() != "" && !longest.Within(scope) {
			return true
		}
	}
	return false
}

func (list *rightsList) longest() model.ID {
	longest := model.ID("")
	for scope := range list.scopes {
		if len(scope) > len(longest) {
			longest = scope
		}
	}
	return longest
}

// held are the role assignments and eligible roles of the subscription.
func (p *placing) held() []*rightsDocument {
	var all []*rightsDocument
	for _, d := range p.documents {
		if (d.Kind == model.KindRoleAssignment || d.Kind == model.KindRoleEligibility) && p.in(d) {
			all = append(all, d)
		}
	}
	return all
}

func (p *placing) judgeAssignments() {
	made := p.made[model.KindRoleAssignment]
	if made == nil || made.read.State == model.ReadDone {
		return
	}
	for _, list := range p.lists {
		if list.kind == model.KindRoleAssignment && p.listed(list) {
			made.read.Why = fmt.Sprintf("these files hold the role assignments at %.200s and above it, and perhaps not all others: "+
				"save what %s prints, as role-assignments.json where it is all that there is, or use aksight capture",
				list.longest(), absences[model.KindRoleAssignment].get)
			return
		}
	}
}

// judgeRoles leaves out the roles of Azure's own that nobody holds and that do not speak
// of AKS, and says which are missing.
func (p *placing) judgeRoles() {
	made := p.made[model.KindRoleDefinition]
	if made == nil {
		return
	}
	wanted := map[string]bool{}
	for _, d := range p.held() {
		wanted[strings.ToLower(d.role.Name())] = true
	}
	known := map[string]bool{}
	made.all = slices.DeleteFunc(made.all, func(r *model.Resource) bool {
		name := strings.ToLower(r.ID.Name())
		again := known[name]
		known[name] = true
		text := string(r.Raw.Bytes())
		return again || !wanted[name] && !strings.Contains(text, "CustomRole") && !strings.Contains(text, "Microsoft.ContainerService/")
	})
	missing := 0
	for name := range wanted {
		if name != "" && !known[name] {
			missing++
		}
	}
	if missing > 0 {
		made.read.State = model.ReadFailed
		made.read.Why = fmt.Sprintf("these files do not hold %d of the roles that somebody holds: %s", missing, absent(model.KindRoleDefinition))
	}
}

// judgeCredentials tells whether the files hold what each managed identity trusts.
func (p *placing) judgeCredentials() {
	identities := p.made[model.KindManagedIdentity]
	told := map[string]bool{}
	var at time.Time
	for _, d := range p.documents {
		if d.Kind == model.KindFederatedCredential && d.list != (listID{}) {
			path := strings.ToLower(string(d.ID))
			told[path[:strings.LastIndex(path, "/federatedidentitycredentials/")]] = true
		}
	}
	empty := map[string]bool{}
	for _, list := range p.empty {
		if list.kind == model.KindFederatedCredential {
			empty[strings.ToLower(list.of)] = true
			at = list.at
		}
	}
	made := p.made[model.KindFederatedCredential]
	if made == nil {
		if identities == nil || len(identities.all) > 0 && len(empty) == 0 {
			return
		}
		made = p.collection(model.KindFederatedCredential, at)
	}
	if identities == nil || identities.read.State != model.ReadDone {
		made.read.State, made.read.Why = model.ReadFailed, unlisted(model.KindFederatedCredential)
		return
	}
	made.read.State, made.read.Why = model.ReadDone, ""
	var missing []string
	for _, identity := range identities.all {
		if !told[string(identity.ID.Fold())] && !empty[strings.ToLower(identity.ID.Name())] {
			missing = append(missing, identity.ID.Name())
		}
	}
	if len(missing) > 0 {
		made.read.State = model.ReadFailed
		made.read.Why = "these files do not tell what " + severalNames(missing) + " trust: save what " +
			absences[model.KindFederatedCredential].get + " prints, as federated-credentials-IDENTITY.json, or use aksight capture"
	}
}

// severalNames lists the first of some names.
func severalNames(names []string) string {
	slices.Sort(names)
	names = slices.Compact(names)
	const shown = 3
	if len(names) > shown {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
	}
	return strings.Join(names, ", ")
}

// gatherMembers takes the members of the groups that hold rights, and of those in them.
func (p *placing) gatherMembers() {
	var queue []string
	for _, d := range p.held() {
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
	if len(p.groups) == 0 && len(queue) > 0 {
		return // not one list of members is there
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
	for id, application := range p.principals {
		tree, err := document.Parse(application.Raw.Bytes())
		if err == nil && !mentioned[id] && mentioned[strings.ToLower(document.Text(tree, "appId"))] {
			all = append(all, p.own(application))
		}
	}
	made := p.collection(model.KindPrincipal, at)
	made.all = all
	var missing []string
	for _, d := range p.held() {
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
