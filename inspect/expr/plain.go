package expr

import (
	"fmt"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// plain turns a CEL value into the types of decoded JSON: string, int64, float64,
// bool, []any, map[string]any; nil for an absent optional. Timestamps stay
// time.Time.
func plain(value ref.Val) any {
	switch value := value.(type) {
	case *types.Optional:
		if !value.HasValue() {
			return nil
		}
		return plain(value.GetValue())
	case types.Null:
		return nil
	case traits.Lister:
		list := []any{}
		for it := value.Iterator(); it.HasNext() == types.True; {
			list = append(list, plain(it.Next()))
		}
		return list
	case traits.Mapper:
		object := map[string]any{}
		for it := value.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			object[fmt.Sprint(key.Value())] = plain(value.Get(key))
		}
		return object
	default:
		return value.Value()
	}
}
