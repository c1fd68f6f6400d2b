package page

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// onOff says a switch; absent is what a missing property means.
func onOff(absent string) say { return either("on", "off", absent) }

// yesNo says a fact; absent is what a missing property means.
func yesNo(absent string) say { return either("yes", "no", absent) }

// offOn says a property that switches something off, such as disableLocalAccounts.
func offOn(absent string) say { return either("off", "on", absent) }

// either says a boolean, which Azure also writes as a string in add-on settings.
func either(yes, no, absent string) say {
	return func(value any, there bool, _ map[string]any) string {
		switch value := value.(type) {
		case bool:
			if value {
				return yes
			}
			return no
		case string:
			switch {
			case strings.EqualFold(value, "true"), strings.EqualFold(value, "enabled"):
				return yes
			case strings.EqualFold(value, "false"), strings.EqualFold(value, "disabled"):
				return no
			case value == "":
				return absent
			}
		}
		if !there {
			return absent
		}
		return plain(value)
	}
}

// text says a string or number as it is.
func text(absent string) say {
	return func(value any, there bool, _ map[string]any) string {
		if !there || value == "" {
			return absent
		}
		return plain(value)
	}
}

// lastName says the resource that an ARM ID names.
func lastName(absent string) say {
	return func(value any, _ bool, _ map[string]any) string {
		id, _ := value.(string)
		if id == "" {
			return absent
		}
		return model.ID(id).Name()
	}
}

// listed says a list's items.
func listed(value any, _ bool, _ map[string]any) string {
	items, _ := value.([]any)
	if len(items) == 0 {
		return "none"
	}
	return plain(items)
}

// counted says how many items a list or a map has.
func counted(one, many, absent string) say {
	return func(value any, _ bool, _ map[string]any) string {
		n := 0
		switch value := value.(type) {
		case []any:
			n = len(value)
		case map[string]any:
			n = len(value)
		}
		return count(n, one, many, absent)
	}
}

func count(n int, one, many, none string) string {
	switch n {
	case 0:
		return none
	case 1:
		return "1 " + one
	default:
		return strconv.Itoa(n) + " " + many
	}
}

// quantity says a number with its unit.
func quantity(unit, absent string) say {
	return func(value any, there bool, _ map[string]any) string {
		if !there {
			return absent
		}
		return plain(value) + " " + unit
	}
}

// whole says a line that depends on more than one property.
func whole(words func(tree map[string]any) string) say {
	return func(_ any, _ bool, tree map[string]any) string { return words(tree) }
}

// plain says any decoded value on one line.
func plain(value any) string {
	switch value := value.(type) {
	case nil:
		return "none"
	case bool:
		if value {
			return "yes"
		}
		return "no"
	case string:
		if value == "" {
			return `""`
		}
		return value
	case int64:
		return strconv.FormatInt(value, 10)
	case []any:
		if len(value) == 0 {
			return "none"
		}
		items := make([]string, 0, len(value))
		for _, item := range value {
			items = append(items, plain(item))
		}
		return strings.Join(items, ", ")
	case map[string]any:
		if len(value) == 0 {
			return "none"
		}
		items := make([]string, 0, len(value))
		for _, key := range slices.Sorted(maps.Keys(value)) {
			items = append(items, key+": "+plain(value[key]))
		}
		return strings.Join(items, ", ")
	default:
		return fmt.Sprint(value)
	}
}

func textAt(tree map[string]any, path string) string { return document.Text(tree, path) }

func flagAt(tree map[string]any, path string) bool {
	value, _ := document.Lookup(tree, path)
	switch value := value.(type) {
	case bool:
		return value
	case string:
		return strings.EqualFold(value, "true")
	}
	return false
}

func numberAt(tree map[string]any, path string) (int64, bool) {
	value, _ := document.Lookup(tree, path)
	number, is := value.(int64)
	return number, is
}

// mapAt returns the object at a path, or nil.
func mapAt(tree map[string]any, path string) map[string]any {
	value, _ := document.Lookup(tree, path)
	object, _ := value.(map[string]any)
	return object
}
