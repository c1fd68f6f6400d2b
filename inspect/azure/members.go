package azure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// readGroupMembers reads who belongs to each group that the rights in the subscription
// name, and to the groups in those, each once.
func (r *reader) readGroupMembers() error {
	queue, err := r.namedGroups()
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, group := range queue {
		known[group] = true
	}
	refused := &refusedGroups{}
	for read := 0; len(queue) > 0; read++ {
		if read == mostGroups {
			return &source.Problem{
				What: fmt.Sprintf("More than %d groups hold rights in the subscription; the members of the others were not read", mostGroups),
				Do:   "what hangs on them is not shown",
			}
		}
		group := queue[0]
		queue = queue[1:]
		members, err := r.membersOf(group)
		switch {
		case err != nil && refusedRead(err):
			refused.add(r.groupName(group), err)
			continue
		case gone(err):
			continue
		case err != nil:
			return &directoryError{what: "the members of the group " + r.groupName(group), err: err}
		}
		if err := r.emitEntry(members, model.KindGroupMembers); err != nil {
			return err
		}
		for _, nested := range slices.Concat(members.nested, r.directory.eligibleGroups(group)) {
			if !known[nested] {
				known[nested] = true
				queue = append(queue, nested)
			}
		}
	}
	return refused.problem()
}

// namedGroups returns the groups that the rights and the clusters' documents name.
func (r *reader) namedGroups() ([]string, error) {
	named, err := r.mentioned(model.KindRoleAssignment, model.KindRoleEligibility, model.KindDenyAssignment)
	if err != nil {
		return nil, err
	}
	for _, cluster := range r.clustersOf(r.scope.ID) {
		cluster.parties().mention(named)
	}
	groups := named.groups
	for _, id := range named.principals {
		if held := r.directory.object(id); held != nil && held.group {
			groups = append(groups, id)
		}
	}
	return once(groups), nil
}

// groupName is a group's name, or its object ID where Microsoft Graph did not tell it.
func (r *reader) groupName(group string) string {
	if held := r.directory.object(group); held != nil && held.name != "" {
		return held.name
	}
	return group
}

// errTooMany ends the reading of a group that is too large to be of use.
var errTooMany = errors.New("too many members")

// membersOf returns who belongs to a group directly.
func (r *reader) membersOf(group string) (*entry, error) {
	if held := r.directory.freshMembers(group, r.now(), source.Requested(r.ctx)); held != nil {
		return held, nil
	}
	e := &entry{at: r.now(), id: model.GroupMembersID(group)}
	var list []json.RawMessage
	address := r.graphURL("/groups/"+group+"/members", url.Values{
		"$select": {strings.Join(memberFields, ",")}, "$top": {strconv.Itoa(membersPage)},
	})
	err := r.pagesOf(request{to: toGraph, method: http.MethodGet, url: address}, func(raw json.RawMessage) (*model.Resource, error) {
		member, err := r.principal(raw, memberFields)
		if err != nil {
			return nil, err
		}
		if len(list) == mostMembers {
			return nil, errTooMany
		}
		list = append(list, member.raw.Bytes())
		if member.group {
			e.nested = append(e.nested, member.key())
			r.nameGroup(member)
		}
		return nil, nil
	})
	switch {
	case errors.Is(err, errTooMany):
		return nil, &source.Problem{
			What: fmt.Sprintf("The group %s has more than %d members, which were not all read", r.groupName(group), mostMembers),
			Do:   "what hangs on its members is not shown",
		}
	case err != nil:
		return nil, err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if list == nil {
		list = []json.RawMessage{}
	}
	if err := encoder.Encode(map[string]any{"group": group, "members": list}); err != nil {
		return nil, err
	}
	e.raw = model.NewJSON(bytes.TrimSpace(text.Bytes()))
	r.directory.keepMembers(group, e)
	return e, nil
}

// nameGroup keeps the name of a group that is a member of another.
func (r *reader) nameGroup(member *entry) {
	if r.directory.object(member.key()) == nil {
		// It only names the group: it is too old to answer for the whole of it.
		r.directory.keepObject(member.key(), &entry{id: member.id, raw: member.raw, group: true, name: member.name})
	}
}

// refusedRead reports whether Azure refused a read for want of rights.
func refusedRead(err error) bool {
	var response *responseError
	return as(err, &response) && response.Status == http.StatusForbidden
}

// refusedGroups are those whose members this account may not read.
type refusedGroups struct {
	names []string
	err   error
}

func (g *refusedGroups) add(name string, err error) {
	g.names = append(g.names, name)
	g.err = err
}

// problem says how many there are and what would serve, or is nil where there are none.
func (g *refusedGroups) problem() error {
	return g.says("Group members not readable",
		"ask for the permission GroupMember.Read.All of Microsoft Graph, or Directory.Read.All; groups with hidden members need Member.Read.Hidden as well")
}

func (g *refusedGroups) says(what, do string) error {
	if len(g.names) == 0 {
		return nil
	}
	const shown = 3
	groups := "1 group"
	if len(g.names) > 1 {
		groups = strconv.Itoa(len(g.names)) + " groups"
	}
	names := strings.Join(g.names[:min(shown, len(g.names))], ", ")
	if more := len(g.names) - shown; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return &source.Problem{What: what + ": " + groups + " (" + names + ")", Do: do, Refused: true, Err: g.err}
}
