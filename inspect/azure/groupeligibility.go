package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// groupEligibility is where Privileged Identity Management tells who may join a group; it
// answers for one group at a time.
const groupEligibility = "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"

// eligibilityFields are what is kept of that somebody may join a group.
var eligibilityFields = []string{"id", "groupId", "principalId", "accessId", "memberType", "startDateTime", "endDateTime"}

// enoughRefusals is after how many groups it is plain that this account may not read of any.
const enoughRefusals = 3

// readGroupEligibility reads who may join each group that the rights in the subscription
// name, the groups in those, and the groups that may join them.
func (r *reader) readGroupEligibility() error {
	queue, err := r.namedGroups()
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, group := range queue {
		known[group] = true
	}
	refused := &refusedGroups{}
	told := false
	for read := 0; len(queue) > 0; read++ {
		if read == mostGroups {
			return &source.Problem{
				What: fmt.Sprintf("More than %d groups hold rights in the subscription; who may join the others was not read", mostGroups),
				Do:   "what hangs on them is not shown",
			}
		}
		group := queue[0]
		queue = queue[1:]
		var next []string
		if members, err := r.membersOf(group); err == nil { // where it fails, reading members tells
			next = append(next, members.nested...)
		}
		if !told && len(refused.names) >= enoughRefusals {
			refused.add(r.groupName(group), refused.err)
		} else {
			eligible, err := r.eligibleOf(group)
			switch {
			case unlicensed(err):
				return nil // without the licence nobody can be eligible
			case err != nil && refusedRead(err):
				refused.add(r.groupName(group), err)
			case gone(err):
				told = true // the group is gone, or Privileged Identity Management does not keep it
			case err != nil:
				return &directoryError{what: "who may join the group " + r.groupName(group), err: err}
			default:
				told = true
				if err := r.emitEntry(eligible, model.KindGroupEligibility); err != nil {
					return err
				}
				next = append(next, eligible.nested...)
			}
		}
		for _, nested := range next {
			if !known[nested] {
				known[nested] = true
				queue = append(queue, nested)
			}
		}
	}
	return refused.says("Eligible members of groups not read",
		"ask for the permission PrivilegedEligibilitySchedule.Read.AzureADGroup of Microsoft Graph, which the sign-in of the Azure CLI cannot have")
}

// eligibleOf returns who may join a group, or own it, for a while.
func (r *reader) eligibleOf(group string) (*entry, error) {
	if held := r.directory.freshEligible(group, r.now(), source.Requested(r.ctx)); held != nil {
		return held, nil
	}
	e := &entry{at: r.now(), id: model.GroupEligibilityID(group)}
	list := []map[string]json.RawMessage{}
	address := r.graphURL(groupEligibility, url.Values{"$filter": {"groupId eq '" + group + "'"}, "$expand": {"principal"}})
	err := r.pagesOf(request{to: toGraph, method: http.MethodGet, url: address}, func(raw json.RawMessage) (*model.Resource, error) {
		kept, err := pick(raw, eligibilityFields)
		if err != nil {
			return nil, err
		}
		delete(kept, "@odata.type")
		var expanded struct{ Principal json.RawMessage }
		_ = json.Unmarshal(raw, &expanded) // it is an object: pick said so
		if len(expanded.Principal) > 0 && !bytes.Equal(expanded.Principal, []byte("null")) {
			principal, err := r.principal(expanded.Principal, memberFields)
			if err != nil {
				return nil, err
			}
			kept["principal"] = principal.raw.Bytes()
			if principal.group && !owns(kept) {
				e.nested = append(e.nested, principal.key())
				r.nameGroup(principal)
			}
		}
		list = append(list, kept)
		return nil, nil
	})
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]any{"group": group, "eligible": list}); err != nil {
		return nil, err
	}
	e.raw = model.NewJSON(bytes.TrimSpace(text.Bytes()))
	r.directory.keepEligible(group, e)
	return e, nil
}

// owns reports whether it is to own the group that somebody is eligible.
func owns(kept map[string]json.RawMessage) bool {
	var access string
	_ = json.Unmarshal(kept["accessId"], &access) // what is no text is no owner
	return strings.EqualFold(access, "owner")
}
