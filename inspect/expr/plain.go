package expr

import "cel.dev/cel-go/common/types/ref"

// plain turns what CEL hands back into the types of decoded JSON.
func plain(value any) any {
	switch value := value.(type) {
	case ref.Val:
		return plain(value.Value())
	case []ref.Val:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = plain(item)
		}
		return list
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = plain(item)
		}
		return list
	case []string:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = item
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(value))
		for key, item := range value {
			object[key] = plain(item)
		}
		return object
	case map[ref.Val]ref.Val:
		object := make(map[string]any, len(value))
		for key, item := range value {
			if name, is := key.Value().(string); is {
				object[name] = plain(item)
			}
		}
		return object
	default:
		return value
	}
}
