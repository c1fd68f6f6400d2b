package evidence

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

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
	// held are the role assignments and eligible roles that count.
	held []*rightsDocument
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
	names, groups := r.groupNames(), map[string]*memberList{}
	for _, list := range r.memberLists() {
		group, err := groupOf(list.file, names)
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
	for _, file := range r.nowhere(guids) {
		why := errors.New("nothing in it says in which subscription it was listed")
		if err := l.problem(file, why, "let its name end with the subscription's GUID, as in deny-assignments-GUID.json, or give the list of one subscription alone"); err != nil {
			return err
		}
	}
	for _, guid := range guids {
		p := &placing{rightsFiles: r, h: l.h, guid: guid, only: len(guids) == 1, groups: groups, made: map[model.Kind]*collection{}}
		p.place()
	}
	return nil
}

// nowhere are the files with lists of which nothing says in which of several subscriptions
// they were listed.
func (r *rightsFiles) nowhere(guids []string) []string {
	if len(guids) < 2 {
		return nil
	}
	files := map[string]bool{}
	for _, list := range r.lists {
		_, of := nameOf(list.file)
		if len(list.in) == 0 && list.kind != model.KindRoleDefinition && !guidPattern.MatchString(of) {
			files[list.file] = true
		}
	}
	for _, empty := range r.empty {
		if empty.kind != model.KindFederatedCredential && empty.kind != model.KindGroupMembers && empty.kind != model.KindGroupEligibility && !guidPattern.MatchString(empty.of) {
			files[empty.file] = true
		}
	}
	return slices.Sorted(maps.Keys(files))
}

// place makes the collections of the subscription, and hangs them there.
func (p *placing) place() {
	for _, kind := range model.RightsKinds {
		p.gather(kind)
	}
	p.judgeAssignments()
	p.judgeRoles()
	p.judgeCredentials()
	p.gatherJoiners(p.gatherMembers())
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
	switch {
	case list == nil:
		return p.only
	case len(list.in) > 0:
		return list.in[p.guid]
	}
	_, of := nameOf(list.file)
	return p.only || strings.EqualFold(of, p.guid)
}

// gather takes the documents of one kind. What is in an older list and not in a newer one
// of all that there is, is gone.
func (p *placing) gather(kind model.Kind) {
	newest := map[string]time.Time{} // by the identity, for what identities trust
	some := false
	for _, d := range p.documents {
		if list := p.lists[d.list]; d.Kind == kind && list != nil && list.all() && p.in(d) {
			some = true
			if of := identityOf(d.ID); list.at.After(newest[of]) {
				newest[of] = list.at
			}
		}
	}
	var at time.Time
	for _, empty := range p.empty {
		if empty.kind == kind && kind != model.KindFederatedCredential && p.ours(empty) {
			some = true
			if at = empty.at; at.After(newest[""]) {
				newest[""] = at
			}
		}
	}
	kept := map[model.ID]*rightsDocument{}
	for _, d := range p.documents {
		list := p.lists[d.list]
		if d.Kind != kind || !p.in(d) || list != nil && list.at.Before(newest[identityOf(d.ID)]) && list.all() {
			continue
		}
		if before := kept[d.ID.Fold()]; before == nil || !d.ReadAt.Before(before.ReadAt) {
			kept[d.ID.Fold()] = d
		}
		if d.ReadAt.After(at) {
			at = d.ReadAt
		}
	}
	if !some && len(kept) == 0 {
		return
	}
	made := p.collection(kind, at)
	if !some {
		made.read.State, made.read.Why = model.ReadFailed, unlisted(kind)
	}
	for _, id := range slices.Sorted(maps.Keys(kept)) {
		made.all = append(made.all, p.own(kept[id].Resource))
		if kind == model.KindRoleAssignment || kind == model.KindRoleEligibility {
			p.held = append(p.held, kept[id])
		}
	}
}

// ours reports whether an empty list is of the subscription.
func (p *placing) ours(empty emptyList) bool {
	return strings.EqualFold(empty.of, p.guid) || p.only && !guidPattern.MatchString(empty.of)
}

// identityOf is the folded ID of the identity that a federated credential is of, or "".
func identityOf(id model.ID) string {
	path := strings.ToLower(string(id))
	if at := strings.LastIndex(path, "/federatedidentitycredentials/"); at >= 0 {
		return path[:at]
	}
	return ""
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
	for _, scope := range list.scopes {
		if scope.Subscription() != "" && !longest.Within(scope) {
			return true
		}
	}
	return false
}

func (list *rightsList) longest() model.ID {
	longest := model.ID("")
	for _, scope := range list.scopes {
		if len(scope) > len(longest) || len(scope) == len(longest) && scope < longest {
			longest = scope
		}
	}
	return longest
}
