package evidence

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// looseFile is a file of documents that is no bundle.
type looseFile struct {
	number int
	name   string // as messages and findings show it
	at     time.Time
	wants  func(guid, name string) bool
	// used and others count the documents that were of use and those of types that
	// are not looked at.
	used   int
	others map[string]int
	// objects are those of a cluster that the file holds; nil where there are none.
	objects *inside
}

// errors of documents that hold no resource.
var (
	errNoResource = errors.New("it holds no resource but a bare value")
	errNoID       = errors.New("it holds a document without an ID: save the whole output, without --query")
)

// take puts a document where it belongs. It returns the cluster whose document is now
// another one, or nil.
func (f *looseFile) take(h *holding, found found) (*cluster, error) {
	var tree map[string]any
	decoder := json.NewDecoder(bytes.NewReader(found.raw))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil || tree == nil {
		return nil, errNoResource
	}
	if f.account(h, tree) {
		return nil, nil
	}
	if is, err := f.kubernetes(tree); is {
		return nil, err
	}
	if is, err := f.offered(h, tree); is {
		return nil, err
	}
	if is, err := f.mayJoin(h, tree); is {
		return nil, err
	}
	if is, err := f.directory(h, tree, found); is {
		return nil, err
	}
	if is, err := f.right(h, tree, found); is {
		return nil, err
	}
	text, _ := tree["id"].(string)
	id := model.ID(text)
	if !strings.HasPrefix(text, "/") {
		return nil, withoutID(tree)
	}
	armType := typeOf(id)
	is, known := forms[armType]
	if !known {
		f.others[typeName(tree, armType)]++
		return nil, nil
	}
	if !f.wanted(h, id) {
		f.used++ // it is left out on purpose
		return nil, nil
	}
	_, indexed := tree["subscriptionId"]
	partial := found.index || indexed && is.kind != model.KindSubscription
	wire, changed := toWire(tree, armType)
	partial = partial || is.kind == model.KindCluster && !whole(wire)
	raw, err := rawOf(wire, changed, found.raw)
	if err != nil {
		return nil, err
	}
	resource, err := document.Keep(model.Resource{
		ID: id, Kind: is.kind, Parent: parentOf(id, is.kind), ReadAt: f.at, Via: f.name, Partial: partial, Final: partial,
	}, raw)
	if err != nil {
		return nil, err
	}
	f.used++
	return f.put(h, resource, f.listOf(found, is))
}

// parentOf returns what a resource hangs under.
func parentOf(id model.ID, kind model.Kind) model.ID {
	switch {
	case kind == model.KindCluster:
		return model.SubscriptionID(id.Subscription())
	case kind == model.KindSubscription || networkKinds[kind]:
		return ""
	default:
		return clusterOf(id)
	}
}

// put puts a resource where it belongs.
func (f *looseFile) put(h *holding, resource *model.Resource, from listID) (*cluster, error) {
	switch {
	case resource.Kind == model.KindSubscription:
		held := h.subscription(resource.ID.Subscription())
		if held.resource == nil || !resource.ReadAt.Before(held.resource.ReadAt) {
			held.resource = resource
		}
		return nil, nil
	case networkKinds[resource.Kind]:
		h.putNetwork(resource)
		return nil, nil
	}
	id := clusterOf(resource.ID)
	if id == "" || id.Subscription() == "" || id.ResourceGroup() == "" {
		return nil, fmt.Errorf("the ID of this %s leads to no cluster in a resource group", typeOf(resource.ID))
	}
	held := h.cluster(id)
	switch resource.Kind {
	case model.KindCluster:
		if held.put(resource) {
			return held, nil
		}
	case model.KindPool:
		held.putPool(resource)
	default:
		held.putChild(resource, from)
	}
	return nil, nil
}

// listOf numbers the list that a document stood in among the lists of all files; a
// kind of which there is one a cluster needs none.
func (f *looseFile) listOf(found found, is form) listID {
	if found.list == 0 || is.single {
		return listID{}
	}
	return listID{file: f.number, list: found.list}
}

// rawOf returns a document's JSON without white space.
func rawOf(wire map[string]any, changed bool, raw json.RawMessage) ([]byte, error) {
	var out bytes.Buffer
	if !changed {
		out.Grow(len(raw))
		if err := json.Compact(&out, raw); err != nil {
			return nil, err
		}
		return out.Bytes(), nil
	}
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(wire); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// whole reports whether a cluster's document is one of Azure Resource Manager, which
// leaves no property out, and not a row that somebody picked columns for.
func whole(wire map[string]any) bool {
	properties, _ := wire["properties"].(map[string]any)
	for _, key := range []string{"provisioningState", "agentPoolProfiles"} {
		if _, has := properties[key]; !has {
			return false
		}
	}
	for _, key := range []string{"name", "location", "type"} {
		if _, has := wire[key]; !has {
			return false
		}
	}
	return true
}

var guidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// account takes a row of az account list: it names a subscription, no more.
func (f *looseFile) account(h *holding, tree map[string]any) bool {
	guid, _ := tree["id"].(string)
	name, _ := tree["name"].(string)
	_, is := tree["cloudName"]
	if !is || !guidPattern.MatchString(guid) {
		return false
	}
	f.used++
	h.subscription(guid).name = name
	return true
}

// wanted reports whether the options leave a resource's subscription in.
func (f *looseFile) wanted(h *holding, id model.ID) bool {
	guid := id.Subscription()
	if guid == "" {
		return true
	}
	return f.wants(guid, h.subscription(guid).label())
}

// label is the subscription's name, or "".
func (s *subscription) label() string {
	if s.resource != nil {
		if tree, err := document.Parse(s.resource.Raw.Bytes()); err == nil {
			if name := document.Text(tree, "displayName"); name != "" {
				return name
			}
			return document.Text(tree, "name")
		}
	}
	return s.name
}

// withoutID says what a document without an ID is.
func withoutID(tree map[string]any) error {
	failure, _ := tree["error"].(map[string]any)
	if code, is := failure["code"].(string); is {
		return fmt.Errorf("it holds an error that Azure answered, %.80q, and no document", code)
	}
	return errNoID
}

// typeName names a type that is not looked at.
func typeName(tree map[string]any, armType string) string {
	if armType != "" {
		return armType
	}
	if said, is := tree["type"].(string); is && said != "" {
		return strings.ToLower(said)
	}
	return "of an unknown type"
}
