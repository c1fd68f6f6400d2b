package document

import (
	"strconv"
	"strings"

	"github.com/aksight/aksight/model"
)

// Lookup returns the value at a dotted path, and whether it is there.
func Lookup(tree map[string]any, path string) (any, bool) {
	var value any = tree
	for path != "" {
		var key string
		key, path, _ = strings.Cut(path, ".")
		object, is := value.(map[string]any)
		if !is {
			return nil, false
		}
		if value, is = object[key]; !is {
			return nil, false
		}
	}
	return value, true
}

// Tree returns the document that a rule on the subject sees as r: the pool's
// profile, or the cluster's document.
func Tree(s model.Subject) map[string]any {
	if s.Pool >= 0 {
		return s.PoolTree()
	}
	return s.Cluster.Tree
}

// Text returns the string at a path, or "".
func Text(tree map[string]any, path string) string {
	value, _ := Lookup(tree, path)
	text, _ := value.(string)
	return text
}

// Clone copies a decoded tree deeply.
func Clone(tree map[string]any) map[string]any {
	copied, _ := cloneValue(tree).(map[string]any)
	return copied
}

func cloneValue(value any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for key, item := range value {
			copied[key] = cloneValue(item)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, item := range value {
			copied[i] = cloneValue(item)
		}
		return copied
	default:
		return value
	}
}

// Merge applies a JSON merge patch (RFC 7396) to a tree in place.
func Merge(tree, patch map[string]any) {
	for key, value := range patch {
		switch value := value.(type) {
		case nil:
			delete(tree, key)
		case map[string]any:
			child, is := tree[key].(map[string]any)
			if !is {
				child = map[string]any{}
				tree[key] = child
			}
			Merge(child, value)
		default:
			tree[key] = cloneValue(value)
		}
	}
}

// Find is Lookup for paths with keys in brackets, for keys with dots in them and for
// elements of lists, by name or place: metadata.labels[app.kubernetes.io/name],
// spec.containers[web].image, spec.rules[0].
func Find(tree map[string]any, path string) (any, bool) {
	var value any = tree
	for path != "" {
		var key string
		if inside, is := strings.CutPrefix(path, "["); is {
			var closed bool
			if key, path, closed = strings.Cut(inside, "]"); !closed {
				return nil, false
			}
		} else {
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			key, path = path[:end], path[end:]
		}
		path = strings.TrimPrefix(path, ".")
		var is bool
		if value, is = memberOf(value, key); !is {
			return nil, false
		}
	}
	return value, true
}

// memberOf is the value of an object's key, or the element of a list.
func memberOf(value any, key string) (any, bool) {
	switch value := value.(type) {
	case map[string]any:
		found, is := value[key]
		return found, is
	case []any:
		for _, element := range value {
			if object, is := element.(map[string]any); is && object["name"] == key {
				return element, true
			}
		}
		if at, err := strconv.Atoi(key); err == nil && at >= 0 && at < len(value) {
			return value[at], true
		}
	}
	return nil, false
}
