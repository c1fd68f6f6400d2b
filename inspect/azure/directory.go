package azure

import (
	"encoding/json"
	"fmt"
	"maps"
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
	// viaDirectory and graphVersion are where principals are read, and in which version.
	viaDirectory = "Microsoft Graph"
	graphVersion = "v1.0"
	// directoryFor is how long an answer on a principal or group serves all subscriptions.
	directoryFor = 10 * time.Minute
	// mostIDs is what one call of getByIds takes, and membersPage the largest page of
	// a group's members.
	mostIDs     = 1000
	membersPage = 999
	// mostGroups bounds the groups whose members are read for a subscription, and
	// mostMembers the members of one.
	mostGroups  = 2000
	mostMembers = 20000
)

// principalFields are what is asked for and kept of a principal: who it is, and nothing
// that reaches the person or could be a secret.
var principalFields = []string{
	"id", "displayName", "userPrincipalName", "userType", "accountEnabled", "appId", "servicePrincipalType",
	"alternativeNames", "appOwnerOrganizationId", "createdDateTime", "isAssignableToRole", "membershipRule",
}

// memberFields are what is asked for and kept of a group's member.
var memberFields = []string{"id", "displayName", "userPrincipalName", "userType", "accountEnabled", "appId", "servicePrincipalType"}

// credentialFields are what is kept of an application's secret or certificate: when it
// ends, and no part of it.
var credentialFields = []string{"keyId", "displayName", "startDateTime", "endDateTime", "type", "usage"}

// directory shares what was read of Microsoft Entra ID among the subscriptions, most of
// which name the same people. The zero value is ready.
type directory struct {
	mu      sync.Mutex
	objects map[string]*entry
	members map[string]*entry
	// eligible is who may join a group, by the group.
	eligible map[string]*entry
}

// entry is one answer of Microsoft Graph, or that there is none.
type entry struct {
	at   time.Time
	id   model.ID
	raw  model.JSON
	none bool
	// group is set for a group. Nested are the groups in it, where it holds members.
	group  bool
	name   string
	nested []string
}

// freshObject returns a kept answer on who somebody is, or nil where it has to be asked for.
func (d *directory) freshObject(key string, now time.Time, requested bool) *entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	return fresh(d.objects[key], now, requested)
}

// freshMembers returns a kept answer on who belongs to a group, or nil.
func (d *directory) freshMembers(key string, now time.Time, requested bool) *entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	return fresh(d.members[key], now, requested)
}

// fresh returns an answer that is still good, or nil.
func fresh(held *entry, now time.Time, requested bool) *entry {
	good := directoryFor
	if requested {
		good = soon
	}
	if held == nil || now.Sub(held.at) >= good {
		return nil
	}
	return held
}

func (d *directory) keepObject(key string, e *entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.objects == nil {
		d.objects = map[string]*entry{}
	}
	d.objects[key] = e
}

func (d *directory) keepMembers(key string, e *entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.members == nil {
		d.members = map[string]*entry{}
	}
	d.members[key] = e
}

// freshEligible returns a kept answer on who may join a group, or nil.
func (d *directory) freshEligible(key string, now time.Time, requested bool) *entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	return fresh(d.eligible[key], now, requested)
}

func (d *directory) keepEligible(key string, e *entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.eligible == nil {
		d.eligible = map[string]*entry{}
	}
	d.eligible[key] = e
}

// eligibleGroups returns the groups that may join a group, as last read.
func (d *directory) eligibleGroups(key string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if held := d.eligible[key]; held != nil {
		return held.nested
	}
	return nil
}

func (d *directory) object(key string) *entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.objects[key]
}

