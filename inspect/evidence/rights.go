package evidence

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// rights returns how reading the rights in a subscription ended, by kind, and what it
// brought; nothing where nobody asked for them.
func (c *captured) rights(of *store.Subscription) (map[model.Kind]ended, []record) {
	if of.Azure == nil {
		return nil, nil
	}
	reads := map[model.Kind]ended{}
	var records []record
	for _, kind := range slices.Sorted(maps.Keys(of.Azure.Reads)) {
		reads[kind] = endedOf(of.Azure.Reads[kind])
		resources := slices.SortedFunc(slices.Values(of.Azure.Resources[kind]), func(a, b *model.Resource) int {
			return cmp.Compare(a.ID.Fold(), b.ID.Fold())
		})
		for _, resource := range resources {
			if json.Valid(resource.Raw.Bytes()) {
				records = append(records, recordOf(resource))
			}
		}
	}
	return reads, records
}

// putRights takes the rights of a subscription from a bundle.
func (s *subscription) putRights(member subscriptionMember) error {
	rights := map[model.Kind]*collection{}
	for kind, ended := range member.Reads {
		if kind.Rights() {
			read := ended.read()
			rights[kind] = &collection{at: read.At, read: &read}
		}
	}
	for _, record := range member.Rights {
		held := rights[record.Kind]
		if held == nil {
			continue // a kind that nobody tells how it was read
		}
		resource, err := record.resource(record.Kind, member.ID)
		if err != nil {
			return err
		}
		held.all = append(held.all, resource)
	}
	if len(rights) > 0 {
		s.rights = rights
	}
	return nil
}

// rights tells one kind of the rights in a subscription, and how its read ended.
func (s *Source) rights(held *holding, scope source.Scope, emit func(source.Event) error) (*source.Problem, time.Time, error) {
	var of *collection
	if told := held.subscriptions[strings.ToLower(scope.ID.Subscription())]; told != nil {
		of = told.rights[scope.Kind]
	}
	if of == nil {
		return &source.Problem{What: absent(scope.Kind)}, s.captured, nil
	}
	for _, resource := range of.all {
		if err := emit(source.Upsert{Resource: resource}); err != nil {
			return nil, of.at, err
		}
	}
	if of.read.State != model.ReadDone {
		return &source.Problem{What: of.read.Why}, of.at, nil
	}
	return nil, of.at, nil
}
