package demo

import (
	"fmt"

	"github.com/goccy/go-yaml"
)

// object is a JSON object that keeps the order in which its members were
// written, so that a document reads as Azure writes it.
type object []member

type member struct {
	key   string
	value any
}

// get returns a member's value, or nil.
func (o object) get(key string) any {
	for i := range o {
		if o[i].key == key {
			return o[i].value
		}
	}
	return nil
}

// set replaces a member in its place or adds it at the end.
func (o object) set(key string, value any) object {
	for i := range o {
		if o[i].key == key {
			o[i].value = value
			return o
		}
	}
	return append(o, member{key, value})
}

// parseTree reads YAML into objects, lists and scalars.
func parseTree(text []byte) (any, error) {
	var raw any
	if err := yaml.UnmarshalWithOptions(text, &raw, yaml.UseOrderedMap()); err != nil {
		return nil, err
	}
	return fromYAML(raw), nil
}

func fromYAML(raw any) any {
	switch value := raw.(type) {
	case yaml.MapSlice:
		o := make(object, len(value))
		for i, item := range value {
			o[i] = member{fmt.Sprint(item.Key), fromYAML(item.Value)}
		}
		return o
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = fromYAML(item)
		}
		return list
	default:
		return raw
	}
}

// merge applies a JSON merge patch (RFC 7396) and returns the result; target and
// patch stay as they are. A choice among alternatives replaces what was there.
func merge(target, patch any) any {
	changes, ok := patch.(object)
	if !ok {
		return patch
	}
	if isChoice(changes) {
		return patch
	}
	old, _ := target.(object)
	if isChoice(old) {
		old = nil
	}
	result := make(object, len(old), len(old)+len(changes))
	copy(result, old)
	for _, change := range changes {
		if change.value == nil {
			result = result.without(change.key)
			continue
		}
		result = result.set(change.key, merge(result.get(change.key), change.value))
	}
	return result
}

func (o object) without(key string) object {
	for i := range o {
		if o[i].key == key {
			return append(o[:i:i], o[i+1:]...)
		}
	}
	return o
}