// readPrincipals resolves every object ID that the rights in the subscription name. Of
// one that Microsoft Graph does not return nothing is handed out: it was deleted, or
// this account may not see it.
func (r *reader) readPrincipals() error {
	named, err := r.mentioned(model.KindRoleAssignment, model.KindRoleEligibility, model.KindDenyAssignment, model.KindManagedIdentity)
	if err != nil {
		return err
	}
	applications := map[string]bool{}
	for _, cluster := range r.clustersOf(r.scope.ID) {
		parties := cluster.parties()
		parties.mention(named)
		if id := parties.application(); id != "" {
			applications[id] = true
		}
	}
	var ask []string
	for _, id := range once(named.principals) {
		held := r.directory.freshObject(id, r.now(), source.Requested(r.ctx))
		if held == nil {
			ask = append(ask, id)
			continue
		}
		if err := r.emitEntry(held, model.KindPrincipal); err != nil {
			return err
		}
	}
	for ids := range slices.Chunk(ask, mostIDs) {
		if err := r.getByIDs(ids); err != nil {
			return &directoryError{what: "who holds the rights", err: err}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(applications)) {
		if err := r.readApplication(id); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) graphURL(path string, query url.Values) *url.URL {
	u := *r.graph
	u.Path = "/" + graphVersion + path
	u.RawPath = u.Path // Microsoft Graph writes the key of a resource in parentheses
	u.RawQuery = query.Encode()
	return &u
}

// getByIDs asks who some object IDs are, and hands out those that there are.
func (r *reader) getByIDs(ids []string) error {
	body, err := json.Marshal(map[string]any{"ids": ids, "types": []string{"user", "group", "servicePrincipal", "device"}})
	if err != nil {
		return err
	}
	address := r.graphURL("/directoryObjects/getByIds", url.Values{"$select": {strings.Join(principalFields, ",")}})
	answer, err := r.ask(request{to: toGraph, method: http.MethodPost, url: address, body: body})
	found := map[string]bool{}
	page, err := r.rows(answer, err, func(raw json.RawMessage) (*model.Resource, error) {
		e, err := r.principal(raw, principalFields)
		if err != nil {
			return nil, err
		}
		found[e.key()] = true
		r.directory.keepObject(e.key(), e)
		return r.resource(e, model.KindPrincipal), nil
	})
	switch {
	case err != nil:
		return err
	case page.next != "":
		return &source.Problem{What: "Microsoft Graph left out some of those who hold rights", Do: "read again with r"}
	}
	for _, id := range ids {
		if !found[id] {
			r.directory.keepObject(id, &entry{at: r.now(), none: true})
		}
	}
	return nil
}

// key is the object ID in lower case.
func (e *entry) key() string { return strings.ToLower(e.id.Name()) }

// principal reads a directory object, of which only those fields are kept.
func (s *Source) principal(raw json.RawMessage, fields []string) (*entry, error) {
	kept, err := pick(raw, fields)
	if err != nil {
		return nil, err
	}
	var id, kind, name string
	_ = json.Unmarshal(kept["id"], &id)            // an ID that is no text is none
	_ = json.Unmarshal(kept["@odata.type"], &kind) // likewise
	_ = json.Unmarshal(kept["displayName"], &name) // likewise
	if !isGUID(id) {
		return nil, &rowError{"Microsoft Graph told of somebody without an object ID"}
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}
	masked, err := document.Mask(model.KindPrincipal, text)
	if err != nil {
		return nil, err
	}
	return &entry{
		at: s.now(), id: model.PrincipalID(id), raw: model.NewJSON(masked), name: name,
		group: strings.HasSuffix(strings.ToLower(kind), ".group"),
	}, nil
}

// pick keeps some fields of an object, and its type; what is null is left out.
func pick(raw json.RawMessage, fields []string) (map[string]json.RawMessage, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil || all == nil {
		return nil, &rowError{"Microsoft Graph's list holds a row that is no object"}
	}
	kept := map[string]json.RawMessage{}
	for _, field := range append([]string{"@odata.type"}, fields...) {
		if value, has := all[field]; has && string(value) != "null" {
			kept[field] = value
		}
	}
	return kept, nil
}

// resource makes a document of the scope's subscription of an answer.
func (r *reader) resource(e *entry, kind model.Kind) *model.Resource {
	return &model.Resource{
		ID: e.id, Parent: r.scope.ID, Kind: kind, Raw: e.raw, ReadAt: e.at, APIVersion: graphVersion, Via: viaDirectory,
	}
}

func (r *reader) emitEntry(e *entry, kind model.Kind) error {
	if e.none {
		return nil
	}
	return r.emit(source.Upsert{Resource: r.resource(e, kind)})
}

// readApplication reads until when the secrets of an application hold good that a
// cluster runs as. One that does not exist here, or not any more, is left out.
func (r *reader) readApplication(app string) error {
	fields := []string{"id", "appId", "displayName", "createdDateTime", "passwordCredentials", "keyCredentials"}
	address := r.graphURL("/applications(appId='"+app+"')", url.Values{"$select": {strings.Join(fields, ",")}})
	answer, err := r.ask(request{to: toGraph, method: http.MethodGet, url: address})
	if err != nil {
		r.release(answer)
		if gone(err) {
			return nil
		}
		return &directoryError{what: "the application " + app + " that a cluster runs as", application: true, err: err}
	}
	defer r.release(answer)
	kept, err := pick(answer.body.Bytes(), fields)
	if err != nil {
		return err
	}
	kept["@odata.type"] = json.RawMessage(`"#microsoft.graph.application"`)
	for _, name := range []string{"passwordCredentials", "keyCredentials"} {
		var all []json.RawMessage
		_ = json.Unmarshal(kept[name], &all) // what is no list holds none
		short := make([]map[string]json.RawMessage, 0, len(all))
		for _, one := range all {
			if credential, err := pick(one, credentialFields); err == nil {
				short = append(short, credential)
			}
		}
		text, err := json.Marshal(short)
		if err != nil {
			return err
		}
		kept[name] = text
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	e, err := r.principal(text, fields)
	if err != nil {
		return err
	}
	return r.emitEntry(e, model.KindPrincipal)
}

// directoryError says what Microsoft Graph was asked for in vain.
type directoryError struct {
	what string
	// application is set where an application was asked for.
	application bool
	err         error
}

func (e *directoryError) Error() string { return fmt.Sprintf("%s: %v", e.what, e.err) }
func (e *directoryError) Unwrap() error { return e.err }
