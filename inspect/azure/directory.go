package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

const (
	// objectsAtOnce is how many object IDs Microsoft Graph takes in one request.
	objectsAtOnce = 1000
	// groupsAtMost bounds the groups in groups that are followed.
	groupsAtMost = 2000
	// membersFor is how long the members of a group answer for all subscriptions.
	membersFor = 15 * time.Minute

	viaDirectory = "Microsoft Graph"
)

// whoSelects are the properties that tell who somebody is.
const whoSelects = "id,displayName,userPrincipalName,userType,accountEnabled,appId,servicePrincipalType"

// groups keeps the members of groups that several subscriptions name. The zero value is
// ready.
type groups struct {
	mu   sync.Mutex
	read map[string]groupRead
}

type groupRead struct {
	members []json.RawMessage
	at      time.Time
}

// directoryPage is an answer of Microsoft Graph.
type directoryPage struct {
	Value []json.RawMessage `json:"value"`
	Next  string            `json:"@odata.nextLink"`
}

// directoryPages follows a list of Microsoft Graph to its end.
func (r *reader) directoryPages(req request, take func(json.RawMessage) error) error {
	seen := map[string]bool{}
	for {
		seen[req.url.String()] = true
		answer, err := r.ask(req)
		if err != nil {
			r.release(answer)
			return err
		}
		var page directoryPage
		err = json.Unmarshal(answer.body.Bytes(), &page)
		r.release(answer)
		if err != nil {
			return &source.Problem{What: "Microsoft Graph's answer is no valid JSON", Do: "read again with r", Err: err}
		}
		for _, raw := range page.Value {
			if err := take(raw); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		next, err := url.Parse(page.Next)
		if err != nil || !sameOrigin(next, r.graph) || seen[next.String()] {
			return &source.Problem{
				What: "Microsoft Graph's link to the next page leads elsewhere or back",
				Do:   "the rest of the list was not read; check --graph-endpoint", Err: err,
			}
		}
		req = request{method: http.MethodGet, url: next}
	}
}

// readPrincipals asks Entra ID who the principals are. Those that it does not tell of
// were deleted, or may not be seen.
func (r *rightsReader) readPrincipals() error {
	for ids := range slices.Chunk(r.principals, objectsAtOnce) {
		body, err := json.Marshal(map[string]any{"ids": ids, "types": []string{"user", "group", "servicePrincipal", "device"}})
		if err != nil {
			return err
		}
		req := request{
			method: http.MethodPost, body: body,
			url: r.graphURL("directoryObjects/getByIds", url.Values{"$select": {whoSelects}}),
		}
		if err := r.directoryPages(req, r.principal); err != nil {
			return err
		}
	}
	var problems []error
	for _, client := range r.servicePrincipals() {
		query := url.Values{"$select": {"id,appId,displayName,passwordCredentials"}}
		answer, err := r.ask(request{method: http.MethodGet, url: r.graphURL("applications(appId='"+client+"')", query)})
		if errors.Is(err, errStopped) || r.ctx.Err() != nil {
			return err
		}
		switch {
		case gone(err): // it belongs to another tenant, or was deleted
		case err != nil:
			problems = append(problems, err)
		default:
			err = r.application(answer.body.Bytes())
			r.release(answer)
			if err != nil {
				return err
			}
		}
	}
	return errors.Join(problems...)
}

// principal hands out who somebody is.
func (r *rightsReader) principal(raw json.RawMessage) error {
	var who struct {
		Type string `json:"@odata.type"`
		ID   string
	}
	if json.Unmarshal(raw, &who) != nil || who.ID == "" {
		return nil //nolint:nilerr // one odd row must not hide the others
	}
	if strings.HasSuffix(strings.ToLower(who.Type), ".group") {
		r.groups = append(r.groups, strings.ToLower(who.ID))
	}
	return r.give(model.KindPrincipal, model.PrincipalID(strings.ToLower(who.ID)), raw)
}

// application hands out when the secrets of an application end, and nothing of what they
// are.
func (r *rightsReader) application(raw json.RawMessage) error {
	var wire struct {
		ID, AppID, DisplayName string
		PasswordCredentials    []struct {
			DisplayName, KeyID         string
			StartDateTime, EndDateTime time.Time
		}
	}
	if json.Unmarshal(raw, &wire) != nil || wire.ID == "" {
		return nil //nolint:nilerr // one odd row must not hide the others
	}
	credentials := make([]any, 0, len(wire.PasswordCredentials))
	for _, c := range wire.PasswordCredentials {
		credentials = append(credentials, map[string]any{
			"displayName": c.DisplayName, "keyId": c.KeyID, "startDateTime": c.StartDateTime, "endDateTime": c.EndDateTime,
		})
	}
	text, err := json.Marshal(map[string]any{
		"@odata.type": "#microsoft.graph.application", "id": wire.ID, "appId": wire.AppID, "displayName": wire.DisplayName,
		"passwordCredentials": credentials,
	})
	if err != nil {
		return err
	}
	return r.give(model.KindPrincipal, model.PrincipalID(strings.ToLower(wire.ID)), text)
}

func (r *rightsReader) give(kind model.Kind, id model.ID, raw []byte) error {
	kept, err := document.Keep(model.Resource{
		ID: id, Parent: r.subscription, Kind: kind, ReadAt: r.now(), APIVersion: "v1.0", Via: viaDirectory,
	}, raw)
	if err != nil {
		return err
	}
	return r.emit(source.Upsert{Resource: kept})
}

// readMembers reads who belongs to the groups that hold rights, and to the groups in
// them.
func (r *rightsReader) readMembers() error {
	known := map[string]bool{}
	queue := slices.Clone(r.groups)
	for _, group := range queue {
		known[group] = true
	}
	refused, failed := 0, error(nil)
	for len(queue) > 0 && len(known) <= groupsAtMost {
		group := queue[0]
		queue = queue[1:]
		members, err := r.membersOf(group)
		switch {
		case errors.Is(err, errStopped) || r.ctx.Err() != nil:
			return err
		case err != nil && !gone(err):
			refused++
			if failed == nil {
				failed = err
			}
			continue
		}
		for _, member := range members {
			var who struct {
				Type string `json:"@odata.type"`
				ID   string
			}
			if json.Unmarshal(member, &who) == nil && strings.HasSuffix(strings.ToLower(who.Type), ".group") && !known[strings.ToLower(who.ID)] {
				known[strings.ToLower(who.ID)] = true
				queue = append(queue, strings.ToLower(who.ID))
			}
		}
		if members == nil {
			members = []json.RawMessage{}
		}
		text, err := json.Marshal(map[string]any{"group": group, "members": members})
		if err != nil {
			return err
		}
		if err := r.give(model.KindGroupMembers, model.GroupMembersID(group), text); err != nil {
			return err
		}
	}
	return r.unreadMembers(refused, failed, len(queue))
}

// unreadMembers says how many groups keep their members to themselves, and why.
func (r *rightsReader) unreadMembers(refused int, failed error, left int) error {
	switch {
	case refused > 0:
		groups := "1 group"
		if refused > 1 {
			groups = fmt.Sprintf("%d groups", refused)
		}
		why := r.problem(failed, source.KindScope(r.subscription, model.KindGroupMembers))
		return &source.Problem{
			What: fmt.Sprintf("The members of %s are not readable", groups), Refused: why.Refused, Err: failed,
			Do: "ask for the permission GroupMember.Read.All of Microsoft Graph, or the role Directory Readers in Entra ID",
		}
	case left > 0:
		return &source.Problem{What: fmt.Sprintf("The members of %d groups were not read, since there are over %d", left, groupsAtMost)}
	default:
		return nil
	}
}

// membersOf reads the direct members of a group, or gives those that another
// subscription's read brought a while ago.
func (r *rightsReader) membersOf(group string) ([]json.RawMessage, error) {
	if held, fresh := r.Source.groups.of(group, r.now()); fresh && !source.Requested(r.ctx) {
		return held, nil
	}
	var members []json.RawMessage
	query := url.Values{"$select": {whoSelects}, "$top": {"999"}}
	err := r.directoryPages(request{method: http.MethodGet, url: r.graphURL("groups/"+url.PathEscape(group)+"/members", query)}, func(raw json.RawMessage) error {
		members = append(members, slices.Clone(raw))
		return nil
	})
	if err == nil {
		r.Source.groups.keep(group, members, r.now())
	}
	return members, err
}

func (g *groups) of(group string, now time.Time) ([]json.RawMessage, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	held, known := g.read[group]
	return held.members, known && now.Sub(held.at) < membersFor
}

func (g *groups) keep(group string, members []json.RawMessage, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.read == nil {
		g.read = map[string]groupRead{}
	}
	g.read[group] = groupRead{members, now}
}
